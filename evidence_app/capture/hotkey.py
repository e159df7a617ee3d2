"""A key combination that is heard whatever program has the keyboard; an adapter for each kind of desktop.

Only combinations that nobody types by accident are taken: Ctrl, Alt or Meta with a letter or a figure, or
one of the keys that write nothing.
"""

from __future__ import annotations

from typing import Final, Protocol

from evidence_app.capture._backend import Backend, here
from evidence_app.capture._key import NONE_HERE, Combination
from evidence_app.errors import CaptureError, UsageError

_MODIFIERS: Final = {"ctrl": "Control", "alt": "Mod1", "shift": "Shift", "meta": "Mod4"}
_NAMED: Final = {
    "print": "Print", "pause": "Pause", "ins": "Insert", "home": "Home", "end": "End", "pgup": "Prior",
    "pgdown": "Next", "scrolllock": "Scroll_Lock", **{f"f{n}": f"F{n}" for n in range(1, 25)},
}  # fmt: skip


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


class Key(Protocol):
    """What an adapter of a kind of desktop gives; `shown` and `problem` as in `_key.Bell`."""

    shown: str
    problem: str

    def fileno(self) -> int: ...

    def pressed(self) -> bool: ...

    def close(self) -> None: ...


def take(text: str) -> Key:
    """Take a combination until it is closed. Look at `pressed` whenever `fileno` has something to read.

    UsageError where it is no combination or another program has it; CaptureError where this desktop gives no
    such keys to programs."""
    wanted = read(text)
    match here():
        case Backend.X11:
            from evidence_app.capture._x11_key import X11Key

            return X11Key(wanted, text)
        case Backend.WAYLAND:
            from evidence_app.capture._portal_key import PortalKey

            return PortalKey(wanted, text)
        case Backend.WINDOWS:
            from evidence_app.capture import _win32_key

            return _win32_key.WindowsKey(wanted, text, _win32_key.libraries())
        case Backend.MACOS:
            from evidence_app.capture import _macos_key

            return _macos_key.MacKey(wanted, text, _macos_key.library())
    raise CaptureError(NONE_HERE)
