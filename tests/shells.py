"""What stands in the whole window. The fixtures are in tests/shell_fixtures.py."""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtGui import QImage, QPixmap

from evidence_app.ui.desk import Desk
from evidence_app.ui.shell import Shell
from evidence_app.ui.widgets import BlurThumb, PictureView
from evidence_app.vault.vault import Vault

Opening = Callable[[Vault], Shell]


def desk_of(shell: Shell) -> Desk:
    """The desk of an unlocked window."""
    desk = shell.pages.widget(0)
    assert isinstance(desk, Desk)
    return desk


def clear_pixels(shell: Shell, larger_than: int = 200) -> list[str]:
    """Everything alive that holds more of a picture than its blur: seen or not, in whatever it is kept."""
    found = _clear(shell, larger_than)
    if found:
        gc.collect()  # slow, and only what is kept counts
        found = _clear(shell, larger_than)
    return found


def _clear(shell: Shell, larger_than: int) -> list[str]:
    found = [one.accessibleName() for one in shell.findChildren(BlurThumb) if one.is_clear()]
    found += [one.accessibleName() for one in shell.findChildren(PictureView) if one.has_picture()]
    held = [one for one in gc.get_objects() if type(one) in (QImage, QPixmap)]
    large = [one for one in held if max(one.width(), one.height()) > larger_than]
    return found + [f"{type(one).__name__} {one.width()} x {one.height()}" for one in large]
