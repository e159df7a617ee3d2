"""Whether the program that holds what was copied still answers: under X11 a paste asks that program."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING, Final

from evidence_app.capture import _pixels
from evidence_app.capture._backend import Backend, here
from evidence_app.errors import CaptureError

if TYPE_CHECKING:
    import Xlib.display

_WAIT_S: Final = 0.2


def answers(*, marked: bool = False) -> bool:
    """Ask the program that holds the clipboard, or with `marked` what is marked with the mouse.

    It gets 0.2 seconds. A toolkit would wait 15 for one that hangs, and the window would stand still as
    long (ICCCM 2.4). Never to be asked about this program's own clipboard. True where there is nothing
    to find out.
    """
    if here() is not Backend.X11:
        return True
    import Xlib.display
    import Xlib.error

    try:
        display = Xlib.display.Display(_pixels.check())
    except (CaptureError, Xlib.error.DisplayError, Xlib.error.ConnectionClosedError, OSError):
        return True
    try:
        return _answers(display, "PRIMARY" if marked else "CLIPBOARD")
    except (Xlib.error.ConnectionClosedError, OSError):
        return True
    finally:
        display.close()


def _answers(display: Xlib.display.Display, name: str) -> bool:
    from Xlib import X

    selection = display.intern_atom(name)
    if display.get_selection_owner(selection) == X.NONE:
        return True
    window = display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    kind = display.intern_atom("TARGETS")
    window.convert_selection(selection, kind, kind, X.CurrentTime)
    display.flush()
    end = time.monotonic() + _WAIT_S
    while (left := end - time.monotonic()) > 0:
        while display.pending_events():
            if display.next_event().type == X.SelectionNotify:
                return True
        select.select([display.fileno()], [], [], left)
    return False
