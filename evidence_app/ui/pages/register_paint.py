"""How the register looks: widths of the columns, its header, and the paint of a row."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from evidence_app.ui import icons, theme
from evidence_app.ui.pages.register_model import WORDS, Column, Index
from evidence_app.ui.pages.register_words import RowWords
from evidence_app.ui.widgets import chip_width, paint_chip

ROW, HEADER = 56, 40
NARROW = 900
EDGE, PAD = 16, 12
_LINE, _CHIP = 20, 24
_V = Qt.AlignmentFlag.AlignVCenter
_L = Qt.AlignmentFlag.AlignLeft | _V
_WIDE = {
    Column.RECEIVED: 130,
    Column.SENDER: 142,
    Column.EXHIBITS: 66,
    Column.RESULT: 188,
    Column.RECEIPT: 100,
    Column.DECIDED: 150,
}
_NARROW = {
    Column.RECEIVED: 126,
    Column.SENDER: 122,
    Column.EXHIBITS: 0,
    Column.RESULT: 190,
    Column.RECEIPT: 0,
    Column.DECIDED: 138,
}
_GROWING = (Column.SENDER, Column.RESULT, Column.DECIDED)


def widths(room: int) -> dict[Column, int]:
    """Width in pixels of every column in `room`; 0 is hidden. What is left over is the incident's.

    In a narrow table the receipt stands under the result.
    """
    fixed = dict(_NARROW if room < NARROW else _WIDE)
    # Wide windows give some of it to names, decisions and states: they are long.
    for column in _GROWING:
        fixed[column] += max(0, room - 1000) // 6
    return fixed | {Column.INCIDENT: room - sum(fixed.values())}


def _left(column: int) -> int:
    return EDGE if column == Column.RECEIVED else PAD


class RegisterHeader(QHeaderView):
    """The names of the columns, level with the words below them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFixedHeight(HEADER)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(0)

    def paintSection(self, painter: QPainter, rect: QRect, place: int) -> None:
        t = theme.tokens()
        painter.save()
        painter.fillRect(rect, t.color("bg"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, t.color("line"))
        painter.setFont(theme.font("small", weight=500))
        painter.setPen(t.color("text_2"))
        words = str(self.model().headerData(place, Qt.Orientation.Horizontal))
        painter.drawText(rect.adjusted(_left(place), 0, 0, -1), _L, words)
        painter.restore()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEADER)


class RegisterDelegate(QStyledItemDelegate):
    """Paints a cell; `hot` is the row under the pointer. `receipt_below`: under the result."""

    hot = -1
    receipt_below = False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, rect, column = theme.tokens(), option.rect, index.column()
        words: RowWords = index.data(WORDS)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, t.color("bg" if index.row() == self.hot else "surface"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, t.color("line"))
        box = rect.adjusted(_left(column), 0, -4, -1)
        if column == Column.RECEIVED:
            _two_lines(painter, box, words.received, figures=True)
        elif column == Column.SENDER:
            _two_lines(painter, box, words.sender, weight=500)
        elif column == Column.INCIDENT:
            _incident(painter, box, words)
        elif column == Column.EXHIBITS:
            _one_line(painter, box, words.exhibits)
        elif column == Column.RESULT:
            _result(painter, box, words, receipt_below=self.receipt_below)
        elif column == Column.RECEIPT:
            _receipt(painter, box, words)
        else:
            _decided(painter, box, words)
        painter.restore()


def _text(painter: QPainter, rect: QRect, words: str) -> None:
    shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, _L, shown)


def _first(box: QRect) -> QRect:
    return QRect(box.left(), box.center().y() - _LINE + 1, box.width(), _LINE)


def _second(box: QRect) -> QRect:
    return QRect(box.left(), box.center().y() + 1, box.width(), _LINE)


def _one_line(painter: QPainter, box: QRect, words: str, token: str = "text") -> None:
    painter.setFont(theme.tabular(theme.font("body")))
    painter.setPen(theme.tokens().color(token))
    _text(painter, box, words)


