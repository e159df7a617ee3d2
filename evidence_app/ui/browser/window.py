"""The capture browser (picture 08): a site's page in a grey mat, what is observed beside it, the captures.

The browser engine is loaded when the person goes online, never before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.capture.web.address import typed
from evidence_app.errors import EvidenceError, StoppedError, UsageError
from evidence_app.records import CertificateSeen, Exhibit, PageCapture
from evidence_app.ui.browser import part
from evidence_app.ui.browser.bar import BrowserBar
from evidence_app.ui.browser.line import TellingLine
from evidence_app.ui.browser.observed import NowPanel
from evidence_app.ui.browser.parts import PartsRow
from evidence_app.ui.browser.start import StartCard
from evidence_app.ui.browser.trust import TrustQuestion
from evidence_app.ui.session import Session

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import QWebEngineCertificateError

    from evidence_app.ui.browser.engine import Browser

MAT = 10
NARROW = 900
"""Below this width what is observed goes out of sight; it is recorded all the same."""


class BrowserWindow(QWidget):
    """`sealed(number)` comes after each capture; `described(number)` when the person wants to say more."""

    help_chapter = "capture"
    sealed = Signal(str)
    described = Signal(str)
    settings_changed = Signal(object)
    closed = Signal()

    def __init__(self, session: Session, incident: str | None, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._session, self._incident = session, incident
        self._browser: Browser | None = None
        self._chain: tuple[CertificateSeen, ...] = ()
        self._wrong: QWebEngineCertificateError | None = None
        self._number = ""
        self._sealing = self._leaving = False
        self.setWindowTitle(self.tr("Evidence: capture a web page"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(1280, 800)
        self.bar = BrowserBar()
        self.side = NowPanel()
        self.side.set_incident(self._where())
        self.foot = PartsRow(self)
        self.start = StartCard(session.settings.online)
        self.line = TellingLine()
        self.line.describe_requested.connect(self._describe)
        self._build()
        self._connect()
        self.side.show_page("", "", "", (), "")
        self.bar.set_capturing(False)
        self.bar.back.setEnabled(False)
        self.bar.on.setEnabled(False)
        self.bar.reload.setEnabled(False)
        if session.settings.online:
            self._go_online()
        else:
            self.bar.address.setEnabled(False)
            self.start.go.setFocus()

    # --- parts ------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.mat = QFrame()
        self.mat.setProperty("area", "mat")
        self.mat.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._mat_row = QVBoxLayout(self.mat)
        self._mat_row.setContentsMargins(MAT, MAT, MAT, MAT)
        self.trust = TrustQuestion()
        self.trust.left.connect(self._leave)
        self.trust.accepted.connect(self._accept)
        self.pages = QStackedWidget()
        for page in (self.start, self.mat, self.trust):
            self.pages.addWidget(page)
        self._side_frame = QFrame()
        self._side_frame.setProperty("area", "bg")
        line = QHBoxLayout(self._side_frame)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.side)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.pages, 1)
        middle.addWidget(self._side_frame)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.line)
        column.addLayout(middle, 1)

    def _connect(self) -> None:
        bar = self.bar
        bar.address_asked.connect(self.open)
        bar.view_asked.connect(lambda: self.capture(whole=False))
        bar.whole_asked.connect(lambda: self.capture(whole=True))
        bar.stop_asked.connect(self.stop)
        self.foot.stop_pressed.connect(self.stop)
        self.start.agreed.connect(self._go_online)
        self.start.remembered.connect(self._remember)
        for keys, act in (
            ("Ctrl+Return", lambda: self.capture(whole=True)),
            ("Ctrl+Enter", lambda: self.capture(whole=True)),
            ("Ctrl+Shift+Return", lambda: self.capture(whole=False)),
            ("Alt+D", bar.focus_address),
            ("F6", self._next_pane),
            ("Esc", self.stop),
            ("Ctrl+W", self.close),
        ):
            QShortcut(QKeySequence(keys), self, act)

    def _where(self) -> str:
        if self._incident is None:
            return self.tr("captures that are not filed yet")
        return f"{self._incident} {self._session.vault.read.incident(self._incident).title}"

    # --- going online -----------------------------------------------------------------------------

    def _remember(self, online: bool) -> None:
        self._session.settings = self._session.settings.with_online(online)
        self.settings_changed.emit(self._session.settings)

    def _go_online(self) -> None:
        try:
            part.require()
        except EvidenceError as error:
            self.start.fail(error.message)
            return
        from evidence_app.ui.browser.engine import Browser

        browser = self._browser = Browser(self)
        self._mat_row.addWidget(browser.view)
        browser.view.setAccessibleName(self.tr("The page of the site"))
        bar = self.bar
        bar.back_asked.connect(browser.back)
        bar.on_asked.connect(browser.forward)
        bar.reload_asked.connect(browser.reload)
        browser.loading.connect(self._loading)
        browser.loaded.connect(self._loaded)
        browser.moved.connect(self._moved)
        browser.crashed.connect(self._failed)
        browser.failed.connect(self._failed)
        browser.refused.connect(lambda words: self.line.tell(words, "neutral"))
        browser.progressed.connect(self.foot.show_progress)
        browser.captured.connect(self._captured)
        browser.certificate_wrong.connect(self._ask_trust)
        bar.address.setEnabled(True)
        self.start.set_ready()
        bar.focus_address()

    def open(self, text: str) -> None:
        """Go to the address that was typed."""
        if self._browser is None:
            return
        try:
            address = typed(text)
        except UsageError as error:
            self.line.tell(error.message, "bad")
            self.bar.focus_address()
            return
        self.line.tell("", "neutral")
        self.pages.setCurrentWidget(self.mat)
        self._browser.open(address)
        self._browser.view.setFocus()

    # --- what the page says -----------------------------------------------------------------------

    def _loading(self, loading: bool) -> None:
        self.bar.set_loading(loading)
        if loading:
            self._chain = ()
            if not self._browser.busy:
                self.bar.set_capturing(False)

    def _loaded(self, worked: bool) -> None:
        there = worked or self._there()
        self.bar.set_capturing(there and not self._browser.busy and not self._sealing)
        if not worked:
            self.line.tell(self._browser.problem().message, "bad")
            return
        if self.pages.currentWidget() is not self.mat:
            self.pages.setCurrentWidget(self.mat)
        # What takes the keys inside the view is made anew with each site.
        for inner in self._browser.view.findChildren(QWidget):
            inner.setAccessibleName(self._browser.view.accessibleName())
        self._browser.look(self._looked)
        self._moved()

    def _looked(self, chain: tuple[CertificateSeen, ...]) -> None:
        self._chain = chain
        self._moved()

    def _there(self) -> bool:
        """Whether there is a page at all."""
        browser = self._browser
        return browser is not None and browser.alive and browser.address() not in {"", "about:blank"}

    def _moved(self) -> None:
        browser = self._browser
        if not self._there():
            return
        address = browser.address()
        if not self.bar.address.hasFocus() or not self.bar.address.isModified():
            self.bar.address.setText(address)
            self.bar.address.setCursorPosition(0)
        self.bar.reload.setEnabled(True)
        self.bar.back.setEnabled(browser.can_go(-1))
        self.bar.on.setEnabled(browser.can_go(+1))
        main = browser.log.main
        remote = "" if main is None or main.answer is None else main.answer.remote
        problem = browser.certificate_problem
        self.side.show_page(address, browser.title(), remote, self._chain, problem)
        if problem:
            self.bar.address.set_state(self.tr("Certificate not accepted"), "bad", "warning")
        elif address.startswith("https:"):
            self.bar.address.set_state(self.tr("Certificate valid"), "ok", "lock")
        else:
            self.bar.address.set_state(self.tr("Not encrypted"), "warn", "alert-circle")

    def _ask_trust(self, error: QWebEngineCertificateError) -> None:
        self._wrong = error
        self.trust.set_problem(self._sentence(error.description()))
        address = error.url().toString()
        self.bar.address.setText(address)
        self.bar.address.set_state(self.tr("Certificate not accepted"), "bad", "warning")
        self.side.show_page(address, "", "", (), self._sentence(error.description()))
        self.pages.setCurrentWidget(self.trust)
        self.trust.leave_button.setFocus()

    @staticmethod
    def _sentence(words: str) -> str:
        return words if words.endswith(".") else f"{words}."

    def _accept(self) -> None:
        wrong, self._wrong = self._wrong, None
        if wrong is not None:
            self.pages.setCurrentWidget(self.mat)
            self._browser.accept(wrong)

    def _leave(self) -> None:
        wrong, self._wrong = self._wrong, None
        if wrong is not None:
            wrong.rejectCertificate()
        self.pages.setCurrentWidget(self.mat if self._there() else self.start)
        self._moved()
        self.bar.focus_address()

    # --- capturing --------------------------------------------------------------------------------

    def capture(self, *, whole: bool) -> None:
        """Capture the page; while one is under way, or there is no page: nothing."""
        browser = self._browser
        if browser is None or browser.busy or self._sealing or not self.bar.whole.isEnabled():
            return
        self.line.tell("", "neutral")
        self.bar.set_capturing(False)
        self.foot.begin(self.tr("Looking through the page") if whole else self.tr("Capturing this view"))
        self._place_foot()
        browser.capture(whole=whole)

    def stop(self) -> None:
        """Stop the capture, or the loading."""
        if self._browser is not None:
            self._browser.stop()

    def _captured(self, made: PageCapture) -> None:
        self._sealing = True
        self.foot.stop.setEnabled(False)
        self._session.runner.run(
            workflows.keep_page,
            self._session.vault,
            made,
            self._incident,
            on_done=self._kept,
            on_error=self._not_kept,
            words=self.tr("Sealing the page"),
            owner=self,
        )

    def _kept(self, exhibit: Exhibit) -> None:
        self._sealing = False
        self._end_capture()
        self._number = exhibit.number
        page = exhibit.observed.page
        note = f" {' '.join(page.notes)}" if page is not None and page.notes else ""
        self.line.tell(self.tr("{0} is sealed and safe.").format(exhibit.number) + note, "accent")
        self.line.say_more.show()
        self.sealed.emit(exhibit.number)
        self._session.changed.emit()
        if self._leaving:
            self.close()

    def _not_kept(self, error: Exception) -> None:
        self._sealing = False
        self._failed(error)
        if self._leaving:
            self.close()

    def _failed(self, error: object) -> None:
        self._end_capture()
        if isinstance(error, StoppedError):
            self.line.tell(error.message, "neutral")
        elif isinstance(error, EvidenceError):
            self.line.tell(error.message, "bad")
        else:
            self.line.tell(
                self.tr(
                    "Evidence has a fault ({0}). Nothing was sealed. Try again, or capture the screen."
                ).format(type(error).__name__),
                "bad",
            )

    def _end_capture(self) -> None:
        self.foot.hide()
        self.bar.set_capturing(self._there())
        if self._browser is not None:
            self._browser.view.setFocus()

    def _describe(self) -> None:
        self.described.emit(self._number)

    # --- the window -------------------------------------------------------------------------------

    def _next_pane(self) -> None:
        """F6: the address, the page, and what can be done about it."""
        panes = [self.bar.address, self.pages.currentWidget(), self.bar.whole]
        if self._browser is not None and self.pages.currentWidget() is self.mat:
            panes[1] = self._browser.view
        focus = self.focusWidget()
        at = next(
            (n for n, pane in enumerate(panes) if focus and (pane is focus or pane.isAncestorOf(focus))), -1
        )
        panes[(at + 1) % len(panes)].setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side_frame.setVisible(self.width() >= NARROW)
        self._place_foot()

    def _place_foot(self) -> None:
        height = self.foot.sizeHint().height()
        self.foot.setGeometry(0, self.height() - height, self.width(), height)
        self.foot.raise_()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._sealing:
            # What is being sealed is sealed, and the desk is told: then the window goes.
            self._leaving = True
            self.hide()
            event.ignore()
            return
        browser, self._browser = self._browser, None
        if browser is not None:
            browser.blockSignals(True)
            browser.close()
        self.closed.emit()
        super().closeEvent(event)
