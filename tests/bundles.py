"""Bundles for tests without a vault: a sender with a ledger of their own, and tools to tamper.

`Sender` keeps a real chain with real signatures; `opened` gives the files of a sealed bundle by name;
`sign_again` is what a sender could do who changes a bundle after sealing it.
"""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from evidence_app import ledger
from evidence_app.bundle import card, layout
from evidence_app.bundle.bag import write_manifest
from evidence_app.bundle.content import commitment_lines, tell
from evidence_app.bundle.seal import _data_files, _measure, _tag_files, seal
from evidence_app.crypto.age import Identity, Passphrase, Recipient, decrypt
from evidence_app.crypto.sshsig import SigningKey, public_line
from evidence_app.records import (
    Area,
    BundleContent,
    Checkpoint,
    Contact,
    ContactCard,
    Entry,
    EntryKind,
    Exhibit,
    Incident,
    Level,
    Method,
    Monitor,
    Observed,
    SealedBundle,
    SealedExhibit,
    SignedCheckpoint,
    Statement,
    StoredObject,
    WindowInfo,
)
from evidence_app.records_json import (
    derived_from_json,
    observed_from_json,
    observed_to_json,
    statements_from_entry,
)

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
REFERENCE = "INC-001"
VAULT_ID = "6f1c2f3e-9a55-4c1d-8a52-0d6f0d3c7b11"
BUNDLE_ID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
FILES_OF_AN_EXHIBIT = ("original.png", "observed.json", "stated.json")


