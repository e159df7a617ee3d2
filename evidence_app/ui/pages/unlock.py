"""Unlock: the first page of somebody who has a vault (picture 01)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from evidence_app import __version__, workflows
from evidence_app.crypto.words import check_recovery_words
from evidence_app.errors import EvidenceError, UserError, WrongPassphraseError
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui import say
from evidence_app.ui.pages.unlock_promise import promise
from evidence_app.ui.pages.unlock_wait import Waiting
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import (
    Card,
    Divider,
    FlowLayout,
    IconLabel,
    InlineMessage,
    Link,
    PassphraseField,
    ProgressRow,
    ScrollPage,
    Text,
    TextAreaField,
    primary,
)
from evidence_app.vault import vault as vaults
from evidence_app.vault.keys import Slot
from evidence_app.workflows import keeping

_WIDTH = 440
_ROOMY = 1200
"""From this width on the page has the measures of the picture; below it both halves are narrower."""


class UnlockPage(QWidget):
    """Passphrase or recovery words of one vault; `unlocked` carries the open `Vault`."""

    unlocked = Signal(object)
    create_requested = Signal()
    check_bundle_requested = Signal()
    support_requested = Signal()

    def __init__(self, runner: TaskRunner, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Unlock your vault"))
        self._runner = runner
        self._settings = settings
        self._path = ""
        self._slot = Slot.PASSPHRASE
        self._busy = False
        self.waiting = Waiting(self)
        self.waiting.changed.connect(self._wait)
        self._side = promise()
        self._page = self._form()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(self._page, 1)
        self._fit(_ROOMY)
        self.show_vault(settings.recent[0].path if settings.recent else "")

    # --- right -----------------------------------------------------------------------------------

    def _form(self) -> ScrollPage:
        page = ScrollPage((96, 64, 96, 32), 0, "surface")
        page.body.addWidget(Text(self.tr("Unlock your vault"), type="display"))
        page.body.addSpacing(24)
        box = QWidget()
        box.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._vault_card())
        self.trouble = InlineMessage()
        column.addWidget(self.trouble)
        column.addSpacing(24)
        self._add_fields(column)
        column.addSpacing(20)
        actions = QHBoxLayout()
        actions.setSpacing(24)
        self.unlock_button = primary(self.tr("Unlock"), size="hero", min_width=168, on_click=self._unlock)
        self.recovery_link = Link(self.tr("Use my recovery sheet"), on_click=self._switch)
        actions.addWidget(self.unlock_button)
        actions.addWidget(self.recovery_link)
        self.school_link = Link(self.tr("Use the school’s key"), on_click=self._use_school)
        actions.addWidget(self.school_link)
        actions.addStretch(1)
        column.addLayout(actions)
        self.progress = ProgressRow("lock")
        column.addSpacing(20)
        column.addWidget(self.progress)
        column.addSpacing(20)
        column.addWidget(Divider())
        column.addSpacing(24)
        column.addWidget(
            Text(
                self.tr(
                    "We cannot reset a passphrase. If you have lost both the passphrase and the recovery "
                    "sheet, no one can open this vault."
                ),
                type="hint",
            )
        )
        # Beside a spacer the box has its real width when its height is asked for.
        line = QHBoxLayout()
        line.addWidget(box, 1)
        line.addStretch()
        page.body.addLayout(line)
        page.body.addStretch(1)
        page.body.addSpacing(24)
        page.body.addLayout(self._foot())
        return page

    def _vault_card(self) -> QWidget:
        self._who = Text("", type="strong")
        self._when = Text("", type="hint")
        card = Card(look="sunken", padding=16)
        line = QHBoxLayout()
        line.setContentsMargins(2, 0, 0, 0)
        line.setSpacing(15)
        line.addWidget(IconLabel("lock", "accent", 20), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._who)
        words.addWidget(self._when)
        line.addLayout(words, 1)
        card.add(line)
        return card

    def _add_fields(self, column: QVBoxLayout) -> None:
        self.passphrase = PassphraseField(
            self.tr("Passphrase"),
            hint=self.tr("The four or more words you chose when you set up this vault."),
        )
        self.passphrase.submitted.connect(self._unlock)
        self.recovery = TextAreaField(
            self.tr("Recovery words"),
            hint=self.tr("The twelve words on your sheet, in order. Four letters each will do."),
            lines=3,
        )
        self.recovery.input.setFixedHeight(80)
        self.recovery.input.installEventFilter(self)
        # Under the focus, which stays in the field, a new text takes the mark of the old one away.
        self.recovery.changed.connect(lambda: self.recovery.set_error(""))
        self.recovery.hide()
        column.addWidget(self.passphrase)
        column.addWidget(self.recovery)

    def _foot(self) -> QLayout:
        links = FlowLayout(gap=20)
        self._ways_out = [
            Link(self.tr("Open a different vault"), type="small", on_click=self._choose),
            Link(self.tr("New vault"), type="small", on_click=self.create_requested.emit),
            Link(self.tr("Check a bundle"), type="small", on_click=self.check_bundle_requested.emit),
            Link(self.tr("Support for school staff"), type="small", on_click=self.support_requested.emit),
        ]
        for link in self._ways_out:
            links.addWidget(link)
        version = Text(self.tr("Version {0}").format(__version__), type="hint", wrap=False)
        version.setFixedHeight(24)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addLayout(links, 1)
        foot.addWidget(version, 0, Qt.AlignmentFlag.AlignBottom)
        return foot

    # --- the vault -------------------------------------------------------------------------------

    def show_vault(self, path: str) -> None:
        """Offer this vault; what is said of it comes from the settings, not from the locked vault."""
        self._path = path
        known = next((one for one in self._settings.recent if one.path == path), None)
        if known is not None:
            self._who.setText(", ".join(part for part in (known.owner, known.school) if part))
            self._when.setText(_last_unlocked(known))
        elif path:
            self._who.setText(Path(path).stem)
            self._when.setText(self.tr("Not opened on this computer before"))
        else:
            self._who.setText(self.tr("No vault chosen yet"))
            self._when.setText(self.tr("Open one with the links below, or make a new one."))
        self._forget()
        self.trouble.clear()
        if self._slot is Slot.RECOVERY:
            self._switch()
        self.school_link.setVisible(bool(path) and keeping.has_slot(Path(path), Slot.SCHOOL))
        self._focus_input()
        self._wait("")
        self.waiting.look_at(Path(path))

    def _choose(self) -> None:
        start = Path(self._path).parent if self._path else Path.home()
        name = QFileDialog.getExistingDirectory(self, self.tr("Open a vault"), str(start))
        if name:
            self.show_vault(name)

    def _field(self, slot: Slot) -> PassphraseField | TextAreaField:
        return self.recovery if slot is Slot.RECOVERY else self.passphrase

    def _switch(self) -> None:
        """From the passphrase to the recovery words, and back."""
        if self._busy:
            return
        self._forget()
        self._slot = Slot.RECOVERY if self._slot is Slot.PASSPHRASE else Slot.PASSPHRASE
        recovering = self._slot is Slot.RECOVERY
        self.passphrase.setVisible(not recovering)
        self.recovery.setVisible(recovering)
        self.recovery_link.setText(
            self.tr("Use my passphrase") if recovering else self.tr("Use my recovery sheet")
        )
        self._focus_input()

    # --- unlocking -------------------------------------------------------------------------------

    def _unlock(self) -> None:
        if self._busy:
            return
        slot, field = self._slot, self._field(self._slot)
        field.set_error("")
        self.trouble.clear()
        try:
            secret = self._secret()
        except UserError as error:
            self._refused(slot, str(error))
            return
        self._try(slot, secret)

    def _use_school(self) -> None:
        """Ask for the school's key file."""
        name, _ = QFileDialog.getOpenFileName(self, self.tr("The school’s key file"), str(Path.home()))
        if name and not self._busy:
            self.use_key(Path(name))

    def use_key(self, path: Path) -> None:
        """Unlock with the identity file of the school."""
        try:
            secret = workflows.read_text_file(path)
        except UserError as error:
            self.trouble.show_message(str(error), "bad")
            return
        self.trouble.clear()
        self._try(Slot.SCHOOL, secret)

    def _try(self, slot: Slot, secret: str) -> None:
        if self.waiting.is_on():
            return
        self._set_busy(True)
        task = self._runner.run(
            vaults.unlock,
            Path(self._path),
            secret,
            slot,
            on_done=self._done,
            on_error=lambda error: self._failed(slot, error),
            words=self.tr("Unlocking"),
            owner=self,
        )
        self.progress.follow(task, busy=self.unlock_button, can_stop=False)

    def _secret(self) -> str:
        """What was typed; raises `UserError` for what cannot open any vault."""
        if not self._path:
            raise UserError(self.tr("Choose a vault first: Open a different vault, below."))
        typed = self._field(self._slot).text()
        if self._slot is Slot.RECOVERY:
            if not typed.strip():
                raise UserError(self.tr("Type the twelve words of your recovery sheet."))
            return check_recovery_words(typed)
        if not typed:
            raise UserError(self.tr("Type your passphrase."))
        return typed

    def _set_busy(self, busy: bool) -> None:
        """While scrypt runs nothing can be changed, and the focus stays in the field."""
        self._busy = busy
        if busy:
            self._focus_input()
        self.passphrase.input.setReadOnly(busy)
        self.recovery.input.setReadOnly(busy)
        for link in (self.recovery_link, self.school_link, *self._ways_out):
            link.setEnabled(not busy)

    def _done(self, vault: object) -> None:
        self._set_busy(False)
        self._forget()
        self.unlocked.emit(vault)

    def _failed(self, slot: Slot, error: BaseException) -> None:
        self._set_busy(False)
        if isinstance(error, WrongPassphraseError) and slot is not Slot.SCHOOL:
            self._refused(slot, str(error))
        elif isinstance(error, EvidenceError):
            # Not what was typed is wrong, but the vault: said beside the vault.
            self.trouble.show_message(str(error), "bad")
            self._try_again(slot)
        # Later than the progress row, which gives the button back.
        QTimer.singleShot(0, self, lambda: self.waiting.look_at(Path(self._path)))

    def _wait(self, words: str) -> None:
        """The next try waits, or may be made."""
        self.unlock_button.setEnabled(not words)
        self.school_link.setEnabled(not words)
        self.trouble.show_message(words, "warn", "clock")

    def _refused(self, slot: Slot, words: str) -> None:
        self._field(slot).set_error(words)
        self._try_again(slot)

    def _try_again(self, slot: Slot) -> None:
        """Enter tries the same passphrase again, typing replaces it; of twelve words one is mended."""
        self._focus_input()
        if slot is Slot.PASSPHRASE:
            self.passphrase.input.selectAll()

    def _forget(self) -> None:
        """No secret stays in the window, nor in what Undo would bring back."""
        self.passphrase.setText("")
        self.passphrase.clear()
        self.passphrase.set_error("")
        self.recovery.setText("")
        self.recovery.set_error("")

    # --- focus, keys, size -----------------------------------------------------------------------

    def _focus_input(self) -> None:
        field = self._field(self._slot)
        self.setFocusProxy(field.input)
        field.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._focus_input()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        roomy = width >= _ROOMY
        self._side.setFixedWidth(456 if roomy else 360)
        column = self._side.layout()
        if column is not None:
            column.setContentsMargins(48 if roomy else 32, 64 if roomy else 40, 48 if roomy else 32, 40)
        edge = 96 if roomy else 48
        self._page.body.setContentsMargins(edge, 64 if roomy else 40, edge, 32)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in the recovery words unlocks, as it does in the passphrase."""
        if watched is self.recovery.input and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.type() == QEvent.Type.KeyPress:
                self._unlock()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._slot is Slot.RECOVERY:
            self._switch()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Ctrl+Enter comes here from the field; Enter on a button or link has been used by it.
            self._unlock()
            return
        super().keyPressEvent(event)


def _last_unlocked(vault: RecentVault) -> str:
    try:
        at = datetime.fromisoformat(vault.unlocked)
    except ValueError:
        return say.tr("On this computer")
    return say.tr("Last unlocked {day}, {time}").format(day=say.day(at), time=say.minute(at))
