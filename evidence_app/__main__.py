"""No argument: the window. A file: the window on that file. A word: the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

_FAILED = 70  # errors.ExitCode.FAILED, also where nothing of the program can be imported

# Files that open in the window; everything else that is not a path is a command.
_WINDOW_SUFFIXES = {".evidence", ".evidence-contact", ".evidence-receipt", ".evidence-vault", ".tar"}


# A word that is a command is one even where a file of that name lies about.
_COMMANDS = frozenset(
    {
        *("demo", "version", "vault", "incident", "capture", "page", "import", "exhibits", "exhibit"),
        *("search", "contact", "seal", "verify", "open", "receive", "receipt", "forward"),
        *("register", "outcome", "report", "reader"),
        *("stop", "instruction", "referral", "fields", "route", "stamp"),
    }
)


def wants_window(arguments: Sequence[str]) -> bool:
    """Whether these arguments (without the program's name) mean the window."""
    if not arguments:
        return True
    if len(arguments) != 1 or arguments[0].startswith("-"):
        return False
    path = Path(arguments[0])
    if path.suffix.lower() in _WINDOW_SUFFIXES or len(path.parts) > 1 or "/" in arguments[0]:
        return True
    try:
        return arguments[0] not in _COMMANDS and path.is_file()
    except OSError:  # too long for a name
        return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _no_core_dumps()
    try:
        return _run(given)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing of the unfinished work was kept.\n")
    except Exception as error:  # noqa: BLE001  (the edge: 1 would mean "altered", and a traceback tells nobody)
        sys.stderr.write(
            f"Evidence could not start ({type(error).__name__}). What is in your vault is safe. "
            "Install the program again, or tell your IT lead the name of the fault.\n"
        )
    return _FAILED


def _run(given: list[str]) -> int:
    if given == ["typeset-report"]:
        from evidence_app.bundle import typesetter

        return typesetter.main()
    if given[:1] == ["read-file"]:
        from evidence_app.capture.child import inside

        return inside.main()
    if given[:1] == ["play-file"]:
        from evidence_app.capture.playing import inside as player

        return player.main()
    if wants_window(given):
        from evidence_app import app

        return app.run(Path(given[0]) if given else None)
    if given[0] == "demo":
        from evidence_app import demo

        return demo.run(given[1:])
    from evidence_app import cli

    if given[0] == "page":
        from evidence_app import app

        cli.page.collect_with(app.collect_page)
    return cli.run(given)


def _no_core_dumps() -> None:
    """A crash must not write the memory, with keys and pictures in it, to the disk."""
    try:
        import resource
    except ImportError:  # Windows writes none by itself
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
