"""Good and bad bundles on which the program and the reader page have to agree, each with its name.

`tampered` is every way of tests/integration/test_bundle_tampering.py, `signed_again` of
tests/unit/bundle/test_signed_again.py; `Case` in tests/bundle_mutations.py makes any number of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence_app.bundle import layout
from evidence_app.bundle.card import make_card
from evidence_app.crypto import timestamp
from evidence_app.crypto.age import Identity, Passphrase, encrypt
from tests import bundles
from tests.bundle_mutations import Case
from tests.bundles import REFERENCE, Sender, as_tar, helen, png, ruth, sign_again
from tests.stamps import authority

Files = dict[str, bytes]
PICTURE = "data/exhibits/HXA-002/original.png"
PASSPHRASE = "calm harbour lantern meadow"
_ADDED = (
    "notes.txt",
    ".hidden",
    "data/notes.txt",
    "data/exhibits/HXA-001/.DS_Store",
    "data/exhibits/HXA-001/original.exe.png",
    "data/exhibits/HXA-004/original.png",
    "data/exhibits/HXA-001/original.jpg",
    "data/report.pdf",
    "tagmanifest-md5.txt",
    "BAGIT.TXT",
    layout.TIME_STAMP,
)


@dataclass(frozen=True)
class Bundle:
    """A file that is given, and what it opens with."""

    name: str
    data: bytes
    identity: Identity | None = None
    passphrase: str = ""

    @property
    def keys(self) -> list[Identity | Passphrase]:
        """What the program is given."""
        passphrase = [Passphrase(self.passphrase)] if self.passphrase else []
        return [*([self.identity] if self.identity else []), *passphrase]

    @property
    def key(self) -> str:
        """What the page is given."""
        return self.identity.to_string() if self.identity else ""


@dataclass(frozen=True)
class World:
    """Helen's bundle for Ruth, sealed and as its files, and what a stranger makes under Helen's name."""

    helen: Sender
    ruth: Sender
    stranger: Sender
    sealed: bytes
    good: Files
    forged: bytes


def world(folder: Path) -> World:
    """`folder` is the caller's own."""
    sender, reader, stranger = helen(), ruth(), Sender("Helen Ashdown", 66)
    bundles.sealed(sender, reader, folder / "good")
    stranger.open_incident()
    stranger.capture("HXA/001", png(1))
    bundles.sealed(stranger, reader, folder / "forged")
    good = bundles.opened(folder / "good", reader.identity)
    return World(
        sender, reader, stranger, (folder / "good").read_bytes(), good, (folder / "forged").read_bytes()
    )


