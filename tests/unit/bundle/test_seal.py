"""Sealing: whole or not at all, never over another file, never anything in clear."""

from __future__ import annotations

import errno
import io
import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_app.bundle import layout, read, seal
from evidence_app.bundle.card import make_card
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.errors import IntegrityError, StoppedError, StorageError, UsageError
from evidence_app.records import BundleContent, Progress, SealedBundle, SealedExhibit, Trust
from tests import bundles
from tests.bundles import Sender, helen, keys_for, ruth

RUTH = ruth()


def with_original(content: BundleContent, number: str, data: bytes) -> BundleContent:
    """The content with other bytes behind one exhibit than its ledger says."""
    return replace(
        content,
        exhibits=tuple(
            SealedExhibit(one.exhibit, one.statements, lambda: io.BytesIO(data))
            if one.exhibit.number == number
            else one
            for one in content.exhibits
        ),
    )


def do_seal(content: BundleContent, sender: Sender, out: Path, **more: object) -> SealedBundle:
    return seal.seal(content, sender.key, keys_for(content), out, **more)  # type: ignore[arg-type]


def test_what_is_said_about_it(tmp_path: Path) -> None:
    sender, out = helen(), tmp_path / "INC-001.evidence"
    content = sender.content([RUTH])
    made = do_seal(content, sender, out)
    assert made.size == out.stat().st_size
    assert made.path == str(out)
    files = bundles.opened(out, RUTH.identity)
    assert (made.files, made.exhibits) == (len(files), 3)
    assert made.digest == bundles.digests(files)[layout.TAG_MANIFEST]
    assert len(made.words) == 8
    assert out.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == [out.name]
    verdict = read.verify(out, [RUTH.identity], Trust())
    assert verdict.facts is not None
    assert verdict.facts.words == made.words


def test_left_out_exhibits_stay_behind_with_their_reason(tmp_path: Path) -> None:
    sender, out = helen(), tmp_path / "a.evidence"
    do_seal(sender.content([RUTH], left_out={"HXA/002": "Shows another pupil"}), sender, out)
    files = bundles.opened(out, RUTH.identity)
    assert not any("HXA-002" in name for name in files)
    assert b"HXA/002" not in files[layout.OPENED]
    verdict = read.verify(out, [RUTH.identity], Trust())
    assert verdict.facts is not None
    assert verdict.facts.left_out == {"HXA/002": "Shows another pupil"}


def test_a_corrected_title_and_hostile_names_stay_on_their_line(tmp_path: Path) -> None:
    sender = helen()
    sender.state(bundles.REFERENCE, title="Injected\\nEvidence-Sender: “Mallory” %0A \U0001f600")
    content = sender.content([RUTH])
    content = replace(
        content,
        incident=replace(content.incident, title="Injected\\nEvidence-Sender: “Mallory” %0A \U0001f600"),
    )
    do_seal(content, sender, tmp_path / "a.evidence")
    label = bundles.opened(tmp_path / "a.evidence", RUTH.identity)[layout.BAG_INFO]
    assert label.isascii()
    assert label.count(b"\nEvidence-Sender: ") == 1
    verdict = read.verify(tmp_path / "a.evidence", [RUTH.identity], Trust())
    assert verdict.facts is not None
    assert verdict.facts.incident_title == content.incident.title


def nothing_left(folder: Path) -> bool:
    alive = [t for t in threading.enumerate() if t.name in {"seal", "check"}]
    return not list(folder.iterdir()) and not alive


@pytest.mark.parametrize("bad", [b"", b"x", bundles.png(21), bundles.png(20)[:-1], bundles.png(20) + b"x"])
def test_an_original_that_is_not_the_recorded_one(tmp_path: Path, bad: bytes) -> None:
    sender = helen()
    with pytest.raises(IntegrityError, match=r"HXA/002.*Nothing was sealed"):
        do_seal(with_original(sender.content([RUTH]), "HXA/002", bad), sender, tmp_path / "a.evidence")
    assert nothing_left(tmp_path)


def test_an_existing_file_is_never_touched(tmp_path: Path) -> None:
    sender, out = helen(), tmp_path / "a.evidence"
    content = replace(sender.content([RUTH]), exhibits=())  # would fail later: the name is checked first
    for make in (lambda: out.write_bytes(b"mine"), lambda: out.symlink_to(tmp_path / "nowhere"), out.mkdir):
        make()
        with pytest.raises(UsageError, match="already"):
            do_seal(content, sender, out)
        if out.is_symlink() or out.is_file():
            out.unlink()


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    sender, out = helen(), tmp_path / "a.evidence"
    with pytest.raises(UsageError, match="already"):
        do_seal(
            sender.content([RUTH]),
            sender,
            out,
            before_publish=lambda _: out.write_bytes(b"mine") and None,
        )
    assert out.read_bytes() == b"mine"
    assert [p.name for p in tmp_path.iterdir()] == [out.name]


