"""What is listed on the activity page, as a PDF to print."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from evidence_app import workflows
from evidence_app.bundle.sheet import Section, Sheet, make_sheet
from evidence_app.errors import UsageError
from evidence_app.records import Progress, ProgressCall
from evidence_app.ui import say
from evidence_app.ui.pages import activity_data
from evidence_app.ui.pages.activity_data import CHECKPOINT, Asked, Texts
from evidence_app.ui.widgets import group_hex
from evidence_app.vault.vault import Vault

MOST = 2000
"""Entries on one report: some sixty pages."""


def tr(text: str) -> str:
    return QCoreApplication.translate("activity", text)


def save(vault: Vault, asked: Asked, path: Path, progress: ProgressCall) -> Path:
    """Write the acts that are asked for into a new PDF, newest first.

    Raises `UsageError` (too many of them, none, or the file exists), `StorageError`, `StoppedError`.
    """
    outline = activity_data.outline(vault, asked, Texts(), progress)
    if outline.shown > MOST or not outline.items:
        raise UsageError(
            tr("A report holds up to {0} entries, and {1} are listed. Nothing was saved. ").format(
                MOST, outline.shown
            )
            + tr("Narrow the list, for example to an incident or to some days.")
        )
    progress(Progress(0, 0, tr("Writing the report")))
    seqs = list(activity_data.every(outline))
    known = activity_data.rows(vault, seqs)
    sections: list[Section] = []
    name, lines = "", list[tuple[str, str]]()
    for item in outline.items:
        if item < 0:
            if lines:
                sections.append(Section(name, tuple(lines)))
            name, lines = outline.days[-1 - item], []
        else:
            lines.append(_line(outline, item, known))
    sections.append(Section(name, tuple(lines)))
    now = datetime.now(UTC)
    size, link = vault.head
    owner = vault.owner
    sheet = Sheet(
        kind=tr("Activity"),
        name=owner.name,
        school=owner.school,
        intro=tr(
            "What was done in this vault, newest first, as of {0}, {1}. Listed are {2} of its {3} "
            "entries{4}. Each entry is chained to the one before it; the last figures are the beginning "
            "and the end of its fingerprint."
        ).format(
            say.short_day(now),
            say.clock(now),
            len(seqs),
            outline.size,
            tr(": the list was narrowed") if asked.narrows else "",
        ),
        foot=tr(
            "The record has {0} entries, the last one with the fingerprint {1}. Paper proves nothing by "
            "itself: compare the fingerprints with the vault, or with a bundle that was sealed from it."
        ).format(size, group_hex(link.hex(), None)),
        sections=tuple(sections),
        at=now,
    )
    data = make_sheet(sheet)
    progress(Progress(0, 0, tr("Writing the report")))
    workflows.write_new_file(path, data)
    return path


def _line(
    outline: activity_data.Outline, item: int, known: dict[int, activity_data.ActRow]
) -> tuple[str, str]:
    if item >= CHECKPOINT:
        row = activity_data.checkpoint_row(outline.checkpoints[item - CHECKPOINT])
        label = row.time
    else:
        row = known[item]
        label = f"{row.seq}  {row.time}"
    about = f" ({row.about})" if row.about else ""
    return label, f"{row.words}{about} · {group_hex(row.link, (2, 1))}"