def flipped(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def states(here: World) -> Iterator[Bundle]:
    """One of each answer that a file can get, good ones too."""
    reader, files = here.ruth.identity, here.good
    yield Bundle("sealed for a key", here.sealed, reader)
    yield Bundle("sealed for somebody else", here.sealed, here.helen.identity)
    yield Bundle("forged under the same name", here.forged, reader)
    yield Bundle("an opened tar", as_tar(files))
    secret = encrypt(as_tar(files), Passphrase(PASSPHRASE, 4))
    yield Bundle("with a passphrase", secret, passphrase=PASSPHRASE)
    yield Bundle("with the wrong passphrase", secret, passphrase="something else")
    yield Bundle(
        "altered and sealed anew", encrypt(as_tar(files | {PICTURE: png(99)}), [reader.recipient]), reader
    )
    newer = files[layout.BAG_INFO].replace(b"Bundle-Format: 1", b"Bundle-Format: 2")
    yield Bundle("newer", as_tar(sign_again(files | {layout.BAG_INFO: newer}, here.helen.key)))
    yield Bundle("newer but not sealed so", as_tar(files | {layout.BAG_INFO: newer}))
    yield Bundle("nothing", b"")
    yield Bundle("a text", b"hello" * 1000)
    yield Bundle("a tar of something else", as_tar({"holiday.jpg": b"x"}))
    yield Bundle("a text, sealed", encrypt(b"hello" * 1000, [reader.recipient]), reader)
    yield Bundle("a covered copy", as_tar(_with_copy()))


def stamped(here: World, folder: Path) -> Iterator[Bundle]:
    """Time stamps of a service that nobody here trusts, of other bytes, and refused; `folder` is empty."""
    service = authority(folder)
    signature = here.good[layout.SIGNATURE]
    for name, over in (("with a time stamp", signature), ("with one of something else", b"other bytes")):
        stamp = service.reply(timestamp.request(over)[0])
        yield Bundle(name, as_tar(here.good | {layout.TIME_STAMP: stamp}))
    refused = bytes.fromhex("30053003020102")
    yield Bundle("with a time stamp that was refused", as_tar(here.good | {layout.TIME_STAMP: refused}))


def _with_copy() -> Files:
    sender = Sender()
    sender.open_incident()
    sender.capture("HXA/001", png(10))
    sender.copy("HXA/002", "HXA/001", png(20))
    sender.state(REFERENCE, title="Another title", facts="café \u202e \U0001f600")
    return bundles.made_without_checks(sender, left_out={"HXA/001": "Not needed"})


def damaged(here: World) -> Iterator[Bundle]:
    """The sealed file cut, extended and changed in each of its parts; headers beyond the limits."""
    data, reader = here.sealed, here.ruth.identity
    header = data.index(b"\n--- ")
    for at in (3, 19, 25, 40, header + 8, header + 60, header + 70, len(data) // 2, len(data) - 1):
        yield Bundle(f"byte {at}", data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :], reader)
    for end in (21, 30, header + 20, header + 55, header + 60, len(data) // 2, len(data) - 1):
        yield Bundle(f"cut at {end}", data[:end], reader)
    yield Bundle("one byte more", data + b"\0", reader)
    version = b"age-encryption.org/v"
    yield Bundle("a later age", version + b"2\n" + data[22:], reader)
    mac = b"--- " + b"A" * 43 + b"\n"
    body = b"A" * 43 + b"\n"
    for name, stanzas in {
        "no recipient": b"",
        "too much work": b"-> scrypt " + b"A" * 22 + b" 21\n" + body,
        "no work": b"-> scrypt " + b"A" * 22 + b" 0\n" + body,
        "passphrase and key": b"-> scrypt " + b"A" * 22 + b" 4\n" + body + b"-> X25519 " + body + body,
        "a short share": b"-> X25519 AAAA\n" + body,
        "a long body": b"-> X25519 " + body + b"A" * 64 + b"\n\n",
        "a line too long": b"-> " + b"x" * 5000 + b"\n" + body,
        "many lines": b"-> grease\n\n" * 1100,
        "no share at all": b"-> X25519\n" + body,
        "an empty argument": b"-> X25519  x\n" + body,
    }.items():
        yield Bundle(name, version + b"1\n" + stanzas + mac + bytes(100), reader, PASSPHRASE)


def tampered(here: World) -> Iterator[Bundle]:
    """By somebody without the sender's key."""
    good = here.good
    for name, data in good.items():
        yield Bundle(f"one byte of {name}", as_tar(good | {name: flipped(data)}))
        yield Bundle(f"one byte more in {name}", as_tar(good | {name: data + b"\n"}))
        yield Bundle(f"{name} emptied", as_tar(good | {name: b""}))
        yield Bundle(f"{name} removed", as_tar({one: good[one] for one in good if one != name}))
        yield Bundle(f"{name} and a picture swapped", as_tar(good | {PICTURE: data, name: good[PICTURE]}))
    for name in _ADDED:
        yield Bundle(f"{name} added", as_tar({**good, name: b"added"}))
    key, card = here.stranger.key, make_card(here.stranger.card, here.stranger.key)
    yield Bundle("signed by a stranger", as_tar(sign_again(good | {PICTURE: png(99)}, key)))
    yield Bundle("another's card too", as_tar(sign_again(good | {layout.CARD: card}, key)))
    checkpoint = key.sign(good[layout.CHECKPOINT], "evidence-ledger")
    whole = good | {layout.CARD: card, layout.CHECKPOINT_SIGNATURE: checkpoint, layout.OPENED: b"?\n"}
    yield Bundle("all of it a stranger's, the record unreadable", as_tar(sign_again(whole, key)))
    new = sign_again(good | {PICTURE: png(99)}, here.helen.key)
    yield Bundle(
        "a list made to fit", as_tar(good | {PICTURE: png(99), layout.MANIFEST: new[layout.MANIFEST]})
    )
    stolen = here.helen.key.sign(good[layout.TAG_MANIFEST], "evidence-ledger")
    yield Bundle("signed for something else", as_tar(good | {layout.SIGNATURE: stolen}))


def signed_again(here: World) -> Iterator[Bundle]:
    """By the sender, who holds the key."""
    from tests.unit.bundle.test_signed_again import LISTS, RESIGNED

    for name, (_, change, _codes) in RESIGNED.items():
        yield Bundle(name, as_tar(sign_again(change(here.good), here.helen.key)))
    for name, (lists, _found) in LISTS.items():
        yield Bundle(name, as_tar(sign_again(lists(here.good), here.helen.key, lists=False)))


def mutations(here: World, folder: Path) -> Case:
    """Makes any number of mutations of a small bundle."""
    small = []
    for number, sender in enumerate((Sender(), Sender("Helen Ashdown", 66))):
        sender.open_incident(title="Posts – café")
        sender.capture("HXA/001", png(number, 1, 1))
        sender.state("HXA/001", address="https://chat.example/p/1")
        out = folder / f"small-{number}"
        bundles.sealed(sender, here.ruth, out)
        small.append(bundles.opened(out, here.ruth.identity))
    return Case(small[0], (small[1], here.good), here.helen, here.stranger)
