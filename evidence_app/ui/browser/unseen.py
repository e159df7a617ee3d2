"""The capture browser without a window, for the command line: it draws into memory, and never on a screen."""

from __future__ import annotations

import os
import sys
from typing import Final

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from evidence_app.errors import CaptureError
from evidence_app.records import PageCapture, Progress, ProgressCall
from evidence_app.ui.browser.engine import Browser

WIDTH: Final = 1280
HEIGHT: Final = 900
_LOAD_MS: Final = 60_000
_QUIET_MS: Final = 500
_MOST_QUIET_MS: Final = 8_000
_LISTEN_MS: Final = 200


def collect(address: str, progress: ProgressCall) -> PageCapture:
    """Open `address`, let it load, and capture all of it. Raises `CaptureError` and what `progress` raises.

    A certificate that the browser does not accept is recorded, and the page is captured all the same: nobody
    signs in here, and nothing is sent but the question for the page.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        os.environ.pop(name, None)
    if QApplication.instance() is None:
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    # What engine and Qt say about the computer is for nobody who reads the command line's answer.
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-logging --log-level=3")
    qInstallMessageHandler(lambda _kind, _where, _words: None)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    visit = _Visit(address, progress)
    try:
        return visit.run()
    finally:
        visit.browser.close()
        # Qt's browser wants its pages gone before the program goes.
        application.processEvents()
        qInstallMessageHandler(None)


class _Visit(QObject):
    def __init__(self, address: str, progress: ProgressCall) -> None:
        super().__init__()
        self._address, self._progress = address, progress
        self._loop = QEventLoop()
        self._made: PageCapture | None = None
        self._error: BaseException | None = None
        self._quiet = self._timer(_QUIET_MS, self._capture)
        self._latest = self._timer(_MOST_QUIET_MS, self._capture)
        self._patience = self._timer(_LOAD_MS, self._gave_up)
        self.browser = browser = Browser()
        browser.view.resize(WIDTH, HEIGHT)
        browser.view.show()
        browser.loaded.connect(self._loaded)
        browser.captured.connect(self._captured)
        browser.failed.connect(self._fail)
        browser.crashed.connect(self._fail)
        browser.progressed.connect(self._say)
        browser.certificate_wrong.connect(browser.accept)
        browser.devtools.heard.connect(self._still_loading)

    def run(self) -> PageCapture:
        # Signals of the system, as Ctrl-C, are heard by Python only when some of its code runs.
        listening = QTimer(self)
        listening.start(_LISTEN_MS)
        listening.timeout.connect(lambda: None)
        self._patience.start()
        self.browser.open(self._address)
        self._loop.exec()
        listening.stop()
        if self._error is not None:
            raise self._error
        if self._made is None:
            raise CaptureError("The page was not captured. Try again.")
        return self._made

    def _timer(self, length: int, then: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(length)
        timer.timeout.connect(then)
        return timer

    def _loaded(self, worked: bool) -> None:
        self._patience.stop()
        if not worked:
            self._fail(self.browser.problem())
        elif not self._latest.isActive():
            # Many pages go on loading by themselves: until it is quiet for a moment.
            self._quiet.start()
            self._latest.start()

    def _still_loading(self) -> None:
        if self._quiet.isActive():
            self._quiet.start()

    def _capture(self) -> None:
        self._quiet.stop()
        self._latest.stop()
        self.browser.capture(whole=True)

    def _gave_up(self) -> None:
        self._fail(CaptureError("The page did not finish loading. Nothing was captured. Try again later."))

    def _say(self, progress: Progress) -> None:
        try:
            self._progress(progress)
        except Exception as error:  # noqa: BLE001 - carried out of Qt's loop to the caller
            self._fail(error)

    def _captured(self, made: PageCapture) -> None:
        self._made = made
        self._loop.quit()

    def _fail(self, error: BaseException) -> None:
        self._error = self._error or error
        self._loop.quit()
