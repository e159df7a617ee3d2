"""The windows of a Windows desktop, by user32, dwmapi and kernel32.

Source: Microsoft's documents of EnumWindows, GetWindowTextW, DwmGetWindowAttribute and their neighbours.
EnumWindows goes from the front to the back.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import byref, c_bool, c_int, c_uint32, c_void_p
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Any, Final

from evidence_app.capture._desktop import MAX_TITLE, NOT_KNOWN, clean_title
from evidence_app.records import Area, WindowInfo

_FRAME_BOUNDS, _CLOAKED = 9, 14  # DWMWA_EXTENDED_FRAME_BOUNDS, DWMWA_CLOAKED
_QUERY_LIMITED: Final = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
_MAX_PATH: Final = 32_768
_NOT_A_PROGRAM = ("Progman", "WorkerW", "Shell_TrayWnd", "Shell_SecondaryTrayWnd")
_EACH = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)(c_bool, c_void_p, c_void_p)


class _Rect(ctypes.Structure):
    _fields_ = (("left", c_int), ("top", c_int), ("right", c_int), ("bottom", c_int))


@dataclass(frozen=True)
class System:
    """The libraries of the system that are asked."""

    user32: Any
    dwmapi: Any
    kernel32: Any


def windows(system: System) -> dict[int, WindowInfo]:
    """Visible windows of other programs by their handles, front-most first."""
    system.user32.EnumWindows.argtypes = (_EACH, c_void_p)
    numbers: list[int] = []

    def keep(number: int, _given: int) -> bool:
        numbers.append(number)
        return True

    system.user32.EnumWindows(_EACH(keep), None)
    found = ((number, _described(system, c_void_p(number))) for number in numbers)
    return {number: info for number, info in found if info is not None}


def foreground(system: System) -> int:
    """The handle of the active window, 0 where there is none."""
    system.user32.GetForegroundWindow.restype = c_void_p
    return system.user32.GetForegroundWindow() or 0


def _described(system: System, window: c_void_p) -> WindowInfo | None:
    """The window, or None where it cannot be seen, is part of the desktop, or is ours."""
    user, asked = system.user32, system.dwmapi.DwmGetWindowAttribute
    pid, hidden, box = c_uint32(), c_int(), _Rect()
    asked(window, _CLOAKED, byref(hidden), 4)
    if not user.IsWindowVisible(window) or user.IsIconic(window) or hidden.value:
        return None
    name = ctypes.create_unicode_buffer(256)
    user.GetClassNameW(window, name, 256)
    user.GetWindowThreadProcessId(window, byref(pid))
    if name.value in _NOT_A_PROGRAM or pid.value == os.getpid():
        return None
    if asked(window, _FRAME_BOUNDS, byref(box), 16):  # an HRESULT: 0 is success
        return None
    area = Area(box.left, box.top, box.right - box.left, box.bottom - box.top)
    title = ctypes.create_unicode_buffer(MAX_TITLE + 1)
    user.GetWindowTextW(window, title, MAX_TITLE + 1)
    if area.width < 1 or area.height < 1:
        return None
    return WindowInfo(clean_title(title.value), _program(system, pid.value), pid.value or None, area)


def _program(system: System, pid: int) -> str:
    path, size = ctypes.create_unicode_buffer(_MAX_PATH), c_uint32(_MAX_PATH)
    system.kernel32.OpenProcess.restype = c_void_p
    handle = c_void_p(system.kernel32.OpenProcess(_QUERY_LIMITED, False, pid))
    if not handle.value:
        return NOT_KNOWN
    told = system.kernel32.QueryFullProcessImageNameW(handle, 0, path, byref(size))
    system.kernel32.CloseHandle(handle)
    return PureWindowsPath(path.value).name if told else NOT_KNOWN
