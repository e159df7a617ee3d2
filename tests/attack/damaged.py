"""A vault that something has damaged: pages of the record, sealed files, key slots, label, log, other times.

Whatever it is: one sentence or an open vault, never a crash; `vault check` names what is wrong; what was not
touched is readable; no sealed file goes away; a fresh vault beside it takes a capture.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from evidence_app import workflows
from evidence_app.errors import EvidenceError
from evidence_app.records import Role
from evidence_app.vault import check, layout, vault
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests import desks
from tests.attack import _disk
from tests.attack._cases import Bench, is_sentence
from tests.attack._disk import Say
from tests.attack._journeys import Refused, command
from tests.attack._stage import Stage, every_exhibit, picture
from tests.attack.harness import Attack, Outcome, Share
from tests.vaults import PASSPHRASE, Sample, connect_by_hand

PAGE = 4096
H = "helen.evidence-vault"


@dataclass(frozen=True)
class Damage:
    """`harm` damages the vault's folder. `may_lose`: exhibits whose bytes may be unreadable then (all: None).

    `opens`: whether the vault has to open all the same. `named`: whether the check has to name something.
    """

    name: str
    harm: Callable[[Path], object]
    may_lose: frozenset[str] | None = frozenset()
    opens: bool = True
    named: bool = False
    slot: Slot = Slot.PASSPHRASE


class _Vaults(Bench):
    """The stage of every case, and what the damages need: earlier and foreign vaults."""

    def __init__(self, share: Share) -> None:
        super().__init__(share)
        self.helen = self.stage.helen
        self.log = self._left_open(share.folder / "open.evidence-vault", self.helen)
        """As a crash leaves it: the newest entries stand in the log."""
        self.earlier = share.folder / "earlier.evidence-vault"
        shutil.copytree(self.helen.folder, self.earlier)
        with self.helen.open() as opened:
            for number in range(60, 66):
                workflows.keep(opened, picture(number), "INC-001")
            self.words = opened.read.exhibits("INC-001")[0].number
            self.objects = {one.number: one.stored.object_id for one in every_exhibit(opened)}

    @staticmethod
    def _left_open(folder: Path, sample: Sample) -> Path:
        """A copy whose log was not folded in."""
        own = folder.with_name("working.evidence-vault")
        shutil.copytree(sample.folder, own)
        with Vault.open(own, sample.identity, slot=Slot.PASSPHRASE) as opened:
            for number in range(70, 74):
                workflows.keep(opened, picture(number), "INC-001")
            shutil.copytree(own, folder)
        shutil.rmtree(own)
        return folder


def run(share: Share) -> Outcome:
    """Every damage once, and as many more of the ones that depend on chance as the time allows."""
    bench, outcome = _Vaults(share), Outcome()
    chance = share.random
    every = list(_damages(bench, chance, pages=True))
    chance.shuffle(every)
    rounds = 0
    while not share.over():
        for one in every:
            if share.over():
                break
            problems = list(_case(bench, one))
            outcome.expect(not problems, f"{one.name}: {'; '.join(problems[:3])}")
        rounds += 1
        if rounds > 3 * share.times:
            break
        every = list(_damages(bench, chance, pages=True))
        chance.shuffle(every)
    outcome.notes.append(f"{outcome.tried / max(len(every), 1):.1f} times each of {len(every)} damages")
    return outcome


# --- one case ---------------------------------------------------------------------------------------


def _case(bench: _Vaults, damage: Damage) -> Iterator[str]:
    with bench.copied() as stage:
        folder = stage.helen.folder
        damage.harm(folder)
        before = _sealed_files(folder)
        told = _disk.in_child(lambda say: _look(stage, damage, say))
        yield from (str(text) for (text,) in told.of("problem"))
        if told.code != 0:
            yield f"it ended with {told.code}: {told.of('fault')}"
        gone = before - _sealed_files(folder)
        if gone:
            yield f"{sum(gone.values())} sealed files are gone or changed"


def _sealed_files(folder: Path) -> Counter[str]:
    """Digests of all files that are or were objects, wherever they were moved to."""
    found = [*(folder / "objects").rglob("*"), *(folder / "interrupted").glob("*")]
    return Counter(sha256(one.read_bytes()).hexdigest() for one in found if one.is_file())


def _look(stage: Stage, damage: Damage, say: Say) -> None:
    folder, opened = stage.helen.folder, False
    try:
        with vault.unlock(folder, PASSPHRASE) as found:
            opened = True
            _look_inside(stage, found, damage, say)
    except EvidenceError as error:
        if not is_sentence(error.message):
            say("problem", f"no plain sentence: {error.message!r}")
        if not opened and damage.opens:
            say("problem", f"it does not open: {error.message}")
    _by_command(stage, damage, say)
    _fresh(stage, say)


def _look_inside(stage: Stage, opened: Vault, damage: Damage, say: Say) -> None:
    if damage.may_lose is not None:
        for one in every_exhibit(opened):
            try:
                opened.objects.read(one.stored)
            except EvidenceError as error:
                if one.number not in damage.may_lose:
                    say("problem", f"{one.number} was not touched and cannot be read: {error.message}")
        missing = set(stage.held["helen"].exhibits) - {one.number for one in every_exhibit(opened)}
        if missing:
            say("problem", f"{sorted(missing)} are not listed any more")
    problems = check.check(opened).problems
    if damage.named and not problems:
        say("problem", "the check finds nothing")
    for one in problems:
        if not is_sentence(one.message):
            say("problem", f"no plain sentence: {one.message!r}")
    if not problems:
        with closing(connect_by_hand(opened.folder, opened.identity)) as connection:
            if connection.execute("PRAGMA cipher_integrity_check").fetchall():
                say("problem", "pages of the record are damaged and the check finds nothing")


def _by_command(stage: Stage, damage: Damage, say: Say) -> None:
    """What a person at the command line is told: no fault, no traceback."""
    try:
        command(stage, "vault", "check", H, "--passphrase-file", "passphrase")
    except Refused as refused:
        if refused.code not in {1, 2, 64, 70} or "has a fault" in refused.message:
            say("problem", f"vault check ends with {refused.code}: {refused.message}")


def _fresh(stage: Stage, say: Say) -> None:
    """A new vault beside the damaged one takes a capture."""
    made, _ = vault.create(
        stage.folder / "fresh.evidence-vault",
        name="Helen Ashdown",
        role=Role.STAFF,
        school="",
        passphrase=PASSPHRASE,
    )
    with made:
        kept = workflows.keep(made, picture(90), desks.open_incident(made, "Again"))
        if made.objects.read(kept.stored) != picture(90).png:
            say("problem", "a fresh vault does not keep a capture")


# --- the damages ------------------------------------------------------------------------------------


def _damages(bench: _Vaults, chance: random.Random, *, pages: bool) -> Iterator[Damage]:
    yield from _of_objects(bench, chance)
    yield from _of_keys(bench, chance)
    yield from _of_label(bench, chance)
    yield from _of_times(bench)
    yield from _of_log(bench, chance)
    yield from _of_drafts(chance)
    if pages:
        yield from _of_pages(bench, chance)


def _flip(path: Path, chance: random.Random, first: int = 0, end: int | None = None) -> None:
    data = bytearray(path.read_bytes())
    at = chance.randrange(first, min(len(data), end or len(data)))
    data[at] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def _cut(path: Path, chance: random.Random) -> None:
    os.truncate(path, chance.randrange(path.stat().st_size))


def _of_pages(bench: _Vaults, chance: random.Random) -> Iterator[Damage]:
    """A page may hold anything, so the vault may not open: but then it says so."""
    size = (bench.helen.folder / layout.LEDGER).stat().st_size // PAGE
    for at in range(size):
        kind = chance.choice(("bit", "zeros", "noise", "older"))

        def harm(folder: Path, at: int = at, kind: str = kind, seed: int = chance.getrandbits(32)) -> None:
            one = random.Random(seed)
            path = folder / layout.LEDGER
            if kind == "bit":
                _flip(path, one, at * PAGE, (at + 1) * PAGE)
                return
            old = (bench.earlier / layout.LEDGER).read_bytes()[at * PAGE : (at + 1) * PAGE]
            page = {"zeros": bytes(PAGE), "noise": one.randbytes(PAGE), "older": old}[kind]
            with path.open("r+b") as file:
                file.seek(at * PAGE)
                file.write(page or bytes(PAGE))

        yield Damage(f"page {at} {kind}", harm, may_lose=None, opens=False, named=False)

    def cut(folder: Path, pages: int = chance.randrange(size)) -> None:
        os.truncate(folder / layout.LEDGER, pages * PAGE)

    def swap(
        folder: Path, one: int = chance.randrange(1, size), other: int = chance.randrange(1, size)
    ) -> None:
        path = folder / layout.LEDGER
        data = path.read_bytes()
        first, second = (data[at * PAGE : (at + 1) * PAGE] for at in (one, other))
        with path.open("r+b") as file:
            for at, page in ((one, second), (other, first)):
                file.seek(at * PAGE)
                file.write(page)

    def grow(folder: Path, more: int = chance.randrange(1, 3 * PAGE)) -> None:
        with (folder / layout.LEDGER).open("ab") as file:
            file.write(bytes(more))

    yield Damage("record cut off", cut, None, opens=False)
    yield Damage("two pages swapped", swap, None, opens=False)
    yield Damage("record with something behind it", grow, None, opens=False)
    yield Damage("record missing", lambda folder: (folder / layout.LEDGER).unlink(), None, opens=False)
    yield Damage("record empty", lambda folder: (folder / layout.LEDGER).write_bytes(b""), None, opens=False)


def _of_objects(bench: _Vaults, chance: random.Random) -> Iterator[Damage]:
    numbers = sorted(bench.objects)
    for number in chance.sample(numbers, 4):
        other = chance.choice([one for one in numbers if one != number])

        def path(folder: Path, number: str = number) -> Path:
            return layout.object_path(folder, bench.objects[number])

        def swap(folder: Path, number: str = number, other: str = other) -> None:
            one, two = (layout.object_path(folder, bench.objects[name]) for name in (number, other))
            one.rename(one.with_suffix(".x"))
            two.rename(one)
            one.with_suffix(".x").rename(two)

        def foreign(folder: Path, path: Callable[[Path], Path] = path) -> None:
            theirs = next((bench.stage.ruth.folder / "objects").rglob("*.age"))
            path(folder).write_bytes(theirs.read_bytes())

        def link(folder: Path, path: Callable[[Path], Path] = path) -> None:
            path(folder).unlink()
            path(folder).symlink_to("/dev/zero")

        def directory(folder: Path, path: Callable[[Path], Path] = path) -> None:
            path(folder).unlink()
            path(folder).mkdir()

        one = random.Random(chance.getrandbits(32))
        lost = frozenset({number})
        kinds: dict[str, Callable[[Path], object]] = {
            "bit": partial(_flip, chance=one),
            "cut": partial(_cut, chance=one),
            "gone": Path.unlink,
            "empty": _empty,
        }
        for kind, harm in kinds.items():
            yield Damage(f"{number} {kind}", partial(_at, bench.objects[number], harm), lost, named=True)
        yield Damage(f"{number} swapped with {other}", swap, lost | {other}, named=True)
        yield Damage(f"{number} of another vault", foreign, lost, named=True)
        yield Damage(f"{number} a folder", directory, lost, named=True)
        yield Damage(f"{number} a link to zeros without end", link, lost, named=True)
    yield Damage("all objects gone", lambda folder: shutil.rmtree(folder / "objects"), None, named=True)
    yield Damage(
        "a stranger among the objects",
        lambda folder: (folder / "objects" / "note.txt").write_text("x"),
        named=True,
    )
    yield Damage("objects a file", _objects_a_file, None, opens=False, named=True)


def _at(object_id: str, harm: Callable[[Path], object], folder: Path) -> None:
    harm(layout.object_path(folder, object_id))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _objects_a_file(folder: Path) -> None:
    (folder / "objects").rename(folder / "interrupted")
    (folder / "objects").write_bytes(b"")


def _of_keys(bench: _Vaults, chance: random.Random) -> Iterator[Damage]:
    slot = "keys/passphrase.age"

    def theirs(folder: Path) -> None:
        (folder / slot).write_bytes((bench.stage.ruth.folder / slot).read_bytes())

    one = random.Random(chance.getrandbits(32))
    yield Damage("slot bit", lambda folder: _flip(folder / slot, one), opens=False)
    yield Damage("slot cut", lambda folder: _cut(folder / slot, one), opens=False)
    yield Damage("slot gone", lambda folder: (folder / slot).unlink(), opens=False)
    yield Damage("slot huge", lambda folder: (folder / slot).write_bytes(bytes(1 << 22)), opens=False)
    yield Damage("slot of another vault", theirs, opens=False)
    yield Damage("all slots gone", lambda folder: shutil.rmtree(folder / "keys"), opens=False)
    yield Damage("other slot damaged", lambda folder: _flip(folder / "keys" / "recovery.age", one))


def _of_label(bench: _Vaults, chance: random.Random) -> Iterator[Damage]:
    def theirs(folder: Path) -> None:
        shutil.copy(bench.stage.ruth.folder / layout.LABEL, folder / layout.LABEL)

    one = random.Random(chance.getrandbits(32))
    for at in range(6):
        yield Damage(f"label bit {at}", lambda folder: _flip(folder / layout.LABEL, one), opens=False)
    yield Damage("label cut", lambda folder: _cut(folder / layout.LABEL, one), opens=False)
    yield Damage("label gone", lambda folder: (folder / layout.LABEL).unlink(), opens=False)
    yield Damage("label of another vault", theirs, opens=False)
    yield Damage("label a folder", lambda folder: _replaced_by_folder(folder / layout.LABEL), opens=False)
    yield Damage("lock a folder", lambda folder: _replaced_by_folder(folder / layout.LOCK), opens=False)


def _replaced_by_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def _of_times(bench: _Vaults) -> Iterator[Damage]:
    def old_record(folder: Path) -> None:
        shutil.copy(bench.earlier / layout.LEDGER, folder / layout.LEDGER)

    def old_objects(folder: Path) -> None:
        shutil.rmtree(folder / "objects")
        shutil.copytree(bench.earlier / "objects", folder / "objects")

    newer = frozenset(bench.objects) - frozenset(bench.stage.held["helen"].exhibits)
    yield Damage("an old record with new objects", old_record)
    yield Damage("a new record with old objects", old_objects, newer, named=True)


def _of_log(bench: _Vaults, chance: random.Random) -> Iterator[Damage]:
    """The vault as a crash left it, its newest entries in the log."""
    one = random.Random(chance.getrandbits(32))
    log, index = f"{layout.LEDGER}-wal", f"{layout.LEDGER}-shm"

    def crashed(then: Callable[[Path], object]) -> Callable[[Path], None]:
        def harm(folder: Path) -> None:
            shutil.rmtree(folder)
            shutil.copytree(bench.log, folder)
            then(folder)

        return harm

    def other(folder: Path) -> None:
        """The log of one time beside the record of another."""
        shutil.copy(bench.log / log, folder / log)

    yield Damage("log as it was", crashed(lambda _: None))
    yield Damage("log missing", crashed(lambda folder: (folder / log).unlink()))
    yield Damage("log cut", crashed(lambda folder: _cut(folder / log, one)))
    yield Damage("log empty", crashed(lambda folder: (folder / log).write_bytes(b"")))
    yield Damage("log of zeros", crashed(lambda folder: (folder / log).write_bytes(bytes(50_000))))
    for at in range(5):
        yield Damage(f"log bit {at}", crashed(lambda folder: _flip(folder / log, one)), None, opens=False)
    yield Damage(
        "index of the log damaged", crashed(lambda folder: (folder / index).write_bytes(one.randbytes(32768)))
    )
    yield Damage("log of another time", other, None, opens=False)


def _of_drafts(chance: random.Random) -> Iterator[Damage]:
    one = random.Random(chance.getrandbits(32))
    yield Damage("drafts of noise", lambda folder: (folder / layout.DRAFTS).write_bytes(one.randbytes(500)))
    yield Damage("drafts empty", lambda folder: (folder / layout.DRAFTS).write_bytes(b""))
    yield Damage("drafts a folder", lambda folder: (folder / layout.DRAFTS).mkdir())
    yield Damage("new drafts left", lambda folder: (folder / layout.DRAFTS_NEW).write_bytes(b"half"))
    yield Damage("a part left", lambda folder: (folder / layout.INDEX_CHECK).write_bytes(one.randbytes(9000)))
    yield Damage(
        "interrupted a file", lambda folder: (folder / layout.INTERRUPTED).write_bytes(b""), named=False
    )


ATTACK = Attack(
    "a damaged vault",
    "no crash, no silent loss, the check names it, the rest is readable",
    run,
    weight=2,
)
