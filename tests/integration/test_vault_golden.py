"""Every vault format that was ever released is opened, checked and read by this version."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from evidence_app.vault import acts, check, vault
from evidence_app.vault.keys import Slot
from evidence_app.vault.layout import FORMAT
from tests.golden import make, make_kinds
from tests.vaults import capture, files_under, png

GOLDEN = Path(make.__file__).parent
SAMPLES = sorted(GOLDEN.glob("vault-*"))


@pytest.fixture(params=SAMPLES, ids=[path.name for path in SAMPLES])
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy: opening a vault writes into it."""
    folder = tmp_path / request.param.name
    shutil.copytree(request.param, folder)
    return folder


def expected_of(golden: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((golden / "expected.json").read_text("utf-8"))
    return found


def test_there_is_a_sample_of_the_current_format() -> None:
    assert f"vault-{FORMAT}" in [path.name for path in SAMPLES]


def test_it_opens_checks_and_reads(golden: Path) -> None:
    expected = expected_of(golden)
    with vault.unlock(
        golden / "helen.evidence-vault", (golden / "passphrase.txt").read_text("utf-8").rstrip("\n")
    ) as opened:
        assert check.check(opened).problems == ()
        assert opened.owner.name == "Helen Ashdown"
        entries = [opened.read.entry(seq) for seq in range(1, expected["size"] + 1)]
        assert entries[-1].link.hex() == expected["link"]
        for number, (digest, size, method) in expected["exhibits"].items():
            exhibit = opened.read.exhibit(number)
            data = opened.objects.read(exhibit.stored)
            assert (sha256(data).hexdigest(), len(data), exhibit.method.value) == (digest, size, method)
        found = make.describe(opened)
        assert [entry.kind.value for entry in entries] == expected["entries"]
        for name in (
            "vault",
            "incidents",
            "exhibits",
            "statements",
            "contacts",
            "bundles",
            "identity_recipient",
        ):
            assert found[name] == expected[name], name
        assert opened.read.seen_ledgers()[0].size == 40


def test_it_can_still_be_written(golden: Path) -> None:
    words = (golden / "recovery.txt").read_text("utf-8")
    with vault.unlock(golden / "helen.evidence-vault", words, Slot.RECOVERY) as opened:
        serial = len(expected_of(golden)["exhibits"]) + 1
        entry = capture(opened, png(99), "INC-002")
        assert entry.data["number"] == f"HXA/{serial:03d}"
        opened.record(acts.incident_opened("Later"))
        assert check.check(opened).problems == ()


def test_a_sample_is_never_made_again(capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in files_under(GOLDEN) if "__pycache__" not in path.parts}
    assert make.main() == 1
    assert make_kinds.main() == 1
    assert capsys.readouterr().err.count("never made again") == 2
    after = {path: path.read_bytes() for path in files_under(GOLDEN) if "__pycache__" not in path.parts}
    assert after == before
    assert sum(len(content) for content in before.values()) < 800_000
