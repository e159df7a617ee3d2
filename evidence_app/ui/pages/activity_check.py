"""The check of the vault: its progress, the answer as icon, words and colour, and when it was given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import CheckProblem, CheckReport, Entry
from evidence_app.ui import say
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Button, Card, IconLabel, Link, Notice, ProgressRow, ScrollPage, body
from evidence_app.vault.check import check

PROBLEMS_SHOWN = 20
OLD = timedelta(days=7)
"""After so long the answer of a check is shown as one that was true then."""


def tr(text: str) -> str:
    return QCoreApplication.translate("activity", text)


class VaultCheck(QWidget):
    """`checked` carries the `CheckReport` of a check that came to its end, `progressed` how far one is
    (None: none is running), `entry_requested` the number of an entry that was found to be wrong."""

    checked = Signal(object)
    progressed = Signal(object)
    entry_requested = Signal(int)

    def __init__(self, session: Session, button: Button, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._button = session, button
        self._just: CheckReport | None = None
        self.progress = ProgressRow("shield-check", note=self.tr("You can carry on working"))
        self.result = Notice(" ", " ", "neutral", "shield")
        self.problems = Problems()
        self.problems.entry_requested.connect(self.entry_requested)
        self.problems.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.progress, self.result, self.problems):
            column.addWidget(part)

    def show_last(self, entry: Entry | None) -> None:
        """The answer of the check that was recorded last; the one that was just given says more."""
        if self._just is not None or self.progress.isVisible():
            return
        if entry is None:
            self.result.set_message(
                self.tr("The vault has not been checked yet."),
                self.tr(
                    "A check recomputes the whole chain, reads every sealed file and compares both with "
                    "the record. Opening the vault does not do that."
                ),
                "neutral",
                "shield",
            )
            self._list(())
            return
        problems = _recorded(entry)
        if problems:
            when = say.lately(entry.at, datetime.now(UTC))
            self.result.set_message(
                _headline(problems),
                self.tr("Found {0}. {1}").format(when, _stay_calm()),
                "bad",
                "shield-x",
            )
        else:
            self._say_in_order(entry.at, _count(entry, "entries"), _count(entry, "objects"), "")
        self._list(problems)

    def _say_in_order(
        self, at: datetime, entries: int, objects: int, size: str, notes: Sequence[str] = ()
    ) -> None:
        now = datetime.now(UTC)
        read = self.tr("{entries} and {files} were read and compared.").format(
            entries=say.plural(entries, self.tr("entry"), self.tr("entries")),
            files=say.plural(objects, self.tr("sealed file"), self.tr("sealed files")) + size,
        )
        more = self._session.vault.head[0] - entries - 1
        if more > 0:
            read += " " + self.tr("{0} added since.").format(
                say.plural(more, self.tr("entry"), self.tr("entries"))
            )
        read = " ".join([read, *notes])
        when = say.lately(at, now)
        if now - at > OLD:
            self.result.set_message(
                self.tr("The vault was in order when it was last checked."),
                self.tr("Last checked {0}. {1} Check it again now.").format(when, read),
                "neutral",
                "shield",
            )
        else:
            self.result.set_message(
                self.tr("The vault is in order."),
                self.tr("Last checked {0}. {1}").format(when, read),
                "ok",
                "shield-check",
            )

    # --- checking ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Examine the whole vault; the answer is recorded and shown here."""
        if not self._button.isEnabled():
            return
        self._just = None
        self.problems.hide()
        task = self._session.runner.run(
            check,
            self._session.vault,
            on_done=self._done,
            on_error=self._failed,
            words=self.tr("Checking the vault"),
            owner=self,
        )
        self.progress.follow(task, busy=self._button)
        task.became_visible.connect(self.result.hide)
        task.became_visible.connect(lambda: self.progressed.emit(task.progress))
        task.progressed.connect(self.progressed)
        task.finished.connect(self.result.show)
        task.finished.connect(lambda: self.progressed.emit(None))

    def _done(self, report: CheckReport) -> None:
        self._just = report
        if report.problems:
            read = self.tr("{entries} and {files} ({size}) were read and compared.").format(
                entries=say.plural(report.entries, self.tr("entry"), self.tr("entries")),
                files=say.plural(report.objects, self.tr("sealed file"), self.tr("sealed files")),
                size=say.size(report.bytes_read),
            )
            told = " ".join([read, _stay_calm(), *report.notes])
            self.result.set_message(_headline(report.problems), told, "bad", "shield-x")
        else:
            size = f" ({say.size(report.bytes_read)})"
            self._say_in_order(report.checked_at, report.entries, report.objects, size, report.notes)
        self._list(report.problems)
        self.checked.emit(report)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, StoppedError):
            self.result.set_message(
                self.tr("The check was stopped."),
                self.tr("Nothing was changed, and no answer was recorded."),
                "neutral",
            )
        elif isinstance(error, EvidenceError):
            self.result.set_message(self.tr("The check did not come to its end."), error.message, "bad")

    def _list(self, problems: tuple[CheckProblem, ...]) -> None:
        told = tuple(one for one in problems if one.message)
        self.problems.set_problems(told)
        self.problems.setVisible(bool(told))


