"""How the rows of a timeline look: measures in pixels, then paint. Shared by size, paint and hit test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFontMetrics,
    QImage,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QTextDocument,
)

from evidence_app.ui import icons, theme
from evidence_app.ui.pages import timeline_copies
from evidence_app.ui.pages.timeline_rows import DayRow, ExhibitRow, FoldRow, NoteRow, Row, Status
from evidence_app.ui.widgets import (
    chip_width,
    paint_chip,
    paint_focus,
    paint_node,
    paint_platform,
    paint_rail,
    platform_width,
)

RAIL = 42
LEFT = 72
RIGHT = 28
GAP = 12
PAD = 13
THUMB = (144, 96)
SHOWN_WIDTH = 480
NARROW = 400
"""Text beside a picture narrower than this puts the platform and the method on a line of their own."""

SHORT_NOTE, LONG_NOTE = 400, 20_000
"""Characters of a note that are shown at first, and at most once it is opened."""

_V = Qt.AlignmentFlag.AlignVCenter
_L = Qt.AlignmentFlag.AlignLeft | _V


def _tr(text: str) -> str:
    return QCoreApplication.translate("timeline", text)


@dataclass(frozen=True, slots=True)
class CardPlan:
    """Where the parts of an exhibit card are, relative to the row's top left corner."""

    card: QRect
    thumb: QRect
    button: QRect
    text: QRect
    stacked: bool
    chips: tuple[QRect, ...]
    related: timeline_copies.Line | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What the view knows of a row while it is painted."""

    thumb: QImage | None = None
    clear: QImage | None = None
    busy: bool = False
    hot_card: bool = False
    hot_button: bool = False
    focus: bool = False
    chosen: bool = False
    expanded: bool = False
    last: bool = False


def _button_words(shown: bool) -> str:
    return _tr("Hide") if shown else _tr("Show")


def plan_card(row: ExhibitRow, width: int, shown: bool) -> CardPlan:
    """The parts of a card in a row of this width."""
    plan = _plan(row.chips, width, shown and row.shows, row.related, bool(row.line))
    return plan if row.shows else replace(plan, button=QRect())


@lru_cache(maxsize=256)
def _plan(
    chips: tuple[Status, ...], width: int, shown: bool, related: timeline_copies.Related | None, line: bool
) -> CardPlan:
    card_width = max(280, width - LEFT - RIGHT)
    thumb_width = THUMB[0] if card_width > 360 else 96
    if shown:
        thumb_width = max(thumb_width, min(SHOWN_WIDTH, card_width - 2 * PAD - 16 - 330))
    thumb_height = round(thumb_width * THUMB[1] / THUMB[0])
    text_width = card_width - 2 * PAD - 16 - thumb_width
    stacked = text_width < NARROW
    spots, chips_height = _flow([chip_width(chip.words, chip.icon) for chip in chips], text_width)
    head = 24 + (28 if stacked else 4) + (20 if line else 0)
    content = head + (0 if related is None else timeline_copies.HEIGHT) + 10 + chips_height
    height = 2 * PAD + max(thumb_height, content)
    left = LEFT + PAD + thumb_width + 16
    text = QRect(left, PAD, text_width, height - 2 * PAD)
    chips_top = height - PAD - chips_height
    thumb = QRect(LEFT + PAD, PAD, thumb_width, thumb_height)
    belongs = None if related is None else timeline_copies.plan(related, left, PAD + head + 2, text_width)
    size = QFontMetrics(theme.font("hint", weight=600)).horizontalAdvance(_button_words(shown)) + 48
    corner = (
        (thumb.right() - size - 7, thumb.top() + 8)
        if shown
        else (thumb.center().x() - size // 2 + 1, thumb.center().y() - 15)
    )
    return CardPlan(
        card=QRect(LEFT, 0, card_width, height),
        thumb=thumb,
        button=QRect(*corner, size, 32),
        text=text,
        stacked=stacked,
        chips=tuple(QRect(left + x, chips_top + y, wide, 24) for x, y, wide in spots),
        related=belongs,
    )


def _flow(widths: list[int], room: int) -> tuple[list[tuple[int, int, int]], int]:
    x = y = 0
    spots: list[tuple[int, int, int]] = []
    for wide in widths:
        if x and x + wide > room:
            x, y = 0, y + 30
        spots.append((x, y, min(wide, room)))
        x += wide + 8
    return spots, y + 24


def note_box(width: int, height: int) -> QRect:
    """The dashed box of a note, relative to its row."""
    return QRect(LEFT, 0, max(280, width - LEFT - RIGHT), height - GAP)


def note_parts(row: NoteRow, expanded: bool) -> tuple[str, str]:
    """What is shown of a note: the rest, shortened, and the words that offer more."""
    if row.receipt >= 0:
        return row.rest, _tr("Show the receipt")
    if row.referral:
        return row.rest, _tr("Show the referral")
    limit = LONG_NOTE if expanded else SHORT_NOTE
    if len(row.rest) <= limit:
        return row.rest, ""
    return row.rest[:limit].rstrip() + "…", "" if expanded else _tr("Show all of it")


def _document(row: NoteRow, width: int, expanded: bool) -> QTextDocument:
    rest, more = note_parts(row, expanded)
    document = QTextDocument()
    document.setDefaultFont(theme.font("body"))
    document.setDocumentMargin(0)
    words = f"<b style='font-weight:600'>{escape(row.head)}</b>{escape(rest)}".replace("\n", "<br>")
    if more:
        accent = theme.tokens().accent
        words += f" <u style='font-weight:600; color:{accent}'>{escape(more)}</u>"
    document.setHtml(f"<p style='margin:0; line-height:20px; -qt-line-height-type:fixed'>{words}</p>")
    document.setTextWidth(width)
    return document


def row_height(row: Row, width: int, *, shown: bool, expanded: bool, last: bool) -> int:
    """Height of a row in a view of this width (scroll bar included), with the gap under it."""
    end = 16 if last else 0
    if isinstance(row, DayRow):
        return 44 if row.first else 31
    if isinstance(row, FoldRow):
        return 44 + end
    if isinstance(row, ExhibitRow):
        return plan_card(row, width, shown).card.height() + GAP + end
    inner = note_box(width, 0).width() - 30
    return round(_document(row, inner, expanded).size().height()) + 22 + GAP + end


# --- paint ----------------------------------------------------------------------------------------


def paint_row(painter: QPainter, rect: QRect, row: Row, state: State) -> None:
    """Paint one row into `rect` (whole width of the view)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    bottom = rect.height() - (16 if state.last else 0)
    if isinstance(row, DayRow):
        if not row.first:
            paint_rail(painter, RAIL, 0, bottom)
        painter.setFont(theme.font("small", weight=400 if row.gap else 600))
        painter.setPen(theme.tokens().color("text_2"))
        box = QRect(LEFT, bottom - 27, rect.width() - LEFT, 20)
        painter.drawText(box, _L, row.words)
    else:
        paint_rail(painter, RAIL, 0, bottom)
        if isinstance(row, ExhibitRow):
            _paint_card(painter, rect, row, state)
        elif isinstance(row, NoteRow):
            _paint_note(painter, QRect(0, 0, rect.width(), bottom), row, state)
        else:
            _paint_fold(painter, row, state)
    painter.restore()


