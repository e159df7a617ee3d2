"""The recovery sheet on paper and as a text file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from evidence_app.ui import say


def _lines() -> tuple[str, ...]:
    return (
        say.tr("These 12 words open the vault. Whoever has them can read everything in it."),
        say.tr("Keep this sheet in a sealed envelope, locked away, not with the computer."),
        say.tr("To use it, choose ‘Use my recovery sheet’ on the unlock screen."),
    )


def recovery_text(owner: str, made: datetime, words: Sequence[str]) -> str:
    """The sheet as plain text."""
    numbered = [f"{number:2}. {word}" for number, word in enumerate(words, start=1)]
    head = [say.tr("Evidence: recovery sheet"), owner, f"{say.day(made)}, {say.minute(made)}", ""]
    return "\n".join([*head, *numbered, "", *_lines(), ""])


def recovery_html(owner: str, made: datetime, words: Sequence[str]) -> str:
    """The sheet for the printer."""
    cells = [
        f"<td width='33%'><font size='5'>{number}. <b>{escape(word)}</b></font></td>"
        for number, word in enumerate(words, start=1)
    ]
    rows = "".join(f"<tr>{''.join(cells[at : at + 3])}</tr>" for at in range(0, len(cells), 3))
    notes = "".join(f"<li>{escape(line)}</li>" for line in _lines())
    return (
        f"<h1>{escape(say.tr('Evidence: recovery sheet'))}</h1>"
        f"<p>{escape(owner)}<br>{escape(say.day(made))}, {say.minute(made)}</p>"
        f"<table width='100%' cellpadding='10' border='1' cellspacing='0'>{rows}</table><ol>{notes}</ol>"
    )
