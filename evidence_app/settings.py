"""The person's settings: look, recent vaults. Never anything that was captured or stated.

Kept as `settings.json` in the user's configuration folder, which the caller names. A damaged file is
put aside, never an obstacle: the program starts with the defaults.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from evidence_app.errors import StorageError

MAX_OVERDUE_DAYS = 3650
HIDE_KEYS = ("F9", "F8", "F12", "Pause", "Ctrl+Space", "Ctrl+Shift+H")
"""What can be chosen to hide every window at once; the first where nothing was."""
_MAX_RECENT = 8
_MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class RecentVault:
    """A vault this person opened: its folder and what its owner is called. `unlocked` is UTC text."""

    path: str
    owner: str
    school: str
    role: str
    unlocked: str


@dataclass(frozen=True, slots=True)
class CaptureSettings:
    """How captures are made. `hotkey` as it is written (`Ctrl+Shift+E`), empty for none; `pointer`: draw the
    mouse pointer in; `bar`: show the small capture bar; `time_server`: a name or address that the clock is
    compared with, empty (as it comes) for none; `read_pictures`: read the text in pictures afterwards, where
    the part for that is installed."""

    hotkey: str = "Ctrl+Shift+E"
    pointer: bool = False
    bar: bool = False
    time_server: str = ""
    read_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """`theme` is `system`, `light` or `dark`.

    `overdue_days`: after how many days a received bundle is overdue, None where the policy decides.
    `online`: the capture browser may go online without being told so each time; off until somebody says so.
    `inbox`: the folder that is looked into for bundles, empty where there is none.
    `hide_key`: one of `HIDE_KEYS`. `school_key`: the school's public recovery key (`age1…`), which an IT lead
    may put here for the Keys page; empty where there is none.
    """

    theme: str = "system"
    recent: tuple[RecentVault, ...] = field(default_factory=tuple)
    overdue_days: int | None = None
    inbox: str = ""
    hide_key: str = HIDE_KEYS[0]
    capture: CaptureSettings = field(default_factory=CaptureSettings)
    online: bool = False
    school_key: str = ""

    def with_recent(self, vault: RecentVault) -> Settings:
        """The same settings with `vault` as the newest."""
        others = tuple(one for one in self.recent if one.path != vault.path)
        return replace(self, recent=(vault, *others)[:_MAX_RECENT])

    def with_theme(self, theme: str) -> Settings:
        return replace(self, theme=theme if theme in {"system", "light", "dark"} else "system")

    def with_overdue_days(self, days: int | None) -> Settings:
        """Another number of days, 1 to `MAX_OVERDUE_DAYS`; what is none of them leaves it to the policy."""
        fits = isinstance(days, int) and not isinstance(days, bool) and 1 <= days <= MAX_OVERDUE_DAYS
        return replace(self, overdue_days=days if fits else None)

    def with_online(self, online: bool) -> Settings:
        return replace(self, online=online is True)

    def with_inbox(self, folder: str) -> Settings:
        """Another inbox; empty for none."""
        return replace(self, inbox=folder if "\0" not in folder else "")

    def with_hide_key(self, key: str) -> Settings:
        """Another key that hides every window; what is none of them changes nothing."""
        return replace(self, hide_key=key) if key in HIDE_KEYS else self

    def with_school_key(self, key: object) -> Settings:
        """Another key of the school; what is no printable line is none."""
        fits = isinstance(key, str) and key.isprintable() and len(key) <= _MAX_LINE
        return replace(self, school_key=str(key).strip() if fits else "")

    def with_capture(self, capture: CaptureSettings) -> Settings:
        return replace(self, capture=capture)


_NAME = "settings.json"
_MAX_LINE = 255


def load(folder: Path) -> Settings:
    """The saved settings, or the defaults where there are none that can be read."""
    path = folder / _NAME
    try:
        with path.open("rb") as file:
            raw = json.loads(file.read(_MAX_BYTES))
        recent = tuple(
            RecentVault(**{name: str(one[name]) for name in RecentVault.__slots__})
            for one in raw["recent"][:_MAX_RECENT]
        )
        found = Settings(recent=recent).with_theme(str(raw["theme"]))
        # These came later: where they are missing or make no sense, the rest still holds.
        inbox = raw.get("inbox", "")
        found = found.with_online(raw.get("online", False)).with_overdue_days(raw.get("overdue_days"))
        found = found.with_hide_key(str(raw.get("hide_key"))).with_school_key(raw.get("school_key"))
        return found.with_inbox(inbox if isinstance(inbox, str) else "").with_capture(
            _capture(raw.get("capture"))
        )
    except OSError:
        return Settings()  # there is none, or it cannot be read just now: that does not make it damaged
    except (ValueError, KeyError, TypeError, RecursionError):
        with suppress(OSError):
            path.replace(path.with_suffix(".damaged.json"))
        return Settings()


def _capture(raw: object) -> CaptureSettings:
    """What makes sense of it; the rest is as it comes."""
    given = raw if isinstance(raw, dict) else {}
    plain = CaptureSettings()
    texts = {
        name: given[name]
        for name in ("hotkey", "time_server")
        if isinstance(given.get(name), str) and len(given[name]) <= _MAX_LINE and given[name].isprintable()
    }
    flags = {
        name: given[name] for name in ("pointer", "bar", "read_pictures") if isinstance(given.get(name), bool)
    }
    return replace(plain, **texts, **flags)


def save(settings: Settings, folder: Path) -> None:
    """Write the settings whole or not at all; raises `StorageError`."""
    path = folder / _NAME
    temporary = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="ascii") as file:
            # Escapes carry every path, also one whose bytes are not UTF-8.
            json.dump(asdict(settings), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise StorageError(
            f"Your settings could not be saved ({error.strerror}). Your vault is safe. "
            "The program goes on with them until it ends."
        ) from error
