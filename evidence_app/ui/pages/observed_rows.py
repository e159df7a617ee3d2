"""The rows of the Observed panel: of an exhibit of this vault, and of one that came in a bundle."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from evidence_app.bundle.field_words import covered_words, solid_words
from evidence_app.capture.files import shown
from evidence_app.ledger import utc_text
from evidence_app.policy import current
from evidence_app.records import BroughtIn, Derived, Exhibit, Level, Observed
from evidence_app.ui import say
from evidence_app.ui.pages.long_text import LongText
from evidence_app.ui.pages.page_rows import add_page
from evidence_app.ui.widgets import HashLabel, ObservedPanel
from evidence_app.workflows.sent import Sent


def _tr(text: str) -> str:
    return QCoreApplication.translate("exhibit", text)


def fill_observed(panel: ObservedPanel, exhibit: Exhibit) -> None:
    """The rows of an exhibit of this vault."""
    seen, stored = exhibit.observed, exhibit.stored
    panel.clear()
    derived = exhibit.derived
    _add_time(panel, seen, made=derived is not None)
    if exhibit.standing.locked_away is not None:
        return  # only number, time and address are left to see
    if seen.file is not None:
        _add_file(panel, seen.file, stored.size, stored.media_type)
        what = _tr("SHA-256 of the file, entry {0} in the record")
    elif derived is None:
        _add_screen(panel, seen, [(one.name, one.stored.size) for one in exhibit.files])
        _add_picture(panel, seen, stored.size)
        what = _tr("SHA-256 of the picture, entry {0} in the record")
    else:
        _fill_made(panel, derived)
        if derived.passages:
            panel.add(_tr("Text"), say.size(stored.size))
            what = _tr("SHA-256 of the text, entry {0} in the record")
        else:
            _add_picture(panel, seen, stored.size)
            what = _tr("SHA-256 of the picture, entry {0} in the record")
    _add_origin(panel, seen, say.how_made(exhibit), exhibit.level)
    panel.add(_tr("Fingerprint"), HashLabel(stored.sha256, keep=(3, 1)), what.format(exhibit.seq))


def fill_sent(panel: ObservedPanel, sent: Sent) -> None:
    """The rows of an exhibit that came in a bundle: what its sender's program recorded of it."""
    panel.clear()
    seen = sent.observed
    if seen is None:
        panel.add(
            _tr("Not readable"),
            _tr("What was observed of it is not shown"),
            _tr("The bundle is altered, or made by another version."),
        )
        return
    _add_time(panel, seen, made=bool(sent.copy_of))
    if sent.copy_of:
        panel.add(_tr("Original"), sent.copy_of, _tr("This is a copy that was made of it."))
    if seen.file is not None:
        _add_file(panel, seen.file, sent.size, sent.media_type)
    else:
        if not sent.copy_of:
            _add_screen(panel, seen, [(one.name, one.size) for one in sent.files])
        if sent.media_type.startswith("text/"):
            panel.add(_tr("Text"), say.size(sent.size))
        else:
            _add_picture(panel, seen, sent.size)
    _add_origin(panel, seen, say.method(seen.method), sent.level)
    panel.add(
        _tr("Fingerprint"),
        HashLabel(sent.sha256, keep=(3, 1)),
        _tr("SHA-256 of the original, compared when the bundle was checked"),
    )


# --- groups of rows -------------------------------------------------------------------------------


def _add_time(panel: ObservedPanel, seen: Observed, *, made: bool) -> None:
    time = _tr("Made") if made else _tr("Time")
    panel.add(time, f"{say.clock(seen.utc)}, {say.short_day(seen.utc)}", _clock_note(seen))


