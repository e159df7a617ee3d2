"""The browser without a window: profile, page, DevTools and the log of one visit, made and ended together."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEngineCertificateError, QWebEngineLoadingInfo, QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView

from evidence_app.capture.web import plan
from evidence_app.capture.web.log import NetworkLog
from evidence_app.errors import CaptureError
from evidence_app.records import CertificateSeen, PageCapture, Progress
from evidence_app.ui.browser.devtools import DevTools, release
from evidence_app.ui.browser.page import WebPage, make_profile
from evidence_app.ui.browser.steps import Ask, Steps, Work
from evidence_app.ui.browser.work import capture, chain_of

_BUFFER = 256 * 1024 * 1024
_ONE_RESOURCE = 64 * 1024 * 1024
_CRASHED = (
    "The page stopped working. Nothing was sealed. Load it again; if it stops again, capture the screen "
    "instead."
)


_NO_PAGE = "There is no page at this address. Nothing was captured. Check the address."
_NO_NETWORK = (
    "The page could not be reached: there is no connection to {0}. Nothing was captured. Check the internet "
    "connection and the address."
)


def _why(info: QWebEngineLoadingInfo) -> str:
    domains = QWebEngineLoadingInfo.ErrorDomain
    if info.errorDomain() in {domains.DnsErrorDomain, domains.ConnectionErrorDomain}:
        return _NO_NETWORK.format(info.url().host() or "this address")
    if info.errorDomain() is domains.CertificateErrorDomain:
        return f"The certificate of {info.url().host()} was not accepted. Nothing was opened."
    return _NO_PAGE


class Browser(QObject):
    """One visit to the web, off the record. `view` shows it; `close` ends it and forgets everything.

    `opened` comes once, when pages can be loaded and captured. A capture ends with `captured` or `failed`.
    """

    opened = Signal()
    captured = Signal(object)
    failed = Signal(object)
    progressed = Signal(object)
    loading = Signal(bool)
    loaded = Signal(bool)
    moved = Signal()
    crashed = Signal(object)
    refused = Signal(str)
    certificate_wrong = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log = NetworkLog()
        self.asked = ""
        self.alive = True
        """Whether the page's process runs: a crashed page has to be loaded again first."""
        self._problems: dict[str, str] = {}
        self._steps: Steps | None = None
        self._starting: Steps | None = None
        self._ready = False
        self._wanted = ""
        self._why = _NO_PAGE
        self._profile = make_profile()
        self.page = WebPage(self._profile)
        self.view = QWebEngineView()
        self.view.setPage(self.page)
        self.devtools = DevTools(self.page, self)
        self.devtools.ready.connect(self._begin)
        self.devtools.failed.connect(self.failed)
        self.devtools.heard.connect(self.log.hear)
        page = self.page
        page.loadingChanged.connect(self._noted)
        page.loadStarted.connect(self._started)
        page.urlChanged.connect(lambda _url: self.moved.emit())
        page.titleChanged.connect(lambda _title: self.moved.emit())
        page.renderProcessTerminated.connect(self._terminated)
        page.refused.connect(self.refused)
        page.certificate_wrong.connect(self.certificate_wrong)

    # --- the visit --------------------------------------------------------------------------------

    def address(self) -> str:
        """Where the page is at this moment, as the browser itself has it."""
        return self.page.url().toString(QUrl.ComponentFormattingOption.FullyEncoded)

    def title(self) -> str:
        return self.page.title()

    def zoom(self) -> float:
        """How far the person has zoomed in; 1 for not at all."""
        return self.page.zoomFactor()

    @property
    def certificate_problem(self) -> str:
        """What the browser found wrong with the certificate of this page's host; empty where nothing."""
        return self._problems.get(self.page.url().authority(), "")

    @property
    def busy(self) -> bool:
        """Whether a capture is under way."""
        return self._steps is not None

    def open(self, address: str) -> None:
        """Go to an address (see `capture.web.address.typed`); the first one waits until all is ready."""
        self.asked = address
        if self._ready:
            self.page.load(QUrl(address))
        else:
            self._wanted = address

    def back(self) -> None:
        self.page.triggerAction(QWebEnginePage.WebAction.Back)

    def forward(self) -> None:
        self.page.triggerAction(QWebEnginePage.WebAction.Forward)

    def reload(self) -> None:
        self.page.triggerAction(QWebEnginePage.WebAction.Reload)

    def can_go(self, step: int) -> bool:
        """Whether there is a page to go back to (-1) or on to (+1)."""
        history = self.page.history()
        return history.canGoBack() if step < 0 else history.canGoForward()

    def accept(self, error: QWebEngineCertificateError) -> None:
        """Open the page in spite of its certificate; that it was wrong goes into what is observed."""
        self._problems[error.url().authority()] = error.description()[:500] or "The certificate is not valid."
        error.acceptCertificate()

    def _begin(self) -> None:
        self._starting = Steps(self.devtools, _enable(), self)
        self._starting.done.connect(self._begun)
        self._starting.failed.connect(self.failed)
        self._starting.start()

    def _begun(self, frame: object) -> None:
        self._ready, self._starting = True, None
        self.log.set_frame(str(frame))
        self.opened.emit()
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.page.load(QUrl(wanted))

    def problem(self) -> CaptureError:
        """Why the page that was asked for last could not be shown."""
        return CaptureError(self._why)

    def _noted(self, info: QWebEngineLoadingInfo) -> None:
        states = QWebEngineLoadingInfo.LoadStatus
        if info.status() == states.LoadStartedStatus:
            return
        if info.status() == states.LoadFailedStatus:
            self._why = _why(info)
        self.loading.emit(False)
        self.loaded.emit(info.status() == states.LoadSucceededStatus)

    def _started(self) -> None:
        self.alive = True
        self.loading.emit(True)

    def _terminated(self, how: QWebEnginePage.RenderProcessTerminationStatus, _code: int) -> None:
        if how is QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            return
        self.alive = False
        error = CaptureError(_CRASHED)
        if self._steps is not None:
            self._steps.fail(error)
        self.crashed.emit(error)

    # --- capturing --------------------------------------------------------------------------------

    def look(self, deliver: Callable[[tuple[CertificateSeen, ...]], object]) -> None:
        """What the certificates of the page say, for the window; none where there are none."""
        steps = Steps(self.devtools, chain_of(self.address()), self)
        steps.done.connect(lambda found: deliver(tuple(seen for seen, _ in found)))
        steps.done.connect(lambda _found: steps.deleteLater())
        steps.failed.connect(lambda _error: steps.deleteLater())
        steps.start()

    def capture(self, *, whole: bool, limit: int = plan.MAX_HEIGHT) -> None:
        """Capture the page as it is now. While one is under way: nothing."""
        if self.busy or not self._ready or not self.alive:
            return
        progress: Callable[[Progress], None] = self.progressed.emit
        work: Work = capture(self, whole=whole, progress=progress, limit=limit)
        self._steps = Steps(self.devtools, work, self)
        self._steps.done.connect(self._captured)
        self._steps.failed.connect(self._failed)
        self._steps.start()

    def stop(self) -> None:
        """Stop the capture, or the loading."""
        if self._steps is not None:
            self._steps.stop()
        else:
            self.page.triggerAction(QWebEnginePage.WebAction.Stop)

    def _captured(self, made: PageCapture) -> None:
        self._end_steps()
        self.captured.emit(made)

    def _failed(self, error: Exception) -> None:
        self._end_steps()
        self.failed.emit(error)

    def _end_steps(self) -> None:
        steps, self._steps = self._steps, None
        if steps is not None:
            steps.deleteLater()

    def close(self) -> None:
        """End the visit: page, cookies and storage are gone."""
        if self._steps is not None:
            self._steps.stop()
        self.devtools.close()
        view, page, profile = self.view, self.page, self._profile
        # Not now: a signal of the page may be on its way, and DevTools goes first.
        QTimer.singleShot(0, lambda: release(view, page, profile, self))


def _enable() -> Work:
    sizes = {"maxTotalBufferSize": _BUFFER, "maxResourceBufferSize": _ONE_RESOURCE}
    yield Ask("Network.enable", sizes)
    yield Ask("Page.enable")
    yield Ask("Overlay.setShowViewportSizeOnResize", {"show": False})
    return (yield Ask("Page.getFrameTree"))["frameTree"]["frame"]["id"]
