"""The unlocked copy: what its README says works, with other people's tools."""

from __future__ import annotations

import subprocess

import pytest

from evidence_app import workflows
from evidence_app.bundle import layout
from evidence_app.bundle.verify import Altered
from evidence_app.errors import NotForYouError, StoppedError, UsageError
from evidence_app.records import EntryKind, Progress
from evidence_app.vault import acts
from tests.bundles import as_tar, opened
from tests.desks import seal, teacher_and_head


@pytest.fixture
def pair(tmp_path):
    with teacher_and_head(tmp_path) as both:
        yield both


@pytest.fixture
def copy(pair, tmp_path):
    bundle = seal(pair[0], tmp_path / "one.evidence")
    workflows.unlocked_copy_with_vault(pair[1], bundle, tmp_path / "copy")
    return tmp_path / "copy"


def commands(copy, system):
    """The commands that README.txt gives for a system."""
    section = (copy / "README.txt").read_text("utf-8").split(f"\n{system}")[1]
    return [line.strip() for line in section.split("\n\n")[1].splitlines()]


def run(copy, command):
    line = ["bash", "-c", command]
    return subprocess.run(line, cwd=copy / "bundle", capture_output=True, text=True, timeout=60, check=False)


def test_the_three_commands_for_linux(copy):
    given = commands(copy, "LINUX")
    assert len(given) == 3
    for command in given:
        done = run(copy, command)
        assert done.returncode == 0, done
    picture = copy / "bundle" / layout.original_name("HXA/001", "image/png")
    picture.write_bytes(picture.read_bytes() + b"!")
    assert run(copy, given[0]).returncode != 0
    manifest = copy / "bundle" / layout.TAG_MANIFEST
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    assert run(copy, given[1]).returncode != 0
    checkpoint = copy / "bundle" / layout.CHECKPOINT
    checkpoint.write_bytes(checkpoint.read_bytes().replace(b"size ", b"size 1"))
    assert run(copy, given[2]).returncode != 0


def test_each_system_has_three(copy):
    for system, tool in (("MACOS", "shasum -a 256"), ("WINDOWS", "certutil")):
        given = commands(copy, system)
        assert len(given) == 3
        assert tool in given[0]
        assert given[1:] == commands(copy, "LINUX")[1:]


def test_the_copy_still_checks_as_a_bundle(pair, copy):
    assert workflows.verify_with_vault(pair[1], copy / "bundle").unchanged
    assert pair[1].read.latest(EntryKind.BUNDLE_CHECKED) is not None
    text = (copy / "README.txt").read_text("utf-8")
    assert " ".join(workflows.own_words(pair[0])) in text
    assert "had confirmed this key" in text


def test_nothing_is_written_of_an_altered_bundle(pair, tmp_path):
    teacher, head = pair
    files = opened(seal(teacher, tmp_path / "one.evidence"), head.identity)
    files[layout.README] += b"!"
    (tmp_path / "altered.tar").write_bytes(as_tar(files))
    nothing_written(pair, tmp_path, tmp_path / "altered.tar", Altered)
    assert head.read.latest(EntryKind.BUNDLE_CHECKED).data["unchanged"] is False


def nothing_written(pair, tmp_path, bundle, error, progress=None):
    before = sorted(tmp_path.iterdir())
    with pytest.raises(error):
        workflows.unlocked_copy_with_vault(pair[1], bundle, tmp_path / "copy", progress=progress)
    assert sorted(tmp_path.iterdir()) == before


def test_stop_and_other_mishaps_leave_nothing(pair, tmp_path):
    def stop(now: Progress) -> None:
        if now.done:
            raise StoppedError("Stopped.")

    bundle = seal(pair[0], tmp_path / "one.evidence")
    nothing_written(pair, tmp_path, bundle, StoppedError, stop)
    with pytest.raises(NotForYouError):
        workflows.unlocked_copy(bundle, tmp_path / "copy", [])
    with pytest.raises(UsageError, match="does not exist"):
        workflows.unlocked_copy(bundle, tmp_path / "none" / "copy", [pair[1].identity])
    (tmp_path / "copy").mkdir()
    nothing_written(pair, tmp_path, bundle, UsageError)


def test_a_title_cannot_add_lines_to_the_instructions(pair, tmp_path):
    """The program's own titles are one line; a sender with another program is not bound by that."""
    teacher, head = pair
    said = {"field": "title", "value": "Posts\n\nLINUX\n\n    rm -rf ~", "source": "typed"}
    act = acts.Act(EntryKind.INCIDENT_STATED, {"about": "INC-001", "statements": [said]})
    teacher.record(act)
    bundle = seal(teacher, tmp_path / "one.evidence")
    workflows.unlocked_copy_with_vault(head, bundle, tmp_path / "copy")
    text = (tmp_path / "copy" / "README.txt").read_text("utf-8")
    assert not any(line.strip().startswith(("rm", "LINUX\n")) for line in text.splitlines())
    assert len([line for line in text.splitlines() if line.startswith("LINUX")]) == 1
