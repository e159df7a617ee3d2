"""A capture goes into the vault, and is looked at: the acts between screen and vault."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

from evidence_app.capture import screen
from evidence_app.capture.browser_address import address_of
from evidence_app.capture.screen import Target
from evidence_app.errors import LockedAwayError, QuestionError, StorageError, UsageError
from evidence_app.records import (
    Exhibit,
    ExhibitFile,
    Level,
    PageCapture,
    Picture,
    Said,
    Source,
    StopAnswer,
    StoredObject,
)
from evidence_app.vault import acts
from evidence_app.vault.object_writing import Batch
from evidence_app.vault.objects import BLOCK
from evidence_app.vault.vault import Vault
from evidence_app.workflows.stating import state
from evidence_app.workflows.stopping import answer_stop, require_no
from evidence_app.workflows.telling import state_told


def keep(vault: Vault, picture: Picture, incident: str | None) -> Exhibit:
    """Seal a capture: the encrypted picture first, then the entry. Durable on return.

    Only after this may anything say "sealed". `incident` None leaves the capture unfiled. Raises
    `QuestionError` before anything is written unless "no" was recorded (`answer_stop`).
    """
    return _keep(vault, picture, incident)


def _keep(vault: Vault, picture: Picture, incident: str | None, *, even_unasked: bool = False) -> Exhibit:
    reference = None if incident is None else vault.read.incident(incident).reference
    require_no(vault, reference, even_unasked=even_unasked)
    _refuse_locked(vault, picture.png)
    stored = vault.objects.put(picture.png, "image/png")
    try:
        entry = vault.record(acts.exhibit_captured(stored, picture.observed, reference, Level.SCREEN))
    except StorageError as error:
        raise _kept_without_entry() from error
    except QuestionError:
        # Answered with yes or not sure in this very moment: then there is no image path at all.
        vault.objects.erase(stored.object_id)
        raise
    return vault.read.exhibit(str(entry.data["number"]))


def _kept_without_entry() -> StorageError:
    return StorageError(
        "The disk did not accept the entry of this capture. The picture itself is kept, encrypted, and "
        "is entered in the record when the vault is locked or next opened. Free some space, then lock it."
    )


def _refuse_locked(vault: Vault, png: bytes) -> None:
    if vault.read.has_locked_away() and vault.read.is_locked_digest(sha256(png).hexdigest()):
        raise LockedAwayError(
            "This is the same picture as one that is locked away. Nothing was written. Close it, and tell "
            "the safeguarding lead."
        )


def keep_page(
    vault: Vault, page: PageCapture, incident: str | None, *, even_unasked: bool = False
) -> Exhibit:
    """Seal a captured web page: the picture and the files beside it, then one entry that names all of them.

    All of it is in the record on return, or nothing is. The address that the browser observed is stated with
    that source, so that it is found, cleaned and reported like any other. Raises as `keep` does.
    """
    reference = None if incident is None else vault.read.incident(incident).reference
    require_no(vault, reference, even_unasked=even_unasked)
    _refuse_locked(vault, page.png)
    with vault.objects.batch() as batch:
        stored = _put(batch, "image/png", page.png)
        files = [ExhibitFile(one.name, _put(batch, one.media_type, one.data)) for one in page.files]
        act = acts.exhibit_captured(stored, page.observed, reference, Level.BROWSER, files)
        try:
            with batch.recording(vault.surely_named):
                entry = vault.record(act)
        except StorageError as error:
            batch.keep()
            raise _kept_without_entry() from error
    number = str(entry.data["number"])
    seen = page.observed.page
    if seen is not None:
        with suppress(UsageError):  # an address that no field can hold stands in what was observed
            state(vault, number, [Said("address", seen.address, Source.OBSERVED)])
    return vault.read.exhibit(number)


def _put(batch: Batch, media_type: str, data: bytes) -> StoredObject:
    out = batch.begin(media_type)
    for start in range(0, len(data), BLOCK):
        out.write(memoryview(data)[start : start + BLOCK])
    return out.finish()


def capture(
    vault: Vault,
    target: Target,
    incident: str,
    *,
    address: str | None = None,
    note: str | None = None,
    answer: StopAnswer | None = None,
    pointer: bool = False,
) -> Exhibit:
    """Take the target from the screen, seal it, and state what was given along. For the command line.

    `answer` is what the person says to the question of 8.1. Where nobody was asked about the incident, the
    record says just that. Raises `QuestionError` where the answer is yes or not sure.
    """
    reference, asked = _asked(vault, incident, answer)
    picture = screen.take(target, pointer=pointer)
    if not asked:
        answer_stop(vault, reference, StopAnswer.NOT_ASKED)
    exhibit = _keep(vault, picture, reference, even_unasked=True)
    if address is None:
        state_told(vault, exhibit, address_of(picture.observed.window))
    said = [
        Said(field, value, Source.TYPED)
        for field, value in (("address", address), ("note", note))
        if value is not None and value.strip()
    ]
    if said:
        state(vault, exhibit.number, said)
    return vault.read.exhibit(exhibit.number)


def _asked(vault: Vault, incident: str, answer: StopAnswer | None) -> tuple[str, bool]:
    """The incident's full reference, and whether the question of 8.1 was ever put for it; raises
    `QuestionError` where the answer is yes or not sure."""
    reference = vault.read.incident(incident).reference
    if answer is not None:
        answer_stop(vault, reference, answer)
    asked = vault.read.stop_answer(reference) is not None
    if asked:
        require_no(vault, reference, even_unasked=True)
    return reference, asked


def capture_page(
    vault: Vault, collect: Callable[[], PageCapture], incident: str, *, answer: StopAnswer | None = None
) -> Exhibit:
    """Let `collect` capture a page, and seal it. For the command line; answers count as in `capture`."""
    reference, asked = _asked(vault, incident, answer)
    page = collect()
    if not asked:
        answer_stop(vault, reference, StopAnswer.NOT_ASKED)
    return keep_page(vault, page, reference, even_unasked=True)


def viewed(vault: Vault, number: str) -> None:
    """That an exhibit is shown is an entry; raises `LockedAwayError` for what nobody may see."""
    vault.record(acts.exhibit_viewed(vault.read.exhibit(number).number))


def view(vault: Vault, number: str) -> bytes:
    """The original bytes of an exhibit, checked against the record. That it was viewed is an entry."""
    exhibit = vault.read.exhibit(number)
    data = vault.read_original(exhibit.number)
    # Should it be locked away in this moment, the entry is refused, and the bytes go no further.
    vault.record(acts.exhibit_viewed(exhibit.number))
    return data
