"""Who an incident goes to: follows from what was stated, by the rules of the policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from evidence_app import fields, policy
from evidence_app.policy import Addressee, Answer, Imagery, Reason, Routing
from evidence_app.policy.routes import told
from evidence_app.records import Exhibit, Found, Incident, Role, Statement, StopAnswer, Why
from evidence_app.vault.vault import Vault

_IMAGERY: Final = {
    Found.WEBSITE: Imagery.WEBSITE,
    Found.DEVICE: Imagery.DEVICE,
    Found.SENT: Imagery.DEVICE,  # what was sent is on a device
}
_STOPPED: Final = {StopAnswer.YES: Answer.YES, StopAnswer.NOT_SURE: Answer.UNKNOWN}
_OWNERS: Final = {Role.STAFF: policy.STAFF, Role.HEAD: policy.HEAD, Role.CHAIR: policy.CHAIR}


def stated(vault: Vault, reference: str) -> policy.Stated:
    """What was stated about an incident, as far as it decides who is told.

    Kinds and aims stated about its exhibits count too, but for those that were withdrawn.
    """
    incident = vault.read.incident(reference)
    exhibits = [one for one in vault.read.exhibits(incident.reference) if one.standing.withdrawn is None]
    return policy.Stated(
        concerns_head=_answer(incident, "concerns_head"),
        child_involved=_answer(incident, "child_involved"),
        radicalisation=_answer(incident, "radicalisation"),
        harm_by_staff=_answer(incident, "harm_by_staff"),
        danger=_answer(incident, "danger"),
        indecent_image=_indecent(vault, incident, exhibits),
        imagery=tuple(
            dict.fromkeys(
                _IMAGERY[one.found] for one in vault.read.referrals() if one.incident == incident.reference
            )
        ),
        owner=_OWNERS[vault.owner.role],
        categories=_codes((incident, *exhibits), "kind"),
        aimed_at=_codes((incident, *exhibits), "aimed_at"),
        people=_codes((incident,), "person_kind"),
    )


def routing(vault: Vault, reference: str) -> Routing:
    """Who is told of an incident, in order and why, and who is not offered and why (6.24)."""
    return policy.who_is_told(policy.current(), stated(vault, reference))


def _answer(incident: Incident, code: str) -> Answer | None:
    said: Statement | None = incident.statements.get(code)
    try:
        return None if said is None or not said.value else Answer(said.value)
    except ValueError:
        return Answer.UNKNOWN  # a later version's word: then the careful way


def _codes(things: Iterable[Incident | Exhibit], code: str) -> tuple[str, ...]:
    found = (one.statements.get(code) for one in things)
    return tuple(dict.fromkeys(c for said in found if said is not None for c in fields.several(said.value)))


def _indecent(vault: Vault, incident: Incident, exhibits: Iterable[Exhibit]) -> Answer | None:
    locked = (one.standing.locked_away for one in exhibits)
    if any(one is not None and one.why == Why.INDECENT_IMAGE.value for one in locked):
        return Answer.YES
    if any(one.incident == incident.reference for one in vault.read.referrals()):
        return Answer.YES
    said = vault.read.stop_answer(incident.reference)
    return None if said is None else _STOPPED.get(said.answer)


# --- for the report -------------------------------------------------------------------------------------


def route_rows(vault: Vault, reference: str, readers: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Who is told and why, with paragraphs, for a report that readers of these role codes get.

    That it concerns somebody who is passed over (6.24) is only told to those who take the place. Who is
    passed over reads what the policy says of all other incidents; everybody else reads of neither.
    """
    rules, said = policy.current(), stated(vault, reference)
    true = policy.who_is_told(rules, said)
    passed_over = [one for one in true.withheld if one.needs_reason]
    gone = {one.role for one in passed_over}
    instead = {role for one in passed_over for role in one.instead}
    if not passed_over or (readers and instead.issuperset(readers)):
        shown, hidden = true, set[str]()
    else:
        facts = policy.facts_of(rules, said) - {policy.Fact.CONCERNS_HEAD}
        shown, hidden = told(rules, facts, said.owner), set() if gone & set(readers) else gone
    rows = [(_label(one), _sentences(one.reasons)) for one in shown.addressees if one.role not in hidden]
    rows += [
        (f"{one.name}: not told", _sentences((one.reason,))) for one in shown.withheld if one.needs_reason
    ]
    return tuple(rows)


def _label(one: Addressee) -> str:
    return f"{one.name}, after that" if one.then else one.name


def _sentences(reasons: Iterable[Reason]) -> str:
    return " ".join(
        f"{one.sentence} (paragraph {one.paragraph})" if one.paragraph else one.sentence for one in reasons
    )


def keeping_rows(vault: Vault, reference: str) -> tuple[tuple[str, str], ...]:
    """How long the school keeps an incident of this kind."""
    kind = policy.retention_of(policy.current(), stated(vault, reference))
    months = f"{kind.months} months after it was closed" if kind.months else "The school has set no period"
    return (("Kind of record", kind.name), ("Period", months))
