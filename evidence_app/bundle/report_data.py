"""The content of the evidence report as plain values, in the order in which it is read.

A section for which the record has nothing is left out. What the program saw and what a person said never
share a list. Nothing here claims more than the record shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from evidence_app import policy
from evidence_app.bundle import layout
from evidence_app.bundle.dates import clock_of, day_of, duration, moment_of, plural
from evidence_app.bundle.report_words import ACTS, FIELDS, METHODS, ROLES, SHOWS, SHOWS_NOT
from evidence_app.bundle.text import shown
from evidence_app.crypto.sshsig import fingerprint
from evidence_app.crypto.words import key_words
from evidence_app.ledger import DIGEST_BYTES, first_link, next_link, utc_text
from evidence_app.records import (
    BundleContent,
    Entry,
    Exhibit,
    Observed,
    ReportContent,
    SealedExhibit,
    Statement,
)

Value = dict[str, object]
Rows = list[list[str]]

_GAP: Final = timedelta(hours=12)
"""From here on a stretch without a record is stated in the chronology."""
_LONG_TEXT: Final = 1_200
_LONG_LINES: Final = 20
"""What is longer than either has no place in a column: it follows below, over the whole width."""
_INDEX_TEXT: Final = 160
"""Characters of an address in a list; in full it stands with its exhibit."""
_USUAL: Final = ((policy.Fact.ALWAYS,), (policy.Fact.CONCERNS_HEAD,))
"""Routes that are printed with every report."""
_OPINION: Final = frozenset({"opinion", "effect"})
"""Fields of an incident that are the reporter's view, printed apart from the facts."""


def report_value(report: ReportContent) -> Value:
    """The JSON value that the template prints; texts are still plain strings."""
    content = report.content
    incident = content.incident
    title = shown(f"Evidence report {incident.reference}: {incident.title}", 400).replace("\n", " ")
    links = _links(content)
    return {
        "plain_title": title,
        "school": content.sender.school,
        "reference": incident.reference,
        "name": incident.title,
        "words": " ".join(key_words(content.sender.signing_key)),
        "facts": _facts(report),
        "exhibit_count": len(content.exhibits),
        "shows": list(SHOWS),
        "shows_not": list(SHOWS_NOT),
        "summary": _summary(report),
        "route": _route(report),
        "chronology": _chronology(report),
        "statement": _statement_sections(report),
        "exhibits": [_exhibit(report, one, links) for one in content.exhibits],
        "custody": [_custody_row(report, entry) for entry in content.opened if _is_custody(entry)],
        "fingerprints": [[one.exhibit.number, one.exhibit.stored.sha256] for one in content.exhibits],
        "check": _check(report),
        "withheld": [[number, reason] for number, reason in content.left_out.items()],
        "in_bundle": report.in_bundle,
    }


# --- page 1 ---------------------------------------------------------------------------------------


def _who(content: BundleContent) -> str:
    role = ROLES.get(content.sender.role, content.sender.role)
    return ", ".join(text for text in (content.sender.name, role) if text)


def _for_whom(report: ReportContent) -> str:
    if report.content.sealed_for:
        return ", ".join(report.content.sealed_for)
    return "Whoever has the passphrase" if report.in_bundle else "Not sealed for anybody"


def _facts(report: ReportContent) -> Rows:
    content = report.content
    made = "Sealed" if report.in_bundle else "Made"
    return [
        ["Recorded by", _who(content)],
        ["Aimed at", _newest(content.statements, "aimed_at") or "Not stated"],
        ["For", _for_whom(report)],
        ["Covers", f"{_span(content)}{plural(len(content.exhibits), 'exhibit', 'exhibits')}"],
        [made, moment_of(report.local(content.sealed_at))],
        ["Marking", "Confidential: staff and pupil information"],
    ]


def _span(content: BundleContent) -> str:
    days = [day_of(at) for at in sorted(one.exhibit.observed.local for one in content.exhibits)]
    if not days:
        return ""
    return f"{days[0]}, " if days[0] == days[-1] else f"{days[0]} to {days[-1]}, "


