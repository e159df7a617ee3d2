"""Several at once: a second instance, two users, a share without locks, a laptop asleep in the middle."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import stat
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from evidence_app import workflows
from evidence_app.errors import EvidenceError, VaultBusyError
from evidence_app.vault import check, vault
from tests.attack import _disk
from tests.attack._cases import Bench, examine, is_sentence
from tests.attack._disk import Call, Fault, Say, Told, Way
from tests.attack._journeys import COMMANDS, JOURNEYS, Journey, Refused
from tests.attack._stage import Stage, every_exhibit, picture
from tests.attack.harness import Attack, Outcome, Share
from tests.vaults import PASSPHRASE

_HOUR = 3600
_OTHER_USER = 65534
_SLEEPS = 40
_RACERS = 4


def run(share: Share) -> Outcome:
    """In a process of its own, with the failing disk in front."""
    return _disk.preloaded("several", share)


def under(share: Share) -> Outcome:
    """Each kind for every journey; the moments of sleep are chosen by the seed."""
    bench, outcome = Bench(share), Outcome()
    for name, problems in _all(bench):
        found = list(problems)
        outcome.expect(not found, f"{name}: {'; '.join(found[:3])}")
        if share.over():
            outcome.notes.append("cut short by the time")
            break
    return outcome


Named = Iterator[tuple[str, Iterator[str]]]


def _all(bench: Bench) -> Named:
    every, chance = (*JOURNEYS, *COMMANDS), bench.share.random
    for one in every:
        yield f"{one.name} beside another instance", _second(bench, one)
    yield "after an instance that was killed", _after_a_killed_one(bench)
    yield "several that want it at the same moment", _race(bench, chance)
    for error in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EIO):
        for one in every:
            yield f"{one.name} without locks {errno.errorcode[error]}", _without_locks(bench, one, error)
    if os.geteuid() == 0:
        for one in every:
            yield f"{one.name} by another user", _other_user(bench, one, open_to_all=False)
        yield "a vault that all may write to", _shared_folder(bench)
    counts = {one.name: bench.count(one, _disk.CHANGING) for one in JOURNEYS}
    for _ in range(bench.share.number(_SLEEPS)):
        one = chance.choice(JOURNEYS)
        at, ahead = (
            chance.choice(counts[one.name]),
            chance.choice((-9 * _HOUR, -5, 9 * _HOUR, 400 * 24 * _HOUR)),
        )
        yield f"{one.name} asleep at {at}", _asleep(bench, one, at)
        yield f"{one.name} clock {ahead:+} s at {at}", _clock(bench, one, at, ahead)


# --- instances --------------------------------------------------------------------------------------


def _second(bench: Bench, journey: Journey) -> Iterator[str]:
    """One holds the vault; the other gets one sentence and changes nothing; the first goes on."""
    with bench.copied() as stage:
        who = journey.vaults[0]
        with stage.sample(who).open() as held:
            before = _files(stage)
            told = _disk.in_child(lambda say: _attempt(journey, stage, say))
            if not any(out in journey.outputs for out in ("back.evidence-vault", "new.evidence-vault")):
                yield from _refused_as_busy(told)
                if _files(stage) != before:
                    yield "the second one changed something"
            elif told.code != 0:
                yield f"it ended with {told.code}: {told.of('fault')}"
            if who == "helen":
                kept = workflows.keep(held, picture(120), "INC-001")
                if held.objects.read(kept.stored) != picture(120).png:
                    yield "the first one cannot go on"
        yield from _in_order(stage, who)


def _attempt(journey: Journey, stage: Stage, say: Say) -> None:
    try:
        journey.whole(stage, say)
    except (EvidenceError, Refused) as error:
        say(
            "refused",
            error.message,
            getattr(error, "code", int(getattr(error, "exit_code", 0))),
            type(error).__name__,
        )


def _refused_as_busy(told: Told) -> Iterator[str]:
    if told.code != 0:
        yield f"it ended with {told.code}: {told.of('fault')}"
    found = told.of("refused")
    if not found:
        yield "the second one was let in"
    for message, code, _ in found:
        if "already open" not in message or not is_sentence(message) or code != 2:
            yield f"{code}: {message}"


def _files(stage: Stage) -> dict[str, tuple[int, int]]:
    """Every file with size and time of change, but for the lock."""
    found = {}
    for path in stage.folder.rglob("*"):
        if path.name != "lock" and path.is_file():
            one = path.stat()
            found[str(path.relative_to(stage.folder))] = (one.st_size, one.st_mtime_ns)
    return found


def _in_order(stage: Stage, who: str) -> Iterator[str]:
    try:
        with stage.sample(who).open() as opened:
            yield from (f"{one.code} {one.where}" for one in check.check(opened).problems)
            missing = set(stage.held[who].exhibits) - {one.number for one in every_exhibit(opened)}
            if missing:
                yield f"{sorted(missing)} are gone"
    except EvidenceError as error:
        yield f"{type(error).__name__}: {error}"


def _after_a_killed_one(bench: Bench) -> Iterator[str]:
    """The lock of a process that is gone locks nothing."""
    with bench.copied() as stage:

        def holds(_: Say) -> None:
            stage.helen.open()
            os.kill(os.getpid(), signal.SIGKILL)

        _disk.in_child(holds)
        yield from _in_order(stage, "helen")


def _race(bench: Bench, chance: random.Random) -> Iterator[str]:
    """All are told busy or are let in; every capture that was reported is there once."""
    with bench.copied() as stage:

        def racing(say: Say) -> None:
            children = []
            for racer in range(_RACERS):
                child = os.fork()
                if child == 0:
                    _racer(stage, racer, say)
                    os._exit(0)
                children.append(child)
            for child in children:
                if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
                    say("problem", "a racer failed")

        told = _disk.in_child(racing, 120)
        yield from (str(text) for (text,) in told.of("problem"))
        sealed = told.of("sealed")
        with stage.helen.open() as opened:
            found = {one.number: one.stored.sha256 for one in every_exhibit(opened)}
            if len(sealed) != _RACERS * 3 or any(found.get(number) != sha for number, sha in sealed):
                yield f"{len(sealed)} captures were reported, and not all are there"
            if len({number for number, _ in sealed}) != len(sealed):
                yield "a number was given twice"
            yield from (f"{one.code} {one.where}" for one in check.check(opened).problems)


def _racer(stage: Stage, racer: int, say: Say) -> None:
    done = 0
    while done < 3:
        try:
            with stage.helen.open() as opened:
                kept = workflows.keep(opened, picture(300 + racer * 10 + done), "INC-001")
                say("sealed", kept.number, kept.stored.sha256)
                done += 1
        except VaultBusyError:
            continue
        except BaseException as error:  # noqa: BLE001  (told)
            say("problem", f"{type(error).__name__}: {error}")
            return


# --- shares and users -------------------------------------------------------------------------------


def _without_locks(bench: Bench, journey: Journey, error: int) -> Iterator[str]:
    """Where a folder cannot be locked: one sentence and nothing changed, or it works; later it works."""
    with bench.copied() as stage:
        before = _files(stage)

        def work(say: Say) -> None:
            _disk.arm(stage.folder, Fault(Way.EVER, 0, error, Call.LOCK))
            _attempt(journey, stage, say)
            _disk.disarm()

        told = _disk.in_child(work)
        refused = told.of("refused")
        if told.code != 0:
            yield f"it ended with {told.code}: {told.of('fault')}"
        for message, code, _ in refused:
            if not is_sentence(message) or code not in {0, 2, 70}:
                yield f"{code}: {message}"
        if refused and _files(stage) != before:
            yield "it was refused and changed something"
        if refused:
            told = Told([], 0)
        after = _disk.in_child(lambda say: examine(stage, journey, told, False, say))
        yield from (str(text) for (text,) in after.of("problem"))


def _as_other(work: Callable[[Say], None]) -> Callable[[Say], None]:
    def done(say: Say) -> None:
        os.setgroups([])
        os.setgid(_OTHER_USER)
        os.setuid(_OTHER_USER)
        os.environ["HOME"] = "/nonexistent"
        work(say)

    return done


def _other_user(bench: Bench, journey: Journey, *, open_to_all: bool) -> Iterator[str]:
    """Somebody else's vault: one sentence, nothing read, nothing changed."""
    with bench.copied() as stage:
        bench.share.folder.chmod(0o711)
        stage.folder.chmod(0o777)
        if open_to_all:
            _open_to_all(stage.folder)
        before = _files(stage)
        told = _disk.in_child(_as_other(lambda say: _attempt(journey, stage, say)))
        if told.code != 0:
            yield f"it ended with {told.code}: {told.of('fault')}"
        makes_its_own = "new.evidence-vault" in journey.outputs
        if not told.of("refused") and not makes_its_own:
            yield "somebody else was let in"
        for message, code, _ in told.of("refused"):
            if not is_sentence(message) or code not in {0, 2, 64, 70}:
                yield f"{code}: {message}"
        for name in journey.outputs:
            shutil.rmtree(stage.folder / name, ignore_errors=True)
        if _files(stage) != before:
            yield "somebody else changed something"
        yield from _in_order(stage, journey.vaults[0])


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | (0o777 if path.is_dir() else stat.S_IRUSR | 0o666))


