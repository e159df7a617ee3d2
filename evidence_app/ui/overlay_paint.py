"""Painting on the frozen screen: the dimmed surroundings, the frame with its handles, the two labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QRegion
from PySide6.QtWidgets import QWidget

from evidence_app.ui import icons, theme
from evidence_app.ui import overlay_region as region

if TYPE_CHECKING:
    from evidence_app.ui.overlay_view import CaptureOverlay

HANDLE = 12
LABEL = 32
GAP = 12
_WIDEST = 460


def reach(overlay: CaptureOverlay) -> QRegion:
    """The part of the widget that is shown clear."""
    area = overlay.choice.area()
    return QRegion() if area is None else QRegion(overlay.to_view(area).toAlignedRect())


def edges(overlay: CaptureOverlay) -> QRegion:
    """Everything painted beside the clear part: frame, handles, labels."""
    area = overlay.choice.area()
    if area is None:
        return QRegion()
    hole = overlay.to_view(area).toAlignedRect()
    ring = QRegion(hole.adjusted(-8, -8, 8, 8)) - QRegion(hole.adjusted(8, 8, -8, -8))
    shown = hole.intersected(overlay.rect())
    for line in range(2):
        for top in (shown.bottom() + GAP + line * (LABEL + 8), shown.bottom() - (line + 1) * (LABEL + GAP)):
            ring += QRect(0, top - 4, overlay.width(), LABEL + 12)
        ring += QRect(0, shown.top() - (line + 1) * (LABEL + GAP) - 4, overlay.width(), LABEL + 12)
    return ring


def dim_round(painter: QPainter, whole: QRectF, hole: QRectF, colour: QColor) -> None:
    """Darken everything but the hole."""
    for part in (
        QRectF(whole.left(), whole.top(), whole.width(), hole.top() - whole.top()),
        QRectF(whole.left(), hole.bottom(), whole.width(), whole.bottom() - hole.bottom()),
        QRectF(whole.left(), hole.top(), hole.left() - whole.left(), hole.height()),
        QRectF(hole.right(), hole.top(), whole.right() - hole.right(), hole.height()),
    ):
        if part.width() > 0 and part.height() > 0:
            painter.fillRect(part, colour)


def frame(painter: QPainter, hole: QRectF, *, handles: bool) -> None:
    """The outline, outside of what is taken, in a colour that shows on light and dark alike."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    accent = theme.LIGHT.color("accent")
    for wide, colour in ((2.5, QColor(255, 255, 255, 150)), (1.0, accent)):
        painter.setPen(QPen(colour, 2 if wide == 1.0 else 1, join=Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(hole.adjusted(-wide, -wide, wide, wide))
    if handles:
        painter.setPen(QPen(accent, 2))
        painter.setBrush(QColor("#FFFFFF"))
        for across, down in region.HANDLES:
            x = hole.left() + hole.width() * (across + 1) / 2
            y = hole.top() + hole.height() * (down + 1) / 2
            box = QRectF(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 2, 2)
    painter.restore()


def labels(painter: QPainter, widget: QWidget, hole: QRectF, size: tuple[str, str], do: str) -> None:
    """The size with its advice at the left, what happens next at the right; under the hole if there is room."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    bounds = QRectF(widget.rect())
    bold, plain = theme.tabular(theme.font("strong")), theme.font("body")
    number = QFontMetricsF(bold).horizontalAdvance(size[0])
    room = min(_WIDEST, bounds.width() - 60) - number
    advice = QFontMetricsF(plain).elidedText(size[1], Qt.TextElideMode.ElideRight, room)
    left_width = 26 + number + 10 + QFontMetricsF(plain).horizontalAdvance(advice)
    right_font = theme.font("body", weight=500)
    right_width = 52 + QFontMetricsF(right_font).horizontalAdvance(do)
    stacked = hole.width() < left_width + right_width + 12
    height = LABEL * 2 + 8 if stacked else LABEL
    top = _top(hole, bounds, height)
    seen = hole.intersected(bounds)
    left = min(max(seen.left() - 1, 8), bounds.width() - left_width - 8)
    first = QRectF(left, top, left_width, LABEL)
    if stacked:
        right = min(max(seen.left() - 1, 8), bounds.width() - right_width - 8)
        second = QRectF(right, top + LABEL + 8, right_width, LABEL)
    else:
        second = QRectF(min(seen.right() + 1, bounds.width() - 8) - right_width, top, right_width, LABEL)
    _size_label(painter, first, size[0], number, advice, bold, plain)
    _do_label(painter, second, do, right_font)
    painter.restore()


def _top(hole: QRectF, bounds: QRectF, height: float) -> float:
    if hole.bottom() + GAP + height + 8 <= bounds.bottom():
        return hole.bottom() + GAP
    if hole.top() - GAP - height >= 8:
        return hole.top() - GAP - height
    return min(hole.bottom(), bounds.bottom()) - GAP - height


def _size_label(
    painter: QPainter, box: QRectF, size: str, number: float, advice: str, bold: QFont, plain: QFont
) -> None:
    dark = theme.DARK
    painter.setBrush(dark.color("bg"))
    painter.setPen(QPen(dark.color("border"), 1))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setPen(dark.color("text"))
    painter.setFont(bold)
    painter.drawText(box.adjusted(13, 0, 0, 0), align, size)
    painter.setFont(plain)
    painter.drawText(box.adjusted(13 + number + 10, 0, 0, 0), align, advice)


def _do_label(painter: QPainter, box: QRectF, words: str, font: QFont) -> None:
    light = theme.LIGHT
    painter.setBrush(light.color("accent"))
    painter.setPen(QPen(light.color("surface"), 1))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    icons.draw(painter, "lock", "#FFFFFF", QRectF(box.left() + 13, box.top() + 8, 16, 16))
    painter.setFont(font)
    painter.setPen(light.color("on_accent"))
    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(box.adjusted(39, 0, 0, 0), align, words)
