"""The command line: thin, every command calls a workflow or a room.

With `--json` one object goes to standard output; everything else goes to standard error. An error is
one line: what happened, what is safe, what to do. Exit codes: `errors.ExitCode`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from evidence_app import __version__
from evidence_app.cli import bundles, casework, contacts, vault
from evidence_app.cli.shared import put
from evidence_app.errors import EvidenceError, ExitCode

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.add_typer(vault.vault_app, name="vault")
app.add_typer(casework.incident_app, name="incident")
app.add_typer(casework.exhibit_app, name="exhibit")
app.add_typer(contacts.contact_app, name="contact")
app.add_typer(casework.app)
app.add_typer(bundles.app)


@app.command("version")
def version_command() -> None:
    """Print the version."""
    put(False, {}, f"Evidence {__version__}")


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. One of the two places that catch everything."""
    try:
        answer = typer.main.get_command(app).main(
            args=list(arguments), prog_name="evidence-app", standalone_mode=False
        )
    except typer.Exit as stop:
        return int(stop.exit_code)
    except EvidenceError as error:
        sys.stderr.write(" ".join(error.message.split()) + "\n")
        return int(error.exit_code)
    except TyperException as error:
        sys.stderr.write(f"{error.format_message()} Nothing was changed. See evidence-app --help.\n")
        return int(ExitCode.USAGE)
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write("Stopped. Nothing of the unfinished work was kept.\n")
        return int(ExitCode.FAILED)
    except Exception as error:  # noqa: BLE001  (the edge: no traceback ever reaches a person)
        sys.stderr.write(
            f"Evidence has a fault ({type(error).__name__}). What is in your vault is safe. "
            "Try again; if it happens again, tell your IT lead the name of the fault.\n"
        )
        return int(ExitCode.FAILED)
    return int(answer) if isinstance(answer, int) else int(ExitCode.OK)
