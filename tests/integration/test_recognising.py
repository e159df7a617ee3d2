"""Text read out of pictures: in the child, into the search, gone with its exhibit."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from evidence_app import workflows
from evidence_app.capture.child import Child
from evidence_app.capture.clock import now
from evidence_app.capture.screen import Frozen, RegionTarget
from evidence_app.errors import LockedAwayError, NotReadableError, UsageError
from evidence_app.records import Area, Exhibit, Said, Source
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows import recognising
from tests import vaults

pytest_plugins = ["tests.vault_fixtures"]

ADDRESS = "https://chirrup.example/@quiet.owl/status/77"
WORDS = "she deserves what is coming to her"
installed = pytest.mark.skipif(
    find_spec("rapidocr") is None, reason="the optional part “ocr” is not installed"
)


def screenshot(repository: Path) -> Image.Image:
    """A page with an address bar, as a browser shows it."""
    font = ImageFont.truetype(str(repository / "resources" / "fonts" / "Inter-Regular.otf"), 18)
    picture = Image.new("RGB", (640, 200), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((60, 12), ADDRESS, fill="black", font=font)
    draw.text((40, 90), WORDS, fill="black", font=font)
    return picture


def kept(vault: Vault, picture: Image.Image) -> Exhibit:
    vaults.no_stop(vault, None)
    whole = Area(0, 0, picture.width, picture.height)
    raw = picture.convert("RGBX").tobytes("raw", "BGRX")
    return workflows.keep(vault, Frozen(raw, whole, (), (), None, now()).take(RegionTarget(whole)), None)


@installed
@pytest.mark.slow
def test_what_is_read_is_found_suggested_and_locked_away_with_its_picture(
    opened: Vault, repository: Path
) -> None:
    exhibit = kept(opened, screenshot(repository))
    seen: list[int] = []
    text = workflows.recognise(opened, exhibit.number, watch=lambda: seen.append(1))
    assert text.splitlines() == [ADDRESS, WORDS]
    assert seen
    said = opened.read.exhibit(exhibit.number).statements
    assert said[acts.RECOGNISED].source is Source.READ_FROM_PICTURE
    assert "address" not in said  # only ever suggested
    assert workflows.addresses_read(opened.read.exhibit(exhibit.number)) == (ADDRESS,)
    assert [hit.about for hit in opened.read.search("deserves").hits] == [exhibit.number]
    workflows.lock_away(opened, exhibit.number)
    assert [hit.about for hit in opened.read.search("deserves").hits] == []
    with pytest.raises(LockedAwayError):
        workflows.recognise(opened, exhibit.number)


@installed
def test_a_picture_that_cannot_be_read_is_one_sentence(repository: Path) -> None:
    out = io.BytesIO()
    screenshot(repository).save(out, "PNG")
    bomb = io.BytesIO()
    Image.new("1", (40_000, 40_000)).save(bomb, "PNG")
    with Child(seconds=60) as child:
        for data in (b"", b"no picture", out.getvalue()[:300], bomb.getvalue()):
            with pytest.raises(NotReadableError) as caught:
                child.read("words", io.BytesIO(data))
            assert caught.value.message.count(".") == 1


def test_without_the_part_it_is_one_sentence(opened: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "find_spec", lambda _name: None)
    assert not workflows.can_recognise()
    with pytest.raises(UsageError, match="not installed here"):
        workflows.recognise(opened, "1")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ADDRESS, (ADDRESS,)),
        (f"< > C  {ADDRESS}  ★", (ADDRESS,)),
        ("https//chirrup.example/a", ("https://chirrup.example/a",)),  # the colon is easily missed
        ("chirrup.example/@quiet.owl", ("https://chirrup.example/@quiet.owl",)),
        ("(see https://chirrup.example/a).", ("https://chirrup.example/a",)),
        ("Some words, and 3.5/10 of them. e.g. this", ()),
        ("helen@larkmere.example wrote", ()),
        ("file:///home/helen/diary.txt", ()),
        (
            "a.example/1\nb.example/2\nhttps://x.com/owl/status/3\nc.example/4",
            ("https://x.com/owl/status/3", "https://a.example/1", "https://b.example/2"),
        ),
        ("words\n" * 30 + ADDRESS, ()),  # far down it is another address than the page's own
        ("", ()),
    ],
)  # fmt: skip
def test_addresses_in_what_was_read(opened: Vault, text: str, found: tuple[str, ...]) -> None:
    number = str(vaults.capture(opened, vaults.png(1)).data["number"])
    if text:
        opened.record(acts.text_recognised(number, text))
    assert workflows.addresses_read(opened.read.exhibit(number)) == found


def test_a_correction_by_a_person_is_what_counts(opened: Vault) -> None:
    number = str(vaults.capture(opened, vaults.png(1)).data["number"])
    opened.record(acts.text_recognised(number, "chirrup.examp1e/a"))
    corrected = [Said(acts.RECOGNISED, "chirrup.example/a", Source.TYPED)]
    opened.record(acts.exhibit_stated(number, corrected))
    assert workflows.addresses_read(opened.read.exhibit(number)) == ("https://chirrup.example/a",)
