"""What the opened entries of a ledger say about an incident, and the JSON files that repeat it.

The sealing side writes these files from the entries and the verifier compares them with the entries,
both through `incident_value`, so the two can never drift apart. Source: resources/formats/bundle.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from evidence_app.bundle import layout
from evidence_app.bundle.text import from_json
from evidence_app.errors import IntegrityError
from evidence_app.ledger import DIGEST_BYTES, SALT_BYTES, parse_entry, utc_moment, utc_text
from evidence_app.records import Derived, Entry, EntryKind, SentExhibit, SentFile, Statement
from evidence_app.records_json import Fields, derived_from_json, statement_to_json, statements_from_entry

_HEX = frozenset("0123456789abcdef")
_COMMITMENT_LINE = 2 * DIGEST_BYTES + 1
_BLOCK_LINES = 4096


@dataclass(frozen=True, slots=True)
class Beside:
    """A file beside an original, as its entry recorded it; `name` is that inside the bundle."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Captured:
    """What the ledger says an exhibit is, in the entry that sealed it. `sha256` is hex.

    `derived` is there for a copy (`exhibit.derived`), and not for what was captured.
    """

    number: str
    incident: str | None
    method: str
    level: str
    sha256: str
    size: int
    media_type: str
    observed: object
    entry: Entry
    derived: Derived | None = None
    files: tuple[Beside, ...] = ()

    @property
    def name(self) -> str:
        """Name of the original inside the bundle."""
        return layout.original_name(self.number, self.media_type)


@dataclass(slots=True)
class Told:
    """Everything that the opened entries say, in their order."""

    references: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    opened_at: dict[str, datetime] = field(default_factory=dict)
    captured: dict[str, list[Captured]] = field(default_factory=dict)
    filed: dict[str, str] = field(default_factory=dict)
    statements: dict[str, list[Statement]] = field(default_factory=dict)
    vaults: list[tuple[str, str]] = field(default_factory=list)

    def of_incident(self, reference: str) -> set[str]:
        """Numbers that were last filed under this incident."""
        return {number for number, incident in self.filed.items() if incident == reference}


def referral_title(reference: str) -> str:
    """What a referral is called wherever an incident has a title; there are no other words about it."""
    return f"Referral {reference}, without a picture"


def tell(entries: Iterable[Entry]) -> Told:
    """Read the entries; raises `IntegrityError` for data that is not of the expected shape."""
    told = Told()
    for entry in entries:
        where = f"Entry {entry.seq} of the record"
        fields = Fields(entry.data, where)
        match entry.kind:
            case EntryKind.INCIDENT_OPENED:
                reference = fields.text("reference")
                told.references.append(reference)
                told.titles[reference] = fields.text("title")
                told.opened_at[reference] = entry.at
            case EntryKind.REFERRAL_RECORDED:
                # A referral stands in the place of the incident: it has its own reference and no exhibit.
                reference = fields.text("reference")
                told.references.append(reference)
                told.titles[reference] = referral_title(reference)
                told.opened_at[reference] = entry.at
            case EntryKind.INCIDENT_STATED | EntryKind.EXHIBIT_STATED:
                _hear(told, entry)
            case EntryKind.EXHIBIT_CAPTURED | EntryKind.EXHIBIT_DERIVED | EntryKind.EXHIBIT_IMPORTED:
                captured = _captured(entry, fields)
                told.captured.setdefault(captured.number, []).append(captured)
                if captured.incident is not None:
                    told.filed[captured.number] = captured.incident
            case EntryKind.EXHIBIT_FILED:
                told.filed[fields.text("number")] = fields.text("incident")
            case EntryKind.VAULT_CREATED:
                told.vaults.append((fields.text("vault"), fields.text("signing_key")))
            case _:
                pass
    return told


def _hear(told: Told, entry: Entry) -> None:
    for statement in statements_from_entry(entry.data, entry.seq, entry.at, entry.by):
        told.statements.setdefault(statement.about, []).append(statement)
        if entry.kind is EntryKind.INCIDENT_STATED and statement.field == "title":
            told.titles[statement.about] = statement.value


