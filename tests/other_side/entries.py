"""What the opened entries say: vault.md, "The ledger" and "Data of the entries"."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.other_side.archive import belongs
from tests.other_side.specification import ENDINGS, KINDS, METHODS, SOURCES
from tests.other_side.strict import NewerError, moment, parsed, refuse_unless

# --- shapes ---------------------------------------------------------------------------------------

Shape = Callable[[Any], object]


def text(value: Any) -> bool:
    return isinstance(value, str)


def number(value: Any) -> bool:
    return type(value) is int and abs(value) < 2**53


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def time(value: Any) -> bool:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return found.tzinfo is not None and 1971 <= found.year <= 9998


def one_of(values: list[str]) -> Shape:
    return lambda value: value in values if isinstance(value, str) else False


def or_null(shape: Shape) -> Shape:
    return lambda value: value is None or shape(value)


def many(shape: Shape) -> Shape:
    return lambda value: isinstance(value, list) and all(map(shape, value))


def fields(**shapes: Shape) -> Shape:
    """An object with at least these fields."""

    def check(value: Any) -> bool:
        return isinstance(value, dict) and all(shape(value.get(name)) for name, shape in shapes.items())

    return check


NUMBER = re.compile(r"[A-Z]{3}/[0-9]{3,6}", re.ASCII)
AREA = fields(left=number, top=number, width=number, height=number)
_CERTIFICATE = fields(
    subject=text, issuer=text, names=many(text), valid_from=time, valid_to=time, sha256=text
)
_HEADER: Shape = lambda value: many(text)(value) and len(value) == 2  # noqa: E731
PAGE = fields(
    **dict.fromkeys(("address", "asked", "loaded", "title", "protocol", "remote", "security", "dated"), text),
    **dict.fromkeys(("modified", "certificate_problem", "user_agent", "engine"), text),
    hops=many(fields(address=text, status=number)),
    status=or_null(number),
    headers=many(_HEADER),
    certificates=many(_CERTIFICATE),
    viewport=fields(width=number, height=number),
    scale=number,
    height=number,
    whole=flag,
    cut_at=or_null(number),
    finished=time,
    notes=many(text),
)
_FILE = fields(name=text, folder=text, modified=or_null(time), created=or_null(time), part_of=text)
OBSERVED = fields(
    **dict.fromkeys(("zone", "clock", "computer", "user", "system", "software"), text),
    method=one_of(METHODS),
    utc=time,
    local=time,
    monitors=many(fields(number=number, area=AREA, name=text, primary=flag)),
    monitor=or_null(number),
    area=or_null(AREA),
    window=or_null(fields(title=text, process=text, pid=or_null(number), area=AREA)),
    width=number,
    height=number,
    blank=flag,
    file=or_null(_FILE),
    series=or_null(many(time)),
    recorded=or_null(fields(length=number, pictures=number, ended=text)),
    pointer=or_null(flag),
    page=or_null(PAGE),
)
STORED = fields(sha256=text, size=number, media_type=text)
_BESIDE = fields(name=text, sha256=text, size=number, media_type=text)
_EXHIBIT = {
    "number": lambda value: text(value) and NUMBER.fullmatch(value),
    "incident": or_null(text),
    "method": text,
    "level": text,
    "object": STORED,
    "files": or_null(many(_BESIDE)),
}
_STATED = fields(about=text, statements=many(fields(field=text, value=text, source=one_of(SOURCES))))
DATA: dict[str, Shape] = {
    "vault.created": fields(vault=text, signing_key=text),
    "incident.opened": fields(reference=text, title=text),
    "referral.recorded": fields(reference=text),
    "incident.stated": _STATED,
    "exhibit.stated": _STATED,
    "exhibit.filed": fields(number=text, incident=text),
    "exhibit.captured": fields(**_EXHIBIT),
    "exhibit.imported": fields(**_EXHIBIT),
    "exhibit.derived": fields(
        **_EXHIBIT,
        **{"from": fields(number=text, entry=number, captured_at=time, method=one_of(METHODS))},
        relation=one_of(["covered", "crop"]),
        covers=many(fields(area=AREA, reason=text, words=text)),
        crop=or_null(AREA),
    ),
}
_PASSAGES = many(fields(reason=text, words=text, places=number))

# --- entries --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    seq: int
    commitment: bytes
    kind: str
    at: datetime
    written: str
    by: str
    data: dict[str, Any]


def _entry(seq: int, salt: bytes, body: bytes) -> Entry:
    refuse_unless(len(body) <= 4 * 1024 * 1024, "too long")
    raw = parsed(body)
    refuse_unless(isinstance(raw, dict), "no object")
    if type(raw.get("v")) is int and raw["v"] > 2:
        raise NewerError
    refuse_unless(set(raw) == {"v", "seq", "kind", "at", "by", "on", "data"}, "fields")
    refuse_unless(type(raw["v"]) is int and raw["v"] >= 1 and type(raw["seq"]) is int, "numbers")
    refuse_unless(raw["seq"] == seq, "another number")
    refuse_unless(all(text(raw[name]) for name in ("kind", "by", "on", "at")), "texts")
    refuse_unless(isinstance(raw["data"], dict), "no data")
    if raw["kind"] not in KINDS:
        raise NewerError
    several = raw["kind"] == "exhibit.captured" and "files" in raw["data"]
    refuse_unless(raw["v"] == (2 if several else 1), "version")
    commitment = hashlib.sha256(b"evidence/commit/1\n" + salt + body).digest()
    at = moment(raw["at"])
    return Entry(seq, commitment, raw["kind"], at, raw["at"], raw["by"], raw["data"])


def read_entries(data: bytes) -> list[Entry]:
    """The lines of opened.jsonl; raises `RefusedError` or `NewerError`, whatever comes first."""
    refuse_unless(not data or data.endswith(b"\n"), "cut off")
    found = []
    for line in data.split(b"\n")[:-1]:
        raw = parsed(line)
        refuse_unless(isinstance(raw, dict) and set(raw) == {"seq", "salt", "body"}, "fields")
        refuse_unless(number(raw["seq"]) and text(raw["body"]) and text(raw["salt"]), "types")
        refuse_unless(re.fullmatch("[0-9a-f]{64}", raw["salt"]), "salt")
        found.append(_entry(raw["seq"], bytes.fromhex(raw["salt"]), raw["body"].encode()))
    return found


@dataclass(frozen=True)
class Exhibit:
    """What the entry that sealed it says."""

    entry: Entry
    number: str
    files: dict[str, tuple[str, int]]
    original: str

    def value(self) -> dict[str, Any]:
        """Its part of incident.json."""
        data = self.entry.data
        value = {name: data[name] for name in ("number", "method", "level")}
        value |= {name: data["object"][name] for name in ("media_type", "size", "sha256")}
        value |= {"file": self.original, "sealed_at": self.entry.written, "entry": self.entry.seq}
        if data.get("files"):
            folder = self.original.rpartition("/")[0]
            value["files"] = [
                {
                    "file": f"{folder}/{one['name']}",
                    **{name: one[name] for name in ("media_type", "size", "sha256")},
                }
                for one in data["files"]
            ]
        return value


def _exhibit(entry: Entry) -> Exhibit:
    data = entry.data
    folder = "data/exhibits/" + data["number"].replace("/", "-")
    files = {}
    for one in data.get("files") or []:
        name = f"{folder}/{one['name']}"
        refuse_unless(
            belongs(name) and not re.search(r"/(original|observed|stated)\.", name), "a file's name"
        )
        refuse_unless(ENDINGS.get(one["media_type"]) == name.rpartition(".")[2], "a file's ending")
        refuse_unless(name not in files, "a file twice")
        files[name] = (one["sha256"], one["size"])
    ending = ENDINGS.get(data["object"]["media_type"], "bin")
    return Exhibit(entry, data["number"], files, f"{folder}/original.{ending}")


@dataclass
class Said:
    """All of it together."""

    entries: list[Entry]
    vaults: list[tuple[str, str]] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    opened_at: dict[str, str] = field(default_factory=dict)
    exhibits: dict[str, list[Exhibit]] = field(default_factory=dict)
    filed: dict[str, str] = field(default_factory=dict)
    stated: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def hear(entries: list[Entry]) -> Said:
    said = Said(entries)
    for entry in entries:
        data, kind = entry.data, entry.kind
        shape = DATA.get(kind)
        refuse_unless(shape is None or shape(data), f"data of {kind}")
        if kind == "vault.created":
            said.vaults.append((data["vault"], data["signing_key"]))
        elif kind in {"incident.opened", "referral.recorded"}:
            about = data["reference"]
            said.incidents.append(about)
            said.titles[about] = data.get("title", "") if kind == "incident.opened" else ""
            if kind == "referral.recorded":
                said.titles[about] = f"Referral {about}, without a picture"
            said.opened_at[about] = entry.written
        elif kind in {"incident.stated", "exhibit.stated"}:
            for one in data["statements"]:
                value = {name: one[name] for name in ("field", "value", "source")}
                value |= {"about": data["about"], "at": entry.at.isoformat()}
                value |= {"by": entry.by, "entry": entry.seq}
                said.stated.setdefault(data["about"], []).append(value)
                if kind == "incident.stated" and one["field"] == "title":
                    said.titles[data["about"]] = one["value"]
        elif kind == "exhibit.filed":
            said.filed[data["number"]] = data["incident"]
        elif kind in {"exhibit.captured", "exhibit.imported", "exhibit.derived"}:
            refuse_unless(kind != "exhibit.derived" or _PASSAGES(data.get("passages", [])), "passages")
            said.exhibits.setdefault(data["number"], []).append(_exhibit(entry))
            if data.get("incident") is not None:
                said.filed[data["number"]] = data["incident"]
    return said
