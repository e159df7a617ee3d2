"""What tests/conftest.py and pyproject.toml promise about every test: each guard trips on a planted fault.

Each case is a small test file, run by a pytest of its own with this repository's configuration.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SOUND = {
    "own home": """
        import os, pathlib
        def test(tmp_home):
            assert pathlib.Path.home() == tmp_home and not any(tmp_home.iterdir())
            assert os.environ["XDG_DATA_HOME"].startswith(str(tmp_home))
        """,
    "real screen": """
        def test(qapp):
            screen = qapp.primaryScreen()
            assert qapp.platformName() == "xcb"
            assert (screen.size().width(), screen.size().height(), screen.depth()) == (1280, 1000, 24)
        """,
    "window": """
        from PySide6.QtWidgets import QLineEdit
        def test(qtbot):
            field = QLineEdit()
            qtbot.addWidget(field)
            with qtbot.waitExposed(field):
                field.show()
            qtbot.keyClicks(field, "words")
            assert field.text() == "words"
        """,
    "property": """
        from hypothesis import given, strategies
        @given(strategies.binary())
        def test(data):
            assert bytes(data) == data
        """,
    "thread that ends": """
        import threading
        def test():
            thread = threading.Thread(target=int)
            thread.start()
        """,
}

FAULTY = {
    "thread that stays": (
        """
        import threading
        def test(request):
            end = threading.Event()
            request.session.config.add_cleanup(end.set)
            threading.Thread(target=end.wait, name="stray").start()
        """,
        "threads still run after the test: stray",
    ),
    "error in a thread": (
        """
        import threading
        def test():
            thread = threading.Thread(target=lambda: 1 / 0)
            thread.start()
            thread.join()
        """,
        "ZeroDivisionError",
    ),
    "warning": (
        """
        import warnings
        def test():
            warnings.warn("stray", stacklevel=1)
        """,
        "UserWarning: stray",
    ),
    "file left open": (
        """
        import gc
        def test():
            open(__file__)
            gc.collect()
        """,
        "ResourceWarning",
    ),
    "message of Qt": (
        """
        from PySide6.QtCore import qWarning
        def test(qapp):
            qWarning("stray")
        """,
        "stray",
    ),
    "exception in a Qt slot": (
        """
        from PySide6.QtCore import QTimer
        def test(qtbot):
            QTimer.singleShot(0, lambda: 1 / 0)
            qtbot.wait(50)
        """,
        "ZeroDivisionError",
    ),
    "marker that nobody knows": (
        """
        import pytest
        @pytest.mark.misspelt
        def test(): pass
        """,
        "misspelt",
    ),
    "expected failure that passes": (
        """
        import pytest
        @pytest.mark.xfail(reason="planted")
        def test(): pass
        """,
        "XPASS",
    ),
}


def run(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_bytes((ROOT / "tests" / "conftest.py").read_bytes())
    lines = source.strip("\n").splitlines()
    (folder / "test_planted.py").write_text("\n".join(line[8:] for line in lines) + "\n", encoding="utf-8")
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)),
            *("-p", "no:cacheprovider", "--basetemp", str(folder / "base"), "test_planted.py"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_test_passes(tmp_path: Path, name: str) -> None:
    done = run(tmp_path, SOUND[name])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", FAULTY)
def test_a_planted_fault_is_caught(tmp_path: Path, name: str) -> None:
    source, said = FAULTY[name]
    done = run(tmp_path, source)
    assert done.returncode in (1, 2), done.stdout + done.stderr
    assert said in done.stdout + done.stderr
