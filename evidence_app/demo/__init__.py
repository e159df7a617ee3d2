"""`evidence-app demo`: the whole journey, for real, on a temporary vault and a real screen.

A fictional page is served on loopback and shown in a real browser; the program's own window is driven
through it as a person would drive it. Nothing is staged: the pictures are of what happened.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from evidence_app.errors import EvidenceError, ExitCode, UserError


def run(arguments: Sequence[str]) -> int:
    """Run the demo; returns the exit code. Errors are one line on standard error."""
    parser = argparse.ArgumentParser(
        prog="evidence-app demo", description="The whole journey, on a real screen."
    )
    parser.add_argument("--output", type=Path, default=Path("demo-output"), metavar="DIR")
    parser.add_argument(
        "--hurry",
        action="store_true",
        help="count a person's pauses at the keyboard instead of waiting for them",
    )
    parser.add_argument("--dark", action="store_true", help="show the window in its dark look")
    try:
        options = parser.parse_args(list(arguments))
    except SystemExit as stop:
        return int(ExitCode.OK if stop.code == 0 else ExitCode.USAGE)
    began = time.monotonic()
    try:
        output = _fresh(options.output)
        with ExitStack() as stack:
            account = [*_first_evening(output, hurried=options.hurry), ""]
            account += _journey(stack, output, dark=options.dark)
    except EvidenceError as error:
        sys.stderr.write(" ".join(error.message.split()) + "\n")
        return int(error.exit_code)
    for line in account:
        print(line)
    print(f"All of this took {time.monotonic() - began:.0f} seconds.")
    return int(ExitCode.OK)


def _fresh(output: Path) -> Path:
    """An empty folder; an earlier demo's output is replaced, anything else is left alone."""
    mark = output / ".evidence-demo"
    if output.exists():
        if not mark.is_file() and any(output.iterdir()):
            raise UserError(
                f"The folder {output} holds something else than a demo. Nothing was changed. "
                "Choose another folder with --output."
            )
        shutil.rmtree(output)
    output.mkdir(parents=True)
    mark.touch()
    return output.resolve()


def _first_evening(output: Path, *, hurried: bool) -> list[str]:
    if sys.platform != "linux":
        return ["The first evening with the keyboard alone is shown on Linux only."]
    from evidence_app.demo import first_evening as first

    evening = first.run(output / "first-evening", hurried=hurried)
    if evening.seconds >= first.LIMIT_SECONDS:
        raise UserError(f"The first evening took {evening.seconds:.0f} seconds, which is too long.")
    how = "counted at" if hurried else "at"
    return [
        "A teacher’s first evening, keyboard alone, from the first start to the first sealed capture:",
        f"  {evening.seconds:.0f} seconds {how} a person’s pace ({first.PACE}), {evening.keys} keys.",
        f"  The window says: {evening.sealed}.",
        f"  Pictures of each step: {evening.pictures}",
    ]


def _journey(stack: ExitStack, output: Path, *, dark: bool) -> list[str]:
    from evidence_app.demo import world

    if not os.environ.get("DISPLAY") and sys.platform == "linux":
        stack.enter_context(world.virtual_screen())
    # The demo leaves the person's own settings, documents and vaults alone.
    stack.enter_context(world.own_home(output / "home"))
    from evidence_app.demo import journey

    return journey.run(output, dark=dark)
