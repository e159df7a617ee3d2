"""Cases of journeys that meet a fault: counted in a dry run, then carried out one by one, each in a fork."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from evidence_app.errors import EvidenceError
from evidence_app.vault import database, keys
from tests.attack import _disk, _stage
from tests.attack._disk import DYING, Call, Fault, Say, Told, Way
from tests.attack._journeys import Examination, Journey, Refused
from tests.attack._stage import Stage
from tests.attack.harness import Outcome, Share
from tests.vaults import LIGHT_WORK_FACTOR

_SENTENCE = re.compile(r"[A-Z0-9“][^\n]{15,900}[.]")
_THERE_ALREADY = {"DisposedError"}
"""How an act is answered that was decided before, and could only not be finished."""
_IN_THE_OPEN_VAULT = 2
_NEVER = ("Traceback", "has a fault", "Error", "Errno", "could not start", " None", "sqlite")


@dataclass(frozen=True)
class Point:
    """A journey and the fault that it meets."""

    journey: Journey
    fault: Fault

    def __str__(self) -> str:
        return f"{self.journey.name} {self.fault}"

    @property
    def no_tidying(self) -> bool:
        """Whether the disk also refuses to remove what was begun."""
        return self.fault.way is Way.EVER and bool(self.fault.calls & Call.UNLINK)


class Bench:
    """The stage that is copied for every case, and the cases."""

    def __init__(self, share: Share) -> None:
        self.share = share
        # This process carries out attacks and nothing else, so nothing is put back.
        keys.WORK_FACTOR = LIGHT_WORK_FACTOR
        _share_statements()
        self.stage = _stage.made(share.folder / "template")
        self._at = 0

    @contextmanager
    def copied(self) -> Iterator[Stage]:
        """A copy of the stage, thrown away afterwards."""
        self._at += 1
        folder = self.share.folder / f"case{self._at}"
        try:
            yield self.stage.copy(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(folder.with_name(f"{folder.name}.graveyard"), ignore_errors=True)

    def count(self, journey: Journey, calls: Call, journal: str = "") -> range:
        """The calls of a journey that is not disturbed: those to attack."""
        with self.copied() as stage:

            def work(say: Say) -> None:
                _disk.arm(stage.folder, Fault(Way.COUNT, calls=calls), journal)
                journey.whole(stage, lambda *_: None, lambda: say("mark", _disk.counted()))
                say("count", _disk.counted())

            told = _disk.in_child(work)
            problems: list[str] = []
            examine(stage, journey, told, False, lambda _, text: problems.append(text))  # also warms up
        if not told.of("count") or problems:
            raise RuntimeError(f"{journey.name} does not work undisturbed: {told} {problems}")
        marks = [at for (at,) in told.of("mark")]
        if journey.entire or len(marks) < 2:
            return range(told.of("count")[0][0])
        return range(marks[0], marks[1])

    def carry_out(self, points: Sequence[Point]) -> Outcome:
        """One case after the other while there is time."""
        outcome = Outcome()
        for point in points:
            if self.share.over():
                outcome.notes.append(
                    f"{outcome.tried:,} of {len(points):,} points; the others take a longer run"
                )
                break
            problems = list(self.case(point))
            outcome.expect(not problems, f"{point}: {'; '.join(problems[:3])}")
        else:
            outcome.notes.append(f"all {len(points):,} points")
        return outcome

    def case(self, point: Point) -> Iterator[str]:
        """What is wrong after one journey met one fault; nothing where all is well."""
        with self.copied() as stage:
            dying = point.fault.way in DYING
            told = _disk.in_child(lambda say: self._journey(point, stage, say))
            yield from ended_well(point, stage, told)
            # Whoever is refused goes on in the same process, so what it then said holds too.
            messy = dying or point.no_tidying
            after = _disk.in_child(lambda say: examine(stage, point.journey, told, messy, say))
            yield from (str(text) for (text,) in after.of("problem"))
            if after.code != 0:
                yield f"the examination ended with {after.code} {after.of('fault')}"

    def _journey(self, point: Point, stage: Stage, say: Say) -> None:
        journey, fault = point.journey, point.fault
        _disk.arm(stage.folder, fault)
        if fault.way in DYING:
            journey.whole(stage, say)
            return
        for attempt in range(2):
            try:
                self._held(journey, stage, say)
                break
            except (EvidenceError, Refused) as error:
                _refuse(say, attempt, error)
                _disk.disarm()
        say("done")

    def _held(self, journey: Journey, stage: Stage, say: Say) -> None:
        """The journey; where its act is refused, once more in the open vault, with the disk in order."""
        if not journey.owner:
            journey.act(stage, None, say)
            return
        with stage.sample(journey.owner).open() as opened:
            try:
                journey.act(stage, opened, say)
            except (EvidenceError, Refused) as error:
                _refuse(say, 0, error)
                _disk.disarm()
                try:
                    journey.act(stage, opened, say)
                except (EvidenceError, Refused) as again:
                    _refuse(say, _IN_THE_OPEN_VAULT, again)
                    return
            say("entry", journey.owner, opened.head[0], opened.head[1].hex())


def _refuse(say: Say, attempt: int, error: EvidenceError | Refused) -> None:
    say("refused", attempt, error.message, getattr(error, "code", 0), type(error).__name__)


def _share_statements() -> None:
    """What SQLAlchemy compiles is compiled once, not again with every vault that is opened."""
    compiled: dict[object, object] = {}
    opening = database.open_engine

    def open_engine(*given: Any, **more: Any) -> Engine:
        return opening(*given, **more).execution_options(compiled_cache=compiled)

    database.open_engine = open_engine
    # The cache asks for the very dialect, and each engine has one of its own: they are all alike.
    setattr(SQLiteDialect_pysqlite, "__eq__", lambda one, other: type(one) is type(other))  # noqa: B010
    setattr(SQLiteDialect_pysqlite, "__hash__", lambda one: hash(type(one)))  # noqa: B010


def examine(stage: Stage, journey: Journey, told: Told, killed: bool, say: Say) -> None:
    """Say every problem of a stage."""
    for text in Examination(stage, journey, told.lines, killed).problems():
        say("problem", text)


def ended_well(point: Point, stage: Stage, told: Told) -> Iterator[str]:
    """Whether the process ended as it should, and said only what people can read."""
    if told.code is None:
        yield "it hung"
    elif told.code not in ({0, -9} if point.fault.way in DYING else {0}):
        yield f"it ended with {told.code}: {told.of('fault')}"
    for attempt, message, code, kind in told.of("refused"):
        there = attempt != _IN_THE_OPEN_VAULT and _is_there(point, stage, message)
        if attempt and kind not in _THERE_ALREADY and not (there or point.no_tidying):
            yield f"refused with the disk in order: {kind}: {message}"
        if not is_sentence(message):
            yield f"no plain sentence: {message!r}"
        if code not in {0, 1, 2, 64, 70}:
            yield f"exit code {code}: {message}"


def _is_there(point: Point, stage: Stage, message: str) -> bool:
    """Whether it was done, and only what came after it failed, such as the entry of the locking."""
    return message.startswith("There is already") and any(
        (stage.folder / name).exists() for name in point.journey.outputs
    )


def is_sentence(message: str) -> bool:
    """Whether people can read it: no names of faults, no half sentence."""
    return _SENTENCE.fullmatch(message) is not None and not any(word in message for word in _NEVER)


def points_of(
    bench: Bench, journeys: Sequence[Journey], ways: Sequence[Way], calls: Call = _disk.CHANGING, errors=(0,)
) -> list[Point]:
    """Every point of the journeys; those of one way first, each way in an order that the seed decides."""
    found: list[Point] = []
    counts = {one.name: bench.count(one, calls) for one in journeys}
    chance = bench.share.random
    for way in ways:
        for error in errors:
            these = [Point(one, Fault(way, at, error, calls)) for one in journeys for at in counts[one.name]]
            chance.shuffle(these)
            found += these
    return found
