"""The label, the lists of files and the card: bundle.md, "The bag" and "The contact card"."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from tests.other_side import tools
from tests.other_side.strict import RefusedError, check_line, check_recipient, moment, parsed, refuse_unless


def plain(value: str) -> str:
    """A value of bag-info.txt: the inside of an ASCII JSON string, in the one spelling."""
    found = parsed(f'"{value}"'.encode())
    if not isinstance(found, str) or json.dumps(found)[1:-1] != value:
        raise RefusedError("a value")
    return found


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _lines(data: bytes) -> list[str]:
    refuse_unless(data.endswith(b"\n") and data.isascii(), "not ASCII lines")
    return data[:-1].decode("ascii").split("\n")


def read_list(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _lines(data):
        fits = re.fullmatch("([0-9a-f]{64})  ([!-~]+)", line)
        if fits is None or fits[2] in found:
            raise RefusedError("a list of files")
        found[fits[2]] = fits[1]
    return found


_ONCE = (
    *("Bagging-Date", "Payload-Oxum", "Evidence-Bundle-Format", "Evidence-Bundle", "Evidence-Incident"),
    *("Evidence-Title", "Evidence-Sender", "Evidence-Sealed-At", "Evidence-Ledger-Size"),
    "Evidence-Ledger-Link",
)


def read_label(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {"Evidence-Sealed-For": []}
    for line in _lines(data):
        name, colon, value = line.partition(": ")
        refuse_unless(colon and (name in _ONCE or name == "Evidence-Sealed-For"), "a label")
        if name == "Evidence-Sealed-For":
            found[name].append(plain(value))
        else:
            refuse_unless(name not in found, "a label twice")
            found[name] = plain(value)
    refuse_unless(set(found) == {*_ONCE, "Evidence-Sealed-For"}, "a label is missing")
    refuse_unless(found["Evidence-Bundle-Format"] == "1", "the format")
    moment(found["Evidence-Sealed-At"])
    refuse_unless(found["Bagging-Date"] == found["Evidence-Sealed-At"][:10], "the date")
    return found


def read_card(data: bytes) -> dict[str, str]:
    line, newline, signature = data.partition(b"\n")
    refuse_unless(len(data) <= 16 * 1024 and newline, "no card")
    raw = parsed(line)
    names = ("evidence-contact", "name", "role", "school", "signing_key", "recipient")
    refuse_unless(isinstance(raw, dict) and tuple(raw) == names, "the card's fields")
    refuse_unless(type(raw["evidence-contact"]) is int and raw["evidence-contact"] == 1, "the card's format")
    for name in names[1:4]:
        if name != "school" or raw[name] != "":
            check_line(raw[name])
    key = tools.key_of_line(raw["signing_key"])
    check_recipient(raw["recipient"])
    compact = json.dumps(raw, separators=(",", ":")).encode("ascii")
    refuse_unless(line == compact, "another spelling of the card")
    refuse_unless(tools.signer(line + newline, signature, "evidence-contact").key == key, "the card's signer")
    return {name: str(value) for name, value in raw.items()}
