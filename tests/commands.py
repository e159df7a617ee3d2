"""The command line as other programs use it: a process, its exit code and what it said.

The vaults have light key slots: the commands read the work factor from the slot. The fixtures are in
tests/command_fixtures.py.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence_app import cli, workflows
from evidence_app.crypto.words import key_words
from evidence_app.errors import ExitCode
from evidence_app.records import Role
from evidence_app.vault import check, vault
from evidence_app.vault.layout import OBJECTS
from tests.nursery import Command
from tests.vaults import PASSPHRASE, Sample, capture, files_under, fill, light_key_slots, png

SECONDS = 60
ROOT = Path(__file__).resolve().parent.parent
ONE_SENTENCE_AT_LEAST = 20


@dataclass(frozen=True)
class Answer:
    """What a command left: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        assert self.out.count("\n") == 1, self.out
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Stage:
    """A folder of the test's own: `helen` (staff), `ruth` (head, confirmed Helen), `alan` (head, a stranger).

    `bundle` is Helen's INC-001 sealed for Ruth, as `INC-001.evidence` in the folder; `cards` are there too.
    """

    folder: Path
    helen: Sample
    ruth: Sample
    alan: Sample

    @property
    def bundle(self) -> Path:
        return self.folder / "INC-001.evidence"

    @property
    def secret(self) -> tuple[str, str]:
        """The option with the passphrase that all of the stage's vaults have."""
        return "--passphrase-file", "passphrase"

    def start(
        self, *words: str | Path, env: Mapping[str, str] | None = None, stdout: int = subprocess.PIPE
    ) -> subprocess.Popen[bytes] | Command:
        """Start a command in the stage's folder; in an interpreter of its own where that matters."""
        wanted = environment() if env is None else dict(env)
        if _of_start(wanted) == _of_start(environment()):
            return Command([str(word) for word in words], self.folder, wanted, stdout)
        return subprocess.Popen(
            [sys.executable, "-m", "evidence_app", *words],
            cwd=self.folder,
            env=wanted,
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=subprocess.PIPE,
        )

    def run(self, *words: str | Path, given: str = "", env: Mapping[str, str] | None = None) -> Answer:
        """Run a command in the stage's folder to its end."""
        return finished(self.start(*words, env=env), given)

    def inside(self, *words: str) -> Answer:
        """As `run`, but in this process: for the many runs of a test that starts one command properly."""
        out, err = io.StringIO(), io.StringIO()
        with chdir(self.folder), redirect_stdout(out), redirect_stderr(err):
            code = cli.run(words)
        return Answer(code, out.getvalue(), err.getvalue())

    def ok(self, *words: str | Path, given: str = "", env: Mapping[str, str] | None = None) -> Answer:
        answer = self.run(*words, given=given, env=env)
        assert answer.code == ExitCode.OK, answer
        return answer

    @contextmanager
    def unharmed(self, *samples: Sample, adds: Sequence[str] = ()) -> Iterator[None]:
        """What follows leaves no file but `adds`, changes none, and the vaults are in order afterwards.

        `samples` are the vaults that it may open: their record may grow by entries of opening and
        locking, not by others.
        """
        before, acts = snapshot(self.folder), {sample.folder: work_of(sample) for sample in samples}
        yield
        after = snapshot(self.folder)
        assert sorted(set(after) - set(before)) == sorted(adds)
        assert {name: after.get(name) for name in before} == before
        for sample in samples:
            in_order(sample)
            assert work_of(sample) == acts[sample.folder]


def _of_start(env: Mapping[str, str]) -> dict[str, str]:
    """What an interpreter reads when it starts."""
    return {name: value for name, value in env.items() if name.startswith(("PYTHON", "LC_", "LANG", "LD_"))}


