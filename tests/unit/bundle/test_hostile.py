"""Hostile content: whatever stands in a bundle, the verifier only raises its own kinds of errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_app.bundle import layout
from evidence_app.bundle.content import commitment_lines, opened_lines
from evidence_app.bundle.verify import Altered, LimitError, Verifier
from evidence_app.errors import NewerFormatError, NotOurFileError
from evidence_app.records import EntryKind, Trust, Verdict
from tests import bundles
from tests.bundles import Sender, as_tar, helen, made_without_checks, ruth, sign_again, untar

HELEN, RUTH = helen(), ruth()
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Files:
    out = tmp_path_factory.mktemp("bundle") / "INC-001.evidence"
    bundles.sealed(HELEN, RUTH, out)
    return bundles.opened(out, RUTH.identity)


def fed(files: Iterable[tuple[str, bytes]]) -> Verdict:
    verifier = Verifier(Trust(contacts=(HELEN.contact(),), seen=()))
    for name, data in files:
        verifier.start_file(name, len(data))
        verifier.feed(memoryview(data))
        verifier.end_file()
    return verifier.finish(NOW)


EXPECTED = (Altered, LimitError, NewerFormatError, NotOurFileError)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["INC-001", "HXA/001", "HXA/002", "screen", "C2", "typed"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
NAMES = sorted(bundles.digests(untar(as_tar(dict.fromkeys(layout.REQUIRED, b""))))) + [
    f"data/exhibits/HXA-001/{name}" for name in bundles.FILES_OF_AN_EXHIBIT
]
hostile = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@hostile
@given(st.sampled_from(NAMES), st.integers(0), st.binary(max_size=6), st.integers(0, 6), st.booleans())
def test_arbitrary_changes(good: Files, name: str, at: int, new: bytes, cut: int, sign: bool) -> None:
    data = good[name]
    at %= len(data)
    changed = data[:at] + new + data[at + cut :]
    files = {**good, name: changed}
    if sign and name.startswith("data/"):
        files = sign_again(files, HELEN.key)
    if changed == data:
        assert fed(files.items()).unchanged
        return
    try:
        fed(files.items())
    except EXPECTED:
        return
    # Signed by the sender, and the change says the same: white space in JSON, or free text.
    assert sign
    assert name.endswith((".json", ".jsonl", "README.txt"))


@hostile
@given(st.sampled_from([n for n in NAMES if n.endswith("json")]), JSON)
def test_arbitrary_json_signed_by_the_sender(good: Files, name: str, value: object) -> None:
    files = sign_again({**good, name: json.dumps(value).encode()}, HELEN.key)
    with pytest.raises(EXPECTED):
        fed(files.items())


@hostile
@given(st.sampled_from(["bundle", "sealed_for", "recipients", "asks", "left_out", "sealed_at"]), JSON)
def test_arbitrary_claims_signed_by_the_sender(good: Files, field: str, value: object) -> None:
    files = sign_again(
        {**good, layout.INCIDENT: bundles.edited(good[layout.INCIDENT], **{field: value})}, HELEN.key
    )
    with suppress(*EXPECTED):
        fed(files.items())


@hostile
@given(st.sampled_from(EntryKind), st.dictionaries(st.text(max_size=8), JSON, max_size=4), st.data())
def test_arbitrary_entries_in_a_real_ledger(
    kind: EntryKind, more: dict[str, object], data: st.DataObject
) -> None:
    """Entries of any content, properly chained, opened and signed."""
    sender = Sender()
    sender.open_incident()
    sender.capture("HXA/001", bundles.png(1))
    files = made_without_checks(sender)
    before = sender.checkpoint().checkpoint
    old = dict(sender.entries[data.draw(st.integers(0, 2))].data)
    key = data.draw(st.sampled_from(sorted(old)))
    sender.record(kind, **{**old, key: data.draw(JSON)})
    sender.record(kind, more=more)
    end = sender.checkpoint()
    label = files[layout.BAG_INFO].replace(b"Size: 3", b"Size: 5")
    files |= {
        layout.OPENED: b"".join(opened_lines([entry]) for entry in sender.entries),
        layout.COMMITMENTS: b"".join(commitment_lines(sender.commitments)),
        layout.CHECKPOINT: end.text,
        layout.CHECKPOINT_SIGNATURE: end.signature,
        layout.BAG_INFO: label.replace(before.link.hex().encode(), end.checkpoint.link.hex().encode()),
    }
    with suppress(*EXPECTED):
        fed(sign_again(files, sender.key).items())


@hostile
@given(
    st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=30), st.binary(max_size=200)), max_size=6)
)
def test_arbitrary_files(files: list[tuple[str, bytes]]) -> None:
    with pytest.raises(EXPECTED):
        fed(files)


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith("json")])
def test_json_of_any_depth(good: Files, name: str) -> None:
    """Up to a fixed depth it is read; what is deeper is a problem like others, also where Python gives up."""
    limit = sys.getrecursionlimit()
    for depth in (1, 90, 110, *range(limit - 150, limit + 10)):
        nested = b"[" * depth + b"]" * depth
        changed = good[name].replace(b"{", b'{"x":' + nested + b",", 1) if b"{" in good[name] else nested
        with pytest.raises(Altered):
            fed(sign_again({**good, name: changed}, HELEN.key).items())


def test_bodies_with_half_characters_and_double_keys(good: Files) -> None:
    line = json.loads(good[layout.OPENED].splitlines()[0])
    for old, new in [
        ('"by":"Helen Ashdown"', '"by":"\\ud800"'),
        ('"by":"Helen Ashdown"', '"by":"x","by":"Helen Ashdown"'),
        ('"by":"Helen Ashdown"', '"by":NaN'),
        ('"data":{', '"data":' + "[" * 3000 + "]" * 3000 + ',"x":{'),
    ]:
        body = line["body"].replace(old, new)
        assert body != line["body"]
        opened = json.dumps({**line, "body": body}).encode() + b"\n"
        files = sign_again({**good, layout.OPENED: opened}, HELEN.key)
        with pytest.raises(Altered) as caught:
            fed(files.items())
        assert "opened-broken" in {problem.code for problem in caught.value.verdict.problems}
