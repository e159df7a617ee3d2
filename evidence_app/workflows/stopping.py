"""The stop (8.1): one question before a picture is written, and what follows from its answer.

Asked once for an incident, before its first picture; once a session for captures that are not filed yet; and
for every batch that is brought in. The program never looks at a picture to answer it: only a person can.
"""

from __future__ import annotations

from evidence_app.errors import QuestionError
from evidence_app.records import StopAnswer, StopAnswered
from evidence_app.vault import acts_safeguards as acts
from evidence_app.vault.numbering_safeguards import closed
from evidence_app.vault.vault import Vault


def stop_answer(vault: Vault, incident: str | None) -> StopAnswered | None:
    """The answer that holds for an incident, or for unfiled captures of this session (None).

    None, or `NOT_ASKED`: a person still has to be asked. Raises `UsageError` for an unknown incident.
    """
    return vault.read.stop_answer(None if incident is None else vault.read.incident(incident).reference)


def answer_stop(
    vault: Vault,
    incident: str | None,
    answer: StopAnswer,
    *,
    files: int | None = None,
    advised_by: str = "",
) -> StopAnswered:
    """Record an answer. It holds for all that follows; yes and not sure close the way for pictures.

    After those, "no" needs `advised_by`: the name of who may say so. Raises `QuestionError` without it.
    """
    reference = None if incident is None else vault.read.incident(incident).reference
    entry = vault.record(acts.stop_answered(reference, answer, files, advised_by))
    return StopAnswered(reference, answer, files, advised_by.strip(), at=entry.at, by=entry.by, seq=entry.seq)


def answer_for_batch(
    vault: Vault, incident: str | None, answer: StopAnswer, files: int, *, advised_by: str = ""
) -> StopAnswered:
    """Record the answer for a batch that is to be brought in, whatever was answered before.

    Every importer calls this before it writes the first byte of its files. It returns only where the batch
    may be kept; otherwise the answer is recorded, and `QuestionError` says what to do instead.
    `StopAnswer.NOT_ASKED` is for a command with nobody in front of it.
    """
    said = answer_stop(vault, incident, answer, files=files, advised_by=advised_by)
    if answer in {StopAnswer.YES, StopAnswer.NOT_SURE}:
        raise closed(said.incident) if said.incident is not None else _closed_unfiled()
    return said


def require_no(vault: Vault, incident: str | None, *, even_unasked: bool = False) -> None:
    """The gate before image bytes are written; raises `QuestionError` unless the answer was "no".

    `even_unasked` lets a recorded `NOT_ASKED` pass: for the command line only.
    """
    said = vault.read.stop_answer(incident)
    if said is None or (said.answer is StopAnswer.NOT_ASKED and not even_unasked):
        where = "captures that are not filed yet" if incident is None else incident
        raise QuestionError(
            "Nobody has answered yet whether a picture could show anyone under 18 nude, partly nude or in a "
            f"sexual way. No picture was written. Answer that for {where} first."
        )
    if said.answer in {StopAnswer.YES, StopAnswer.NOT_SURE}:
        raise closed(incident) if incident is not None else _closed_unfiled()


def _closed_unfiled() -> QuestionError:
    return QuestionError(
        "It was answered that this could show a child in a way that nobody may keep, so no picture is "
        "written. What the vault already holds is safe. Record a referral in words, and tell the "
        "safeguarding lead."
    )
