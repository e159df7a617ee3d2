"""Seeded mutations of an opened bundle: of its files, of the tar around them, of the folder.

Nobody here has the sender's key; what the sender could do stands in tests/unit/bundle/test_signed_again.py.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from evidence_app.bundle import layout
from evidence_app.bundle.card import make_card
from evidence_app.crypto.age import Recipient, encrypt
from tests import tar_mutations
from tests.bundles import Sender, sign_again
from tests.hunting import Mutant
from tests.mutations import BYTES, NAMESPACES, TEXT, changed
from tests.tar_mutations import BLOCK, NEW_NAMES, Archive, Files, members, packed

# --- files ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A good bundle's files, those of other good ones, the sender's key for other purposes, a stranger.

    `sealed`: the good bundle as it was sealed.
    """

    good: Files
    others: tuple[Files, ...]
    sender: Sender
    stranger: Sender
    sealed: bytes

    def files(self, chance: Random) -> Mutant[Files]:
        """The files by name after one to three changes."""
        how, files = [], dict(self.good)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            change = chance.choice(_FILE_CHANGES)
            how.append(change.__name__)
            with suppress(KeyError, IndexError, ValueError):  # an earlier change took what this one needs
                made = dict(files)
                how[-1] += change(self, chance, made)
                files = made
        return Mutant(tuple(how), files)

    def tar(self, chance: Random) -> Mutant[bytes]:
        """The bundle as a tar: changed files in it, a changed archive, or both."""
        if chance.random() < 0.5:
            mutant = self.files(chance)
            return Mutant(mutant.how, packed(mutant.what))
        how: tuple[str, ...] = ()
        files = self.good
        if chance.random() < 0.2:
            mutant = self.files(chance)
            how, files = mutant.how, mutant.what
        if chance.random() < 0.2:
            name, data = changed(chance, packed(files), BYTES)
            return Mutant((*how, f"{name} in the tar"), data)
        archive = Archive(members(packed(files)), bytes(2 * BLOCK))
        for _ in range(chance.choice((1, 1, 2))):
            change = chance.choice(tar_mutations.CHANGES)
            how = (*how, change.__name__ + change(self.others, chance, archive))
        return Mutant(how, archive.data())

    def age(self, chance: Random, reader: Recipient) -> Mutant[bytes]:
        """The bundle as a sealed file: what is around it changed, or a changed archive sealed properly."""
        if chance.random() < 0.3:
            mutant = self.tar(chance)
            return Mutant((*mutant.how, "sealed"), encrypt(mutant.what, [reader]))
        how, data = [], self.sealed
        end = data.index(b"\n---") + 49
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            if chance.random() < 0.5:
                name, head = changed(chance, data[:end], TEXT)
                data = head + data[end:]
                how.append(f"{name} in the header")
            else:
                name, data = changed(chance, data, BYTES)
                how.append(name)
        return Mutant(tuple(how), data)


def content(case: Case, chance: Random, files: Files) -> str:
    name = chance.choice(list(files))
    how, files[name] = changed(chance, files[name], BYTES if name.endswith(".png") else TEXT)
    return f" of {name}: {how}"


def removed(case: Case, chance: Random, files: Files) -> str:
    name = chance.choice(list(files))
    del files[name]
    return f" {name}"


def emptied(case: Case, chance: Random, files: Files) -> str:
    name = chance.choice(list(files))
    files[name] = b""
    return f" {name}"


def added(case: Case, chance: Random, files: Files) -> str:
    name = chance.choice(NEW_NAMES)
    files[name] = chance.choice((b"", b"added\n", chance.choice(list(files.values()))))
    return f" {name!a}"


def renamed(case: Case, chance: Random, files: Files) -> str:
    name, new = chance.choice(list(files)), chance.choice(NEW_NAMES)
    files[new] = files.pop(name)
    return f" {name} to {new!a}"


def swapped(case: Case, chance: Random, files: Files) -> str:
    one, two = chance.choice(list(files)), chance.choice(list(files))
    files[one], files[two] = files[two], files[one]
    return f" {one} and {two}"


_GROUPS: tuple[tuple[str, ...], ...] = (
    (layout.TAG_MANIFEST, layout.SIGNATURE),
    (layout.TAG_MANIFEST, layout.SIGNATURE, layout.MANIFEST, layout.BAG_INFO),
    (layout.CHECKPOINT, layout.CHECKPOINT_SIGNATURE),
    (layout.CHECKPOINT, layout.CHECKPOINT_SIGNATURE, layout.COMMITMENTS),
    (layout.CHECKPOINT, layout.CHECKPOINT_SIGNATURE, layout.COMMITMENTS, layout.OPENED),
    (layout.INCIDENT, layout.OPENED),
    (layout.CARD,),
)


