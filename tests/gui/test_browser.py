"""The capture browser against a site of this computer, over HTTPS with a test authority: real pages, real
pictures, and every way in which a page can fail. One browser engine for the whole file: it starts slowly."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from evidence_app.errors import CaptureError, StoppedError
from evidence_app.records import Method, PageCapture, PageSeen, Progress
from tests.pages_site import LAST_MODIFIED, SECTION, SECTIONS, Site, colour

pytestmark = pytest.mark.qt_log_ignore(
    "[Vv]ulkan", "GPU vendor", "Sandboxing disabled", "QRhi", "RHI", "GPUInfo", extend=True
)
SECONDS = 30


@dataclass
class Visitor:
    """The browser and what it said. `wait` runs the event loop until something is true."""

    browser: Any
    loaded: list[bool] = field(default_factory=list)
    made: list[PageCapture] = field(default_factory=list)
    failed: list[Exception] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    wrong: list[Any] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        one = self.browser
        one.loaded.connect(self.loaded.append)
        one.captured.connect(self.made.append)
        one.failed.connect(self.failed.append)
        one.crashed.connect(self.failed.append)
        one.refused.connect(self.refused.append)
        one.certificate_wrong.connect(self.wrong.append)
        one.progressed.connect(lambda progress: self.said.append(progress.words))
        one.page.titleChanged.connect(lambda title: self.said.append(f"title {title}"))

    def clear(self) -> None:
        for one in (self.loaded, self.made, self.failed, self.refused, self.wrong, self.said):
            one.clear()

    def wait(self, until: Callable[[], object]) -> None:
        loop, late = QEventLoop(), []
        timer = QTimer()
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: late.append(True))
        timer.start(SECONDS * 1000)
        while not until() and not late:
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        assert not late, (self.loaded, self.failed, self.said)

    def go(self, address: str) -> None:
        self.clear()
        self.browser.open(address)
        self.wait(lambda: self.loaded or self.wrong)

    def capture(self, **how: Any) -> PageCapture:
        self.made.clear()
        self.failed.clear()
        self.browser.capture(**{"whole": True, **how})
        self.wait(lambda: self.made or self.failed)
        assert not self.failed, self.failed
        return self.made[0]

    def script(self, code: str) -> object:
        found: list[object] = []
        self.browser.page.runJavaScript(code, 0, found.append)
        self.wait(lambda: found)
        return found[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    one = Site(tmp_path_factory.mktemp("site"))
    yield one
    one.close()


@pytest.fixture(scope="module")
def visitor(qapp: QApplication, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    from evidence_app.ui.browser.engine import Browser

    home = tmp_path_factory.mktemp("browser-home")
    site.trust(home)
    with pytest.MonkeyPatch.context() as patch:
        # The engine reads whom to trust once, from the home that it finds at its first page.
        patch.setenv("HOME", str(home))
        browser = Browser()
        browser.view.resize(640, 800)
        browser.view.show()
        one = Visitor(browser)
        one.go(site.address("/short"))
    yield one
    gone: list[bool] = []
    browser.destroyed.connect(lambda: gone.append(True))
    browser.close()
    one.wait(lambda: gone)


@pytest.fixture(scope="module")
def long_page(visitor: Visitor, site: Site) -> PageCapture:
    """The page of thirty sections, captured once for all that is asked of it."""
    visitor.go(site.address("/long"))
    return visitor.capture()


def seen(made: PageCapture) -> PageSeen:
    assert made.observed.page is not None
    return made.observed.page


def file(made: PageCapture, name: str) -> bytes:
    return next(one.data for one in made.files if one.name == name)


# --- the internal names ---------------------------------------------------------------------------------


def test_the_names_inside_devtools_are_there(visitor: Visitor) -> None:
    """They are Qt's own business and may change with any version of it: then this says which."""
    from evidence_app.ui.browser.devtools import NAMES

    found: list[object] = []
    code = "[" + ",".join(f"typeof {name}" for name in NAMES) + "].join()"
    visitor.browser.devtools._front.runJavaScript(code, 0, found.append)
    visitor.wait(lambda: found)
    assert found == ["function,function,function,object"]


# --- the whole page -------------------------------------------------------------------------------------


