"""Row `page`: a web page of 30,000 pixels with lazy pictures, from the request to all that is kept of it.

Ours scrolls through first, so that lazy pictures are there, takes the picture in strips, saves the page, its
answers and its certificates. The peers take one picture: Chromium's own DevTools in the same engine, which
needs the pictures to be there already, and stock Chromium as a command.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.bench.harness import MIB, CannotRunError, Role, Row, Way, Workshop, run
from tests.pages_site import SECTION, SECTIONS, Site

_WIDTH, _VIEW = 1280, 900
_SECONDS = 120


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """A site on this computer, and one browser engine for all rounds."""
    shop.require(200 * MIB)
    folder = shop.new_folder()
    home = folder / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("QT_QPA_PLATFORM", "offscreen")
        patch.delenv("DISPLAY", raising=False)
        patch.setenv("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-logging --log-level=3")
        if os.geteuid() == 0:
            patch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")
        site = Site(folder)
        site.trust(home)
        try:
            visit = _Visit(site.address("/long"))
        except ImportError as error:
            raise CannotRunError("the browser part is not installed") from error
        picture = folder / "page.png"
        plain = ["--headless", "--hide-scrollbars", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
        plain += ["--no-sandbox"] if os.geteuid() == 0 else []
        try:
            yield Row(
                "page",
                f"a web page of {SECTIONS * SECTION:,} pixels with {SECTIONS} lazy pictures",
                [
                    Way(
                        "scroll through, strips, PNG, MHTML, WACZ, certificates",
                        Role.OURS,
                        visit.ours,
                        visit.load,
                    ),
                    Way("DevTools' own screenshot, the picture alone", Role.PEER, visit.theirs, visit.load),
                    Way(
                        "chromium --headless --screenshot, with its start",
                        Role.PEER,
                        lambda: run(
                            "chromium",
                            *plain,
                            f"--window-size={_WIDTH},{SECTIONS * SECTION}",
                            f"--screenshot={picture}",
                            site.address("/long"),
                        ),
                        lambda: picture.unlink(missing_ok=True),
                        ("chromium",),
                    ),
                ],
            )
        finally:
            visit.close()
            site.close()


class _Visit:
    """The engine, and an event loop that runs until it has answered."""

    def __init__(self, address: str) -> None:
        from PySide6.QtCore import QEventLoop, Qt
        from PySide6.QtWidgets import QApplication

        QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
        self._application = QApplication.instance() or QApplication([])
        from evidence_app.ui.browser.engine import Browser

        self._address, self._loop = address, QEventLoop()
        self._said: list[Any] = []
        self._browser = Browser()
        self._browser.view.resize(_WIDTH, _VIEW)
        self._browser.view.show()
        for signal in (self._browser.loaded, self._browser.captured, self._browser.failed):
            signal.connect(self._answered)
        self.load()

    def _answered(self, what: object) -> None:
        self._said.append(what)
        self._loop.quit()

    def _wait(self) -> Any:
        self._loop.exec()
        said = self._said.pop()
        if isinstance(said, Exception):
            raise CannotRunError(str(said))
        return said

    def load(self) -> None:
        self._browser.open(self._address)
        self._wait()

    def ours(self) -> None:
        self._browser.capture(whole=True)
        made = self._wait()
        if made.observed.height != SECTIONS * SECTION:
            raise CannotRunError("the page was not captured whole")

    def theirs(self) -> None:
        clip = {"x": 0, "y": 0, "width": _WIDTH, "height": SECTIONS * SECTION, "scale": 1}
        ask = {"format": "png", "captureBeyondViewport": True, "clip": clip}
        self._browser.devtools.send("Page.captureScreenshot", ask, self._answered, _SECONDS * 1000)
        if len(base64.b64decode(self._wait()["data"])) < SECTION:
            raise CannotRunError("DevTools gave no picture")

    def close(self) -> None:
        self._browser.close()
        self._application.processEvents()