def _paint_card(painter: QPainter, rect: QRect, row: ExhibitRow, state: State) -> None:
    t = theme.tokens()
    plan = plan_card(row, rect.width(), state.clear is not None)
    paint_node(painter, QPointF(RAIL, 26), "lock")
    line = "accent" if state.chosen else "border" if state.hot_card else "line"
    painter.setBrush(t.color("surface"))
    painter.setPen(QPen(t.color(line), 2 if state.chosen else 1))
    painter.drawRoundedRect(QRectF(plan.card).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    if row.locked:
        _paint_locked(painter, plan.thumb)
    elif row.bare:
        _paint_file(painter, plan.thumb)
    else:
        paint_thumb(painter, plan, state)
    _paint_words(painter, plan, row)
    if plan.related is not None and row.related is not None:
        timeline_copies.paint(painter, plan.related, row.related)
    for spot, chip in zip(plan.chips, row.chips, strict=True):
        paint_chip(painter, spot, chip.words, chip.kind, chip.icon)
    if state.focus:
        paint_focus(painter, plan.card.adjusted(-1, -1, 1, 1), 8)


def _paint_words(painter: QPainter, plan: CardPlan, row: ExhibitRow) -> None:
    t, text = theme.tokens(), plan.text
    painter.setPen(t.color("text"))
    time_font = theme.tabular(theme.font("body", weight=500))
    painter.setFont(time_font)
    time_width = QFontMetrics(time_font).horizontalAdvance(row.time)
    painter.drawText(
        QRect(text.left(), text.top(), text.width(), 24), Qt.AlignmentFlag.AlignRight | _V, row.time
    )
    number_font = theme.tabular(theme.font("card"))
    number_font.setPixelSize(14)
    painter.setFont(number_font)
    painter.drawText(QRect(text.left(), text.top(), text.width(), 24), _L, row.key)
    x, y = text.left(), text.top() + 28
    right = text.right() + 1
    if not plan.stacked:
        x += QFontMetrics(number_font).horizontalAdvance(row.key) + 10
        y, right = text.top(), right - time_width - 12
    if row.platform:
        wide = min(platform_width(row.platform), max(0, right - x))
        painter.save()
        painter.setClipRect(QRect(x, y, wide, 24))
        paint_platform(painter, QRect(x, y, wide, 24), row.platform)
        painter.restore()
        x += wide + 10
    painter.setFont(theme.font("small"))
    painter.setPen(t.color("text_2"))
    method = QFontMetrics(painter.font()).elidedText(
        row.method, Qt.TextElideMode.ElideRight, max(0, right - x)
    )
    painter.drawText(QRect(x, y, max(0, right - x), 24), _L, method)
    if not row.line:
        return
    top = text.top() + (56 if plan.stacked else 28)
    icons.draw(painter, row.line_icon, "text_2", QRectF(text.left(), top + 2, 16, 16))
    painter.setFont(theme.font("small"))
    painter.setPen(t.color("text_2" if row.quiet else "text"))
    room = text.width() - 21
    words = QFontMetrics(painter.font()).elidedText(row.line, Qt.TextElideMode.ElideMiddle, room)
    painter.drawText(QRect(text.left() + 21, top, room, 20), _L, words)


def paint_thumb(painter: QPainter, plan: CardPlan, state: State) -> None:
    """The picture, blurred or clear, with its Show or Hide button."""
    t = theme.tokens()
    box = QRectF(plan.thumb)
    shape = QPainterPath()
    shape.addRoundedRect(box, 6, 6)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
    painter.fillRect(box, t.color("sunken"))
    if state.clear is not None:
        painter.drawImage(_fit(state.clear, box, cover=False), state.clear)
    elif state.thumb is not None and not state.thumb.isNull():
        painter.drawImage(_fit(state.thumb, box, cover=True), state.thumb)
        painter.fillRect(box, t.color("scrim"))
    else:
        icons.draw(painter, "picture", "text_2", QRectF(box.left() + 8, box.top() + 8, 16, 16))
    painter.restore()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(t.color("line"), 1))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    _paint_button(painter, plan.button, state)


