"""Acts on a vault in children that are killed at the n-th step that matters.

A step: an object is begun, its bytes or its name become durable, it gets its name, the entries are written,
they are committed. One helper process imports the program; each act is a fork of it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evidence_app import workflows
from evidence_app.capture import files
from evidence_app.crypto.age import Identity
from evidence_app.records import StopAnswer
from evidence_app.vault import index, object_writing
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Batch, bring_in
from tests.vaults import Sample

_STEPS: tuple[tuple[object, str], ...] = (
    (object_writing.Batch, "begin"),
    (os, "fsync"),
    (Path, "rename"),
    (Vault, "record_all"),
    (index, "apply"),
)


# --- in the helper process ----------------------------------------------------------------------------


def _bring_in(vault: Vault, what: str, _keys: Sequence[Identity]) -> None:
    bring_in(vault, "INC-001", files.found([Path(what)]), Batch(StopAnswer.NO, received_from="Nadia"))


def _receive(vault: Vault, what: str, keys: Sequence[Identity]) -> None:
    workflows.receive(vault, Path(what), keys=keys)


def _check(vault: Vault, what: str, keys: Sequence[Identity]) -> None:
    workflows.check_received(vault, what, keys=keys)


_ACTS: dict[str, tuple[Callable[[Vault, str, Sequence[Identity]], None], tuple[tuple[object, str], ...]]] = {
    # Bytes of a file that is brought in are written in pieces: each is a step, too.
    "bring in": (_bring_in, (*_STEPS, (object_writing.ObjectWriter, "write"))),
    "receive": (_receive, _STEPS),
    "check": (_check, _STEPS),
}


def _kill_at(at: int, steps: Sequence[tuple[object, str]]) -> None:
    """From here on the process dies when `at` of these calls were made, before the next one."""
    made = 0

    def counted(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **more: object) -> object:
            nonlocal made
            if made == at:
                os.kill(os.getpid(), signal.SIGKILL)
            made += 1
            return function(*args, **more)

        return call

    for owner, name in steps:
        setattr(owner, name, counted(getattr(owner, name)))


def serve() -> None:
    """One act for each line on standard input; the child's exit code for each on standard output."""
    for line in sys.stdin:
        act, at, folder, identity, what, *keys = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            try:
                opened = Sample(Path(folder), Identity.from_string(identity), "").open()
                given = [Identity.from_string(one) for one in keys]
                do, steps = _ACTS[act]
                _kill_at(int(at), steps)
                do(opened, what, given)
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        os.write(1, f"{os.waitstatus_to_exitcode(status)}\n".encode())


# --- in the test --------------------------------------------------------------------------------------


class Killing:
    """The helper process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders, self._said = process.stdin, process.stdout

    def killed(self, act: str, at: int, sample: Sample, what: str, *keys: Identity) -> bool:
        """Do an act ("bring in", "receive", "check"), and kill it at this step; False where it came to its
        end before."""
        words = [act, str(at), str(sample.folder), sample.identity.to_string(), what]
        self._orders.write("\t".join([*words, *(one.to_string() for one in keys)]) + "\n")
        self._orders.flush()
        code = int(self._said.readline())
        assert code in {0, -9}, "the child ended by itself"
        return code == -9


@contextmanager
def killing() -> Iterator[Killing]:
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", "from tests.killing import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
        cwd=root,
    ) as process:
        try:
            yield Killing(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
