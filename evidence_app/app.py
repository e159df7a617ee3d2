"""Composition root of the window: settings, look, exception hook, shell."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QProcess, Qt, QTimer
from PySide6.QtWidgets import QApplication

from evidence_app import __version__, paths, policy, settings
from evidence_app.errors import EvidenceError, ExitCode
from evidence_app.records import PageCapture, ProgressCall
from evidence_app.ui import icons, theme
from evidence_app.ui.shell import Shell
from evidence_app.ui.widgets import FocusRing


def make_application() -> QApplication:
    """The one QApplication, with the program's look."""
    existing = QApplication.instance()
    if existing is None:
        # The capture browser is loaded when somebody opens it, and needs this from the start.
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Evidence")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("evidence-app")
    application.setWindowIcon(icons.icon("logo", "accent", 64))
    FocusRing.install(application)
    return application


def make_shell(application: QApplication) -> Shell:
    """The window, not shown yet."""
    folder = paths.user_config_dir()
    loaded = settings.load(folder)
    theme.apply(application, {"dark": True, "light": False}.get(loaded.theme))
    return Shell(loaded, folder)


def open_window(application: QApplication) -> Shell:
    """The window with the school's own policy; what is wrong with that is told once."""
    problem = policy.use_own()
    shell = make_shell(application)
    shell.show()
    if problem:
        shell.tell(problem)
    return shell


def run(path: Path | None) -> int:
    """Open the window, on a file where one is given; returns the exit code."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        sys.stderr.write(
            "There is no screen to open a window on. Nothing was changed. "
            "Sign in to a desktop, or use the command line: evidence-app --help\n"
        )
        return int(ExitCode.FAILED)
    application = make_application()
    shell = open_window(application)

    def report(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if isinstance(error, EvidenceError):
            shell.tell(error)
        elif issubclass(kind, KeyboardInterrupt):
            application.quit()
        else:
            shell.tell_fault(error)

    sys.excepthook = report
    shell.relaunch_requested.connect(lambda: _relaunch(application))
    if path is not None:
        QTimer.singleShot(0, shell, lambda: shell.open_path(path))
    code = application.exec()
    shell.shut_down()
    return code


def collect_page(address: str, progress: ProgressCall) -> PageCapture:
    """Capture a whole web page without a window, for the command line. Raises `CaptureError`."""
    from evidence_app.ui.browser import part

    part.require()
    from evidence_app.ui.browser.unseen import collect

    return collect(address, progress)


def _relaunch(application: QApplication) -> None:
    """Lock: end this process, whose memory held the keys, and start a fresh, locked one."""
    arguments = [] if getattr(sys, "frozen", False) else ["-m", "evidence_app"]
    QProcess.startDetached(sys.executable, arguments)
    application.quit()
