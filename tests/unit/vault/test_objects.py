"""Encrypted objects: in whole or not at all, and never read without being checked."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_app.crypto.age import Identity, decrypt
from evidence_app.errors import DamagedError, IntegrityError, StoppedError, StorageError
from evidence_app.records import StoredObject
from evidence_app.vault.layout import object_path
from evidence_app.vault.objects import BLOCK, ObjectStore
from tests.vaults import Trickle, files_under, png

IDENTITY = Identity.generate()


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    (tmp_path / "objects").mkdir()
    return ObjectStore(tmp_path, IDENTITY)


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, BLOCK, BLOCK + 1, 3 * BLOCK])
@pytest.mark.parametrize("kind", [bytes, memoryview, io.BytesIO])
def test_what_is_put_is_read_back(store: ObjectStore, tmp_path: Path, size: int, kind: type) -> None:
    data = png(9, size)
    stored = store.put(kind(data), "image/png")
    assert (stored.size, stored.sha256) == (size, sha256(data).hexdigest())
    assert store.read(stored) == data
    with store.open(stored.object_id) as reader:
        assert reader.readall() == data
    (path,) = files_under(tmp_path)
    assert path == object_path(tmp_path, stored.object_id)
    assert decrypt(path.read_bytes(), [IDENTITY]) == data
    assert list(store.ids()) == [stored.object_id]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(at=st.integers(0), bit=st.integers(0, 7))
def test_any_flipped_bit_is_caught(store: ObjectStore, tmp_path: Path, at: int, bit: int) -> None:
    stored = store.put(png(1, 700), "image/png")
    path = object_path(tmp_path, stored.object_id)
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 1 << bit
    path.write_bytes(data)
    with pytest.raises(DamagedError):
        store.read(stored)
    path.unlink()


@pytest.mark.parametrize("error", [StoppedError("Stopped."), OSError(5, "it broke"), KeyboardInterrupt()])
def test_an_interrupted_source_leaves_nothing(
    store: ObjectStore, tmp_path: Path, error: BaseException
) -> None:
    left = iter(range(3))

    def between() -> None:
        if next(left, None) == 2:
            raise error

    expected = StorageError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        store.put(Trickle(bytes(5 * BLOCK), between), "video/mp4")  # type: ignore[arg-type]
    assert files_under(tmp_path) == []


def test_a_failed_sync_leaves_nothing(
    store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last step fails, after the object already has its name."""

    def fail(_: Path) -> None:
        raise OSError(5, "Input/output error")

    store.put(b"", "text/plain")
    before = files_under(tmp_path)
    monkeypatch.setattr("evidence_app.vault.object_writing.sync_folder", fail)
    with pytest.raises(StorageError, match="Nothing was sealed"):
        store.put(b"more", "text/plain")
    assert files_under(tmp_path) == before


def test_what_is_read_is_what_was_recorded(store: ObjectStore) -> None:
    stored = store.put(b"one", "text/plain")
    other = store.put(b"two", "text/plain")
    for wrong in (
        StoredObject(other.object_id, stored.sha256, 3, "text/plain"),
        StoredObject(stored.object_id, stored.sha256, 2, "text/plain"),
        StoredObject(stored.object_id, stored.sha256, 4, "text/plain"),
    ):
        with pytest.raises(IntegrityError, match="not the one that was recorded"):
            store.read(wrong)


@pytest.mark.parametrize("object_id", ["00000000-0000-4000-8000-000000000000", "../../vault.json", ""])
def test_a_missing_object(store: ObjectStore, object_id: str) -> None:
    with pytest.raises(IntegrityError, match="missing from the vault"):
        store.open(object_id)


def test_names_of_others_are_no_objects(store: ObjectStore, tmp_path: Path) -> None:
    stored = store.put(b"one", "text/plain")
    folder = object_path(tmp_path, stored.object_id).parent
    (folder / "copy.age").write_bytes(b"")
    (folder / "copy.part").write_bytes(b"")
    own = folder / f"{folder.name}000000-0000-4000-8000-000000000000.part"
    own.write_bytes(b"")
    assert list(store.ids()) == [stored.object_id]
    assert store.unfinished() == [own]
    assert store.strangers() == [folder / "copy.age", folder / "copy.part"]
