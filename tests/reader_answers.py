"""The answers of the program and of the reader page, side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evidence_app.bundle import questions, read, sentences
from evidence_app.bundle.verify import Altered
from evidence_app.cli.bundles import damaged_json, verdict_json
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.errors import (
    DamagedError,
    EvidenceError,
    NewerFormatError,
    NotForYouError,
    NotOurFileError,
    WrongPassphraseError,
)
from evidence_app.records import Contact, Trust, Verdict
from tests.bundles import Sender

_FAILURES: dict[type[EvidenceError], str] = {
    NotForYouError: "not-for-you",
    NotOurFileError: "not-ours",
    NewerFormatError: "newer",
    WrongPassphraseError: "wrong-passphrase",
}
_CHECKED = re.compile(r"Checked on [^.]*\.")
_WHY_IT_DOES_NOT_COUNT = re.compile(r"(A time stamp calls itself one of [^;]*);[^.]*\.")


def programs_answer(
    data: bytes, folder: Path, keys: Sequence[Identity | Passphrase] = (), trust: Trust | None = None
) -> dict[str, Any]:
    """What the program says of a file, in the form in which `Page.check` reads the answer of the page."""
    path = folder / "bundle"
    path.write_bytes(data)
    try:
        try:
            verdict = read.verify(path, keys, trust or Trust())
        except Altered as altered:
            verdict = altered.verdict
    except DamagedError as error:
        return {"answer": damaged_json(error), "sentence": sentences.describe_failure(error)[0]}
    except tuple(_FAILURES) as error:
        kind = next(name for one, name in _FAILURES.items() if isinstance(error, one))
        kind = "asked-again" if kind == "wrong-passphrase" else kind
        return {"answer": {"failure": kind, "message": error.message}}
    return {
        "answer": verdict_json(verdict),
        "sentence": sentences.describe(verdict)[0],
        "questions": _questions(verdict),
    }


def _questions(verdict: Verdict) -> list[list[str]]:
    return [[one.title, one.answer, *one.evidence] for one in questions.questions(verdict)]


def trusted(contact: Sender, how: str) -> Trust:
    """What somebody brings who has one card; `how` is empty where its words were not compared."""
    now = datetime.now(UTC)
    one = contact.contact(confirmed=bool(how))
    at = {"confirmed_at": now if how else None, "confirmed_how": how}
    return Trust(contacts=(Contact(**{name: getattr(one, name) for name in one.__slots__} | at),))


def differences(program: dict[str, Any], page: dict[str, Any]) -> list[str]:
    """Where the two differ, in lines; none where they say the same.

    The time of the check is that of each. The page never has a certificate of a time stamp service; the
    program may say more exactly why a stamp does not count.
    """
    return [
        f"{name}: the program says {said!r}, the page says {page.get(name)!r}"
        for name, said in program.items()
        if _plain(said) != _plain(page.get(name))
    ]


def _plain(said: Any) -> Any:
    if isinstance(said, str):
        return _WHY_IT_DOES_NOT_COUNT.sub(r"\1.", _CHECKED.sub("", said))
    if isinstance(said, list):
        return [_plain(one) for one in said]
    return {name: _plain(value) for name, value in said.items()} if isinstance(said, dict) else said