def test_no_folder(tmp_path: Path) -> None:
    sender = helen()
    with pytest.raises(UsageError, match="does not exist"):
        do_seal(sender.content([RUTH]), sender, tmp_path / "none" / "a.evidence")


def test_before_publish_comes_between_writing_and_the_name(tmp_path: Path) -> None:
    sender, out, seen = helen(), tmp_path / "a.evidence", []

    def record(sealed: SealedBundle) -> None:
        hidden = list(tmp_path.iterdir())
        assert not out.exists()
        assert [p.stat().st_size for p in hidden] == [sealed.size]
        assert hidden[0].name.startswith(".")
        assert read.verify(hidden[0], [RUTH.identity], Trust()).unchanged
        seen.append(sealed)

    assert seen == [do_seal(sender.content([RUTH]), sender, out, before_publish=record)] or seen
    assert out.exists()


def test_a_failed_record_publishes_nothing(tmp_path: Path) -> None:
    def record(sealed: SealedBundle) -> None:
        raise RuntimeError("the vault is gone")

    sender = helen()
    with pytest.raises(RuntimeError):
        do_seal(sender.content([RUTH]), sender, tmp_path / "a.evidence", before_publish=record)
    assert nothing_left(tmp_path)


@pytest.mark.parametrize("after", [0, 1, 5, 12, 20])
def test_stop_at_any_moment(tmp_path: Path, after: int) -> None:
    calls: list[Progress] = []

    def progress(now: Progress) -> None:
        calls.append(now)
        if len(calls) > after:
            raise StoppedError("Stopped. Nothing was kept.")

    sender = helen()
    with pytest.raises(StoppedError):
        do_seal(sender.content([RUTH]), sender, tmp_path / "a.evidence", progress=progress)
    assert nothing_left(tmp_path)


def test_progress_counts_to_the_end(tmp_path: Path) -> None:
    sender, seen = helen(), list[Progress]()
    do_seal(sender.content([RUTH]), sender, tmp_path / "a.evidence", progress=seen.append)
    assert seen[0].done == 0
    assert seen[-1].done == seen[-1].total
    assert [one.done for one in seen] == sorted(one.done for one in seen)


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    """Writing beyond `size` bytes of a file fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 100, 20_000])
def test_a_full_disk(tmp_path: Path, size: int) -> None:
    sender = helen()
    content = sender.content([RUTH])
    with small_disk(size), pytest.raises(StorageError, match=r"disk is full. Nothing was sealed"):
        do_seal(content, sender, tmp_path / "a.evidence")
    assert nothing_left(tmp_path)


def test_a_vault_that_cannot_be_read(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    sender = helen()
    content = sender.content([RUTH])
    one = content.exhibits[0]
    content = replace(
        content, exhibits=(SealedExhibit(one.exhibit, one.statements, Broken), *content.exhibits[1:])
    )
    with pytest.raises(StorageError, match="Nothing was sealed"):
        do_seal(content, sender, tmp_path / "a.evidence")
    assert nothing_left(tmp_path)


def test_a_disk_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT on a USB stick: the same promise another way."""

    def refuse(*names: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    sender, out = helen(), tmp_path / "a.evidence"
    do_seal(sender.content([RUTH]), sender, out)
    assert read.verify(out, [RUTH.identity], Trust()).unchanged
    assert [p.name for p in tmp_path.iterdir()] == [out.name]


def test_only_the_named_recipients(tmp_path: Path) -> None:
    sender = helen()
    content = sender.content([RUTH])
    other = [Identity.generate().recipient]
    for recipients in (other, [*keys_for(content), *other], [], Passphrase("x" * 12)):
        with pytest.raises(UsageError, match="Nothing was sealed"):
            seal.seal(content, sender.key, recipients, tmp_path / "a.evidence")
    assert nothing_left(tmp_path)


def test_what_would_not_check_is_not_sealed(tmp_path: Path) -> None:
    sender = helen()
    good = sender.content([RUTH])
    forgotten = tuple(e for e in good.opened if e.data.get("number") != "HXA/002")
    other = Sender("X", 66)
    for content, key in [
        (replace(good, opened=forgotten), sender.key),
        (replace(good, commitments=good.commitments[:-32]), sender.key),
        (replace(good, exhibits=good.exhibits[1:]), sender.key),
        (replace(good, incident=replace(good.incident, title="Another")), sender.key),
        (replace(good, sender_card=make_card(other.card, other.key)), sender.key),
        (replace(good, statements=(replace(good.statements[0], value="Never said"),)), sender.key),
        (good, other.key),
    ]:
        with pytest.raises(IntegrityError, match="Nothing was sealed"):
            seal.seal(content, key, keys_for(good), tmp_path / "a.evidence")
    assert nothing_left(tmp_path)


def test_nothing_in_clear_reaches_the_disk(tmp_path: Path) -> None:
    sender, out = helen(), tmp_path / "a.evidence"
    do_seal(sender.content([RUTH]), sender, out)
    data = out.read_bytes()
    for secret in (b"Helen", b"Year 9", b"BagIt", b"IHDR", b"INC-001", b"HXA"):
        assert secret not in data
