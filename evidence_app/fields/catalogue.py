"""Every field of an incident and of an exhibit. Source: domain.md, "Fields"; paragraphs 6.9, 6.22, 11.2.

The codes of what an address says are the names in `records.Address`.
"""

from __future__ import annotations

import re
from typing import Final

from evidence_app.fields.model import FieldSpec, Kind, Named, Of, Reach, Section
from evidence_app.policy import Moment

_INCIDENT: Final = frozenset({Of.INCIDENT})
_EXHIBIT: Final = frozenset({Of.EXHIBIT})
_BOTH: Final = frozenset(Of)

MOST_ROWS: Final = 200
_ROW: Final = re.compile(r"([a-z_]{1,40})\.(?:([1-9][0-9]{0,3})\.)?([a-z_]{1,40})", re.ASCII)


def _part(code: str, name: str, kind: Kind = Kind.LINE, *, quoted: bool = False) -> FieldSpec:
    return FieldSpec(code, name, kind, Section.TOLD, frozenset(), quoted=quoted)


_REFERENCE: Final = (
    _part("whom", "With whom"),
    _part("when", "When", Kind.MOMENT),
    _part("reference", "Reference"),
    _part("answer", "Answer", Kind.LONG),
)

FIELDS: Final[tuple[FieldSpec, ...]] = (
    # --- what ---
    FieldSpec("title", "Title", Kind.LINE, Section.WHAT, _INCIDENT, needed=True),
    FieldSpec("kind", "Kind", Kind.SEVERAL, Section.WHAT, _BOTH, "categories"),
    FieldSpec("aimed_at", "Aimed at", Kind.CHOICE, Section.WHAT, _BOTH, "aimed_at"),
    FieldSpec("facts", "What happened", Kind.LONG, Section.WHAT, _INCIDENT, guidance=Moment.INTENT),
    FieldSpec(
        "opinion", "Opinion", Kind.LONG, Section.WHAT, _INCIDENT, said_apart=True, guidance=Moment.INTENT
    ),
    FieldSpec(
        "effect", "Effect", Kind.LONG, Section.WHAT, _INCIDENT, said_apart=True, guidance=Moment.DISTRESS
    ),
    FieldSpec(
        "protected", "Protected characteristics", Kind.SEVERAL, Section.WHAT, _INCIDENT, "characteristics",
        reach=Reach.RESTRICTED, guidance=Moment.PROTECTED,
    ),
    FieldSpec("note", "Note", Kind.LONG, Section.WHAT, _BOTH),
    # --- safety ---
    FieldSpec("danger", "Immediate danger", Kind.ANSWER, Section.SAFETY, _INCIDENT, guidance=Moment.DANGER),
    FieldSpec(
        "child_involved", "A child is involved", Kind.ANSWER, Section.SAFETY, _INCIDENT, guidance=Moment.CHILD
    ),
    FieldSpec(
        "harm_by_staff", "Claim that staff harmed a child", Kind.ANSWER, Section.SAFETY, _INCIDENT,
        guidance=Moment.ALLEGATION,
    ),
    FieldSpec(
        "radicalisation", "Radicalisation concern", Kind.ANSWER, Section.SAFETY, _INCIDENT,
        guidance=Moment.RADICALISATION,
    ),
    # Where an incident goes stays with the sender: a reader who is passed over must not learn of it later.
    FieldSpec(
        "concerns_head", "About the Headteacher", Kind.ANSWER, Section.SAFETY, _INCIDENT, reach=Reach.PRIVATE,
        guidance=Moment.CONCERNS_HEAD,
    ),
    # --- when ---
    FieldSpec("happened_first", "First happened", Kind.MOMENT, Section.WHEN, _INCIDENT),
    FieldSpec(
        "happened_first_certainty", "First happened, how sure", Kind.CHOICE, Section.WHEN, _INCIDENT,
        "happened",
    ),
    FieldSpec("happened_last", "Last happened", Kind.MOMENT, Section.WHEN, _INCIDENT),
    FieldSpec(
        "happened_last_certainty", "Last happened, how sure", Kind.CHOICE, Section.WHEN, _INCIDENT,
        "happened",
    ),
    FieldSpec("noticed", "Noticed", Kind.MOMENT, Section.WHEN, _INCIDENT),
    # --- who, apart from any account ---
    FieldSpec("suspected_author", "Suspected author", Kind.LINE, Section.WHO, _INCIDENT),
    FieldSpec("suspected_author_grounds", "On what grounds", Kind.LONG, Section.WHO, _INCIDENT),
    FieldSpec("person_kind", "Who seems to have written it", Kind.CHOICE, Section.WHO, _INCIDENT, "people"),
    FieldSpec("family_link", "Family link that the school knows", Kind.ANSWER, Section.WHO, _INCIDENT),
    FieldSpec("family_link_about", "Family link: how, and who knows", Kind.LINE, Section.WHO, _INCIDENT),
    # --- where it stood ---
    FieldSpec(
        "address", "Web address", Kind.ADDRESS, Section.WHERE, _EXHIBIT, quoted=True,
        about="Exactly as it was given.",
    ),
    FieldSpec(
        "address_cleaned", "Web address, cleaned", Kind.LINE, Section.WHERE, _EXHIBIT, quoted=True,
        about="Without what may say who shared it; this is what reports show.",
    ),
    FieldSpec("platform", "Platform", Kind.LINE, Section.WHERE, _EXHIBIT, quoted=True),
    FieldSpec("display_name", "Display name", Kind.LINE, Section.WHERE, _EXHIBIT, quoted=True),
    FieldSpec("account", "Account", Kind.LINE, Section.WHERE, _EXHIBIT, quoted=True, about="The handle."),
    FieldSpec("account_id", "Account number", Kind.LINE, Section.WHERE, _EXHIBIT, quoted=True),
    FieldSpec("post", "Post number", Kind.LINE, Section.WHERE, _EXHIBIT, quoted=True),
    FieldSpec("comment", "Comment number", Kind.LINE, Section.WHERE, _EXHIBIT, quoted=True),
    FieldSpec("group", "Group", Kind.LINE, Section.WHERE, _EXHIBIT, quoted=True),
    FieldSpec("server", "Server", Kind.LINE, Section.WHERE, _EXHIBIT, quoted=True),
    FieldSpec("channel", "Channel", Kind.LINE, Section.WHERE, _EXHIBIT, quoted=True),
    FieldSpec("phone", "Telephone number", Kind.PHONE, Section.WHERE, _EXHIBIT, quoted=True),
    # --- the post: three times that are never merged ---
    FieldSpec(
        "posted_displayed", "Time posted, as displayed", Kind.LINE, Section.POST, _EXHIBIT, quoted=True,
        about="For example 3h.",
    ),
    FieldSpec("posted_interpreted", "Time posted, as you read it", Kind.MOMENT, Section.POST, _EXHIBIT),
    FieldSpec(
        "posted_interpreted_certainty", "Time posted, how sure", Kind.CHOICE, Section.POST, _EXHIBIT,
        "happened",
    ),
    FieldSpec(
        "posted_from_id", "Time inside the post's number", Kind.MOMENT, Section.POST, _EXHIBIT,
        about="When it was made, as its number says; not when it was published.",
    ),
    FieldSpec("transcript", "Transcript", Kind.LONG, Section.POST, _EXHIBIT, quoted=True),
    FieldSpec("audience", "Who could see it", Kind.LINE, Section.POST, _EXHIBIT),
    FieldSpec("still_online", "Still online", Kind.ANSWER, Section.POST, _EXHIBIT),
    FieldSpec("last_checked", "Last looked", Kind.MOMENT, Section.POST, _EXHIBIT),
    FieldSpec(
        "witness", "Seen live by", Kind.ROWS, Section.POST, _EXHIBIT, guidance=Moment.WITNESS,
        parts=(
            _part("name", "Name"),
            _part("role", "Role"),
            _part("when", "When", Kind.MOMENT),
            _part("words", "In their words", Kind.LONG),
        ),
    ),
    # --- how it came to be seen (6.9) ---
    FieldSpec(
        "access", "How you came to see it", Kind.CHOICE, Section.ACCESS, _BOTH, "access",
        guidance=Moment.PUPIL_PAGE,
    ),
    FieldSpec("access_about", "How you came to see it, in words", Kind.LINE, Section.ACCESS, _BOTH),
    FieldSpec("access_advice", "Advice that was shown", Kind.LONG, Section.ACCESS, _BOTH),
    FieldSpec("received_from", "Received from", Kind.LINE, Section.ACCESS, _EXHIBIT),
    FieldSpec("received_on", "Received on", Kind.DAY, Section.ACCESS, _EXHIBIT),
    # --- what the file leaves open, and only a person can tell ---
    FieldSpec(
        "date_order", "Order of day and month", Kind.LINE, Section.ACCESS, _EXHIBIT,
        about="In the times of a chat: day first or month first.",
    ),
    FieldSpec(
        "mail_key", "Mail server’s key", Kind.ROWS, Section.ACCESS, _EXHIBIT,
        parts=(
            _part("name", "For"),
            _part("record", "Record", Kind.LONG, quoted=True),
            _part("origin", "From where"),
            _part("got_by", "Got by"),
            _part("got_on", "Got on", Kind.DAY),
        ),
    ),
    # --- whom, and what was done ---
    FieldSpec(
        "told", "Told", Kind.ROWS, Section.TOLD, _INCIDENT,
        parts=(_part("whom", "Whom"), _part("when", "When", Kind.MOMENT), _part("how", "How")),
    ),
    FieldSpec(
        "platform_report", "Reported to the platform", Kind.ROWS, Section.DONE, _INCIDENT,
        guidance=Moment.BEFORE_BLOCK,
        parts=(
            _part("to", "To"),
            _part("date", "When", Kind.MOMENT),
            _part("reference", "Reference"),
            _part("reply", "Reply", Kind.LONG, quoted=True),
        ),
    ),
    FieldSpec("police_reference", "Police", Kind.ROWS, Section.DONE, _INCIDENT, parts=_REFERENCE),
    FieldSpec("helpline_reference", "Helpline", Kind.ROWS, Section.DONE, _INCIDENT, parts=_REFERENCE),
    # Whether somebody is in a union is special-category data: visible to the reporter only.
    FieldSpec(
        "union_reference", "Union", Kind.ROWS, Section.DONE, _INCIDENT, reach=Reach.PRIVATE,
        guidance=Moment.UNION, parts=_REFERENCE,
    ),
    FieldSpec(
        "linked", "Linked incident", Kind.ROWS, Section.DONE, _INCIDENT,
        parts=(_part("incident", "Incident", Kind.INCIDENT), _part("why", "Why")),
    ),
    # --- keeping ---
    FieldSpec("closed_on", "Closed on", Kind.DAY, Section.KEEPING, _INCIDENT),
    FieldSpec("kept_until", "Kept until", Kind.DAY, Section.KEEPING, _BOTH, past=False),
)  # fmt: skip

