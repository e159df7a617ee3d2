"""The one way to ask for the name of a file that does not exist yet."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_new_file(parent: QWidget, title: str, proposal: Path, kinds: str) -> Path | None:
    """Where the person wants a new file, with the ending of `proposal`; None where they thought better of it.

    A file that is there is never replaced, so the dialog does not offer it.
    """
    name, _filter = QFileDialog.getSaveFileName(
        parent, title, str(proposal), kinds, options=QFileDialog.Option.DontConfirmOverwrite
    )
    if not name:
        return None
    ending = proposal.suffix
    return Path(name if name.lower().endswith(ending.lower()) else name + ending)