def _add_file(panel: ObservedPanel, file: BroughtIn, size: int, media_type: str) -> None:
    panel.add(_tr("File"), LongText(shown(file.name, 200)), shown(file.folder, 200) if file.folder else "")
    if file.part_of:
        panel.add(_tr("Attached to"), file.part_of, _tr("Its name is what that exhibit calls it."))
    panel.add(_tr("Size"), say.size(size), _tr("{0} by its first bytes").format(media_type))
    if file.modified is not None:
        panel.add(
            _tr("Changed"),
            _tr("{0} in UTC").format(utc_text(file.modified)[:16].replace("T", " ")),
            _tr("As the file system says; copying a file can change it."),
        )
    panel.add(_tr("Web address"), _tr("Not observed"), _tr("A file cannot prove where it was."))


def _add_screen(panel: ObservedPanel, seen: Observed, files: Sequence[tuple[str, int]]) -> None:
    if seen.page is None:
        panel.add(_tr("Screen"), _screen(seen))
    if seen.window is not None and seen.window.title:
        panel.add(_tr("Window"), LongText(f"“{seen.window.title}”"), seen.window.process)
    add_page(panel, seen.page, files)


def _add_picture(panel: ObservedPanel, seen: Observed, size: int) -> None:
    words = f"{seen.width} × {seen.height}, {say.size(size)}"
    panel.add(_tr("Picture"), words, _about_picture(seen))


def _add_origin(panel: ObservedPanel, seen: Observed, how: str, level: Level | None) -> None:
    whose = [part for part in (seen.user, seen.system, seen.software) if part]
    panel.add(_tr("Computer"), LongText(seen.computer or _tr("Not known")), ", ".join(whose))
    note = "" if level is None else _tr("Level {0}: {1}").format(level.value, current().level(level).name)
    panel.add(_tr("Collected"), how, note)


def _fill_made(panel: ObservedPanel, derived: Derived) -> None:
    """What a copy has in the place of screen and window."""
    at = derived.origin.captured_at
    panel.add(
        _tr("Original"),
        derived.origin.number,
        _tr("{0}, captured {1}, entry {2} in the record").format(
            say.method(derived.origin.method), f"{say.minute(at)}, {say.short_day(at)}", derived.origin.seq
        ),
    )
    words = covered_words(derived)
    if words:
        panel.add(_tr("Covered"), LongText(words), solid_words(derived))
    if derived.crop is not None:
        panel.add(
            _tr("Cut off"),
            _tr("All but an area of {0} × {1}").format(derived.crop.width, derived.crop.height),
        )


def _about_picture(seen: Observed) -> str:
    if (recorded := seen.recorded) is not None:
        seconds = round(recorded.length / 1000)
        ended = {
            "longest": _tr("It ended by itself at the longest that is allowed."),
            "screen": _tr("It ended because the screen went away."),
        }.get(recorded.ended, "")
        words = _tr("A recording of {0}:{1:02}, without sound; this is its first picture.")
        return f"{words.format(seconds // 60, seconds % 60)} {ended}".strip()
    notes = []
    if seen.series:
        notes.append(_tr("1 of {0} pictures").format(len(seen.series)))
    if seen.pointer:
        notes.append(_tr("With the mouse pointer"))
    return ". ".join(notes)


def _clock_note(seen: Observed) -> str:
    if say.zone(seen.utc) in ("GMT", "UTC"):
        return seen.clock
    return _tr("{0:%H:%M:%S} UTC. {1}").format(seen.utc, seen.clock)


def _screen(seen: Observed) -> str:
    shown_on = next((one for one in seen.monitors if one.number == seen.monitor), None)
    if seen.area is None:
        return _tr("Not known")
    part = f"{seen.area.width} × {seen.area.height}"
    if shown_on is None:
        return _tr("An area of {0}").format(part)
    whole = f"{shown_on.area.width} × {shown_on.area.height}"
    if seen.area == shown_on.area:
        return _tr("Display {0}, all of {1}").format(shown_on.number, whole)
    return _tr("Display {0}, area {1} of {2}").format(shown_on.number, part, whole)
