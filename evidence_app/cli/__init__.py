"""The command line: thin, every command calls a workflow or a room.

With `--json` one object goes to standard output; everything else goes to standard error. An error is
one line: what happened, what is safe, what to do. Exit codes: `errors.ExitCode`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from io import TextIOWrapper

import typer
from typer.exceptions import TyperException

from evidence_app import __version__, policy
from evidence_app.cli import (
    bundles,
    cases,
    casework,
    contacts,
    covering,
    desk,
    importing,
    page,
    received,
    referrals,
    register,
    safeguards,
    search,
    stop,
    vault,
)
from evidence_app.cli.shared import put
from evidence_app.cli.signals import stoppable
from evidence_app.errors import EvidenceError, ExitCode

# What typer answers to KeyboardInterrupt; no command of ours returns it.
_INTERRUPTED = 130

app = typer.Typer(add_completion=False, rich_markup_mode=None)
app.add_typer(vault.vault_app, name="vault")
app.add_typer(casework.incident_app, name="incident")
casework.exhibit_app.command("cover")(covering.exhibit_cover)
app.add_typer(casework.exhibit_app, name="exhibit")
app.add_typer(contacts.contact_app, name="contact")
app.add_typer(casework.app)
app.add_typer(cases.app)
app.add_typer(bundles.app)
app.add_typer(desk.app)
app.add_typer(importing.app)
app.add_typer(page.app)
app.add_typer(received.app)
app.add_typer(register.app)
app.add_typer(search.app)
app.add_typer(desk.receipt_app, name="receipt")
app.add_typer(stop.stop_app, name="stop")
app.add_typer(safeguards.instruction_app, name="instruction")
app.add_typer(referrals.referral_app, name="referral")


@app.command("version")
def version_command() -> None:
    """Print the version."""
    put(False, {}, f"Evidence {__version__}")


# Put together once in a process, which takes longer than most commands.
_whole = cache(lambda: typer.main.get_command(app))


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. One of the two places that catch everything."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A name that the terminal cannot show must not turn work that is done into a failure.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with stoppable():
            problem = policy.use_own()
            if problem:
                _tell(problem)
            answer = _whole().main(args=list(arguments), prog_name="evidence-app", standalone_mode=False)
        if answer == _INTERRUPTED:
            raise typer.Abort
    except typer.Exit as stop:
        return int(stop.exit_code)
    except EvidenceError as error:
        _tell(error.message)
        return int(error.exit_code)
    except TyperException as error:
        _tell(f"{_sentence(error.format_message())} Nothing was changed. See evidence-app --help.")
        return int(ExitCode.USAGE)
    except (typer.Abort, KeyboardInterrupt):
        _tell("Stopped. Nothing of the unfinished work was kept.")
        return int(ExitCode.FAILED)
    except Exception as error:  # noqa: BLE001  (the edge: no traceback ever reaches a person)
        _tell(
            f"Evidence has a fault ({type(error).__name__}). What is in your vault is safe. "
            "Try again; if it happens again, tell your IT lead the name of the fault."
        )
        return int(ExitCode.FAILED)
    return int(answer) if isinstance(answer, int) else int(ExitCode.OK)


def _tell(line: str) -> None:
    """One line on standard error, where there is one; nothing in it can steer a terminal."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in " ".join(line.split()))
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(shown + "\n")


def _sentence(text: str) -> str:
    """What typer says of wrong usage, as a sentence."""
    text = text.replace("Value error, ", "").strip()
    return text if text.endswith(".") else text + "."