def png(shade: int, width: int = 64, height: int = 48) -> bytes:
    """A small picture that opens everywhere; another `shade` is another picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([shade, y % 256, 128]) * width for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def observed(at: datetime) -> Observed:
    """What the program would have seen on a computer with one monitor."""
    screen = Area(0, 0, 1920, 1080)
    return Observed(
        method=Method.MONITOR,
        utc=at,
        local=at,
        zone="Europe/London",
        clock="the computer's own clock",
        computer="LARKMERE-T14",
        user="hashdown",
        system="Debian 12",
        software="Evidence 0.1",
        monitors=(Monitor(1, screen, "eDP-1", True),),
        monitor=1,
        area=screen,
        window=WindowInfo("Larkmere chat – “Miss A”", "firefox", 4242, screen),
        width=1920,
        height=1080,
    )


class Sender:
    """A person with a key, a ledger of acts and the originals of their exhibits."""

    def __init__(
        self, name: str = "Helen Ashdown", number: int = 1, vault_id: str = VAULT_ID, role: str = "teacher"
    ) -> None:
        self.name = name
        self.vault_id = vault_id
        self.key = SigningKey(sha256(f"seed {number}".encode()).digest())
        self.identity = Identity(sha256(f"identity {number}".encode()).digest())
        self.card = ContactCard(
            name, role, "Larkmere Academy", self.key.public_key, self.identity.recipient.to_string()
        )
        self.entries: list[Entry] = []
        self.pictures: dict[str, bytes] = {}
        self.media_types: dict[str, str] = {}
        self.record(
            EntryKind.VAULT_CREATED,
            format=1,
            vault=vault_id,
            owner={"name": name, "role": "staff", "school": "Larkmere Academy", "initials": "HXA"},
            signing_key=public_line(self.key.public_key),
            recipient=self.card.recipient,
        )

    def record(self, kind: EntryKind, **data: object) -> Entry:
        """Append an act to the ledger."""
        seq = len(self.entries) + 1
        at = NOON + timedelta(minutes=seq)
        body = ledger.encode_body(seq, kind, at, self.name, "LARKMERE-T14", data)
        salt = sha256(f"{self.name} {seq}".encode()).digest()
        entry = ledger.parse_entry(seq, salt, body)
        self.entries.append(entry)
        return entry

    def open_incident(self, reference: str = REFERENCE, title: str = "Posts about my Year 9 lessons – café"):
        self.record(EntryKind.INCIDENT_OPENED, reference=reference, title=title)

    def state(self, about: str, **values: str) -> None:
        kind = EntryKind.INCIDENT_STATED if about.startswith("INC") else EntryKind.EXHIBIT_STATED
        said = [{"field": name, "value": value, "source": "typed"} for name, value in values.items()]
        self.record(kind, about=about, statements=said)

    def capture(
        self,
        number: str,
        original: bytes,
        incident: str | None = REFERENCE,
        media_type: str = "image/png",
        **other: object,
    ) -> None:
        at = NOON + timedelta(minutes=len(self.entries) + 1)
        self.pictures[number], self.media_types[number] = original, media_type
        data = {
            "number": number,
            "incident": incident,
            "method": "screen",
            "level": "C2",
            "object": {
                "id": "00000000-0000-4000-8000-" + sha256(original).hexdigest()[:12],
                "sha256": sha256(original).hexdigest(),
                "size": len(original),
                "media_type": media_type,
            },
            "observed": observed_to_json(observed(at)),
        }
        self.record(EntryKind.EXHIBIT_CAPTURED, **(data | other))

    def copy(self, number: str, original: str, picture: bytes, **other: object) -> None:
        """A covered copy of an exhibit that this sender captured before."""
        entry = next(one for one in self.entries if one.data.get("number") == original)
        at = NOON + timedelta(minutes=len(self.entries) + 1)
        self.pictures[number], self.media_types[number] = picture, "image/png"
        origin = {"number": original, "entry": entry.seq, "captured_at": at.isoformat(), "method": "screen"}
        seen = replace(observed(at), method=Method.COPY, monitors=(), monitor=None, area=None, window=None)
        self.record(
            EntryKind.EXHIBIT_DERIVED,
            **{
                "number": number,
                "incident": REFERENCE,
                "method": Method.COPY.value,
                "level": "C2",
                "object": {
                    "id": "00000000-0000-4000-8000-" + sha256(picture).hexdigest()[:12],
                    "sha256": sha256(picture).hexdigest(),
                    "size": len(picture),
                    "media_type": "image/png",
                },
                "observed": observed_to_json(seen),
                "relation": "covered",
                "from": origin,
                "covers": [
                    {
                        "area": {"left": 0, "top": 0, "width": 9, "height": 9},
                        "reason": "pupil_name",
                        "words": "",
                    }
                ],
                "crop": None,
            }
            | other,
        )

    @property
    def commitments(self) -> bytes:
        return b"".join(entry.commitment for entry in self.entries)

    def checkpoint(self) -> SignedCheckpoint:
        link = ledger.chain(self.vault_id, [entry.commitment for entry in self.entries])
        checkpoint = Checkpoint(self.vault_id, len(self.entries), link, NOON + timedelta(hours=3))
        text = ledger.encode_checkpoint(checkpoint)
        return SignedCheckpoint(checkpoint, text, self.key.sign(text, ledger.CHECKPOINT_NAMESPACE))

    def statements(self, about: str) -> tuple[Statement, ...]:
        stated = {EntryKind.INCIDENT_STATED, EntryKind.EXHIBIT_STATED}
        return tuple(
            statement
            for entry in self.entries
            if entry.kind in stated and entry.data["about"] == about
            for statement in statements_from_entry(entry.data, entry.seq, entry.at, entry.by)
        )

    def exhibit(self, number: str) -> SealedExhibit:
        entry = next(e for e in self.entries if e.data.get("number") == number)
        original = self.pictures[number]
        stored = StoredObject("x", sha256(original).hexdigest(), len(original), self.media_types[number])
        return SealedExhibit(
            Exhibit(
                number=number,
                incident=REFERENCE,
                method=Method(str(entry.data["method"])),
                level=Level.SCREEN,
                stored=stored,
                observed=observed_from_json(entry.data["observed"], "the record"),
                sealed_at=entry.at,
                seq=entry.seq,
                statements={one.field: one for one in self.statements(number)},
                derived=derived_from_json(entry.data, "the record")
                if entry.kind is EntryKind.EXHIBIT_DERIVED
                else None,
            ),
            self.statements(number),
            lambda: io.BytesIO(original),
        )

    def content(
        self,
        readers: Sequence[Sender] = (),
        left_out: Mapping[str, str] | None = None,
        reference: str = REFERENCE,
        opened: Sequence[Entry] | None = None,
    ) -> BundleContent:
        """Everything that a bundle of the incident is made of; every entry but those left out is opened."""
        left_out = dict(left_out or {})
        title = next(
            e.data["title"]
            for e in self.entries
            if e.kind is EntryKind.INCIDENT_OPENED and e.data["reference"] == reference
        )
        if opened is None:
            opened = [
                e
                for e in self.entries
                if e.kind is not EntryKind.VAULT_UNLOCKED and e.data.get("number") not in left_out
            ]
        return BundleContent(
            bundle_id=BUNDLE_ID,
            incident=Incident(reference, str(title), NOON, NOON, len(self.pictures), 0),
            statements=self.statements(reference),
            sender=self.card,
            sender_card=card.make_card(self.card, self.key),
            sealed_for=tuple(reader.name for reader in readers) or ("Mrs Ruth Calloway",),
            recipients=tuple(reader.card.recipient for reader in readers),
            asks="Please act on this",
            sealed_at=NOON + timedelta(hours=4, seconds=43),
            exhibits=tuple(self.exhibit(number) for number in self.pictures if number not in left_out),
            left_out=left_out,
            commitments=self.commitments,
            opened=tuple(opened),
            checkpoint=self.checkpoint(),
        )

    def contact(self, *, confirmed: bool = True, name: str | None = None) -> Contact:
        """This person as a contact of somebody else."""
        made = card.contact_of(self.card, NOON, "in person" if confirmed else "")
        return (
            made
            if name is None
            else Contact(**{n: getattr(made, n) for n in made.__slots__} | {"name": name})
        )


def helen() -> Sender:
    """Helen Ashdown with one incident of three screenshots, statements, and acts that stay closed."""
    sender = Sender()
    sender.record(EntryKind.VAULT_UNLOCKED, slot="passphrase")
    sender.open_incident()
    sender.capture("HXA/001", png(10))
    sender.capture("HXA/002", png(20))
    sender.state(REFERENCE, facts="A pupil showed me the posts.", told="Nobody yet")
    sender.state("HXA/001", address="https://chat.example/p/1")
    sender.record(EntryKind.VAULT_UNLOCKED, slot="passphrase")
    sender.capture("HXA/003", png(30), incident=None)
    sender.record(EntryKind.EXHIBIT_FILED, number="HXA/003", incident=REFERENCE)
    sender.state("HXA/001", address="https://chat.example/p/12", account="@larkmere_9")
    sender.record(EntryKind.EXHIBIT_VIEWED, number="HXA/001")
    return sender


def ruth() -> Sender:
    """Mrs Ruth Calloway, for whom it is sealed."""
    return Sender("Mrs Ruth Calloway", 2, vault_id="0d3c7b11-9a55-4c1d-8a52-6f1c2f3e0d6f", role="headteacher")


def keys_for(content: BundleContent) -> list[Recipient]:
    return [Recipient.from_string(text) for text in content.recipients]


def sealed(sender: Sender, reader: Sender, out: Path, **wishes: object) -> SealedBundle:
    """A sealed file of the sender's incident for the reader."""
    content = sender.content([reader], **wishes)  # type: ignore[arg-type]
    return seal(content, sender.key, keys_for(content), out)


