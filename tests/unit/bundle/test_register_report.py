"""The register on paper."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evidence_app.bundle.register_report import MAX_ROWS, register_report
from evidence_app.records import (
    BundleState,
    Consistency,
    Contact,
    Likeness,
    Owner,
    ReceivedRow,
    RegisterRow,
    Related,
    Role,
    SenderStatus,
    Source,
    Statement,
    StoredObject,
)
from tests.reports import objects, squeezed, text

AT = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
OWNER = Owner("Mrs Ruth Calloway", Role.HEAD, "Larkmere Academy", "RXC")
HELEN = Contact("Helen Ashdown", "staff", "Larkmere Academy", b"k" * 32, "age1", (), "", AT, AT)


def row(number: int, state: BundleState = BundleState.INTACT, **other) -> RegisterRow:
    words = {"title": "Posts about my lessons", "name": "Helen Ashdown"} | other.pop("words", {})
    received = ReceivedRow(
        reference=f"RCV-{number:03}",
        state=BundleState.NOT_CHECKED,
        file_name=f"INC-{number:03}.evidence",
        stored=StoredObject("o", "ab" * 32, 1, "x"),
        bundle_id="b",
        digest="d",
        unchanged=True,
        sender=SenderStatus.KNOWN,
        dated=None,
        consistent=Consistency.YES,
        problems=(),
        sender_key=None,
        sender_name=words["name"],
        incident="INC-001",
        title=words["title"],
        exhibits=("HXA/001", "HXA/002"),
        ledger=None,
        received_at=AT - timedelta(days=number),
        seq=number,
        latest_state=state,
        latest_checked_at=AT,
    )
    fields: dict[str, Any] = {
        "receipt": None,
        "outcome": None,
        "outcome_name": "",
        "settled": False,
        "age_days": number,
    }
    return RegisterRow(received, **(fields | {"overdue": False, "related": ()} | other))


def printed(rows, folder) -> str:
    return text(register_report(rows, OWNER, AT), folder, "-raw")


def test_what_a_row_says(tmp_path):
    said = Statement("RCV-012", "outcome", "x", Source.TYPED, AT, "Mrs Ruth Calloway", 9)
    late = row(
        12,
        BundleState.SENDER_NOT_CONFIRMED,
        overdue=True,
        outcome=said,
        outcome_name="Being looked into",
        outcome_note="Spoke with Tom.",
        related=tuple(Related(f"RCV-10{at}", Likeness.ACCOUNT, "@x", "t") for at in range(6)),
        related_more=3,
    )
    flat = squeezed(printed([late, row(3, contact=HELEN, settled=True)], tmp_path))
    for part in (
        "2 bundles: 1 not settled, 1 overdue.",
        "Printed by Mrs Ruth Calloway, Headteacher, on 12 March 2026",
        "28 Feb 2026",
        "RCV-012",
        "Not confirmed",
        "Intact, sender not confirmed",
        "Overdue: 12 days",
        "Being looked into",
        "12 Mar 2026, by Mrs Ruth Calloway",
        "Spoke with Tom.",
        "Seen with RCV-100, RCV-101, RCV-102, RCV-103 and 5 more",
        "Not issued",
        "Settled",
        "Not decided yet",
    ):
        assert squeezed(part) in flat, part
    assert flat.count("Notconfirmed") == 1
    assert flat.count("Overdue:") == 1


@pytest.mark.parametrize("state", BundleState)
def test_every_state_has_words(state):
    from evidence_app.bundle.report_words import STATES

    assert STATES[state]


def test_every_page_has_the_heads_of_its_columns_its_marking_and_its_number(tmp_path):
    pages = printed([row(at) for at in range(1, 41)], tmp_path).split("\f")[:-1]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        for part in ("Received", "Waiting", "Decided", "Confidential", f"Page {number} of {len(pages)}"):
            assert part in page
    listed = [name for page in pages for name in re.findall("RCV-[0-9]{3}", page)]
    assert listed == [f"RCV-{at:03}" for at in range(1, 41)]


def test_it_is_landscape_and_reads_aloud(tmp_path):
    found = objects(register_report([row(1)], OWNER, AT), tmp_path)
    (page,) = [one for one in found if one.get("/Type") == "/Page"]
    left, bottom, right, top = page["/MediaBox"]
    assert right - left > top - bottom
    assert {"/H1", "/Table", "/TH"} <= {one.get("/S") for one in found}


def test_what_a_sender_wrote_is_inert_and_cut(tmp_path):
    words = {"title": "#panic() $x$ *b* `r` \u202e" + "W" * 3000, "name": "\U0001f644" * 200}
    shown = printed([row(1, words=words)], tmp_path)
    assert squeezed("#panic() $x$ *b* `r`") in squeezed(shown)
    assert "\u202e" not in shown
    assert shown.count("\f") == 1
    right = [
        float(edge)
        for edge in re.findall(
            r'xMax="([0-9.]+)"', text(register_report([row(1, words=words)], OWNER, AT), tmp_path, "-bbox")
        )
    ]
    assert max(right) < 842 - 40


def test_none_is_said(tmp_path):
    assert "No bundles are in this list." in printed([], tmp_path)


def test_too_many_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("evidence_app.bundle.register_report.MAX_ROWS", 2)
    shown = printed([row(at) for at in range(1, 6)], tmp_path)
    assert "And 3 more. Narrow the list down to print them." in shown
    assert "5 bundles" in shown
    assert "RCV-003" not in shown
    assert MAX_ROWS >= 500
