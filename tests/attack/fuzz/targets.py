"""What is fuzzed: one function of bytes for every reader of what others made.

A target returns, or raises what is a defect: anything that is not one of the errors meant for such input,
or a wrong answer. `seeds` are good inputs to begin with.
"""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence_app import ledger
from evidence_app.bundle import content, layout
from evidence_app.bundle.tar import Sink, read_tar
from evidence_app.bundle.verify import Verifier
from evidence_app.capture import address, address_times
from evidence_app.capture.reading.recognise import recognised
from evidence_app.crypto import sshsig, timestamp
from evidence_app.crypto.age import decrypt, encrypt, identities_from_text
from evidence_app.errors import IntegrityError, NewerFormatError, NotForYouError, NotOurFileError, UserError
from evidence_app.records import Entry, Trust
from tests import bundles, signed_mutations, talks
from tests.bundle_judge import RUTH, good_bundles
from tests.bundle_mutations import Case
from tests.reading_judge import looked_at
from tests.tar_mutations import BLOCK, Files, as_others_read_it, packed

SLOWEST = 2.0
"""Seconds of processor that one input may take."""
LONGEST = 64 * 1024
"""Bytes of an input."""
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

Run = Callable[[bytes], None]
Seeds = Callable[[], Mapping[str, bytes]]


@dataclass(frozen=True)
class Target:
    """A reader, and good inputs of it by a name."""

    run: Run
    seeds: Seeds


def tried(target: Target, data: bytes) -> None:
    """One input; raises what is a defect, and AssertionError for one that takes too long."""
    begun = time.process_time()
    target.run(data)
    took = time.process_time() - begun
    assert took < SLOWEST, f"it took {took:.1f} seconds"


# --- bundles ----------------------------------------------------------------------------------------


@cache
def _case() -> Case:
    with TemporaryDirectory() as folder:
        return good_bundles(Path(folder))


def _names() -> list[str]:
    return sorted(_case().good)


def verifier(data: bytes) -> None:
    """The first byte chooses a file of a good bundle, the rest is its content; its sender signs again if the
    byte is even."""
    if not data:
        return
    case = _case()
    name = _names()[(data[0] >> 1) % len(case.good)]
    files = {**case.good, name: data[1:]} if data[0] & 1 else _signed_again(name, data[1:])
    found = Verifier(Trust(contacts=(case.sender.contact(),), seen=()))
    try:
        for one, text in files.items():
            found.start_file(one, len(text))
            found.feed(memoryview(text))
            found.end_file()
        verdict = found.finish(NOW)
    except (IntegrityError, NewerFormatError, NotOurFileError):
        return
    assert verdict.unchanged
    original = name.endswith(("original.png", "observed.json", "stated.json"))
    assert not original or _same_of_an_exhibit(name, data[1:]), "taken for the recorded one"


def _signed_again(name: str, text: bytes) -> Files:
    case = _case()
    files = {**case.good, name: text}
    if name == layout.TAG_MANIFEST:
        return {**files, layout.SIGNATURE: case.sender.key.sign(text, layout.BUNDLE_NAMESPACE)}
    if name == layout.SIGNATURE:
        return files
    return bundles.sign_again(files, case.sender.key, lists=name.startswith("data/"))


def _same_of_an_exhibit(name: str, text: bytes) -> bool:
    good = _case().good[name]
    return good == text if name.endswith(".png") else json.loads(good) == json.loads(text)


def _verifier_seeds() -> dict[str, bytes]:
    good = _case().good
    return {
        f"{name.replace('/', '-')}-{signed}": bytes([at << 1 | signed]) + good[name]
        for at, name in enumerate(_names())
        for signed in (0, 1)
    }


class _Collected(Sink):
    """What came out of an archive."""

    def __init__(self) -> None:
        self.files: Files = {}

    def start_file(self, name: str, size: int) -> None:
        assert size >= 0
        self.name, self.size, self.data = name, size, bytearray()

    def feed(self, data: memoryview) -> None:
        self.data += data

    def end_file(self) -> None:
        assert len(self.data) == self.size
        self.files[self.name] = bytes(self.data)