def test_every_section_and_lazy_picture_is_in_its_place(long_page: PageCapture, visitor: Visitor) -> None:
    picture = Image.open(io.BytesIO(long_page.png)).convert("RGB")
    assert picture.size == (640, SECTIONS * SECTION)
    for number in range(SECTIONS):
        top, own = number * SECTION, colour(number)
        assert picture.getpixel((500, top + 200)) == own
        assert picture.getpixel((630, top + SECTION - 2)) == own  # no scroll bar is in it
        assert picture.getpixel((200, top + 500)) == tuple(255 - one for one in own)
    assert (long_page.observed.width, long_page.observed.height) == picture.size
    assert not long_page.observed.blank
    assert "Capturing the whole page: part 10 of 10" in visitor.said


def test_what_was_observed_of_the_page(long_page: PageCapture, site: Site) -> None:
    page = seen(long_page)
    assert long_page.observed.method is Method.BROWSER
    assert page.address == page.asked == page.loaded == site.address("/long")
    assert (page.title, page.status, page.hops) == ("Larkmere Whispers", 200, ())
    assert page.remote == f"127.0.0.1:{site.port}"
    assert ("Last-Modified", LAST_MODIFIED) in page.headers
    assert page.dated.endswith("GMT")
    assert page.modified == "03/11/2026 21:14:00"
    assert (page.viewport, page.scale, page.height) == ((640, 800), 100, SECTIONS * SECTION)
    assert page.whole
    assert page.cut_at is None
    assert page.notes == ()
    assert page.security.startswith("TLS 1.3")
    assert "Chromium 1" in page.engine
    assert page.finished >= long_page.observed.utc


def test_the_certificate_is_the_servers(long_page: PageCapture, site: Site) -> None:
    assert file(long_page, "certificate-1.der") == site.certificate
    first, authority = seen(long_page).certificates
    assert (first.subject, first.issuer, authority.subject) == (
        "chirrup.example",
        "Example Trust",
        "Example Trust",
    )
    assert first.names == ("localhost", "chirrup.example")
    assert seen(long_page).certificate_problem == ""


def test_nothing_that_signs_a_person_in_is_kept(long_page: PageCapture) -> None:
    everything = [long_page.png, *(one.data for one in long_page.files), repr(long_page.observed).encode()]
    with zipfile.ZipFile(io.BytesIO(file(long_page, "page.wacz"))) as archive:
        everything += [archive.read(name) for name in archive.namelist()]
        everything.append(gzip.decompress(archive.read("archive/data.warc.gz")))
    assert not any(b"secret-of-the-person" in one for one in everything)


def test_the_saved_page_opens_in_chromium(
    long_page: PageCapture, tmp_path: Path, chromium: list[str]
) -> None:
    saved = tmp_path / "page.mhtml"
    saved.write_bytes(file(long_page, "page.mhtml"))
    answer = subprocess.run(
        [*chromium, "--headless", "--dump-dom", saved.as_uri()], capture_output=True, timeout=60, check=True
    )
    assert b"Section 0" in answer.stdout
    assert b"Section 29" in answer.stdout


def test_the_archive_passes_another_tool(long_page: PageCapture, tmp_path: Path, site: Site) -> None:
    with zipfile.ZipFile(io.BytesIO(file(long_page, "page.wacz"))) as archive:
        assert archive.testzip() is None
        warc = tmp_path / "data.warc.gz"
        warc.write_bytes(archive.read("archive/data.warc.gz"))
        lines = archive.read("indexes/index.cdx").decode().splitlines()
        pages = [json.loads(line) for line in archive.read("pages/pages.jsonl").splitlines()]
        package = json.loads(archive.read("datapackage.json"))
    check = Checker(type("Command", (), {"inputs": [str(warc)], "verbose": False})())
    check.process_all()
    assert check.exit_value == 0
    assert pages[1]["url"] == site.address("/long")
    assert {one["path"] for one in package["resources"]} >= {"archive/data.warc.gz", "indexes/index.cdx"}
    with warc.open("rb") as stream:
        found = {
            one.rec_headers["WARC-Target-URI"]: one.content_stream().read()
            for one in ArchiveIterator(stream)
            if one.rec_type == "response"
        }
    assert b"Section 29" in found[site.address("/long")]
    assert {site.address(f"/lazy/{number}.png") for number in range(SECTIONS)} <= set(found)
    # The index leads to each record.
    data = warc.read_bytes()
    for line in lines:
        told = json.loads(line.partition("{")[1] + line.partition("{")[2])
        part = data[int(told["offset"]) : int(told["offset"]) + int(told["length"])]
        assert told["url"].encode() in gzip.decompress(part)


