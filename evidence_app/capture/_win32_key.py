"""A key combination of a Windows desktop that is heard whatever program has the keyboard (RegisterHotKey).

Source: Microsoft's documents of RegisterHotKey, GetMessageW, PostThreadMessageW and of the virtual-key codes.
WM_HOTKEY comes to the thread that registered the key, so a thread of its own waits for it.
"""

from __future__ import annotations

import ctypes
import threading
from ctypes import byref, c_int, c_int32, c_size_t, c_ssize_t, c_uint32, c_void_p
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Final

from evidence_app.capture._backend import no_answer
from evidence_app.capture._key import Bell, Combination, in_use

_ID: Final = 1
_WM_QUIT, _WM_HOTKEY = 0x0012, 0x0312
_NO_REPEAT: Final = 0x4000
_MODIFIERS: Final = {"Mod1": 0x1, "Control": 0x2, "Shift": 0x4, "Mod4": 0x8}
_CODES: Final = {
    "Print": 0x2C, "Pause": 0x13, "Insert": 0x2D, "Home": 0x24, "End": 0x23, "Prior": 0x21, "Next": 0x22,
    "Scroll_Lock": 0x91, **{f"F{n}": 0x6F + n for n in range(1, 25)},
}  # fmt: skip
_PATIENCE_S: Final = 5.0


class _Message(ctypes.Structure):
    _fields_ = (
        ("window", c_void_p),
        ("message", c_uint32),
        ("first", c_size_t),
        ("second", c_ssize_t),
        ("time", c_uint32),
        ("x", c_int32),
        ("y", c_int32),
        ("private", c_uint32),
    )


@dataclass(frozen=True)
class Libraries:
    """The libraries of the system that are asked."""

    user32: Any
    kernel32: Any


def libraries() -> Libraries:
    """Those of this computer; CaptureError where it is no Windows."""
    load = getattr(ctypes, "WinDLL", None)
    if load is None:
        raise no_answer()
    return Libraries(load("user32"), load("kernel32"))


class WindowsKey(Bell):
    """Taken until `close`. UsageError where another program has it."""

    def __init__(self, wanted: Combination, text: str, system: Libraries) -> None:
        super().__init__()
        self.shown = text
        self._system = system
        system.user32.RegisterHotKey.argtypes = (c_void_p, c_int, c_uint32, c_uint32)
        system.user32.PostThreadMessageW.argtypes = (c_uint32, c_uint32, c_size_t, c_ssize_t)
        held = sum(_MODIFIERS[one] for one in wanted.modifiers) | _NO_REPEAT
        code = _CODES.get(wanted.key) or ord(wanted.key.upper())
        began: SimpleQueue[tuple[bool, int]] = SimpleQueue()
        self._thread = threading.Thread(target=self._listen, args=(held, code, began), name="capture key")
        self._thread.start()
        taken, self._number = began.get()
        if not taken:
            self.close()
            raise in_use(text)

    def _listen(self, held: int, code: int, began: SimpleQueue[tuple[bool, int]]) -> None:
        user, message = self._system.user32, _Message()
        taken = bool(user.RegisterHotKey(None, _ID, held, code))
        user.PeekMessageW(byref(message), None, 0, 0, 0)  # from here on the thread has a queue to be ended by
        began.put((taken, int(self._system.kernel32.GetCurrentThreadId())))
        while taken and user.GetMessageW(byref(message), None, 0, 0) > 0:
            if message.message == _WM_HOTKEY:
                self.ring()
        if taken:
            user.UnregisterHotKey(None, _ID)

    def close(self) -> None:
        """Give it back."""
        if self._thread.is_alive():
            self._system.user32.PostThreadMessageW(self._number, _WM_QUIT, 0, 0)
        self._thread.join(_PATIENCE_S)
        super().close()
