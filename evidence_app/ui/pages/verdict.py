"""The verification page: one sentence, what it rests on, what it does not tell, and what to do next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.crypto.age import Passphrase
from evidence_app.errors import EvidenceError, StoppedError, UserError, WrongPassphraseError
from evidence_app.records import Contact, Verdict
from evidence_app.ui.pages import verdict_data, verdict_parts
from evidence_app.ui.pages.columns import column
from evidence_app.ui.pages.confirm_sender import ConfirmCard
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.pages.verdict_actions import Actions
from evidence_app.ui.pages.verdict_data import Found, Keys, Need, Where
from evidence_app.ui.pages.verdict_faces import Face
from evidence_app.ui.pages.verdict_result import ResultView
from evidence_app.ui.pages.verdict_view import EvidenceView
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import (
    Button,
    Card,
    InlineMessage,
    Link,
    PassphraseField,
    ProgressRow,
    ResultBanner,
    ScrollPage,
    body,
    primary,
    section,
)


class VerdictPage(ScrollPage):
    """`check` takes a file, `show_received` a bundle that the vault keeps.

    In a headteacher's vault a sealed file that is checked is received: kept, registered, then judged; any
    other vault only checks it, and keeps it where that is asked for. Without a session nothing is recorded
    and nobody can be confirmed.
    """

    closed = Signal()
    shown = Signal()
    """After every result and every question."""
    kept = Signal(str)
    """The reference of a bundle that was received now."""
    receipt_issued = Signal(str)
    forwarded = Signal(str)
    related_requested = Signal(str)
    """Another bundle (`RCV-002`) or incident (`INC-001`) that names the same."""

    def __init__(self, runner: TaskRunner, session: Session | None, parent: QWidget | None = None) -> None:
        super().__init__((32, 12, 32, 32), 16, "bg", parent)
        self._runner, self._session = runner, session
        self._where = Where()
        self._keep = False
        self.found: Found | None = None
        self.verdict: Verdict | None = None
        self.error: EvidenceError | None = None
        self.banner: ResultBanner | None = None
        self.result: ResultView | None = None
        self.acts: Actions | None = None
        self.confirm: ConfirmCard | None = None
        self.view: EvidenceView | None = None
        self.view_button: Button | None = None
        self.passphrase: PassphraseField | None = None
        self.back = Link(self.tr("Back"), icon="arrow-left", on_click=self.closed.emit)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        self.progress = ProgressRow("shield-check")
        self._holder = QVBoxLayout()
        self._holder.setSpacing(20)
        self._content = QWidget()
        self._holder.addWidget(self._content)
        self.body.addLayout(row)
        self.body.addWidget(self.progress)
        self.body.addLayout(self._holder)
        self.body.addStretch(1)

    def set_back(self, words: str) -> None:
        """Where the link at the top leads: "Received bundles"."""
        self.back.setText(words)

    # --- checking -------------------------------------------------------------------------------

    def check(self, path: Path | str) -> None:
        """Check a sealed bundle, or the tar or folder out of one; a headteacher's vault receives it."""
        where = Where(Path(path))
        self._keep = self._session is not None and self._session.owner.role.receives
        self._begin(where, self.tr("Checking {0}").format(where.path.name))
        self._runner.run(verdict_data.look, where.path, on_done=self._looked, on_error=self._failed)

    def show_received(self, reference: str) -> None:
        """Show a bundle that the vault keeps, with today's answer: the kept file is checked again."""
        self._begin(Where(reference=reference), self.tr("Checking {0}").format(reference))
        self._start()

    def _begin(self, where: Where, words: str) -> None:
        self._where, self.found, self.verdict, self.error = where, None, None, None
        self._show(section(words))

    def _looked(self, need: Need) -> None:
        if need is Need.PASSPHRASE:
            self._ask_passphrase()
        elif need is Need.KEY and self._session is None:
            self._ask_key()
        else:
            self._start()

    def _start(self, busy: Button | None = None) -> None:
        vault = None if self._session is None else self._session.vault
        task = self._runner.run(
            verdict_data.judge,
            vault,
            self._where,
            self._keep,
            on_done=self._judged,
            on_error=self._failed,
            words=self.tr("Checking the bundle"),
        )
        self.progress.follow(task, busy=busy)

    def _judged(self, found: Found) -> None:
        new = found.row is not None and not found.again and not self._where.reference
        if found.row is not None:
            self._where = replace(self._where, reference=found.row.reference)
        self.found, self.verdict, self.error = found, found.verdict, found.failure
        self._show_result(found)
        if found.again and found.row is not None and self.result is not None:
            self.result.say_received_before(found.row)
        if self._session is not None:
            self._session.changed.emit()
        if new and found.row is not None:
            self.kept.emit(found.row.reference)
        self.shown.emit()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, WrongPassphraseError):
            self._wrong_passphrase(error)
        elif isinstance(error, StoppedError):
            self._stopped()
        elif isinstance(error, EvidenceError):
            self._not_checked(error)
        else:
            # A fault of ours: the window reports it; here it must not look like an answer.
            self._not_checked(
                UserError(self.tr("The check ended with a fault of the program. The file is untouched."))
            )
        self.shown.emit()

    def _wrong_passphrase(self, error: WrongPassphraseError) -> None:
        if self.passphrase is None:
            # A kept bundle that is sealed with one.
            self._ask_passphrase()
            return
        self.passphrase.set_error(error.message)
        self.passphrase.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self.passphrase.input.selectAll()
        self._use_keys(())

    def _not_checked(self, error: EvidenceError) -> None:
        self.found, self.verdict, self.error = Found(failure=error), None, error
        self._show_result(self.found)

    def _stopped(self) -> None:
        card = self._form(
            self.tr("The check was stopped"), self.tr("Nothing was recorded, and the file is untouched.")
        )
        again = primary(self.tr("Check it again"), "refresh", on_click=self._again)
        card.add(verdict_parts.button_row(again))
        self._show(card)
        again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _again(self) -> None:
        if self._where.reference:
            self.show_received(self._where.reference)
        else:
            self.check(self._where.path)

    # --- questions ------------------------------------------------------------------------------

    def _use_keys(self, keys: Keys) -> None:
        self._where = replace(self._where, keys=keys)

    def _ask_passphrase(self) -> None:
        card = self._form(
            self.tr("This bundle is sealed with a passphrase"),
            self.tr("The sender tells it to you in person or by telephone, never with the file."),
        )
        field = PassphraseField(self.tr("Passphrase of the bundle"))
        field.setFixedWidth(480)
        button = primary(self.tr("Check the bundle"))
        card.add(verdict_parts.button_row(field), verdict_parts.button_row(button))
        self._show(card)
        self.passphrase = field

        def go() -> None:
            if not field.text():
                field.set_error(self.tr("Type the passphrase of the bundle."))
                return
            self._use_keys((Passphrase(field.text()),))
            self._start(button)

        button.clicked.connect(go)
        field.submitted.connect(button.click)
        field.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self.shown.emit()

    def _ask_key(self) -> None:
        card = self._form(
            self.tr("This bundle is sealed for somebody"),
            self.tr("Unlock the vault it was sealed for and open it there, or choose a key file."),
        )
        button = primary(self.tr("Choose a key file"), "key", on_click=self._choose_key)
        card.add(verdict_parts.button_row(button))
        self._show(card)
        button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.shown.emit()

    def _form(self, title: str, text: str) -> Card:
        card = Card(padding=24, gap=12)
        card.add(section(title), body(text))
        return card

    def _choose_key(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(self, self.tr("Choose a key file"), str(Path.home()))
        if name:
            self.use_key_file(Path(name))

    def use_key_file(self, path: Path) -> None:
        """Open the bundle with the keys in an age key file."""
        try:
            self._use_keys(verdict_data.keys_in(path))
        except EvidenceError as error:
            message = InlineMessage(error.message)
            layout = self._content.layout()
            if layout is not None:
                layout.addWidget(message)
            return
        self._start()

    # --- results --------------------------------------------------------------------------------

    def _show_result(self, found: Found) -> None:
        result = ResultView(found, self._where, self._session)
        actions = Actions(self._runner, self._session, found, self._where, self.progress, self)
        actions.said.connect(result.say)
        actions.said.connect(lambda *_said: self._to_top())
        actions.view_requested.connect(self._view)
        actions.keep_requested.connect(self.keep_it)
        actions.receipt_issued.connect(self.receipt_issued)
        actions.forwarded.connect(self.forwarded)
        result.related_requested.connect(self.related_requested)
        result.locked.connect(self._drop_pictures)
        result.safeguarded.connect(lambda gone: self.closed.emit() if gone else self._again())
        self.banner = result.banner
        self._show(result)
        self.result, self.acts, self.confirm = result, actions, result.confirm
        buttons = actions.buttons()
        if actions.face is Face.NOT_CHECKED and not isinstance(found.failure, verdict_data.CLOSED):
            buttons.append(primary(self.tr("Check it again"), "refresh", on_click=self._again))
        result.place_buttons(buttons)
        self.view_button = actions.view
        if self.confirm is not None:
            self.confirm.question.matched.connect(self._matched)
            self.confirm.question.refused.connect(self._refused)
            self.confirm.question.postponed.connect(self.closed)
        set_tab_order(self)
        self._to_top()
        self._focus_first(buttons)

    def _focus_first(self, buttons: list[Button]) -> None:
        """The safe answer of a question; else the primary button; else the way back."""
        if self.confirm is not None:
            self.confirm.question.focus_safe()
            return
        first = next((one for one in buttons if one.kind == "primary"), None)
        (first or self.back).setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_top(self) -> None:
        self.verticalScrollBar().setValue(0)

    def keep_it(self) -> None:
        """Receive what is shown and is only on disk."""
        self._keep = True
        self._start(None if self.acts is None else self.acts.keep)

    def _view(self) -> None:
        verdict = self.verdict
        if verdict is None or self.result is None:
            return
        if self.view is None:
            vault = None if self._session is None else self._session.vault
            good = [one for one in verdict.exhibits if one.unchanged]
            self.view = EvidenceView(
                self._runner,
                verdict_data.sending(vault, self._where),
                good,
                recorded=bool(self._where.reference) and verdict.unchanged,
            )
            self.view.placed.connect(self._see)
            if self._session is not None:
                self.view.opened.connect(self._session.changed)
            self.result.add_view(self.view)
            set_tab_order(self)
        self.view.show()
        first = self.view.first()
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self._see(first)

    def _drop_pictures(self) -> None:
        if self.view is not None:
            self.view.drop()
            self.view.hide()

    def _see(self, widget: QWidget) -> None:
        # The page grows first: what was put into it has no place yet.
        QTimer.singleShot(0, widget, lambda: self._scroll_to(widget))

    def _scroll_to(self, widget: QWidget) -> None:
        content = self.widget()
        if content is not None and widget.height() > self.viewport().height() - 48:
            # Of what is higher than the page its top: there is the button that hides it.
            self.verticalScrollBar().setValue(widget.mapTo(content, QPoint(0, 0)).y() - 24)
        else:
            self.ensureWidgetVisible(widget, 50, 24)

    # --- the sender -----------------------------------------------------------------------------

    def _matched(self, how: str) -> None:
        facts = None if self.verdict is None else self.verdict.facts
        if self._session is None or facts is None or self.confirm is None:
            return
        task = self._runner.run(
            verdict_data.confirm,
            self._session.vault,
            self._where,
            facts.sender_key,
            how,
            on_done=self._confirmed,
            on_error=self._not_confirmed,
            words=self.tr("Confirming the sender"),
        )
        self.progress.follow(task, busy=self.confirm.question.yes)

    def _confirmed(self, _contact: Contact) -> None:
        """The answer is made anew, now with the contact: not painted over."""
        if self.confirm is not None:
            self.confirm.setEnabled(False)
        self._start()

    def _not_confirmed(self, error: BaseException) -> None:
        if self.confirm is not None:
            words = error.message if isinstance(error, EvidenceError) else type(error).__name__
            self.confirm.question.say(words)

    def _refused(self) -> None:
        if self.confirm is not None:
            self.confirm.question.say(
                self.tr(
                    "Nothing was confirmed. Ask them in person, and for a new bundle if the words differ: "
                    "somebody else may be using the name. Do not rely on it until then; tell your IT lead."
                ),
                "warn",
            )

    # --- furniture ------------------------------------------------------------------------------

    def _show(self, *parts: QWidget) -> None:
        if not isinstance(parts[0], ResultView):
            self.banner = None
        self.result = self.acts = self.confirm = self.view = self.view_button = self.passphrase = None
        old = self._content
        self._content = column(*parts, gap=20)
        self._holder.replaceWidget(old, self._content)
        # At once: what is not visible yet cannot take the focus.
        self._content.show()
        set_tab_order(self)
        old.hide()
        old.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.confirm is None:
            # Never the answer to the question who sent it.
            self._press_primary()
            return
        super().keyPressEvent(event)

    def _press_primary(self) -> None:
        found = (one for one in self.findChildren(Button) if one.kind == "primary" and one.isVisibleTo(self))
        button = next(found, None)
        if button is not None:
            button.click()
