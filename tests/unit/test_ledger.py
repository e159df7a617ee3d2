"""The hash chain: nothing that is not exactly what was recorded gets through."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app import ledger
from evidence_app.errors import NewerFormatError
from evidence_app.ledger import LedgerError
from evidence_app.records import Checkpoint, EntryKind

VAULT = "1f0e6f1c-2a51-4d0b-9e3f-5c5b8f0a7d11"
SALT = bytes(range(32))
MOMENT = datetime(2026, 3, 12, 14, 32, 7, 123000, UTC)

# What Python can hold and JSON can carry: any text, also halves of characters, and whole numbers.
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
datas = st.dictionaries(st.text(), values, max_size=5)
# Hypothesis wants them without a zone and gives them one.
EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1972, 9000))
moments = st.datetimes(
    EARLIEST,
    LATEST,
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=9))]),
)


def body(**changes: Any) -> bytes:
    """A good body with fields changed; `...` takes a field out."""
    fields = {
        "v": 1,
        "seq": 7,
        "kind": "incident.opened",
        "at": "2026-03-12T14:32:07.123Z",
        "by": "H",
        "on": "pc",
    }
    fields |= {"data": {}} | changes
    return json.dumps({name: value for name, value in fields.items() if value is not ...}).encode()


def utf8(value: Any) -> Any:
    """As it comes back: halves of characters, which have no UTF-8, are question marks."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [utf8(one) for one in value]
    if isinstance(value, dict):
        return {utf8(name): utf8(one) for name, one in value.items()}
    return value


def names_stay_apart(value: Any) -> bool:
    """Whether no two names of one object become the same when halves of characters are replaced."""
    if isinstance(value, list):
        return all(names_stay_apart(one) for one in value)
    if isinstance(value, dict):
        return len(utf8(value)) == len(value) and all(names_stay_apart(one) for one in value.values())
    return True


# --- bodies -----------------------------------------------------------------------------------------


@given(
    seq=st.integers(1, 2**40),
    kind=st.sampled_from(EntryKind),
    at=moments,
    by=st.text(),
    on=st.text(),
    data=datas.filter(names_stay_apart),
    salt=st.binary(min_size=32, max_size=32),
)
def test_what_is_encoded_is_read_back(
    seq: int, kind: EntryKind, at: datetime, by: str, on: str, data: dict[str, Any], salt: bytes
) -> None:
    encoded = ledger.encode_body(seq, kind, at, by, on, data)
    entry = ledger.parse_entry(seq, salt, encoded)
    assert (entry.seq, entry.kind, entry.by, entry.on) == (seq, kind, utf8(by), utf8(on))
    assert entry.data == utf8(data)
    assert timedelta(0) <= at - entry.at < timedelta(milliseconds=1)
    assert entry.body == encoded
    assert entry.commitment == sha256(b"evidence/commit/1\n" + salt + encoded).digest()


@given(data=datas.filter(names_stay_apart), bit=st.integers(0), salt=st.binary(min_size=32, max_size=32))
def test_any_flipped_bit_of_body_or_salt_changes_the_commitment(
    data: dict[str, Any], bit: int, salt: bytes
) -> None:
    whole = bytearray(salt + ledger.encode_body(3, EntryKind.INCIDENT_STATED, MOMENT, "H", "pc", data))
    good = ledger.commitment(salt, bytes(whole[32:]))
    bit %= len(whole) * 8
    whole[bit // 8] ^= 1 << bit % 8
    assert ledger.commitment(bytes(whole[:32]), bytes(whole[32:])) != good


@given(st.binary(), st.binary(min_size=30, max_size=34), st.integers())
def test_arbitrary_bytes_raise_only_typed_errors(content: bytes, salt: bytes, seq: int) -> None:
    with pytest.raises((LedgerError, NewerFormatError)):
        ledger.parse_entry(seq, salt, content)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "v": st.just(1) | json_values,
            "seq": st.just(7) | json_values,
            "kind": st.just("incident.opened") | json_values,
            "at": st.just("2026-03-12T14:32:07.123Z") | json_values,
            "by": st.just("H") | json_values,
            "on": st.just("pc") | json_values,
            "data": st.just({}) | json_values,
            "more": json_values,
        },
    ),
    st.booleans(),
)
def test_almost_bodies_are_read_or_raise_typed_errors(fields: dict[str, Any], ascii_only: bool) -> None:
    content = json.dumps(fields, ensure_ascii=ascii_only).encode("utf-8", "replace")
    try:
        entry = ledger.parse_entry(7, SALT, content)
    except (LedgerError, NewerFormatError):
        return
    assert entry.seq == 7
    assert ledger.utc_text(entry.at) == fields["at"]
    json.dumps(entry.data, ensure_ascii=False, allow_nan=False).encode()
    (entry.by + entry.on).encode()


