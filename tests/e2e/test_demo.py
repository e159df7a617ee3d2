"""`evidence-app demo` as a person runs it: its own screen, a real browser, the real window."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from evidence_app.bundle import read
from evidence_app.bundle.verify import Altered
from evidence_app.records import Trust
from evidence_app.vault import check
from evidence_app.vault.vault import unlock

STEPS = [
    "set-up-role", "set-up-passphrase", "set-up-recovery-sheet", "set-up-ready", "new-incident",
    "the-question", "capture", "sealed-and-safe", "stated", "home", "exhibit-blurred", "exhibit-shown",
    "contacts-compare-the-words", "seal-who", "seal-contents", "seal-check", "sealed", "activity",
    "unlock", "headteacher-home", "verdict-sender-not-confirmed", "verdict-intact", "receipt-issued",
    "register", "verdict-altered", "receipt-recorded", "sealed-bundles", "receipt",
]  # fmt: skip

FIRST_EVENING = [
    "first-start", "passphrase", "passphrase-typed", "recovery-sheet", "save-the-sheet", "sheet-saved",
    "sheet-in-hand", "ready", "nothing-recorded-yet", "new-incident", "incident-opened", "the-question",
    "choose-what-to-capture", "the-browser-chosen", "sealed-and-safe",
]  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    output = tmp_path_factory.mktemp("demo") / "out"
    env = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "QT_QPA_PLATFORM"}}
    done = subprocess.run(
        [sys.executable, "-m", "evidence_app", "demo", "--hurry", "--output", str(output)],
        env=env, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    return done, output


@pytest.mark.slow
class TestDemo:
    def test_it_says_what_happened_and_where_everything_is(self, ran):
        done, output = ran
        assert done.returncode == 0, done.stderr
        assert "Nothing has changed since Helen Ashdown sealed it." in done.stdout
        assert "The screenshot HXA/001 is not the one that was sealed." in done.stdout
        assert "Receipt recorded. Received by Mrs Ruth Calloway on" in done.stdout
        for name in ("pictures", "INC-001.evidence", "INC-001.evidence-receipt", "reports", "vaults"):
            assert str(output / name) in done.stdout
            assert (output / name).exists()

    def test_every_step_has_its_picture(self, ran):
        _, output = ran
        names = [path.stem.partition("-")[2] for path in sorted((output / "pictures").iterdir())]
        assert [name for name in STEPS if name not in names] == []
        for path in (output / "pictures").iterdir():
            with Image.open(path) as picture:
                assert picture.width >= 1024
                assert len(picture.convert("RGB").resize((200, 120)).getcolors(24_000) or range(99)) > 40, (
                    path
                )

    def test_the_captured_picture_is_of_the_browser_and_not_of_the_window(self, ran):
        """The page's own colours are in it; the window's accent is not."""
        _, output = ran
        (folder,) = (output / "home").rglob("*.evidence-vault")
        with unlock(folder, "copper lantern quiet meadow") as vault:
            exhibit = vault.read.exhibit("HXA/001")
            data = vault.objects.read(exhibit.stored)
            assert exhibit.observed.window is not None
            assert "Larkmere Whispers" in exhibit.observed.window.title
            assert exhibit.statements["address"].value.startswith("https://chirrup.example/")
        path = output / "original.png"
        path.write_bytes(data)
        with Image.open(path) as picture:
            colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or ()}
        assert (0x0B, 0x6B, 0x62) in colours, "chirrup's own green"
        assert (0x2A, 0x4A, 0x9C) not in colours, "the accent of our own window"

    def test_the_reports_say_the_same_as_the_verifier(self, ran):
        _, output = ran
        assert json.loads((output / "reports" / "intact.json").read_text())["unchanged"] is True
        altered = json.loads((output / "reports" / "altered.json").read_text())
        assert altered["exhibits"] == [{"number": "HXA/001", "unchanged": False}]
        with pytest.raises(Altered):
            read.verify(output / "opened-then-altered", [], Trust())

    def test_a_first_evening_needs_no_mouse_and_less_than_two_minutes(self, ran):
        """The pauses of a person are counted here, and waited for in `make demo`."""
        done, output = ran
        said = re.search(
            r"^  ([0-9]+) seconds counted at a person’s pace .*, ([0-9]+) keys\.$", done.stdout, re.MULTILINE
        )
        assert said is not None, done.stdout
        # Letters alone are that many at eight a second: nobody was quicker than a person.
        assert int(said[2]) / 8 < int(said[1]) < 120
        pictures = sorted((output / "first-evening" / "pictures").iterdir())
        assert [path.stem.partition("-")[2] for path in pictures] == FIRST_EVENING
        assert (output / "first-evening" / "program.log").read_text() == ""
        (folder,) = (output / "first-evening" / "home").rglob("*.evidence-vault")
        with unlock(folder, "copper lantern quiet meadow") as vault:
            exhibit = vault.read.exhibit("HXA/001")
            assert exhibit.incident == "INC-001"
            assert exhibit.observed.window is not None
            assert "Larkmere Whispers" in exhibit.observed.window.title
            assert check.check(vault).problems == ()

    def test_nothing_of_the_page_is_in_clear_in_the_vaults(self, ran):
        _, output = ran
        for folder in output.rglob("*.evidence-vault"):
            for path in folder.rglob("*"):
                if path.is_file():
                    assert not re.search(rb"larkmere_whispers|Anonymous posts|\x89PNG\r\n", path.read_bytes())

    def test_it_runs_again_over_its_own_output_and_over_nobody_elses(self, ran, tmp_path):
        (tmp_path / "mine.txt").write_text("mine")
        done = subprocess.run(
            [sys.executable, "-m", "evidence_app", "demo", "--output", str(tmp_path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode != 0
        assert done.stderr.count("\n") == 1
        assert [path.name for path in Path(tmp_path).iterdir()] == ["mine.txt"]
