"""Looking for what must be nowhere: in every page of a vault's database, its log, its files, a bundle, a PDF.

The pages are decrypted one by one with the vault's key, as SQLCipher 4 lays them out (its "design" document):
so free pages and what a page no longer uses are searched too, which no SQL shows.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from evidence_app.crypto.age import Identity, decrypt
from tests.vaults import connect_by_hand, files_under, hkdf_by_hand, raw_key

_PAGE, _RESERVE, _SALT = 4096, 80, 16
_LOG_HEAD, _FRAME_HEAD = 32, 24


def pages(folder: Path, identity: Identity) -> Iterator[tuple[str, bytes]]:
    """Every page of `ledger.db` and every frame of its log, in clear, with where it stood."""
    key = hkdf_by_hand(raw_key(identity.to_string()), b"evidence/ledger-database/1")
    data = (folder / "ledger.db").read_bytes()
    assert len(data) % _PAGE == 0
    for at in range(0, len(data), _PAGE):
        yield f"page {at // _PAGE + 1}", _plain(key, data[at : at + _PAGE], first=at == 0)
    log = folder / "ledger.db-wal"
    frames = log.read_bytes()[_LOG_HEAD:] if log.exists() else b""
    for at in range(0, len(frames), _FRAME_HEAD + _PAGE):
        page = frames[at + _FRAME_HEAD : at + _FRAME_HEAD + _PAGE]
        if len(page) == _PAGE:
            first = int.from_bytes(frames[at : at + 4]) == 1
            yield f"frame {at // (_FRAME_HEAD + _PAGE) + 1} of the log", _plain(key, page, first=first)


def _plain(key: bytes, page: bytes, *, first: bool) -> bytes:
    """A page in clear; of the first one the start is not encrypted but a salt."""
    start = _SALT if first else 0
    vector = page[_PAGE - _RESERVE : _PAGE - _RESERVE + 16]
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return cipher.update(page[start : _PAGE - _RESERVE]) + cipher.finalize()


def forms(needle: bytes) -> set[bytes]:
    """A byte string as it is, and as text formats would carry it."""
    found = {
        needle,
        needle.hex().encode(),
        needle.hex().upper().encode(),
        b64encode(needle).rstrip(b"=")[:-1],
    }
    try:
        text = needle.decode()
    except UnicodeDecodeError:
        return found
    return found | {text.encode("utf-16-le"), text.encode("utf-16-be"), ascii(text)[1:-1].encode()}


def in_database(folder: Path, identity: Identity, needles: Iterable[bytes]) -> list[str]:
    """Where in the decrypted pages and the log any of these stand."""
    wanted = set().union(*(forms(one) for one in needles))
    return [where for where, page in pages(folder, identity) if any(one in page for one in wanted)]


def in_files(folder: Path, identity: Identity, needles: Iterable[bytes]) -> list[str]:
    """The files of a vault that hold any of these, as they are or decrypted with the vault's key."""
    wanted = set().union(*(forms(one) for one in needles))
    found = []
    for path in files_under(folder):
        data = path.read_bytes()
        if path.suffix in {".age", ".part"} and path.parent.parent.name == "objects":
            data += decrypt(data, [identity]) if data.startswith(b"age-encryption.org/v1") else b""
        if any(one in data for one in wanted):
            found.append(str(path.relative_to(folder)))
    return found


def in_tables(folder: Path, identity: Identity, needles: Iterable[bytes], *, but: set[str]) -> list[str]:
    """The tables, other than `but`, with any of these in a column."""
    wanted = set().union(*(forms(one) for one in needles))
    found = []
    with closing(connect_by_hand(folder, identity)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in sorted(set(names) - but):
            for row in connection.execute(f"SELECT * FROM {name}"):  # noqa: S608  (names from the database)
                values = [one if isinstance(one, bytes) else str(one).encode() for one in row]
                if any(one in value for one in wanted for value in values):
                    found.append(name)
                    break
    return found


def members(bundle: Path, identity: Identity) -> dict[str, bytes]:
    """The files of a sealed bundle, by stock tar from what our age gives."""
    with tarfile.open(fileobj=io.BytesIO(decrypt(bundle.read_bytes(), [identity]))) as tar:
        return {
            one.name: tar.extractfile(one).read()  # type: ignore[union-attr]
            for one in tar
            if one.isfile()
        }


def in_bundle(bundle: Path, identity: Identity, needles: Iterable[bytes]) -> list[str]:
    """Where in a sealed bundle any of these stand: its plain archive, every file, the report's streams."""
    wanted = set().union(*(forms(one) for one in needles))
    plain = decrypt(bundle.read_bytes(), [identity])
    parts = {"the archive": plain, **members(bundle, identity)}
    for name, data in list(parts.items()):
        if name.endswith(".pdf"):
            parts[f"{name}, opened"] = pdf_streams(data, bundle.parent)
    return [name for name, data in parts.items() if any(one in data for one in wanted)]


def pdf_streams(pdf: bytes, folder: Path) -> bytes:
    """A PDF with every stream decompressed (qpdf), and what a reader of text sees in it (poppler)."""
    source, out = folder / "trace.pdf", folder / "trace.qdf.pdf"
    source.write_bytes(pdf)
    subprocess.run(
        ["qpdf", "--qdf", "--object-streams=disable", "--decode-level=all", source, out],
        check=True,
        capture_output=True,
    )
    text = subprocess.run(["pdftotext", "-enc", "UTF-8", source, "-"], check=True, capture_output=True).stdout
    raw = out.read_bytes()
    source.unlink()
    out.unlink()
    return raw + text
