"""Help: the handbook with its contents, a search and a way to print. Readable without unlocking."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QTextCursor, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QTextBrowser,
    QTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from evidence_app import handbook
from evidence_app.settings import HIDE_KEYS
from evidence_app.ui import say, theme
from evidence_app.ui.pages import help_text
from evidence_app.ui.pages.help_overview import HelpOverview
from evidence_app.ui.widgets import (
    Button,
    IconButton,
    InlineMessage,
    SearchField,
    SelectField,
    area,
    secondary,
    title,
)

OVERVIEW = ""
"""The first page; the others are called by the chapter."""
_NARROW = 900
_CHAPTER = Qt.ItemDataRole.UserRole
_PLACE = Qt.ItemDataRole.UserRole + 1


class HelpPage(QWidget):
    """`closed` only where it was opened above another page. `hide_key_chosen` carries one of `HIDE_KEYS`."""

    closed = Signal()
    hide_key_chosen = Signal(str)

    def __init__(
        self, *, closable: bool = False, hide_key: str = HIDE_KEYS[0], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Help"))
        self._chapters = handbook.chapters()
        self._hide_key = hide_key
        self._current = OVERVIEW
        self._found = ""
        self.back_button: Button | None = None
        self.overview = HelpOverview()
        self.reader = QTextBrowser()
        self.reader.setFrameShape(QFrame.Shape.NoFrame)
        self.reader.setOpenLinks(False)
        self.reader.setProperty("reader", "true")
        self.reader.document().setDocumentMargin(28)
        self.reader.anchorClicked.connect(self._follow)
        self.hide_choice = SelectField(
            self.tr("Key that hides every window"), [(one.replace("+", " "), one) for one in HIDE_KEYS]
        )
        self.hide_choice.input.setCurrentIndex(HIDE_KEYS.index(hide_key))
        self.hide_choice.changed.connect(self._choose_hide_key)
        self.hide_choice.setMaximumWidth(320)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head(closable=closable))
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self._side())
        below.addWidget(self._reading(), 1)
        column.addLayout(below, 1)
        self._fill_contents()
        self._on_keys("Ctrl+Shift+F", self._to_search)
        if closable:  # at the desk this one looks for words in the whole vault
            self._on_keys("Ctrl+F", self._to_search)
        self._on_keys("F3", self.find_next)
        self._on_keys("Shift+F3", lambda: self.find_next(back=True))
        self.setFocusProxy(self.contents)
        self.show_chapter(OVERVIEW)

    # --- parts ------------------------------------------------------------------------------------

    def _head(self, *, closable: bool) -> QWidget:
        head = area("header")
        self.print_button = secondary(
            self.tr("Print this chapter"), "printer", size="compact", on_click=self.print_chapter
        )
        row = QHBoxLayout(head)
        row.setContentsMargins(32, 14, 32, 14)
        row.setSpacing(12)
        row.addWidget(title(self.tr("Help and support")), 1)
        row.addWidget(self.print_button)
        if closable:
            self.back_button = secondary(
                self.tr("Back"), "arrow-left", size="compact", on_click=self.closed.emit
            )
            row.addWidget(self.back_button)
        return head

    def _side(self) -> QWidget:
        self.search = SearchField(self.tr("Search the handbook"))
        self.search.textChanged.connect(self._on_search)
        self.search.returnPressed.connect(self._first_hit)
        self.message = InlineMessage()
        self.contents = QTreeWidget()
        self.contents.setHeaderHidden(True)
        self.contents.setAccessibleName(self.tr("Contents of the handbook"))
        self.contents.setIndentation(14)
        self.contents.setRootIsDecorated(False)
        self.contents.setProperty("area", "bg")
        self.contents.setFont(theme.font("small"))
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.contents.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.contents.currentItemChanged.connect(self._on_item)
        self._side_box = area("aside_plain")
        side = QVBoxLayout(self._side_box)
        side.setContentsMargins(20, 16, 12, 12)
        side.setSpacing(8)
        side.addWidget(self.search)
        side.addWidget(self.message)
        side.addWidget(self.contents, 1)
        return self._side_box

    def _reading(self) -> QWidget:
        self._choice_band = area("surface")
        line = QHBoxLayout(self._choice_band)
        line.setContentsMargins(28, 16, 28, 0)
        line.addWidget(self.hide_choice)
        line.addStretch(1)
        self.previous_button = IconButton(
            "chevron-up", self.tr("The place before (Shift+F3)"), size="compact", kind="secondary"
        )
        self.previous_button.clicked.connect(lambda: self.find_next(back=True))
        self.next_button = IconButton(
            "chevron-down", self.tr("The next place (F3)"), size="compact", kind="secondary"
        )
        self.next_button.clicked.connect(self._find_on)
        self._find_band = area("surface")
        found = QHBoxLayout(self._find_band)
        found.setContentsMargins(28, 12, 28, 0)
        found.setSpacing(8)
        self.count = InlineMessage()
        found.addWidget(self.count, 1)
        found.addWidget(self.previous_button)
        found.addWidget(self.next_button)
        chapter = area("surface")
        column = QVBoxLayout(chapter)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._choice_band)
        column.addWidget(self._find_band)
        column.addWidget(self.reader, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.overview)
        self._stack.addWidget(chapter)
        return self._stack

    def _on_keys(self, keys: str, act: object) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    # --- contents ---------------------------------------------------------------------------------

    def _fill_contents(self) -> None:
        self._item(self.tr("Help and support"), OVERVIEW, 0)
        for chapter in self._chapters:
            item = self._item(chapter.title, chapter.slug, 0)
            for place, words in enumerate(chapter.headings(), start=1):
                part = self._item(words, chapter.slug, place, item)
                part.setData(0, Qt.ItemDataRole.AccessibleTextRole, self.tr("Heading: {0}").format(words))

    def _item(
        self, words: str, chapter: str, place: int, parent: QTreeWidgetItem | None = None
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.contents if parent is None else parent, [words])
        item.setData(0, _CHAPTER, chapter)
        item.setData(0, _PLACE, place)
        item.setData(0, Qt.ItemDataRole.ToolTipRole, words)
        item.setSizeHint(0, QSize(0, 32 if parent is None else 26))
        if parent is None:
            item.setFont(0, theme.font("small", weight=600))
        return item

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.contents.topLevelItem(at) for at in range(self.contents.topLevelItemCount()))
        return [one for one in found if one is not None]

    def _on_item(self, item: QTreeWidgetItem | None, _before: object) -> None:
        if item is not None:
            self._open(str(item.data(0, _CHAPTER)), int(item.data(0, _PLACE)))

    # --- reading ----------------------------------------------------------------------------------

    def chapter(self) -> str:
        """The chapter that is open, or `OVERVIEW`."""
        return self._current

    def show_chapter(self, slug: str) -> None:
        """Open a chapter; the first page for a name that there is none of."""
        item = next((one for one in self._items() if one.data(0, _CHAPTER) == slug), self._items()[0])
        if item is self.contents.currentItem():
            self._open(str(item.data(0, _CHAPTER)), 0)
        else:
            self.contents.setCurrentItem(item)

    def _open(self, slug: str, place: int) -> None:
        fresh = slug != self._current or not self.reader.toPlainText()
        self._current = slug
        for item in self._items():
            item.setExpanded(item.data(0, _CHAPTER) == slug)
        self.print_button.setEnabled(slug != OVERVIEW)
        self._stack.setCurrentIndex(0 if slug == OVERVIEW else 1)
        if slug == OVERVIEW:
            return
        self._choice_band.setVisible(slug == handbook.KEYBOARD)
        chapter = handbook.chapter(slug)
        if fresh:
            self.reader.setHtml(help_text.html(chapter, theme.tokens(), self._hide_key))
            self.reader.setAccessibleName(self.tr("Handbook: {0}").format(chapter.title))
            self._mark()
        self._to_heading(place)

    def _headings(self) -> list[int]:
        """Where the headings are, in characters."""
        found, block = [], self.reader.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel():
                found.append(block.position())
            block = block.next()
        return found

    def _to_heading(self, place: int) -> None:
        """Put the cursor on a heading: there a screen reader goes on, and the page is scrolled to it."""
        places = self._headings()
        if place >= len(places):
            return
        cursor = self.reader.textCursor()
        cursor.setPosition(places[place])
        self.reader.setTextCursor(cursor)
        bar = self.reader.verticalScrollBar()
        bar.setValue(bar.value() + self.reader.cursorRect(cursor).top() - 16 if place else 0)

    def _next_heading(self, step: int) -> None:
        here = self.reader.textCursor().position()
        places = self._headings()
        wanted = [one for one in places if (one > here if step > 0 else one < here)]
        if wanted:
            self._to_heading(places.index(wanted[0] if step > 0 else wanted[-1]))

    def _follow(self, url: QUrl) -> None:
        self.show_chapter(url.toString())
        self.reader.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- searching --------------------------------------------------------------------------------

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_search(self, text: str) -> None:
        """Only the chapters that have the words stay in the contents, each with how often."""
        self._found = " ".join(text.split())
        sought, total = self._found.casefold(), 0
        by_slug = {one.slug: one.text().casefold().count(sought) if sought else 0 for one in self._chapters}
        titles = {one.slug: one.title for one in self._chapters}
        for item in self._items():
            slug = str(item.data(0, _CHAPTER))
            count = by_slug.get(slug, 0)
            total += count
            item.setHidden(bool(sought) and not count)
            if slug:
                item.setText(0, f"{titles[slug]} ({count})" if sought else titles[slug])
        nothing = self.tr("Nothing in the handbook has “{0}”.").format(self._found[:40])
        self.message.show_message(nothing if sought and not total else "", "neutral")
        self._mark()

    def _first_hit(self) -> None:
        hits = [one for one in self._items() if not one.isHidden() and one.data(0, _CHAPTER)]
        if self._found and hits:
            if self._current not in {str(one.data(0, _CHAPTER)) for one in hits}:
                self.show_chapter(str(hits[0].data(0, _CHAPTER)))
            self.find_next(from_start=True)
            self.reader.setFocus(Qt.FocusReason.OtherFocusReason)

    def find_next(self, *, back: bool = False, from_start: bool = False) -> bool:
        """Go to the next place of what is sought, round the end; False where there is none here."""
        if not self._found or self._current == OVERVIEW:
            return False
        flags = QTextDocument.FindFlag.FindBackward if back else QTextDocument.FindFlag(0)
        if from_start:
            self.reader.moveCursor(QTextCursor.MoveOperation.Start)
        if self.reader.find(self._found, flags):
            return True
        ends = QTextCursor.MoveOperation.End if back else QTextCursor.MoveOperation.Start
        self.reader.moveCursor(ends)
        return self.reader.find(self._found, flags)

    def _find_on(self, _checked: bool) -> None:
        self.find_next()

    def _mark(self) -> None:
        """Every place in the open chapter is marked."""
        marks: list[QTextEdit.ExtraSelection] = []
        if self._found:
            cursor = self.reader.document().find(self._found)
            while not cursor.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = cursor
                mark.format.setBackground(theme.tokens().color("warn_tint"))
                mark.format.setForeground(theme.tokens().color("warn"))
                marks.append(mark)
                cursor = self.reader.document().find(self._found, cursor)
        self.reader.setExtraSelections(marks)
        self._find_band.setVisible(bool(self._found))
        if self._found:
            places = say.plural(len(marks), self.tr("place"), self.tr("places"))
            self.count.show_message(self.tr("{0} in this chapter").format(places), "neutral", "search")

    # --- printing, and the key --------------------------------------------------------------------

    def print_chapter(self) -> None:
        """Ask for a printer, then print what is open, dark on white."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.print_to(printer)

    def print_to(self, printer: QPrinter) -> None:
        """The open chapter on this printer."""
        if self._current != OVERVIEW:
            chapter = handbook.chapter(self._current)
            paper = QTextDocument()
            paper.setDefaultFont(theme.font("lead"))
            paper.setHtml(help_text.html(chapter, theme.LIGHT, self._hide_key))
            printer.setDocName(self.tr("Evidence handbook: {0}").format(chapter.title))
            paper.print_(printer)

    def set_hide_key(self, key: str) -> None:
        """The key was changed elsewhere."""
        if key != self._hide_key and key in HIDE_KEYS:
            self._hide_key = key
            self.hide_choice.input.setCurrentIndex(HIDE_KEYS.index(key))
            self._again()

    def _choose_hide_key(self, key: object) -> None:
        if str(key) != self._hide_key:
            self._hide_key = str(key)
            self._again()
            self.hide_key_chosen.emit(str(key))

    def _again(self) -> None:
        """The open chapter anew, at the same place."""
        if self._current != OVERVIEW:
            at = self.reader.verticalScrollBar().value()
            chapter = handbook.chapter(self._current)
            self.reader.setHtml(help_text.html(chapter, theme.tokens(), self._hide_key))
            self._mark()
            self.reader.verticalScrollBar().setValue(at)

    # --- keys and size ----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.back_button is not None:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_H and self._current != OVERVIEW:
            self._next_heading(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side_box.setFixedWidth(224 if event.size().width() < _NARROW else 288)
