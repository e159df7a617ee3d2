"""Sealing: one pass from the vault's originals to the finished file, nothing in clear on the disk.

Digests of the originals are known from the ledger, so the lists and the signature stand first in the
archive; each original is hashed again on its way, and one that differs ends the act.
Source: resources/formats/bundle.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from evidence_app import disk
from evidence_app.bundle import layout
from evidence_app.bundle.bag import BagInfo, write_info, write_manifest
from evidence_app.bundle.content import (
    Claims,
    Told,
    commitment_lines,
    incident_value,
    opened_lines,
    stated_value,
    tell,
)
from evidence_app.bundle.findings import Bag, File
from evidence_app.bundle.readme import readme
from evidence_app.bundle.tar import TarWriter, packed_size
from evidence_app.bundle.text import to_json
from evidence_app.bundle.threads import WriteBehind
from evidence_app.bundle.verify import examine
from evidence_app.crypto.age import EncryptWriter, FileKey, Passphrase, Recipient
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.crypto.words import bundle_words
from evidence_app.errors import IntegrityError, UsageError
from evidence_app.records import BundleContent, Progress, ProgressCall, SealedBundle, StoredObject
from evidence_app.records_json import observed_to_json

_WORDS: Final = "Sealing the bundle"


def seal(
    content: BundleContent,
    key: SigningKey,
    recipients: Sequence[Recipient] | Passphrase,
    out: Path,
    progress: ProgressCall | None = None,
    before_publish: Callable[[SealedBundle], None] | None = None,
    stamp: Callable[[bytes], Sequence[bytes]] | None = None,
    file_key: FileKey | None = None,
) -> SealedBundle:
    """Write a bundle to `out`, which must not exist.

    `before_publish` is called when the file is complete and on the disk, still under a hidden name:
    the place to record the act. `stamp` is called with the signature and gives the DER responses of time
    stamp services, `len(layout.TIME_STAMPS)` at most. `file_key`: one that the caller made and may keep, to
    add a late time stamp. Whatever it, `progress` or the disk raises, nothing stays behind.
    Raises `UsageError` (`out` exists, no such folder, recipients that are not those of `content`),
    `IntegrityError` (an original is not what the ledger says; names the exhibit) and `StorageError`.
    """
    _check_target(out)
    _check_recipients(content, recipients)
    plan = _plan(content, key)
    if stamp is not None:
        plan = _stamped(plan, stamp(plan.small[layout.SIGNATURE]))
    temporary = disk.hidden_beside(out)
    with disk.explained("Nothing was sealed, and the vault is untouched."):
        try:
            size = _write(temporary, plan, content, (recipients, file_key), progress)
            digest = plan.bag.files[layout.TAG_MANIFEST].sha256
            sealed = SealedBundle(
                path=str(out),
                bundle_id=content.bundle_id,
                size=size,
                files=len(plan.bag.files),
                exhibits=len(content.exhibits),
                digest=digest,
                words=bundle_words(bytes.fromhex(digest)),
                sealed_at=content.sealed_at,
            )
            if before_publish is not None:
                before_publish(sealed)
            _publish(temporary, out)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    return sealed


# --- before any work ----------------------------------------------------------------------------


def _check_target(out: Path) -> None:
    if os.path.lexists(out):
        raise UsageError(
            f"There is already something called {out.name}. It was left as it is, and nothing was sealed. "
            "Choose another name."
        )
    if not disk.is_folder(out.parent):
        raise UsageError(
            f"The folder {out.parent} does not exist. Nothing was sealed. Choose a folder that exists."
        )


def _check_recipients(content: BundleContent, recipients: Sequence[Recipient] | Passphrase) -> None:
    keys = () if isinstance(recipients, Passphrase) else tuple(one.to_string() for one in recipients)
    if keys != content.recipients:
        raise UsageError(
            "The keys to seal for are not those that are written into the bundle. Nothing was sealed."
        )
    if not keys and not isinstance(recipients, Passphrase):
        raise UsageError("No recipient was named. Nothing was sealed. Choose at least one recipient.")


@dataclass(frozen=True, slots=True)
class _Large:
    """A file that is streamed out of the vault; `what` names it where it is not the recorded one."""

    stored: StoredObject
    open: Callable[[], BinaryIO]
    what: str


def _large(content: BundleContent) -> dict[str, _Large]:
    found = {}
    for one in content.exhibits:
        number, stored = one.exhibit.number, one.exhibit.stored
        name = layout.original_name(number, stored.media_type)
        found[name] = _Large(stored, one.open, f"The original of {number}")
        for each in one.files:
            beside = each.file.stored
            name = layout.beside_name(number, each.file.name, beside.media_type)
            found[name] = _Large(beside, each.open, f"The file {each.file.name} of {number}")
    return found


@dataclass(frozen=True, slots=True)
class _Plan:
    """`small` maps a name to its bytes, `large` to what streams them out of the vault."""

    bag: Bag
    small: dict[str, bytes]
    large: dict[str, _Large]
    order: tuple[str, ...]


def _plan(content: BundleContent, key: SigningKey) -> _Plan:
    told = tell(content.opened)
    _check_statements(content, told)
    small = _data_files(content, told)
    large = _large(content)
    files = {name: File(len(data), sha256(data).hexdigest()) for name, data in small.items()}
    files[layout.COMMITMENTS] = _measure(commitment_lines(content.commitments))
    for name, one in large.items():
        files[name] = File(one.stored.size, one.stored.sha256)
    small |= _tag_files(content, key, files)
    for name in layout.TOP:
        files[name] = File(len(small[name]), sha256(small[name]).hexdigest())
    if len(files) > layout.MAX_MEMBERS:
        raise UsageError(
            f"This would be {len(files):,} files, and a bundle holds at most {layout.MAX_MEMBERS:,}. Nothing "
            "was sealed. Leave some exhibits out, and seal them into another bundle."
        )
    bag = Bag(files=files, held=small, commitments=content.commitments)
    # What would not pass at the other end is not sealed: the same checks, on the same files.
    work = examine(bag)
    if work.problems:
        raise IntegrityError(
            f"The bundle would not check: {work.problems[0].message} Nothing was sealed. Check the vault."
        )
    rest = sorted(name for name in files if name not in layout.TOP)
    return _Plan(bag, small, large, (*layout.TOP, *rest))


def _check_statements(content: BundleContent, told: Told) -> None:
    given = set(content.statements)
    for one in content.exhibits:
        given |= set(one.statements)
    if not given <= {statement for about in told.statements.values() for statement in about}:
        raise IntegrityError("A statement is not in the record. Nothing was sealed. Check the vault.")


def _data_files(content: BundleContent, told: Told) -> dict[str, bytes]:
    numbers = sorted(one.exhibit.number for one in content.exhibits)
    claims = Claims(
        bundle_id=content.bundle_id,
        vault_id=content.checkpoint.checkpoint.vault_id,
        reference=content.incident.reference,
        sealed_at=content.sealed_at,
        sealed_for=content.sealed_for,
        recipients=content.recipients,
        asks=content.asks,
        left_out=content.left_out,
    )
    files = {
        layout.README: readme(content),
        layout.INCIDENT: to_json(incident_value(claims, told, numbers)),
        layout.CARD: content.sender_card,
        layout.OPENED: opened_lines(content.opened),
        layout.CHECKPOINT: content.checkpoint.text,
        layout.CHECKPOINT_SIGNATURE: content.checkpoint.signature,
    }
    if content.report:
        files[layout.REPORT] = content.report
    for one in content.exhibits:
        number = one.exhibit.number
        files[layout.observed_name(number)] = to_json(observed_to_json(one.exhibit.observed))
        files[layout.stated_name(number)] = to_json(stated_value(told, number))
    return files


def _tag_files(content: BundleContent, key: SigningKey, files: dict[str, File]) -> dict[str, bytes]:
    checkpoint = content.checkpoint.checkpoint
    tags = {
        layout.BAGIT: layout.BAGIT_CONTENT,
        layout.MANIFEST: write_manifest({name: file.sha256 for name, file in files.items()}),
        layout.BAG_INFO: write_info(
            BagInfo(
                bundle_id=content.bundle_id,
                reference=content.incident.reference,
                title=content.incident.title,
                sender=content.sender.name,
                sealed_for=content.sealed_for,
                sealed_at=content.sealed_at,
                ledger_size=checkpoint.size,
                ledger_link=checkpoint.link,
                octets=sum(file.size for file in files.values()),
                files=len(files),
            )
        ),
    }
    tag_manifest = write_manifest({name: sha256(data).hexdigest() for name, data in tags.items()})
    return {
        **tags,
        layout.TAG_MANIFEST: tag_manifest,
        layout.SIGNATURE: key.sign(tag_manifest, layout.BUNDLE_NAMESPACE),
    }


def _stamped(plan: _Plan, responses: Sequence[bytes]) -> _Plan:
    """With the answers of time stamp services, if there were any; they come after what is signed."""
    names = layout.TIME_STAMPS[: len(responses)]
    for name, response in zip(names, responses, strict=True):
        plan.small[name] = response
        plan.bag.files[name] = File(len(response), sha256(response).hexdigest())
    top = len(layout.TOP)
    return replace(plan, order=(*plan.order[:top], *names, *plan.order[top:]))


def _measure(blocks: Iterator[bytes]) -> File:
    digest, size = sha256(), 0
    for block in blocks:
        digest.update(block)
        size += len(block)
    return File(size, digest.hexdigest())


# --- the one pass -------------------------------------------------------------------------------


def _write(
    path: Path,
    plan: _Plan,
    content: BundleContent,
    sealed_to: tuple[Sequence[Recipient] | Passphrase, FileKey | None],
    progress: ProgressCall | None,
) -> int:
    total = packed_size([file.size for file in plan.bag.files.values()])
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(Progress(min(done, total), total, _WORDS))

    advance(0)
    with path.open("xb") as file:
        with suppress(OSError):
            path.chmod(0o600)
        with EncryptWriter(file, *sealed_to) as sealed, WriteBehind(sealed) as behind:
            tar = TarWriter(behind, content.sealed_at)
            for name in plan.order:
                tar.start_file(name, plan.bag.files[name].size)
                if name in plan.large:
                    _pass_on(plan.large[name], tar, advance)
                else:
                    blocks = (
                        commitment_lines(content.commitments)
                        if name == layout.COMMITMENTS
                        else iter((plan.small[name],))
                    )
                    for block in blocks:
                        tar.feed(memoryview(block))
                        advance(len(block))
                tar.end_file()
            tar.finish()
        file.flush()
        os.fsync(file.fileno())
        advance(total - done)
        return os.fstat(file.fileno()).st_size


def _pass_on(one: _Large, tar: TarWriter, advance: Callable[[int], None]) -> None:
    """Copy a file of an exhibit into the archive, hashing it; ends the act where it is another one."""
    stored = one.stored
    other = IntegrityError(
        f"{one.what} is not the one that was recorded when it was captured. "
        "Nothing was sealed. Check the vault."
    )
    digest, rest = sha256(), stored.size
    source: BinaryIO = one.open()
    try:
        while block := source.read(layout.BLOCK):
            rest -= len(block)
            if rest < 0:
                raise other
            digest.update(block)
            tar.feed(memoryview(block))
            advance(len(block))
    finally:
        source.close()
    if rest or digest.hexdigest() != stored.sha256:
        raise other


def _publish(temporary: Path, out: Path) -> None:
    try:
        disk.publish(temporary, out)
    except FileExistsError:
        _check_target(out)
        raise
