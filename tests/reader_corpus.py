"""What the program and the reader page have to agree on.

The corpus of the other verifiers (tests/corpus.py), headers of age files, time stamps, a forged bundle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence_app.bundle import layout
from evidence_app.bundle.card import make_card
from evidence_app.crypto import timestamp
from evidence_app.crypto.age import Identity, Passphrase, encrypt
from tests import bundles, corpus
from tests.bundles import REFERENCE, Sender, as_tar, helen, png, ruth, sign_again
from tests.stamps import authority

Files = dict[str, bytes]
PICTURE = "data/exhibits/HXA-002/original.png"
PASSPHRASE = "calm harbour lantern meadow"


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


def known(folder: Path, every: int = 1) -> Iterator[Bundle]:
    """Those of tests/corpus.py: every state, every tampering, every single flaw."""
    for one in corpus.samples(folder, every):
        if one.name == "a key for a passphrase":
            continue  # the page asks for what the file opens with, and for nothing else
        identity = one.keys[0] if one.keys else None
        yield Bundle(one.name, one.path.read_bytes(), identity, one.passphrase)


def states(here: World) -> Iterator[Bundle]:
    """Some more answers that a file can get, good ones too."""
    reader, files = here.ruth.identity, here.good
    yield Bundle("sealed for a key", here.sealed, reader)
    yield Bundle("forged under the same name", here.forged, reader)
    changed = encrypt(as_tar(files | {PICTURE: png(99)}), [reader.recipient])
    yield Bundle("altered and sealed anew", changed, reader)
    newer = files[layout.BAG_INFO].replace(b"Bundle-Format: 1", b"Bundle-Format: 2")
    yield Bundle("newer", as_tar(sign_again(files | {layout.BAG_INFO: newer}, here.helen.key)))
    yield Bundle("newer but not sealed so", as_tar(files | {layout.BAG_INFO: newer}))
    yield Bundle("a covered copy", as_tar(_with_copy()))
    key, card = here.stranger.key, make_card(here.stranger.card, here.stranger.key)
    checkpoint = key.sign(files[layout.CHECKPOINT], "evidence-ledger")
    whole = files | {layout.CARD: card, layout.CHECKPOINT_SIGNATURE: checkpoint, layout.OPENED: b"?\n"}
    yield Bundle("all of it a stranger's, the record unreadable", as_tar(sign_again(whole, key)))


def slow() -> bytes:
    """A file that opens with no passphrase, and takes seconds to say so."""
    secret = b"A" * 43 + b"\n"
    return b"age-encryption.org/v1\n-> scrypt " + b"A" * 22 + b" 17\n" + secret + b"--- " + secret + bytes(99)


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