def finished(process: subprocess.Popen[bytes] | Command, given: str = "") -> Answer:
    """Wait for a command that was started."""
    with process:
        try:
            out, err = process.communicate(given.encode(), SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    # What was printed for a terminal of another encoding is not taken apart here.
    said = [(text or b"").decode("utf-8", "backslashreplace") for text in (out, err)]
    return Answer(process.wait(), *said)


def environment(**changes: str) -> dict[str, str]:
    """That of the test, without a screen."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_SESSION_TYPE"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**env, "PYTHONPATH": str(ROOT), **changes}


def refused(answer: Answer, code: ExitCode, *says: str) -> None:
    """One line on standard error that says what happened, nothing else, and the exit code."""
    assert answer.code == code, answer
    assert answer.err.count("\n") == 1, answer.err
    assert answer.err.endswith(".\n"), answer.err
    assert len(answer.err) > ONE_SENTENCE_AT_LEAST
    assert "Traceback" not in answer.err
    assert "has a fault" not in answer.err, answer.err
    for words in says:
        assert words in answer.err, answer.err
    assert answer.out == "", answer.out


def in_order(sample: Sample) -> None:
    """The vault's own check finds nothing, and nothing unfinished lies about."""
    with sample.open() as opened:
        report = check.check(opened, None)
    assert report.problems == ()
    assert not [path for path in files_under(sample.folder) if path.suffix == ".part"]
    assert not (sample.folder / "interrupted").exists()


_OF_OPENING = {"vault.unlocked", "vault.locked", "vault.checked"}


def work_of(sample: Sample) -> list[tuple[str, object]]:
    """The entries that are somebody's work, oldest first, and the objects."""
    with sample.open() as opened:
        entries = [
            one for one in reversed(opened.read.entries(limit=1000)) if one.kind.value not in _OF_OPENING
        ]
        return [(one.kind.value, dict(one.data)) for one in entries]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file and its bytes; of a vault only what opening it does not change."""
    found = {}
    for path in files_under(folder):
        name = str(path.relative_to(folder))
        inside = ".evidence-vault/" in name
        if inside and path.parent.name != "keys" and path.name != "vault.json" and f"/{OBJECTS}/" not in name:
            continue
        found[name] = path.read_bytes()
    return found


# --- the template -------------------------------------------------------------------------------------


def _make(folder: Path, name: str, role: Role) -> Sample:
    with light_key_slots():
        made, words = vault.create(
            folder, name=name, role=role, school="Larkmere Academy", passphrase=PASSPHRASE
        )
    with made:
        return Sample(folder, made.identity, words)


def make_stage(folder: Path) -> Stage:
    """Make the vaults, cards, passphrase files and the bundle of a `Stage` in an empty folder."""
    stage = Stage(
        folder,
        _make(folder / "helen.evidence-vault", "Helen Ashdown", Role.STAFF),
        _make(folder / "ruth.evidence-vault", "Mrs Ruth Calloway", Role.HEAD),
        _make(folder / "alan.evidence-vault", "Mr Alan Thwaite", Role.HEAD),
    )
    (folder / "passphrase").write_text(PASSPHRASE + "\n", "utf-8")
    (folder / "wrong").write_text("another set of long words\n", "utf-8")
    with stage.helen.open() as helen, stage.ruth.open() as ruth, stage.alan.open() as alan:
        for one, name in ((helen, "helen"), (ruth, "ruth"), (alan, "alan")):
            (folder / f"{name}.evidence-contact").write_bytes(workflows.own_card(one))
        fill(helen)
        workflows.add_contact(helen, workflows.own_card(ruth))
        workflows.add_contact(ruth, workflows.own_card(helen))
        words = key_words(helen.signing_key.public_key)
        workflows.confirm_contact(ruth, "Helen Ashdown", words, "in person")
        contact = helen.read.contact("Mrs Ruth Calloway")
        workflows.seal_bundle(helen, workflows.Wanted("INC-001", contacts=(contact,)), stage.bundle)
        capture(helen, png(4), "INC-002")
    return stage
