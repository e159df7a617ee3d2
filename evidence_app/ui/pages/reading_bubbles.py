"""How a message of a conversation looks: measures in pixels, then paint. Plain text only, never markup.

Shared by size, paint and hit test. Every text is of somebody else: what steers a display is written out.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPen, QTextLayout, QTextOption

from evidence_app.characters import visible
from evidence_app.records import Attachment, Message
from evidence_app.ui import icons, theme
from evidence_app.ui.pages import reading_words as words
from evidence_app.ui.widgets import chip_width, paint_chip, paint_focus

SIDE = 16
GAP = 10
PAD = 12
WIDEST = 620
PICTURE = QSize(420, 320)
UNREAD = 64
"""Height of a message that has not been read yet."""

_LINE = 20
_V = Qt.AlignmentFlag.AlignVCenter
_L = Qt.AlignmentFlag.AlignLeft | _V


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the parts of one message are, relative to its row. `button` is empty without a picture."""

    height: int
    bubble: QRect
    name: str
    time: str
    note: str
    text: QTextLayout
    text_at: QPointF
    chip: tuple[str, str]
    chip_box: QRect
    file: QRect
    button: QRect
    picture: QRect
    spoken: str


def _laid_out(text: str, style: str, width: int) -> tuple[QTextLayout, int, int]:
    """The layout of plain text, its height and the width that it takes."""
    layout = QTextLayout(text.replace("\n", "\u2028"), theme.font(style))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    y, wide = 0.0, 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += _LINE
        wide = max(wide, line.naturalTextWidth())
    layout.endLayout()
    return layout, round(y), round(wide + 0.5)


def _spoken(message: Message, chip: str, file: Attachment | None, read: str) -> str:
    parts = [visible(message.sender), visible(message.shown), read, visible(message.text), chip]
    if file is not None:
        parts.append(f"{visible(file.name)}, {words.file_line(file)}")
    return ". ".join(part for part in parts if part)


def plan(message: Message, file: Attachment | None, width: int, picture: QImage | None) -> Plan:
    """Lay out one message in a row of this width. `picture` is the clear one, while it is shown."""
    room = max(200, min(WIDEST, width - 2 * SIDE - 24))
    inner = room - 2 * PAD
    system = not message.sender
    sent = message.sender.startswith(words.SENT_BY_PHONE)
    layout, high, wide = _laid_out(visible(message.text), "hint" if system else "body", inner)
    read = words.interpreted(message)
    note = words.tr("read as {0}").format(read) if read else ""
    name, time = visible(message.sender), visible(message.shown)
    small = QFontMetrics(theme.tabular(theme.font("hint")))
    head = QFontMetrics(theme.font("strong")).horizontalAdvance(name) + 20 + small.horizontalAdvance(time)
    chip = words.mark(message)
    chip_wide = min(inner, chip_width(*chip)) if chip[0] else 0
    y = PAD + (0 if system else 22)
    content = max(wide, 0 if system else min(inner, head), small.horizontalAdvance(note), chip_wide)
    if system:
        y, content = 6, max(wide, small.horizontalAdvance(time))
    file_wide = min(inner, 360) if file is not None else 0
    shown = QSize()
    if picture is not None:
        shown = picture.size().scaled(
            QSize(min(PICTURE.width(), inner), PICTURE.height()), Qt.AspectRatioMode.KeepAspectRatio
        )
        shown = shown.boundedTo(picture.size()).expandedTo(QSize(1, 1))
        file_wide = max(file_wide, shown.width())
    box = min(room, max(content, file_wide) + 2 * PAD)
    left = (width - box) // 2 if system else width - SIDE - box if sent else SIDE
    note_high = 18 if note and not system else 0
    text_at = QPointF(left + PAD, y + note_high)
    y += note_high + (high if message.text else 0)
    chip_box = file_box = button = shown_box = QRect()
    if chip[0]:
        chip_box = QRect(left + PAD, y + 6, chip_wide, 24)
        y += 30
    if file is not None:
        file_box = QRect(left + PAD, y + 8, min(inner, 360), 48)
        y += 56
        if words.is_picture(file):
            size = QFontMetrics(theme.font("hint", weight=600)).horizontalAdvance(_button(picture)) + 48
            button = QRect(file_box.right() - size - 7, file_box.top() + 8, size, 32)
    if picture is not None:
        shown_box = QRect(left + PAD, y + 8, shown.width(), shown.height())
        y += 8 + shown.height()
    bottom = y + (6 if system else PAD)
    return Plan(
        height=bottom + GAP,
        bubble=QRect(left, 0, box, bottom),
        name=name,
        time=time,
        note=note if note_high else "",
        text=layout,
        text_at=text_at,
        chip=chip,
        chip_box=chip_box,
        file=file_box,
        button=button,
        picture=shown_box,
        spoken=_spoken(message, chip[0], file, note),
    )


