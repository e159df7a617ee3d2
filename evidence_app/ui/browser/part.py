"""Whether the browser part is installed; nothing of it is imported before it is needed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from evidence_app.errors import CaptureError
from evidence_app.ui.browser import temporary

NOT_THERE: Final = (
    "The browser part of Evidence is not installed on this computer. Nothing was opened. Ask your IT lead "
    "for it, or capture the screen instead."
)


def is_installed() -> bool:
    """A quick look, without loading it."""
    try:
        return find_spec("PySide6.QtWebEngineWidgets") is not None
    except (ImportError, ValueError):
        return False


def require() -> None:
    """Load it, with its temporary files in memory.

    Raises `CaptureError` where it is not there, or where the system lacks what it needs.
    """
    temporary.in_memory()
    try:
        import_module("PySide6.QtWebEngineCore")
        import_module("PySide6.QtWebEngineWidgets")
    except ImportError as error:
        raise CaptureError(NOT_THERE) from error
