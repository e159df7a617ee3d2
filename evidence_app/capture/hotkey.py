"""A key combination that is heard whatever program has the keyboard (X11: XGrabKey).

Only combinations that nobody types by accident are taken: Ctrl, Alt or Meta with a letter or a figure, or
one of the keys that write nothing.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from evidence_app.capture import _pixels
from evidence_app.capture._backend import Backend, here
from evidence_app.errors import CaptureError, UsageError

_MODIFIERS: Final = {"ctrl": "Control", "alt": "Mod1", "shift": "Shift", "meta": "Mod4"}
_NAMED: Final = {
    "print": "Print", "pause": "Pause", "ins": "Insert", "home": "Home", "end": "End", "pgup": "Prior",
    "pgdown": "Next", "scrolllock": "Scroll_Lock", **{f"f{n}": f"F{n}" for n in range(1, 25)},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Combination:
    """Modifiers (`Control`, `Mod1`, `Shift`, `Mod4`) and the name of a key as X calls it (keysymdef.h)."""

    modifiers: frozenset[str]
    key: str


def read(text: str) -> Combination:
    """`Ctrl+Shift+E` or `Print`. UsageError where it is no combination that can be used."""
    *held, key = (part.strip().casefold() for part in text.split("+"))
    named = _NAMED.get(key)
    plain = key if len(key) == 1 and key.isascii() and key.isalnum() else None
    if all(one in _MODIFIERS for one in held) and (name := named or plain) is not None:
        modifiers = frozenset(_MODIFIERS[one] for one in held)
        if named is not None or modifiers - {"Shift"}:
            return Combination(modifiers, name)
    raise UsageError(
        f"“{text[:40]}” cannot be used as the capture key. Nothing was changed. Choose Ctrl or Alt with a "
        "letter, or one of F1 to F24, Print and Pause."
    )


class GlobalKey:
    """A combination that is taken until `close`. Look for it whenever `fileno` has something to read."""

    def __init__(self, text: str) -> None:
        """UsageError where it is no combination or another program has it; CaptureError where this desktop
        gives no such keys to programs."""
        wanted = read(text)
        if here() is not Backend.X11:
            raise CaptureError(
                "On this desktop a program has no key while another one is in front; use the capture bar, "
                "or press the key while Evidence is in front."
            )
        name = _pixels.check()
        import Xlib.display
        import Xlib.error
        from Xlib import XK, X

        self._press = X.KeyPress
        self._closed = (Xlib.error.ConnectionClosedError, OSError)
        self._display = Xlib.display.Display(name)
        code = self._display.keysym_to_keycode(XK.string_to_keysym(wanted.key))
        held = sum(getattr(X, f"{name}Mask") for name in wanted.modifiers)
        taken = Xlib.error.CatchError(Xlib.error.BadAccess)
        root = self._display.screen().root
        # Caps Lock and Num Lock count as held: once without, and once with each.
        for locks in (0, X.LockMask, X.Mod2Mask, X.LockMask | X.Mod2Mask):
            root.grab_key(code, held | locks, True, X.GrabModeAsync, X.GrabModeAsync, onerror=taken)
        self._display.sync()
        if code == 0 or taken.get_error() is not None:
            self.close()
            raise UsageError(
                f"Another program uses {text} already. Captures still work from the window and the capture "
                "bar. Choose another key in the capture settings."
            )

    def fileno(self) -> int:
        """Where to wait for something to read."""
        return int(self._display.fileno())

    def pressed(self) -> bool:
        """Whether it was pressed since the last look. False also where the desktop has gone."""
        found = False
        with suppress(*self._closed):
            while self._display.pending_events():
                found = self._display.next_event().type == self._press or found
        return found

    def close(self) -> None:
        """Give it back."""
        with suppress(*self._closed):
            self._display.close()
