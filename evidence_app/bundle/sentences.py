"""The sentence on the banner and the one below it, the same in the window and on the command line."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from evidence_app.bundle.dates import day, day_and_time
from evidence_app.errors import (
    DamagedError,
    DisposedError,
    EvidenceError,
    ExitCode,
    LockedAwayError,
    NewerFormatError,
    NotForYouError,
)
from evidence_app.records import BundleState, Check, Consistency, Role, SenderStatus, Verdict

LIMIT: Final = (
    "It shows the record is unchanged. It does not prove who wrote the posts, or that what they say is true."
)
"""The fifth line, shown with every verdict."""
ALTERED_HINT: Final = "A damaged download can cause this. It does not show that anyone did wrong."


_ROLES: Final = {
    Role.STAFF.value: "member of staff",
    Role.HEAD.value: "headteacher or chair of governors",
    Role.CHAIR.value: "chair of governors",
}


class State(StrEnum):
    """The five faces of a verification page."""

    INTACT = "intact"
    ALTERED = "altered"
    DAMAGED = "damaged"
    SENDER_NOT_CONFIRMED = "sender-not-confirmed"
    IN_CONFLICT = "in-conflict"


_DOUBTS: Final = ("key-changed", "looks-like")

_FAILURES: Final = (
    (DamagedError, "This bundle is damaged. It could not be read to its end."),
    (NotForYouError, "This bundle is not sealed for you. It stays closed."),
    (NewerFormatError, "This bundle needs a newer version. This version of Evidence cannot check it."),
    (LockedAwayError, "Something in this bundle is locked away."),
    (DisposedError, "The file of this bundle was disposed of."),
)

_EXIT_CODES: Final = {
    State.INTACT: ExitCode.OK,
    State.ALTERED: ExitCode.ALTERED,
    State.DAMAGED: ExitCode.CANNOT_OPEN,
    State.SENDER_NOT_CONFIRMED: ExitCode.SENDER_NOT_CONFIRMED,
    State.IN_CONFLICT: ExitCode.IN_CONFLICT,
}


def state(verdict: Verdict) -> State:
    """Which face a verdict has; never `DAMAGED`, which has no verdict."""
    if not verdict.unchanged:
        return State.ALTERED
    if verdict.sender is not SenderStatus.CONFIRMED or verdict.confirmed is None:
        return State.SENDER_NOT_CONFIRMED
    if verdict.consistent is Consistency.NO:
        return State.IN_CONFLICT
    return State.INTACT


def exit_code(verdict: Verdict) -> ExitCode:
    """What `verify` on the command line returns for it."""
    return _EXIT_CODES[state(verdict)]


def state_on_arrival(found: Verdict | EvidenceError) -> BundleState:
    """In which of the seven states a bundle arrived: the verdict, or why there is none.

    ValueError for an error that says nothing about the bundle.
    """
    if isinstance(found, Verdict):
        return BundleState(state(found).value)
    for kind, name in (
        (NotForYouError, BundleState.NOT_FOR_YOU),
        (NewerFormatError, BundleState.NEWER),
        (DamagedError, BundleState.DAMAGED),
    ):
        if isinstance(found, kind):
            return name
    raise ValueError(f"{type(found).__name__} is no state of a bundle")


def exit_code_on_arrival(found: BundleState) -> ExitCode:
    """What `verify` returns for a bundle in this state."""
    return _EXIT_CODES[State(found.value)] if found.value in set(State) else ExitCode.CANNOT_OPEN


def describe(verdict: Verdict) -> tuple[str, str]:
    """Banner and sub sentence for a verdict."""
    sealed = _sealed(verdict)
    checked = f"Checked on {day_and_time(verdict.checked_at)} on this computer."
    match state(verdict):
        case State.ALTERED:
            return f"This bundle has been altered. {_what_changed(verdict)}", f"{checked} {ALTERED_HINT}"
        case State.SENDER_NOT_CONFIRMED:
            doubt = doubt_about_sender(verdict)
            since = f"Nothing in it has changed since it was sealed{_on(verdict)}. {_claims(verdict)}"
            if doubt is not None:
                return (
                    f"This bundle is intact, but its sender is in doubt. {doubt.title}.",
                    f"{since} {doubt.summary}{_also(verdict, doubt)}",
                )
            return (
                "This bundle is intact, but you have not confirmed who sent it.",
                since + _also(verdict),
            )
        case State.IN_CONFLICT:
            return (
                f"This bundle is intact, but it does not agree with what {_name(verdict)} sent you before.",
                f"{sealed} {_earlier(verdict)} Ask {_name(verdict)} about it before you rely on either.",
            )
        case _:
            return (
                f"This bundle is intact. Nothing has changed since {_name(verdict)} sealed it.",
                f"{sealed} {checked}{_also(verdict)}",
            )


def doubt_about_sender(verdict: Verdict) -> Check | None:
    """The check that found another key under the name of a contact, or a name that imitates one."""
    return next((check for check in verdict.checks if check.code in _DOUBTS and check.passed is False), None)


def describe_failure(error: EvidenceError) -> tuple[str, str]:
    """Banner and sub sentence where there is no verdict at all: damaged, not ours, for somebody else."""
    for kind, sentence in _FAILURES:
        if isinstance(error, kind):
            return sentence, error.message
    if error.exit_code is ExitCode.CANNOT_OPEN:
        return "This bundle could not be opened. Nothing from it is shown.", error.message
    return "This bundle was not checked.", error.message


def _what_changed(verdict: Verdict) -> str:
    changed = [exhibit for exhibit in verdict.exhibits if not exhibit.unchanged]
    named = [
        problem for problem in verdict.problems if any(problem.where == exhibit.number for exhibit in changed)
    ]
    numbers = list(dict.fromkeys(problem.where for problem in named))
    if len(numbers) == 1:
        return named[0].message
    if numbers:
        return f"{_list(numbers)} are not as they were sealed."
    return verdict.problems[0].message


def _list(numbers: list[str], most: int = 4) -> str:
    if len(numbers) > most:
        return f"{', '.join(numbers[:most])} and {len(numbers) - most} more exhibits"
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}"


def _name(verdict: Verdict) -> str:
    """The reader's own name for the sender, never the bundle's."""
    return verdict.confirmed.name if verdict.confirmed else "the sender"


def _sealed(verdict: Verdict) -> str:
    facts = verdict.facts
    if facts is None or facts.sealed_at is None:
        return ""
    return f"Sealed on {day_and_time(facts.sealed_at)}, by the clock of the sender’s computer."


def _on(verdict: Verdict) -> str:
    facts = verdict.facts
    return f" on {day(facts.sealed_at)}" if facts is not None and facts.sealed_at is not None else ""


def _claims(verdict: Verdict) -> str:
    facts = verdict.facts
    if facts is None:
        return ""
    school = f", {facts.sender_school}" if facts.sender_school else ""
    role = _ROLES.get(facts.sender_role, facts.sender_role)
    return f"It says it is from {facts.sender_name}, {role}{school}."


def _earlier(verdict: Verdict) -> str:
    return next((check.summary for check in verdict.checks if check.code == "earlier"), "")


def _also(verdict: Verdict, said: Check | None = None) -> str:
    """What else must not be missed: checks that failed without making the bundle an altered one."""
    loud = [check.title for check in verdict.checks if check.passed is False and check is not said]
    return "".join(f" {title}." for title in loud)
