"""Text from other people: what may stand in a name, and what is safe to show."""

from __future__ import annotations

import json
import unicodedata

from evidence_app.characters import is_clean
from evidence_app.errors import IntegrityError

MAX_LINE = 200
MAX_NESTING = 100
"""Lists and objects inside one another; ours have six. What is far deeper makes Python itself fail."""


def flaw_of_line(text: str) -> str | None:
    """Why a text cannot be a name, role or school (one printable line), or None if it can."""
    if not text.strip():
        return "is empty"
    if text != text.strip():
        return "begins or ends with a space"
    if len(text) > MAX_LINE:
        return f"is longer than {MAX_LINE} characters"
    if not is_clean(text):
        return "has a character that cannot be printed or that changes the direction of writing"
    if not unicodedata.is_normalized("NFC", text):
        return "is not written in the usual (NFC) form"
    return None


def shown(text: str, most: int = 4_000) -> str:
    """A text of the sender that is safe to show: nothing in it steers the display; cut at `most`."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(c if c in "\n\t" or is_clean(c) else "\ufffd" for c in cut)


def shown_name(name: str) -> str:
    """A file name of somebody else's making, on one line."""
    return shown(name, 120).replace("\n", "\ufffd").replace("\t", "\ufffd")


def to_json(value: object) -> bytes:
    """The bytes of a JSON file of a bundle: UTF-8, two spaces, one LF at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def from_json(data: bytes, where: str) -> object:
    """Parse strictly: UTF-8, no key twice, no NaN, no half characters, `MAX_NESTING`; `IntegrityError`."""
    try:
        value: object = json.loads(
            data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant
        )
        _check_nesting(value)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"{where} cannot be read.") from error
    return value


def _check_nesting(value: object) -> None:
    level = [value]
    for _ in range(MAX_NESTING + 1):
        nested = [one for one in level if isinstance(one, dict | list)]
        if not nested:
            return
        level = [part for one in nested for part in (one.values() if isinstance(one, dict) else one)]
    raise ValueError("nested too deeply")


def same_json(one: object, other: object) -> bool:
    """Equal as JSON: order of keys aside, and 1, 1.0 and true are three different things."""
    return _canonical(one) == _canonical(other)


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key twice")
    return made


def _no_constant(text: str) -> object:
    raise ValueError(text)
