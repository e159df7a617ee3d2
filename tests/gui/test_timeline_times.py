"""Times on the timeline: days without an exhibit in words, and when a post was made beside its capture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from evidence_app.records import Said, Source
from evidence_app.ui.pages.timeline_model import TimelineModel
from evidence_app.ui.pages.timeline_rows import DayRow, ExhibitRow, FoldRow, exhibit_row, load, visible
from evidence_app.ui.pages.timeline_times import gap_words, span
from evidence_app.ui.session import Session
from evidence_app.vault import acts, recording
from tests.gui.striped import keep, open_incident, session_of_helen, state

START = datetime(2026, 3, 2, 14, 20, tzinfo=UTC)


class Clock(datetime):
    """The vault's clock, put to a time of the test's choice."""

    at = START

    @classmethod
    def now(cls, _tz: Any = None) -> datetime:  # type: ignore[override]
        return cls.at


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Iterator[Session]:
    """Exhibits on the 2nd, 3rd, 7th and 12th of March, a note on the 10th."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recording, "datetime", Clock)
        patch.setattr(Clock, "at", START)
        folder = Path(tmp_path_factory.mktemp("timeline"))
        with session_of_helen(folder / "a.evidence-vault", qapp) as opened:
            open_incident(opened.vault, "Posts about my lessons")
            for days in (0, 1, 5, 10):
                Clock.at = START + timedelta(days=days)
                keep(opened.vault, "INC-001", Clock.at)
            yield opened


def shown(session: Session) -> list[str]:
    """Headings, folds and numbers, top to bottom."""
    timeline = load(session.vault, "INC-001")
    rows = visible(timeline, {day.key for day in timeline.days})
    return [row.key if isinstance(row, ExhibitRow) else row.words for row in rows if not hasattr(row, "head")]


def test_gaps_stand_between_the_days(session: Session) -> None:
    assert shown(session) == [
        "Thursday 12 March 2026",
        "HXA/004",
        "No exhibit for 4 days, 8 to 11 March 2026",
        "Saturday 7 March 2026",
        "HXA/003",
        "No exhibit for 3 days, 4 to 6 March 2026",
        "Tuesday 3 March 2026",
        "HXA/002",
        "Monday 2 March 2026",
        "HXA/001",
    ]


def test_a_day_of_notes_alone_fills_no_gap(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "at", START + timedelta(days=8))
    session.vault.record(acts.incident_stated("INC-001", [Said("note", "A call", Source.TYPED)]))
    found = shown(session)
    assert found.index("Tuesday 10 March 2026") < found.index("No exhibit for 4 days, 8 to 11 March 2026")


def test_a_gap_above_a_folded_day_is_said_and_passed_over_by_keys(session: Session) -> None:
    rows = visible(load(session.vault, "INC-001"), ())
    gaps = [place for place, row in enumerate(rows) if isinstance(row, DayRow) and row.gap]
    assert gaps
    model = TimelineModel(session, lambda: None)
    model.set_rows(rows)
    for place in gaps:
        index = model.index(place)
        assert str(index.data(Qt.ItemDataRole.AccessibleTextRole)).startswith("No exhibit for ")
        assert not model.flags(index) & Qt.ItemFlag.ItemIsSelectable
        assert isinstance(rows[place + 1], DayRow | FoldRow)


@pytest.mark.parametrize(
    ("newer", "older", "words"),
    [
        ("2026-03-04", "2026-03-03", ""),
        ("2026-03-05", "2026-03-03", ""),
        ("2026-03-06", "2026-03-03", "No exhibit for 2 days, 4 to 5 March 2026"),
        ("2026-04-02", "2026-03-29", "No exhibit for 3 days, 30 March to 1 April 2026"),
        ("2026-01-03", "2025-12-30", "No exhibit for 3 days, 31 December 2025 to 2 January 2026"),
    ],
)
def test_the_words_of_a_gap(newer: str, older: str, words: str) -> None:
    assert gap_words(date.fromisoformat(newer), date.fromisoformat(older)) == words


def test_a_span_of_days() -> None:
    assert span(START, START) == "2 March 2026"
    assert span(START + timedelta(days=3), START) == "2 to 5 March 2026"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"posted_interpreted": "2026-02-27T09:10+00:00"}, ["Posted 27 February 2026, 09:10, as stated"]),
        ({"posted_interpreted": "2026-02-27"}, ["Posted 27 February 2026, as stated"]),
        ({"posted_interpreted": "2026-03-02"}, []),
        ({"posted_interpreted": "2026-03-02T14:20+00:00"}, []),
        ({"posted_interpreted": "2026-03-09"}, ["Posted 9 March 2026, as stated: after the capture"]),
        (
            {"posted_interpreted": "2026-02-27", "posted_from_id": "2026-02-26T21:15:30+00:00"},
            ["Posted 27 February 2026, as stated", "Posted 26 February 2026, 21:15, by its number"],
        ),
        ({"posted_interpreted": "3h ago"}, []),
    ],
)
def test_both_times_where_they_differ(session: Session, fields: dict[str, str], words: list[str]) -> None:
    state(session.vault, "HXA/001", **{"posted_interpreted": "", "posted_from_id": ""} | fields)
    row = exhibit_row(session.vault.read.exhibit("HXA/001"))
    assert row.time == "14:20:00 GMT"
    chips = [chip for chip in row.chips if chip.words.startswith("Posted")]
    assert [chip.words for chip in chips] == words
    assert all((chip.kind == "warn") == chip.words.endswith("after the capture") for chip in chips)
    assert all(chip.words in row.spoken for chip in chips)