def _two_lines(
    painter: QPainter,
    box: QRect,
    words: tuple[str, str],
    *,
    weight: int = 400,
    figures: bool = False,
    token: str = "text",
) -> None:
    t = theme.tokens()
    font, small = theme.font("body", weight=weight), theme.font("hint")
    painter.setFont(theme.tabular(font) if figures else font)
    painter.setPen(t.color(token))
    _text(painter, _first(box), words[0])
    painter.setFont(theme.tabular(small) if figures else small)
    painter.setPen(t.color("text_2"))
    _text(painter, _second(box), words[1])


def _incident(painter: QPainter, box: QRect, words: RowWords) -> None:
    t, body = theme.tokens(), theme.font("body")
    painter.setFont(body)
    painter.setPen(t.color("text"))
    if words.related:
        _text(painter, _first(box), words.title)
        below = _second(box)
        icons.draw(painter, "link", "text_2", QRectF(below.left(), below.top() + 3, 14, 14))
        painter.setFont(theme.font("hint"))
        painter.setPen(t.color("text_2"))
        _text(painter, below.adjusted(18, 0, 0, 0), words.related)
        return
    first, rest = _broken(words.title, QFontMetrics(body), box.width())
    _text(painter, _first(box) if rest else box, first)
    _text(painter, _second(box), rest)


def _broken(title: str, metrics: QFontMetrics, width: int) -> tuple[str, str]:
    """A title on two lines, broken between words; the second line is empty where one is enough."""
    if metrics.horizontalAdvance(title) <= width:
        return title, ""
    words, line = title.split(), ""
    for place, word in enumerate(words):
        longer = f"{line} {word}".strip()
        if metrics.horizontalAdvance(longer) > width and line:
            return line, " ".join(words[place:])
        line = longer
    return line, ""


def _result(painter: QPainter, box: QRect, words: RowWords, *, receipt_below: bool) -> None:
    status = words.status
    fits = chip_width(status.words, status.icon) <= box.width()
    text = status.words if fits else status.short
    width = min(chip_width(text, status.icon), box.width())
    top = box.top() + 5 if receipt_below else box.center().y() - _CHIP // 2 + 1
    paint_chip(painter, QRect(box.left(), top, width, _CHIP), text, status.kind, status.icon)
    if receipt_below:
        painter.setFont(theme.tabular(theme.font("hint")))
        painter.setPen(theme.tokens().color("text_2"))
        below = QRect(box.left(), top + _CHIP + 1, box.width(), _LINE)
        if words.receipt[1]:
            icons.draw(painter, "receipt", "text_2", QRectF(below.left(), below.top() + 3, 14, 14))
            _text(painter, below.adjusted(18, 0, 0, 0), ", ".join(words.receipt))
        else:
            _text(painter, below, words.receipt_line)


def _receipt(painter: QPainter, box: QRect, words: RowWords) -> None:
    number, day = words.receipt
    if not day:
        _one_line(painter, box, number, "text_2")
        return
    icons.draw(painter, "receipt", "text_2", QRectF(box.left(), _first(box).top() + 2, 16, 16))
    painter.setFont(theme.tabular(theme.font("body")))
    painter.setPen(theme.tokens().color("text"))
    _text(painter, _first(box).adjusted(22, 0, 0, 0), number)
    painter.setFont(theme.tabular(theme.font("hint")))
    painter.setPen(theme.tokens().color("text_2"))
    _text(painter, _second(box), day)


def _decided(painter: QPainter, box: QRect, words: RowWords) -> None:
    token = "text_2" if words.open else "text"
    if not words.overdue:
        _two_lines(painter, box, words.decided, token=token)
        return
    _two_lines(painter, box, (words.decided[0], ""), token=token)
    below = _second(box)
    icons.draw(painter, "clock", "warn", QRectF(below.left(), below.top() + 3, 14, 14))
    painter.setFont(theme.font("hint", weight=600))
    painter.setPen(theme.tokens().color("warn"))
    _text(painter, below.adjusted(18, 0, 0, 0), words.decided[1])
