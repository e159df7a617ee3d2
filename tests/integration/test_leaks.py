"""No content where it does not belong: in files outside the vault, in what is said of a fault; no network.

The whole journey is traced by `make attack` (tests/attack/leaks.py); here one step of it, and the tracer.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.ui.browser import temporary
from tests.attack import leaks
from tests.commands import Stage, environment
from tests.writes import can_trace, traced

pytest_plugins = ["tests.command_fixtures"]

P = ("--passphrase-file", "passphrase")


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """On the disk: the tracer takes what is written into memory for no file."""
    with tempfile.TemporaryDirectory(prefix="evidence-leaks-") as folder:
        yield Path(folder)


@pytest.mark.skipif(not can_trace(), reason="strace is not installed, or may not trace here")
def test_bringing_files_in_writes_none_of_them_and_a_planted_leak_is_seen(stage: Stage) -> None:
    shown, out = leaks.picture(1), io.BytesIO()
    shown.save(out, "PNG")
    wanted = leaks.needles(shown, out.getvalue())
    leaks.plant(stage, out.getvalue())
    env = environment(TMPDIR=str(stage.folder))
    command = ("import", stage.helen.folder, "--incident", "INC-001", "--indecent-images", "no", *P)
    found, done = traced(
        [sys.executable, "-m", "evidence_app", *command, "planted.png"], wanted, stage.folder, env
    )
    assert done.returncode == 0, done.stderr
    assert found.leaks == set()
    assert any(path.endswith("ledger.db-wal") for path in found.paths), "the vault's own writes were seen"
    assert leaks.caught_when_planted(stage.folder, wanted, env)


def test_a_fault_says_its_name_and_no_content(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def planted(*_: object, **__: object) -> None:
        raise RuntimeError(leaks.WORDS[0]) from ValueError(leaks.WORDS[1])

    monkeypatch.setattr(workflows, "state", planted)
    answer = stage.inside("incident", "state", str(stage.helen.folder), "INC-001", "facts=x", *P)
    assert "has a fault (RuntimeError)" in answer.err
    assert "Traceback" not in answer.err
    assert not [word for word in leaks.WORDS if word in answer.err + answer.out]


_WATCHED = """
import sys
seen = []
sys.addaudithook(lambda name, given: seen.append((name, given)) if name.startswith("socket.") else None)
from evidence_app import cli
for words in {commands!r}:
    assert cli.run(words) in (0, 3, 70), words
    print([one for one in seen if one[0] in ("socket.connect", "socket.getaddrinfo", "socket.sendto")])
"""


def test_no_socket_is_opened_but_where_somebody_switched_it_on(stage: Stage) -> None:
    helen = str(stage.helen.folder)
    commands = [
        ["incident", "open", helen, "--title", "Another", *P],
        ["verify", stage.bundle.name, "--vault", str(stage.ruth.folder), *P, "--json"],
        ["stamp", helen, "--service", "http://127.0.0.1:9/", *P, "--json"],
    ]
    code = _WATCHED.format(commands=commands)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=stage.folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    reached = [line for line in done.stdout.splitlines() if line.startswith("[")]
    assert reached[:2] == ["[]", "[]"]
    assert "127.0.0.1" in reached[2]


_IN_MEMORY = """
import os, stat, tempfile
from evidence_app.ui.browser import temporary
if temporary.in_memory():
    folder = os.environ["TMPDIR"]
    assert tempfile.gettempdir() == folder
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    print(folder)
"""


def test_what_the_browsers_engine_writes_for_a_moment_is_in_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IN_MEMORY], env=environment(), capture_output=True, check=True
    )
    folder = done.stdout.decode().strip()
    assert not folder or not Path(folder).exists(), "it goes with the process"
    assert folder or not temporary._is_memory(Path("/dev/shm"))
    assert not temporary._is_memory(Path("/"))