REFUSED = {
    "no JSON": b"{",
    "empty": b"",
    "a list": b"[]",
    "deep": b'{"v":' + b"[" * 100_000,
    "deep and closed": b"[" * 50_000 + b"]" * 50_000,
    "UTF-16": body().decode().encode("utf-16"),
    "UTF-32": body().decode().encode("utf-32"),
    "byte order mark": b"\xef\xbb\xbf" + body(),
    "not UTF-8": body(by="x").replace(b'"x"', b'"\xff"'),
    "surrogate in UTF-8": body(by="x").replace(b'"x"', b'"\xed\xa0\x80"'),
    "escaped surrogate": body(by="x").replace(b'"x"', rb'"\ud800"'),
    "escaped surrogate in a name": body(data={"x": 1}).replace(b'"x"', rb'"\udfff"'),
    "twice the same name": body().replace(b'"by"', b'"by": "Z", "by"'),
    "twice in the data": body(data={"x": 1}).replace(b'"x": 1', b'"x": 1, "x": 1'),
    "NaN": body(data={"x": 0}).replace(b": 0", b": NaN"),
    "infinity": body(data={"x": 0}).replace(b": 0", b": -Infinity"),
    "huge number": body(data={"x": 0}).replace(b": 0", b": " + b"9" * 5000),
    "huge sequence": body().replace(b'"seq": 7', b'"seq": ' + b"9" * 4000),
    "trailing bytes": body() + b"{}",
    "NUL behind": body() + b"\0",
    "another number": body(seq=8),
    "number as 7e0": body().replace(b'"seq": 7', b'"seq": 7e0'),
    "number as 7.0": body(seq=7.0),
    "number as text": body(seq="7"),
    "number as true": body(seq=True),
    "version true": body(v=True),
    "version 0": body(v=0),
    "version text": body(v="1"),
    "version 1e0": body().replace(b'"v": 1', b'"v": 1e0'),
    "no data": body(data=...),
    "more fields": body(more=1),
    "data a list": body(data=[]),
    "by nobody": body(by=None),
    "on a number": body(on=3),
    "kind a list": body(kind=[]),
    "time a number": body(at=1),
    "time without zone": body(at="2026-03-12T14:32:07.123"),
    "time with offset": body(at="2026-03-12T14:32:07.123+00:00"),
    "time without milliseconds": body(at="2026-03-12T14:32:07Z"),
    "30 February": body(at="2026-02-30T14:32:07.123Z"),
    "24 o'clock": body(at="2026-02-03T24:00:00.000Z"),
    "year 0": body(at="0000-02-03T04:00:00.000Z"),
    "digits of another script": body(at="2026-03-12T14:32:07.12٣Z"),
    "4 MiB and a byte": body(data={"x": "y" * ledger.MAX_BODY_BYTES}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bodies_that_no_writer_makes_are_refused(name: str) -> None:
    with pytest.raises(LedgerError) as caught:
        ledger.parse_entry(7, SALT, REFUSED[name])
    assert len(caught.value.message) < 200


def test_the_good_body_beside_them_is_read() -> None:
    assert ledger.parse_entry(7, SALT, body(data={"x": [1.5, "é"]}), b"l" * 32).data == {"x": [1.5, "é"]}


@pytest.mark.parametrize("content", [body(v=3), body(v=3, data=..., more=1), body(kind="exhibit.blessed")])
def test_bodies_of_a_later_program_say_so(content: bytes) -> None:
    with pytest.raises(NewerFormatError, match="Update the program"):
        ledger.parse_entry(7, SALT, content)


def test_an_exhibit_of_several_files_has_version_two() -> None:
    """A program that knows version 1 alone would take the picture for everything."""
    data = {"files": [{"name": "page.mhtml"}]}
    now = datetime(2026, 3, 12, tzinfo=UTC)
    written = ledger.encode_body(7, EntryKind.EXHIBIT_CAPTURED, now, "a", "b", data)
    assert json.loads(written)["v"] == 2
    assert ledger.parse_entry(7, SALT, written).data == data
    for other in (body(v=1, kind="exhibit.captured", data=data), body(v=2, kind="exhibit.captured", data={})):
        with pytest.raises(LedgerError, match="version"):
            ledger.parse_entry(7, SALT, other)
    interrupted = ledger.encode_body(7, EntryKind.VAULT_INTERRUPTED, now, "a", "b", {"files": []})
    assert json.loads(interrupted)["v"] == 1


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_salt_has_32_bytes(length: int) -> None:
    with pytest.raises(LedgerError, match="salt"):
        ledger.parse_entry(7, bytes(length), body())


def test_the_largest_body() -> None:
    empty = ledger.encode_body(1, EntryKind.INCIDENT_STATED, MOMENT, "", "", {"x": ""})
    room = ledger.MAX_BODY_BYTES - len(empty)
    encoded = ledger.encode_body(1, EntryKind.INCIDENT_STATED, MOMENT, "", "", {"x": "y" * room})
    assert len(encoded) == ledger.MAX_BODY_BYTES
    assert ledger.parse_entry(1, SALT, encoded).seq == 1
    with pytest.raises(LedgerError, match="4 MiB"):
        ledger.encode_body(1, EntryKind.INCIDENT_STATED, MOMENT, "", "", {"x": "y" * (room + 1)})


def test_no_number_that_is_none_is_written() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        ledger.encode_body(1, EntryKind.INCIDENT_STATED, MOMENT, "", "", {"x": float("nan")})


# --- the chain --------------------------------------------------------------------------------------


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=12))
def test_the_chain_is_what_the_specification_says(commitments: list[bytes]) -> None:
    link = sha256(b"evidence/vault/1\n" + VAULT.encode()).digest()
    assert ledger.first_link(VAULT) == link
    for committed in commitments:
        following = sha256(b"evidence/link/1\n" + link + committed).digest()
        assert ledger.next_link(link, committed) == following
        link = following
    assert ledger.chain(VAULT, commitments) == link


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=8, unique=True), st.data())
def test_any_change_to_the_commitments_changes_the_head(
    commitments: list[bytes], data: st.DataObject
) -> None:
    head = ledger.chain(VAULT, commitments)
    at = data.draw(st.integers(0, len(commitments) - 1))
    flipped = list(commitments)
    flipped[at] = bytes([flipped[at][0] ^ 1]) + flipped[at][1:]
    others = [flipped, commitments[:-1], commitments[:at] + commitments[at + 1 :], [*commitments, bytes(32)]]
    if len(commitments) > 1:
        others.append([commitments[1], commitments[0], *commitments[2:]])
    for other in others:
        assert ledger.chain(VAULT, other) != head
    assert ledger.chain(VAULT.replace("1f", "2f"), commitments) != head


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_commitment_in_a_chain_has_32_bytes(length: int) -> None:
    """Else two short ones could be read as one long one."""
    with pytest.raises(LedgerError, match="32 bytes"):
        ledger.chain(VAULT, [bytes(length)])


