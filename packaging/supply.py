"""What the program is made of: licences, known weaknesses, and the software bill of materials.

    python packaging/supply.py licences          every pinned package has a licence that we may use
    python packaging/supply.py audit             what is known against them (pip-audit, network)
    python packaging/supply.py sbom OUT          a CycloneDX file, made of the pinned lists alone

Standard library only. Source of the bill's shape: the CycloneDX 1.5 specification.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
LISTS: Final = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")
LICENCES: Final = "licences.txt"

ALLOWED: Final = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU"),
        *("MPL-2.0", "PSF-2.0", "Zlib", "LicenseRef-Public-Domain"),
        *("LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later"),
    }
)
"""Under these a school may have the program, and we may hand it on as Apache-2.0."""

# How packages that give no SPDX expression say it in their own words.
_IN_WORDS: Final = {
    "mit": "MIT",
    "mit license": "MIT",
    "bsd-3-clause": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
    "apache 2.0": "Apache-2.0",
    "apache-2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "mpl-2.0": "MPL-2.0",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "lgplv2+": "LGPL-2.1-or-later",
    "public domain": "LicenseRef-Public-Domain",
}
_PIN: Final = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_OUR_PACKAGE: Final = "evidence-app"
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "evidence-app.bill-of-materials")


class SupplyError(Exception):
    """Something is wrong with what the program is made of; the text is for whoever ran `make check`."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned package: its name in lower case, its version, SHA-256 (hex) of each of its files."""

    name: str
    version: str
    hashes: tuple[str, ...]


def pins(folder: Path, lists: Sequence[str] = LISTS) -> dict[str, Pin]:
    """The packages of the pinned lists; raises `SupplyError` for one without a hash, or of two versions."""
    found: dict[str, Pin] = {}
    for one in lists:
        text = (folder / one).read_text("utf-8").replace("\\\n", " ")
        for line in filter(None, (line.strip() for line in text.splitlines())):
            pinned, hashes = _PIN.match(line), tuple(sorted(_HASH.findall(line)))
            if pinned is None or not hashes:
                raise SupplyError(f"{one} has a line that is not a name, a version and hashes: {line[:60]!r}")
            pin = Pin(pinned[1].lower().replace("_", "-"), pinned[2], hashes)
            if found.setdefault(pin.name, pin) != pin:
                raise SupplyError(f"{pin.name} is pinned twice, and differently.")
    return dict(sorted(found.items()))


# --- licences ---------------------------------------------------------------------------------------


def noted(folder: Path) -> dict[str, str]:
    """The licence of each package as it was looked up, from `licences.txt`."""
    found = {}
    for line in (folder / LICENCES).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, expression = line.partition(" ")
            found[name] = expression.strip()
    return found


def is_allowed(expression: str) -> bool:
    """Whether one of the choices that an SPDX expression leaves (`A OR B AND C`, no brackets) is allowed."""
    return any(
        all(part.strip() in ALLOWED for part in choice.split(" AND ")) for choice in expression.split(" OR ")
    )


def of_metadata(metadata: importlib.metadata.PackageMetadata) -> str:
    """What an installed package says itself, as an SPDX expression; empty where that is not understood."""
    given = _field(metadata, "License-Expression")
    said = _field(metadata, "License").strip().partition("\n")[0]
    if not given and re.fullmatch(r"[A-Za-z0-9.-]+(?: (?:OR|AND) [A-Za-z0-9.-]+)+", said):
        given = said
    return given or _IN_WORDS.get(said.lower(), "")


def _field(metadata: importlib.metadata.PackageMetadata, name: str) -> str:
    return next(iter(metadata.get_all(name) or ()), "")


