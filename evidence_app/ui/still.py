"""A widget that is not painted while it changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget


@contextmanager
def still(widget: QWidget) -> Iterator[None]:
    """Nothing of `widget` is painted until everything in it has its place: no step in between is seen."""
    if not widget.updatesEnabled():
        yield  # somebody outside does it
        return
    widget.setUpdatesEnabled(False)
    try:
        yield
        # What waits to be laid out is laid out now, not between two frames.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    finally:
        widget.setUpdatesEnabled(True)
