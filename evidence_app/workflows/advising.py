"""What the policy says at the moment at which something is stated: domain.md, rules 2 and 11.

Each function gives sentences for the person to read, with the paragraph where there is one. Nothing is
refused by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evidence_app import fields, policy
from evidence_app.capture.address import read_address
from evidence_app.policy import Moment
from evidence_app.records import Exhibit, Incident, Said

_SNAPCHAT = "snapchat"


def danger_first(said: Mapping[str, Said]) -> tuple[str, ...]:
    """That 999 is called before anything else, where it was just said that somebody is in danger."""
    if "danger" not in said or said["danger"].value != "yes":
        return ()
    danger = policy.current().danger
    return (f"{danger.title}. {danger.text}",)


def before_it_is_gone(thing: Incident | Exhibit, said: Iterable[Said]) -> tuple[str, ...]:
    """Capture before blocking or reporting; what Snapchat may tell the other side."""
    moments = [moment for one in said if one.value for moment in _moments(thing, one)]
    return tuple(sentence(one) for one in dict.fromkeys(moments))


def _moments(thing: Incident | Exhibit, said: Said) -> Iterable[Moment]:
    if isinstance(thing, Incident):
        field = fields.field(said.field.partition(".")[0])
        if field is not None and field.guidance is Moment.BEFORE_BLOCK and not thing.exhibits:
            yield Moment.BEFORE_BLOCK
    elif _platform(said) == _SNAPCHAT:
        yield Moment.SNAPCHAT


def _platform(said: Said) -> str:
    if said.field == "platform":
        return said.value.strip().casefold()
    return read_address(said.value).platform.casefold() if said.field == "address" else ""


def sentence(moment: Moment) -> str:
    """The advice of the policy for a moment, with its paragraph."""
    advice = policy.current().advice(moment)
    return f"{advice.text} ({advice.paragraph})" if advice.paragraph else advice.text