def _captured(entry: Entry, fields: Fields) -> Captured:
    stored = fields.fields("object")
    number = fields.text("number")
    if not layout.is_number(number):
        raise IntegrityError(f"Entry {entry.seq} of the record has no valid “number”.")
    return Captured(
        number=number,
        incident=fields.optional_text("incident"),
        method=fields.text("method"),
        level=fields.text("level"),
        sha256=stored.text("sha256"),
        size=stored.number("size"),
        media_type=stored.text("media_type"),
        observed=entry.data.get("observed"),
        entry=entry,
        derived=_derived(entry),
        files=_beside(fields, number, f"Entry {entry.seq} of the record"),
    )


def _beside(fields: Fields, number: str, where: str) -> tuple[Beside, ...]:
    found = []
    for raw in fields.optional_items("files"):
        one = Fields(raw, f"A file of {where}")
        media_type = one.text("media_type")
        try:
            name = layout.beside_name(number, one.text("name"), media_type)
        except ValueError as error:
            raise IntegrityError(f"{where} names a file that has no place in a bundle.") from error
        found.append(Beside(name, media_type, one.number("size"), one.text("sha256")))
    if len({one.name for one in found}) != len(found):
        raise IntegrityError(f"{where} names a file twice.")
    return tuple(found)


def _derived(entry: Entry) -> Derived | None:
    if entry.kind is not EntryKind.EXHIBIT_DERIVED:
        return None
    return derived_from_json(entry.data, f"Entry {entry.seq} of the record")


# --- incident.json ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claims:
    """What `incident.json` says beyond the entries: about this bundle, not about the incident."""

    bundle_id: str
    vault_id: str
    reference: str
    sealed_at: datetime
    sealed_for: tuple[str, ...]
    recipients: tuple[str, ...]
    asks: str
    left_out: Mapping[str, str]


def incident_value(claims: Claims, told: Told, numbers: Sequence[str]) -> dict[str, object]:
    """The JSON value of `incident.json`: claims, and what the entries say about the exhibits `numbers`."""
    opened_at = told.opened_at.get(claims.reference)
    exhibits = [told.captured[number][0] for number in numbers if number in told.captured]
    return {
        "format": layout.FORMAT,
        "bundle": claims.bundle_id,
        "vault": claims.vault_id,
        "reference": claims.reference,
        "title": told.titles.get(claims.reference, ""),
        "opened_at": None if opened_at is None else utc_text(opened_at),
        "sealed_at": utc_text(claims.sealed_at),
        "sealed_for": list(claims.sealed_for),
        "recipients": list(claims.recipients),
        "asks": claims.asks,
        "statements": stated_value(told, claims.reference),
        "exhibits": [
            {
                "number": exhibit.number,
                "file": exhibit.name,
                "method": exhibit.method,
                "level": exhibit.level,
                "media_type": exhibit.media_type,
                "size": exhibit.size,
                "sha256": exhibit.sha256,
                "sealed_at": utc_text(exhibit.entry.at),
                "entry": exhibit.entry.seq,
                **_files_value(exhibit),
            }
            for exhibit in exhibits
        ],
        "left_out": dict(claims.left_out),
    }


def _files_value(exhibit: Captured) -> dict[str, object]:
    """The files beside an original; most have none, and then nothing is said of it."""
    if not exhibit.files:
        return {}
    files = [
        {"file": one.name, "media_type": one.media_type, "size": one.size, "sha256": one.sha256}
        for one in exhibit.files
    ]
    return {"files": files}


def read_claims(raw: object) -> Claims:
    """The claims of an `incident.json`; raises `IntegrityError`."""
    fields = Fields(raw, "The file data/incident.json")
    return Claims(
        bundle_id=fields.text("bundle"),
        vault_id=fields.text("vault"),
        reference=fields.text("reference"),
        sealed_at=utc_moment(fields.text("sealed_at")),
        sealed_for=fields.texts("sealed_for"),
        recipients=fields.texts("recipients"),
        asks=fields.text("asks"),
        left_out=fields.text_map("left_out"),
    )


