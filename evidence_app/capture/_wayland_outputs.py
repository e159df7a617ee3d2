"""The monitors of a Wayland desktop, read from its socket (wl_output 4 of wayland.xml; xdg-output 3).

Two round trips, and the connection is closed. Nothing is drawn and no window is made.
"""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_app.capture import _wayland_wire as wire
from evidence_app.capture._backend import no_answer

_SECONDS: Final = 5.0
_MAX_OUTPUTS: Final = 64
_FIRST_ROUND, _FREE = 3, 4  # numbers of objects: after the display and the registry
_GET_REGISTRY, _GET_XDG_OUTPUT = 1, 1  # requests
_GLOBAL = 0  # event


@dataclass(slots=True)
class Output:
    """A monitor: its place and size in logical units, the pixels of its mode, and its name."""

    name: str = ""
    left: int = 0
    top: int = 0
    width: int = 0
    height: int = 0
    pixels: tuple[int, int] = (0, 0)
    turned: bool = False
    factor: int = 1

    @property
    def scale(self) -> float:
        """Pixels in a logical unit."""
        wide = self.pixels[1 if self.turned else 0]
        return wide / self.width if wide and self.width else float(self.factor)

    def hear_core(self, event: int, body: bytes) -> None:
        """An event of wl_output: geometry, mode, scale, name."""
        if event == 0:
            self.left, self.top = struct.unpack_from("=2i", body)
            self.turned = bool(struct.unpack_from("=i", body, len(body) - 4)[0] % 2)
        elif event == 1 and struct.unpack_from("=I", body)[0] & 1:  # the mode in use
            self.pixels = struct.unpack_from("=2i", body, 4)
        elif event == 3:
            (self.factor,) = struct.unpack_from("=i", body)
        elif event == 4:
            self.name = wire.text(body)[0]

    def hear_logical(self, event: int, body: bytes) -> None:
        """An event of zxdg_output_v1: position, size."""
        if event == 0:
            self.left, self.top = struct.unpack_from("=2i", body)
        elif event == 1:
            self.width, self.height = struct.unpack_from("=2i", body)


def outputs() -> tuple[Output, ...]:
    """All monitors, in the desktop's order. CaptureError where the desktop does not answer."""
    name = os.environ.get("WAYLAND_DISPLAY") or "wayland-0"
    with socket.socket(socket.AF_UNIX) as on:
        on.settimeout(_SECONDS)
        try:
            on.connect(str(Path(os.environ.get("XDG_RUNTIME_DIR", "")) / name))
            found = _read(on)
        except (OSError, struct.error, ValueError) as error:
            raise no_answer() from error
    for one in found:
        if not one.width:  # a desktop without xdg-output
            wide, tall = one.pixels[::-1] if one.turned else one.pixels
            one.width, one.height = max(1, wide // one.factor), max(1, tall // one.factor)
    return tuple(found)


def _read(on: socket.socket) -> list[Output]:
    on.sendall(wire.request(wire.DISPLAY, _GET_REGISTRY, wire.REGISTRY))
    there = []
    for sender, event, body in wire.round_trip(on, _FIRST_ROUND):
        if (sender, event) == (wire.REGISTRY, _GLOBAL):
            name, rest = wire.text(body[4:])
            there.append((name, body[:4], struct.unpack_from("=I", rest)[0]))
    free, manager = _FREE, 0
    for name, number, version in there:
        if name == "zxdg_output_manager_v1" and not manager:
            manager, free = free, free + 1
            on.sendall(wire.bind(number, name, min(version, 3), manager))
    core, logical = dict[int, Output](), dict[int, Output]()
    for name, number, version in [one for one in there if one[0] == "wl_output"][:_MAX_OUTPUTS]:
        core[free] = output = Output()
        on.sendall(wire.bind(number, name, min(version, 4), free))
        if manager:
            logical[free + 1] = output
            on.sendall(wire.request(manager, _GET_XDG_OUTPUT, free + 1, free))
        free += 2 if manager else 1
    for sender, event, body in wire.round_trip(on, free):
        if sender in core:
            core[sender].hear_core(event, body)
        elif sender in logical:
            logical[sender].hear_logical(event, body)
    return list(core.values())
