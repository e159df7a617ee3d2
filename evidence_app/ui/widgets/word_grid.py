"""Numbered words: eight fingerprint words (4 by 2), twelve recovery words (3 by 4)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from evidence_app.ui import theme

GAP = 8


class WordGrid(QLabel):
    """Words are read aloud in order; while hidden neither pixels nor accessible text have them.

    `look` is boxes (fingerprint, to compare) or sheet (recovery sheet, plain). `size` is the height of a box.
    """

    def __init__(
        self,
        words: Sequence[str],
        *,
        columns: int = 4,
        look: str = "boxes",
        size: int = 48,
        hidden: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = tuple(words)
        self._columns, self._look, self._size, self._hidden = columns, look, size, hidden
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()

    def words(self) -> tuple[str, ...]:
        """All words, hidden or not."""
        return self._words

    def set_words(self, words: Sequence[str]) -> None:
        """Other words."""
        self._words = tuple(words)
        self._describe()

    def is_hidden_words(self) -> bool:
        """Whether dots are shown in place of the words."""
        return self._hidden

    def set_hidden(self, hidden: bool) -> None:
        """Show dots or words."""
        self._hidden = hidden
        self._describe()

    def _describe(self) -> None:
        if self._hidden:
            name = self.tr("{0} words, hidden").format(len(self._words))
        else:
            name = ", ".join(f"{number} {word}" for number, word in enumerate(self._words, 1))
        self.setAccessibleName(name)
        self.setFixedHeight(self._rows() * (self._size + self._gap()) - self._gap())
        self.updateGeometry()
        self.update()

    def _rows(self) -> int:
        return max(1, -(-len(self._words) // self._columns))

    def _gap(self) -> int:
        return GAP if self._look == "boxes" else 0

    def _word_font(self) -> QFont:
        if self._look == "sheet":
            return theme.font("body", weight=500)
        return theme.font("section" if self._size >= 48 else "card")

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._word_font())
        widest = max((metrics.horizontalAdvance(word) for word in self._words), default=60.0)
        return QSize(int((widest + 48 + self._gap()) * self._columns), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        gap = self._gap()
        width = (self.width() - gap * (self._columns - 1)) / self._columns
        number_font, word_font = theme.font("hint"), self._word_font()
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for index, word in enumerate(self._words):
            row, column = divmod(index, self._columns)
            box = QRectF(column * (width + gap), row * (self._size + gap), width, self._size)
            left = box.left() + (14 if self._look == "boxes" else 0)
            if self._look == "boxes":
                painter.setPen(QPen(t.color("tint_line"), 1))
                painter.setBrush(t.color("surface"))
                painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setFont(number_font)
            painter.setPen(t.color("text_2"))
            number = str(index + 1)
            painter.drawText(QRectF(left, box.top(), 30, box.height()), align, number)
            # A column for the number, so that the words line up.
            left += max(QFontMetricsF(number_font).horizontalAdvance(number), 8.0) + 9
            painter.setPen(t.color("text"))
            if self._hidden:
                self._paint_dots(painter, left, box)
            else:
                painter.setFont(word_font)
                painter.drawText(QRectF(left, box.top(), box.right() - left, box.height()), align, word)

    def _paint_dots(self, painter: QPainter, left: float, box: QRectF) -> None:
        """Six dots for every word: the length is hidden as well."""
        painter.save()
        painter.setBrush(painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        for dot in range(6):
            painter.drawEllipse(QRectF(left + 8 * dot, box.center().y() - 2.25, 4.5, 4.5))
        painter.restore()
