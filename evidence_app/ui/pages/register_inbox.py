"""Looking in the inbox folder: progress, Stop, and what was found in one sentence."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.ui import say
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Button, Notice, ProgressRow
from evidence_app.workflows import Arrival, InboxLook

REASONS_SHOWN = 3


def _tr(text: str) -> str:
    return QCoreApplication.translate("inbox", text)


def _new(look: InboxLook) -> list[Arrival]:
    """Arrivals that the vault did not have; one that could not be read before is only checked again."""
    return [one for one in look.arrivals if not one.again]


def found_words(look: InboxLook) -> str:
    """For example `2 new bundles, 1 known before, 1 file skipped.`"""
    new = len(_new(look))
    again = len(look.arrivals) - new
    parts = [say.plural(new, _tr("new bundle"), _tr("new bundles")) if new else _tr("No new bundle")]
    if look.receipts:
        parts.append(say.plural(len(look.receipts), _tr("receipt recorded"), _tr("receipts recorded")))
    if again:
        parts.append(_tr("{0} checked again").format(again))
    if look.known:
        parts.append(_tr("{0} known before").format(look.known))
    if look.skipped:
        parts.append(say.plural(len(look.skipped), _tr("file skipped"), _tr("files skipped")))
    return f"{', '.join(parts)}."


def skipped_words(look: InboxLook) -> str:
    """Why files were skipped, a line for each of the first few."""
    lines = [f"{one.name}: {one.why}" for one in look.skipped[:REASONS_SHOWN]]
    left = len(look.skipped) - len(lines)
    return "\n".join([*lines, _tr("And {0} more.").format(left)] if left else lines)


class Inbox(QWidget):
    """`button` starts it; `received` carries the reference of the newest new bundle, or nothing."""

    received = Signal(str)

    def __init__(self, session: Session, button: Button, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._button = session, button
        self.progress = ProgressRow("inbox")
        self.result = Notice("", "", "neutral")
        self.result.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.progress)
        column.addWidget(self.result)
        button.clicked.connect(self.look)

    def look(self) -> None:
        """Receive what is new in the folder of the settings."""
        if not self._button.isEnabled():
            return
        self.result.hide()
        task = self._session.runner.run(
            workflows.look_in_inbox,
            self._session.vault,
            Path(self._session.settings.inbox),
            on_done=self._looked,
            on_error=self._failed,
            words=self.tr("Looking in the inbox"),
        )
        self.progress.follow(task, busy=self._button)

    def _looked(self, look: InboxLook) -> None:
        new = _new(look)
        kind = "warn" if look.skipped else "ok" if new or look.receipts else "neutral"
        self.result.set_message(found_words(look), skipped_words(look), kind, "inbox")
        self.result.show()
        self._session.changed.emit()
        self.received.emit(new[-1].row.reference if new else "")

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, StoppedError):
            self.result.set_message(
                self.tr("You stopped looking."),
                self.tr("What had arrived until then is in the register. Look again to receive the rest."),
                "neutral",
                "inbox",
            )
        elif isinstance(error, EvidenceError):
            self.result.set_message(self.tr("The inbox could not be read."), error.message, "bad", "x-circle")
        else:
            return
        self.result.show()
        self._session.changed.emit()
