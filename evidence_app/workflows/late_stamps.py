"""Time stamps of an open vault: over its checkpoints, and over bundles whose stamp is still pending.

A time stamp over a checkpoint dates everything that was recorded before it. All that a service sends is in
the record as it came, so it can be checked with stock tools for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from evidence_app.bundle import late_stamp
from evidence_app.bundle.reseal import Written
from evidence_app.crypto.age import FileKey, Passphrase, Recipient
from evidence_app.errors import StorageError, UsageError
from evidence_app.records import (
    BundleContent,
    PendingStamp,
    Progress,
    ProgressCall,
    Said,
    SealedBundle,
    Source,
    Stamped,
    StampingReport,
    StampOf,
    StampRow,
)
from evidence_app.records_json import Fields
from evidence_app.vault import stamps
from evidence_app.vault.acts import Act
from evidence_app.vault.vault import Vault
from evidence_app.workflows.files import write_new_file
from evidence_app.workflows.stamping import Answer, Stamper, ask, host_of, services_of

LATE: Final = "late stamp"
"""Drafts of this page hold the file key of a bundle whose time stamp is pending, and nothing else does."""


def acts_of_sealing(stamper: Stamper, content: BundleContent) -> list[Act]:
    """What a seal records of its time stamps: each answer, and what is pending."""
    made = content.checkpoint.checkpoint
    of = Stamped(StampOf.BUNDLE, made.size, made.link, stamper.stamped, content.bundle_id)
    found = [_obtained(of, one) for one in stamper.answers if one.response]
    if stamper.failed:
        found.append(stamps.pending(of, stamper.failed, stamper.problem))
    return found


def keep_for_later(vault: Vault, sealed: SealedBundle, key: FileKey | None) -> None:
    """What a stamped copy of a bundle will need. Without it the copy cannot be made; the bundle is whole."""
    said = [Said("path", sealed.path, Source.OBSERVED)]
    if key is not None:
        said.append(Said("key", key.raw.hex(), Source.OBSERVED))
    with suppress(StorageError):
        vault.drafts.keep(LATE, sealed.bundle_id, said)


def stamp_vault(
    vault: Vault, urls: Sequence[str], progress: ProgressCall | None = None, seconds: float = 20.0
) -> StampingReport:
    """Ask for what has no time stamp yet: the newest checkpoint, and bundles that wait for one.

    Every answer is in the record when this returns; a service that does not answer is noted as pending,
    once. `seconds`: for each question. Raises `UsageError` for what is no address, `StorageError`,
    `StoppedError`.
    """
    services = services_of(urls)
    todo: list[tuple[Stamped, tuple[str, ...]]] = []
    latest = _newest_checkpoint(vault)
    if latest is not None:
        have = {one.service for one in stamps.newest(vault.read) if one.of.signature == latest.signature}
        todo.append((latest, tuple(one for one in services if host_of(one) not in have)))
    waiting = stamps.still_pending(vault.read)
    noted = {(one.of.over, one.of.bundle, service) for one in waiting for service in one.services}
    for one in waiting:
        if one.of.over is StampOf.BUNDLE:
            done = {row.service for row in stamps.of_bundle(vault.read, one.of.bundle)}
            todo.append((one.of, tuple(url for url in services if host_of(url) not in done)))
    obtained, problems, pending = list[StampRow](), dict[str, None](), 0
    for number, (of, asked) in enumerate(todo):
        failed = list[Answer]()
        for url in asked:
            if progress is not None:
                progress(Progress(number, len(todo), f"Asking {host_of(url)}"))
            answer = ask(url, of.signature, seconds)
            if answer.problem:
                problems[f"{answer.service}: {answer.problem}"] = None
            if answer.response:
                obtained.append(stamps.row(vault.record(_obtained(of, answer))))
            else:
                failed.append(answer)
        if failed:
            pending += 1
            # Once: a computer that is offline for a week must not fill the record with it.
            names = tuple(one.service for one in failed if (of.over, of.bundle, one.service) not in noted)
            if names:
                vault.record(
                    stamps.pending(of, names, " ".join(dict.fromkeys(one.problem for one in failed)))
                )
    return StampingReport(tuple(obtained), tuple(problems), pending)


def pending_stamps(vault: Vault) -> list[PendingStamp]:
    """What was asked for and has not come."""
    return stamps.still_pending(vault.read)


def can_be_added(vault: Vault) -> list[tuple[str, str, tuple[StampRow, ...]]]:
    """Bundles whose time stamp came after the seal: id, file, stamps; until a copy was made with them."""
    return [
        (draft.about, draft.value("path"), tuple(rows))
        for draft in vault.drafts.all()
        if draft.page == LATE and (rows := stamps.of_bundle(vault.read, draft.about))
    ]


def stamped_copy(
    vault: Vault,
    bundle: str,
    out: Path,
    source: Path | None = None,
    passphrase: str | None = None,
    progress: ProgressCall | None = None,
) -> int:
    """A further copy of a sealed bundle with the time stamps that came later, for the same people; its bytes.

    `source`: the file, where it is not where it was sealed to; `passphrase` for one that has one. Nothing of
    the vault's exhibits is opened. Raises `UsageError` (no such bundle, no time stamp, something in it is
    locked away or disposed of, no key left), and what `late_stamp.add_stamps` raises.
    """
    row = next((one for one in vault.read.bundles() if one.bundle_id == bundle), None)
    if row is None:
        raise UsageError("This bundle was not sealed in this vault. Nothing was written. Choose another.")
    data = Fields(vault.read.entry(row.seq).data, f"Entry {row.seq} of the record")
    gone = [number for number in data.texts("exhibits") if vault.is_gone(number)]
    if gone:
        raise UsageError(
            f"{gone[0]} in this bundle is locked away or disposed of, so no further copy of it is made. "
            "Nothing was written. Seal a new bundle without it."
        )
    rows = stamps.of_bundle(vault.read, bundle)
    if not rows:
        raise UsageError("There is no time stamp of this bundle yet. Nothing was written. Ask for one first.")
    draft = vault.drafts.get(LATE, bundle)
    recipients: Sequence[Recipient] | Passphrase = [
        Recipient.from_string(one) for one in data.texts("recipients")
    ]
    key: FileKey | Passphrase
    if not recipients:
        if passphrase is None:
            raise UsageError("This bundle has a passphrase. Nothing was written. Give its passphrase.")
        key = recipients = Passphrase(passphrase)
    elif draft is None or not draft.value("key"):
        raise UsageError(
            "A copy of this bundle with its time stamp was made already, or cannot be made any more. Nothing "
            "was written. Seal a new bundle: it is stamped at once."
        )
    else:
        key = FileKey(bytes.fromhex(draft.value("key")))
    path = source or (Path(draft.value("path")) if draft is not None else None)
    if path is None or not path.is_file():
        raise UsageError("The bundle is not where it was sealed to. Nothing was written. Choose the file.")
    size = 0

    def record(written: Written) -> None:
        nonlocal size
        size = written.size
        services = [one.service for one in rows]
        vault.record(stamps.bundle_stamped(bundle, out.name, size, services))

    late_stamp.add_stamps(
        path, key, recipients, rows[0].of.signature, [one.response for one in rows], out, progress, record
    )
    with suppress(StorageError):
        vault.drafts.drop(LATE, bundle)
    return size


def write_stamps(vault: Vault, folder: Path) -> int:
    """Every time stamp with what it is over, into the new folder `folder`, for checking by hand; how many.

    `0012-service.tsr` is the whole response, `0012-service.sig` the signature that was stamped.
    """
    folder.mkdir(parents=True, exist_ok=False)
    rows = stamps.newest(vault.read, limit=100_000)
    for one in rows:
        name = "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in one.service)
        write_new_file(folder / f"{one.seq:04d}-{name}.tsr", one.response)
        write_new_file(folder / f"{one.seq:04d}-{name}.sig", one.of.signature)
    return len(rows)


def _newest_checkpoint(vault: Vault) -> Stamped | None:
    found = vault.read.latest_checkpoint()
    if found is None:
        return None
    return Stamped(StampOf.CHECKPOINT, found.checkpoint.size, found.checkpoint.link, found.signature)


def _obtained(of: Stamped, one: Answer) -> Act:
    if one.dated is None:
        raise ValueError("an answer without a time")
    return stamps.obtained(of, one.service, one.dated.by, one.dated.at, one.response, confirmed=one.confirmed)
