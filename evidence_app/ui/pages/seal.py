"""The seal wizard: who, what, check, sealed."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, ReasonNeededError, StoppedError
from evidence_app.records import Draft, Said
from evidence_app.ui.drafting import DraftKeeper
from evidence_app.ui.pages import seal_data, seal_draft
from evidence_app.ui.pages.seal_check import CheckPage
from evidence_app.ui.pages.seal_contents import ContentsPage
from evidence_app.ui.pages.seal_data import Choices, Loaded, Outcome
from evidence_app.ui.pages.seal_done import DonePage
from evidence_app.ui.pages.seal_draft import SEAL
from evidence_app.ui.pages.seal_parcels import Parcel, parcels
from evidence_app.ui.pages.seal_who import WhoPage
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import Task
from evidence_app.ui.widgets import Link, Wizard
from evidence_app.ui.widgets.field import repolish

WHO, CONTENTS, CHECK, DONE = range(4)


class SealWizard(QWidget):
    """`start` names the incident. `closed` when the person leaves, before or after sealing."""

    closed = Signal()
    contacts_requested = Signal()
    receipt_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reference = ""
        self._loaded: Loaded | None = None
        self._task: Task | None = None
        self.outcome: Outcome | None = None
        self.keeper = DraftKeeper(session, SEAL, self._chosen, self)
        self._at_first: list[Said] = []
        self.who, self.contents, self.check, self.done = WhoPage(), ContentsPage(), CheckPage(), DonePage()
        self.wizard = Wizard(
            [
                self.tr("Who is it for?"),
                self.tr("What goes in"),
                self.tr("Check and seal"),
                self.tr("Sealed"),
            ],
            above=self.tr("Seal a bundle from"),
            foot=self.tr("A bundle is a sealed copy. Everything also stays in your vault."),
        )
        for page in (self.who, self.contents, self.check, self.done):
            self.wizard.add_page(page)
        for part in (self.who, self.contents, self.check):
            part.changed.connect(self._refresh)
            part.changed.connect(self.keeper.touch)
        self.who.asks.changed.connect(self.keeper.touch)
        self.who.contacts_requested.connect(self.contacts_requested)
        self.wizard.next_pressed.connect(self._next)
        self.wizard.back_pressed.connect(self._back)
        self.wizard.cancelled.connect(self.closed)
        self.receipt_link = Link(self.tr("Add a receipt"), on_click=self._add_receipt)
        self.receipt_link.hide()
        self.wizard.footer.insertWidget(0, self.receipt_link)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.wizard)
        self.setFocusProxy(self.wizard)

    def start(self, reference: str) -> None:
        """Begin with an incident, by its reference."""
        self._reference = reference
        self._loaded = None
        self.wizard.about.setText(reference)
        self._go(WHO)
        self._session.runner.run(
            seal_data.load,
            self._session.vault,
            reference,
            on_done=self._fill,
            on_error=self._not_loaded,
            words=self.tr("Reading the incident"),
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._loaded is not None and self.wizard.step() == WHO:
            self.who.focus_first()

    def _fill(self, loaded: Loaded) -> None:
        self._loaded = loaded
        incident = loaded.incident
        self._reference = incident.reference
        self.wizard.about.setText(f"{incident.reference} {incident.title}")
        self.who.fill(loaded)
        self.contents.fill(loaded)
        self.check.offer_stamps(self._session.settings.keeping.asked)
        self.check.target.setText(str(seal_data.default_path(incident.reference, datetime.now(UTC))))
        self._go(WHO)
        self._at_first = seal_draft.take(self)
        draft = self.keeper.begin(self._reference)
        if draft is not None:
            seal_draft.give_people(self, draft)
            self._on_to(CONTENTS, draft)
            seal_draft.give_contents(self, draft)
            self._on_to(CHECK, draft)

    def _on_to(self, step: int, draft: Draft) -> None:
        """The next step, if that was where it was left, or before it, and nothing is missing here."""
        if int(draft.value("step") or 0) >= step and self.wizard.step() == step - 1 and not self._why_not():
            self._next()

    def _chosen(self) -> list[Said]:
        """What the person chose; nothing while the wizard stands as it was opened, or after sealing."""
        now = seal_draft.take(self)
        return [] if self.outcome is not None or now == self._at_first else now

    def leave(self) -> None:
        """The window locks: what was chosen is kept."""
        self.keeper.flush()

    def _not_loaded(self, error: BaseException) -> None:
        self.who.advice.set_message(self.tr("The incident could not be read."), _words(error), "bad")
        self.who.advice.show()

    # --- moving ---------------------------------------------------------------------------------

    def _go(self, step: int) -> None:
        self.wizard.set_step(step)
        self.keeper.touch()
        self._refresh()
        shown = (self.who, self.contents, self.check, self.done)[step]
        set_tab_order(shown, self.receipt_link, self.wizard.back_button, self.wizard.next_button)
        if step == WHO:
            self.who.focus_first()
        elif step in (CONTENTS, CHECK):
            button = self.wizard.next_button
            (button if button.isEnabled() else self.wizard.back_button).setFocus(
                Qt.FocusReason.TabFocusReason
            )

    def _why_not(self) -> str:
        step = self.wizard.step()
        if self._loaded is None:
            return " "
        if step == WHO:
            return self.who.why_not()
        if step == CONTENTS:
            return self.contents.why_not()
        return self.check.why_not() if step == CHECK else ""

    def _refresh(self) -> None:
        if self._task is not None:
            return
        step = self.wizard.step()
        why_not = self._why_not()
        count = len(self._parcels()) if step == CHECK else 1
        seal = self.tr("Seal {0} bundles").format(count) if count > 1 else self.tr("Seal the bundle")
        words = {CHECK: seal, DONE: self.tr("Done")}.get(step, self.tr("Continue"))
        self.wizard.set_next(not why_not, why_not.strip(), words)

    def _next(self) -> None:
        step = self.wizard.step()
        if self._why_not() or self._task is not None:
            return
        if step == DONE:
            self._leave()
        elif step == CHECK:
            self._seal()
        else:
            if step == WHO:
                self.contents.show_readers(self._parcels())
            elif step == CONTENTS:
                self.check.show_summary(
                    self._parcels(), self.who.concerns(), str(self.who.asks.value() or ""), self.contents
                )
            self._go(step + 1)

    def _back(self) -> None:
        if self._task is not None:
            return
        if self.wizard.step() == DONE:
            self._leave()
        else:
            self._go(self.wizard.step() - 1)

    def _add_receipt(self) -> None:
        self.done.forget_passphrase()
        self.receipt_requested.emit()

    def _leave(self) -> None:
        self.done.forget_passphrase()
        self.closed.emit()

    # --- sealing --------------------------------------------------------------------------------

    def _parcels(self) -> tuple[Parcel, ...]:
        """The bundles to make, by what is chosen now."""
        others = self.who.others.somebodies()
        return parcels(self.who.main(), others, self.contents.contents(), self.who.reason())

    def _seal(self) -> None:
        choices = Choices(
            self.who.concerns(),
            self._parcels(),
            str(self.who.asks.value() or ""),
            self.check.path(),
            self.check.reason.text(),
            self._session.settings.keeping.asked if self.check.wants_stamp() else (),
        )
        self.check.message.hide()
        task = self._session.runner.run(
            seal_data.seal,
            self._session.vault,
            self._reference,
            choices,
            on_done=self._sealed,
            on_error=self._failed,
            words=self.tr("Sealing the bundle"),
        )
        self._task = task
        self.check.progress.follow(task, busy=self.wizard.next_button)
        self._busy(True)

    def _busy(self, on: bool) -> None:
        for part in (self.check.target, self.check.browse, self.wizard.back_button):
            part.setEnabled(not on)

    def _sealed(self, outcome: Outcome) -> None:
        self._task = None
        self._busy(False)
        self.outcome = outcome
        self.keeper.done()
        self.done.show_outcome(outcome)
        self.wizard.back_button.hide()
        self.receipt_link.show()
        # One primary button: here it is the one that shows the file.
        self.wizard.next_button.setProperty("kind", "secondary")
        repolish(self.wizard.next_button)
        self._go(DONE)
        self.wizard.rail.set_current(DONE + 1)
        if self.done.show_button is not None:
            self.done.show_button.setFocus(Qt.FocusReason.TabFocusReason)
        self._session.changed.emit()

    def _failed(self, error: BaseException) -> None:
        self._task = None
        self._busy(False)
        self._refresh()
        if isinstance(error, StoppedError):
            self.check.show_message(
                self.tr("Stopped. Nothing was kept."),
                self.tr("There is no file, and your vault is safe. Seal the bundle when you are ready."),
                "neutral",
            )
        else:
            self.check.show_message(self.tr("The bundle was not sealed."), _words(error), "bad")
            if isinstance(error, ReasonNeededError):
                self.check.reason.show()
        # What was stated on the way stays in the record.
        self._session.changed.emit()
        button = self.wizard.next_button
        button.setEnabled(True)
        button.setFocus(Qt.FocusReason.TabFocusReason)


def _words(error: BaseException) -> str:
    """What happened, what is safe, what to do; a fault of ours is reported by the window."""
    if isinstance(error, EvidenceError):
        return error.message
    return f"{type(error).__name__}. Your vault is safe."
