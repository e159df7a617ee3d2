"""Seeded mutations of our files: what chance, an editor or somebody clever could do to one.

What is done to a whole bundle stands in tests/bundle_mutations.py; how many are made, in tests/hunting.py.
"""

from __future__ import annotations

import json
import re
import unicodedata
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

NAMESPACES = ("evidence-bundle", "evidence-contact", "evidence-ledger", "evidence-receipt", "file")

Change = Callable[[Random, bytes], bytes]
# --- bytes ----------------------------------------------------------------------------------------


def _spot(chance: Random, data: bytes, most: int = 40) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.randint(1, most))


def flip(chance: Random, data: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def cut(chance: Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def behead(chance: Random, data: bytes) -> bytes:
    return data[chance.randrange(1, len(data) + 1) :]


def drop(chance: Random, data: bytes) -> bytes:
    start, end = _spot(chance, data)
    return data[:start] + data[end:]


def insert(chance: Random, data: bytes) -> bytes:
    start, end = _spot(chance, data)
    new = chance.choice(
        (chance.randbytes(end - start + 1), data[start:end], b"\0", b"\n", b"\r", b" ", b"\xef\xbb\xbf")
    )
    return data[:start] + new + data[start:]


def append(chance: Random, data: bytes) -> bytes:
    return data + chance.choice((b"\n", b"\r\n", b"\0", b" ", b"#", data, chance.randbytes(8)))


def overwrite(chance: Random, data: bytes) -> bytes:
    start, end = _spot(chance, data)
    other, _ = _spot(chance, data)
    new = chance.choice((data[other : other + end - start], bytes(end - start), b"\xff" * (end - start)))
    return data[:start] + new + data[start + len(new) :]


def exchange(chance: Random, data: bytes) -> bytes:
    """Two pieces change places."""
    a, b, c, d = sorted(chance.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


# --- lines and letters ----------------------------------------------------------------------------


def lines(chance: Random, data: bytes) -> bytes:
    """Lines dropped, doubled, swapped, shuffled, joined; blanks and other line ends."""
    found = data.split(b"\n")
    at, other = chance.randrange(len(found)), chance.randrange(len(found))
    match chance.randrange(8):
        case 0:
            del found[at]
        case 1:
            found.insert(other, found[at])
        case 2:
            found[at], found[other] = found[other], found[at]
        case 3:
            chance.shuffle(found)
        case 4:
            found[at] += chance.choice((b" ", b"\t", b"\r", b"  "))
        case 5:
            found.insert(at, b"")
        case 6:
            return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"", b"\n\n", b"\x0b")))
        case _:
            return data.rstrip(b"\n")
    return b"\n".join(found)


_ALIKE = {
    "A": "\u0410",
    "H": "\u041d",
    "a": "\u0430",
    "c": "\u0441",
    "e": "\u0435",
    "o": "\u043e",
    "p": "\u0440",
}
_MARKS = ("\u200b", "\u200f", "\u202e", "\u2066", "\u00ad", "\u0301", "\ufeff", "\0", "\x1b[2J", "\u2028")


def letters(chance: Random, data: bytes) -> bytes:
    """Other normal forms, look-alikes, full width, other digits, and marks that nobody sees."""
    text = data.decode("utf-8", "surrogateescape")
    at = chance.randrange(len(text))
    one = text[at]
    match chance.randrange(5):
        case 0:
            text = unicodedata.normalize(chance.choice(("NFC", "NFD", "NFKC", "NFKD")), text)
        case 1:
            text = text[:at] + chance.choice(_MARKS) + text[at:]
        case 2:
            found = [n for n, letter in enumerate(text) if letter in _ALIKE] or [at]
            at = chance.choice(found)
            text = text[:at] + _ALIKE.get(text[at], "\u0430") + text[at + 1 :]
        case 3:
            wide = chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one
            text = text[:at] + wide + text[at + 1 :]
        case _:
            digits = [n for n, letter in enumerate(text) if letter in "0123456789"] or [at]
            at = chance.choice(digits)
            arabic = chr(0x660 + int(text[at])) if text[at] in "0123456789" else "\u0660"
            text = text[:at] + arabic + text[at + 1 :]
    return text.encode("utf-8", "surrogateescape")


def case(chance: Random, data: bytes) -> bytes:
    start, end = _spot(chance, data, 80)
    return data[:start] + data[start:end].swapcase() + data[end:]


