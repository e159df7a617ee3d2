"""Painting on the frozen screen: the dimmed surroundings, the frame with its handles, the two labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QRegion

from evidence_app.capture.screen import Pointer
from evidence_app.ui import icons, theme
from evidence_app.ui import overlay_region as region

DIM = QColor(16, 20, 29, 168)
HANDLE = 12
LABEL = 32
GAP = 12
EDGE = 8
_WIDEST = 460


@dataclass(frozen=True)
class Labels:
    """The size with a few words at the left, what happens next at the right, and where they go."""

    size: str
    words: str
    do: str
    left: QRectF
    right: QRectF


def surroundings(hole: QRectF) -> QRegion:
    """Where the frame and the handles are painted."""
    outer = hole.toAlignedRect().adjusted(-EDGE, -EDGE, EDGE, EDGE)
    inner = hole.toAlignedRect().adjusted(EDGE, EDGE, -EDGE, -EDGE)
    return QRegion(outer) - QRegion(inner) if inner.isValid() else QRegion(outer)


def dim_round(painter: QPainter, whole: QRectF, hole: QRectF) -> None:
    """Darken everything but the hole, which may be empty."""
    for part in (
        QRectF(whole.left(), whole.top(), whole.width(), hole.top() - whole.top()),
        QRectF(whole.left(), hole.bottom(), whole.width(), whole.bottom() - hole.bottom()),
        QRectF(whole.left(), hole.top(), hole.left() - whole.left(), hole.height()),
        QRectF(hole.right(), hole.top(), whole.right() - hole.right(), hole.height()),
    ):
        if part.width() > 0 and part.height() > 0:
            painter.fillRect(part, DIM)


def frame(painter: QPainter, hole: QRectF, *, handles: bool) -> None:
    """The outline, outside of what is taken, in two colours so that it shows on light and dark alike."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    accent = theme.LIGHT.color("accent")
    for away, wide, colour in ((2.5, 1, QColor(255, 255, 255, 150)), (1.0, 2, accent)):
        pen = QPen(colour, wide)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(hole.adjusted(-away, -away, away, away))
    if handles:
        painter.setPen(QPen(accent, 2))
        painter.setBrush(QColor("#FFFFFF"))
        for across, down in region.HANDLES:
            x = hole.left() + hole.width() * (across + 1) / 2
            y = hole.top() + hole.height() * (down + 1) / 2
            box = QRectF(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 2, 2)
    painter.restore()


def place_labels(
    size: str, words: str, do: str, hole: QRectF, bounds: QRectF, taken: Sequence[QRectF]
) -> Labels:
    """Labels under the hole, or above it, or inside: the first place that is free of what is `taken`."""
    number = QFontMetricsF(_bold()).horizontalAdvance(size)
    metrics = QFontMetricsF(theme.font("body"))
    room = min(_WIDEST, bounds.width() - 60) - number
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
    left_width = 13 + number + 10 + metrics.horizontalAdvance(shown) + 14
    right_width = 39 + QFontMetricsF(_medium()).horizontalAdvance(do) + 14
    seen = hole.intersected(bounds)
    stacked = seen.width() < left_width + right_width + GAP
    height = LABEL * 2 + EDGE if stacked else LABEL
    start = min(max(seen.left() - 1, EDGE), bounds.width() - left_width - EDGE)
    if stacked:
        right_start = min(max(seen.left() - 1, EDGE), bounds.width() - right_width - EDGE)
    else:
        right_start = min(seen.right() + 1, bounds.width() - EDGE) - right_width
    tops = [
        hole.bottom() + GAP,
        hole.top() - GAP - height,
        seen.bottom() - GAP - height,
        *(box.top() - GAP - height for box in reversed(taken)),
    ]
    found = [
        Labels(
            size,
            shown,
            do,
            QRectF(start, top, left_width, LABEL),
            QRectF(right_start, top + (LABEL + EDGE if stacked else 0), right_width, LABEL),
        )
        for top in tops
    ]
    inside = bounds.adjusted(0, EDGE, 0, -EDGE)

    def free(labels: Labels) -> bool:
        boxes = (labels.left, labels.right)
        return all(
            inside.top() <= box.top() and box.bottom() <= inside.bottom() for box in boxes
        ) and not any(box.intersects(other) for box in boxes for other in taken)

    return next((labels for labels in found if free(labels)), found[2])


def pointer(painter: QPainter, shown: Pointer, where: QRectF) -> None:
    """The mouse pointer as it was when the screen was frozen."""
    size = shown.area
    image = QImage(
        shown.pixels, size.width, size.height, size.width * 4, QImage.Format.Format_ARGB32_Premultiplied
    )
    painter.drawImage(where, image)


def labels(painter: QPainter, shown: Labels) -> None:
    """Paint both labels; their colours do not follow the theme, because the screen below does not."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    dark, light = theme.DARK, theme.LIGHT
    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    _plate(painter, shown.left, dark.color("bg"), dark.color("border"))
    painter.setPen(dark.color("text"))
    painter.setFont(_bold())
    painter.drawText(shown.left.adjusted(13, 0, 0, 0), align, shown.size)
    start = 23 + QFontMetricsF(_bold()).horizontalAdvance(shown.size)
    painter.setFont(theme.font("body"))
    painter.drawText(shown.left.adjusted(start, 0, 0, 0), align, shown.words)
    _plate(painter, shown.right, light.color("accent"), light.color("surface"))
    lock = QRectF(shown.right.left() + 13, shown.right.top() + 8, 16, 16)
    icons.draw(painter, "lock", light.on_accent, lock)
    painter.setFont(_medium())
    painter.setPen(light.color("on_accent"))
    painter.drawText(shown.right.adjusted(39, 0, 0, 0), align, shown.do)
    painter.restore()


def _plate(painter: QPainter, box: QRectF, back: QColor, line: QColor) -> None:
    painter.setBrush(back)
    painter.setPen(QPen(line, 1))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


def _bold() -> QFont:
    return theme.tabular(theme.font("strong"))


def _medium() -> QFont:
    return theme.font("body", weight=500)
