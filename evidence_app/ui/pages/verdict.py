"""The verification page: one sentence, what it rests on, and what it does not tell."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.bundle import sentences
from evidence_app.bundle.sentences import State
from evidence_app.crypto.age import Passphrase
from evidence_app.errors import (
    DamagedError,
    EvidenceError,
    NotForYouError,
    StoppedError,
    UserError,
    WrongPassphraseError,
)
from evidence_app.records import Contact, ExhibitVerdict, Verdict
from evidence_app.ui import say
from evidence_app.ui.pages import verdict_data, verdict_parts
from evidence_app.ui.pages.columns import Columns, column
from evidence_app.ui.pages.confirm_sender import ConfirmCard
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.pages.verdict_data import Keys, Need
from evidence_app.ui.pages.verdict_view import EvidenceView
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import (
    Button,
    Card,
    FactRows,
    InlineMessage,
    Link,
    PassphraseField,
    ProgressRow,
    ResultBanner,
    ScrollPage,
    body,
    primary,
    secondary,
    section,
)

STACK_BELOW = 760


class VerdictPage(ScrollPage):
    """`check` begins. Without a session nothing is recorded and nobody can be confirmed."""

    closed = Signal()
    shown = Signal()
    """After every result and every question."""

    def __init__(self, runner: TaskRunner, session: Session | None, parent: QWidget | None = None) -> None:
        super().__init__((32, 12, 32, 32), 16, "bg", parent)
        self._runner, self._session = runner, session
        self._path = Path()
        self._keys: Keys = ()
        self.verdict: Verdict | None = None
        self.error: EvidenceError | None = None
        self.banner: ResultBanner | None = None
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

    # --- checking -------------------------------------------------------------------------------

    def check(self, path: Path | str) -> None:
        """Check a sealed bundle, or the tar or folder out of one."""
        self._path, self._keys = Path(path), ()
        self.verdict, self.error = None, None
        self._show(section(self.tr("Checking {0}").format(self._path.name)))
        self._runner.run(verdict_data.look, self._path, on_done=self._looked, on_error=self._failed)

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
            verdict_data.check,
            vault,
            self._path,
            self._keys,
            on_done=self._checked,
            on_error=self._failed,
            words=self.tr("Checking the bundle"),
        )
        self.progress.follow(task, busy=busy)

    def _checked(self, verdict: Verdict) -> None:
        self.verdict, self.error = verdict, None
        builders = {State.ALTERED: self._altered, State.SENDER_NOT_CONFIRMED: self._unconfirmed}
        builders.get(sentences.state(verdict), self._intact)(verdict)
        if self._session is not None:
            self._session.changed.emit()
        self.shown.emit()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, WrongPassphraseError) and self.passphrase is not None:
            self.passphrase.set_error(error.message)
            self.passphrase.input.setFocus(Qt.FocusReason.OtherFocusReason)
            self.passphrase.input.selectAll()
            self._keys = ()
        elif isinstance(error, StoppedError):
            self._stopped()
        elif isinstance(error, EvidenceError):
            self._no_verdict(error)
        else:
            # A fault of ours: the window reports it; here it must not look like an answer.
            self._no_verdict(
                UserError(self.tr("The check ended with a fault of the program. The file is untouched."))
            )
        self.shown.emit()

    # --- questions ------------------------------------------------------------------------------

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
            self._keys = (Passphrase(field.text()),)
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
            self._keys = verdict_data.keys_in(path)
        except EvidenceError as error:
            message = InlineMessage(error.message)
            layout = self._content.layout()
            if layout is not None:
                layout.addWidget(message)
            return
        self._start()

    # --- results --------------------------------------------------------------------------------

    def _intact(self, verdict: Verdict) -> None:
        banner = verdict_parts.banner(verdict)
        checked = verdict_parts.checked(verdict)
        right = [verdict_parts.about(verdict), verdict_parts.limit()]
        if sentences.state(verdict) is State.IN_CONFLICT and verdict.confirmed is not None:
            right.insert(0, verdict_parts.conflict_steps(verdict.confirmed.name))
        self._result(banner, Columns(checked, column(*right), right=360, stack_below=STACK_BELOW))
        self._offer_view(verdict, banner, self.tr("View evidence"))

    def _altered(self, verdict: Verdict) -> None:
        banner = verdict_parts.banner(verdict)
        left = column(verdict_parts.what_changed(verdict), verdict_parts.checked_altered(verdict))
        name = verdict.confirmed.name if verdict.confirmed is not None else ""
        todo = verdict_parts.what_to_do(name, recorded=self._session is not None)
        right = column(todo, verdict_parts.about(verdict), verdict_parts.limit())
        self._result(banner, Columns(left, right, right=392, stack_below=STACK_BELOW))
        good = sum(exhibit.unchanged for exhibit in verdict.exhibits)
        one, many = self.tr("View the unchanged exhibit"), self.tr("View the {0} unchanged exhibits")
        self._offer_view(verdict, banner, one if good == 1 else many.format(good))

    def _unconfirmed(self, verdict: Verdict) -> None:
        banner = verdict_parts.banner(verdict)
        until = verdict_parts.plain(
            self.tr("Until you confirm"),
            self.tr("You can read the evidence, but treat the sender’s name as a claim."),
        )
        left = self._who_sent(verdict)
        right = column(
            verdict_parts.checked_narrow(verdict), until, verdict_parts.limit(), verdict_parts.about(verdict)
        )
        self._result(banner, Columns(left, right, right=364, stack_below=STACK_BELOW))
        self._offer_view(verdict, None, self.tr("View evidence"), until)
        if isinstance(left, ConfirmCard):
            self.confirm = left
            left.question.focus_safe()
        else:
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _who_sent(self, verdict: Verdict) -> Card:
        facts = verdict.facts
        if self._session is None or facts is None:
            return verdict_parts.plain(
                self.tr("Who sent it?"),
                self.tr(
                    "To confirm a sender you need a vault of your own, where it is remembered. Open this "
                    "bundle there, and compare the eight words with the sender in person or by telephone."
                ),
                self.tr("Words of the key that sealed it: {0}").format(
                    " ".join(facts.sender_words) if facts is not None else ""
                ),
            )
        if facts.sender_key == self._session.vault.signing_key.public_key:
            return verdict_parts.plain(
                self.tr("You sealed it yourself"),
                self.tr("The key is the one of this vault. There is nobody else to confirm."),
            )
        card = ConfirmCard(facts.sender_name, facts.sender_words)
        card.question.matched.connect(self._matched)
        card.question.refused.connect(self._refused)
        card.question.postponed.connect(self.closed)
        return card

    def _no_verdict(self, error: EvidenceError) -> None:
        self.error = error
        banner = verdict_parts.failure_banner(error)
        file = Card(self.tr("The file"), padding=16)
        rows = FactRows(name_width=92)
        rows.add(self.tr("Name"), self._path.name)
        rows.add(self.tr("Folder"), str(self._path.parent))
        if self._path.is_file():
            rows.add(self.tr("Size"), say.size(self._path.stat().st_size))
        file.add(rows)
        if isinstance(error, DamagedError):
            todo = verdict_parts.what_to_do("", recorded=False)
            self._result(banner, Columns(todo, file, right=392, stack_below=STACK_BELOW))
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._result(banner, file)
        again = secondary(self.tr("Check it again"), "refresh", on_click=lambda: self.check(self._path))
        if not isinstance(error, NotForYouError):
            banner.add_button(again)
            again.show()
            again.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stopped(self) -> None:
        card = self._form(
            self.tr("The check was stopped"), self.tr("Nothing was recorded, and the file is untouched.")
        )
        again = primary(self.tr("Check it again"), "refresh", on_click=lambda: self.check(self._path))
        card.add(verdict_parts.button_row(again))
        self._show(card)
        again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer_view(
        self, verdict: Verdict, banner: ResultBanner | None, words: str, card: Card | None = None
    ) -> None:
        good = tuple(exhibit for exhibit in verdict.exhibits if exhibit.unchanged)
        if not good:
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        make = primary if banner is not None else secondary
        button = make(words, "eye", size="control" if banner is not None else "compact")
        button.clicked.connect(lambda: self._view(good))
        self.view_button = button
        if banner is not None:
            banner.add_button(button)
            button.show()
            set_tab_order(self)
            button.setFocus(Qt.FocusReason.OtherFocusReason)
        elif card is not None:
            card.add(verdict_parts.button_row(button))
            set_tab_order(self)

    def _view(self, good: tuple[ExhibitVerdict, ...]) -> None:
        if self.view is None:
            keys = (*((self._session.vault.identity,) if self._session else ()), *self._keys)
            self.view = EvidenceView(self._runner, self._path, keys, good)
            self._content.layout().addWidget(self.view)
            self.view.show()
            set_tab_order(self)
        self.view.show()
        first = next(iter(self.view.thumbs.values()))
        first.button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._content.layout().activate()
        self.ensureWidgetVisible(first.button)

    # --- the sender -----------------------------------------------------------------------------

    def _matched(self, how: str) -> None:
        facts = None if self.verdict is None else self.verdict.facts
        if self._session is None or facts is None or self.confirm is None:
            return
        task = self._runner.run(
            verdict_data.confirm,
            self._session.vault,
            self._path,
            self._keys,
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

    def _result(self, banner: ResultBanner, *parts: QWidget) -> None:
        self.banner = banner
        self._show(banner, *parts)
        self.verticalScrollBar().setValue(0)

    def _show(self, *parts: QWidget) -> None:
        if parts and not isinstance(parts[0], ResultBanner):
            self.banner = None
        self.confirm = self.view = self.view_button = self.passphrase = None
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
        super().keyPressEvent(event)