_DIGITS = re.compile(rb"-?\d+")


def numbers(chance: Random, data: bytes) -> bytes:
    """One number made huge, negative, zero or spelt another way."""
    found = list(_DIGITS.finditer(data))
    if not found:
        return flip(chance, data)
    one = chance.choice(found)
    old = one[0]
    huge = (b"2147483648", b"9007199254740993", b"18446744073709551616", b"9" * 400, b"9" * 5000, b"1e999")
    spelt = (b"-" + old, b"+" + old, b"0" + old, old + b"0", old + b".0", old + b"e0", old + b"_0")
    new = chance.choice((b"0", b"-1", b"NaN", *huge, *spelt))
    return data[: one.start()] + new + data[one.end() :]


# --- signatures, keys and digests -----------------------------------------------------------------

_CODED = re.compile(rb"[A-Za-z0-9+/]{20,}={0,2}")
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def coded(chance: Random, data: bytes) -> bytes:
    """Base64 or hex touched: letters, padding, the bits after the end, the other alphabet."""
    found = list(_CODED.finditer(data))
    if not found:
        return flip(chance, data)
    one = chance.choice(found)
    text, at = one[0], chance.randrange(len(one[0]))
    last = len(text.rstrip(b"=")) - 1
    match chance.randrange(8):
        case 0:
            text = text[:at] + text[at : at + 1].swapcase() + text[at + 1 :]
        case 1:
            text = text[:at] + bytes([chance.choice(_ALPHABET)]) + text[at + 1 :]
        case 2:
            text = text.replace(b"+", b"-").replace(b"/", b"_")
        case 3:
            text = chance.choice((text.rstrip(b"="), text + b"=", text + b"===="))
        case 4:
            near = _ALPHABET[(_ALPHABET.find(text[last : last + 1]) ^ 1) % 64]
            text = text[:last] + bytes([near]) + text[last + 1 :]
        case 5:
            text = text[:at] + chance.choice((b"\n", b" ", b"\r\n", b"=")) + text[at:]
        case 6:
            text = text.upper()
        case _:
            other = chance.choice(found)[0]
            text = other
    return data[: one.start()] + text + data[one.end() :]


_ARMOUR = re.compile(rb"-----BEGIN SSH SIGNATURE-----\n(.*?)-----END SSH SIGNATURE-----\n", re.DOTALL)
_ORDER = 2**252 + 27742317777372353535851937790883648493


def armour(chance: Random, data: bytes) -> bytes:
    """Something inside an SSH signature, packed properly again."""
    found = _ARMOUR.search(data)
    try:
        blob = b"" if found is None else a2b_base64(found[1])
    except Base64Error:
        blob = b""
    if found is None or len(blob) < 100:
        return flip(chance, data)
    width = 70
    match chance.randrange(7):
        case 0:
            blob = flip(chance, blob)
        case 1:  # the same point and scalar, written as a scalar beyond the group's order
            scalar = int.from_bytes(blob[-32:], "little") + _ORDER
            blob = blob[:-32] + scalar.to_bytes(33, "little")[:32]
        case 2:
            blob = chance.choice((blob + b"\0", blob[:-1], blob[: chance.randrange(len(blob))]))
        case 3:
            name = chance.choice(NAMESPACES).encode()
            old = next((one.encode() for one in NAMESPACES if one.encode() in blob), name)
            at = blob.find(old)
            blob = blob[: at - 4] + len(name).to_bytes(4, "big") + name + blob[at + len(old) :]
        case 4:
            blob = blob.replace(b"sha512", b"sha256")
        case 5:
            at = chance.randrange(6, 60)
            blob = (
                blob[:at]
                + chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", bytes(4)))
                + blob[at + 4 :]
            )
        case _:
            width = chance.choice((64, 76, 69, 1000))
    text = b64encode(blob)
    packed = b"".join(text[at : at + width] + b"\n" for at in range(0, len(text), width))
    return data[: found.start(1)] + packed + data[found.end(1) :]


# --- JSON -----------------------------------------------------------------------------------------

_HOSTILE = (
    "[null, true, false, 0, 1, -1, 2147483648, 9007199254740993, -9223372036854775808, 1e40, [], {}, [[]],"
    '{"": {}}, "", " ", "\\u0000", "\\n", "\\u202e", "\\ud800", "../../x", "\\u00e9", "e\\u0301", "1",'
    '"null", "2026-02-30T00:00:00.000Z"]'
)
_STYLES: tuple[dict[str, Any], ...] = (
    {"separators": (",", ":")},
    {"ensure_ascii": False, "indent": 2},
    {},
)


