"""Bundles, good and bad: one of every state, every kind of tampering, every single flaw.

For whoever has to say the same about all of them: tests/integration/test_other_side.py and the attack
`agreement`. Where many are alike (one byte of each file), `every` leaves all but each n-th out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence_app.bundle import layout
from evidence_app.bundle.findings import Step
from evidence_app.bundle.seal import seal
from evidence_app.crypto.age import Identity, Passphrase, encrypt
from evidence_app.records import BundleState, Contact
from tests import bundles, resigned, single_flaws, verdicts
from tests.bundles import Sender, as_tar, png, sign_again
from tests.resigned import HELEN, PICTURE, RUTH, Files

ADDED = (
    "notes.txt",
    ".hidden",
    "data/notes.txt",
    "data/exhibits/HXA-001/.DS_Store",
    "data/exhibits/HXA-001/original.exe.png",
    "data/exhibits/HXA-004/original.png",
    "data/exhibits/HXA-001/original.jpg",
    "data/exhibits/HXA-001/page.mhtml",
    "data/exhibits/HXA-001/picture-1.png",
    "data/exhibits/HXA-001/picture-2.png",
    "data/exhibits/HXA-001/certificate-1.der",
    "data/exhibits/HXA-001/deep/er/still.txt",
    "data/ledger/more.txt",
    "data/report.pdf",
    "tagmanifest-sha256.txt.sig.tsr",
    "fetch.txt",
    "BAGIT.TXT",
)


@dataclass(frozen=True)
class Sample:
    """A bundle in a file, what opens it and whom its reader knows."""

    name: str
    path: Path
    keys: tuple[Identity, ...] = ()
    contacts: tuple[Contact, ...] = ()
    passphrase: str = ""


def samples(folder: Path, every: int = 1) -> Iterator[Sample]:
    """All of them, one after the other; each is written to `folder` when its turn comes."""
    yield from _states(folder)
    good = _good(folder)
    known = (HELEN.contact(),)
    tar = folder / "sample.tar"
    for number, (name, files) in enumerate(_files(good, every)):
        tar.write_bytes(as_tar(files))
        yield Sample(name, tar, contacts=known if number % 2 else ())
    tar.write_bytes(as_tar(good).replace(b"ustar\x0000", b"ustar\x0001", 1))
    yield Sample("another magic", tar)
    tar.write_bytes(as_tar({"./": b""} | good))
    yield Sample("a file called .", tar)
    path = folder / "sample.evidence"
    sealed = (folder / "good.evidence").read_bytes()
    header = sealed.index(b"\n--- ")
    for at in (header + 8, header + 60, header + 70, len(sealed) // 2, len(sealed) - 1):
        path.write_bytes(sealed[:at] + bytes([sealed[at] ^ 4]) + sealed[at + 1 :])
        yield Sample(f"byte {at} of the sealed file", path, (RUTH.identity,))
    for length in (30, header + 20, header + 55, len(sealed) // 2, len(sealed) - 1):
        path.write_bytes(sealed[:length])
        yield Sample(f"{length} bytes of the sealed file", path, (RUTH.identity,))
    others = {
        "text": b"hello" * 1000,
        "nothing": b"",
        "a later age": sealed.replace(b"/v1", b"/v2", 1),
        "sealed text": encrypt(b"hello" * 1000, [RUTH.identity.recipient]),
        "sealed nothing": encrypt(b"", [RUTH.identity.recipient]),
        "another archive": as_tar({"holiday.jpg": b"x"}),
    }
    for name, data in others.items():
        path.write_bytes(data)
        yield Sample(name, path, (RUTH.identity,))


def _good(folder: Path) -> Files:
    path = folder / "good.evidence"
    bundles.sealed(HELEN, RUTH, path)
    return bundles.opened(path, RUTH.identity)


def _states(folder: Path) -> Iterator[Sample]:
    for state in BundleState:
        if state is BundleState.NOT_CHECKED:
            continue
        verdicts.found(state, folder)
        path = folder / f"{state.value}.evidence"
        yield Sample(state.value, path, (verdicts.RUTH.identity,), (verdicts.HELEN.contact(),))
    path = folder / "passphrase.evidence"
    seal(HELEN.content(), HELEN.key, Passphrase("copper lantern", work_factor=10), path)
    yield Sample("a passphrase", path, passphrase="copper lantern")
    yield Sample("a wrong passphrase", path, passphrase="copper lanterns")
    yield Sample("a key for a passphrase", path, (RUTH.identity,))


def _files(good: Files, every: int) -> Iterator[tuple[str, Files]]:
    yield "good", good
    for name, (_, change, _) in resigned.RESIGNED.items():
        yield name, sign_again(change(good), HELEN.key)
    for name, (change, _) in resigned.LISTS.items():
        yield name, sign_again(change(good), HELEN.key, lists=False)
    for step in Step:
        yield f"only {step}", single_flaws.only(step, good)
    for name, (origin, _) in single_flaws.COPIES.items():
        yield f"a copy {name}", single_flaws.a_copy(origin)
    yield "a page", _page()
    yield "a page without its archive", _page("page.mhtml")
    yield "a newer entry", sign_again(_newer_entry(good), HELEN.key)
    yield "an entry made newer", _newer_entry(good)
    yield "an entry made newer, no list", _without(_newer_entry(good), layout.MANIFEST)
    for name in ADDED:
        yield f"added {name}", {**good, name: b"added"}
    kinds = [_tampered(name, good) for name in good]
    alike = [one for of_a_file in kinds for one in of_a_file]
    yield from alike[:: max(1, every)]
    yield "a stranger's lists", sign_again({**good, PICTURE: png(99)}, Sender("Mallory", 66).key)


def _tampered(name: str, good: Files) -> Iterator[tuple[str, Files]]:
    data = good[name]
    at = len(data) // 2
    yield f"one byte of {name}", {**good, name: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}
    yield f"one byte more in {name}", {**good, name: data + b"\n"}
    yield f"{name} emptied", {**good, name: b""}
    yield f"no {name}", _without(good, name)
    yield f"a picture in the place of {name}", {**good, name: good[PICTURE], PICTURE: data}


def _without(files: Files, gone: str) -> Files:
    return {name: data for name, data in files.items() if name != gone}


def _newer_entry(good: Files) -> Files:
    """An entry of a kind that a later version may have, under the commitment of another."""
    return resigned.replaced(good, layout.OPENED, b"exhibit.viewed", b"exhibit.thought")


def _page(without: str = "") -> Files:
    """An exhibit of three files."""
    sender = Sender()
    sender.open_incident()
    folder = "data/exhibits/HXA-001/"
    beside = {"page.mhtml": b"MIME-Version: 1.0\n", "certificate-1.der": b"0\0"}
    media_types = {"page.mhtml": "multipart/related", "certificate-1.der": "application/pkix-cert"}
    sender.capture(
        "HXA/001",
        png(1),
        files=[
            {
                "name": name,
                "id": "00000000-0000-4000-8000-000000000000",
                "sha256": bundles.digests({name: data})[name],
                "size": len(data),
                "media_type": media_types[name],
            }
            for name, data in beside.items()
        ],
    )
    files = bundles.made_without_checks(sender)
    files |= {folder + name: data for name, data in beside.items() if name != without}
    return sign_again(files, sender.key)
