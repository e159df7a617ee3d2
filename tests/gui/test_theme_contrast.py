"""Contrast by the formula of WCAG 2.2, of the tokens and of what is really painted, in both themes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QWidget

from evidence_app.paths import resources
from evidence_app.ui import icons, theme
from evidence_app.ui.widgets import (
    Chip,
    Link,
    Notice,
    PlatformBadge,
    ResultBanner,
    TextField,
    ToggleChips,
    bare,
    primary,
    secondary,
)
from evidence_app.ui.widgets.chip import PLATFORM_COLORS

THEMES = {"light": theme.LIGHT, "dark": theme.DARK}
TEXT = 4.5
SHAPE = 3.0


@pytest.fixture(autouse=True)
def light_again(qapp):
    yield
    theme.apply(qapp, False)


def luminance(color: QColor) -> float:
    """Relative luminance, WCAG 2.2."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor | str, other: QColor | str) -> float:
    """Contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_itself():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


TEXT_PAIRS = [
    *[
        (front, back)
        for front in ("text", "text_2", "accent")
        for back in ("bg", "surface", "sunken", "tint")
    ],
    *[(kind, f"{kind}_tint") for kind in ("ok", "warn", "bad")],
    *[(kind, back) for kind in ("ok", "warn", "bad") for back in ("bg", "surface")],
    *[("text", f"{kind}_tint") for kind in ("ok", "warn", "bad")],
    *[("text_2", f"{kind}_tint") for kind in ("warn", "bad")],
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
]


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_tokens(name, front, back):
    t = THEMES[name]
    assert contrast(t.color(front), t.color(back)) >= TEXT


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("border", "surface"),
        ("border", "bg"),
        ("border", "sunken"),
        ("accent", "surface"),
        ("accent", "bg"),
        ("accent", "tint"),
    ],
)
def test_outlines_and_focus(name, front, back):
    t = THEMES[name]
    assert contrast(t.color(front), t.color(back)) >= SHAPE


@pytest.mark.parametrize(
    ("name", "front", "back", "stated"),
    [
        ("light", "text", "surface", 17.1),
        ("light", "text_2", "surface", 8.1),
        ("light", "accent", "surface", 8.2),
        ("light", "ok", "ok_tint", 6.2),
        ("light", "warn", "warn_tint", 7.2),
        ("light", "bad", "bad_tint", 6.7),
        ("dark", "text", "surface", 14.0),
        ("dark", "accent", "surface", 8.6),
        ("dark", "ok", "ok_tint", 8.5),
        ("dark", "bad", "bad_tint", 8.2),
    ],
)
def test_the_values_of_the_specification(name, front, back, stated):
    t = THEMES[name]
    assert contrast(t.color(front), t.color(back)) == pytest.approx(stated, abs=0.1)


@pytest.mark.parametrize("color", PLATFORM_COLORS)
def test_platform_letters(color):
    assert contrast("#FFFFFF", color) >= TEXT


def test_every_token_of_the_style_sheet_exists():
    for t in THEMES.values():
        assert "${" not in theme.style_sheet(t)
    assert "${accent}" in (resources() / "style.qss").read_text(encoding="utf-8")


def painted(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def extremes(image: QImage, inset: int = 4) -> float:
    """Contrast between the most frequent colour of a picture and the pixel farthest from it."""
    counts: dict[int, int] = {}
    for y in range(inset, image.height() - inset):
        for x in range(inset, image.width() - inset):
            pixel = image.pixel(x, y)
            counts[pixel] = counts.get(pixel, 0) + 1
    back = QColor(max(counts, key=lambda pixel: counts[pixel]))
    return max(contrast(back, QColor(pixel)) for pixel in counts)


MAKERS = {
    "primary": lambda: primary("Capture", "camera", shortcut_hint="Ctrl Shift E"),
    "secondary": lambda: secondary("Seal a bundle", "box"),
    "bare": lambda: bare("Show", "eye"),
    "link": lambda: Link("Use my recovery sheet"),
    "accent chip": lambda: Chip("Sealed", "accent", "lock"),
    "ok chip": lambda: Chip("In order", "ok", "check-circle"),
    "warn chip": lambda: Chip("Needs details", "warn", "alert-circle"),
    "bad chip": lambda: Chip("Altered", "bad", "shield-x"),
    "neutral chip": lambda: Chip("Details added", "neutral", "check"),
    "platform": lambda: PlatformBadge("Chirrup"),
    "ok banner": lambda: ResultBanner("ok", "This bundle is intact."),
    "warn banner": lambda: ResultBanner("warn", "You have not confirmed who sent it."),
    "bad banner": lambda: ResultBanner("bad", "This bundle has been altered."),
    "neutral banner": lambda: ResultBanner("neutral", "This file is not complete."),
    "warn notice": lambda: Notice("Is a child in danger now?", "Call 999.", "warn", inline=True),
    "toggle": lambda: ToggleChips("Kind", [("Threat", 1)], chosen=[1]),
    "field": lambda: TextField("Web address", value="https://chirrup.example"),
}


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("what", MAKERS)
def test_painted_pixels(qtbot, qapp, name, what):
    theme.apply(qapp, name == "dark")
    holder = QWidget()
    holder.setProperty("area", "surface")
    holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    qtbot.addWidget(holder)
    widget = MAKERS[what]()
    widget.setParent(holder)
    holder.resize(widget.sizeHint().expandedTo(widget.minimumSizeHint()))
    widget.resize(holder.size())
    holder.show()
    qtbot.waitExposed(holder)
    assert extremes(painted(holder)) >= TEXT


@pytest.mark.parametrize("kind", ["ok", "warn", "bad"])
def test_a_switch_repaints_what_is_already_there(qtbot, qapp, kind):
    theme.apply(qapp, False)
    banner = ResultBanner(kind, "This bundle is intact.")
    qtbot.addWidget(banner)
    banner.resize(600, 160)
    banner.show()
    qtbot.waitExposed(banner)
    at = QPoint(580, 20)
    assert painted(banner).pixelColor(at) == QColor(getattr(theme.LIGHT, f"{kind}_tint"))
    theme.apply(qapp, True)
    assert painted(banner).pixelColor(at) == QColor(getattr(theme.DARK, f"{kind}_tint"))
    assert banner.sentence.palette().windowText().color() == QColor(theme.DARK.text)


def near(one: QColor, other: QColor) -> bool:
    """The same but for rounding while painting."""
    parts = (one.red() - other.red(), one.green() - other.green(), one.blue() - other.blue())
    return max(abs(part) for part in parts) <= 2


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("token", ["text", "accent"])
def test_icons_have_the_pixels_and_the_colour_of_the_screen(qapp, ratio, token):
    theme.apply(qapp, False)
    for name in icons.names():
        image = icons.pixmap(name, token, 20, ratio).toImage()
        assert image.width() == round(20 * ratio)
        pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        solid = [pixel for pixel in pixels if pixel.alpha() == 255]
        wanted = QColor(getattr(theme.LIGHT, token))
        if name != "logo":
            assert all(near(pixel, wanted) for pixel in solid), name
        assert solid or ratio == 1.0, name


def test_the_fonts_are_the_bundled_ones(qapp):
    theme.apply(qapp, False)
    assert {theme.UI_FAMILY, theme.MONO_FAMILY} <= set(theme.load_fonts())
    label = QLabel()
    label.setFont(theme.font("strong"))
    assert label.fontInfo().family() == theme.UI_FAMILY
    assert label.fontInfo().weight() == 600
