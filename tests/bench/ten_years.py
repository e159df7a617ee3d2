"""A vault as it may be after ten years: made from a seed, in minutes, without a single screenshot.

The record and its index are written in one go, row by row as `Vault.record` would have left them; a test
holds a small one against the vault check. The sealed files of the exhibits are not made: what needs them
cannot be measured with it.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from evidence_app import ledger
from evidence_app.ledger import utc_text
from evidence_app.records import EntryKind, Level, Method, StopAnswer
from evidence_app.records_json import observed_to_json
from evidence_app.vault.search_things import BRINGS_IN
from evidence_app.vault.vault import Vault
from tests.vaults import Sample, make_sample, observed

OWNER, COMPUTER = "Helen Ashdown", "staffroom-4"
ENTRIES_EACH = 10
EXHIBITS_EACH = 20
PLATFORMS = ("Chirrup", "Photogram", "Chatterbox", "Clipshare")
_BATCH = 2_000
_SYLLABLES = tuple("".join(one) for one in itertools.product("bcdfglmnprstvw", "aeiou"))


@dataclass
class _Rows:
    """What waits to be written, by table."""

    entries: list[tuple[Any, ...]] = field(default_factory=list)
    acts: list[tuple[Any, ...]] = field(default_factory=list)
    subjects: list[tuple[Any, ...]] = field(default_factory=list)
    statements: list[tuple[Any, ...]] = field(default_factory=list)
    exhibits: list[tuple[Any, ...]] = field(default_factory=list)
    incidents: list[tuple[Any, ...]] = field(default_factory=list)
    stop_answers: list[tuple[Any, ...]] = field(default_factory=list)
    search_todo: list[tuple[Any, ...]] = field(default_factory=list)
    last: dict[str, str] = field(default_factory=dict)


def ten_years(folder: Path, exhibits: int = 100_000, seed: int = 7) -> Sample:
    """A locked vault with so many exhibits in a twentieth as many incidents, and ten entries for each."""
    made = make_sample(folder)
    with made.open() as vault:
        _fill(vault, exhibits, random.Random(seed))
    return made


def words(rng: random.Random, count: int) -> str:
    """Words of no language: a few of them often, most of them seldom."""
    return " ".join(
        "".join(_SYLLABLES[int(len(_SYLLABLES) * rng.random() ** 2)] for _ in range(rng.randint(1, 4)))
        for _ in range(count)
    )


def _fill(vault: Vault, exhibits: int, rng: random.Random) -> None:
    size, link = vault.head
    moment = datetime(2016, 9, 1, 8, tzinfo=UTC)
    rows = _Rows()
    connection = vault._writer.connection.dbapi_connection
    assert connection is not None
    with vault._writing, vault._writer.begin():
        for seq, (kind, data, fill) in enumerate(_acts(exhibits, rng), size + 1):
            moment += timedelta(seconds=rng.randint(60, 500))
            body = ledger.encode_body(seq, kind, moment, OWNER, COMPUTER, data)
            salt = rng.randbytes(ledger.SALT_BYTES)
            committed = ledger.commitment(salt, body)
            link = ledger.next_link(link, committed)
            rows.entries.append((seq, body, salt, committed, link))
            rows.acts.append((seq, kind.value, utc_text(moment)))
            if kind in BRINGS_IN:
                rows.search_todo.append((seq,))
            fill(rows, seq, utc_text(moment))
            if len(rows.entries) >= _BATCH:
                _write(connection, rows)
        _write(connection, rows)
        connection.executemany(
            "UPDATE incidents SET last_at = ? WHERE reference = ?",
            [(at, reference) for reference, at in rows.last.items()],
        )
        vault._head = None
    vault.catch_up()


def _write(connection: Any, rows: _Rows) -> None:
    for name, waiting in vars(rows).items():
        if isinstance(waiting, list) and waiting:
            places = ", ".join("?" * len(waiting[0]))
            connection.executemany(f"INSERT OR IGNORE INTO {name} VALUES ({places})", waiting)  # noqa: S608
            waiting.clear()


def _acts(exhibits: int, rng: random.Random) -> Iterator[tuple[EntryKind, dict[str, object], Any]]:
    seen = observed_to_json(observed())
    for number in range(exhibits):
        incident = f"INC-{number // EXHIBITS_EACH + 1:03d}"
        if number % EXHIBITS_EACH == 0:
            yield from _incident(
                incident, number // EXHIBITS_EACH + 1, min(EXHIBITS_EACH, exhibits - number), rng
            )
        name = f"HXA/{number + 1:03d}"
        yield _captured(name, number + 1, incident, dict(seen), rng)
        handle = words(rng, 2).replace(" ", "_")
        said = {
            "address": f"https://social.example/@{handle}/status/{1_700_000_000_000_000_000 + number * 7919}",
            "account": f"@{handle}",
            "platform": rng.choice(PLATFORMS),
        }
        yield _stated(name, incident, said)
        for _ in range(2 if number % 5 == 0 else 1):
            yield _stated(name, incident, {"note": words(rng, 25)})
        for _ in range(ENTRIES_EACH - 3 - (number % 5 == 0)):
            yield EntryKind.EXHIBIT_VIEWED, {"number": name}, _about(name)


def _about(*subjects: str) -> Any:
    def fill(rows: _Rows, seq: int, _at: str) -> None:
        rows.subjects += [(subject, seq) for subject in subjects]

    return fill


def _incident(
    reference: str, serial: int, held: int, rng: random.Random
) -> Iterator[tuple[EntryKind, dict[str, object], Any]]:
    title = words(rng, 4).capitalize()

    def opened(rows: _Rows, seq: int, at: str) -> None:
        rows.subjects.append((reference, seq))
        rows.incidents.append((serial, reference, title, at, at, held, 0))

    yield EntryKind.INCIDENT_OPENED, {"reference": reference, "title": title}, opened
    answer = StopAnswer.NO.value

    def asked(rows: _Rows, seq: int, at: str) -> None:
        rows.subjects.append((reference, seq))
        rows.stop_answers.append((seq, reference, answer, None, "", at, OWNER))

    data: dict[str, object] = {"incident": reference, "answer": answer, "files": None, "advised_by": ""}
    yield EntryKind.STOP_ANSWERED, data, asked


def _captured(
    number: str, serial: int, incident: str, seen: dict[str, object], rng: random.Random
) -> tuple[EntryKind, dict[str, object], Any]:
    stored = {
        "id": f"{serial:08x}-0000-4000-8000-{rng.getrandbits(48):012x}",
        "sha256": rng.randbytes(32).hex(),
        "size": 400_000,
        "media_type": "image/png",
    }
    data: dict[str, object] = {
        "number": number,
        "incident": incident,
        "method": Method.MONITOR.value,
        "level": Level.SCREEN.value,
        "object": stored,
        "observed": seen,
    }

    def fill(rows: _Rows, seq: int, at: str) -> None:
        rows.subjects += [(number, seq), (incident, seq)]
        rows.last[incident] = at
        rows.exhibits.append(
            (serial, number, incident, Method.MONITOR.value, Level.SCREEN.value, *stored.values(), at, seq)
        )

    return EntryKind.EXHIBIT_CAPTURED, data, fill


def _stated(about: str, incident: str, said: dict[str, str]) -> tuple[EntryKind, dict[str, object], Any]:
    statements = [{"field": name, "value": value, "source": "typed"} for name, value in said.items()]

    def fill(rows: _Rows, seq: int, at: str) -> None:
        rows.subjects.append((about, seq))
        rows.last[incident] = at
        for position, (name, value) in enumerate(said.items()):
            rows.statements.append((seq, position, about, name, value, "typed", at, OWNER))
        # Of a field that is stated again the entry before has something that was said earlier.
        if name == "note":
            rows.search_todo.append((seq,))

    return EntryKind.EXHIBIT_STATED, {"about": about, "statements": statements}, fill