def _button(picture: QImage | None) -> str:
    return words.tr("Show") if picture is None else words.tr("Hide")


def paint(
    painter: QPainter,
    top: int,
    message: Message,
    file: Attachment | None,
    made: Plan,
    *,
    picture: QImage | None,
    current: bool,
    hot: bool,
    busy: bool,
) -> None:
    """Paint one message at this height of the view."""
    t = theme.tokens()
    painter.save()
    painter.translate(0, top)
    sent, system = message.sender.startswith(words.SENT_BY_PHONE), not message.sender
    box = made.bubble
    if not system:
        painter.setBrush(t.color("tint" if sent else "surface"))
        painter.setPen(QPen(t.color("tint_line" if sent else "line"), 1))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        _paint_head(painter, made, box)
    painter.setPen(t.color("text_2" if system else "text"))
    made.text.draw(painter, made.text_at)
    if made.chip[0]:
        paint_chip(painter, made.chip_box, made.chip[0], "neutral", made.chip[1])
    if file is not None:
        _paint_file(painter, made, file, picture, hot, busy)
    if picture is not None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(made.picture, picture)
    if current:
        paint_focus(painter, box.adjusted(-1, -1, 1, 1), 10)
    painter.restore()


def _paint_head(painter: QPainter, made: Plan, box: QRect) -> None:
    t = theme.tokens()
    inside = box.adjusted(PAD, 0, -PAD, 0)
    small = theme.tabular(theme.font("hint"))
    time_wide = min(QFontMetrics(small).horizontalAdvance(made.time) + 1, inside.width() - 60)
    painter.setFont(theme.font("strong"))
    painter.setPen(t.color("accent"))
    room = inside.width() - time_wide - 12
    name = QFontMetrics(painter.font()).elidedText(made.name, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRect(inside.left(), PAD - 2, room, _LINE), _L, name)
    painter.setFont(small)
    painter.setPen(t.color("text_2"))
    time = QFontMetrics(small).elidedText(made.time, Qt.TextElideMode.ElideRight, time_wide)
    right = Qt.AlignmentFlag.AlignRight | _V
    painter.drawText(QRect(inside.right() - time_wide, PAD - 2, time_wide + 1, _LINE), right, time)
    if made.note:
        painter.drawText(QRect(inside.left(), PAD + 18, inside.width(), 18), _L, made.note)


def _paint_file(
    painter: QPainter, made: Plan, file: Attachment, picture: QImage | None, hot: bool, busy: bool
) -> None:
    t = theme.tokens()
    box = made.file
    painter.setBrush(t.color("sunken"))
    painter.setPen(QPen(t.color("line"), 1))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    icon = "picture" if words.is_picture(file) else "file"
    icons.draw(painter, icon, "text_2", QRectF(box.left() + 12, box.top() + 14, 20, 20))
    room = (made.button.left() if made.button.width() else box.right()) - box.left() - 52
    for line, (text, style, token) in enumerate(
        ((visible(file.name), "small", "text"), (words.file_line(file), "hint", "text_2"))
    ):
        painter.setFont(theme.font(style))
        painter.setPen(t.color(token))
        cut = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRect(box.left() + 42, box.top() + 5 + 19 * line, room, 19), _L, cut)
    if not made.button.width():
        return
    painter.setBrush(t.color("tint" if hot else "surface"))
    painter.setPen(QPen(t.color("accent" if hot else "border"), 1))
    painter.drawRoundedRect(QRectF(made.button).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    icons.draw(
        painter,
        "timer" if busy else "eye" if picture is None else "eye-off",
        "accent",
        QRectF(made.button.left() + 12, made.button.top() + 8, 16, 16),
    )
    painter.setFont(theme.font("hint", weight=600))
    painter.setPen(t.color("accent"))
    painter.drawText(made.button.adjusted(34, 0, -8, 0), _L, _button(picture))