def _shared_folder(bench: Bench) -> Iterator[str]:
    """A vault that two people may write to: what the other one leaves does not shut out the owner."""
    with bench.copied() as stage:
        bench.share.folder.chmod(0o711)
        _open_to_all(stage.folder)

        def work(say: Say) -> None:
            with stage.helen.open() as opened:
                kept = workflows.keep(opened, picture(140), "INC-001")
                say("sealed", "helen", kept.number, kept.stored.sha256)

        told = _disk.in_child(_as_other(work))
        if told.code != 0:
            yield f"the other one cannot work: {told.of('fault')}"
        journey = next(one for one in JOURNEYS if one.name == "capture")
        after = _disk.in_child(lambda say: examine(stage, journey, told, False, say))
        yield from (str(text) for (text,) in after.of("problem"))


# --- asleep -----------------------------------------------------------------------------------------


def _asleep(bench: Bench, journey: Journey, at: int) -> Iterator[str]:
    """Stopped in the middle: nobody else comes in meanwhile; woken up, it ends as if nothing had been."""
    with bench.copied() as stage:
        fault = Fault(Way.STOP, at)

        def work(say: Say) -> None:
            pid = os.fork()
            if pid == 0:
                _disk.arm(stage.folder, fault)
                journey.whole(stage, say)
                os._exit(0)
            _, status = os.waitpid(pid, os.WUNTRACED)
            if os.WIFSTOPPED(status):
                if journey.owner:
                    try:
                        stage.sample(journey.owner).open().abandon()
                        say("problem", "a second one was let in while the first one slept")
                    except VaultBusyError:
                        pass
                os.kill(pid, signal.SIGCONT)
                _, status = os.waitpid(pid, 0)
            if os.waitstatus_to_exitcode(status):
                say("problem", f"woken up it ended with {os.waitstatus_to_exitcode(status)}")

        told = _disk.in_child(work)
        yield from (str(text) for (text,) in told.of("problem"))
        if told.code != 0:
            yield f"it ended with {told.code}: {told.of('fault')}"
        after = _disk.in_child(lambda say: examine(stage, journey, told, False, say))
        yield from (str(text) for (text,) in after.of("problem"))


