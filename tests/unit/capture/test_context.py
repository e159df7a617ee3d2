"""What is observed beside the pixels."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from evidence_app import __version__
from evidence_app.capture import _desktop, _processes, clock, context
from evidence_app.errors import UsageError
from evidence_app.records import Area, Method, WindowInfo


def window(title: str) -> WindowInfo:
    return WindowInfo(title, "browser", 7, Area(0, 0, 10, 10))


def test_both_times_are_one_reading_of_the_clock() -> None:
    moment = clock.now()
    assert moment.utc.tzinfo is UTC
    assert moment.utc == moment.local
    assert moment.local.utcoffset() is not None
    assert moment.zone


def test_the_zone_of_the_computer_is_kept() -> None:
    code = (
        "from evidence_app.capture import clock as c\n"
        "m = c.now()\n"
        "print(m.zone, m.local.utcoffset().total_seconds(), m.utc == m.local)"
    )
    env = {**os.environ, "TZ": "XYZ-05:30"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["XYZ", str(timedelta(hours=5, minutes=30).total_seconds()), "True"]


def test_observed_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    at = clock.now()
    observed = context.observe(Method.REGION, (), None, Area(1, 2, 30, 40), window("Chat"), True, at=at)
    assert (observed.utc, observed.local, observed.zone) == (at.utc, at.local, at.zone)
    assert observed.clock == "this computer's clock, not checked"
    assert observed.computer == socket.gethostname()
    assert observed.software == f"Evidence {__version__}"
    assert (observed.width, observed.height, observed.blank) == (30, 40, True)
    assert observed.window == window("Chat")
    assert observed.user not in ("", "somebody-else")
    assert observed.system.startswith(
        {"linux": "Linux ", "win32": "Windows ", "darwin": "macOS "}[sys.platform]
    )


def test_a_missing_fact_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> str:
        raise KeyError("no entry for this number")

    monkeypatch.setattr("pwd.getpwuid", fails)
    monkeypatch.setattr("socket.gethostname", lambda: "")
    observed = context.observe(Method.MONITOR, (), None, None, None)
    assert (observed.user, observed.computer) == ("not known", "not known")
    assert (observed.width, observed.height) == (0, 0)


def test_a_window_is_found_by_a_part_of_its_title() -> None:
    there = (window("Year 9 chat"), window("Mail"), window("Mail - draft"))
    assert context.find_window(" CHAT", there) == there[0]
    assert context.find_window("mail", there) == there[1]  # the whole title wins
    assert context.find_window("draft", there) == there[2]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("poll", "No open window has “poll”"),
        ("ma", "2 open windows have “ma”"),
        ("  ", "No window was named"),
    ],
)
def test_no_window_or_several_is_an_error_that_tells_no_titles(wanted: str, says: str) -> None:
    there = (window("Mail to Ruth Calloway"), window("Mail to Alan Thwaite"))
    with pytest.raises(UsageError) as caught:
        context.find_window(wanted, there)
    assert says in caught.value.message
    assert "Nothing was captured" in caught.value.message
    assert "Calloway" not in caught.value.message


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Chat – „hi“ 🙂", "Chat – „hi“ 🙂"),
        ("a\ud83d", "a\ufffd"),
        ("\udc00b", "\ufffdb"),
        ("line\nbreak\u202e", "line\nbreak\u202e"),  # observed is observed
        ("x" * 5000, "x" * 4096),
    ],
)
def test_titles_can_always_be_written(title: str, kept: str) -> None:
    assert _desktop.clean_title(title) == kept
    assert _desktop.clean_title(title).encode()


def test_process_names() -> None:
    assert _processes.process_name(os.getpid()) == Path("/proc/self/exe").readlink().name
    assert _processes.process_name(None) == "not known"
    assert _processes.process_name(2**22 + 1) == "not known"
    assert _processes.process_name(2) != ""  # a kernel thread, or nothing at all
