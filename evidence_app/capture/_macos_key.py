"""A key combination of a Mac that is heard whatever program has the keyboard (RegisterEventHotKey).

Source: Apple's Carbon Event Manager reference and CarbonEvents.h, Events.h (virtual key codes of the ANSI
layout). The window's own event loop calls the handler.
"""

from __future__ import annotations

import ctypes
import struct
from ctypes import byref, c_int32, c_uint32, c_void_p
from typing import Any, Final

from evidence_app.capture._backend import no_answer
from evidence_app.capture._key import Bell, Combination, in_use
from evidence_app.errors import UsageError

_LIBRARY: Final = "/System/Library/Frameworks/Carbon.framework/Carbon"
_KEYBOARD, _PRESSED = struct.unpack(">I", b"keyb")[0], 5  # kEventClassKeyboard, kEventHotKeyPressed
_OURS: Final = struct.unpack(">I", b"Evid")[0]
_MODIFIERS: Final = {"Mod4": 0x100, "Shift": 0x200, "Mod1": 0x800, "Control": 0x1000}
_TABLE: Final = (
    "a00 s01 d02 f03 h04 g05 z06 x07 c08 v09 b0B q0C w0D e0E r0F y10 t11 o1F u20 i22 p23 l25 j26 k28 n2D "
    "m2E 112 213 314 415 517 616 71A 81C 919 01D F17A F278 F363 F476 F560 F661 F762 F864 F965 F106D F1167 "
    "F126F F1369 F146B F1571 F166A F1740 F184F F1950 F205A Home73 End77 Prior74 Next79"
)
"""Each key with the two hexadecimal figures of its code."""
_CODES: Final = {one[:-2]: int(one[-2:], 16) for one in _TABLE.split()}

_Handler = ctypes.CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p)


class _Kind(ctypes.Structure):
    _fields_ = (("kind", c_uint32), ("event", c_uint32))


class _Id(ctypes.Structure):
    _fields_ = (("signature", c_uint32), ("number", c_uint32))


def library() -> Any:
    """That of this computer; CaptureError where it is no Mac."""
    try:
        return ctypes.CDLL(_LIBRARY)
    except OSError as error:
        raise no_answer() from error


class MacKey(Bell):
    """Taken until `close`. UsageError where no Mac has such a key, or another program has it."""

    def __init__(self, wanted: Combination, text: str, system: Any) -> None:
        code = _CODES.get(wanted.key)
        if code is None:
            raise UsageError(
                f"A Mac has no key for “{text[:40]}”. Nothing was changed. Choose Ctrl or Alt with a letter, "
                "or one of F1 to F20."
            )
        super().__init__()
        self.shown, self._system = text, system
        self._handler = _Handler(self._pressed)  # kept: the system has only its address
        self._installed, self._key = c_void_p(), c_void_p()
        system.GetApplicationEventTarget.restype = c_void_p
        target, kind = c_void_p(system.GetApplicationEventTarget()), _Kind(_KEYBOARD, _PRESSED)
        held = sum(_MODIFIERS[one] for one in wanted.modifiers)
        system.RegisterEventHotKey.argtypes = (
            *(c_uint32, c_uint32, _Id, c_void_p),
            c_uint32,
            ctypes.POINTER(c_void_p),
        )
        failed = system.InstallEventHandler(
            target, self._handler, 1, byref(kind), None, byref(self._installed)
        ) or system.RegisterEventHotKey(code, held, _Id(_OURS, 1), target, 0, byref(self._key))
        if failed:
            self.close()
            raise in_use(text)

    def _pressed(self, _call: int | None, _event: int | None, _given: int | None) -> int:
        self.ring()
        return 0

    def close(self) -> None:
        """Give it back."""
        if self._key.value:
            self._system.UnregisterEventHotKey(self._key)
        if self._installed.value:
            self._system.RemoveEventHandler(self._installed)
        self._key, self._installed = c_void_p(), c_void_p()
        super().close()
