"""What the program promises, beside the place where one unlocks (picture 01, left)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui.widgets import IconLabel, Logo, Text, area


def _tr(text: str) -> str:
    return QCoreApplication.translate("unlock", text)


def promise() -> QWidget:
    """Three sentences, and what comes first in danger."""
    side = area("aside")
    column = QVBoxLayout(side)
    column.setContentsMargins(48, 64, 48, 40)
    column.setSpacing(0)
    column.addWidget(Logo(36))
    column.addSpacing(22)
    column.addWidget(Text(_tr("Keep a true record of online abuse at school."), type="intro"))
    column.addSpacing(46)
    for icon, title, words in (
        (
            "camera",
            _tr("The click is the seal"),
            _tr("A capture is sealed the moment you take it."),
        ),
        (
            "link",
            _tr("Nothing is ever deleted"),
            _tr("You can add to a record. A change to what is there would show."),
        ),
        (
            "drive",
            _tr("It stays on this computer"),
            _tr("Nothing is sent anywhere until you choose to share it."),
        ),
    ):
        point = QHBoxLayout()
        point.setSpacing(16)
        point.addWidget(IconLabel(icon, "accent", 20, line=24), 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(Text(title, type="card"))
        lines.addWidget(Text(words, type="body2"))
        point.addLayout(lines, 1)
        column.addLayout(point)
        column.addSpacing(22)
    column.addStretch(1)
    column.addWidget(
        Text(
            _tr("If someone is in danger now, call 999 first.\nYou can record it afterwards."),
            type="hint",
        )
    )
    return side
