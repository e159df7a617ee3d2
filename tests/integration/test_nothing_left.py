"""Nothing of what is locked away, covered or disposed of is left where it must not be: what other searches
(test_locked_away, test_covered_copies, test_disposal, test_backup) do not look into.

Each search is made once more where what it looks for is there.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from evidence_app import workflows
from evidence_app.capture.preview import preview
from evidence_app.records import Area, Cover, Decider, EntryKind, Picture, Role, Said, Source
from evidence_app.vault import acts, backup, check
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted
from tests import traces, vaults
from tests.desks import desk, open_incident, picture, teacher_and_head

WORDS, TITLE = "quaggawhistle", "okapilantern"
HIDDEN = Area(40, 30, 120, 90)
ALAN, RUTH = "Mr Alan Thwaite", "Mrs Ruth Calloway"
YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011  (a day of this computer's calendar)


def noise(seed: int) -> Picture:
    """A picture of which every part is like no other."""
    image = Image.frombytes("RGB", (240, 180), some_bytes(seed, 240 * 180 * 3)).resize((480, 360))
    out = io.BytesIO()
    image.save(out, "PNG")
    return Picture(out.getvalue(), vaults.observed(title=TITLE))


def some_bytes(seed: int, count: int) -> bytes:
    block, out = seed.to_bytes(8), b""
    while len(out) < count:
        block = sha256(block).digest()
        out += block
    return out[:count]


MARKED = noise(1)


def needles() -> list[bytes]:
    """The file, its digest in both forms, the small picture that a report has of it, and words about it."""
    small = preview(io.BytesIO(MARKED.png), "image/png")
    assert small is not None
    digest = sha256(MARKED.png)
    return [
        *(MARKED.png[at : at + 60] for at in (100, len(MARKED.png) // 2, len(MARKED.png) - 100)),
        *(digest.digest(), digest.hexdigest().encode()),
        *(small.jpeg[200:260], sha256(small.jpeg).hexdigest().encode()),
        *(WORDS.encode(), TITLE.encode()),
    ]


def mark(vault: Vault) -> str:
    number = workflows.keep(vault, MARKED, "INC-001").number
    said = {"note": WORDS, "transcript": WORDS, "account": WORDS, "address": f"https://x.example/{WORDS}"}
    vault.record(acts.exhibit_stated(number, [Said(k, v, Source.TYPED) for k, v in said.items()]))
    return number


def likeness(pdf: bytes, folder: Path, to: Image.Image) -> list[float]:
    """How far each picture in a PDF is from `to`, as the mean difference of their grey values."""
    (folder / "report.pdf").write_bytes(pdf)
    subprocess.run(["pdfimages", "-png", "report.pdf", "shown"], cwd=folder, check=True)
    found = []
    for path in sorted(folder.glob("shown*.png")):
        with Image.open(path) as shown:
            same = shown.convert("L").resize(to.size)
        found.append(ImageStat.Stat(ImageChops.difference(same, to.convert("L"))).mean[0])
        path.unlink()
    return found


def marked_image() -> Image.Image:
    with Image.open(io.BytesIO(MARKED.png)) as image:
        return image.convert("L").resize((120, 90))


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Vault, Vault]]:
    """Helen and Ruth; INC-001 has two plain pictures and, as HXA/003, the marked one."""
    with teacher_and_head(tmp_path) as (helen, ruth):
        assert mark(helen) == "HXA/003"
        yield helen, ruth


# --- locked away ----------------------------------------------------------------------------------------


def test_no_picture_of_a_report_is_like_one_that_is_locked_away(
    pair: tuple[Vault, Vault], tmp_path: Path
) -> None:
    helen, _ = pair
    before = likeness(workflows.report(helen, "INC-001"), tmp_path, marked_image())
    assert len(before) == 3
    assert min(before) < 12, "the search itself finds what is there"
    workflows.lock_away(helen, "HXA/003")
    after = likeness(workflows.report(helen, "INC-001"), tmp_path, marked_image())
    assert len(after) == 2
    assert min(after) > 30


def test_a_backup_and_what_is_put_back_from_it_have_nothing_of_it(
    pair: tuple[Vault, Vault], tmp_path: Path
) -> None:
    """Of the picture, that is: what was said stays in the entries, encrypted, and in no list of them."""
    helen, _ = pair
    stick, picture_only = tmp_path / "stick", needles()[:5] + needles()[5:7]
    backup.back_up(helen, stick)
    assert traces.in_files(stick, helen.identity, picture_only)
    workflows.lock_away(helen, "HXA/003")
    backup.back_up(helen, stick)
    assert traces.in_files(stick, helen.identity, [*picture_only, WORDS.encode()]) == []
    words = [WORDS.encode(), TITLE.encode()]
    kept = {"entries", "statements"}  # of the statements the address alone
    assert traces.in_tables(stick, helen.identity, words, but=kept) == []
    assert traces.in_tables(stick, helen.identity, [TITLE.encode()], but={"entries"}) == []


# --- covered copies only --------------------------------------------------------------------------------


@pytest.mark.parametrize("redacted", [True, False])
def test_a_reader_of_covered_copies_has_nothing_of_the_original(
    pair: tuple[Vault, Vault], tmp_path: Path, redacted: bool
) -> None:
    """Neither in the bundle, nor in the reader's vault that took it in, its pages, its log, its lists and its
    search, nor in that vault's backup, nor in an unlocked copy. Planted: of an ordinary bundle, in all."""
    helen, ruth = pair
    copy = workflows.cover(helen, "HXA/003", [Cover(HIDDEN, "other")])
    workflows.state(helen, copy.number, {"platform": "Chirrup"})
    out = tmp_path / "out.evidence"
    workflows.seal_bundle(helen, Wanted("INC-001", helen.read.contacts(), redacted_only=redacted), out)
    workflows.receive(ruth, out)
    ruth.flush()
    backup.back_up(ruth, tmp_path / "stick")
    workflows.unlocked_copy_received(ruth, "RCV-001", tmp_path / "unlocked")
    wanted = needles()
    found = {
        "bundle": traces.in_bundle(out, ruth.identity, wanted),
        "files": traces.in_files(ruth.folder, ruth.identity, wanted),
        "pages": traces.in_database(ruth.folder, ruth.identity, wanted),
        "tables": traces.in_tables(ruth.folder, ruth.identity, wanted, but=set()),
        "backup": traces.in_files(tmp_path / "stick", ruth.identity, wanted),
        "unlocked": [
            str(path)
            for path in vaults.files_under(tmp_path / "unlocked")
            if any(one in path.read_bytes() for one in wanted)
        ],
    }
    assert {where for where, what in found.items() if what} == (set() if redacted else set(found))
    assert len(ruth.read.received_exhibits("RCV-001")) == (1 if redacted else 4)
    assert check.check(ruth).problems == ()


