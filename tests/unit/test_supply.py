"""What the program is made of: licences, hashes, known weaknesses, and the bill of materials."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import zipfile
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest

from tests.commands import ROOT

PACKAGING = ROOT / "packaging"
GOOD = "a" * 64


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("supply", PACKAGING / "supply.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["supply"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


supply = _load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lists of three packages, with their licences."""
    for name in supply.LISTS:
        (tmp_path / name).write_text(f"one==1.0 \\\n    --hash=sha256:{GOOD}\n")
    two = f"two==2.0 ; sys_platform == 'win32' \\\n    --hash=sha256:{GOOD}\n"
    (tmp_path / "requirements.txt").write_text(f"one==1.0 \\\n    --hash=sha256:{GOOD}\n{two}")
    (tmp_path / supply.LICENCES).write_text("# comment\none MIT\ntwo LGPL-3.0-only OR GPL-3.0-only\n")
    return tmp_path


# --- licences and hashes --------------------------------------------------------------------------------


def test_every_pinned_package_has_a_licence_that_may_be_used() -> None:
    assert len(supply.check_licences(PACKAGING)) > 80


@pytest.mark.parametrize(
    ("licences", "says"),
    [
        ("one GPL-3.0-only\ntwo MIT\n", "one: GPL-3.0-only is not among"),
        ("one MIT AND GPL-2.0-only\ntwo MIT\n", "one: MIT AND GPL-2.0-only is not among"),
        ("two MIT\n", "one: its licence was not looked up"),
        ("one Proprietary\ntwo MIT\n", "one: Proprietary is not among"),
        ("one MIT\ntwo MIT\nthree MIT\n", "three: is in packaging/licences.txt and is not used"),
    ],
)
def test_a_licence_that_may_not_be_used_is_refused(folder: Path, licences: str, says: str) -> None:
    assert len(supply.check_licences(folder, installed=False)) == 2
    (folder / supply.LICENCES).write_text(licences)
    with pytest.raises(supply.SupplyError, match=re.escape(says)):
        supply.check_licences(folder, installed=False)


def test_a_package_that_says_gpl_itself_is_refused_whatever_the_list_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = folder / "site" / "one-1.0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Name: one\nVersion: 1.0\nLicense-Expression: GPL-3.0-only\n")
    monkeypatch.syspath_prepend(str(folder / "site"))
    with pytest.raises(supply.SupplyError, match=r"one: says GPL-3\.0-only itself"):
        supply.check_licences(folder)


@pytest.mark.parametrize(
    "planted",
    ["three==1.0\n", "three>=1.0 --hash=sha256:" + GOOD, "-e .\n", "one==1.1 --hash=sha256:" + GOOD],
)
def test_a_line_without_a_version_or_a_hash_is_refused(folder: Path, planted: str) -> None:
    path = folder / "requirements-dev.txt"
    path.write_text(path.read_text() + planted)
    with pytest.raises(supply.SupplyError):
        supply.pins(folder)


def test_set_up_installs_nothing_without_its_hash(tmp_path: Path) -> None:
    script = (PACKAGING / "setup.sh").read_text()
    installs = re.findall(r"pip install (.*?)(?<!\\)\n", script.replace("\\\n", " "), re.DOTALL)
    from_lists = [one for one in installs if "-r " in one]
    assert len(from_lists) == 2
    assert all("--require-hashes" in one for one in from_lists)
    # What such an install does with a file that is another one than the list says.
    wheel = make_wheel(tmp_path)
    for digest, works in ((sha256(wheel.read_bytes()).hexdigest(), True), (GOOD, False)):
        (tmp_path / "list.txt").write_text(f"planted==1.0 --hash=sha256:{digest}\n")
        done = subprocess.run(
            [
                *(
                    sys.executable,
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--no-index",
                ),
                *("--find-links", str(tmp_path), "--target", str(tmp_path / "out"), "--require-hashes"),
                *("-r", "list.txt"),
            ],
            cwd=tmp_path,
            env={"PATH": "/usr/bin", "HOME": str(tmp_path), "PIP_CONFIG_FILE": "/dev/null"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) is works, done.stderr
        assert works or "DO NOT MATCH THE HASHES" in done.stderr


def make_wheel(folder: Path) -> Path:
    """The smallest package that can be installed."""
    path, info = folder / "planted-1.0-py3-none-any.whl", "planted-1.0.dist-info"
    files = {
        "planted.py": b"",
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: planted\nVersion: 1.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={urlsafe_b64encode(sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for name, data in files.items()
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (files | {f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}).items():
            archive.writestr(name, data)
    return path


# --- known weaknesses -----------------------------------------------------------------------------------


def tool(folder: Path, says: str, code: int = 0) -> str:
    """A program in the place of pip-audit."""
    path = folder / "pip-audit"
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\nexit {code}\n")
    path.chmod(0o755)
    return str(path)


def test_a_known_weakness_is_refused_and_no_answer_is_said(folder: Path) -> None:
    clean = '{"dependencies": [{"name": "one", "vulns": []}]}'
    assert "No weakness is known of 1" in supply.audit(folder, tool(folder, clean))
    bad = '{"dependencies": [{"name": "one", "vulns": [{"id": "PYSEC-2026-1"}]}]}'
    with pytest.raises(supply.SupplyError, match=r"one: PYSEC-2026-1"):
        supply.audit(folder, tool(folder, bad, 1))
    for silent in (tool(folder, "ConnectionError", 1), str(folder / "not there"), None):
        assert "not looked up" in supply.audit(folder, silent)


# --- the bill of materials ------------------------------------------------------------------------------


def test_the_bill_is_the_same_twice_and_names_every_file(folder: Path) -> None:
    made = supply.bill(PACKAGING, "1.0")
    assert made == supply.bill(PACKAGING, "1.0")
    assert made != supply.bill(PACKAGING, "1.1")
    assert b"://" not in made, "no address of a registry"
    content = json.loads(made)
    assert (content["bomFormat"], content["specVersion"]) == ("CycloneDX", "1.5")
    pinned = supply.pins(PACKAGING, ("requirements.txt",))
    assert {one["name"]: one["version"] for one in content["components"]} == {
        name: pin.version for name, pin in pinned.items()
    }
    named = {each["content"] for one in content["components"] for each in one["hashes"]}
    assert named == set(re.findall("sha256:([0-9a-f]{64})", (PACKAGING / "requirements.txt").read_text()))
    assert supply.bill(folder, "1.0") != made
