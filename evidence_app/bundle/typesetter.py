"""The typesetter in a process of its own: it keeps what it laid out, and lets go of it only by ending.

The job goes in through standard input and the pages come back through standard output; nothing touches
the disk. The window's process stays as small as it was, whatever the size of a report.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from evidence_app.errors import StorageError

COMMAND: Final = "typeset-report"
"""A word for `evidence_app.__main__`, not for people."""
_STANDARDS: Final = ["a-2a", "ua-1"]
_SECONDS: Final = 600
_FRAME: Final = 8
"""Bytes before each picture: its length, most significant byte first."""


def typeset(job: dict[str, Any]) -> bytes:
    """The pages of a job, as PDF: `template` and `fonts` (paths), `values` (name to text), `data`,
    `strict_data` and `at` (seconds). Raises `StorageError` where the typesetter gives no pages.
    """
    pages = _run(job)
    if not pages.startswith(b"%PDF-"):
        raise _no_pages()
    return pages


def typeset_pictures(job: dict[str, Any], ppi: int) -> tuple[bytes, ...]:
    """The same pages, each as a PNG of `ppi` pixels per inch, for a printer. Raises as `typeset`."""
    framed, pages = memoryview(_run({**job, "ppi": ppi})), list[bytes]()
    while framed:
        size = int.from_bytes(framed[:_FRAME])
        pages.append(bytes(framed[_FRAME : _FRAME + size]))
        framed = framed[_FRAME + size :]
    if not pages or any(not page.startswith(b"\x89PNG") for page in pages):
        raise _no_pages()
    return tuple(pages)


def _run(job: dict[str, Any]) -> bytes:
    frozen = getattr(sys, "frozen", False)
    command = [sys.executable, COMMAND] if frozen else [sys.executable, "-m", "evidence_app", COMMAND]
    package = str(Path(__file__).resolve().parents[2])
    search = os.pathsep.join(part for part in (package, os.environ.get("PYTHONPATH", "")) if part)
    try:
        done = subprocess.run(
            command,
            input=json.dumps(job).encode(),
            capture_output=True,
            env={**os.environ, "PYTHONPATH": search},
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _no_pages() from error
    if done.returncode != 0:
        raise _no_pages()
    return done.stdout


def _no_pages() -> StorageError:
    return StorageError(
        "The report could not be made. Nothing was sealed, and your vault is untouched. "
        "Close other programs and try again; if it happens again, install the program again."
    )


def main() -> int:
    """The other side: read a job, write the pages. Returns the exit code."""
    import typst

    job = json.loads(sys.stdin.buffer.read())
    template = Path(job["template"])

    given = {
        "root": str(template.parent),
        "font_paths": [job["fonts"]],
        "ignore_system_fonts": True,
        "timestamp": job["at"],
    }

    def pages(data: object) -> bytes:
        inputs = {**job["values"], "data": json.dumps(data, ensure_ascii=False)}
        if "ppi" not in job:
            standards: Any = _STANDARDS
            pdf: bytes = typst.compile(str(template), sys_inputs=inputs, pdf_standards=standards, **given)
            return pdf
        found = typst.compile(str(template), sys_inputs=inputs, format="png", ppi=job["ppi"], **given)
        pictures = found if isinstance(found, list) else [found]
        return b"".join(len(one).to_bytes(_FRAME) + one for one in pictures)

    try:
        done = pages(job["data"])
    except typst.TypstError:
        # The fonts lack a sign after all, in the company in which it stands here.
        done = pages(job["strict_data"])
    sys.stdout.buffer.write(done)
    return 0
