"""The address that a browser of Windows tells of the page in front, by UI Automation (uiautomationcore).

Source: Microsoft's UIAutomationClient.h (the order of the methods of IUIAutomation and IUIAutomationElement)
and the documents of FindFirst and of the Value property: that of a document is its address.
"""

from __future__ import annotations

import ctypes
import threading
from ctypes import POINTER, byref, c_int32, c_ubyte, c_uint16, c_uint32, c_void_p, cast
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

_CLASS: Final = UUID("ff48dba4-60ef-4201-aa87-54103eef594e").bytes_le  # CUIAutomation
_INTERFACE: Final = UUID("30cbe57d-d9d0-452a-ab13-7ac5ac4825ee").bytes_le  # IUIAutomation
_IN_PROCESS, _DESCENDANTS, _INTEGER, _TEXT = 0x1, 0x4, 3, 8
_KIND, _DOCUMENT, _VALUE = 30_003, 50_030, 30_045
_RELEASE, _FROM_HANDLE, _CONDITION, _FIND, _PROPERTY = 2, 6, 23, 5, 10
_CALL: Final = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)


class Variant(ctypes.Structure):
    """A VARIANT: its type, and the place of its value."""

    _fields_ = (("kind", c_uint16), ("rest", c_ubyte * 6), ("value", c_void_p), ("more", c_void_p))


@dataclass(frozen=True)
class Automation:
    """The libraries of the system that are asked."""

    ole32: Any
    oleaut32: Any


def address_in(system: Automation, window: int, seconds: float) -> object:
    """What the first document in a window (its handle) says of itself; None where nobody tells in time."""
    found: list[object] = []
    # A browser that hangs must not hold up anything here: then the thread is left behind, and ends with it.
    asking = threading.Thread(target=_ask, args=(system, window, found), name="address", daemon=True)
    asking.start()
    asking.join(seconds)
    return found[0] if found else None


def _ask(system: Automation, window: int, found: list[object]) -> None:
    made: list[c_void_p] = []
    entered = system.ole32.CoInitializeEx(None, 0) >= 0
    try:
        root = c_void_p()
        given = (byref((c_ubyte * 16)(*_CLASS)), None, _IN_PROCESS, byref((c_ubyte * 16)(*_INTERFACE)))
        if system.ole32.CoCreateInstance(*given, byref(root)) < 0 or not root.value:
            return
        made.append(root)
        kind = Variant(kind=_INTEGER, value=_DOCUMENT)
        element = _got(made, root, _FROM_HANDLE, (c_void_p,), window)
        wanted = _got(made, root, _CONDITION, (c_int32, Variant), _KIND, kind) if element else None
        page = _got(made, element, _FIND, (c_int32, c_void_p), _DESCENDANTS, wanted) if wanted else None
        told = Variant()
        if page and _method(page, _PROPERTY, c_int32, POINTER(Variant))(page, _VALUE, byref(told)) >= 0:
            if told.kind == _TEXT and told.value:
                found.append(ctypes.wstring_at(told.value))
            system.oleaut32.VariantClear(byref(told))
    finally:
        for one in reversed(made):
            _method(one, _RELEASE, result=c_uint32)(one)
        if entered:
            system.ole32.CoUninitialize()


def _method(thing: c_void_p, place: int, *kinds: Any, result: Any = c_int32) -> Any:
    """The method at a place of the table that an object begins with."""
    table = cast(thing, POINTER(POINTER(c_void_p)))[0]
    return _CALL(result, c_void_p, *kinds)(table[place])


def _got(
    made: list[c_void_p], thing: c_void_p | None, place: int, kinds: tuple[Any, ...], *given: Any
) -> c_void_p | None:
    """The object that a method gives out last, to be released in the end; None where it gives none."""
    out = c_void_p()
    if thing is None:
        return None
    failed = _method(thing, place, *kinds, POINTER(c_void_p))(thing, *given, byref(out)) < 0
    if failed or not out.value:
        return None
    made.append(out)
    return out