def stated_value(told: Told, about: str) -> list[dict[str, object]]:
    """All statements about an incident or exhibit, oldest first: the JSON value of `stated.json`."""
    return [statement_to_json(statement) for statement in told.statements.get(about, [])]


def sent_exhibits(told: Told, numbers: Iterable[str]) -> Iterator[SentExhibit]:
    """What the ledger says about these exhibits, each of which was captured once."""
    for number in numbers:
        (one,) = told.captured[number]
        yield SentExhibit(
            number=number,
            sha256=one.sha256,
            size=one.size,
            media_type=one.media_type,
            level=one.level,
            sealed_at=one.entry.at,
            observed=one.observed,
            statements=tuple(told.statements.get(number, ())),
            copy_of="" if one.derived is None else one.derived.origin.number,
            files=tuple(
                SentFile(file.name.rpartition("/")[2], file.media_type, file.size, file.sha256)
                for file in one.files
            ),
        )


# --- the ledger's files -------------------------------------------------------------------------


def commitment_lines(commitments: bytes) -> Iterator[bytes]:
    """`commitments.txt` in blocks: one line of 64 hex digits for each 32 bytes."""
    step = _BLOCK_LINES * DIGEST_BYTES
    for start in range(0, len(commitments), step):
        yield commitments[start : start + step].hex("\n", DIGEST_BYTES).encode("ascii") + b"\n"


class CommitmentReader:
    """Turns `commitments.txt` into raw bytes while it streams in."""

    def __init__(self) -> None:
        self._rest = b""
        self._raw = bytearray()
        self._good = True

    def feed(self, data: memoryview) -> None:
        """The next bytes of the file."""
        text = self._rest + data
        whole = len(text) // _COMMITMENT_LINE
        lines, self._rest = text[: whole * _COMMITMENT_LINE], text[whole * _COMMITMENT_LINE :]
        digits = lines.replace(b"\n", b"")
        ends = lines[_COMMITMENT_LINE - 1 :: _COMMITMENT_LINE]
        if ends != b"\n" * whole or len(digits) != 2 * DIGEST_BYTES * whole or not _is_hex(digits):
            self._good = False
        if self._good:
            self._raw += bytes.fromhex(digits.decode("ascii"))

    def finish(self) -> bytes | None:
        """32 bytes for each line, or None where a line was not 64 small hex digits and LF."""
        return bytes(self._raw) if self._good and not self._rest else None


def _is_hex(digits: bytes) -> bool:
    return not digits.translate(None, b"0123456789abcdef")


def opened_lines(entries: Iterable[Entry]) -> bytes:
    """`opened.jsonl`: one ASCII JSON object a line with seq, salt in hex and the body as a string."""
    return "".join(
        json.dumps({"seq": entry.seq, "salt": entry.salt.hex(), "body": entry.body.decode("utf-8")}) + "\n"
        for entry in entries
    ).encode("ascii")


def read_opened(data: bytes) -> Iterator[Entry]:
    """The entries of `opened.jsonl`, not yet compared with their commitments.

    Raises `IntegrityError` for a line of another shape, `NewerFormatError` for an entry of a later version.
    """
    if data and not data.endswith(b"\n"):
        raise IntegrityError("The opened entries of the record are cut off.")
    for count, line in enumerate(data.split(b"\n")[:-1], start=1):
        where = f"Line {count} of the opened entries"
        raw = from_json(line, where)
        fields = Fields(raw, where)
        seq, salt, body = fields.number("seq"), fields.text("salt"), fields.text("body")
        if not isinstance(raw, dict) or set(raw) != {"seq", "salt", "body"}:
            raise IntegrityError(f"{where} has missing or unknown fields.")
        if len(salt) != 2 * SALT_BYTES or not _HEX.issuperset(salt):
            raise IntegrityError(f"{where} has no valid “salt”.")
        encoded = body.encode("utf-8")
        entry = parse_entry(seq, bytes.fromhex(salt), encoded)
        from_json(encoded, f"Entry {seq} of the record")
        yield entry
