"""The buttons of a verification page: which ones fit an answer, and which of them leads."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from evidence_app.ui.pages.verdict_acts import Acts
from evidence_app.ui.pages.verdict_data import Found, Where
from evidence_app.ui.pages.verdict_faces import UNCONFIRMED, Face
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import Button, MenuAct, MenuButton, ProgressRow, primary, secondary


class Actions(Acts):
    """`buttons` makes them. Looking at the evidence and keeping the file are the page's own."""

    view_requested = Signal()
    keep_requested = Signal()

    def __init__(
        self,
        runner: TaskRunner,
        session: Session | None,
        found: Found,
        where: Where,
        progress: ProgressRow,
        window: QWidget,
    ) -> None:
        super().__init__(runner, session, found, where, progress, window)
        self.issue: Button | None = None
        self.view: Button | None = None
        self.report: Button | None = None
        self.more: MenuButton | None = None
        self.ask: Button | None = None
        self.keep: Button | None = None
        self.card: Button | None = None
        self.receipt_issued.connect(self._after_receipt)

    def buttons(self) -> list[Button]:
        """In their order; the first is the primary one, but beside the question who sent it."""
        compact = self.face in UNCONFIRMED
        size = "compact" if compact else "control"
        made = [
            *self._issue_button(),
            *self._ask_button(),
            *self._card_button(),
            *self._view_button(size),
            *self._report_button(size),
            *self._keep_button(size),
            *self._more_button(size),
        ]
        # One primary button: with the question about the sender it stands there.
        asks = compact and self._session is not None
        for place, button in enumerate(made):
            lead = place == 0 and not asks and not isinstance(button, MenuButton)
            button.setProperty("kind", "primary" if lead else "secondary")
        return made

    def _issue_button(self) -> list[Button]:
        new = self._found.receipt is None and not self._found.no_receipt
        first = self.face is Face.INTACT and self.row is not None and new
        if self._session is None or not first:
            return []
        self.issue = primary(self.tr("Issue receipt"), "receipt", on_click=self.choose_receipt)
        return [self.issue]

    def _ask_button(self) -> list[Button]:
        if self._ask is None:
            return []
        self.ask = primary(self._ask.button, "send", on_click=self.ask_for_copy)
        return [self.ask]

    def _view_button(self, size: str) -> list[Button]:
        verdict = self._found.verdict
        good = 0 if verdict is None else sum(one.unchanged for one in verdict.exhibits)
        if not good:
            return []
        words = self.tr("View evidence")
        if self.face is Face.ALTERED:
            one, many = self.tr("View the unchanged exhibit"), self.tr("View the {0} unchanged exhibits")
            words = one if good == 1 else many.format(good)
        self.view = secondary(words, "eye", size=size, on_click=self.view_requested.emit)
        return [self.view]

    def _report_button(self, size: str) -> list[Button]:
        verdict = self._found.verdict
        if self.face is Face.NOT_CHECKED:
            return []
        if verdict is None:
            words = self.tr("Save report")
            self.report = secondary(words, "file", size=size, on_click=self.choose_check_report)
            return [self.report]
        kept = self.row is not None and self._session is not None
        why = "" if kept else self.tr("Keep the bundle in your vault first.")
        if not verdict.unchanged:
            why = self.tr("The report is only taken out of an unchanged bundle.")
        acts = [
            MenuAct(self.tr("The evidence report, out of the bundle"), self.choose_bundle_report, why),
            MenuAct(self.tr("What was checked, on one page"), self.choose_check_report),
        ]
        self.report = MenuButton(self.tr("Save report"), acts, "file", size=size)
        return [self.report]

    def _card_button(self) -> list[Button]:
        if self.face is not Face.NOT_FOR_YOU or self._session is None:
            return []
        self.card = secondary(self.tr("Save my contact card"), "download", on_click=self.choose_card)
        return [self.card]

    def _keep_button(self, size: str) -> list[Button]:
        asked = self._session is not None and self.row is None and self._where.path.is_file()
        if not asked or self.face is Face.NOT_CHECKED:
            return []
        self.keep = secondary(
            self.tr("Keep it in my vault"), "archive", size=size, on_click=self.keep_requested.emit
        )
        return [self.keep]

    def _more_button(self, size: str) -> list[Button]:
        verdict = self._found.verdict
        acts = []
        if self._session is not None and self.issue is None and verdict is not None:
            again = self._found.receipt is not None
            words = self.tr("Issue another receipt") if again else self.tr("Issue receipt")
            acts.append(MenuAct(words, self.choose_receipt, self._found.no_receipt))
        if verdict is not None and verdict.unchanged:
            if self._session is not None:
                why = "" if self.row is not None else self.tr("Keep the bundle in your vault first.")
                acts.append(MenuAct(self.tr("Forward to somebody else"), self.forward, why))
            acts.append(MenuAct(self.tr("Unlocked copy for police"), self.unlock))
        if self._session is not None and self.row is not None:
            acts.append(MenuAct(self.tr("Copy the file exactly as it came"), self.choose_copy))
        if not acts:
            return []
        self.more = MenuButton(self.tr("More"), acts, size=size)
        return [self.more]

    def _after_receipt(self, _path: str) -> None:
        """It is issued: the next thing to do is to look."""
        if self.issue is None:
            return
        self.issue.setText(self.tr("Receipt issued"))
        self.issue.set_icon_name("check")
        self.issue.setEnabled(False)
        if self.view is not None:
            self.view.setProperty("kind", "primary")
            self.view.update()