def _newest(statements: Iterable[Statement], field: str) -> str:
    found = [said for said in statements if said.field == field]
    return _shown_value(found[-1]) if found else ""


def _shown_value(said: Statement) -> str:
    """The value as the policy names it: codes stand in the record, names on paper."""
    if said.field not in {"kind", "aimed_at"}:
        return said.value
    edition = policy.current()
    among = edition.categories if said.field == "kind" else edition.aimed_at
    names = [edition.name_of(code.strip(), among) for code in said.value.split(",") if code.strip()]
    return ", ".join(names) or said.value


# --- summary and route ------------------------------------------------------------------------------


def _summary(report: ReportContent) -> Rows:
    content = report.content
    kinds: dict[str, str] = {}
    for one in content.exhibits:
        for said in [said for said in one.statements if said.field == "kind"][-1:]:
            for code in filter(None, (part.strip() for part in said.value.split(","))):
                kinds[code] = _category(code)
    accounts = dict.fromkeys(filter(None, (_newest(one.statements, "account") for one in content.exhibits)))
    platforms = dict.fromkeys(filter(None, (_newest(one.statements, "platform") for one in content.exhibits)))
    rows = [
        ["Who", f"Recorded by {_who(content)}, {content.sender.school}"],
        ["What", f"{content.incident.title}. {plural(len(content.exhibits), 'exhibit', 'exhibits')}."],
        ["Kind, as stated", "; ".join(kinds.values())],
        ["Where, as stated", ", ".join(_short(one, 80) for one in platforms)],
        ["Accounts, as stated", ", ".join(_short(one, 80) for one in accounts)],
        ["When captured", _span(content).removesuffix(", ")],
        ["What is asked", content.asks],
    ]
    return [row for row in rows if row[1]]


def _category(code: str) -> str:
    edition = policy.current()
    for choice in edition.categories:
        if choice.code == code:
            return f"{choice.name} (policy {choice.paragraph})" if choice.paragraph else choice.name
    return edition.name_of(code)


def _route(report: ReportContent) -> Value:
    content = report.content
    rows = [
        ["Incident opened in the record", moment_of(report.local(content.incident.opened_at))],
        ["Sealed for", f"{_for_whom(report)}, {moment_of(report.local(content.sealed_at))}"],
    ]
    edition = policy.current()
    rules = [
        f"{edition.role(one.to).name}: paragraph {one.paragraph}"
        for one in edition.routes
        if one.paragraph and one.when in _USUAL and not one.owner
    ]
    return {
        "rows": rows if report.in_bundle else rows[:1],
        "policy": f"Who is told, by {edition.edition}: {'; '.join(rules)}. When a file was received "
        "is for the reader to say; this report cannot know it.",
    }


# --- chronology -------------------------------------------------------------------------------------


def _chronology(report: ReportContent) -> list[Value]:
    content = report.content
    incident = content.incident
    events = [
        (incident.opened_at, report.local(incident.opened_at), "Incident opened in the record", ""),
        *(
            (
                one.exhibit.observed.utc,
                one.exhibit.observed.local,
                METHODS[one.exhibit.method],
                one.exhibit.number,
            )
            for one in content.exhibits
        ),
    ]
    if report.in_bundle:
        events.append((content.sealed_at, report.local(content.sealed_at), "This bundle sealed", ""))
    events.sort(key=lambda event: event[0])
    rows: list[Value] = []
    for before, event in zip([None, *events], events, strict=False):
        if before is not None and event[0] - before[0] >= _GAP:
            rows.append({"gap": f"Nothing was recorded for {duration(event[0] - before[0])}."})
        at, local, what, number = event
        utc = at.astimezone(UTC)
        rows.append(
            {
                "day": day_of(local),
                "local": clock_of(local),
                "utc": f"{utc:%H:%M:%S}" if utc.date() == local.date() else f"{utc:%H:%M:%S}, {day_of(utc)}",
                "what": what,
                "no": number,
            }
        )
    return rows