def untar(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {m.name: archive.extractfile(m).read() for m in archive}  # type: ignore[union-attr]


def opened(path: Path, identity: Identity | Passphrase) -> dict[str, bytes]:
    """The files of a sealed bundle by name, read with Python's own tar."""
    return untar(decrypt(path.read_bytes(), [identity]))


def as_tar(files: Mapping[str, bytes]) -> bytes:
    """The files as a tar of Python's making, in their order."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def as_folder(files: Mapping[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def sign_again(files: Mapping[str, bytes], key: SigningKey, *, lists: bool = True) -> dict[str, bytes]:
    """New lists of files (unless not `lists`), size in the label, tag manifest and signature."""
    made = dict(files)
    payload = {name: data for name, data in made.items() if name.startswith("data/")}
    if lists:
        made[layout.MANIFEST] = write_manifest(digests(payload))
        oxum = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}"
        lines = made[layout.BAG_INFO].decode().split("\n")
        made[layout.BAG_INFO] = "\n".join(
            oxum if line.startswith("Payload-Oxum:") else line for line in lines
        ).encode()
    made[layout.TAG_MANIFEST] = write_manifest(digests({name: made[name] for name in layout.TAG_FILES}))
    made[layout.SIGNATURE] = key.sign(made[layout.TAG_MANIFEST], layout.BUNDLE_NAMESPACE)
    return made


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: sha256(data).hexdigest() for name, data in files.items()}


def edited(data: bytes, **changes: object) -> bytes:
    """A JSON object with some values replaced."""
    return (json.dumps(json.loads(data) | changes, ensure_ascii=False, indent=2) + "\n").encode()


def made_without_checks(
    sender: Sender, left_out: Mapping[str, str] | None = None, content: BundleContent | None = None
) -> dict[str, bytes]:
    """What a sender with a program of their own could make: sealing would refuse it."""
    content = content or sender.content(left_out=left_out)
    told = tell(content.opened)
    small = _data_files(content, told)
    small[layout.COMMITMENTS] = b"".join(commitment_lines(content.commitments))
    for one in content.exhibits:
        small[layout.original_name(one.exhibit.number, one.exhibit.stored.media_type)] = one.open().read()
    sizes = {name: _measure(iter([data])) for name, data in small.items()}
    return small | _tag_files(content, sender.key, sizes)
