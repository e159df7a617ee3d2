"""`reader`: the page that checks a bundle in a browser."""

from __future__ import annotations

import typer

from evidence_app.cli.shared import AsJson, Output, put
from evidence_app.workflows import reading_page

app = typer.Typer()


@app.command("reader")
def reader_command(out: Output, as_json: AsJson = False) -> None:
    """Save the reader page: one file that checks a bundle in any browser, without network."""
    page = reading_page.save_reader_page(out)
    put(
        as_json,
        {"path": str(out), "size": len(page.data), "sha256": page.sha256, "warning": reading_page.WARNING},
        f"Saved the reader page as {out}. SHA-256: {page.sha256}\n{reading_page.WARNING}",
    )
