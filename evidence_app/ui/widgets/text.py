"""Labels in the type scale: plain, wrapped with the right line height, elided, and hashes.

Text is never read as markup: what a bundle or a page says is shown as it is.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from evidence_app.ui import theme


class Strong(str):
    """A part of a text that is set in semi-bold."""


class Quiet(str):
    """A part of a text in the second text colour, not bold."""


class Text(QLabel):
    """A label of one step of the type scale. `text()` is always the plain words.

    Wrapped text is laid out with the line height of the scale; unwrapped text is one line of it.
    """

    def __init__(
        self,
        *parts: str,
        type: str = "body",  # noqa: A002 - the name the scale uses
        token: str = "",
        wrap: bool = True,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._type, self._token, self._wrap = type, token or theme.TYPE[type].token, wrap
        self._plain = ""
        self._parts: tuple[str, ...] = ()
        self.setProperty("type", type)
        self.setFont(theme.font(type))
        self.setWordWrap(wrap)
        self.setMinimumHeight(theme.TYPE[type].line)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
            self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        if selectable:
            flags = (
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            self.setTextInteractionFlags(flags)
            self.setCursor(Qt.CursorShape.IBeamCursor)
        self._recolor()
        self.set_parts(*parts)

    def text(self) -> str:
        """The words without any markup."""
        return self._plain

    def setText(self, text: str) -> None:
        """Show `text` as it is; markup in it is not read."""
        self.set_parts(text)

    def set_parts(self, *parts: str) -> None:
        """Show several parts in a row; those of type `Strong` in semi-bold."""
        self._parts = parts
        self._plain = "".join(parts)
        rich = self._wrap or any(isinstance(part, Strong | Quiet) for part in parts)
        if rich:
            self.setTextFormat(Qt.TextFormat.RichText)
            super().setText(self._markup(parts))
        else:
            self.setTextFormat(Qt.TextFormat.PlainText)
            super().setText(self._plain)
        self.setAccessibleName(self._plain)

    def set_token(self, token: str) -> None:
        """Another colour of the theme."""
        self._token = token
        self._recolor()

    def _markup(self, parts: tuple[str, ...]) -> str:
        line = theme.TYPE[self._type].line
        body = "".join(_html(part) for part in parts)
        # One line is centred by the label; only wrapped lines need their height said.
        height = f"; line-height:{line}px; -qt-line-height-type:fixed" if self._wrap else ""
        return f'<p style="margin:0{height}">{body}</p>'

    def _recolor(self) -> None:
        palette = self.palette()
        color = theme.tokens().color(self._token)
        if palette.color(QPalette.ColorRole.WindowText) != color:
            for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
                palette.setColor(role, color)
            self.setPalette(palette)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._recolor()
            if any(isinstance(part, Quiet) for part in self._parts):
                self.set_parts(*self._parts)


def _html(part: str) -> str:
    words = escape(part).replace("\n", "<br>")
    if isinstance(part, Strong):
        return f'<span style="font-weight:600">{words}</span>'
    if isinstance(part, Quiet):
        return f'<span style="font-weight:400; color:{theme.tokens().text_2}">{words}</span>'
    return words


def display(text: str, **kw: object) -> Text:
    """28/36: result sentence and wizard title."""
    return Text(text, type="display", **kw)  # type: ignore[arg-type]


def title(text: str, **kw: object) -> Text:
    """24/32: page title."""
    return Text(text, type="title", **kw)  # type: ignore[arg-type]


def section(text: str, **kw: object) -> Text:
    """18/24: section title."""
    return Text(text, type="section", **kw)  # type: ignore[arg-type]


def card_title(text: str, **kw: object) -> Text:
    """15/24 semi-bold: title of a card."""
    return Text(text, type="card", **kw)  # type: ignore[arg-type]


def lead(text: str, **kw: object) -> Text:
    """15/24, quiet: the sentence under a title."""
    return Text(text, type="lead2", **kw)  # type: ignore[arg-type]


def body(*parts: str, **kw: object) -> Text:
    """14/20: running text."""
    return Text(*parts, type="body", **kw)  # type: ignore[arg-type]


def strong(text: str, **kw: object) -> Text:
    """14/20 semi-bold: labels of fields, names."""
    return Text(text, type="strong", **kw)  # type: ignore[arg-type]


def hint(*parts: str, **kw: object) -> Text:
    """13/18, quiet."""
    return Text(*parts, type="hint", **kw)  # type: ignore[arg-type]


def mono(text: str, **kw: object) -> Text:
    """JetBrains Mono 12.5: hashes."""
    return Text(text, type="mono", **kw)  # type: ignore[arg-type]


class ElidedLabel(QLabel):
    """One line that shortens with "…" when there is no room; the tooltip then has the whole text."""

    def __init__(
        self,
        text: str = "",
        *,
        type: str = "body",  # noqa: A002
        token: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._token, self._mode = token or theme.TYPE[type].token, mode
        self.setFont(theme.font(type))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumHeight(theme.TYPE[type].line)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._update_tip()

    def minimumSizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance("…") * 3, self.minimumHeight())

    def is_elided(self) -> bool:
        """Whether the text does not fit now."""
        return QFontMetrics(self.font()).horizontalAdvance(self.text()) > self.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_tip()

    def _update_tip(self) -> None:
        self.setToolTip(self.text() if self.is_elided() else "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(theme.tokens().color(self._token))
        words = QFontMetrics(self.font()).elidedText(self.text(), self._mode, self.width())
        align = self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
        painter.drawText(self.rect(), align | Qt.AlignmentFlag.AlignVCenter, words)


def group_hex(digest: str, keep: tuple[int, int] | None = (4, 2)) -> str:
    """A hex digest in groups of four: the first and last `keep` groups with "…" between, or all (None)."""
    groups = [digest[start : start + 4] for start in range(0, len(digest), 4)]
    if keep is None or len(groups) <= sum(keep):
        return " ".join(groups)
    head, tail = keep
    return " ".join([*groups[:head], "…", *groups[len(groups) - tail :]])


class HashLabel(Text):
    """A hex digest in groups of four; the tooltip and the accessible name have all of it."""

    def __init__(
        self,
        digest: str,
        *,
        keep: tuple[int, int] | None = (4, 2),
        token: str = "text",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            group_hex(digest, keep),
            type="mono",
            token=token,
            wrap=keep is None,
            selectable=True,
            parent=parent,
        )
        self.digest = digest
        self.setToolTip(group_hex(digest, None) if keep is not None else "")
        self.setAccessibleName(group_hex(digest, None))
