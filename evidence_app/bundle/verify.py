"""The verifier: a state machine without I/O that is fed with files, in any order, and then answers.

It believes nothing: no key, name, size or list inside the bundle. `finish` returns a verdict only if
every `Step` was carried out and found nothing, and raises `Altered` otherwise.
Source: resources/formats/bundle.md, "Checking".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from evidence_app.bundle import answers, checks_record, checks_seal, content, layout
from evidence_app.bundle.content import CommitmentReader
from evidence_app.bundle.findings import Bag, BlockedError, File, Step, Work, need
from evidence_app.bundle.layout import Place
from evidence_app.errors import DamagedError, IntegrityError, NewerFormatError, NotOurFileError
from evidence_app.ledger import DIGEST_BYTES
from evidence_app.records import SentExhibit, Trust, Verdict

NOT_OURS: Final = "This file is not an Evidence bundle, or the copy is incomplete."

CHECKS: Final[Mapping[Step, Callable[[Work], None]]] = MappingProxyType(
    {
        Step.LAYOUT: checks_seal.check_layout,
        Step.SIGNATURE: checks_seal.check_signature,
        Step.CARD: checks_seal.check_card,
        Step.SIGNER: checks_seal.check_signer,
        Step.BAGIT: checks_seal.check_bagit,
        Step.TAG_MANIFEST: checks_seal.check_tag_manifest,
        Step.TAG_FILES: checks_seal.check_tag_files,
        Step.MANIFEST: checks_seal.check_manifest,
        Step.FILES: checks_seal.check_files,
        Step.BAG_INFO: checks_seal.check_bag_info,
        Step.OXUM: checks_seal.check_oxum,
        Step.CHECKPOINT: checks_record.check_checkpoint,
        Step.CHECKPOINT_SIGNATURE: checks_record.check_checkpoint_signature,
        Step.COMMITMENTS: checks_record.check_commitments,
        Step.CHAIN: checks_record.check_chain,
        Step.OPENED: checks_record.check_opened,
        Step.COMMITTED: checks_record.check_committed,
        Step.VAULT: checks_record.check_vault,
        Step.CLAIMS: checks_record.check_claims,
        Step.LABEL: checks_record.check_label,
        Step.ORIGINALS: checks_record.check_originals,
        Step.COPIES: checks_record.check_copies,
        Step.OBSERVED: checks_record.check_observed,
        Step.STATED: checks_record.check_stated,
        Step.INCIDENT: checks_record.check_incident,
        Step.LEFT_OUT: checks_record.check_left_out,
        Step.RECIPIENTS: checks_record.check_recipients,
    }
)


class Altered(IntegrityError):  # noqa: N818 - the word that people see
    """Something in the bundle is not as it was sealed; `verdict.problems` lists all of it."""

    def __init__(self, verdict: Verdict) -> None:
        count = len(verdict.problems)
        more = "" if count == 1 else f" {count - 1} more were found."
        super().__init__(
            f"This bundle has been altered. {verdict.problems[0].message}{more} "
            "Keep this file and ask the sender for a new copy."
        )
        self.verdict = verdict


class LimitError(DamagedError):
    """A part of the bundle is larger than the format allows; `code` is `limit`."""

    code = "limit"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"This bundle is larger than a bundle may be: {what}. Nothing from it is shown. "
            "Ask the sender for a new copy."
        )


class Verifier:
    """Feed it every file of a bundle, then call `finish` once."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._bag = Bag()
        self._seen: set[str] = set()
        self._total = 0
        self._held = 0
        self._open = False
        self._finished = False
        self.sent: tuple[SentExhibit, ...] = ()
        """The exhibits, once `finish` has found the bundle unchanged."""

    def start_file(self, name: str, size: int) -> None:
        """Begin a file. `name` is relative with forward slashes, `size` the announced bytes.

        Raises `LimitError`. A name outside the layout, or one that came before, is a problem of the
        verdict; its bytes are passed over.
        """
        if self._open or self._finished:
            raise ValueError("a file is still open, or the verdict was given")
        self._open = True
        self._name, self._size, self._got = name, size, 0
        self._digest = sha256()
        self._place: Place | None = layout.place(name)
        self._kept: bytearray | None = None
        self._commitments: CommitmentReader | None = None
        self._total += size
        if len(self._seen) >= layout.MAX_MEMBERS:
            raise LimitError(f"more than {layout.MAX_MEMBERS} files")
        if size > layout.MAX_FILE or self._total > layout.MAX_TOTAL:
            raise LimitError("too many bytes")
        key = layout.folded(name)
        if key in self._seen:
            self.refuse("duplicate-file", name)
            self._place = None
        elif self._place is None:
            self.refuse("extra-file", name)
        self._seen.add(key)
        if self._place is not None:
            self._prepare(self._place, size)

    def _prepare(self, place: Place, size: int) -> None:
        if place.name == layout.COMMITMENTS:
            if size > layout.MAX_ENTRIES * (2 * DIGEST_BYTES + 1):
                raise LimitError(f"more than {layout.MAX_ENTRIES} entries")
            self._commitments = CommitmentReader()
        elif place.held:
            self._held += size
            if size > place.held or self._held > layout.MAX_HELD:
                raise LimitError(f"the file {place.name} is too long")
            self._kept = bytearray()

    def refuse(self, code: str, name: str) -> None:
        """Note something that may not be in a bundle: `extra-file`, `duplicate-file` or `not-a-file`."""
        if len(self._bag.strange) < layout.MAX_MEMBERS:
            self._bag.strange.append((code, name))

    def feed(self, data: memoryview) -> None:
        """The next bytes of the open file; hashed at once, kept only for small files."""
        self._got += len(data)
        if not self._open or self._got > self._size:
            raise ValueError("more bytes than were announced")
        self._digest.update(data)
        if self._kept is not None:
            self._kept += data
        elif self._commitments is not None:
            self._commitments.feed(data)

    def end_file(self) -> None:
        """All bytes of the file were fed."""
        if not self._open or self._got != self._size:
            raise ValueError("fewer bytes than were announced")
        self._open = False
        if self._place is None:
            return
        self._bag.files[self._name] = File(self._size, self._digest.hexdigest())
        if self._kept is not None:
            self._bag.held[self._name] = bytes(self._kept)
            self._kept = None
        elif self._commitments is not None:
            self._bag.commitments = self._commitments.finish()
            self._commitments = None

    @property
    def commitments(self) -> bytes | None:
        """The list of commitments that was fed, 32 bytes each, whether or not anything of it checks."""
        return self._bag.commitments

    def finish(self, checked_at: datetime) -> Verdict:
        """The verdict of an unchanged bundle; `checked_at` is the reader's own time, aware.

        Raises `Altered`, `NewerFormatError` for a bundle of a later version that is otherwise whole,
        `NotOurFileError` where nothing of a bundle was fed.
        """
        if self._open or self._finished:
            raise ValueError("a file is still open, or the verdict was given")
        self._finished = True
        if not any(name in self._bag.files for name in layout.TOP):
            raise NotOurFileError(NOT_OURS)
        work = examine(self._bag)
        verdict = answers.verdict(work, self._trust, checked_at)
        if not verdict.unchanged:
            raise Altered(verdict)
        self.sent = tuple(content.sent_exhibits(need(work.told), self._bag.numbers()))
        return verdict