# --- where it was ---------------------------------------------------------------------------------------


def test_redirects_are_a_chain(visitor: Visitor, site: Site) -> None:
    visitor.go(site.address("/go/2"))
    page = seen(visitor.capture())
    assert page.address == page.loaded == site.address("/short")
    assert page.asked == site.address("/go/2")
    assert [(hop.address, hop.status) for hop in page.hops] == [
        (site.address(f"/go/{number}"), 302) for number in (2, 1, 0)
    ]


def test_a_page_that_changes_its_own_address(visitor: Visitor, site: Site) -> None:
    visitor.go(site.address("/app"))
    visitor.script("openPost(); 0")
    visitor.wait(lambda: visitor.browser.address().endswith("/app/post/42"))
    made = visitor.capture(whole=False)
    page = seen(made)
    assert (page.address, page.loaded) == (site.address("/app/post/42"), site.address("/app"))
    assert page.title == "Post 42"
    assert not page.whole
    assert Image.open(io.BytesIO(made.png)).size == (640, 800)


def test_the_view_is_what_is_shown(visitor: Visitor, site: Site) -> None:
    visitor.go(site.address("/long"))
    visitor.script("scrollTo(0, 5000); 0")
    made = visitor.capture(whole=False)
    picture = Image.open(io.BytesIO(made.png)).convert("RGB")
    assert picture.size == (640, 800)
    assert picture.getpixel((600, 300)) == colour(5)
    assert visitor.script("scrollY") == 5000  # the person goes on where they were


def test_a_page_that_was_zoomed(visitor: Visitor, site: Site) -> None:
    """What is shown larger is captured as it is shown; what would then be too long, at its own size."""
    visitor.go(site.address("/long"))
    visitor.browser.page.setZoomFactor(2)
    try:
        made = visitor.capture(limit=6_000)
        view = visitor.capture(whole=False)
    finally:
        visitor.browser.page.setZoomFactor(1)
    picture = Image.open(io.BytesIO(made.png)).convert("RGB")
    assert picture.size == (320, 6_000)
    assert (seen(made).scale, seen(made).cut_at) == (100, 6_000)
    assert [picture.getpixel((300, n * SECTION + 700)) for n in range(6)] == [colour(n) for n in range(6)]
    assert Image.open(io.BytesIO(view.png)).size == (640, 800)
    assert seen(view).scale == 200


def test_a_page_without_end_is_cut_and_says_so(visitor: Visitor, site: Site) -> None:
    visitor.go(site.address("/endless"))
    made = visitor.capture(limit=7_000)
    page = seen(made)
    assert Image.open(io.BytesIO(made.png)).size == (640, 7_000)
    assert page.cut_at == 7_000
    assert page.height > 7_000
    assert "cut at 7,000 pixels" in " ".join(page.notes)


def test_what_was_still_loading_is_said(visitor: Visitor, site: Site) -> None:
    visitor.clear()
    visitor.browser.open(site.address("/waits"))
    visitor.wait(lambda: "title Waits" in visitor.said)
    page = seen(visitor.capture())
    assert "had not loaded" in " ".join(page.notes)
    assert "not in the web archive" in " ".join(page.notes)
    site.gate.set()
    visitor.wait(lambda: visitor.loaded)


# --- what can fail --------------------------------------------------------------------------------------


def test_a_wrong_certificate_is_asked_about_and_recorded(visitor: Visitor, site: Site) -> None:
    visitor.go(site.bad("/short"))
    assert visitor.wrong
    visitor.wrong[0].rejectCertificate()
    visitor.wait(lambda: visitor.loaded)
    assert visitor.loaded == [False]
    visitor.go(site.bad("/short"))
    visitor.browser.accept(visitor.wrong[0])
    visitor.wait(lambda: visitor.loaded)
    made = visitor.capture()
    assert "certificate" in seen(made).certificate_problem.lower()
    assert file(made, "certificate-1.der") == site.certificate