def from_another(case: Case, chance: Random, files: Files) -> str:
    """Files of another good bundle in the place of these, some together as they belong."""
    other = chance.choice(case.others)
    match chance.randrange(4):
        case 0:
            names: Sequence[str] = chance.choice(_GROUPS)
        case 1:
            names = [name for name in other if name.startswith("data/")]
        case 2:
            names = chance.sample(list(other), chance.randint(1, len(other)))
        case _:
            names = [chance.choice(list(other))]
    files.update({name: other[name] for name in names})
    return f" {', '.join(names)}"


def lists_made_to_fit(case: Case, chance: Random, files: Files) -> str:
    """Another content, and the lists rewritten around it as far as anybody can: all but the signature."""
    what = content(case, chance, files)
    new = sign_again(files, case.stranger.key)
    names = (layout.MANIFEST, layout.BAG_INFO, layout.TAG_MANIFEST)[: chance.randint(1, 3)]
    files.update({name: new[name] for name in names})
    return f"{what} around it: {', '.join(names)}"


def signed_by_a_stranger(case: Case, chance: Random, files: Files) -> str:
    """Another content, all lists to fit, a good signature of another key; the card and end of record too."""
    how = content(case, chance, files) if chance.random() < 0.8 else ""
    key = case.stranger.key
    if chance.random() < 0.5:
        files[layout.CARD] = make_card(case.stranger.card, key)
        how += " card"
    if chance.random() < 0.5:
        files[layout.CHECKPOINT_SIGNATURE] = key.sign(files[layout.CHECKPOINT], "evidence-ledger")
        how += " checkpoint"
    files.update(sign_again(files, key))
    return how


def signed_for_something_else(case: Case, chance: Random, files: Files) -> str:
    """A signature of the sender's over the new list, but one for another purpose."""
    how = content(case, chance, files)
    files.update(sign_again(files, case.stranger.key))
    namespace = chance.choice([one for one in NAMESPACES if one != "evidence-bundle"])
    files[layout.SIGNATURE] = case.sender.key.sign(files[layout.TAG_MANIFEST], namespace)
    return f"{how} {namespace}"


FileChange = Callable[[Case, Random, Files], str]
_FILE_CHANGES: tuple[FileChange, ...] = (
    *(
        content,
        content,
        content,
        content,
        removed,
        emptied,
        added,
        renamed,
        swapped,
        from_another,
        from_another,
    ),
    *(
        lists_made_to_fit,
        lists_made_to_fit,
        signed_by_a_stranger,
        signed_by_a_stranger,
        signed_for_something_else,
    ),
)


# --- the folder -----------------------------------------------------------------------------------


class Folder:
    """A bundle's files on disk, made into others and back again."""

    def __init__(self, root: Path, good: Files) -> None:
        self.root = root
        self._good = good
        self._now: Files = {}
        self._gone: set[str] = set()
        self._strange: list[Path] = []
        self.put(good)

    def put(self, files: Files) -> None:
        """Make the folder hold exactly these files, and nothing strange any more."""
        for path in self._strange:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        self._strange = []
        for name in self._now.keys() - files.keys():
            (self.root / name).unlink(missing_ok=True)
        for name, data in files.items():
            if self._now.get(name) != data or name in self._gone:
                path = self.root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        self._now = dict(files)
        self._gone = set()

    def strange(self, chance: Random) -> str:
        """Something in the folder that is no file of a bundle, or stands in the place of one."""
        name = chance.choice([one for one in self._good if one in self._now])
        path = self.root / name
        match chance.randrange(5):
            case 0:
                aside = self.root.parent / "aside"
                aside.write_bytes(self._now[name])
                self._instead(name)
                path.symlink_to(aside)
                how = f"a link instead of {name}"
            case 1:
                self._instead(name)
                path.mkdir()
                how = f"a folder instead of {name}"
            case 2:
                self._instead(name)
                os.mkfifo(path)
                how = f"a pipe instead of {name}"
            case 3:
                path = self.root / "data" / os.fsdecode(b"\xff\xe2\x80\xae.png")
                path.write_bytes(b"?")
                how = "a name that is no text"
            case _:
                path = self.root / "data" / "more"
                path.symlink_to(self.root / "data" / "ledger", target_is_directory=True)
                how = "a linked folder"
        self._strange.append(path)
        return how

    def _instead(self, name: str) -> None:
        (self.root / name).unlink()
        self._gone.add(name)