@pytest.mark.parametrize(
    "vault_id", ["", VAULT.upper(), VAULT + "\n", "{" + VAULT + "}", VAULT.replace("-", "")]
)
def test_the_vault_of_a_chain_is_a_lower_case_uuid(vault_id: str) -> None:
    with pytest.raises(LedgerError, match="UUID"):
        ledger.first_link(vault_id)


# --- checkpoints and times --------------------------------------------------------------------------


@given(st.uuids(), st.integers(0, 10**16 - 1), st.binary(min_size=32, max_size=32), moments)
def test_checkpoints_round_trip(vault_id: Any, size: int, link: bytes, time: datetime) -> None:
    time = time.astimezone(UTC).replace(microsecond=time.microsecond // 1000 * 1000)
    checkpoint = Checkpoint(str(vault_id), size, link, time)
    text = ledger.encode_checkpoint(checkpoint)
    assert text.count(b"\n") == 5
    assert ledger.parse_checkpoint(text) == checkpoint


GOOD = ledger.encode_checkpoint(Checkpoint(VAULT, 12, bytes(range(32)), MOMENT))


def test_the_text_of_a_checkpoint() -> None:
    assert GOOD.decode().split("\n") == [
        "evidence-ledger v1",
        f"vault {VAULT}",
        "size 12",
        "link " + bytes(range(32)).hex(),
        "time 2026-03-12T14:32:07.123Z",
        "",
    ]


@given(st.binary())
def test_arbitrary_checkpoints_raise_only_typed_errors(text: bytes) -> None:
    with pytest.raises(LedgerError):
        ledger.parse_checkpoint(text)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_every_reading_of_a_checkpoint_writes_the_same_bytes(at: int, value: int) -> None:
    changed = GOOD[:at] + bytes([value]) + GOOD[at + 1 :]
    try:
        checkpoint = ledger.parse_checkpoint(changed)
    except LedgerError:
        return
    assert ledger.encode_checkpoint(checkpoint) == changed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\n", b"\r\n"),
        (b"size 12", b"size 012"),
        (b"size 12", b"size +12"),
        (b"size 12", b"size -1"),
        (b"size 12", b"size 1e1"),
        (b"size 12", b"size " + b"9" * 17),
        (b"size 12", "size 1٢".encode()),
        (b"v1", b"v2"),
        (b"0a0b", b"0A0B"),
        (b"123Z\n", b"123Z"),
        (b"123Z\n", b"123Z\n\n"),
        (b"T14", b"T24"),
        (b"-03-12", b"-02-30"),
        (b"vault ", b"vault  "),
    ],
)
def test_checkpoints_in_another_spelling_are_refused(old: bytes, new: bytes) -> None:
    assert old in GOOD
    with pytest.raises(LedgerError):
        ledger.parse_checkpoint(GOOD.replace(old, new))


@given(moments)
def test_times_round_trip_to_the_millisecond(moment: datetime) -> None:
    text = ledger.utc_text(moment)
    assert timedelta(0) <= moment - ledger.utc_moment(text) < timedelta(milliseconds=1)
    assert ledger.utc_text(ledger.utc_moment(text)) == text


def test_a_time_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="aware"):
        ledger.utc_text(datetime(2026, 3, 12))  # noqa: DTZ001


@pytest.mark.parametrize("version", [0, -1])
def test_a_version_that_never_was_is_not_a_later_one(version: int) -> None:
    with pytest.raises(LedgerError):
        ledger.parse_entry(7, SALT, body(v=version, kind="exhibit.blessed"))
