"""Folders that are read-only, that vanish in the middle or are slow; and a small disk that is really full."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from evidence_app.errors import EvidenceError
from tests.attack import _disk
from tests.attack._cases import Bench, examine, is_sentence, points_of
from tests.attack._disk import Call, Fault, Say, Way
from tests.attack._journeys import COMMANDS, JOURNEYS, Journey, Refused
from tests.attack._stage import Stage
from tests.attack.harness import Attack, Outcome, Share
from tests.disks import SmallDisk

# No locks among them: SQLite waits ten seconds each time for one that it cannot get.
_EVERYTHING = _disk.CHANGING | Call.OPEN | Call.READ | Call.LOOK
_GONE = (errno.ENOENT, errno.ESTALE, errno.EIO, errno.EHOSTDOWN)
_VANISHINGS, _FILLINGS, _SLOW = 250, 60, 12


def run(share: Share) -> Outcome:
    """In a process of its own, with the failing disk in front."""
    return _disk.preloaded("folders", share)


def under(share: Share) -> Outcome:
    """Some of each kind, chosen by the seed."""
    bench, outcome = Bench(share), Outcome()
    for name, problems in _all(bench, outcome):
        found = list(problems)
        outcome.expect(not found, f"{name}: {'; '.join(found[:3])}")
        if share.over():
            outcome.notes.append("cut short by the time")
            break
    return outcome


def _all(bench: Bench, outcome: Outcome) -> Iterator[tuple[str, Iterator[str]]]:
    chance, share = bench.share.random, bench.share
    every = (*JOURNEYS, *COMMANDS)
    gone = points_of(bench, JOURNEYS, (Way.EVER,), _EVERYTHING, _GONE)
    for point in chance.sample(gone, min(len(gone), share.number(_VANISHINGS))):
        yield f"vanishing: {point}", _vanishing(bench, point.journey, point.fault)
    for one in chance.sample(every, share.number(_SLOW) % (len(every) + 1) or len(every)):
        yield f"slow: {one.name}", _slow(bench, one)
    with _small_disk(share.folder / "disk") as disk:
        if disk is None:
            outcome.notes.append("no small disk can be mounted here")
            return
        for one in every:
            yield f"read-only: {one.name}", _read_only(bench, one, disk)
        for _ in range(share.number(_FILLINGS)):
            one, free = chance.choice(every), chance.choice((0, 4, 16, 40, 80, 160, 400)) * 1024
            yield f"full with {free} bytes left: {one.name}", _filled(bench, one, disk, free)


# --- gone, slow -------------------------------------------------------------------------------------


def _vanishing(bench: Bench, journey: Journey, fault: Fault) -> Iterator[str]:
    """From one call on the folder is gone; the process says so in a sentence, and it comes back as it was."""
    with bench.copied() as stage:
        told = _disk.in_child(lambda say: _once(journey, stage, fault, say))
        if told.code != 0:
            yield f"it ended with {told.code}: {told.of('fault')}"
        yield from _plain(told.of("refused"))
        after = _disk.in_child(lambda say: examine(stage, journey, told, True, say))
        yield from (str(text) for (text,) in after.of("problem"))


def _once(journey: Journey, stage: Stage, fault: Fault, say: Say) -> None:
    _disk.arm(stage.folder, fault)
    try:
        journey.whole(stage, say)
    except (EvidenceError, Refused) as error:
        say("refused", error.message)
    _disk.disarm()


def _plain(refused: Sequence[Sequence[str]]) -> Iterator[str]:
    for (message,) in refused:
        if not is_sentence(message):
            yield f"no plain sentence: {message!r}"


def _slow(bench: Bench, journey: Journey) -> Iterator[str]:
    """Two milliseconds for every call, as over a bad line: slower, and the same."""
    with bench.copied() as stage:
        fault = Fault(Way.SLOW, 2000, 0, _disk.CHANGING | Call.READ | Call.OPEN)
        told = _disk.in_child(lambda say: _once(journey, stage, fault, say), 300)
        if told.code != 0 or told.of("refused"):
            yield f"it ended with {told.code}: {told.of('fault')}{told.of('refused')}"
        after = _disk.in_child(lambda say: examine(stage, journey, told, False, say))
        yield from (str(text) for (text,) in after.of("problem"))


# --- a real small disk ------------------------------------------------------------------------------


@contextmanager
def _small_disk(root: Path) -> Iterator[SmallDisk | None]:
    root.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "evidence-attack", str(root)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        yield None
        return
    try:
        yield SmallDisk(root)
    finally:
        subprocess.run(["umount", "--lazy", str(root)], check=True)


@contextmanager
def _moved(bench: Bench, disk: SmallDisk) -> Iterator[Stage]:
    folder = disk.root / "stage"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield replace(bench.stage).copy(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read_only(bench: Bench, journey: Journey, disk: SmallDisk) -> Iterator[str]:
    with _moved(bench, disk) as stage:
        disk.remount("ro")
        try:
            told = _disk.in_child(lambda say: _attempt(journey, stage, say))
        finally:
            disk.remount("rw")
        if told.code != 0:
            yield f"it ended with {told.code}: {told.of('fault')}"
        if not told.of("refused"):
            yield "it did something on a disk that takes nothing"
        yield from _plain(told.of("refused"))
        told.lines.clear()
        after = _disk.in_child(lambda say: examine(stage, journey, told, False, say))
        yield from (str(text) for (text,) in after.of("problem"))


def _attempt(journey: Journey, stage: Stage, say: Say) -> None:
    try:
        journey.whole(stage, say)
    except (EvidenceError, Refused) as error:
        say("refused", error.message)


def _filled(bench: Bench, journey: Journey, disk: SmallDisk, free: int) -> Iterator[str]:
    with _moved(bench, disk) as stage:
        figures = os.statvfs(disk.root)
        disk.leave(min(free, figures.f_bavail * figures.f_bsize))
        try:
            told = _disk.in_child(lambda say: _attempt(journey, stage, say))
        finally:
            disk.empty()
        if told.code != 0:
            yield f"it ended with {told.code}: {told.of('fault')}"
        yield from _plain(told.of("refused"))
        after = _disk.in_child(lambda say: examine(stage, journey, told, False, say))
        yield from (str(text) for (text,) in after.of("problem"))


ATTACK = Attack(
    "folders that go away",
    "one sentence, nothing lost, and all as before when the folder is back",
    run,
    weight=3,
)
