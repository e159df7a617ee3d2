"""The sheet of a referral without a picture (8.1): when, where, who is told. Nothing is described."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from evidence_app.bundle.dates import moment_of
from evidence_app.bundle.report_words import ROLES
from evidence_app.bundle.sheet import Section, Sheet
from evidence_app.ledger import utc_text
from evidence_app.records import Found, How, Owner, Referral, Told

_FOUND = {
    Found.WEBSITE: "On a website or in an app",
    Found.DEVICE: "Saved on a device",
    Found.SENT: "It was sent to the person who reports it",
}
_TOLD_ROLES = {
    "head": "Headteacher",
    "chair": "Chair of Governors",
    "safeguarding_lead": "Designated safeguarding lead",
    "police": "Police",
    "internet_watch_foundation": "Internet Watch Foundation",
}
_HOW = {How.IN_PERSON: "in person", How.TELEPHONE: "by telephone", How.OTHER: "in another way"}
_NEXT = {
    Found.WEBSITE: "An image on a website is reported, by its address, to the Internet Watch Foundation.",
    Found.DEVICE: "An image that is saved on a device is a matter for the police. Leave the device as it is.",
    Found.SENT: (
        "An image that was sent is on a device, so it is a matter for the police. Leave the device as it is."
    ),
}


def referral_sheet(referral: Referral, owner: Owner, local: Callable[[datetime], datetime]) -> Sheet:
    """The sheet. There is nothing in a referral that it leaves out."""

    def when(moment: datetime) -> str:
        return moment_of(local(moment))

    rows = [
        ("Reference", referral.reference),
        ("Recorded by", ", ".join(part for part in (owner.name, ROLES.get(owner.role.value, "")) if part)),
        (
            "Recorded",
            f"{when(referral.recorded_at)} ({utc_text(referral.recorded_at)}), by this computer’s clock",
        ),
        ("Seen, as stated", when(referral.seen_at)),
        ("Where it is", _FOUND[referral.found]),
        ("Web address, as stated", referral.address or "Not stated"),
    ]
    if referral.incident is not None:
        rows.append(("Came up with incident", referral.incident))
    if referral.exhibit:
        rows.append(
            (
                "Already captured",
                f"{referral.exhibit} is locked away: it cannot be seen, copied or exported. Nobody opens it.",
            )
        )
    route = (
        "It concerns the Headteacher, so it goes to the Chair of Governors and the safeguarding lead "
        "(6.24, 8.1)."
        if referral.concerns_head
        else "It goes to the Headteacher and the safeguarding lead, at once (8.1)."
    )
    return Sheet(
        kind="Referral without a picture",
        name=f"Referral {referral.reference}",
        school=owner.school,
        warning=(
            "There is no picture with this, and none is described. Do not ask for one, and do not look "
            "for it."
        ),
        intro=(
            "Somebody came across an image that could show a person under 18 nude, partly nude or in a "
            "sexual way. That is what the person who reports it answered; no program looked at it."
        ),
        foot=f"{referral.reference} · entry {referral.seq}",
        sections=(
            Section("What is known", rows=tuple(rows)),
            Section("Who is told", rows=tuple(_told(one, when) for one in referral.told), points=(route,)),
            Section(
                "What to do now",
                points=(
                    "If a child may be in danger now, call 999.",
                    _NEXT[referral.found],
                    "Nobody opens, copies, prints or forwards the image, also not to show it to somebody.",
                    (
                        "Write down who was told, and when. What becomes of anything that was captured is "
                        "decided by the police or the safeguarding lead."
                    ),
                ),
            ),
        ),
        at=referral.recorded_at,
    )


def _told(one: Told, when: Callable[[datetime], str]) -> tuple[str, str]:
    how = "" if one.how is None else f", {_HOW[one.how]}"
    told = "Not yet told when this was recorded" if one.at is None else f"Told on {when(one.at)}{how}"
    return _TOLD_ROLES.get(one.role, one.role), f"{one.name}. {told}."