# --- statements -------------------------------------------------------------------------------------


def _statement_sections(report: ReportContent) -> list[Value]:
    said = [one for one in report.content.statements if one.field != "title"]
    facts = [one for one in said if one.field not in _OPINION]
    views = [one for one in said if one.field in _OPINION]
    return [
        {"name": name, "rows": list(_stated(report, part))}
        for name, part in (("Facts", facts), ("Opinion and effect", views))
        if part
    ]


def _stated(
    report: ReportContent, statements: Sequence[Statement], above: Statement | None = None
) -> Iterator[Value]:
    """Field by field: what holds now, then every earlier wording; nothing that was said is lost.

    `above`: one whose speaker and time stand above the list already.
    """
    for field in dict.fromkeys(said.field for said in statements):
        history = [said for said in statements if said.field == field]
        *earlier, newest = history
        yield {
            "label": _short(FIELDS.get(field, field.replace("_", " ").capitalize()), 80),
            "long": any(_is_long(said.value) for said in history),
            "value": _shown_value(newest),
            "source": _origin(report, newest, above),
            "earlier": [
                {
                    "when": f"Said before{_by(said, above)}, {moment_of(report.local(said.at))}",
                    "value": _shown_value(said),
                }
                for said in reversed(earlier)
            ],
        }


def _is_long(text: str) -> bool:
    return len(text) > _LONG_TEXT or text.count("\n") > _LONG_LINES


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + " … (longer)"


def _origin(report: ReportContent, said: Statement, above: Statement | None) -> str:
    if above is not None and (said.by, said.at) == (above.by, above.at):
        return "" if said.source is above.source else said.source.value.capitalize()
    return f"{said.source.value.capitalize()}{_by(said, above)}, {moment_of(report.local(said.at))}"


def _by(said: Statement, above: Statement | None) -> str:
    return "" if above is not None and said.by == above.by else f" by {said.by}"


# --- exhibits ---------------------------------------------------------------------------------------


def _exhibit(report: ReportContent, one: SealedExhibit, links: Mapping[int, bytes]) -> Value:
    exhibit = one.exhibit
    preview = report.previews.get(exhibit.number)
    last = one.statements[-1] if one.statements else None
    what = METHODS[exhibit.method]
    platform = _newest(one.statements, "platform")
    place = _newest(one.statements, "address") or _newest(one.statements, "group")
    at = exhibit.observed.local
    kind = layout.kind(exhibit.stored.media_type)
    return {
        "number": exhibit.number,
        "plain_label": "exhibit-" + exhibit.number.replace("/", "-"),
        "what": _short(f"{what}, {platform}" if platform else what, 80),
        "captured": f"{day_of(at)}, {clock_of(at)}",
        "where": _short(place or "Not stated", _INDEX_TEXT),
        "how": "Stated" if place else "",
        "plain_alt": _alternative(exhibit, what, at),
        "plain_size": [preview.width, preview.height] if preview else None,
        "caption": f"A smaller copy of the {kind}. The original is in the bundle, unchanged."
        if report.in_bundle
        else f"A smaller copy of the {kind}. The original is in the vault, unchanged.",
        "no_picture": f"No smaller copy of this {kind} could be made for the report. The original, "
        f"{exhibit.stored.size:,} bytes of {exhibit.stored.media_type}, is kept unchanged.",
        "level": f"{exhibit.level.value}: {policy.current().level(exhibit.level).name}",
        "observed": _observed(exhibit),
        "stated": list(_stated(report, one.statements, last)),
        "by": ""
        if last is None
        else f"{last.source.value.capitalize()} by {last.by}, {moment_of(report.local(last.at))}",
        "entry": exhibit.seq,
        "seal": _seal(links, exhibit.seq),
    }


