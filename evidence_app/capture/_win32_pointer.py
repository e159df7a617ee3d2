"""The mouse pointer of a Windows desktop, by user32 and gdi32.

Source: Microsoft's documents of GetCursorInfo, GetIconInfo, DrawIconEx, CreateDIBSection. Some have no alpha
of their own, so it is drawn once on black and once on white: what differs is what shines through.
"""

from __future__ import annotations

import ctypes
from ctypes import byref, c_int, c_int32, c_uint16, c_uint32, c_void_p, sizeof
from dataclasses import dataclass
from typing import Any, Final

from evidence_app.capture._desktop import Pointer
from evidence_app.records import Area

_SHOWING, _NORMAL = 0x1, 0x3  # CURSOR_SHOWING, DI_NORMAL
_MOST: Final = 512


class _CursorInfo(ctypes.Structure):
    _fields_ = (("size", c_uint32), ("flags", c_uint32), ("cursor", c_void_p), ("x", c_int32), ("y", c_int32))


class _IconInfo(ctypes.Structure):
    _fields_ = (
        *(("is_icon", c_int), ("x_spot", c_uint32), ("y_spot", c_uint32)),
        *(("mask", c_void_p), ("color", c_void_p)),
    )


class _Bitmap(ctypes.Structure):
    _fields_ = (
        *(("type", c_int32), ("width", c_int32), ("height", c_int32), ("row", c_int32)),
        *(("planes", c_uint16), ("depth", c_uint16), ("bits", c_void_p)),
    )


class _Header(ctypes.Structure):
    _fields_ = (
        *(("size", c_uint32), ("width", c_int32), ("height", c_int32), ("planes", c_uint16)),
        *(("depth", c_uint16), ("rest", c_uint32 * 6)),
    )


@dataclass(frozen=True)
class Drawing:
    """The libraries of the system that are asked."""

    user32: Any
    gdi32: Any


def pointer(system: Drawing) -> Pointer | None:
    """The pointer as it is now; None where it is hidden or the system does not tell."""
    user, gdi = system.user32, system.gdi32
    seen, icon, bitmap = _CursorInfo(size=sizeof(_CursorInfo)), _IconInfo(), _Bitmap()
    if not user.GetCursorInfo(byref(seen)) or not seen.flags & _SHOWING or not seen.cursor:
        return None
    cursor = c_void_p(seen.cursor)
    if not user.GetIconInfo(cursor, byref(icon)):
        return None
    told = gdi.GetObjectW(c_void_p(icon.color or icon.mask), sizeof(_Bitmap), byref(bitmap))
    # One without colours has two masks in one picture, one above the other.
    width, height = bitmap.width, bitmap.height if icon.color else bitmap.height // 2
    for made in (icon.mask, icon.color):
        if made:
            gdi.DeleteObject(c_void_p(made))
    if not told or not (0 < width <= _MOST and 0 < height <= _MOST):
        return None
    black, white = (_drawn(system, cursor, width, height, back) for back in (0, 255))
    if not black or not white:
        return None
    pixels = bytearray(black)
    for at in range(0, len(pixels), 4):
        pixels[at + 3] = max(0, *(255 - max(0, white[at + n] - black[at + n]) for n in range(3)))
    return Pointer(Area(seen.x - icon.x_spot, seen.y - icon.y_spot, width, height), bytes(pixels))


def _drawn(system: Drawing, cursor: c_void_p, width: int, height: int, back: int) -> bytes:
    """The pointer on a plain ground: four bytes a pixel from the top; empty where that cannot be made."""
    gdi, bits, size = system.gdi32, c_void_p(), width * height * 4
    for made in (gdi.CreateCompatibleDC, gdi.CreateDIBSection, gdi.SelectObject):
        made.restype = c_void_p
    head = _Header(size=sizeof(_Header), width=width, height=-height, planes=1, depth=32)
    page = c_void_p(gdi.CreateCompatibleDC(None))
    sheet = c_void_p(gdi.CreateDIBSection(page, byref(head), 0, byref(bits), None, 0))
    if not sheet.value or not bits.value:
        gdi.DeleteDC(page)
        return b""
    before = c_void_p(gdi.SelectObject(page, sheet))
    ctypes.memset(bits, back, size)
    drawn = system.user32.DrawIconEx(page, 0, 0, cursor, width, height, 0, None, _NORMAL)
    gdi.GdiFlush()
    pixels = ctypes.string_at(bits, size) if drawn else b""
    gdi.SelectObject(page, before)
    gdi.DeleteObject(sheet)
    gdi.DeleteDC(page)
    return pixels
