"""The content of the evidence report as plain values, in the order in which it is read.

A section for which the record has nothing is left out. What the program saw and what a person said never
share a list. Nothing here claims more than the record shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from evidence_app.bundle import layout, report_files
from evidence_app.bundle import report_case as case
from evidence_app.bundle.custody import custody_row
from evidence_app.bundle.dates import clock_of, day_of, duration, moment_of, plural
from evidence_app.bundle.field_words import RELATIONS, level_words, relation_words, sentence, solid_words
from evidence_app.bundle.page_words import page_rows
from evidence_app.bundle.report_series import series_value
from evidence_app.bundle.report_stated import Rows, Value, newest, short, stated, statement_sections
from evidence_app.bundle.report_words import METHODS, SHOWS, SHOWS_NOT
from evidence_app.bundle.text import shown
from evidence_app.crypto.sshsig import fingerprint
from evidence_app.crypto.words import key_words
from evidence_app.ledger import DIGEST_BYTES, first_link, next_link, utc_text
from evidence_app.records import (
    BundleContent,
    Derived,
    Entry,
    EntryKind,
    Exhibit,
    Observed,
    Preview,
    ReportContent,
    SealedExhibit,
    Source,
    Statement,
)

_GAP: Final = timedelta(hours=12)
"""From here on a stretch without a record is stated in the chronology."""
_PLACES: Final = ("address_cleaned", "address", "group")
_INDEX_TEXT: Final = 160
_PAGE_TEXT: Final = 2_000
"""Characters of an address in a list; in full it stands with its exhibit."""


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
        "summary": case.summary(report),
        "route": case.route(report),
        "chronology": _chronology(report),
        "statement": statement_sections(report),
        "exhibits": [
            _exhibit(report, one, links) | {"series": series_value(report, at, one.exhibit)}
            for at, one in enumerate(content.exhibits, start=1)
        ],
        "copies": case.copies(content),
        "actions": case.actions(report),
        "custody": [
            _custody_row(report, entry)
            for entry in content.opened
            if entry.kind not in (EntryKind.VAULT_CREATED, EntryKind.VAULT_KEY_REPLACED)
        ],
        "fingerprints": [[one.exhibit.number, one.exhibit.stored.sha256] for one in content.exhibits],
        "check": _check(report),
        "withheld": case.withheld(content),
        "keeping": case.keeping(report),
        "in_bundle": report.in_bundle,
    }


# --- page 1 ---------------------------------------------------------------------------------------


def _facts(report: ReportContent) -> Rows:
    content = report.content
    made = "Sealed" if report.in_bundle else "Made"
    return [
        ["Recorded by", case.who(content)],
        ["Aimed at", newest(content.statements, "aimed_at") or "Not stated"],
        ["For", case.for_whom(report)],
        ["Covers", f"{case.span(content)}{plural(len(content.exhibits), 'exhibit', 'exhibits')}"],
        [made, moment_of(report.local(content.sealed_at))],
        ["Marking", "Confidential: staff and pupil information"],
    ]


# --- chronology -------------------------------------------------------------------------------------


def _chronology(report: ReportContent) -> list[Value]:
    content = report.content
    incident = content.incident
    events = [
        (incident.opened_at, report.local(incident.opened_at), "Incident opened in the record", ""),
        *(event for one in content.exhibits for event in _captures(one.exhibit, content)),
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


def _captures(exhibit: Exhibit, content: BundleContent) -> Iterator[tuple[datetime, datetime, str, str]]:
    """When it was captured; of a copy when it was made, and before it its original, if that is not here."""
    seen, derived = exhibit.observed, exhibit.derived
    if derived is None:
        yield seen.utc, seen.local, METHODS[exhibit.method], exhibit.number
        return
    origin = derived.origin
    if origin.number not in {one.exhibit.number for one in content.exhibits}:
        what = f"{METHODS[origin.method]}: here as a {RELATIONS[derived.relation]}"
        yield origin.captured_at.astimezone(UTC), origin.captured_at, what, exhibit.number
    yield seen.utc, seen.local, f"{sentence(relation_words(derived))} made", exhibit.number


# --- exhibits ---------------------------------------------------------------------------------------


def _exhibit(report: ReportContent, one: SealedExhibit, links: Mapping[int, bytes]) -> dict[str, object]:
    exhibit = one.exhibit
    preview = report.previews.get(exhibit.number)
    last = one.statements[-1] if one.statements else None
    derived = exhibit.derived
    what = METHODS[exhibit.method] if derived is None else sentence(relation_words(derived))
    platform = newest(one.statements, "platform")
    place = next(filter(None, (newest(one.statements, field) for field in _PLACES)), "")
    at = case.seen_at(exhibit)
    kind = _kind(exhibit) if derived is None else RELATIONS[derived.relation]
    kind = "picture of the page" if exhibit.observed.page is not None else kind
    whole = "The original" if derived is None else "The copy itself"
    return {
        "number": exhibit.number,
        "plain_label": "exhibit-" + exhibit.number.replace("/", "-"),
        "what": short(f"{what}, {platform}" if platform else what, 80),
        "captured": f"{day_of(at)}, {clock_of(at)}",
        "where": short(place or "Not stated", _INDEX_TEXT),
        "how": _how(one.statements, place),
        "plain_alt": _alternative(exhibit, what, at),
        "plain_size": [preview.width, preview.height] if preview else None,
        "caption": f"{_shown(preview, kind)}. {whole} is in the bundle, unchanged."
        if report.in_bundle
        else f"{_shown(preview, kind)}. {whole} is in the vault, unchanged.",
        "no_picture": f"No smaller copy of this {kind} could be made for the report. {whole}, "
        f"{exhibit.stored.size:,} bytes of {exhibit.stored.media_type}, is kept unchanged.",
        "level": level_words(exhibit),
        "observed": _observed(exhibit) if derived is None else _made(exhibit, derived),
        "stated": list(stated(report, one.statements, last)),
        "by": ""
        if last is None
        else f"{last.source.value.capitalize()} by {last.by}, {moment_of(report.local(last.at))}",
        "entry": exhibit.seq,
        "seal": _seal(links, exhibit.seq),
    }


def _shown(preview: Preview | None, kind: str) -> str:
    if preview is not None and preview.top:
        return "The top of the page, smaller; it goes on below"
    return f"A smaller copy of the {kind}"


def _how(statements: Sequence[Statement], place: str) -> str:
    """Whether the place that the index names was stated by somebody or observed."""
    observed = any(one.value == place and one.source is Source.OBSERVED for one in statements)
    return ("Observed" if observed else "Stated") if place else ""


def _kind(exhibit: Exhibit) -> str:
    kind = layout.kind(exhibit.stored.media_type)
    # A PNG that was brought in may be anything, and not of this screen.
    return "picture" if kind == "screenshot" and exhibit.observed.file is not None else kind


def _alternative(exhibit: Exhibit, what: str, at: datetime) -> str:
    if exhibit.observed.file is not None:
        return report_files.alternative(exhibit, exhibit.observed.file)
    window = exhibit.observed.window
    titled = f" The window is titled “{shown(window.title, 300)}”." if window and window.title else ""
    text = f"Exhibit {exhibit.number}: {what.lower()}, captured on {moment_of(at)}.{titled}"
    return text.replace("\n", " ").replace("\t", " ") + " What it shows is not described here."


def _observed(exhibit: Exhibit) -> list[Value]:
    if exhibit.observed.file is not None:
        return report_files.observed_rows(exhibit, exhibit.observed.file)
    seen, stored = exhibit.observed, exhibit.stored
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
        *_where(seen),
        ("Window", short(seen.window.title, 300) if seen.window else "", _process(seen)),
        ("Area", place, ""),
        (
            "Picture",
            f"{seen.width} × {seen.height} pixels, {stored.size:,} bytes",
            _about_pixels(seen),
        ),
        (
            "Kept with it",
            ", ".join(f"{one.name} ({one.stored.size:,} bytes)" for one in exhibit.files),
            "Their SHA-256 are in the exhibit’s entry.",
        ),
        ("Computer", seen.computer, f"{seen.system}; account {seen.user}; {seen.software}"),
    ]
    return [{"label": label, "value": value, "note": note} for label, value, note in rows if value]


def _about_pixels(seen: Observed) -> str:
    if seen.blank:
        return "Every pixel was the same."
    if seen.recorded is not None:
        seconds = round(seen.recorded.length / 1000)
        return f"A recording of {seconds // 60}:{seconds % 60:02} without sound; its first picture is shown."
    if seen.series:
        last = moment_of(seen.series[-1].astimezone(seen.local.tzinfo))
        count = len(seen.series)
        return (
            f"Picture 1 of {count}, taken one after the other; the last at {last}. The others follow below."
        )
    return "The mouse pointer was drawn in, as it was on the screen." if seen.pointer else ""


def _where(seen: Observed) -> list[tuple[str, str, str]]:
    if seen.page is None:
        return [("Web address", "Not observed", "A screenshot cannot prove an address.")]
    return [
        (label, short(value, _PAGE_TEXT), short(note, _PAGE_TEXT))
        for label, value, note in page_rows(seen.page)
    ]


def _made(exhibit: Exhibit, derived: Derived) -> list[Value]:
    """What is observed of a copy: its making. Nothing of what was seen around its original."""
    seen, origin = exhibit.observed, derived.origin
    rows = [
        (
            "Captured",
            moment_of(origin.captured_at),
            f"{METHODS[origin.method]}: {origin.number}, entry {origin.seq}",
        ),
        ("Copy made", moment_of(seen.local), f"{utc_text(seen.utc)} in UTC, by {seen.clock}"),
        (
            "Covered" if derived.covers or derived.passages else "Cut off",
            case.covered(derived),
            solid_words(derived),
        ),
        ("Text", f"{exhibit.stored.size:,} bytes", "")
        if derived.passages
        else ("Picture", f"{seen.width} × {seen.height} pixels, {exhibit.stored.size:,} bytes", ""),
        ("Computer", seen.computer, f"{seen.system}; account {seen.user}; {seen.software}"),
    ]
    return [{"label": label, "value": value, "note": note} for label, value, note in rows if value]


def _process(seen: Observed) -> str:
    return f"As the system gave it; program {short(seen.window.process, 80)}" if seen.window else ""


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


def _custody_row(report: ReportContent, entry: Entry) -> Value:
    row = custody_row(entry)
    where = f"{row.what}. To: {row.where_to}" if row.where_to else row.what
    return {
        "entry": row.seq,
        "at": moment_of(report.local(row.at)),
        "utc": utc_text(row.at),
        "who": f"{row.by}, {row.on}" if row.on else row.by,
        "what": where,
        "no": row.about,
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