def _alternative(exhibit: Exhibit, what: str, at: datetime) -> str:
    window = exhibit.observed.window
    titled = f" The window is titled “{shown(window.title, 300)}”." if window and window.title else ""
    text = f"Exhibit {exhibit.number}: {what.lower()}, captured on {moment_of(at)}.{titled}"
    return text.replace("\n", " ").replace("\t", " ") + " What it shows is not described here."


def _observed(exhibit: Exhibit) -> list[Value]:
    seen = exhibit.observed
    stored = exhibit.stored
    screens = plural(len(seen.monitors), "screen", "screens")
    area = seen.area
    place = (
        f"{area.width} × {area.height} pixels at {area.left}, {area.top}; {screens}"
        if area is not None
        else ""
    )
    rows = [
        ("Captured", moment_of(seen.local), f"{utc_text(seen.utc)} in UTC, by {seen.clock}"),
        ("Sealed", f"{utc_text(exhibit.sealed_at)} in UTC", ""),
        ("Web address", "Not observed", "A screenshot cannot prove an address."),
        ("Window", _short(seen.window.title, 300) if seen.window else "", _process(seen)),
        ("Area", place, ""),
        (
            "Picture",
            f"{seen.width} × {seen.height} pixels, {stored.size:,} bytes",
            "Every pixel was the same." if seen.blank else "",
        ),
        ("Computer", seen.computer, f"{seen.system}; account {seen.user}; {seen.software}"),
    ]
    return [{"label": label, "value": value, "note": note} for label, value, note in rows if value]


def _process(seen: Observed) -> str:
    return f"As the system gave it; program {_short(seen.window.process, 80)}" if seen.window else ""


def _seal(links: Mapping[int, bytes], seq: int) -> Value:
    """Links before, of and after an entry, as far as the checkpoint goes."""
    return {
        name: links[at].hex()
        for name, at in (("before", seq - 1), ("this", seq), ("after", seq + 1))
        if at in links
    }


def _links(content: BundleContent) -> dict[int, bytes]:
    """The links beside every exhibit's entry, by entry, in one walk along the chain."""
    wanted = {one.exhibit.seq + step for one in content.exhibits for step in (-1, 0, 1)}
    link = first_link(content.checkpoint.checkpoint.vault_id)
    found = {0: link}
    for at in range(min(max(wanted, default=0), len(content.commitments) // DIGEST_BYTES)):
        link = next_link(link, content.commitments[at * DIGEST_BYTES : (at + 1) * DIGEST_BYTES])
        if at + 1 in wanted:
            found[at + 1] = link
    return found


# --- custody and checks -----------------------------------------------------------------------------


def _is_custody(entry: Entry) -> bool:
    return entry.kind in ACTS


def _custody_row(report: ReportContent, entry: Entry) -> Value:
    about = partial(entry.data.get)
    return {
        "entry": entry.seq,
        "at": moment_of(report.local(entry.at)),
        "utc": utc_text(entry.at),
        "who": f"{entry.by}, {entry.on}" if entry.on else entry.by,
        "what": ACTS[entry.kind],
        "no": str(about("number") or about("about") or about("reference") or ""),
    }


def _check(report: ReportContent) -> Value:
    content = report.content
    checkpoint = content.checkpoint.checkpoint
    return {
        "key": fingerprint(content.sender.signing_key),
        "words": " ".join(key_words(content.sender.signing_key)),
        "vault": checkpoint.vault_id,
        "size": checkpoint.size,
        "link": checkpoint.link.hex(),
        "time": utc_text(checkpoint.time),
        "bundle": content.bundle_id if report.in_bundle else "",
        "commands": [
            "age -d -i key.txt FILE.evidence | tar x",
            f"sha256sum -c {layout.TAG_MANIFEST} {layout.MANIFEST}",
            (
                f"ssh-keygen -Y verify -f allowed_signers -I sender -n {layout.BUNDLE_NAMESPACE} "
                f"-s {layout.SIGNATURE} < {layout.TAG_MANIFEST}"
            ),
        ],
    }
