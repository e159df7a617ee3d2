"""Activity: everything that was done in this vault, newest first, and the check of the vault (page 15)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import CheckReport, Entry
from evidence_app.ui import say
from evidence_app.ui.pages.activity_list import ActivityHeader, ActivityList, rows_of
from evidence_app.ui.pages.record_page import RecordPage
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Card,
    IconLabel,
    Notice,
    ProgressRow,
    ScrollPage,
    body,
    hint,
    lead,
    primary,
    title,
)
from evidence_app.vault.check import check
from evidence_app.vault.vault import Vault

SHOWN = 200
PROBLEMS_SHOWN = 20


def _read(vault: Vault) -> list[Entry]:
    # One more than shown: the last row needs the entry before it.
    return vault.read.entries(limit=SHOWN + 1)


class ActivityPage(RecordPage):
    """`checked` carries the `CheckReport` of a check that came to its end."""

    checked = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._size = 0
        self.setAccessibleName(self.tr("Activity"))
        self.check_button = primary(self.tr("Check the vault now"), "shield-check", on_click=self.check)
        self.progress = ProgressRow("shield-check", note=self.tr("You can carry on working"))
        self.result = Notice(" ", " ", "ok")
        self.result.hide()
        self.problems = Problems()
        self.problems.hide()
        self.header = ActivityHeader()
        self.list = ActivityList()
        self.more = hint("")
        self.more.setContentsMargins(16, 8, 16, 8)
        self.more.hide()
        head = QHBoxLayout()
        head.setSpacing(24)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(title(self.tr("Activity")))
        words.addWidget(
            lead(
                self.tr(
                    "Everything done in this vault, in order. Each entry is chained to the one before it, "
                    "so nothing can be removed or changed without showing."
                )
            )
        )
        head.addLayout(words, 1)
        head.addWidget(self.check_button, 0, Qt.AlignmentFlag.AlignTop)
        table = Card(look="sunken", padding=0, gap=0)
        table.body.setContentsMargins(1, 1, 1, 1)
        table.add(self.header)
        table.body.addWidget(self.list, 1)
        table.add(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(16)
        column.addLayout(head)
        for part in (self.progress, self.result, self.problems):
            column.addWidget(part)
        column.addWidget(table, 1)
        self.setFocusProxy(self.check_button)

    # --- the record -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the newest entries again, in the background."""
        self._session.runner.run(
            _read,
            self._session.vault,
            on_done=self._show,
            on_error=self._on_failed,
            words=self.tr("Reading the record"),
        )

    def _show(self, entries: list[Entry]) -> None:
        shown = entries[:SHOWN]
        zones = {say.zone(one.at) for one in shown}
        people = {one.by for one in shown}
        self.header.set_words(
            zones.pop() if len(zones) == 1 else "", people.pop() if len(people) == 1 else ""
        )
        self.list.set_rows(rows_of(entries, SHOWN))
        self.more.setVisible(len(entries) > SHOWN)
        if len(entries) > SHOWN:
            words = self.tr("The newest {0} entries. Entries 1 to {1} are kept and checked as well.")
            self.more.setText(words.format(SHOWN, entries[SHOWN].seq))

    # --- the check --------------------------------------------------------------------------------

    def check(self) -> None:
        """Examine the whole vault; the answer is recorded and shown here."""
        if not self.check_button.isEnabled():
            return
        self.result.hide()
        self.problems.hide()
        task = self._session.runner.run(
            check,
            self._session.vault,
            on_done=self._on_checked,
            on_error=self._on_failed,
            words=self.tr("Checking the vault"),
        )
        self.progress.follow(task, busy=self.check_button)

    def _on_checked(self, report: CheckReport) -> None:
        entries = say.plural(report.entries, self.tr("entry"), self.tr("entries"))
        files = say.plural(report.objects, self.tr("sealed file"), self.tr("sealed files"))
        read = self.tr("{entries} and {files} ({size}) were read and compared.").format(
            entries=entries, files=files, size=say.size(report.bytes_read)
        )
        if report.problems:
            rest = self.tr(
                "Nothing was changed, and you can go on capturing. Tell your IT lead; delete nothing."
            )
            self.result.set_message(
                self.tr("The vault is not in order."), f"{read} {rest}", "bad", "shield-x"
            )
            self.problems.set_report(report)
        else:
            self.result.set_message(self.tr("The vault is in order."), read, "ok", "shield-check")
        self.problems.setVisible(bool(report.problems))
        self.result.show()
        self._session.changed.emit()
        self.checked.emit(report)

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, StoppedError):
            self.result.set_message(
                self.tr("The check was stopped."),
                self.tr("Nothing was changed, and no answer was recorded."),
                "neutral",
            )
            self.result.show()
        elif isinstance(error, EvidenceError):
            self.result.set_message(self.tr("The check did not come to its end."), error.message, "bad")
            self.result.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F6:
            target = self.check_button if self.list.hasFocus() else self.list
            target.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)


class Problems(Card):
    """What a check found, one line each: where it is, and what it means."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, gap=0, parent=parent)
        self.body.setContentsMargins(1, 1, 1, 1)
        self._page = ScrollPage((16, 12, 16, 12), 8, "surface")
        self.add(self._page)
        self.setAccessibleName(self.tr("What was found"))
        self._words: list[str] = []

    def words(self) -> tuple[str, ...]:
        """The lines, as they are shown."""
        return tuple(self._words)

    def set_report(self, report: CheckReport) -> None:
        """List the problems of this report."""
        while self._page.body.count():
            gone = self._page.body.takeAt(0).widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self._words = [f"{one.where}: {one.message}" for one in report.problems[:PROBLEMS_SHOWN]]
        left = len(report.problems) - len(self._words)
        if left:
            self._words.append(self.tr("And {0} more.").format(left))
        for words in self._words:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(10)
            row.addWidget(IconLabel("x-circle", "bad", 18), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(body(words, token="bad", selectable=True), 1)
            self._page.body.addWidget(line)
        self._page.body.addStretch(1)
        self._page.setFixedHeight(min(148, 32 + 44 * len(self._words)))
