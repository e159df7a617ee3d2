"""Help > Save the reader page: for somebody who has to check a bundle and cannot install the program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.ui.pages.work_dialog import documents, free_path
from evidence_app.ui.widgets import Card, HashLabel, InlineMessage, Text, hint, secondary
from evidence_app.workflows import reading_page


class ReaderCard(Card):
    """What the page is for, the button that saves it, and then its SHA-256."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("To check a bundle without this program"), gap=8, parent=parent)
        self.save_button = secondary(
            self.tr("Save the reader page…"), "save", size="compact", on_click=self._choose
        )
        self.message = InlineMessage()
        self.digest: HashLabel | None = None
        row = QHBoxLayout()
        row.addWidget(self.save_button)
        row.addWidget(self.message, 1)
        self.add(
            Text(
                self.tr(
                    "The reader page is one file that checks a bundle in a browser, on a headteacher’s "
                    "Chromebook for example. It needs no network and installs nothing. Give it to them "
                    "yourself, by another way than the bundle."
                ),
                type="body2",
            ),
            row,
            hint(
                self.tr(
                    "Never use a reader page that came together with a bundle: whoever made it decides what "
                    "it shows. Before a copy of this one is used, compare its SHA-256."
                )
            ),
        )

    def save(self, path: Path) -> None:
        """Write the page into a new file, and show its SHA-256; what is wrong is said in place."""
        if self.digest is not None:
            self.digest.deleteLater()
            self.digest = None
        try:
            page = reading_page.save_reader_page(path)
        except EvidenceError as error:
            self.message.show_message(error.message, "bad")
            return
        self.message.show_message(self.tr("Saved as {0}. Its SHA-256:").format(path.name), "ok")
        self.digest = HashLabel(page.sha256, keep=None)
        self.body.insertWidget(self.body.count() - 1, self.digest)

    def _choose(self) -> None:
        proposal = free_path(documents(), Path(reading_page.FILE_NAME).stem, ".html")
        name, _filter = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the reader page"),
            str(proposal),
            self.tr("Web page (*.html)"),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.save(Path(name if name.endswith(".html") else name + ".html"))
