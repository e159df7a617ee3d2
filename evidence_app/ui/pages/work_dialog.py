"""A dialog whose work takes a while: what is wanted, progress with Stop, then what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import (
    Button,
    InlineMessage,
    ProgressRow,
    ScrollPage,
    TextField,
    hint,
    primary,
    secondary,
    section,
)


class WorkDialog(QDialog):
    """`done_with` carries what the work returned. The dialog stays open then and shows `show_done`.

    Nothing typed is lost by an error or by Stop; while it works it cannot be closed.
    """

    done_with = Signal(object)

    def __init__(self, runner: TaskRunner, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._working = False
        self.setMinimumWidth(640)
        self._title, self._lead = section(""), hint("")
        self.message = InlineMessage()
        self.progress = ProgressRow(icon)
        self.go_button: Button = primary("", on_click=self.go, min_width=112)
        self.cancel_button = secondary(self.tr("Cancel"), on_click=self.reject)
        self.page = ScrollPage((4, 4, 10, 4), 14, "bg")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(12)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.cancel_button)
        self._buttons.addWidget(self.go_button)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._title)
        head.addWidget(self._lead)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self.page, 1)
        column.addWidget(self.progress)
        column.addWidget(self.message)
        column.addLayout(self._buttons)

    @property
    def body(self) -> QVBoxLayout:
        """The column that scrolls."""
        return self.page.body

    def set_words(self, title: str, lead: str, go: str) -> None:
        """Title, sentence under it, words of the primary button."""
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(lead)
        self._title.setText(title)
        self._lead.setText(lead)
        self.go_button.setText(go)

    def go(self) -> None:
        """Begin; subclasses call `work`."""
        raise NotImplementedError

    def show_done(self, result: object) -> list[QWidget]:
        """What came of it, in place of the form."""
        raise NotImplementedError

    def work(self, act: Callable[..., object], *args: object, words: str) -> None:
        """Run `act(*args)` in the background, with progress and Stop."""
        if self._working:
            return
        self._working = True
        self.message.clear()
        self.page.setEnabled(False)
        self.cancel_button.setEnabled(False)
        task = self._runner.run(act, *args, on_done=self._done, on_error=self._failed, words=words)
        self.progress.follow(task, busy=self.go_button)

    def _done(self, result: object) -> None:
        self._idle()
        while self.body.count():
            gone = self.body.takeAt(0).widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for part in self.show_done(result):
            self.body.addWidget(part)
            part.show()
        self.body.addStretch(1)
        self.go_button.hide()
        self.cancel_button.setText(self.tr("Close"))
        set_tab_order(self)
        self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.done_with.emit(result)

    def _failed(self, error: BaseException) -> None:
        self._idle()
        if isinstance(error, StoppedError):
            self.message.show_message(self.tr("Stopped. Nothing was written."), "neutral")
        elif isinstance(error, EvidenceError):
            self.message.show_message(error.message)
        self.go_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _idle(self) -> None:
        self._working = False
        self.page.setEnabled(True)
        self.cancel_button.setEnabled(True)

    def reject(self) -> None:
        # Closed while it works, the dialog could not say how that ended. Stop is there for that.
        if not self._working:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.go_button.isVisible():
            self.go()
        else:
            super().keyPressEvent(event)


class TargetField(QWidget):
    """Where something is to be written: a full path, and a button that chooses it."""

    def __init__(
        self, label: str, path: Path, choose: Callable[[Path], str], *, hint: str = "", chooser: str = ""
    ) -> None:
        super().__init__()
        self.field = TextField(label, value=str(path), hint=hint)
        self.button = secondary(chooser or self.tr("Choose"), "folder", on_click=self._choose)
        self._ask = choose
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.field, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)

    def path(self) -> Path | None:
        """The path that stands there; None, with an error in place, where it is not a full one."""
        path = Path(self.field.text())
        if self.field.text() and path.is_absolute() and path.name:
            return path
        self.field.set_error(self.tr("Write the whole path, or choose it."))
        self.field.input.setFocus(Qt.FocusReason.OtherFocusReason)
        return None

    def _choose(self) -> None:
        name = self._ask(Path(self.field.text()))
        if name:
            self.field.setText(name)


def documents() -> Path:
    """Where the person keeps documents."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found) if found else Path.home()


def free_path(folder: Path, stem: str, suffix: str) -> Path:
    """`stem` and `suffix` in `folder`, with a number where that exists."""
    path, number = folder / f"{stem}{suffix}", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}{suffix}", number + 1
    return path


def show_folder(folder: Path, words: str) -> QWidget:
    """A row with a button that opens a folder in the system's file manager."""
    button = secondary(
        words, "folder", on_click=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
    )
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(button)
    row.addStretch(1)
    return holder
