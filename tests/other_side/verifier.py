"""The answer: bundle.md, "Checking", point by point."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.other_side import archive, tools
from tests.other_side.archive import STAMP, Bundle, number_of
from tests.other_side.entries import NUMBER, OBSERVED, Exhibit, Said, hear, read_entries
from tests.other_side.strict import (
    NewerError,
    RefusedError,
    check_line,
    check_recipient,
    moment,
    parsed,
    refuse_unless,
    same,
)
from tests.other_side.texts import read_card, read_label, read_list, sha256

LABEL, LIST, TAG_LIST = "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"
CARD, INCIDENT = "data/sender.evidence-contact", "data/incident.json"
OPENED, CHECKPOINT = "data/ledger/opened.jsonl", "data/ledger/checkpoint.txt"


@dataclass(frozen=True)
class Answer:
    """`state`: unchanged, altered, damaged, newer, not-ours or not-for-you. `signer`: fingerprint of the
    key whose signature over the bundle is good. `checkpoint`: size and link, where it is well formed and
    signed by the key on the card. `chain`: whether the commitments end in its link. `dated`: when a service
    saw it."""

    state: str
    exhibits: tuple[tuple[str, bool], ...] = ()
    signer: str = ""
    checkpoint: tuple[int, str] | None = None
    chain: bool = False
    dated: str | None = None
    why: tuple[str, ...] = field(default=(), compare=False)


def verify(
    path: Path,
    keys: str = "",
    passphrase: str = "",
    contacts: frozenset[str] = frozenset(),
    roots: bytes = b"",
) -> Answer:
    """Check a bundle. `contacts` are fingerprints of keys that the reader knows, `roots` PEM."""
    try:
        bundle = archive.read(path, keys, passphrase)
    except archive.NotOursError:
        return Answer("not-ours")
    except NewerError:
        return Answer("newer")
    except tools.NotForYouError:
        return Answer("not-for-you")
    except RefusedError as error:
        return Answer("damaged", why=(str(error),))
    return _Check(bundle).answer(contacts, roots)


class _Point:
    """What is refused within this block is found wrong at this point, and the next one is looked at."""

    def __init__(self, check: _Check, name: str) -> None:
        self.check, self.name = check, name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, RefusedError):
            self.check.fail(self.name, str(error))
            return True
        return False


class _Check:
    def __init__(self, bundle: Bundle) -> None:
        self.files, self.bundle = bundle.files, bundle
        self.failed: dict[str, list[str]] = {}
        self.about: set[str] = set()
        self.changed: set[str] = set()
        self.newer: str = ""
        self.signer: tools.Signer | None = None
        self.card: dict[str, str] | None = None
        self.tag_list: dict[str, str] | None = None
        self.list: dict[str, str] | None = None
        self.label: dict[str, Any] | None = None
        self.checkpoint: dict[str, str] | None = None
        self.commitments: list[bytes] | None = None
        self.said: Said | None = None

    def fail(self, point: str, why: str, number: str = "") -> None:
        self.failed.setdefault(point, []).append(f"{point}: {why}")
        if number:
            self.about.add(number)

    def point(self, name: str) -> _Point:
        return _Point(self, name)

    def fine(self, *points: str) -> bool:
        return not any(point in self.failed for point in points)

    def answer(self, contacts: frozenset[str], roots: bytes) -> Answer:
        steps: tuple[Callable[[], None], ...] = (
            *(self.layout, self.seal, self.lists, self.digests, self.label_of),
            *(self.read_checkpoint, self.read_commitments, self.read_opened, self.exhibits, self.incident),
        )
        for step in steps:
            step()
        dated = None
        if STAMP in self.files and "tagmanifest-sha256.txt.sig" in self.files:
            dated = tools.stamped(self.files[STAMP], self.files["tagmanifest-sha256.txt.sig"], roots)
        if self.newer and self.covered(self.newer) and not self.changed:
            return Answer("newer")
        known = self.signer is not None and self.signer.fingerprint in contacts
        whole = self.fine("card", "checkpoint", "commitments", "opened")
        vouched = whole or (known and self.fine("signature", "lists"))
        numbers = sorted({*self.bundle.numbers, *filter(NUMBER.fullmatch, self.about)})
        return Answer(
            state="altered" if self.failed else "unchanged",
            exhibits=tuple((number, vouched and number not in self.about) for number in numbers),
            signer="" if self.signer is None else self.signer.fingerprint,
            checkpoint=(int(self.checkpoint["size"]), self.checkpoint["link"])
            if self.checkpoint and self.fine("card", "checkpoint")
            else None,
            chain=self.fine("card", "checkpoint", "commitments"),
            dated=dated,
            why=tuple(why for found in self.failed.values() for why in found),
        )

    # --- 1 to 3: layout, seal, lists --------------------------------------------------------------

    def layout(self) -> None:
        for name in archive.NEEDED:
            if name not in self.files:
                self.fail("layout", f"{name} is missing")
        for number in self.bundle.numbers:
            folder = "data/exhibits/" + number.replace("/", "-")
            for part in ("observed.json", "stated.json"):
                if f"{folder}/{part}" not in self.files:
                    self.fail("layout", f"{part} is missing", number)
            if sum(name.startswith(f"{folder}/original.") for name in self.files) != 1:
                self.fail("layout", "not one original", number)
        for name in self.bundle.strange:
            self.fail("layout", f"{name!a} was added")

    def held(self, name: str) -> bytes:
        refuse_unless(name in self.files, f"no {name}")
        return self.files[name]

    def seal(self) -> None:
        with self.point("signature"):
            signature = self.held("tagmanifest-sha256.txt.sig")
            self.signer = tools.signer(self.held(TAG_LIST), signature, "evidence-bundle")
        with self.point("card"):
            self.card = read_card(self.held(CARD))
        if (
            self.card is not None
            and self.signer is not None
            and tools.key_of_line(self.card["signing_key"]) != self.signer.key
        ):
            self.fail("signer", "another key than on the card")

    def lists(self) -> None:
        if self.files.get("bagit.txt") != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
            self.fail("bagit", "bagit.txt")
        with self.point("lists"):
            self.tag_list = read_list(self.held(TAG_LIST))
            refuse_unless(set(self.tag_list) == {"bagit.txt", LABEL, LIST}, "the tag manifest's names")
        for name, digest in (self.tag_list or {}).items():
            if name not in self.files:
                self.fail("lists", f"{name} is missing")
            elif sha256(self.files[name]) != digest:
                self.fail("lists", f"{name} is another one")
                self.changed.add(name)
        with self.point("lists"):
            self.list = read_list(self.held(LIST))
            for name in self.list:
                refuse_unless(name.startswith("data/") and archive.belongs(name), f"{name!a} in the list")

    def digests(self) -> None:
        """A list that is not as it was sealed does not accuse an exhibit."""
        sealed = LIST not in self.changed
        if self.list is None:
            return
        for name in {*self.list, *(name for name in self.files if name.startswith("data/"))}:
            number = number_of(name)
            if not archive.belongs(name) or (number and not sealed):
                continue
            if name not in self.files:
                self.fail("files", f"{name} is missing", number)
            elif name not in self.list:
                self.fail("files", f"{name} was added", number)
            elif sha256(self.files[name]) != self.list[name]:
                self.fail("files", f"{name} is another one", number)
                self.changed.add(name)

    def covered(self, name: str) -> bool:
        """Whether the signature covers a file as it is here."""
        if self.signer is None or name not in self.files:
            return False
        listed = self.list if name.startswith("data/") else self.tag_list
        under = self.covered(LIST) if name.startswith("data/") else True
        return under and (listed or {}).get(name) == sha256(self.files[name])

    # --- 4 and 5: the ledger ----------------------------------------------------------------------

    def read_checkpoint(self) -> None:
        with self.point("checkpoint"):
            found = re.fullmatch(
                rb"evidence-ledger v1\nvault ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\n"
                rb"size (0|[1-9][0-9]{0,15})\nlink ([0-9a-f]{64})\ntime ([0-9TZ:.-]+)\n",
                self.held(CHECKPOINT),
            )
            if found is None:
                raise RefusedError("checkpoint.txt")
            vault, size, link, time = (one.decode() for one in found.groups())
            moment(time)
            self.checkpoint = {"vault": vault, "size": size, "link": link}
        with self.point("checkpoint"):
            signature = self.held("data/ledger/checkpoint.txt.sig")
            signer = tools.signer(self.held(CHECKPOINT), signature, "evidence-ledger")
            key = tools.key_of_line(self.card["signing_key"]) if self.card else b""
            refuse_unless(signer.key == key, "the checkpoint is by another key than that on the card")

    def read_commitments(self) -> None:
        with self.point("commitments"):
            data = self.held("data/ledger/commitments.txt")
            lines = data.split(b"\n")
            good = lines.pop() == b"" and all(re.fullmatch(b"[0-9a-f]{64}", line) for line in lines)
            refuse_unless(good, "lines")
            self.commitments = [bytes.fromhex(line.decode()) for line in lines]
            if self.checkpoint is None:
                raise RefusedError("no checkpoint")
            refuse_unless(len(lines) == int(self.checkpoint["size"]), "how many")
            link = hashlib.sha256(b"evidence/vault/1\n" + self.checkpoint["vault"].encode()).digest()
            for one in self.commitments:
                link = hashlib.sha256(b"evidence/link/1\n" + link + one).digest()
            refuse_unless(link.hex() == self.checkpoint["link"], "the chain does not end in its link")

    def read_opened(self) -> None:
        with self.point("opened"):
            try:
                entries = read_entries(self.held(OPENED))
                self.said = hear(entries)
            except NewerError as error:
                self.newer = self.newer or OPENED
                raise RefusedError("a newer entry") from error
            refuse_unless(all(one.seq < other.seq for one, other in pairwise(entries)), "their order")
        with self.point("opened"):
            for entry in () if self.said is None else self.said.entries:
                line = (self.commitments or [])[entry.seq - 1 : entry.seq] if entry.seq > 0 else []
                refuse_unless(line == [entry.commitment], f"entry {entry.seq}")
        with self.point("opened"):
            for vault in () if self.said is None else self.said.vaults:
                here = (self.checkpoint or {}).get("vault"), (self.card or {}).get("signing_key")
                refuse_unless(vault == here, "begun for another vault")

    # --- 6 and 8 to 10: label and incident.json -----------------------------------------------------

    def label_of(self) -> None:
        if LABEL in self.changed:
            return
        data = self.files.get(LABEL, b"")
        formats = re.findall(rb"^Evidence-Bundle-Format: ([1-9][0-9]{0,8})$", data, re.MULTILINE)
        if len(formats) == 1 and int(formats[0]) > 1:
            self.newer = LABEL
            self.fail("label", "newer")
            return
        with self.point("label"):
            self.label = read_label(data)
            payload = [len(content) for name, content in self.files.items() if name.startswith("data/")]
            oxum = f"{sum(payload)}.{len(payload)}"
            refuse_unless(self.label["Payload-Oxum"] == oxum, "Payload-Oxum")

    def incident(self) -> None:
        if INCIDENT in self.changed:
            return
        with self.point("incident"):
            raw = parsed(self.held(INCIDENT))
            refuse_unless(isinstance(raw, dict), "no object")
            names = ["bundle", "vault", "reference", "sealed_at", "asks"]
            refuse_unless(all(isinstance(raw.get(name), str) for name in names), "its fields")
            for name in ("sealed_for", "recipients"):
                refuse_unless(isinstance(raw.get(name), list), name)
                refuse_unless(all(isinstance(one, str) for one in raw[name]), name)
            left_out = raw.get("left_out")
            refuse_unless(isinstance(left_out, dict), "left_out")
            refuse_unless(all(isinstance(one, str) for one in raw["left_out"].values()), "left_out")
            moment(raw["sealed_at"])
            self._filed(raw)
            with self.point("incident"):
                self._as_recorded(raw)
            with self.point("incident"):
                self._recipients(raw)
            self._labelled(raw)

    def _as_recorded(self, raw: dict[str, Any]) -> None:
        if self.said is None or self.checkpoint is None:
            return
        said, about = self.said, raw["reference"]
        refuse_unless(said.incidents.count(about) == 1, "the incident's opening")
        refuse_unless(raw["vault"] == self.checkpoint["vault"], "vault")
        here = [said.exhibits[number][0] for number in self.bundle.numbers if number in said.exhibits]
        own = ("bundle", "vault", "reference", "sealed_at", "sealed_for", "recipients", "asks", "left_out")
        expected = {
            **{name: raw[name] for name in own},
            "format": 1,
            "title": said.titles.get(about, ""),
            "opened_at": said.opened_at.get(about),
            "statements": said.stated.get(about, []),
            "exhibits": [one.value() for one in here],
        }
        refuse_unless(same(raw, expected), "incident.json differs")

    def _filed(self, raw: dict[str, Any]) -> None:
        if self.said is None:
            return
        filed = {number for number, about in self.said.filed.items() if about == raw["reference"]}
        here = set(self.bundle.numbers)
        for number in (filed - here - set(raw["left_out"])) | (here - filed):
            self.fail("incident", "filed here and missing, or here and not filed", number)
        for number, reason in raw["left_out"].items():
            fits = number not in here and NUMBER.fullmatch(number) and reason.strip()
            refuse_unless(fits, "left out")

    def _recipients(self, raw: dict[str, Any]) -> None:
        for one in raw["recipients"]:
            check_recipient(one)
        refuse_unless(len(set(raw["recipients"])) == len(raw["recipients"]), "a recipient twice")
        refuse_unless(raw["sealed_for"] or not raw["recipients"], "sealed for nobody")
        for one in raw["sealed_for"]:
            check_line(one)

    def _labelled(self, raw: dict[str, Any]) -> None:
        label = self.label
        if label is None or self.said is None or self.card is None or self.checkpoint is None:
            return
        inside = {
            "Evidence-Bundle": raw["bundle"],
            "Evidence-Incident": raw["reference"],
            "Evidence-Title": self.said.titles.get(raw["reference"]),
            "Evidence-Sender": self.card["name"],
            "Evidence-Sealed-For": raw["sealed_for"],
            "Evidence-Sealed-At": raw["sealed_at"],
            "Evidence-Ledger-Size": self.checkpoint["size"],
            "Evidence-Ledger-Link": self.checkpoint["link"],
        }
        for name, value in inside.items():
            if label[name] != value:
                self.fail("label", f"{name} is another one inside")

    # --- 7: the exhibits ----------------------------------------------------------------------------

    def exhibits(self) -> None:
        if self.said is None:
            return
        for number in self.bundle.numbers:
            records = self.said.exhibits.get(number, [])
            folder = "data/exhibits/" + number.replace("/", "-")
            stated = f"{folder}/stated.json"
            self._equals(stated, self.said.stated.get(number, []), number)
            if len(records) != 1:
                self.fail("exhibit", "not one record", number)
                continue
            (one,) = records
            self._equals(f"{folder}/observed.json", one.entry.data.get("observed"), number, OBSERVED)
            stored = one.entry.data["object"]
            self._original(folder, one, stored["sha256"], stored["size"])
            beside = {
                name
                for name in self.files
                if name.startswith(folder + "/") and not re.search(r"/(original|observed|stated)\.", name)
            }
            for name in beside ^ set(one.files):
                self.fail("exhibit", f"{name} is missing or was added", number)
            for name in beside & set(one.files):
                if (sha256(self.files[name]), len(self.files[name])) != one.files[name]:
                    self.fail("exhibit", f"{name} is another one", number)
            if one.entry.kind == "exhibit.derived" and not self._is_copy(one):
                self.fail("exhibit", "a copy of something else", number)

    def _equals(
        self, name: str, value: Any, number: str, shape: Callable[[Any], object] | None = None
    ) -> None:
        if name not in self.files:
            return
        try:
            found = parsed(self.files[name])
            refuse_unless(shape is None or shape(found), "shape")
            refuse_unless(same(found, value), "differs")
        except RefusedError as error:
            self.fail("exhibit", f"{name} {error}", number)

    def _original(self, folder: str, one: Exhibit, digest: str, size: int) -> None:
        for name, data in self.files.items():
            if name.startswith(f"{folder}/original."):
                if sha256(data) != digest:
                    self.fail("exhibit", f"{name} is another one", one.number)
                elif len(data) != size or name != one.original:
                    self.fail("exhibit", f"{name}: size or kind", one.number)

    def _is_copy(self, one: Exhibit) -> bool:
        said, origin = self.said, one.entry.data["from"]
        if said is None or not 1 < origin["entry"] < one.entry.seq:
            return False
        if not NUMBER.fullmatch(origin["number"]) or origin["number"] == one.number:
            return False
        if origin["entry"] not in {entry.seq for entry in said.entries}:
            return True
        return any(
            other.entry.seq == origin["entry"]
            and other.entry.kind != "exhibit.derived"
            and other.number == origin["number"]
            and other.entry.data["method"] == origin["method"]
            and other.entry.data["level"] == one.entry.data["level"]
            for records in said.exhibits.values()
            for other in records
        )
