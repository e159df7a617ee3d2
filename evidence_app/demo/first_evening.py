"""A teacher's first evening with the keyboard alone: from the first start of the program to a sealed capture.

The program runs as it does for anybody, in a process of its own, on a screen of its own beside a real
browser. All that is done to it are key presses of that screen; all that is known of it is what a screen
reader is told. The pace is a person's: eight letters a second, three other keys a second, and a second to
read each page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_app.capture import screen
from evidence_app.demo import world
from evidence_app.demo.screen_reader import SECONDS, ScreenReader, Seen, bus
from evidence_app.errors import UserError

PASSPHRASE: Final = "copper lantern quiet meadow"  # noqa: S105  (a demo's)
TITLE: Final = "Anonymous posts about my Year 9 lessons"
LIMIT_SECONDS: Final = 120
LETTER, KEY, PAGE = 1 / 8, 1 / 3, 1.0
"""Seconds that a person takes for a letter, for another key, and to read a page."""
PACE: Final = "8 letters or 3 other keys a second, 1 second to read a page"

_MOST_TABS: Final = 30
_STILL = 0.12


@dataclass(frozen=True, slots=True)
class Evening:
    """How it went. `seconds`: at a person's pace, from the start of the program to the sealed capture."""

    seconds: float
    keys: int
    pages: int
    sealed: str
    pictures: Path


class _Teacher:
    """Hands on the keyboard, ears at the screen reader, and a camera for each step."""

    def __init__(self, reader: ScreenReader, pictures: Path, *, hurried: bool) -> None:
        self.reader, self._pictures, self._hurried = reader, pictures, hurried
        self.keys = self.pages = 0
        self._owed = 0.0
        self._began = time.monotonic()

    def seconds(self) -> float:
        """Since the start, with what a person would have taken besides."""
        return time.monotonic() - self._began + self._owed

    def _take(self, seconds: float) -> None:
        if self._hurried:
            self._owed += seconds
        else:
            time.sleep(seconds)

    def press(self, *keys: str) -> None:
        """Keys as X names them: `Tab`, `ctrl+n`."""
        for key in keys:
            self._take(KEY)
            _xdotool("key", "--clearmodifiers", key)
            self.keys += 1

    def type(self, words: str) -> None:
        pace = 2 if self._hurried else round(LETTER * 1000)
        if self._hurried:
            self._owed += LETTER * len(words)
        _xdotool("type", "--delay", str(pace), words)
        self.keys += len(words)

    def read(self, name: str, words: str) -> list[Seen]:
        """Wait for a page that says `words`, read it, and keep a picture of it."""
        seen = self.reader.until(lambda now: _says(now, words), f"“{words}”")
        self._take(PAGE)
        self.pages += 1
        self.picture(name)
        return seen

    def picture(self, name: str) -> None:
        """What the screen shows, once it is painted."""
        before = screen.grab()
        for _ in range(20):
            time.sleep(_STILL)
            now = screen.grab()
            if now.raw == before.raw:
                break
            before = now
        count = len(list(self._pictures.iterdir())) + 1
        (self._pictures / f"{count:02d}-{name}.png").write_bytes(before.png())

    def go_to(self, *names: str) -> str:
        """Press Tab until the keyboard is at one of these; returns which."""
        for _ in range(_MOST_TABS):
            at = self.reader.focus()
            for name in names:
                if name in at:
                    return at
            self.press("Tab")
        raise UserError(f"The Tab key does not lead to “{names[0]}”. The demo ends here.")

    def at(self, name: str) -> None:
        """The keyboard is already where it has to be."""
        self.reader.until(lambda seen: any(one.focused and name in one.name for one in seen), f"“{name}”")


def _says(seen: list[Seen], words: str) -> bool:
    return any(words in one.name for one in seen)


def _xdotool(*arguments: str) -> None:
    program = shutil.which("xdotool")
    if program is None:
        raise world.missing("xdotool", "xdotool")
    subprocess.run([program, *arguments], check=True, stdin=subprocess.DEVNULL)


