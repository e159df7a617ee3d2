"""Describe what happened: small steps, each saved when it is left, left at any point and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.records import Said
from evidence_app.ui import say
from evidence_app.ui.drafting import DraftKeeper
from evidence_app.ui.pages import describe_data
from evidence_app.ui.pages.danger import DangerPage
from evidence_app.ui.pages.describe_data import Described, Saved
from evidence_app.ui.pages.describe_steps import (
    AccessStep,
    SafetyStep,
    Step,
    ToldStep,
    WhatStep,
    WhenStep,
    WhoStep,
)
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Wizard, hint, secondary

DESCRIBE = "describe"
"""The name of this form among the drafts; each is about the reference of an incident."""


class _Steps(Wizard):
    """Esc leaves, and what was typed is saved; it is not the way back here."""

    leave_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave_pressed.emit()
            return
        super().keyPressEvent(event)


class DescribePage(QWidget):
    """`start` names the incident. `closed` carries its reference when the person leaves."""

    closed = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reference = ""
        self._described: Described | None = None
        self._saving = False
        self._given_up: list[Said] | None = None
        self.setAccessibleName(self.tr("Describe what happened"))
        self.safety, self.access = SafetyStep(), AccessStep()
        self.steps: list[Step] = [
            self.safety, WhenStep(), WhoStep(), WhatStep(), ToldStep(), self.access,
        ]  # fmt: skip
        self.wizard = _Steps(
            [
                self.tr("Safety"),
                self.tr("When"),
                self.tr("Who"),
                self.tr("What happened"),
                self.tr("Who knows"),
                self.tr("How you saw it"),
            ],
            above=self.tr("Describe what happened"),
            foot=self.tr("Every step is saved when you leave it. You can stop at any point and go on later."),
        )
        self.keeper = DraftKeeper(session, DESCRIBE, self._typed, self)
        for step in self.steps:
            self.wizard.add_page(step)
            step.changed.connect(self.keeper.touch)
        self.saved = hint("", wrap=False)
        self.leave_button = secondary(self.tr("Save and leave"), on_click=self._leave_pressed)
        self.leave_button.setToolTip(self.tr("Save and leave (Esc)"))
        self.wizard.footer.insertWidget(1, self.leave_button)
        self.wizard.footer.insertWidget(3, self.saved, 0, Qt.AlignmentFlag.AlignVCenter)
        self.wizard.next_pressed.connect(self._next)
        self.wizard.back_pressed.connect(self._back)
        self.wizard.leave_pressed.connect(self._leave_pressed)
        self.safety.danger_now.connect(self._danger)
        self.danger = DangerPage()
        self.danger.closed.connect(self._back_from_danger)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.wizard)
        self._stack.addWidget(self.danger)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setFocusProxy(self.wizard)

    def start(self, reference: str) -> None:
        """Begin, or go on where something is missing."""
        self._reference = reference
        self.wizard.about.setText(reference)
        self.wizard.set_next(False)
        self._session.runner.run(
            describe_data.load,
            self._session.vault,
            reference,
            on_done=self._fill,
            on_error=self._failed,
            words=self.tr("Reading the incident"),
        )

    def _fill(self, described: Described) -> None:
        self._described = described
        self._reference = described.incident.reference
        self.wizard.about.setText(f"{self._reference} {described.incident.title}")
        for step in self.steps:
            step.fill(described)
        missing = self._show_missing()
        draft = self.keeper.begin(self._reference)
        said = () if draft is None else draft.said
        begun = [at for at, step in enumerate(self.steps) if step.knows(said)]
        self._go(min(begun or missing, default=0))
        for step in self.steps:
            step.restore(said)

    def _show_missing(self) -> list[int]:
        """Which steps lack something."""
        if self._described is None:
            return []
        said = self._described.incident.statements
        found = [at for at, step in enumerate(self.steps) if step.is_missing(said)]
        self.wizard.rail.set_missing(found)
        return found

    # --- moving ---------------------------------------------------------------------------------

    def step(self) -> Step:
        """The step that is shown."""
        return self.steps[self.wizard.step()]

    def _go(self, index: int) -> None:
        set_tab_order(self.steps[index], self.wizard.back_button, self.leave_button, self.wizard.next_button)
        self.wizard.set_step(index)
        self.wizard.back_button.setText(self.tr("Back"))
        self.wizard.back_button.setVisible(index > 0)
        last = index == len(self.steps) - 1
        self.wizard.set_next(True, text=self.tr("Save and finish") if last else self.tr("Save and continue"))
        self._given_up = None

    def _next(self) -> None:
        at = self.wizard.step()
        if at == len(self.steps) - 1:
            self._save(lambda: self.closed.emit(self._reference))
        else:
            self._save(lambda: self._go(at + 1))

    def _back(self) -> None:
        at = self.wizard.step()
        self._save(lambda: self._go(at - 1))

    def _leave_pressed(self) -> None:
        if self._described is None:
            self.closed.emit(self._reference)
            return
        # Asked a second time with the same slip still there: the rest is saved, so the person may go.
        if self._given_up is not None and self._given_up == self.step().changes():
            self.closed.emit(self._reference)
            return
        self._save(lambda: self.closed.emit(self._reference), leaving=True)

    def _danger(self) -> None:
        self.danger.say_kept(self.tr("Your answer is being saved."), "neutral")
        self._stack.setCurrentWidget(self.danger)
        self._save(
            lambda: self.danger.say_kept(
                self.tr("Your answer is saved, and everything that you saved before is still there.")
            )
        )

    def _back_from_danger(self) -> None:
        self._stack.setCurrentWidget(self.wizard)
        self.safety.child.row.radios()[0].setFocus(Qt.FocusReason.TabFocusReason)

    # --- saving ---------------------------------------------------------------------------------

    def leave(self) -> None:
        """The window locks: what was typed is kept, as far as it can be stated."""
        if self._described is None:
            return
        said = [] if self._saving else self.step().changes()
        if said:
            with suppress(EvidenceError):  # what is not on record is in the draft
                saved = describe_data.save(self._session.vault, self._reference, said)
                self.step().settle(said, saved.described, saved.refused)
        self.keeper.flush()

    def _typed(self) -> list[Said]:
        """What stands on any step and is not on record."""
        if self._described is None:
            return []
        return [said for step in self.steps for said in step.changes()]

    def _save(self, then: Callable[[], None], *, leaving: bool = False) -> None:
        if self._described is None or self._saving:
            return
        step, said = self.step(), self.step().changes()
        step.message.hide()
        if not said:
            then()
            return
        self._saving = True
        self._session.runner.run(
            describe_data.save,
            self._session.vault,
            self._reference,
            said,
            on_done=lambda saved: self._on_saved(step, said, saved, then, leaving),
            on_error=self._failed,
            words=self.tr("Saving"),
            owner=self,
        )

    def _on_saved(
        self, step: Step, said: list[Said], saved: Saved, then: Callable[[], None], leaving: bool
    ) -> None:
        self._saving = False
        self._described = saved.described
        step.settle(said, saved.described, saved.refused)
        self._show_missing()
        self.keeper.flush()
        if saved.count:
            when = say.minute(datetime.now(UTC))
            self.saved.setText(self.tr("Saved, {0}").format(when))
            self._session.changed.emit()
        if not saved.refused:
            then()
            return
        if leaving:
            self._given_up = step.changes()
            step.message.set_message(
                self.tr("One part was not saved. Put it right, or press Esc again to leave without it."),
                self.tr("The rest of this step is saved."),
                "warn",
            )
            step.message.show()

    def _failed(self, error: BaseException) -> None:
        self._saving = False
        words = error.message if isinstance(error, EvidenceError) else type(error).__name__
        step = self.step()
        step.message.set_message(self.tr("This step is not saved."), words, "bad")
        step.message.show()
        self.danger.say_kept(self.tr("Your answer is not saved yet. Ring first."), "warn")
