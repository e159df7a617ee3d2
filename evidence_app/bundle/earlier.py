"""The fourth question: whether a bundle is consistent with what its reader saw of the same record before."""

from __future__ import annotations

from evidence_app.bundle.checks_record import links_at
from evidence_app.bundle.dates import day
from evidence_app.bundle.findings import SEALED_BY_LEDGER, Work
from evidence_app.records import Check, Checkpoint, Consistency, Differs, SeenLedger, Trust

_AGREES = "It agrees with earlier bundles"


def compare(work: Work, trust: Trust) -> tuple[Consistency, Check, Differs | None]:
    """Compare the chain with what this reader remembers of the same ledger; never raises."""
    checkpoint, commitments = work.checkpoint, work.bag.commitments
    nothing = Check("earlier", None, "No earlier bundles to compare", "")
    if trust.seen is None or checkpoint is None or commitments is None or not work.clean(SEALED_BY_LEDGER):
        return Consistency.UNKNOWN, nothing, None
    seen = [
        one
        for one in trust.seen
        if one.vault_id == checkpoint.vault_id and one.signing_key in (b"", work.signer, *work.former)
    ]
    if not seen:
        first = Check(
            "earlier", None, "No earlier bundles to compare", "This is the first one from this record."
        )
        return Consistency.FIRST, first, None
    links = links_at(checkpoint.vault_id, commitments, [one.size for one in seen])
    later = sorted((one for one in seen if one.size > checkpoint.size), key=lambda one: one.size)
    clashes = [one for one in seen if one.size <= checkpoint.size and links.get(one.size) != one.link]
    if not _is_earlier(checkpoint, seen, later, trust):
        clashes += later
    if not clashes:
        summary = "It matches what you saw of this record before."
        if later:
            summary = (
                "It is an earlier state of what you have seen: its record ends at entry "
                f"{checkpoint.size}, and on {day(later[-1].seen_at)} you saw {later[-1].size}. "
                "A newer bundle may say more."
            )
        return Consistency.YES, Check("earlier", True, _AGREES, summary), None
    # The shortest that does not fit bounds the place from above, the longest below it that fits from below.
    clash = min(clashes, key=lambda one: (one.size, one.seen_at))
    agreeing = [one for one in seen if one.size < clash.size and links.get(one.size) == one.link]
    agrees = max(agreeing, key=lambda one: one.size, default=None)
    if clash.size > checkpoint.size:
        summary = (
            f"Its record ends at entry {checkpoint.size}; on {day(clash.seen_at)} you saw {clash.size}. "
            "Nothing here shows that it is the same record at an earlier time."
        )
    else:
        summary = f"The first {clash.size} entries are not those that you saw on {day(clash.seen_at)}."
    if agrees is not None:
        summary += f" The first {agrees.size} are still those that you saw on {day(agrees.seen_at)}."
    against = Check("earlier", False, "It does not agree with earlier bundles", summary)
    return Consistency.NO, against, Differs(clash, agrees)


def _is_earlier(
    checkpoint: Checkpoint, seen: list[SeenLedger], later: list[SeenLedger], trust: Trust
) -> bool:
    """Whether the end of this chain lies inside those that were longer: it was seen itself, or one of the
    longer ones, of which the reader still has the bundle, passes through it.

    One is enough: what is remembered was consistent when it was seen, so all of it is one chain.
    """
    if not later or any((one.size, one.link) == (checkpoint.size, checkpoint.link) for one in seen):
        return True
    for one in later:
        commitments = None if trust.recall is None else trust.recall(one)
        if commitments is not None:
            links = links_at(one.vault_id, commitments, [checkpoint.size, one.size])
            if links.get(one.size) == one.link:
                return links.get(checkpoint.size) == checkpoint.link
    return False
