"""The sheet of a referral without a picture (8.1): when, where, who is told. Nothing is described."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from evidence_app import policy
from evidence_app.bundle.dates import moment_of
from evidence_app.bundle.sheet import Section, Sheet
from evidence_app.ledger import utc_text
from evidence_app.policy import Answer, Imagery, Stated
from evidence_app.records import Found, How, Owner, Referral, Told

_IMAGERY = {Found.WEBSITE: Imagery.WEBSITE, Found.DEVICE: Imagery.DEVICE, Found.SENT: Imagery.DEVICE}
_SENT = "It was sent to the person who reports it"
_HOW = {How.IN_PERSON: "in person", How.TELEPHONE: "by telephone", How.OTHER: "in another way"}


def referral_sheet(referral: Referral, owner: Owner, local: Callable[[datetime], datetime]) -> Sheet:
    """The sheet. There is nothing in a referral that it leaves out."""

    def when(moment: datetime) -> str:
        return moment_of(local(moment))

    rules = policy.current()
    where = _SENT if referral.found is Found.SENT else rules.name_of(referral.found.value, rules.imagery)
    rows = [
        ("Reference", referral.reference),
        ("Recorded by", f"{owner.name}, {rules.role(owner.role.value).name}"),
        ("Recorded", f"{when(referral.recorded_at)} ({utc_text(referral.recorded_at)}, by this computer)"),
        ("Seen, as stated", when(referral.seen_at)),
        ("Where it is", where),
        ("Web address, as stated", referral.address or "Not stated"),
    ]
    if referral.incident is not None:
        rows.append(("Came up with incident", referral.incident))
    if referral.exhibit:
        away = f"{referral.exhibit} is locked away: it cannot be seen, copied or exported. Nobody opens it."
        rows.append(("Already captured", away))
    return Sheet(
        kind="Referral without a picture",
        name=f"Referral {referral.reference}",
        school=owner.school,
        warning=(
            "There is no picture with this, and none is described. Do not ask for one, nor look for it."
        ),
        intro=(
            "Somebody came across an image that could show a person under 18 nude, partly nude or in a "
            "sexual way. That is what the person who reports it answered; no program looked at it."
        ),
        foot=f"{referral.reference} · entry {referral.seq}",
        sections=(
            Section("What is known", rows=tuple(rows)),
            Section("Who is told", rows=tuple(_told(one, rules, when) for one in referral.told)),
            Section("Why these, and who else", rows=tuple(route_of(referral, rules))),
            Section(
                "What to do now",
                points=(
                    f"If a child may be in danger now, call {rules.danger.call}.",
                    "Nobody opens, copies, prints or forwards the image, also not to show it to somebody.",
                    (
                        "Write down who was told, and when. What becomes of anything that was captured is "
                        "decided by the police or the safeguarding lead."
                    ),
                    f"Paragraphs are those of: {rules.edition}.",
                ),
            ),
        ),
        at=referral.recorded_at,
    )


def route_of(referral: Referral, rules: policy.Policy) -> list[tuple[str, str]]:
    """Who is told of it by the policy, in order, and why: name, and sentences with their paragraphs."""
    stated = Stated(
        indecent_image=Answer.YES,
        concerns_head=Answer.YES if referral.concerns_head else None,
        imagery=(_IMAGERY[referral.found],),
    )
    return [
        (
            one.name,
            " ".join(
                f"{reason.sentence}{f' ({reason.paragraph})' if reason.paragraph else ''}"
                for reason in one.reasons
            ),
        )
        for one in policy.who_is_told(rules, stated).addressees
    ]


def _told(one: Told, rules: policy.Policy, when: Callable[[datetime], str]) -> tuple[str, str]:
    how = "" if one.how is None else f", {_HOW[one.how]}"
    told = "Not yet told when this was recorded" if one.at is None else f"Told on {when(one.at)}{how}"
    return rules.role(one.role).name, f"{one.name}. {told}."
