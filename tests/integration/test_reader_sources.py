"""The reader page as a file: built from the sources that are here, whole, in step with the program."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from evidence_app.bundle import layout
from evidence_app.records import EntryKind
from evidence_app.ui import theme
from tests.reader_page import PAGE

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "resources" / "reader"


def test_its_colours_are_those_of_the_window() -> None:
    css = (SOURCES / "style.css").read_text("utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")[:2]
    for text, tokens in ((light, theme.LIGHT), (dark, theme.DARK)):
        known = {name.replace("_", "-"): value for name, value in asdict(tokens).items()}
        found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", text.split("\n* {")[0]))
        assert len(found) > 20
        own = {name for name in found if name not in known}
        assert own == {"on-mat"}
        for name, value in found.items():
            whole = value if len(value) == 7 else "#" + "".join(2 * one for one in value[1:])
            assert name in own or whole == str(known[name]).lower(), name


def test_it_is_built_from_the_sources_that_are_here(tmp_path: Path) -> None:
    """The page names the digest of its sources. Where its packages are, it is built again: the same bytes."""
    icons = [
        ROOT / "resources" / "icons" / f"{name}.svg" for name in (SOURCES / "icons.txt").read_text().split()
    ]
    own = [one for one in SOURCES.rglob("*") if one.is_file() and one != PAGE]
    files = [*own, *icons, ROOT / "resources" / "words" / "english.txt"]
    lines = sorted(
        f"{sha256(one.read_bytes()).hexdigest()}  {one.relative_to(ROOT / 'resources').as_posix()}\n"
        for one in files
    )
    text = PAGE.read_text("utf-8")
    digest = sha256("".join(lines).encode()).hexdigest()
    assert f'name="evidence-reader-sources" content="{digest}"' in text, "make reader"
    packages = ROOT / "build" / "page" / "node_modules" / "esbuild"
    if shutil.which("node") and packages.is_dir():
        again = tmp_path / "again.html"
        subprocess.run(
            [ROOT / "packaging" / "reader.sh"], env={"PATH": "/usr/bin:/bin", "OUT": str(again)}, check=True
        )
        assert again.read_bytes() == PAGE.read_bytes()


def test_it_is_one_file_that_names_no_other(tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8")
    assert len(text.encode()) < 400_000
    markup = text[: text.index("<script>")]
    assert not re.search(r'\b(?:src|href)="(?!#icon-)', markup)
    assert "default-src 'none'" in markup
    assert "unsafe" not in markup
    assert "connect-src" not in markup  # what is not named falls under default-src
    for name in ("age-encryption", "@noble/hashes", "@scure/base", "Electronic Frontier Foundation"):
        assert name in markup, "licence"


def test_no_package_has_an_address_of_a_registry() -> None:
    lock = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))
    for name, one in lock["packages"].items():
        assert "resolved" not in one, name
        assert name == "" or "integrity" in one, name


def test_the_layout_is_the_programs() -> None:
    """Names and limits stand in both; a limit that is raised in one only would be a gap."""
    text = (SOURCES / "src" / "layout.ts").read_text("utf-8")
    table = text[text.index("const ENDINGS") :].partition("};")[0]
    found = dict(re.findall(r'"([a-z]+/[a-z0-9.+-]+)": "([a-z0-9]+)"', table))
    assert found == layout.EXTENSIONS
    # The page may know kinds that are to come; one that it does not know would look like a newer bundle.
    kinds = set(re.findall(r"[a-z_]+\.[a-z_]+", (SOURCES / "src" / "ledger.ts").read_text("utf-8")))
    assert {one.value for one in EntryKind} <= kinds
    for name in ("MAX_MEMBERS", "MAX_ENTRIES"):
        (number,) = re.findall(rf"{name} = ([0-9_]+);", text)
        assert int(number.replace("_", "")) == getattr(layout, name)
