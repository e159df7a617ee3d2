"""The text files of the bag (BagIt 1.0, RFC 8493): writing and strict reading.

Source: resources/formats/bundle.md, "The bag".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from evidence_app.bundle import layout
from evidence_app.bundle.text import from_json
from evidence_app.errors import IntegrityError
from evidence_app.ledger import utc_moment, utc_text

_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([!-~]{1,200})", re.ASCII)
_INFO_LINE = re.compile(r"([A-Za-z-]{1,40}): ([ -~]{0,8000})", re.ASCII)
_FORMAT_LINE = re.compile(rb"^Evidence-Bundle-Format: ([1-9][0-9]{0,8})$", re.MULTILINE)
_COUNT = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_ONCE = (
    "Bagging-Date",
    "Payload-Oxum",
    "Evidence-Bundle-Format",
    "Evidence-Bundle",
    "Evidence-Incident",
    "Evidence-Title",
    "Evidence-Sender",
    "Evidence-Sealed-At",
    "Evidence-Ledger-Size",
    "Evidence-Ledger-Link",
)
_SEALED_FOR = "Evidence-Sealed-For"


@dataclass(frozen=True, slots=True)
class BagInfo:
    """What `bag-info.txt` says. `octets` and `files` are of `data/` (Payload-Oxum)."""

    bundle_id: str
    reference: str
    title: str
    sender: str
    sealed_for: tuple[str, ...]
    sealed_at: datetime
    ledger_size: int
    ledger_link: bytes
    octets: int
    files: int


def write_manifest(digests: Mapping[str, str]) -> bytes:
    """Lines that `sha256sum -c` takes: hex, two spaces, name, LF; sorted by name."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode("ascii")


def read_manifest(data: bytes, where: str) -> dict[str, str]:
    """Name to hex digest; raises `IntegrityError` for any other spelling or a name twice."""
    found: dict[str, str] = {}
    for line in _lines(data, where):
        match = _MANIFEST_LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise IntegrityError(f"The list of files {where} cannot be read.")
        found[match[2]] = match[1]
    return found


def write_info(info: BagInfo) -> bytes:
    r"""Label, colon, space, value, LF. A value is written like the inside of an ASCII JSON string, so
    it has no line ends and no letters outside ASCII (`\n`, `\u00e9`)."""
    sealed_at = utc_text(info.sealed_at)
    pairs: list[tuple[str, str]] = [
        ("Bagging-Date", sealed_at[:10]),
        ("Payload-Oxum", f"{info.octets}.{info.files}"),
        ("Evidence-Bundle-Format", str(layout.FORMAT)),
        ("Evidence-Bundle", info.bundle_id),
        ("Evidence-Incident", info.reference),
        ("Evidence-Title", info.title),
        ("Evidence-Sender", info.sender),
        *((_SEALED_FOR, name) for name in info.sealed_for),
        ("Evidence-Sealed-At", sealed_at),
        ("Evidence-Ledger-Size", str(info.ledger_size)),
        ("Evidence-Ledger-Link", info.ledger_link.hex()),
    ]
    return "".join(f"{label}: {_escaped(value)}\n" for label, value in pairs).encode("ascii")


def format_of(data: bytes) -> int | None:
    """The number of the bundle format that a `bag-info.txt` names, of whatever later version."""
    found = _FORMAT_LINE.findall(data)
    return int(found[0]) if len(found) == 1 else None


def read_info(data: bytes) -> BagInfo:
    """The inverse of `write_info`; raises `IntegrityError`, also for a later format (see `format_of`)."""
    broken = IntegrityError("The label of the bundle (bag-info.txt) cannot be read.")
    values: dict[str, str] = {}
    sealed_for: list[str] = []
    for line in _lines(data, layout.BAG_INFO):
        match = _INFO_LINE.fullmatch(line)
        if match is None:
            raise broken
        label, value = match[1], _plain(match[2])
        if label == _SEALED_FOR:
            sealed_for.append(value)
        elif label not in values:
            values[label] = value
        else:
            raise broken
    if set(values) != set(_ONCE):
        raise broken
    octets, _, files = values["Payload-Oxum"].partition(".")
    numbers = (octets, files, values["Evidence-Ledger-Size"], values["Evidence-Bundle-Format"])
    if not all(_COUNT.fullmatch(number) for number in numbers):
        raise broken
    link, sealed_at = values["Evidence-Ledger-Link"], values["Evidence-Sealed-At"]
    if (
        int(values["Evidence-Bundle-Format"]) != layout.FORMAT
        or not _HEX.fullmatch(link)
        or values["Bagging-Date"] != sealed_at[:10]
    ):
        raise broken
    return BagInfo(
        bundle_id=values["Evidence-Bundle"],
        reference=values["Evidence-Incident"],
        title=values["Evidence-Title"],
        sender=values["Evidence-Sender"],
        sealed_for=tuple(sealed_for),
        sealed_at=utc_moment(sealed_at),
        ledger_size=int(values["Evidence-Ledger-Size"]),
        ledger_link=bytes.fromhex(link),
        octets=int(octets),
        files=int(files),
    )


def _escaped(value: str) -> str:
    return json.dumps(value, ensure_ascii=True)[1:-1]


def _plain(value: str) -> str:
    text = from_json(f'"{value}"'.encode("ascii"), "The label of the bundle (bag-info.txt)")
    if not isinstance(text, str) or _escaped(text) != value:
        raise IntegrityError("The label of the bundle (bag-info.txt) is not written as expected.")
    return text


def _lines(data: bytes, where: str) -> Iterable[str]:
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise IntegrityError(f"The file {where} cannot be read.") from error
    if not text.endswith("\n"):
        raise IntegrityError(f"The file {where} is cut off.")
    return text[:-1].split("\n")
