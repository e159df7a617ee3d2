"""Colours, type and the style of the window, light and dark.

`apply` sets Fusion, the palette and the style sheet. Widgets that paint themselves ask `tokens()` at
paint time, so a live switch only needs the repaint that Qt asks for anyway. Values: the table of the
interface specification; contrast is checked by `tests/gui/test_theme_contrast.py`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from evidence_app.paths import resources

UI_FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"

RADIUS_CHIP = 4
RADIUS_CONTROL = 6
RADIUS_CARD = 8
RADIUS_BANNER = 10
HEIGHT_COMPACT = 32
HEIGHT_CONTROL = 40
HEIGHT_HERO = 48


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme. Colours are `#RRGGBB`, or `#AARRGGBB` where Qt wants alpha first."""

    dark: bool
    bg: str
    surface: str
    sunken: str
    text: str
    text_2: str
    border: str
    line: str
    accent: str
    accent_hover: str
    on_accent: str
    tint: str
    tint_line: str
    ok: str
    ok_tint: str
    ok_line: str
    warn: str
    warn_tint: str
    warn_line: str
    bad: str
    bad_tint: str
    bad_line: str
    mat: str
    scrim: str

    def color(self, name: str) -> QColor:
        """The colour called `name`; a name that is not a token may be a colour itself (`#0B6E69`)."""
        return QColor(name if name.startswith("#") else getattr(self, name))


LIGHT = Tokens(
    dark=False,
    bg="#F5F6F8",
    surface="#FFFFFF",
    sunken="#ECEFF3",
    text="#161C28",
    text_2="#465063",
    border="#727D90",
    line="#D6DBE3",
    accent="#2A4A9C",
    accent_hover="#213B80",
    on_accent="#FFFFFF",
    tint="#E9EEFA",
    tint_line="#B9C7EA",
    ok="#1A6538",
    ok_tint="#E6F3EA",
    ok_line="#8FC7A4",
    warn="#744700",
    warn_tint="#FFF2D9",
    warn_line="#DDB45F",
    bad="#A3182A",
    bad_tint="#FCEAEB",
    bad_line="#E5A0A7",
    mat="#5B6472",
    scrim="#38161C28",
)

DARK = Tokens(
    dark=True,
    bg="#12151B",
    surface="#1A1F27",
    sunken="#242B36",
    text="#E9ECF2",
    text_2="#B4BDCC",
    border="#8994A7",
    line="#353D4A",
    accent="#A3B8FF",
    accent_hover="#BBCAFF",
    on_accent="#0F1730",
    tint="#232E4D",
    tint_line="#42548A",
    ok="#86DAA6",
    ok_tint="#15301F",
    ok_line="#3A6B4D",
    warn="#F3C771",
    warn_tint="#33280F",
    warn_line="#765F2C",
    bad="#FFA3AA",
    bad_tint="#3B1A1F",
    bad_line="#7E424A",
    mat="#0B0D11",
    scrim="#A312151B",
)

KINDS = ("accent", "ok", "warn", "bad", "neutral")
"""Every status of the interface: what may be given as `kind` to chips, banners and messages."""


@dataclass(frozen=True, slots=True)
class KindColors:
    """Foreground, background and outline of a status."""

    front: str
    back: str
    line: str


def kind_colors(kind: str, theme: Tokens | None = None) -> KindColors:
    """The three colours of one of `KINDS`; raises KeyError for another word."""
    t = theme or tokens()
    return {
        "accent": KindColors(t.accent, t.tint, t.tint_line),
        "ok": KindColors(t.ok, t.ok_tint, t.ok_line),
        "warn": KindColors(t.warn, t.warn_tint, t.warn_line),
        "bad": KindColors(t.bad, t.bad_tint, t.bad_line),
        "neutral": KindColors(t.text_2, t.surface, t.line),
    }[kind]


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """A step of the type scale: pixels, line height in pixels, weight, colour token, letter spacing."""

    size: int
    line: int
    weight: int = 400
    token: str = "text"
    spacing: float = 0.0
    mono: bool = False


