"""Our own windows out of the picture: hidden, really gone from the screen, and back afterwards."""

from __future__ import annotations

import time
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QApplication, QWidget

from evidence_app.capture import screen
from evidence_app.capture.screen import Frozen, Grab
from evidence_app.records import Area, Monitor
from evidence_app.ui import overlay_region as region

GONE_S = 0.15
"""How long a window may take to leave; what lies below may look just the same, so it is not endless."""
STILL_S = 0.035
"""What came to light counts as painted once it has not changed for this long, …"""
FLAT_S = 0.08
"""… or for this long while it has one colour only: a program that has not drawn yet looks like that."""
LIMIT_S = 0.4
"""The longest wait in all: under a moving picture nothing ever stands still."""
_LOOK_S = 0.006

_PASSING = (Qt.WindowType.Popup, Qt.WindowType.ToolTip, Qt.WindowType.SplashScreen)


@dataclass(frozen=True)
class _Away:
    widget: QWidget
    geometry: QRect
    active: bool


@dataclass(frozen=True)
class Looks:
    """Some places of the screen, in physical pixels, and how each of them looked."""

    places: list[Area]
    parts: list[Grab]


class OwnWindows:
    """The program's own windows. `hide` takes away those that are shown, `restore` brings them back."""

    def __init__(self) -> None:
        self._away: list[_Away] = []

    def hide(self) -> Looks | None:
        """Hide what is shown; returns how the places looked with the windows still there.

        CaptureError where the screen does not answer; then nothing is hidden.
        """
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible() and not w.isMinimized()]
        places = [area for widget in shown for area in _places_of(widget)]
        # Where every look asks the person, nobody can see whether the windows are gone: no places to watch.
        before = (_looks(places) if screen.peeks() else Looks([], [])) if places else None
        for widget in shown:
            if widget.windowType() not in _PASSING:
                self._away.append(_Away(widget, widget.geometry(), widget.isActiveWindow()))
            widget.hide()
        # The server has taken the windows away when this returns; the window manager may not have.
        QGuiApplication.sync()
        return before

    def restore(self) -> None:
        """Show again what was hidden, where it was, the active window in front."""
        away, self._away = self._away, []
        for one in sorted(away, key=lambda one: one.active):
            if shiboken6.isValid(one.widget):
                free = not one.widget.windowState() & (
                    Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
                )
                if free:
                    one.widget.setGeometry(one.geometry)
                one.widget.show()
                if one.active:
                    one.widget.raise_()
                    one.widget.activateWindow()


def freeze(before: Looks | None) -> Frozen:
    """Wait until nothing of our windows is left, then freeze the screen; for background work.

    Window managers take a frame away, fade it, and the programs below paint what came to light: all this
    happens elsewhere and nobody tells. So the places are looked at until they have changed and stand still.
    """
    if before is not None and before.places:
        _wait(before)
    elif before is not None:
        time.sleep(LIMIT_S)
    return screen.freeze()


def _wait(before: Looks) -> None:
    began = still_since = time.monotonic()
    gone = [False] * len(before.parts)
    last = before.parts
    while True:
        now = _looks(before.places).parts
        at = time.monotonic()
        gone = [was or new.raw != old.raw for was, new, old in zip(gone, now, before.parts, strict=True)]
        if any(new.raw != old.raw for new, old in zip(now, last, strict=True)):
            still_since = at
        last = now
        if at - began >= LIMIT_S:
            return
        if all(gone) or at - began >= GONE_S:
            needed = FLAT_S if any(one.is_blank() for one in now) else STILL_S
            if at - still_since >= needed:
                return
        time.sleep(_LOOK_S)


def _looks(places: list[Area]) -> Looks:
    """How these places look now; one grab for all of them, because they belong together."""
    left, top = min(one.left for one in places), min(one.top for one in places)
    right, bottom = max(map(region.right_of, places)), max(map(region.bottom_of, places))
    around = screen.grab(Area(left, top, right - left, bottom - top))
    return Looks(places, [around.crop(one) for one in places])


def _places_of(widget: QWidget) -> list[Area]:
    """Where the window's content is, and the title bar above it where it has one; within its screen."""
    inner, outer = widget.geometry(), widget.frameGeometry()
    # Not widget.screen(): that would tie the life of the screen's Python object to the widget's.
    on = max(QGuiApplication.screens(), key=lambda one: _shared(one.geometry(), inner))
    bar = QRect(outer.left(), outer.top(), outer.width(), inner.top() - outer.top())
    found = [region.common(_physical(box, on), area_of_screen(on)) for box in (inner, bar) if box.isValid()]
    return [area for area in found if area is not None]


def _shared(one: QRect, other: QRect) -> int:
    both = one.intersected(other)
    return both.width() * both.height() if both.isValid() else 0


def _physical(box: QRect, on: QScreen) -> Area:
    corner, ratio = on.geometry().topLeft(), on.devicePixelRatio()
    return Area(
        corner.x() + round((box.left() - corner.x()) * ratio),
        corner.y() + round((box.top() - corner.y()) * ratio),
        max(1, round(box.width() * ratio)),
        max(1, round(box.height() * ratio)),
    )


def area_of_screen(on: QScreen) -> Area:
    """A screen in physical pixels. Qt scales a screen's size by its ratio, but leaves its corner as it is."""
    box, ratio = on.geometry(), on.devicePixelRatio()
    return Area(box.left(), box.top(), round(box.width() * ratio), round(box.height() * ratio))


def monitor_of(on: QScreen, monitors: tuple[Monitor, ...]) -> Monitor | None:
    """The monitor that a Qt screen shows: the one of its name where the picture may have another scale, the
    one at its corner, or the one it has most in common with."""
    area = area_of_screen(on)
    if not screen.peeks() and (named := [one for one in monitors if one.name == on.name()]):
        return named[0]
    for monitor in monitors:
        if (monitor.area.left, monitor.area.top) == (area.left, area.top):
            return monitor
    shared = [(c.width * c.height, m) for m in monitors if (c := region.common(area, m.area))]
    return max(shared, key=lambda pair: pair[0])[1] if shared else None