def _headline(problems: tuple[CheckProblem, ...]) -> str:
    """Red, and with the name of what is wrong; the lists that follow from it only where nothing else is."""
    named = list(dict.fromkeys(one.where for one in problems))
    places = [one for one in named if not one.startswith("table ")] or named
    if len(places) > 3:
        return tr("The vault is not in order: {0} and {1} more places.").format(
            ", ".join(places[:3]), len(places) - 3
        )
    return tr("The vault is not in order: {0}.").format(", ".join(places))


def _stay_calm() -> str:
    return tr("Nothing was changed, and you can go on capturing. Tell your IT lead; delete nothing.")


def _recorded(entry: Entry) -> tuple[CheckProblem, ...]:
    """The problems as the record has them: code and place, without a sentence."""
    said = entry.data.get("problems")
    return tuple(
        CheckProblem(str(one.get("code", "")), str(one.get("where", "")), "")
        for one in (said if isinstance(said, list) else ())
        if isinstance(one, Mapping)
    )


def _count(entry: Entry, name: str) -> int:
    value = entry.data.get(name)
    return value if isinstance(value, int) else 0


class Problems(Card):
    """What a check found, one line each: where it is, and what it means. `entry_requested`: its number."""

    entry_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, gap=0, parent=parent)
        self.body.setContentsMargins(1, 1, 1, 1)
        self._page = ScrollPage((16, 12, 16, 12), 8, "surface")
        self.add(self._page)
        self.setAccessibleName(self.tr("What was found"))
        self._words: list[str] = []
        self.links: list[Link] = []

    def words(self) -> tuple[str, ...]:
        """The lines, as they are shown."""
        return tuple(self._words)

    def set_problems(self, problems: tuple[CheckProblem, ...]) -> None:
        """List these."""
        while self._page.body.count():
            gone = self._page.body.takeAt(0).widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self._words, self.links = [], []
        for one in problems[:PROBLEMS_SHOWN]:
            self._add(f"{one.where}: {one.message}", one.where)
        left = len(problems) - len(self._words)
        if left > 0:
            self._add(self.tr("And {0} more.").format(left), "")
        self._page.body.addStretch(1)
        self._page.setFixedHeight(min(88, 24 + 32 * len(self._words)))

    def _add(self, words: str, where: str) -> None:
        self._words.append(words)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(IconLabel("x-circle", "bad", 18), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(body(words, token="bad", selectable=True), 1)
        found = re.fullmatch(r"entry ([0-9]{1,9})", where)
        if found:
            seq = int(found[1])
            link = Link(self.tr("Show entry {0}").format(seq), type="small")
            link.clicked.connect(lambda: self.entry_requested.emit(seq))
            self.links.append(link)
            row.addWidget(link, 0, Qt.AlignmentFlag.AlignTop)
        self._page.body.addWidget(line)
