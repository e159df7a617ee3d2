"""`evidence-app reader`: the page as a file, and its SHA-256."""

from __future__ import annotations

from hashlib import sha256

from evidence_app.errors import ExitCode
from tests.commands import Stage, refused
from tests.reader_page import PAGE

pytest_plugins = ["tests.command_fixtures"]


def test_it_writes_the_page_and_says_its_digest(stage: Stage) -> None:
    said = stage.ok("reader", "-o", "page.html")
    data = (stage.folder / "page.html").read_bytes()
    assert data == PAGE.read_bytes()
    assert sha256(data).hexdigest() in said.out
    assert "came together with a bundle" in said.out
    refused(stage.inside("reader", "-o", "page.html"), ExitCode.USAGE, "Nothing was written")
    found = stage.inside("reader", "-o", "other.html", "--json").json
    assert (found["sha256"], found["size"]) == (sha256(data).hexdigest(), len(data))