def examine(bag: Bag) -> Work:
    """Carry out every check on what was read; the problems are in the result.

    Raises `NewerFormatError` where the seal is good and what it seals calls itself newer.
    """
    work = Work(bag)
    for step in Step:
        work.step = step
        try:
            CHECKS[step](work)
        except BlockedError:
            continue
        work.done.add(step)
    if work.newer and _sealed_so(work, work.newer):
        raise NewerFormatError(
            "This bundle was made by a newer version of Evidence. "
            "Nothing is lost. Update the program and try again."
        )
    if not work.problems and work.done != frozenset(Step):
        # Cannot happen while every check that is blocked has a cause; a verdict must not depend on that.
        left = ", ".join(sorted(frozenset(Step) - work.done))
        work.problem("not-checked", "", f"Not everything could be checked ({left}).")
    return work


def _sealed_so(work: Work, name: str) -> bool:
    """Whether the signature covers the file that says it is newer (bundle.md, "Later versions")."""
    lists: dict[str, str] = work.tag_list or {}
    if name.startswith("data/") and _as_listed(work, lists, layout.MANIFEST):
        lists = work.file_list or {}
    return (
        work.signer is not None
        and _as_listed(work, lists, name)
        and not any(problem.code == "file-changed" for problem in work.problems)
    )


def _as_listed(work: Work, lists: Mapping[str, str], name: str) -> bool:
    file = work.bag.files.get(name)
    return file is not None and lists.get(name) == file.sha256
