"""What the report says of a file that was brought in: observed is the file itself, and nothing around it."""

from __future__ import annotations

from evidence_app.bundle.dates import moment_of
from evidence_app.bundle.report_stated import Value, short
from evidence_app.ledger import utc_text
from evidence_app.records import BroughtIn, Exhibit

_NOT_THE_TIME = "As the file system says; copying a file can change it."


def observed_rows(exhibit: Exhibit, file: BroughtIn) -> list[Value]:
    """The rows of the observed panel."""
    seen, stored = exhibit.observed, exhibit.stored
    rows = [
        ("Brought in", moment_of(seen.local), f"{utc_text(seen.utc)} in UTC, by {seen.clock}"),
        ("Sealed", f"{utc_text(exhibit.sealed_at)} in UTC", ""),
        ("Web address", "Not observed", "A file cannot prove where it was."),
        (
            "File name",
            short(file.name, 300),
            f"In the folder {short(file.folder, 200)}" if file.folder else "",
        ),
        ("Attached to", file.part_of, "Its name is what that exhibit calls it." if file.part_of else ""),
        ("File", f"{stored.size:,} bytes, {stored.media_type} by its first bytes", ""),
        ("Changed", "" if file.modified is None else f"{utc_text(file.modified)} in UTC", _NOT_THE_TIME),
        ("Computer", seen.computer, f"{seen.system}; account {seen.user}; {seen.software}"),
    ]
    return [{"label": label, "value": value, "note": note} for label, value, note in rows if value]


def alternative(exhibit: Exhibit, file: BroughtIn) -> str:
    """What stands in the place of the picture for who cannot see it."""
    seen = moment_of(exhibit.observed.local)
    text = f"Exhibit {exhibit.number}: the file “{short(file.name, 200)}”, brought in on {seen}."
    return text.replace("\n", " ").replace("\t", " ") + " What it shows is not described here."
