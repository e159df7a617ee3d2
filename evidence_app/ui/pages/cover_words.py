"""Covering words and lines of a text, in a copy. The original stays as it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from evidence_app import workflows
from evidence_app.capture.cover_text import Folded
from evidence_app.records import Exhibit
from evidence_app.ui import say
from evidence_app.ui.pages.cover import CoverPage
from evidence_app.ui.pages.cover_drafts import NO_AREA, Part
from evidence_app.ui.pages.cover_rows import CoverRows
from evidence_app.ui.pages.cover_text_view import CoverTextView, ShownText, TextCard
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import secondary
from evidence_app.vault.vault import Vault
from evidence_app.workflows.texts import is_text, read_text


def cover_page(session: Session, number: str) -> CoverPage:
    """The page on which this exhibit is covered."""
    exhibit = session.vault.read.exhibit(number)
    return CoverWordsPage(session) if is_text(exhibit) else CoverPage(session)


def read_shown(vault: Vault, exhibit: Exhibit) -> ShownText:
    """The text to be shown, for background work. That it was viewed is an entry of the record."""
    text = read_text(vault, exhibit.number)
    # Should it be locked away in this moment, the entry is refused, and nothing of it goes further.
    workflows.viewed(vault, exhibit.number)
    return ShownText(text, Folded(text))


class CoverWordsPage(CoverPage):
    """As `CoverPage`, for a text: the same words are covered wherever they stand, or whole lines."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.new_button.setText(self.tr("Cover these words"))
        self.new_button.setToolTip(self.tr("Cover the chosen words wherever they stand (N)"))
        self.picture.tools.addWidget(self.lines_button)

    def _card(self) -> TextCard:
        self.lines_button = secondary(
            self.tr("Cover these lines"), "list", size="compact", on_click=self.new_lines
        )
        self.lines_button.setToolTip(self.tr("Cover the chosen lines as a whole (L)"))
        self.text = CoverTextView(self.drafts)
        return TextCard(
            self.text,
            self.tr(
                "Choose words with the mouse, or with Shift and the arrows. N covers them wherever they "
                "stand, L covers whole lines. The copy has a mark of one length in their place."
            ),
        )

    def _rows(self) -> CoverRows:
        return CoverRows(
            self.drafts,
            self.tr("Nothing is covered yet. Show the text, choose what others must not read, and press N."),
        )

    def _read_hidden(self, exhibit: Exhibit) -> None:
        """Nothing: a text has no blur."""

    def _open(self) -> Callable[[Vault, Exhibit], object]:
        return read_shown

    def _put(self, found: object) -> None:
        if isinstance(found, ShownText) and isinstance(self.picture, TextCard):
            self.picture.show_text(found)

    def _job(self) -> tuple[Callable[..., Exhibit], object]:
        return workflows.cover_text, self.drafts.text_covers()

    def _update(self) -> None:
        super()._update()
        self.lines_button.setEnabled(self.picture.is_clear())

    def new_cover(self) -> None:
        """Cover the words that are chosen, wherever they stand."""
        self._add(self.text.words_chosen(), self.tr("Choose the words to cover first, then press N."))

    def new_lines(self) -> None:
        """Cover the lines that are chosen."""
        self._add(self.text.lines_chosen(), self.tr("Choose a line to cover first, then press L."))

    def _add(self, part: Part | None, nothing: str) -> None:
        if not self.is_clear():
            if self._exhibit is not None:
                self.message.show_message(self.tr("Show the text first, then choose."), "neutral")
        elif part is None:
            self.message.show_message(nothing, "neutral")
        elif any(one.part == part for one in self.drafts.all()):
            self.message.show_message(self.tr("That is covered already."), "neutral")
        elif not self.drafts.add(NO_AREA, part):
            self._enough()
        else:
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)
            word, places = self.text.left_alone(part)
            if word:
                self.message.show_message(
                    self.tr("“{0}” also stands alone, at {1}. Choose it and press N to cover it too.").format(
                        word, say.plural(places, self.tr("place"), self.tr("places"))
                    ),
                    "warn",
                )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_L and not event.modifiers():
            self.new_lines()
        elif event.key() == Qt.Key.Key_Delete and self.drafts.chosen >= 0:
            self.drafts.remove(self.drafts.chosen)
        else:
            super().keyPressEvent(event)
