"""kill -9 while the screen is recorded: what was written until then is an exhibit at the next opening."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from evidence_app import matroska
from evidence_app.records import Area, EntryKind, Level, Method
from evidence_app.vault.check import check
from evidence_app.vault.layout import object_path
from tests import vaults
from tests.recordings import RED, recording
from tests.screens import virtual_screen
from tests.vaults import Sample

pytest_plugins = ["tests.vault_fixtures"]
WIDE, TALL = 320, 240
EVERY = 0.15

CHILD = """
import os, sys, threading
from pathlib import Path
from evidence_app import workflows
from evidence_app.capture import recording
from evidence_app.crypto.age import Identity
from evidence_app.records import Area
from evidence_app.vault.object_writing import ObjectWriter
from tests.vaults import Sample

recording.KEPT_EVERY = float(sys.argv[3])
opened = Sample(Path(sys.argv[1]), Identity.from_string(sys.argv[2]), "").open()
real = ObjectWriter.sync

def sync(out):
    real(out)
    os.write(1, b"kept\\n")

ObjectWriter.sync = sync
os.write(1, b"open\\n")
tick = lambda seconds: os.write(1, f"at {round(seconds * 1000)}\\n".encode())
where = Area(0, 0, int(sys.argv[4]), int(sys.argv[5]))
workflows.record_screen(opened, where, "INC-001", threading.Event(), tick)
"""


@contextmanager
def recorder(sample: Sample, display: str) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    root = Path(__file__).resolve().parents[2]
    arguments = [str(sample.folder), sample.identity.to_string(), str(EVERY), str(WIDE), str(TALL)]
    environment = os.environ | {"PYTHONPATH": str(root), "DISPLAY": display}
    environment.pop("WAYLAND_DISPLAY", None)
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, env=environment, cwd=root
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout
        finally:
            process.kill()


def killed(sample: Sample, display: str, after: int) -> int:
    """Kill it when so much was kept; returns the milliseconds that it had said to be recorded before that."""
    kept, at, sure = 0, -1, 0
    with recorder(sample, display) as (process, said):
        while kept < after or at < 0:
            line = said.readline().split()
            assert line, "the recorder ended by itself"
            if line[0] == b"at":
                at = int(line[1])
            elif line[0] == b"kept":
                kept, sure = kept + 1, at
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    return sure


@pytest.mark.screen
def test_killed_at_several_moments_it_is_an_exhibit_as_far_as_it_was_written(sample: Sample) -> None:
    moments = (0, 1, 3)
    with virtual_screen(WIDE, TALL, window_manager=False) as desk:
        with sample.open() as opened:
            vaults.no_stop(opened)
            before = {one.number for one in opened.read.exhibits(None)}
        with desk.window("Chat", Area(20, 20, 100, 60)):
            for kept in moments:
                sure = killed(sample, desk.display, kept)
                parts = list(sample.folder.glob("objects/??/*.part"))
                assert len(parts) == 1
                assert b"webm" not in parts[0].read_bytes()
                with sample.open() as opened:
                    found = [one for one in opened.read.exhibits(None) if one.number not in before]
                    if kept:
                        (exhibit,) = found
                        before.add(exhibit.number)
                        assert (exhibit.method, exhibit.level) == (Method.RECOVERED, Level.BROUGHT_IN)
                        seen, data = exhibit.observed, opened.read_original(exhibit.number)
                        assert exhibit.stored.media_type == "video/webm"
                        assert (seen.width, seen.height) == (WIDE, TALL)
                        assert seen.recorded is not None
                        assert seen.recorded.ended == "interrupted"
                        assert seen.recorded.length >= sure
                        assert data.startswith(matroska.HEAD)
                        assert data.endswith(matroska.CUT_OFF)
                    else:  # nothing was written yet that could be read: as it is, set aside
                        assert found == []
                        assert opened.read.latest(EntryKind.VAULT_INTERRUPTED) is not None
                    assert check(opened).problems == ()
                assert not list(sample.folder.glob("objects/??/*.part"))


def test_a_recording_whose_entry_is_missing_is_one_too_and_a_broken_one_stays_aside(sample: Sample) -> None:
    data = recording((0, RED), (400, RED))
    with sample.open() as opened:
        whole = opened.objects.put(data, "video/webm").object_id
        torn = opened.objects.put(data + matroska.void(300_000) + data, "video/webm").object_id
    path = object_path(sample.folder, torn)
    damaged = bytearray(path.read_bytes())
    damaged[70_000] ^= 1
    path.with_suffix(".part").write_bytes(damaged[:-5])
    path.unlink()
    with sample.open() as opened:
        exhibit = next(one for one in opened.read.exhibits(None) if one.stored.object_id == whole)
        assert exhibit.observed.recorded is not None
        assert (exhibit.observed.recorded.length, exhibit.observed.recorded.pictures) == (400, 2)
        assert torn not in set(opened.objects.ids())
    assert (sample.folder / "interrupted" / f"{torn}.part").read_bytes() == damaged[:-5]
