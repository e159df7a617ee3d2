"""A text whose words can be covered: hidden until Show, what is covered is solid in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QTextEdit, QVBoxLayout, QWidget

from evidence_app.capture.cover_text import Folded
from evidence_app.errors import UsageError
from evidence_app.ui import theme
from evidence_app.ui.pages.cover_drafts import Draft, Drafts, Part
from evidence_app.ui.widgets import Card, Divider, Text, area, hint, secondary

MOST_MARKED = 2_000
"""Places that are painted at once; more of them are covered all the same."""

_SHORTEST = 3
"""Letters of a word that is looked for on its own."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("cover", text)


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text and how it is compared, made in the background."""

    text: str = field(repr=False)
    folded: Folded = field(repr=False)


class CoverTextView(QPlainTextEdit):
    """Read only. `wanted` carries the part that the person chose to cover, `empty` that nothing is chosen."""

    def __init__(self, drafts: Drafts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._shown: ShownText | None = None
        self._wide: list[int] = []
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setFont(theme.font("body"))
        self.setUndoRedoEnabled(False)
        drafts.listed.connect(self._mark)
        drafts.chose.connect(self._on_chose)

    def set_text(self, shown: ShownText) -> None:
        """Show a text."""
        self._shown = shown
        # A document counts in halves of letters beyond the first 65,536.
        self._wide = [at for at, char in enumerate(shown.text) if ord(char) > 0xFFFF]
        self.setPlainText(shown.text)
        self._mark()

    def clear(self) -> None:
        """Drop the text. The covers stay in their list."""
        self._shown = None
        self._wide = []
        super().clear()
        self._mark()

    def is_shown(self) -> bool:
        """Whether a text is there."""
        return self._shown is not None

    # --- what is chosen ---------------------------------------------------------------------------

    def words_chosen(self) -> Part | None:
        """The words that are selected, or the one that the cursor is in; None where there are none."""
        if self._shown is None:
            return None
        cursor = self.textCursor()
        if not cursor.hasSelection():
            cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        words = " ".join(cursor.selectedText().split())
        try:
            return Part(words, places=len(self._shown.folded.find(words))) if words else None
        except UsageError:
            return None  # signs that cannot be seen

    def left_alone(self, part: Part) -> tuple[str, int]:
        """A word of `part` that also stands without the others, and at how many places nothing covers it: a
        first name without the surname, for example. Empty where there is none."""
        if self._shown is None:
            return "", 0
        covered = sorted(place for draft in self._drafts.all() for place in self._places(draft))
        starts = [start for start, _ in covered]
        for word in part.text.split() if len(part.text.split()) > 1 else ():
            found = self._find(word) if len(word) >= _SHORTEST else []
            alone = 0
            for start, end in found:
                before = bisect_right(starts, start) - 1
                alone += before < 0 or covered[before][1] < end
            if alone:
                return word, alone
        return "", 0

    def _find(self, words: str) -> list[tuple[int, int]]:
        try:
            return [] if self._shown is None else self._shown.folded.find(words)
        except UsageError:
            return []

    def lines_chosen(self) -> Part | None:
        """The lines of the selection, or the one that the cursor is in."""
        if self._shown is None:
            return None
        cursor, document = self.textCursor(), self.document()
        first = document.findBlock(cursor.selectionStart())
        last = document.findBlock(max(cursor.selectionStart(), cursor.selectionEnd() - 1))
        part = Part(first=first.blockNumber() + 1, last=last.blockNumber() + 1)
        try:
            self._shown.folded.lines(part.first, part.last)
        except UsageError:
            return None  # below the last line
        return part

    # --- what is covered --------------------------------------------------------------------------

    def _places(self, draft: Draft) -> Sequence[tuple[int, int]]:
        part = draft.part
        if self._shown is None or part is None:
            return ()
        folded = self._shown.folded
        return folded.find(part.text) if part.text else [folded.lines(part.first, part.last)]

    def _mark(self) -> None:
        solid, chosen = QTextCharFormat(), QTextCharFormat()
        # Solid in the colour of the letters: black on black could not be seen in the dark theme.
        tokens = theme.tokens()
        for look, back in ((solid, tokens.color("text")), (chosen, tokens.color("accent"))):
            look.setBackground(back)
            look.setForeground(back)
        marks: list[QTextEdit.ExtraSelection] = []
        for place, draft in enumerate(self._drafts.all() if self._shown is not None else ()):
            for start, end in self._places(draft)[: MOST_MARKED - len(marks)]:
                mark = QTextEdit.ExtraSelection()
                mark.cursor = self._cursor(start, end)
                mark.format = chosen if place == self._drafts.chosen else solid
                marks.append(mark)
        self.setExtraSelections(marks)
        count = len(self._drafts.all())
        self.setAccessibleDescription(
            _tr("{0} covers. Choose words and press N to cover them everywhere, L for whole lines.").format(
                count
            )
        )

    def _cursor(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.setPosition(start + bisect_left(self._wide, start))
        cursor.setPosition(end + bisect_left(self._wide, end), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _on_chose(self) -> None:
        draft = self._drafts.current()
        places = () if draft is None else self._places(draft)
        if places:
            cursor = self._cursor(*places[0])
            cursor.clearSelection()
            self.setTextCursor(cursor)
            self.ensureCursorVisible()
        self._mark()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Letters are the page's; a text that cannot be changed has no use for them.
        if (
            event.text().isprintable()
            and event.text()
            and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        ):
            event.ignore()
        else:
            super().keyPressEvent(event)


class TextCard(Card):
    """Like `PictureCard`, for a text: `toggle_requested` from Show and Hide; the text is held only while it
    is shown."""

    toggle_requested = Signal()

    def __init__(self, view: CoverTextView, foot: str, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, gap=0, parent=parent)
        self._number = ""
        self.view = view
        self.show_button = secondary(_tr("Show"), "eye", size="compact")
        self.hide_button = secondary(_tr("Hide"), "eye-off", size="compact")
        for button in (self.show_button, self.hide_button):
            button.clicked.connect(self.toggle_requested)
        self._hidden = area("sunken")
        middle = QVBoxLayout(self._hidden)
        middle.setSpacing(12)
        middle.addStretch(1)
        words = Text(_tr("The text is hidden until you ask for it."), type="body", wrap=False)
        middle.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._hidden)
        self._stack.addWidget(self.view)
        self._stack.setMinimumHeight(200)
        below = hint(foot)
        below.setContentsMargins(15, 9, 15, 9)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 8, 8, 8)
        bar.setSpacing(8)
        bar.addStrut(theme.HEIGHT_COMPACT)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        bar.addLayout(self.tools)
        bar.addStretch(1)
        self.words = Text("", type="small", wrap=False)
        bar.addWidget(self.words)
        bar.addWidget(self.hide_button)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.add(bar, Divider())
        self.body.addWidget(self._stack, 1)
        self.add(Divider(), below)
        self._update()

    def set_exhibit(self, number: str) -> None:
        """Another exhibit: nothing of the one before stays."""
        self._number = number
        self.hide_clear()

    def is_clear(self) -> bool:
        """Whether the text is shown now."""
        return self._stack.currentWidget() is self.view

    def show_text(self, shown: ShownText) -> None:
        """Show it."""
        self.view.set_text(shown)
        self._stack.setCurrentWidget(self.view)
        self._update()

    def hide_clear(self) -> None:
        """Hide it and drop it."""
        focused = self.hide_button.hasFocus() or self.view.hasFocus()
        self.view.clear()
        self._stack.setCurrentWidget(self._hidden)
        self._update()
        if focused:
            self.show_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def pane(self) -> QWidget:
        """What takes the keyboard focus now: the text, or its Show button."""
        return self.view if self.is_clear() else self.show_button

    def _update(self) -> None:
        self.hide_button.setVisible(self.is_clear())
        self.words.setText("" if self.is_clear() else _tr("Hidden"))
        self.setAccessibleName(_tr("Text {0}").format(self._number))
        self.view.setAccessibleName(_tr("Text {0}").format(self._number))
        self.show_button.setAccessibleName(_tr("Show the text {0}").format(self._number))
        self.hide_button.setAccessibleName(_tr("Hide the text {0}").format(self._number))