_BY_CODE: Final = {one.code: one for one in FIELDS}


def fields_of(what: Of, section: Section | None = None) -> tuple[FieldSpec, ...]:
    """The fields of an incident or of an exhibit, in the order in which a person goes through them."""
    return tuple(one for one in FIELDS if what in one.of and section in {None, one.section})


def field(code: str) -> FieldSpec | None:
    """A field by its code; None for one that this version does not know."""
    return _BY_CODE.get(code)


def named(text: str) -> Named | None:
    """The field, row and part that a statement names; None where this version knows none such.

    `told.whom`, without a row, is the part of a row that is yet to be made: its `row` is 0.
    """
    spec = _BY_CODE.get(text)
    if spec is not None:
        return None if spec.parts else Named(spec, spec)
    match = _ROW.fullmatch(text)
    whole = _BY_CODE.get(match[1]) if match else None
    part = whole.part(match[3]) if match and whole else None
    if match is None or whole is None or part is None:
        return None
    return Named(whole, part, int(match[2] or 0))


def reach(text: str) -> Reach:
    """Who may read what is stated under this name. What this version does not know is open, as ever."""
    spec = _BY_CODE.get(text.partition(".")[0])
    return Reach.OPEN if spec is None else spec.reach


def name_of(text: str) -> str:
    """How a field is called, also one that this version does not know."""
    found = named(text)
    return text.replace("_", " ").capitalize() if found is None else found.name