def archive(data: bytes) -> None:
    """An archive; where the first byte is even, the checksums of its headers are made right. What is accepted
    Python's own reader reads the same."""
    if not data:
        return
    text = data[1:] if data[0] & 1 else _with_checksums(data[1:])
    found = _Collected()
    try:
        read_tar(io.BytesIO(text), found)
    except IntegrityError:
        return
    if found.files:
        assert as_others_read_it(text) == found.files, "others read another archive"


def _with_checksums(data: bytes) -> bytes:
    made, at = bytearray(data), 0
    while at + BLOCK <= len(made) and any(made[at : at + BLOCK]):
        made[at + 148 : at + 156] = b" " * 8
        made[at + 148 : at + 156] = f"{sum(made[at : at + BLOCK]):06o}\0 ".encode()
        try:
            size = int(bytes(made[at + 124 : at + 135]), 8)
        except ValueError:
            break
        at += BLOCK + max(0, size) + -max(0, size) % BLOCK
    return bytes(made)


def _archive_seeds() -> dict[str, bytes]:
    small = {name: _case().good[name] for name in (layout.BAGIT, layout.TAG_MANIFEST)}
    python = bundles.as_tar({"./a": b"x", "data/b": b""})
    return {"packed": b"\0" + packed(small), "python": b"\1" + python, "none": b"\0" + bytes(2 * BLOCK)}


def age(data: bytes) -> None:
    """A sealed file; what opens is sealed again and opened again."""
    try:
        plain = decrypt(data, [RUTH.identity])
    except (IntegrityError, NewerFormatError, NotForYouError, NotOurFileError, UserError):
        return
    assert decrypt(encrypt(plain, [RUTH.identity.recipient]), [RUTH.identity]) == plain


def _age_seeds() -> dict[str, bytes]:
    sealed = _case().sealed
    two = encrypt(b"hello", [RUTH.identity.recipient, _case().sender.identity.recipient])
    head = sealed.index(b"---")
    grease = sealed[:22] + b"-> x-grease a b\nAAAA\n" + sealed[22:head] + sealed[head:]
    return {"sealed": sealed[:4000], "two": two, "grease": grease[:1000]}


# --- what is signed -----------------------------------------------------------------------------------


def signed(kind: str, data: bytes) -> None:
    """A card or receipt; where the first byte is even, its holder signs the first line."""
    one = signed_mutations.KINDS[kind]
    if not data:
        return
    if data[0] & 1:
        one.judge(data[1:])
    else:
        line = data[1:].partition(b"\n")[0] + b"\n"
        one.judge_signed(line + one.key.sign(line, one.namespace))


def _signed_seeds(kind: str) -> dict[str, bytes]:
    one = signed_mutations.KINDS[kind]
    texts = (one.good, *one.others)
    return {f"{at}-{odd}": bytes([odd]) + text for at, text in enumerate(texts) for odd in (0, 1)}


MESSAGE = b"what was signed\n"


def signature(data: bytes) -> None:
    """A signature over a fixed text: as it is, or (first byte even) a blob that is put into its armour."""
    if not data:
        return
    text = data[1:] if data[0] & 1 else sshsig._armour(data[1:])
    key = _case().sender.key
    with suppress(sshsig.SignatureError):
        signer = sshsig.verify(MESSAGE, text, "file")
        assert signer != key.public_key or text == key.sign(MESSAGE, "file"), "a second form of a signature"
    with suppress(sshsig.SignatureError):
        sshsig.key_from_public_line(data.decode("utf-8", "replace"))


def _signature_seeds() -> dict[str, bytes]:
    key = _case().sender.key
    text = key.sign(MESSAGE, "file")
    blob = base64.b64decode(b"".join(text.split(b"\n")[1:-2]))
    line = sshsig.public_line(key.public_key, "Helen").encode()
    return {"armoured": b"\1" + text, "blob": b"\0" + blob, "line": line}


# --- the ledger -----------------------------------------------------------------------------------------


