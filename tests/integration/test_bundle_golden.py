"""The bundle of every released format opens and checks for ever, also with the stock tools."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from evidence_app.bundle import read
from evidence_app.bundle.layout import FORMAT
from evidence_app.crypto.age import identities_from_text
from evidence_app.records import Trust
from tests.both_sides import check_agreement

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
SAMPLES = sorted(GOLDEN.glob("bundle-*"))


def test_there_is_a_sample_of_every_format():
    assert [one.name for one in SAMPLES] == [f"bundle-{number}" for number in range(1, FORMAT + 1)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_it_is_unchanged(sample):
    expected = json.loads((sample / "expected.json").read_text("ascii"))
    keys = identities_from_text((sample / "reader-key.txt").read_text("ascii"))
    verdict = read.verify(sample / "INC-001.evidence", keys, Trust())
    assert verdict.unchanged
    assert verdict.facts is not None
    assert verdict.facts.digest == expected["digest"]
    assert list(verdict.facts.words) == expected["words"]
    assert list(verdict.facts.sender_words) == expected["sender_words"]
    assert verdict.facts.files == expected["files"]
    assert check_agreement(sample / "INC-001.evidence", keys).state == "unchanged"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_it_checks_by_hand(sample, tmp_path):
    opened = subprocess.run(
        ["age", "-d", "-i", sample / "reader-key.txt", sample / "INC-001.evidence"],
        capture_output=True,
        check=True,
    ).stdout
    subprocess.run(["tar", "x", "-C", tmp_path], input=opened, check=True)
    subprocess.run(
        ["sha256sum", "--strict", "-c", "tagmanifest-sha256.txt", "manifest-sha256.txt"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