def check_licences(folder: Path, *, installed: bool = True) -> list[str]:
    """A line for each package; raises `SupplyError` naming all that may not be used or were not looked up."""
    wanted, known, wrong, lines = pins(folder), noted(folder), list[str](), list[str]()
    for name in wanted:
        expression = known.get(name, "")
        if not expression:
            wrong.append(f"{name}: its licence was not looked up; add it to packaging/{LICENCES}")
            continue
        if not is_allowed(expression):
            wrong.append(f"{name}: {expression} is not among the licences that we may use")
        own = _installed(name) if installed else ""
        if own and own != expression and not is_allowed(own):
            wrong.append(f"{name}: says {own} itself, and packaging/{LICENCES} says {expression}")
        lines.append(f"{name} {wanted[name].version}: {expression}")
    for name in sorted(set(known) - set(wanted)):
        wrong.append(f"{name}: is in packaging/{LICENCES} and is not used any more; take it out")
    if wrong:
        raise SupplyError("\n".join(wrong))
    return lines


def _installed(name: str) -> str:
    try:
        return of_metadata(importlib.metadata.metadata(name))
    except importlib.metadata.PackageNotFoundError:
        return ""


# --- known weaknesses -------------------------------------------------------------------------------


def audit(folder: Path, tool: str | None) -> str:
    """Ask `pip-audit` (its path) about what users run; a line about the outcome.

    Raises `SupplyError` where something is known against a pinned version. Where there is no tool, no network
    or no answer, the line says that nothing was looked up.
    """
    skipped = "Known weaknesses were not looked up"
    if tool is None:
        return f"{skipped}: pip-audit is not installed here (pip install pip-audit)."
    words = [tool, "--format", "json", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            [*words, "--requirement", str(folder / "requirements.txt")],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        answer = json.loads(done.stdout)
        found = {one["name"]: one.get("vulns", ()) for one in answer["dependencies"]}
        looked_at = {name: [bug["id"] for bug in bugs] for name, bugs in found.items()}
    except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired):
        return f"{skipped}: pip-audit had no network, or no data of the registry."
    known = [f"{name}: {', '.join(bugs)}" for name, bugs in sorted(looked_at.items()) if bugs]
    if known:
        raise SupplyError("Known weaknesses:\n" + "\n".join(known))
    return f"No weakness is known of {len(looked_at)} packages."


# --- the bill of materials --------------------------------------------------------------------------


def bill(folder: Path, version: str) -> bytes:
    """The bill of materials of what users run (CycloneDX 1.5): the same lists give the same bytes."""
    licences = noted(folder)
    parts = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{pin.name}@{pin.version}",
            "name": pin.name,
            "version": pin.version,
            "purl": f"pkg:pypi/{pin.name}@{pin.version}",
            "licenses": [{"expression": licences.get(pin.name, "NOASSERTION")}],
            "hashes": [{"alg": "SHA-256", "content": one} for one in pin.hashes],
        }
        for pin in pins(folder, ("requirements.txt",)).values()
    ]
    content = {
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": _OUR_PACKAGE,
                "name": _OUR_PACKAGE,
                "version": version,
                "licenses": [{"expression": "Apache-2.0"}],
            }
        },
        "components": parts,
    }
    serial = uuid.uuid5(_NAMESPACE, json.dumps(content, sort_keys=True))
    head = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
    }
    return json.dumps(head | content, indent=1).encode("ascii") + b"\n"


def _version() -> str:
    text = (HERE.parent / "evidence_app" / "__init__.py").read_text("utf-8")
    found = re.search(r'__version__ = "([^"]+)"', text)
    if found is None:
        raise SupplyError("evidence_app/__init__.py does not say the version.")
    return found[1]


def main(words: Sequence[str]) -> int:
    """Run one of the three; returns the exit code."""
    try:
        match words:
            case ["licences"]:
                lines = check_licences(HERE)
                print(f"Licences: {len(lines)} packages, all of them allowed.")
            case ["audit"]:
                print(audit(HERE, shutil.which("pip-audit") or _beside("pip-audit")))
            case ["sbom", out]:
                Path(out).parent.mkdir(parents=True, exist_ok=True)
                Path(out).write_bytes(bill(HERE, _version()))
                print(f"Wrote {out}.")
            case _:
                print(__doc__, file=sys.stderr)
                return 64
    except SupplyError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _beside(name: str) -> str | None:
    """A tool in the environment that runs this."""
    path = Path(sys.executable).parent / name
    return str(path) if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