def entries(data: bytes) -> None:
    """An entry's body, the opened entries of a bundle and a checkpoint, by the first byte."""
    if not data:
        return
    text = data[1:]
    with suppress(IntegrityError, NewerFormatError):
        if data[0] % 3 == 0:
            found = ledger.parse_entry(4, bytes(32), text)
            content.tell([found])
            assert found.commitment == ledger.commitment(bytes(32), text)
        elif data[0] % 3 == 1:
            content.tell(content.read_opened(text))
        else:
            checkpoint = ledger.parse_checkpoint(text)
            assert ledger.encode_checkpoint(checkpoint) == text, "a second form of a checkpoint"


def _entry_seeds() -> dict[str, bytes]:
    bodies = {f"{one.seq}": b"\0" + one.body.replace(b'"seq":%d' % one.seq, b'"seq":4') for one in _told()}
    good = _case().good
    return bodies | {"opened": b"\1" + good[layout.OPENED], "checkpoint": b"\2" + good[layout.CHECKPOINT]}


def _told() -> Iterator[Entry]:
    sender = bundles.helen()
    sender.copy("HXA/004", "HXA/001", b"x")
    yield from sender.entries


# --- time stamps -------------------------------------------------------------------------------------------


def stamp(data: bytes) -> None:
    """The answer of a time stamp service, read against roots that nobody of theirs has."""
    with suppress(timestamp.StampError):
        assert not timestamp.read(data, MESSAGE, _roots()).trusted


@cache
def _roots() -> tuple[bytes, ...]:
    return timestamp.load_roots((Path(__file__).parent / "root.pem").read_bytes())


def _stamp_seeds() -> dict[str, bytes]:
    # Made once with `openssl ts` (tests/stamps.py); the root of another service lies beside it.
    return {"response": (Path(__file__).parent / "response.tsr").read_bytes()}


# --- what is brought in ------------------------------------------------------------------------------------


def brought_in(reader: str, data: bytes) -> None:
    """A file of one kind; also what a file of unknown kind is taken for."""
    looked_at(reader, data)
    recognised(io.BytesIO(data))


def _samples(reader: str) -> dict[str, bytes]:
    found = {name: data for name, (one, data) in talks.samples().items() if one == reader}
    return {name: data[:LONGEST] for name, data in found.items()}


def addresses(data: bytes) -> None:
    """An address as somebody pastes it."""
    text = data.decode("utf-8", "surrogateescape")
    found = address.read_address(text)
    for one in (found.cleaned, found.platform, found.account, found.post):
        (one or "").encode("utf-8", "surrogateescape")
    address_times.time_inside(found.platform or "", found.post or "")
    address.phone_number(text)


def keys(data: bytes) -> None:
    """A file of keys as `age-keygen` writes it."""
    with suppress(UserError):
        identities_from_text(data.decode("utf-8", "replace"))


_ADDRESSES = (
    "https://www.instagram.com/p/C4abcDEFghi/?igsh=x",
    "https://x.com/larkmere_9/status/1767890123456789012?s=20",
    "https://www.tiktok.com/@larkmere/video/7345678901234567890",
    "https://discord.com/channels/123/456/1217890123456789012",
    "https://www.linkedin.com/feed/update/urn:li:activity:7173456789012345678/",
    "wa.me/447700900123",
    "http://[2001:db8::1]:8080/%41?q=%zz#x",
    "+44 7700 900123",
)
TARGETS: dict[str, Target] = {
    "verifier": Target(verifier, _verifier_seeds),
    "tar": Target(archive, _archive_seeds),
    "age": Target(age, _age_seeds),
    "keys": Target(keys, lambda: {"key": f"# x\n{RUTH.identity.to_string()}\n".encode()}),
    "card": Target(partial(signed, "card"), partial(_signed_seeds, "card")),
    "receipt": Target(partial(signed, "receipt"), partial(_signed_seeds, "receipt")),
    "sshsig": Target(signature, _signature_seeds),
    "entries": Target(entries, _entry_seeds),
    "timestamp": Target(stamp, _stamp_seeds),
    "address": Target(addresses, lambda: {str(at): one.encode() for at, one in enumerate(_ADDRESSES)}),
} | {
    reader: Target(partial(brought_in, reader), partial(_samples, reader))
    for reader in ("archive", "chat", "html", "mail", "mhtml", "outlook", "sms", "warc", "whatsapp")
}
