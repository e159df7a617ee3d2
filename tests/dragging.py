"""Files dragged over a window and let go there: the events that Qt sends, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
_OFFERED = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


def mime(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def over(widget: QWidget, paths: Sequence[Path]) -> bool:
    """Drag files onto a widget; whether somebody takes them."""
    data = mime(*paths)
    event = QDragEnterEvent(QPoint(10, 10), _OFFERED, data, _LEFT, _NONE)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def leave(widget: QWidget) -> None:
    """Drag away again."""
    QApplication.sendEvent(widget, QDragLeaveEvent())


def drop(widget: QWidget, *paths: Path) -> Qt.DropAction:
    """Drag files onto a widget and let go; the act that was agreed with where they come from.

    The file manager offers to move them, as some do. As Qt has it, a drop goes to whoever took the drag.
    """
    over(widget, paths)
    data = mime(*paths)
    event = QDropEvent(QPointF(10, 10), _OFFERED, data, _LEFT, _NONE)
    event.setDropAction(Qt.DropAction.MoveAction)
    QApplication.sendEvent(widget, event)
    return event.dropAction()
