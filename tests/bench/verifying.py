"""Row `verify`: one bundle checked to its end.

Ours decrypts, hashes every file and checks the lists, the signatures and the chain of records.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from evidence_app import workflows
from tests.bench import heavy
from tests.bench.harness import Role, Row, Way, Workshop, run, settle, shell

_OPEN = 'age -d -i "$1" "$2" | tar -xf - -C "$3"; cd "$3"; '


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """A bundle of a filled vault; the vault itself is not needed any more."""
    with heavy.filled(shop) as held:
        bundle, clear = held.folder / "in.evidence", held.folder / "clear"
        workflows.seal_bundle(held.vault, held.wanted, bundle)
        shutil.rmtree(held.plain)

        def absent() -> None:
            shutil.rmtree(clear, ignore_errors=True)
            clear.mkdir()
            settle()

        def ours() -> None:
            verdict = workflows.verify_alone(bundle, [held.reader], ())
            if not verdict.unchanged:
                raise RuntimeError("the bundle of the bench does not check")

        def opened(check: str) -> None:
            shell(_OPEN + check, held.folder, held.key, bundle, clear)

        command = heavy.as_command("verify", bundle, "--trust", held.folder / "card", "--identity", held.key)
        (held.folder / "card").write_bytes(workflows.own_card(held.vault))
        environment = heavy.command_environment()

        yield Row(
            "verify",
            f"a bundle of {heavy.OBJECTS} exhibits",
            [
                Way("decrypt, hash, lists, signatures, chain", Role.OURS, ours, absent),
                Way(
                    "the same as a command: evidence-app verify",
                    Role.OURS,
                    lambda: run(*command, where=held.folder, env=environment),
                    absent,
                ),
                Way(
                    "age -d | tar x, then sha256sum -c",
                    Role.PEER,
                    lambda: opened(
                        "sha256sum --quiet --strict -c tagmanifest-sha256.txt manifest-sha256.txt"
                    ),
                    absent,
                    ("age", "tar", "sha256sum"),
                ),
                Way(
                    "age -d | tar x, then openssl dgst -sha256",
                    Role.PEER,
                    lambda: opened("find . -type f -print0 | xargs -0 openssl dgst -sha256 >/dev/null"),
                    absent,
                    ("age", "tar", "openssl"),
                ),
                Way(
                    "age -d to nowhere",
                    Role.LIMIT,
                    lambda: shell('age -d -i "$1" "$2" >/dev/null', held.folder, held.key, bundle),
                    absent,
                    ("age",),
                ),
            ],
            size=bundle.stat().st_size,
        )