def _paint_locked(painter: QPainter, box: QRect) -> None:
    """A lock in the place of the picture: nothing to show, and nothing to press."""
    t = theme.tokens()
    painter.setBrush(t.color("bad_tint"))
    painter.setPen(QPen(t.color("bad_line"), 1))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    middle = QRectF(box).center()
    icons.draw(painter, "lock", "bad", QRectF(middle.x() - 12, middle.y() - 12, 24, 24))


def _paint_file(painter: QPainter, box: QRect) -> None:
    """A sheet in the place of the picture of a file that has none."""
    t = theme.tokens()
    painter.setBrush(t.color("sunken"))
    painter.setPen(QPen(t.color("line"), 1))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    middle = QRectF(box).center()
    icons.draw(painter, "file", "text_2", QRectF(middle.x() - 12, middle.y() - 12, 24, 24))


def _paint_button(painter: QPainter, box: QRect, state: State) -> None:
    t, shown = theme.tokens(), state.clear is not None
    painter.setBrush(t.color("sunken" if state.busy or state.hot_button else "surface"))
    painter.setPen(QPen(t.color("line" if state.busy else "border"), 1))
    painter.drawRoundedRect(
        QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS_CONTROL, theme.RADIUS_CONTROL
    )
    token = "text_2" if state.busy else "text"
    icons.draw(painter, "eye-off" if shown else "eye", token, QRectF(box.left() + 12, box.top() + 8, 16, 16))
    painter.setFont(theme.font("hint", weight=600))
    painter.setPen(t.color(token))
    painter.drawText(box.adjusted(36, 0, 0, 0), _L, _button_words(shown))


def _paint_note(painter: QPainter, rect: QRect, row: NoteRow, state: State) -> None:
    t = theme.tokens()
    box = note_box(rect.width(), rect.height())
    paint_node(painter, QPointF(RAIL, 20), row.icon, kind=row.kind)
    if row.kind == "neutral":
        pen = QPen(t.color("border"), 1, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        colors = theme.kind_colors(row.kind)
        painter.setPen(QPen(QColor(colors.line), 1))
        painter.setBrush(QColor(colors.back))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    document = _document(row, box.width() - 30, state.expanded)
    context = QAbstractTextDocumentLayout.PaintContext()
    context.palette.setColor(QPalette.ColorRole.Text, t.color("text"))
    painter.save()
    painter.translate(box.left() + 15, 11)
    document.documentLayout().draw(painter, context)
    painter.restore()
    if state.focus:
        paint_focus(painter, box.adjusted(-1, -1, 1, 1), 8)


def fold_box(row: FoldRow) -> QRect:
    """The link of a folded day, relative to its row."""
    wide = QFontMetrics(theme.font("strong")).horizontalAdvance(row.words)
    return QRect(LEFT + 5, 4, wide + 26, 28)


def _paint_fold(painter: QPainter, row: FoldRow, state: State) -> None:
    t, box = theme.tokens(), fold_box(row)
    paint_node(painter, QPointF(RAIL, 18), "lock")
    painter.setFont(theme.font("strong"))
    painter.setPen(t.color("accent"))
    painter.drawText(box, _L, row.words)
    painter.fillRect(
        QRect(box.left(), box.bottom() - 4, box.width() - 26, 2 if state.hot_card else 1), t.color("accent")
    )
    icons.draw(painter, "chevron-down", "accent", QRectF(box.right() - 16, box.top() + 6, 16, 16))
    if state.focus:
        paint_focus(painter, box.adjusted(-6, -1, 6, 1), 4)


def _fit(image: QImage, box: QRectF, *, cover: bool) -> QRectF:
    across, down = box.width() / image.width(), box.height() / image.height()
    scale = max(across, down) if cover else min(across, down)
    wide, high = image.width() * scale, image.height() * scale
    top = box.top() if cover else box.top() + (box.height() - high) / 2
    return QRectF(box.left() + (box.width() - wide) / 2, top, wide, high)
