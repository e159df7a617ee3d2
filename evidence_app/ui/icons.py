"""The icons: our own SVG drawings (24 box, 1.8 stroke), coloured by theme token and kept per size.

A pixmap is drawn for the exact device pixel ratio it is shown at, so it is crisp at 1, 1.5 and 2.
"""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from evidence_app.paths import resources
from evidence_app.ui import theme

RATIOS = (1.0, 1.25, 1.5, 1.75, 2.0, 3.0)


@cache
def names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(sorted(path.stem for path in (resources() / "icons").glob("*.svg")))


@cache
def _source(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, token: str = "text", size: int = 20, ratio: float = 1.0) -> QPixmap:
    """An icon of `size` logical pixels in the colour of a theme token (or `#RRGGBB`).

    Raises FileNotFoundError for an unknown name.
    """
    t = theme.tokens()
    cut = t.on_accent if token == "accent" else t.surface
    return _pixmap(name, t.color(token).name(), t.color(cut).name(), size, round(ratio, 3))


@lru_cache(maxsize=1024)
def _pixmap(name: str, color: str, cut: str, size: int, ratio: float) -> QPixmap:
    svg = _source(name).replace("currentColor", color).replace('class="cut"', f'stroke="{cut}"')
    pixels = max(1, round(size * ratio))
    result = QPixmap(pixels, pixels)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


def icon(name: str, token: str = "text", size: int = 20) -> QIcon:
    """A QIcon for Qt's own widgets. It keeps today's colour: set it again on `theme.on_change()`."""
    result = QIcon()
    for ratio in RATIOS:
        result.addPixmap(pixmap(name, token, size, ratio))
    return result


def draw(painter: QPainter, name: str, token: str, rect: QRectF) -> None:
    """Paint an icon centred in `rect`, as large as its shorter side, crisp for the painter's device."""
    size = int(min(rect.width(), rect.height()))
    ratio = painter.device().devicePixelRatioF()
    image = pixmap(name, token, size, ratio)
    left = rect.left() + (rect.width() - size) / 2
    top = rect.top() + (rect.height() - size) / 2
    # Whole device pixels, or a scaled screen would smear the strokes.
    painter.drawPixmap(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), image)