# --- disposed of ----------------------------------------------------------------------------------------


def test_a_backup_is_rid_of_it_too_and_the_certificate_says_so(tmp_path: Path) -> None:
    with desk(tmp_path / "ruth.evidence-vault", RUTH, Role.HEAD) as vault:
        open_incident(vault, "Posts")
        number = mark(vault)
        workflows.keep(vault, picture(10), "INC-001")
        workflows.export_original(vault, number, tmp_path / "original.png", "PC Tom Garrick")
        for place in ("stick", "shelf"):
            backup.back_up(vault, tmp_path / place)
        workflows.keep_until(vault, "INC-001", YESTERDAY)
        workflows.dispose(vault, number, decided_by=RUTH, decider=Decider.HEAD, second=ALAN)
        wanted = needles()
        assert traces.in_database(tmp_path / "stick", vault.identity, wanted)
        backup.back_up(vault, tmp_path / "stick")
        for folder in (vault.folder, tmp_path / "stick"):
            assert traces.in_database(folder, vault.identity, wanted) == []
            assert traces.in_files(folder, vault.identity, wanted) == []
            assert traces.in_tables(folder, vault.identity, wanted, but=set()) == []
        assert traces.in_files(tmp_path / "shelf", vault.identity, wanted), "nobody took it there yet"
        text = certificate_text(vault, number)
        assert f"{tmp_path / 'stick'}" in text.replace(" ", "")
        assert "which took this out of it" in text
        assert "Bringing it up to date takes this out of it." in text
        assert "Taken out in clear: the original, to PC Tom Garrick" in text
        assert vault.read.latest(EntryKind.DISPOSAL_COMPLETED) is not None


def certificate_text(vault: Vault, number: str) -> str:
    pdf = workflows.certificate(vault, number)
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())