def run(folder: Path, *, hurried: bool = False) -> Evening:
    """Carry it out in the new folder `folder`. `hurried`: the pauses of a person are counted, not waited for.

    Raises `UserError` where a step cannot be done by keyboard, or a program is not installed.
    """
    pictures, stick = folder / "pictures", folder / "usb-stick"
    for one in (pictures, stick):
        one.mkdir(parents=True)
    with ExitStack() as stack:
        stack.enter_context(world.virtual_screen())
        stack.enter_context(world.own_home(folder / "home"))
        stack.callback(screen.close)
        port = stack.enter_context(world.web_page())
        stack.enter_context(world.browser(port))
        announced = stack.enter_context(bus())
        reader = stack.enter_context(ScreenReader(announced["DBUS_SESSION_BUS_ADDRESS"]))
        teacher = _Teacher(reader, pictures, hurried=hurried)
        start = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "evidence_app"]
        said = stack.enter_context((folder / "program.log").open("wb"))
        program = subprocess.Popen(start, env={**os.environ, **announced}, stdout=said, stderr=said)
        stack.callback(world.end, program)
        sealed = _evening(teacher, stick)
        seconds = teacher.seconds()
        # The window manager's key to close a window: the vault is locked, and the program ends.
        teacher.press("alt+F4")
        if program.wait(SECONDS):
            raise UserError(f"The program ended with a fault. See {said.name}.")
    return Evening(seconds, teacher.keys, teacher.pages, sealed, pictures)


def _evening(teacher: _Teacher, stick: Path) -> str:
    _set_up(teacher, stick)
    teacher.read("nothing-recorded-yet", "Nothing recorded yet")
    teacher.press("ctrl+n")
    teacher.read("new-incident", "Who is it aimed at?")
    teacher.at("Title")
    teacher.type(TITLE)
    teacher.press("Return")
    teacher.reader.until(lambda seen: not _says(seen, "Who is it aimed at?"), "the incident")
    teacher.read("incident-opened", TITLE)
    teacher.press("ctrl+shift+e")
    teacher.read("the-question", "under 18")
    teacher.press("n")
    teacher.reader.until(lambda seen: any(one.focused and one.checked for one in seen), "the answer")
    teacher.press("Return")
    teacher.read("choose-what-to-capture", "choose what to capture")
    teacher.press("w")
    teacher.picture("the-browser-chosen")
    teacher.press("Return")
    seen = teacher.read("sealed-and-safe", "is sealed and safe")
    return next(one.name for one in seen if "is sealed and safe" in one.name)


def _set_up(teacher: _Teacher, stick: Path) -> None:
    teacher.read("first-start", "How will you use Evidence?")
    teacher.at("Member of staff")
    teacher.press("Return")
    teacher.read("passphrase", "Choose a passphrase")
    teacher.at("Your name")
    teacher.type("Helen Ashdown")
    teacher.press("Tab", "Tab")
    teacher.at("Passphrase")
    teacher.type(PASSPHRASE)
    teacher.go_to("The same again")
    teacher.type(PASSPHRASE)
    teacher.picture("passphrase-typed")
    teacher.press("Return")
    teacher.read("recovery-sheet", "Print your recovery sheet")
    teacher.go_to("Save to a USB stick instead")
    teacher.press("space")
    teacher.read("save-the-sheet", "Save the recovery sheet")
    sheet = stick / "sheet.txt"
    teacher.press("ctrl+a")
    teacher.type(str(sheet))
    teacher.press("Return")
    teacher.read("sheet-saved", "Saved at")
    words = _words(sheet.read_text())
    for _ in range(2):
        asked = int(teacher.go_to("Word ").rpartition(" ")[2])
        teacher.type(words[asked])
        teacher.press("Tab")
    teacher.go_to("sealed envelope")
    teacher.press("space")
    teacher.picture("sheet-in-hand")
    teacher.press("ctrl+Return")
    teacher.read("ready", "You are ready")
    teacher.at("Start")
    teacher.press("Return")


def _words(sheet: str) -> dict[int, str]:
    """The numbered words of the sheet in the hand."""
    found = re.findall(r"^ ?([0-9]+)\. ([a-z]+)$", sheet, re.MULTILINE)
    return {int(number): word for number, word in found}
