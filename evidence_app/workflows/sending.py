"""A sealed bundle on its way: what its sender is told (domain.md, rule 12), and parts that fit into email.

Sizes are in bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from evidence_app.errors import UsageError
from evidence_app.policy import Moment
from evidence_app.records import Exhibit
from evidence_app.vault.vault import Vault
from evidence_app.workflows.advising import sentence
from evidence_app.workflows.choosing import Wanted, select

ATTACHABLE: Final = 25_000_000
"""Mail servers commonly stop at 35 MB a message, and an attachment grows by a third on its way."""

_PER_EXHIBIT: Final = 12_000
_PER_ENTRY: Final = 65
_REST: Final = 60_000


def estimated_size(sizes: int, exhibits: int, entries: int) -> int:
    """About how many bytes a bundle has, of the bytes of its originals and the entries of the record."""
    return sizes + exhibits * _PER_EXHIBIT + entries * _PER_ENTRY + _REST


def sending_notes(size: int, *, with_passphrase: bool) -> tuple[str, ...]:
    """What whoever sends a bundle of this size has to know."""
    notes = []
    if with_passphrase:
        notes.append(sentence(Moment.PASSPHRASE_ROUTE))
    if size > ATTACHABLE:
        notes.append(
            "This is too large for most email: servers commonly stop at 35 MB, and an attachment grows by a "
            "third on its way. Use a USB stick or the shared drive, or seal it in parts."
        )
    return tuple(notes)


def in_parts(vault: Vault, wanted: Wanted, limit: int = ATTACHABLE) -> tuple[Wanted, ...]:
    """The same wish in parts that each fit into a message, as far as a single exhibit does.

    Each part names the exhibits of the others, and in which part they are. One part where all of it fits.
    Raises as `select`; `UsageError` where there is nothing to seal.
    """
    selection = select(vault, wanted)
    if not selection.chosen:
        raise UsageError(f"{selection.incident} has nothing to seal. Nothing was sealed.")
    entries = vault.head[0]
    parts: list[list[Exhibit]] = []
    for one in selection.chosen:
        last = [*(parts[-1] if parts else ()), one]
        fits = estimated_size(sum(each.stored.size for each in last), len(last), entries) <= limit
        if parts and fits:
            parts[-1].append(one)
        else:
            parts.append([one])
    if len(parts) == 1:
        return (wanted,)
    where = {one.number: f"In part {at} of {len(parts)}" for at, part in enumerate(parts, 1) for one in part}
    others = [{one: words for one, words in where.items() if one not in _numbers(part)} for part in parts]
    return tuple(replace(wanted, left_out={**(wanted.left_out or {}), **one}) for one in others)


def _numbers(part: Iterable[Exhibit]) -> set[str]:
    return {one.number for one in part}


def part_name(out: Path, part: int, parts: int) -> Path:
    """`INC-001.evidence` becomes `INC-001-part-1-of-3.evidence`; where there is one part it stays."""
    return out if parts == 1 else out.with_name(f"{out.stem}-part-{part}-of-{parts}{out.suffix}")