def test_stop_keeps_nothing_and_the_next_one_works(visitor: Visitor, site: Site) -> None:
    visitor.go(site.address("/long"))
    visitor.browser.capture(whole=True)
    visitor.wait(lambda: any("part 2 of" in words for words in visitor.said))
    visitor.browser.stop()
    visitor.wait(lambda: visitor.failed)
    assert isinstance(visitor.failed[0], StoppedError)
    assert not visitor.made
    assert not visitor.browser.busy
    assert seen(visitor.capture(whole=False)).title == "Larkmere Whispers"


def test_a_page_that_leaves_is_not_sealed(visitor: Visitor, site: Site) -> None:
    visitor.go(site.address("/leaves"))
    visitor.browser.capture(whole=True)
    visitor.wait(lambda: visitor.failed)
    assert isinstance(visitor.failed[0], CaptureError)
    assert "Nothing was sealed" in visitor.failed[0].message
    visitor.wait(lambda: visitor.browser.address() == site.address("/short"))


def test_a_page_that_stops_answering_names_the_part(
    visitor: Visitor, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidence_app.ui.browser import work

    visitor.go(site.address("/long"))
    process = visitor.browser.page.renderProcessPid()

    def hold_up(progress: Progress) -> None:
        if "part 3 of" in progress.words:
            monkeypatch.setattr(work, "PART_MS", 200)
            os.kill(process, signal.SIGSTOP)

    monkeypatch.setattr(work, "RESTORE_MS", 50)
    visitor.browser.progressed.connect(hold_up)
    visitor.browser.capture(whole=True)
    try:
        visitor.wait(lambda: visitor.failed)
    finally:
        os.kill(process, signal.SIGCONT)
        visitor.browser.progressed.disconnect(hold_up)
    assert "stopped loading at part 3" in str(visitor.failed[0])
    assert "Nothing was sealed" in str(visitor.failed[0])


def test_a_page_that_crashes_says_so_and_loads_again(visitor: Visitor, site: Site) -> None:
    visitor.go(site.address("/long"))
    visitor.browser.capture(whole=True)
    visitor.wait(lambda: any("part 2 of" in words for words in visitor.said))
    os.kill(visitor.browser.page.renderProcessPid(), signal.SIGKILL)
    visitor.wait(lambda: visitor.failed)
    assert "stopped working" in str(visitor.failed[0])
    visitor.wait(lambda: not visitor.browser.busy)
    visitor.go(site.address("/short"))
    assert seen(visitor.capture()).title == "Short page"


def test_no_connection_is_one_sentence(visitor: Visitor) -> None:
    visitor.go("https://nobody.invalid/post")
    assert visitor.loaded == [False]
    words = visitor.browser.problem().message
    assert "no connection to nobody.invalid" in words
    assert "Nothing was captured" in words


# --- what a site does not get ---------------------------------------------------------------------------


def test_a_site_gets_nothing_of_this_computer(visitor: Visitor, site: Site) -> None:
    visitor.go(site.address("/wants"))
    visitor.wait(lambda: "title refused" in visitor.said)
    visitor.go(site.address("/local"))
    visitor.wait(lambda: "title refused" in visitor.said)
    assert visitor.browser.address() == site.address("/local")
    assert visitor.browser.page.chooseFiles(None, [], []) == []


def test_a_new_window_opens_in_the_same_view(visitor: Visitor, site: Site) -> None:
    visitor.go(site.address("/popup"))
    visitor.wait(lambda: visitor.browser.address() == site.address("/short"))


def test_nothing_is_downloaded(visitor: Visitor, site: Site, tmp_home: Path) -> None:
    visitor.go(site.address("/file"))
    visitor.wait(lambda: visitor.refused)
    assert "does not download" in visitor.refused[0]
    assert not list(tmp_home.rglob("*.zip"))


def test_cookies_go_with_the_window(visitor: Visitor, site: Site) -> None:
    from evidence_app.ui.browser.engine import Browser

    visitor.go(site.address("/short"))
    assert "session" in str(visitor.script("document.cookie"))
    assert visitor.browser._profile.isOffTheRecord()
    other = Browser()
    gone: list[bool] = []
    other.destroyed.connect(lambda: gone.append(True))
    fresh = Visitor(other)
    site.requests.clear()
    fresh.go(site.address("/short"))
    assert site.cookies[-1] == ""
    other.close()
    fresh.wait(lambda: gone)
