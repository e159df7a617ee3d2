"""The page of the capture browser: it may show the web, and nothing else.

No file is read or written, nothing is asked of the person by a site, and a window that a site opens is shown
in the same view. Everything ends with the window: the profile is off the record.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineClientCertificateSelection,
    QWebEngineDesktopMediaRequest,
    QWebEngineDownloadRequest,
    QWebEngineFileSystemAccessRequest,
    QWebEngineFullScreenRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineRegisterProtocolHandlerRequest,
    QWebEngineSettings,
)

from evidence_app.capture.web.address import is_web

_OFF = (
    QWebEngineSettings.WebAttribute.LocalContentCanAccessFileUrls,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessRemoteUrls,
    QWebEngineSettings.WebAttribute.JavascriptCanAccessClipboard,
    QWebEngineSettings.WebAttribute.JavascriptCanPaste,
    QWebEngineSettings.WebAttribute.PluginsEnabled,
    QWebEngineSettings.WebAttribute.PdfViewerEnabled,
    QWebEngineSettings.WebAttribute.FullScreenSupportEnabled,
    QWebEngineSettings.WebAttribute.ScreenCaptureEnabled,
    QWebEngineSettings.WebAttribute.DnsPrefetchEnabled,
    QWebEngineSettings.WebAttribute.HyperlinkAuditingEnabled,
    QWebEngineSettings.WebAttribute.AutoLoadIconsForPage,
    QWebEngineSettings.WebAttribute.ErrorPageEnabled,
    QWebEngineSettings.WebAttribute.NavigateOnDropEnabled,
)


def make_profile(parent: QObject | None = None) -> QWebEngineProfile:
    """Off the record: cookies and storage are in memory only, and go with it."""
    profile = QWebEngineProfile(parent)
    profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
    profile.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
    profile.setSpellCheckEnabled(False)
    profile.downloadRequested.connect(QWebEngineDownloadRequest.cancel)
    return profile


class WebPage(QWebEnginePage):
    """`refused` says in a sentence what the site wanted and did not get; `certificate_wrong` asks."""

    refused = Signal(str)
    certificate_wrong = Signal(object)

    def __init__(self, profile: QWebEngineProfile, parent: QObject | None = None) -> None:
        super().__init__(profile, parent)
        settings = self.settings()
        for name in _OFF:
            settings.setAttribute(name, False)
        settings.setAttribute(QWebEngineSettings.WebAttribute.PlaybackRequiresUserGesture, True)
        settings.setAttribute(QWebEngineSettings.WebAttribute.WebRTCPublicInterfacesOnly, True)
        settings.setUnknownUrlSchemePolicy(
            QWebEngineSettings.UnknownUrlSchemePolicy.DisallowUnknownUrlSchemes
        )
        self.setAudioMuted(True)
        profile.downloadRequested.connect(self._downloaded)
        self.permissionRequested.connect(self._permission)
        self.certificateError.connect(self._certificate)
        self.fullScreenRequested.connect(QWebEngineFullScreenRequest.reject)
        self.registerProtocolHandlerRequested.connect(QWebEngineRegisterProtocolHandlerRequest.reject)
        self.fileSystemAccessRequested.connect(QWebEngineFileSystemAccessRequest.reject)
        self.desktopMediaRequested.connect(QWebEngineDesktopMediaRequest.cancel)
        self.selectClientCertificate.connect(QWebEngineClientCertificateSelection.selectNone)

    def _downloaded(self, _download: object) -> None:
        self.refused.emit(self.tr("This site offered a file. Evidence does not download anything."))

    def _permission(self, permission: QWebEnginePermission) -> None:
        permission.deny()
        self.refused.emit(
            self.tr("This site asked for something of this computer, such as its place. It was refused.")
        )

    def _certificate(self, error: QWebEngineCertificateError) -> None:
        if error.isMainFrame() and error.isOverridable():
            error.defer()
            self.certificate_wrong.emit(error)
        else:
            error.rejectCertificate()

    def acceptNavigationRequest(
        self, url: QUrl | str, _kind: QWebEnginePage.NavigationType, main: bool
    ) -> bool:
        address = url.toString() if isinstance(url, QUrl) else url
        fits = is_web(address) or address == "about:blank" or (not main and address.startswith("about:"))
        if not fits and not main:
            # What a site keeps inside itself (blob:, data:) may stand in a frame.
            fits = address.partition(":")[0].lower() in {"blob", "data"}
        if not fits and main:
            self.refused.emit(self.tr("This site led to an address that is no web page. It was not opened."))
        return fits

    def createWindow(self, _kind: QWebEnginePage.WebWindowType) -> QWebEnginePage:
        return self

    def chooseFiles(self, _mode: object, _old: object, _types: object) -> list[str]:
        return []

    def javaScriptAlert(self, _origin: QUrl | str, _words: str) -> None:
        """No site may hold up a capture with a question, or speak in a window that looks like ours."""

    def javaScriptConfirm(self, _origin: QUrl | str, _words: str) -> bool:
        return False

    def javaScriptPrompt(self, _origin: QUrl | str, _words: str, _default: str) -> tuple[bool, str]:
        return False, ""

    def javaScriptConsoleMessage(self, _level: object, _message: str, _line: int, _source: str) -> None:
        """What a site writes for its own makers is not ours to keep."""
