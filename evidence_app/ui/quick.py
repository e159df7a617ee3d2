"""The keys that work everywhere, also in dialogs and while a capture is under way: hide, lock, help.

A shortcut of the main window is silent while a dialog is open, so these keys are looked for in whatever
window has the keyboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from evidence_app.ui.help_places import chapter_for
from evidence_app.ui.hiding import HideNow
from evidence_app.ui.overlay_view import CaptureOverlay
from evidence_app.ui.pages.help_window import HelpWindow

if TYPE_CHECKING:
    from evidence_app.ui.desk import Desk
    from evidence_app.ui.shell import Shell

LOCK, HELP = QKeySequence("Ctrl+L"), QKeySequence("F1")


class QuickKeys(QObject):
    """Made once for the window. The key that hides is the one of its settings."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._watched: list[QWindow] = []
        self.hiding = HideNow(shell)
        self._hide = QShortcut(QKeySequence(shell.settings.hide_key), shell, self.hide)
        QShortcut(HELP, shell, self.help)
        self.help_window: HelpWindow | None = None
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._watch)

    def attend(self, desk: Desk) -> None:
        """A vault was unlocked: its pages have buttons for these keys."""
        desk.sidebar.set_hide_key(self.hide_key())
        desk.sidebar.hide_requested.connect(self.hide)
        desk.help.hide_key_chosen.connect(self.set_hide_key)

    # --- hiding -----------------------------------------------------------------------------------

    def hide_key(self) -> str:
        """The key as it is written on keyboards."""
        return self._hide.key().toString(QKeySequence.SequenceFormat.NativeText)

    def set_hide_key(self, key: str) -> None:
        """Another key, kept in the settings."""
        chosen = self._shell.settings.with_hide_key(key)
        self._hide.setKey(QKeySequence(chosen.hide_key))
        desk = self._shell._desk
        if desk is not None:
            desk.session.settings = desk.session.settings.with_hide_key(key)
            desk.help.set_hide_key(key)
            desk.sidebar.set_hide_key(self.hide_key())
        self._shell._keep_settings(chosen)

    def hide(self) -> None:
        """Away, or back. A capture under way is taken back first; one that is being sealed just now is
        sealed, out of sight, and then everything goes."""
        desk = self._shell._desk
        if desk is not None and not self.hiding.is_hidden:
            desk.flow.cancel()
            if desk.flow.running:
                once = Qt.ConnectionType.SingleShotConnection
                desk.flow.sealed.connect(self._hide_after, once)
                desk.flow.failed.connect(self._hide_after, once)
                return
        self.hiding.toggle()

    def _hide_after(self, _what: object) -> None:
        if not self.hiding.is_hidden:
            self.hiding.hide_now()

    # --- help -------------------------------------------------------------------------------------

    def help(self) -> None:
        """The chapter that belongs to where one is, in a window of its own: nothing that is open is left."""
        here = QApplication.activeModalWidget() or QApplication.activeWindow()
        if isinstance(here, HelpWindow):
            here.show_chapter("keyboard")
            return
        self.open_chapter(chapter_for(here if here is not None else self._shell))

    def open_chapter(self, chapter: str) -> None:
        """This chapter of the handbook."""
        parent: QWidget = QApplication.activeModalWidget() or self._shell
        if self.help_window is None or not shiboken6.isValid(self.help_window):
            self.help_window = None
        elif self.help_window.parent() is not parent:
            self.help_window.close()
            self.help_window = None
        if self.help_window is None:
            self.help_window = HelpWindow(self._shell.settings.hide_key, parent)
            self.help_window.hide_key_chosen.connect(self.set_hide_key)
        self.help_window.show_chapter(chapter)
        self.help_window.show()
        self.help_window.raise_()
        self.help_window.activateWindow()

    # --- keys in other windows --------------------------------------------------------------------

    def _lock(self) -> None:
        for dialog in self._shell.findChildren(QDialog):
            leave = getattr(dialog, "leave", None)
            if callable(leave):
                leave()
        self._shell.lock()

    def _watch(self, window: QWindow | None) -> None:
        self._watched = [one for one in self._watched if shiboken6.isValid(one)]
        if window is not None and window not in self._watched and window is not self._shell.windowHandle():
            window.installEventFilter(self)
            self._watched.append(window)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        pressed = QKeySequence(event.keyCombination())
        if pressed == self._hide.key():
            self.hide()
        elif pressed == LOCK and self._shell.session is not None:
            self._lock()
        elif pressed == HELP and not _is_overlay(watched):
            self.help()
        else:
            return False
        return True


def _is_overlay(window: QObject) -> bool:
    """While a capture is chosen F1 has a meaning of its own: what must not be captured."""
    return any(
        isinstance(one, CaptureOverlay) and one.windowHandle() is window
        for one in QApplication.topLevelWidgets()
    )