TYPE = {
    "display": TypeStyle(28, 36, 600, spacing=-0.28),
    "title": TypeStyle(24, 32, 600, spacing=-0.24),
    "title2": TypeStyle(22, 30, 600, spacing=-0.22),
    "title3": TypeStyle(20, 28, 600, spacing=-0.2),
    "section": TypeStyle(18, 24, 600, spacing=-0.09),
    "brand": TypeStyle(17, 24, 600, spacing=-0.17),
    "intro": TypeStyle(20, 30),
    "lead": TypeStyle(15, 24),
    "lead2": TypeStyle(15, 24, token="text_2"),
    "card": TypeStyle(15, 24, 600),
    "body": TypeStyle(14, 20),
    "body2": TypeStyle(14, 20, token="text_2"),
    "strong": TypeStyle(14, 20, 600),
    "hint": TypeStyle(13, 18, token="text_2"),
    "small": TypeStyle(13, 18),
    "message": TypeStyle(13, 18, 600),
    "mono": TypeStyle(13, 20, spacing=-0.3, mono=True),
}
"""The type scale by name; the `type` of every label.

Pixel sizes are whole numbers in Qt: hashes are 13 with narrower spacing, as wide as 12.5.
"""


class _State(QObject):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        self.choice: bool | None = None


_state: _State | None = None


def _theme_state() -> _State:
    global _state  # noqa: PLW0603 - one window system, one theme
    if _state is None:
        _state = _State()
    return _state


def tokens() -> Tokens:
    """The theme in use now."""
    return _theme_state().tokens


def on_change() -> _State:
    """Object whose `changed` signal follows every switch; for code that caches coloured pixels."""
    return _theme_state()


@cache
def load_fonts() -> tuple[str, ...]:
    """Register the bundled fonts once; returns the families that Qt accepted."""
    families: list[str] = []
    for path in sorted((resources() / "fonts").iterdir()):
        if path.suffix in {".otf", ".ttf"}:
            number = QFontDatabase.addApplicationFont(str(path))
            families += QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return tuple(families)


def font(style: str = "body", *, weight: int | None = None) -> QFont:
    """The font of a step of `TYPE`, with tabular figures where Qt can ask for them."""
    step = TYPE[style]
    result = QFont(MONO_FAMILY if step.mono else UI_FAMILY)
    result.setPixelSize(step.size)
    result.setWeight(QFont.Weight(weight or step.weight))
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if step.spacing:
        result.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, step.spacing)
    return result


def tabular(base: QFont) -> QFont:
    """`base` with figures of one width, for times and counts in columns."""
    result = QFont(base)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def system_prefers_dark(app: QApplication) -> bool:
    """What the system says; light where it does not say."""
    return app.styleHints().colorScheme() == Qt.ColorScheme.Dark


def apply(app: QApplication, dark: bool | None = None) -> Tokens:
    """Dress the application. `dark` None follows the system, also when it changes later."""
    state = _theme_state()
    first = app.property("evidenceDressed") is None
    state.choice = dark
    state.tokens = DARK if (system_prefers_dark(app) if dark is None else dark) else LIGHT
    if first:
        load_fonts()
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(font("body"))
        app.setProperty("evidenceDressed", True)
        app.styleHints().colorSchemeChanged.connect(lambda _scheme: _follow(app))
    app.setPalette(palette(state.tokens))
    app.setStyleSheet(style_sheet(state.tokens))
    state.changed.emit()
    return state.tokens


def _follow(app: QApplication) -> None:
    state = _theme_state()
    if state.choice is None and system_prefers_dark(app) != state.tokens.dark:
        apply(app, None)


def palette(t: Tokens) -> QPalette:
    """The Qt palette of a theme, for everything that the style sheet does not name."""
    role = QPalette.ColorRole
    result = QPalette()
    for key, name in (
        (role.Window, t.bg),
        (role.WindowText, t.text),
        (role.Base, t.surface),
        (role.AlternateBase, t.bg),
        (role.Text, t.text),
        (role.Button, t.surface),
        (role.ButtonText, t.text),
        (role.BrightText, t.bad),
        (role.ToolTipBase, t.text),
        (role.ToolTipText, t.surface),
        (role.PlaceholderText, t.text_2),
        (role.Highlight, t.accent),
        (role.HighlightedText, t.on_accent),
        (role.Link, t.accent),
        (role.LinkVisited, t.accent),
        (role.Light, t.surface),
        (role.Midlight, t.line),
        (role.Mid, t.line),
        (role.Dark, t.border),
        (role.Shadow, t.border),
        (role.Accent, t.accent),
    ):
        result.setColor(key, QColor(name))
    for key in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, key, QColor(t.text_2))
    return result


def style_sheet(t: Tokens) -> str:
    """`resources/style.qss` with every `${token}` filled in; an unknown token raises KeyError."""
    text = (resources() / "style.qss").read_text(encoding="utf-8")
    return Template(text).substitute({name: value for name, value in asdict(t).items() if name != "dark"})
