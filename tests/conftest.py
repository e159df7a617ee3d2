"""What holds for every test: its own home, its own X server, no stray threads, no stray messages.

pytest-xvfb gives each test process a real X server (size and depth in pyproject.toml), pytest-qt fails a
test on Qt's warnings, and warnings of Python are errors.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# How the person at this machine set up their desktop must not decide how a test ends.
_DESKTOP = (
    "QT_ENABLE_HIGHDPI_SCALING",
    "QT_FONT_DPI",
    "QT_LOGGING_RULES",
    "QT_QPA_PLATFORM",
    "QT_QPA_PLATFORMTHEME",
    "QT_SCALE_FACTOR",
    "QT_SCREEN_SCALE_FACTORS",
    "QT_STYLE_OVERRIDE",
    "WAYLAND_DISPLAY",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_TYPE",
)
_HOMES = {
    "HOME": ".",
    "USERPROFILE": ".",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
}
_THREAD_SECONDS = 5

# Shared, busy machines: no deadline for one example; the blob makes a failure repeatable elsewhere.
settings.register_profile("shared", deadline=None, print_blob=True)
settings.load_profile("shared")


def pytest_configure(config: pytest.Config) -> None:
    if sys.platform != "linux":
        return
    for name in _DESKTOP:
        os.environ.pop(name, None)
    # Qt complains about anything but UTF-8.
    os.environ["LC_ALL"] = "C.UTF-8"
    runtime = tempfile.mkdtemp(prefix="evidence-runtime-")  # mode 0700, as Qt demands
    os.environ["XDG_RUNTIME_DIR"] = runtime
    # No bus, instead of one that is started for the asking and then waits half a minute for a desktop.
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={runtime}/no-bus"
    config.add_cleanup(lambda: shutil.rmtree(runtime, ignore_errors=True))
    if os.geteuid() == 0:
        # Chromium refuses to run as root inside its sandbox: here and in the demo only.
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    from PySide6.QtCore import QCoreApplication, Qt

    # As the program does: the capture browser needs it before there is an application.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    if shutil.which("Xvfb") is None:
        raise pytest.UsageError("Xvfb is missing; the tests need its screen. packaging/setup.sh installs it.")


def pytest_collection_finish() -> None:
    # What is there now stays: not looked through again at every collection of garbage.
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def tmp_home(_homes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home directory; settings, data and caches of the person stay untouched."""
    home = Path(tempfile.mkdtemp(dir=_homes))
    for name, below in _HOMES.items():
        monkeypatch.setenv(name, str(home / below))
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(autouse=True)
def _built_in_policy() -> Iterator[None]:
    """A school's own policy that one test uses is not that of the next."""
    yield
    if "evidence_app.policy" in sys.modules:
        sys.modules["evidence_app.policy"].use(None)


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    """A thread that outlives its test fails it."""
    before = set(threading.enumerate())
    yield
    pool_is_done = True
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QThreadPool

        pool_is_done = QThreadPool.globalInstance().waitForDone(_THREAD_SECONDS * 1000)
    leaked = [t for t in threading.enumerate() if t not in before and not t.daemon]
    for thread in leaked:
        thread.join(_THREAD_SECONDS)
    names = [t.name for t in leaked if t.is_alive()]
    if names:
        pytest.fail(f"threads still run after the test: {', '.join(names)}")
    if not pool_is_done:
        pytest.fail("Qt's thread pool still works after the test")


@pytest.fixture
def chromium(tmp_path: Path) -> list[str]:
    """The start of a command line: Debian's Chromium, own profile, nothing but the page it is given."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is missing; packaging/setup.sh installs it")
    flags = ["--no-first-run", "--no-default-browser-check", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync", "--password-store=basic", "--disable-gpu"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    return [program, f"--user-data-dir={tmp_path / 'chromium'}", *flags]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this checkout."""
    return ROOT