def _clock(bench: Bench, journey: Journey, at: int, ahead: int) -> Iterator[str]:
    """The clock on the wall is set in the middle: all goes on, and a record whose times go back says so."""
    with bench.copied() as stage:

        def work(say: Say) -> None:
            _disk.arm(stage.folder, Fault(Way.JUMP, at, ahead))
            journey.whole(stage, say)
            _disk.disarm()
            if journey.owner:
                with vault.unlock(stage.sample(journey.owner).folder, _secret(journey)) as opened:
                    entries = list(reversed(opened.read.entries(limit=10_000)))
                    back = any(later.at < one.at for one, later in pairwise(entries))
                    if back != bool(check.check(opened).notes):
                        say(
                            "problem",
                            "the times go back, and nothing says so" if back else "said for nothing",
                        )

        told = _disk.in_child(work)
        yield from (str(text) for (text,) in told.of("problem"))
        if told.code != 0:
            yield f"it ended with {told.code}: {told.of('fault')}"
        after = _disk.in_child(lambda say: examine(stage, journey, told, False, say))
        yield from (str(text) for (text,) in after.of("problem"))


def _secret(journey: Journey) -> str:
    return "another long quiet passphrase" if journey.name == "passphrase" else PASSPHRASE


ATTACK = Attack(
    "several at once, and asleep",
    "the second one gets one sentence and does no harm; what sleeps ends well",
    run,
    weight=2,
)
