"""The windows of a macOS desktop, by Quartz Window Services and Core Foundation.

Source: Apple's documents of CGWindowListCopyWindowInfo (front to back), CFDictionary, CFString, CFNumber.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import byref, c_bool, c_char_p, c_double, c_int64, c_long, c_uint32, c_void_p
from dataclasses import dataclass
from typing import Any, Final

from evidence_app.capture._desktop import NOT_KNOWN, clean_title
from evidence_app.records import Area, WindowInfo

_ON_SCREEN, _NO_DESKTOP, _UTF8, _INT64 = 1, 16, 0x0800_0100, 4
_NORMAL_LAYER: Final = 0
_MAX_BYTES: Final = 16_384
_KINDS: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "CFArrayGetCount": (c_long, (c_void_p,)),
    "CFArrayGetValueAtIndex": (c_void_p, (c_void_p, c_long)),
    "CFDictionaryGetValue": (c_void_p, (c_void_p, c_void_p)),
    "CFNumberGetValue": (c_bool, (c_void_p, c_long, c_void_p)),
    "CFRelease": (None, (c_void_p,)),
    "CFStringCreateWithCString": (c_void_p, (c_void_p, c_char_p, c_uint32)),
    "CFStringGetCString": (c_bool, (c_void_p, c_char_p, c_long, c_uint32)),
    "CGRectMakeWithDictionaryRepresentation": (c_bool, (c_void_p, c_void_p)),
    "CGWindowListCopyWindowInfo": (c_void_p, (c_uint32, c_uint32)),
}


def declared(system: Any) -> Any:
    """Tell ctypes the types of the functions that are used; returns the library."""
    for name, (answer, given) in _KINDS.items():
        function = getattr(system, name)
        function.restype, function.argtypes = answer, given
    return system


class _Rect(ctypes.Structure):
    _fields_ = (("x", c_double), ("y", c_double), ("width", c_double), ("height", c_double))


@dataclass(frozen=True)
class _Window:
    """A window's description in Core Foundation, read by the names of its keys."""

    system: Any
    about: int

    def value(self, key: str) -> int | None:
        name = self.system.CFStringCreateWithCString(None, key.encode(), _UTF8)
        try:
            found: int | None = self.system.CFDictionaryGetValue(self.about, name)
            return found
        finally:
            self.system.CFRelease(name)

    def number(self, key: str) -> int:
        found, value = c_int64(-1), self.value(key)
        return found.value if value and self.system.CFNumberGetValue(value, _INT64, byref(found)) else -1

    def text(self, key: str) -> str:
        buffer, value = ctypes.create_string_buffer(_MAX_BYTES), self.value(key)
        told = value and self.system.CFStringGetCString(value, buffer, _MAX_BYTES, _UTF8)
        return clean_title(buffer.value.decode("utf-8", "replace")) if told else ""

    def area(self) -> Area | None:
        box, value = _Rect(), self.value("kCGWindowBounds")
        if not value or not self.system.CGRectMakeWithDictionaryRepresentation(value, byref(box)):
            return None
        area = Area(round(box.x), round(box.y), round(box.width), round(box.height))
        return area if area.width > 0 and area.height > 0 else None


def windows(system: Any) -> tuple[WindowInfo, ...]:
    """Visible windows of other programs, front-most first."""
    listed = system.CGWindowListCopyWindowInfo(_ON_SCREEN | _NO_DESKTOP, 0)
    if not listed:
        return ()
    try:
        count = system.CFArrayGetCount(listed)
        there = (_Window(system, system.CFArrayGetValueAtIndex(listed, number)) for number in range(count))
        found = (_described(one) for one in there if one.number("kCGWindowLayer") == _NORMAL_LAYER)
        return tuple(one for one in found if one is not None)
    finally:
        system.CFRelease(listed)


def _described(window: _Window) -> WindowInfo | None:
    pid, area = window.number("kCGWindowOwnerPID"), window.area()
    if pid == os.getpid() or area is None:
        return None
    process = window.text("kCGWindowOwnerName") or NOT_KNOWN
    return WindowInfo(window.text("kCGWindowName"), process, pid if pid > 0 else None, area)
