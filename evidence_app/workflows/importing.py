"""Bringing in: original bytes sealed and in the record first, looked at afterwards, and only in the child.

A batch is brought in file by file; whatever happens to one, the others go on. What was sealed before a
stop, a fault or an interruption stays sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from evidence_app.capture.files import Found
from evidence_app.errors import StoppedError, UsageError
from evidence_app.records import ProgressCall
from evidence_app.vault.vault import Vault
from evidence_app.workflows.brought import Batch, Brought, FileCall, Outcome
from evidence_app.workflows.importing_look import look_at_all
from evidence_app.workflows.importing_seal import Counted, Work
from evidence_app.workflows.stopping import answer_for_batch

__all__ = ["Batch", "Brought", "FileCall", "Outcome", "bring_in"]


def bring_in(
    vault: Vault,
    incident: str,
    chosen: Sequence[Found],
    batch: Batch,
    *,
    progress: ProgressCall | None = None,
    told: FileCall = lambda _at, _one: None,
) -> tuple[Brought, ...]:
    """Bring files into an incident, one answer for each of them, in their order.

    The answer to the question of 8.1 is recorded first; raises `QuestionError` where it closes the way, and
    `UsageError` for an unknown incident or a statement that cannot be. `progress` counts bytes; where it
    raises `StoppedError`, what is not sealed yet is left out, and said so.
    """
    reference = vault.read.incident(incident).reference
    work = Work(vault, reference, batch, Counted(chosen, progress), told)
    if not chosen:
        raise UsageError("There is no file to bring in. Nothing was changed. Choose at least one.")
    answer_for_batch(vault, reference, batch.answer, len(chosen), advised_by=batch.advised_by)
    if work.seal_all(chosen):
        with suppress(StoppedError):
            look_at_all(work)
    return tuple(work.done[at] for at in range(len(chosen)))
