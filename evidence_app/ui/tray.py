"""The icon beside the clock, where the desktop shows such icons."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Signal, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from evidence_app.ui import icons


class Tray(QObject):
    """Its menu says what the window can do as well; nothing can be done here only."""

    capture_chosen = Signal()
    again_chosen = Signal()
    bar_chosen = Signal(bool)
    settings_chosen = Signal()
    window_chosen = Signal()
    lock_chosen = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.menu = QMenu()
        self.capture = self._act(_tr("Capture"), self.capture_chosen)
        self.again = self._act(_tr("Capture the last area again"), self.again_chosen)
        self.menu.addSeparator()
        self.bar = self.menu.addAction(_tr("Show the capture bar"))
        self.bar.setCheckable(True)
        self.bar.triggered.connect(self.bar_chosen)
        self.settings = self._act(_tr("Capture settings…"), self.settings_chosen)
        self.menu.addSeparator()
        self.window = self._act(_tr("Open the window"), self.window_chosen)
        self.lock = self._act(_tr("Lock the vault"), self.lock_chosen)
        self.icon = QSystemTrayIcon(icons.icon("logo", "accent", 64), self)
        self.icon.setContextMenu(self.menu)
        self.icon.setToolTip(_tr("Evidence: the vault is open"))
        self.icon.activated.connect(self._activated)
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.icon.show()

    def set_key(self, key: str) -> None:
        """Say the key that captures."""
        self.capture.setText(f"{_tr('Capture')}\t{key}" if key else _tr("Capture"))

    def say(self, words: str) -> None:
        """One sentence, where there is an icon to say it at."""
        if self.icon.isVisible():
            self.icon.showMessage(_tr("Evidence"), words, QSystemTrayIcon.MessageIcon.Warning)

    def leave(self) -> None:
        """Away with it."""
        self.icon.hide()

    def _act(self, words: str, chosen: SignalInstance) -> QAction:
        act = self.menu.addAction(words)
        act.triggered.connect(lambda _on=False: chosen.emit())
        return act

    def _activated(self, how: QSystemTrayIcon.ActivationReason) -> None:
        if how in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.window_chosen.emit()


def _tr(text: str) -> str:
    return QCoreApplication.translate("tray", text)