def json_value(chance: Random, data: bytes) -> bytes:
    """One value of a JSON text replaced, moved, renamed, nested or spelt another way.

    Of lines of JSON, and of one line with a signature behind it, one line; of an entry in `opened.jsonl`
    often the JSON inside its body.
    """
    start, text = 0, data
    if not data.endswith(b"}\n") or data.count(b"\n{"):
        candidates = list(re.finditer(rb"(?m)^[{\[].*$", data))
        if not candidates:
            return numbers(chance, data)
        one = chance.choice(candidates)
        start, text = one.start(), one[0]
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return numbers(chance, data)
    style = next((one for one in _STYLES if json.dumps(value, **one).encode() == text.rstrip()), _STYLES[0])
    if isinstance(value, dict) and isinstance(value.get("body"), str) and chance.random() < 0.7:
        value["body"] = json_value(chance, value["body"].encode() + b"\n").decode("utf-8", "replace")[:-1]
        new = json.dumps(value, **style)
    else:
        new = _changed_json(chance, value, style)
    end = start + len(text)
    return (
        data[:start]
        + new.encode("utf-8", "surrogatepass")
        + (b"\n" if text.endswith(b"\n") else b"")
        + data[end:]
    )


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with every key or index in it."""
    found: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            found += [(value, key), *_places(value[key])]
    return found


_HOLE = "the hole of this mutation"


def _changed_json(chance: Random, value: Any, style: dict[str, Any]) -> str:
    places = _places(value)
    if not places:
        return json.dumps(chance.choice(json.loads(_HOSTILE)))
    inside, key = chance.choice(places)
    other_inside, other_key = chance.choice(places)
    raw = ""
    match chance.randrange(9):
        case 0 | 1:
            inside[key] = chance.choice([*json.loads(_HOSTILE), 10**40, "x" * 5000])
        case 2:
            one, two = json.loads(json.dumps([inside[key], other_inside[other_key]]))
            inside[key], other_inside[other_key] = two, one
        case 3:
            del inside[key]
        case 4 if isinstance(inside, dict):
            inside[chance.choice((key.upper(), key + " ", "__proto__", "", "format"))] = inside.pop(key)
        case 5 if isinstance(inside, dict):  # the same members in another order
            pairs = list(inside.items())
            chance.shuffle(pairs)
            inside.clear()
            inside.update(pairs)
        case 6 if isinstance(inside[key], str):
            inside[key] = letters(chance, (inside[key] or "x").encode("utf-8", "replace")).decode(
                "utf-8", "replace"
            )
        case 7:
            depth = chance.choice((3, 200, 3000))
            raw = chance.choice(
                ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth, "9" * 5000, "1e400")
            )
            inside[key] = _HOLE
        case _:  # another spelling of the same
            return _respelt(chance, json.dumps(value, **style), value)
    return json.dumps(value, **style).replace(f'"{_HOLE}"', raw)


def _respelt(chance: Random, text: str, value: Any) -> str:
    at = chance.randrange(len(text))
    while not text[at].isalnum() and at:
        at -= 1
    match chance.randrange(4):
        case 0:
            return json.dumps(value, **chance.choice(_STYLES))
        case 1:
            return text[:at] + f"\\u{ord(text[at]):04X}" + text[at + 1 :]
        case 2:  # a name twice
            return re.sub(r'\{("[^"]+":)', r"{\1null,\1", text, count=1)
        case _:
            return text.replace(":", chance.choice((" :", ":\t", ": ")), chance.randint(1, 5))


BYTES: tuple[Change, ...] = (flip, cut, behead, drop, insert, append, overwrite, exchange)
TEXT: tuple[Change, ...] = (
    *BYTES,
    lines,
    letters,
    case,
    numbers,
    coded,
    coded,
    armour,
    armour,
    json_value,
    json_value,
)


def changed(chance: Random, data: bytes, changes: Sequence[Change] = TEXT) -> tuple[str, bytes]:
    """One change of a file's content, and its name; an empty file gets something."""
    change = chance.choice(changes) if data else insert
    return change.__name__, change(chance, data)
