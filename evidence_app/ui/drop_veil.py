"""Drop anywhere: while files are dragged over the window, it says over all of it what letting go will do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from evidence_app.ui import arrivals, icons, theme
from evidence_app.ui.arrivals import Kind

_MARGIN = 20
_ICONS = {
    Kind.RECEIPT: "receipt",
    Kind.CARD: "person",
    Kind.VAULT: "lock",
    Kind.BUNDLE: "shield-check",
    Kind.OTHER: "x-circle",
}


def take(event: QDropEvent) -> None:
    """Accept a drop as a copy: where a file manager offers to move, the file would go from its place."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


class DropVeil(QWidget):
    """Lies over `window` while files are dragged over it. `dropped` carries the paths.

    `held` says why nothing can be taken now, or nothing. What covers everything also takes the drop from
    the fields below, which would paste a file's name. `brings_in`: whether files of any kind
    can be taken now.
    """

    dropped = Signal(list)

    def __init__(
        self, window: QWidget, held: Callable[[], str], brings_in: Callable[[], bool] = lambda: False
    ) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        self.setAcceptDrops(True)
        self.hide()
        self._ask_held, self._held = held, ""
        self._ask_brings_in, self._brings_in = brings_in, False
        self._paths: tuple[Path, ...] = ()
        self._under = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What happens to the window itself, before the veil is there or where it is not."""
        if watched is self.parent():
            if event.type() == QEvent.Type.Resize:
                self._cover()
            elif isinstance(event, QDragEnterEvent):
                return self._offer(event)
            elif isinstance(event, QDragLeaveEvent):
                # It may have come from the window to the veil: then nothing ends.
                QTimer.singleShot(0, self, self._hide_unless_under)
            elif isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
                self.dropEvent(event)
                return True
        return False

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def _offer(self, event: QDragEnterEvent) -> bool:
        """Show what letting go will do; whether it is for us at all."""
        self._paths, self._held = arrivals.local_paths(event.mimeData()), self._ask_held()
        self._brings_in = self._ask_brings_in()
        if not self._paths:
            return False
        take(event)
        self.setAccessibleName(self.words())
        self._cover()
        self.show()
        self.raise_()
        self.update()
        return True

    def words(self) -> str:
        """What letting go will do, or why it will do nothing."""
        return self._held or arrivals.invitation(self._paths, brings_in=self._brings_in)

    def _hide_unless_under(self) -> None:
        if not self._under:
            self.hide()

    def _refused(self) -> bool:
        return bool(self._held) or (
            not self._brings_in and all(arrivals.kind_of(one) is Kind.OTHER for one in self._paths)
        )

    # --- dragging -----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if arrivals.local_paths(event.mimeData()):
            self._under = True
            take(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        take(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._under = False
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._under = False
        self.hide()
        take(event)
        self.dropped.emit(list(arrivals.local_paths(event.mimeData())))

    # --- look -----------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter = theme.tokens(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        back = t.color("bg")
        back.setAlphaF(0.86)
        painter.fillRect(self.rect(), back)
        kind = "warn" if self._refused() else "accent"
        colors = theme.kind_colors(kind)
        box = QRect(0, 0, min(640, self.width() - 4 * _MARGIN), 216)
        box.moveCenter(self.rect().center())
        pen = QPen(t.color(kind), 2)
        pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect().adjusted(*(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN))), 12, 12)
        painter.setPen(QPen(t.color(colors.line), 1))
        painter.setBrush(t.color(colors.back))
        painter.drawRoundedRect(QRectF(box), 12, 12)
        icon = "warning" if self._held else self._icon()
        middle = QPoint(box.center().x(), box.top() + 56)
        icons.draw(painter, icon, kind, QRectF(middle.x() - 24, middle.y() - 24, 48, 48))
        center = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.setPen(t.color("text"))
        painter.setFont(theme.font("section"))
        painter.drawText(box.adjusted(24, 96, -24, 0), center, self.words())
        painter.setPen(t.color("text" if kind == "warn" else "text_2"))
        painter.setFont(theme.font("body"))
        more = arrivals.wanted() if self._refused() and not self._held else self._names()
        painter.drawText(box.adjusted(32, 136, -32, -8), center, more)

    def _icon(self) -> str:
        kinds = {arrivals.kind_of(one) for one in self._paths}
        if kinds == {Kind.OTHER} and self._brings_in:
            return "download"
        return _ICONS[kinds.pop()] if len(kinds) == 1 else "inbox"

    def _names(self) -> str:
        return "\n".join(one.name[:60] for one in self._paths[:3])
