"""The question of 8.1 on the command line: an option, a question at the terminal, or "not asked"."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from evidence_app import policy, workflows
from evidence_app.cli.shared import AsJson, IncidentRef, PassphraseFile, VaultPath, opened, put, stderr
from evidence_app.errors import UserError
from evidence_app.records import StopAnswer, StopAnswered
from evidence_app.vault.vault import Vault

QUESTION = "Could this show anyone under 18 nude, partly nude or in a sexual way?"

stop_app = typer.Typer(help="The question before a picture is kept (8.1).")


class Given(StrEnum):
    """How an answer is written on the command line."""

    NO = "no"
    YES = "yes"
    NOT_SURE = "not-sure"


_ANSWERS = {Given.NO: StopAnswer.NO, Given.YES: StopAnswer.YES, Given.NOT_SURE: StopAnswer.NOT_SURE}

IndecentImages = Annotated[Given | None, typer.Option("--indecent-images", help=f"{QUESTION} Your answer.")]


def answered(vault: Vault, incident: str, given: Given | None, *, person: bool) -> StopAnswer | None:
    """The answer to record before a capture or an import; None where there is nothing new to record.

    `person`: somebody sits at the terminal, as they have typed the passphrase. Only then it is asked.
    """
    if given is not None:
        return _ANSWERS[given]
    said = workflows.stop_answer(vault, incident)
    asked = said is not None and said.answer is not StopAnswer.NOT_ASKED
    if asked or not person or not sys.stdin.isatty():
        return None
    return _ANSWERS[_ask()]


def of_batch(given: Given | None, *, person: bool) -> StopAnswer:
    """The answer for a batch that is brought in: asked anew for each, where somebody sits there."""
    if given is not None:
        return _ANSWERS[given]
    return _ANSWERS[_ask()] if person and sys.stdin.isatty() else StopAnswer.NOT_ASKED


def _ask() -> Given:
    stop = policy.current().stop
    stderr.print(f"{stop.question} {stop.about}", markup=False)
    for _ in range(3):
        stderr.print("no / yes / not sure: ", end="")
        said = "-".join(sys.stdin.readline().lower().split())
        if said in set(Given):
            return Given(said)
    raise UserError("The question was not answered. Nothing was captured. Run the command again.")


def remind(vault: Vault, incident: str) -> None:
    """Say that nobody was asked, as long as that is what the record says."""
    said = workflows.stop_answer(vault, incident)
    if said is not None and said.answer is StopAnswer.NOT_ASKED:
        stderr.print(
            f"Nobody was asked about {said.incident}: {QUESTION[0].lower()}{QUESTION[1:]} The record says "
            "so. If it could, do not open it: use exhibit lock-away. Answer with stop answer.",
            markup=False,
        )


def answer_json(said: StopAnswered) -> dict[str, object]:
    return {
        "incident": said.incident,
        "answer": said.answer.value,
        "advised_by": said.advised_by,
        "at": said.at.isoformat(),
        "entry": said.seq,
    }


@stop_app.command("answer")
def stop_answer_command(
    vault: VaultPath,
    incident: IncidentRef,
    answer: Annotated[Given, typer.Option("--answer", help=QUESTION)],
    advised_by: Annotated[
        str, typer.Option("--advised-by", metavar="NAME", help="Who said “no” after yes or not sure.")
    ] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Answer the question for an incident; yes and not sure close it for pictures."""
    with opened(vault, passphrase_file) as held:
        said = workflows.answer_stop(held, incident, _ANSWERS[answer], advised_by=advised_by)
    words = (
        f"Recorded for {said.incident}: pictures may be kept there."
        if said.answer is StopAnswer.NO
        else f"Recorded for {said.incident}: no picture is kept there. Record a referral in words."
    )
    put(as_json, answer_json(said), words)
