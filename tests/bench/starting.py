"""Row `start`: the command line from nothing to its first answer, and what Python and its parts need."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.harness import Role, Row, Way, Workshop, run
from tests.bench.heavy import as_command, command_environment


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """Whole processes, one after the other."""
    folder, environment = shop.new_folder(), command_environment()

    def python(line: str) -> None:
        run(sys.executable, "-c", line, where=folder, env=environment)

    yield Row(
        "start",
        "evidence-app version, a whole process",
        [
            Way(
                "evidence-app version",
                Role.OURS,
                lambda: run(*as_command("version"), where=folder, env=environment),
            ),
            Way(
                "import of workflows, without a command line",
                Role.OURS,
                lambda: python("import evidence_app.workflows"),
            ),
            Way("import of typer, sqlalchemy, rich, cryptography", Role.LIMIT, lambda: python(_PARTS)),
            Way("python -c pass", Role.LIMIT, lambda: python("pass")),
        ],
    )


_PARTS = (
    "import typer, sqlalchemy, rich.progress; "
    "from cryptography.hazmat.primitives.asymmetric import ed25519, x25519; "
    "from cryptography.hazmat.primitives.ciphers import aead"
)
