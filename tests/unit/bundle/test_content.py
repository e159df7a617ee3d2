"""What the opened entries say: data of another shape than the format's is refused, not guessed."""

from __future__ import annotations

from typing import Any

import pytest

from evidence_app.bundle import layout
from evidence_app.bundle.content import tell
from evidence_app.errors import IntegrityError
from evidence_app.records import EntryKind
from tests.bundles import Sender, png

FILE = {
    "name": "page.mhtml",
    "sha256": "0" * 64,
    "size": 3,
    "media_type": "multipart/related",
}


def told(**captured: Any) -> None:
    sender = Sender()
    sender.open_incident()
    sender.capture("HXA/001", png(1), **captured)
    tell(sender.entries)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([FILE | {"name": "../page.mhtml"}], "no place in a bundle"),
        ([FILE | {"name": "original.mhtml"}], "no place in a bundle"),
        ([FILE | {"name": "page.exe"}], "no place in a bundle"),
        ([FILE | {"media_type": "image/png"}], "no place in a bundle"),
        ([FILE, FILE], "names a file twice"),
        ([FILE | {"size": "3"}], "size"),
        ([3], "not a JSON object"),
    ],
)
def test_files_beside_an_original(files: list[object], says: str) -> None:
    told(files=[FILE])
    with pytest.raises(IntegrityError, match=says):
        told(files=files)


@pytest.mark.parametrize("number", ["HXA-001", "../HXA/001", "HX/001", "hxa/001", "HXA/01"])
def test_a_number_that_is_none(number: str) -> None:
    sender = Sender()
    sender.capture(number, png(1))
    with pytest.raises(IntegrityError, match="number"):
        tell(sender.entries)


def test_a_referral_is_in_the_place_of_an_incident() -> None:
    sender = Sender()
    sender.record(EntryKind.REFERRAL_RECORDED, reference="REF-001")
    found = tell(sender.entries)
    assert found.references == ["REF-001"]
    assert found.titles == {"REF-001": "Referral REF-001, without a picture"}
    assert found.opened_at == {"REF-001": sender.entries[-1].at}


def test_what_an_original_is_called() -> None:
    kinds = {
        "image/png": "screenshot",
        "image/jpeg": "picture",
        "video/mp4": "video",
        "audio/mpeg": "recording",
        "message/rfc822": "e-mail",
        "": "file",
    }
    assert {one: layout.kind(one) for one in kinds} == kinds


def test_only_a_statement_about_an_incident_renames_it() -> None:
    sender = Sender()
    sender.open_incident(title="As it was opened")
    sender.capture("HXA/001", png(1))
    sender.state("HXA/001", title="Of an exhibit")
    sender.state("INC-001", facts="Not a title")
    assert tell(sender.entries).titles["INC-001"] == "As it was opened"
    sender.state("INC-001", title="As it is called now")
    assert tell(sender.entries).titles == {"INC-001": "As it is called now"}


def test_a_capture_without_an_incident_files_nothing() -> None:
    sender = Sender()
    sender.open_incident()
    sender.record(EntryKind.EXHIBIT_FILED, number="HXA/001", incident="INC-001")
    sender.capture("HXA/001", png(1), incident=None)
    assert tell(sender.entries).of_incident("INC-001") == {"HXA/001"}
