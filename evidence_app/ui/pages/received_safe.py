"""Keeping a received bundle safe: lock one of its exhibits away, hold it, dispose of it or of one of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.records import Hold, LockedAway
from evidence_app.ui.pages.disposal_dialog import DisposalDialog, why_not_received
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.pages.safeguard_dialogs import HoldDialog, InstructionDialog, LockAwayDialog, why_words
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Chip,
    Divider,
    FlowLayout,
    InlineMessage,
    MenuAct,
    MenuButton,
    ScrollPage,
    hint,
    primary,
    section,
    strong,
)
from evidence_app.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Kept:
    """How the bundle (`number` empty) or one of its exhibits stands. `why_kept`: why it cannot go now."""

    name: str
    number: str
    locked: LockedAway | None
    held: Hold | None
    why_kept: str


def load(vault: Vault, reference: str) -> tuple[Kept, ...]:
    """The bundle first, then its exhibits by number; for background work. Raises `UsageError`."""
    row = vault.read.received_bundle(reference)
    names = [row.reference, *(one.name for one in vault.read.received_exhibits(row.reference))]
    return tuple(
        Kept(
            name,
            name.removeprefix(row.reference).strip(),
            vault.read.locked_away(name) if name != row.reference else None,
            vault.read.hold(name),
            why_not_received(vault, name),
        )
        for name in names
    )


class KeepSafeDialog(QDialog):
    """`locked` carries all names that are now locked away, `gone` the name of what was disposed of."""

    locked = Signal(object)
    gone = Signal(str)

    def __init__(self, session: Session, reference: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._reference = session, reference
        self.dialog: QDialog | None = None
        self.menus: dict[str, MenuButton] = {}
        words = self.tr("Keep {0} safe").format(reference)
        self.setWindowTitle(words)
        self.setAccessibleName(words)
        self.resize(680, 520)
        self.message = InlineMessage()
        self.page = ScrollPage((0, 4, 10, 4), 0, "bg")
        self.close_button = primary(self.tr("Close"), on_click=self.accept, min_width=112)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        column.addWidget(section(words))
        column.addWidget(
            hint(
                self.tr(
                    "What must not be kept is locked away at once: nobody can see, copy or pass it on. A "
                    "hold keeps from every disposal. Only what is due, or what the police or the "
                    "safeguarding lead say, is disposed of."
                )
            )
        )
        column.addWidget(self.message)
        column.addWidget(self.page, 1)
        column.addLayout(foot)
        self.close_button.setFocus()
        session.changed.connect(self.reload)
        self.reload()

    def reload(self) -> None:
        """Read how everything stands, in the background."""
        self._session.runner.run(
            load,
            self._session.vault,
            self._reference,
            on_done=self._show,
            on_error=self._failed,
            words=self.tr("Reading {0}").format(self._reference),
            owner=self,
        )

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    def _show(self, found: tuple[Kept, ...]) -> None:
        at = next((name for name, menu in self.menus.items() if menu.hasFocus()), "")
        while self.page.body.count():
            gone = self.page.body.takeAt(0).widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self.menus = {}
        for place, one in enumerate(found):
            if place:
                self.page.body.addWidget(Divider())
            self.page.body.addWidget(self._row(one))
        self.page.body.addStretch(1)
        if at in self.menus:
            self.menus[at].setFocus()

    # --- one row ----------------------------------------------------------------------------------

    def _row(self, one: Kept) -> QWidget:
        holder = QWidget()
        title = self.tr("The whole bundle {0}").format(one.name) if not one.number else one.number
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(strong(title))
        chips = FlowLayout(gap=8)
        if one.locked is not None:
            chips.addWidget(Chip(self.tr("Locked away"), "bad", "lock"))
        if one.held is not None:
            chips.addWidget(Chip(self.tr("On hold"), "neutral", "hand"))
        if chips.count():
            left.addLayout(chips)
        for words in self._about(one):
            left.addWidget(hint(words))
        menu = MenuButton(self.tr("More"), self._acts(one), size="compact")
        menu.setAccessibleName(self.tr("More for {0}, menu").format(one.name))
        self.menus[one.name] = menu
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 10, 0, 10)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addWidget(menu)
        holder.setAccessibleName(title)
        return holder

    def _about(self, one: Kept) -> list[str]:
        found = []
        if one.locked is not None:
            told = ", ".join(one.locked.told)
            found.append(why_words(one.locked.why) + ".")
            found += [self.tr("Told: {0}.").format(told)] if told else []
        if one.held is not None:
            words = self.tr("Held for {0}: {1}").format(one.held.asked_by, one.held.reason)
            found.append(words if words.endswith(".") else f"{words}.")
        if one.why_kept:
            found.append(self.tr("Not to be disposed of now. {0}").format(one.why_kept))
        return found

    def _acts(self, one: Kept) -> list[MenuAct]:
        acts = []
        if one.number:
            away = one.locked is not None
            words = self.tr("Add who was told") if away else self.tr("Lock away")
            acts.append(MenuAct(words, lambda: self._lock(one)))
            if away:
                acts.append(
                    MenuAct(
                        self.tr("Record an instruction"),
                        lambda: self._open(InstructionDialog(self._session, one.name, self)),
                    )
                )
        release = one.held is not None
        words = self.tr("Release the hold") if release else self.tr("Put on hold")
        acts.append(
            MenuAct(
                words,
                lambda: self._open(HoldDialog(self._session, one.name, release=release, parent=self)),
            )
        )
        acts.append(MenuAct(self.tr("Dispose of it"), lambda: self._dispose(one), one.why_kept))
        return acts

    def _lock(self, one: Kept) -> None:
        dialog = LockAwayDialog(self._session, one.name, self)
        dialog.recorded.connect(self.locked)
        self._open(dialog)

    def _dispose(self, one: Kept) -> None:
        dialog = DisposalDialog(self._session, one.name, self)

        def gone(_made: object) -> None:
            self.gone.emit(one.name)
            if one.number:
                self._session.changed.emit()
            else:
                # There is nothing left to be read again.
                self._session.changed.disconnect(self.reload)
                self._session.changed.emit()
                dialog.finished.connect(lambda _code: self.accept())

        dialog.done_with.connect(gone)
        self._open(dialog)

    def _open(self, dialog: QDialog | RecordDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
