"""A key combination of an X11 desktop that is heard whatever program has the keyboard (XGrabKey)."""

from __future__ import annotations

from contextlib import suppress

from evidence_app.capture import _pixels
from evidence_app.capture._key import Combination, in_use


class X11Key:
    """Taken until `close`. UsageError where another program has it."""

    def __init__(self, wanted: Combination, text: str) -> None:
        name = _pixels.check()
        import Xlib.display
        import Xlib.error
        from Xlib import XK, X

        self.shown, self.problem = text, ""
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
            raise in_use(text)

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
