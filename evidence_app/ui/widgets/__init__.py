"""The widgets that pages are built of, one small module per concept."""

from evidence_app.ui.widgets.advice import Advice
from evidence_app.ui.widgets.banner import ResultBanner
from evidence_app.ui.widgets.blur_thumb import BlurThumb, blurred
from evidence_app.ui.widgets.button import Button, IconButton, Link, bare, primary, secondary
from evidence_app.ui.widgets.card import Card, Divider, NumberDisc, NumberedStep, ScrollPage, area
from evidence_app.ui.widgets.check_row import CheckList, CheckRow
from evidence_app.ui.widgets.checks import Check, Radio, RadioRow
from evidence_app.ui.widgets.chip import (
    Chip,
    PlatformBadge,
    chip_width,
    paint_chip,
    paint_platform,
    platform_width,
)
from evidence_app.ui.widgets.choice import ChoiceCard, ChoiceGroup
from evidence_app.ui.widgets.field import Field, SearchField, Select, SelectField, TextAreaField, TextField
from evidence_app.ui.widgets.focus_ring import FocusRing, paint_focus
from evidence_app.ui.widgets.icon import IconDisc, IconLabel, IconTile, Logo
from evidence_app.ui.widgets.menu_button import MenuAct, MenuButton
from evidence_app.ui.widgets.message import InlineMessage, Notice
from evidence_app.ui.widgets.panels import FactRows, ObservedPanel, StatedPanel, TintPanel
from evidence_app.ui.widgets.passphrase import PassphraseField
from evidence_app.ui.widgets.picture_view import PictureView
from evidence_app.ui.widgets.progress_row import Bar, ProgressRow, time_left_words
from evidence_app.ui.widgets.sidebar import Section, Sidebar
from evidence_app.ui.widgets.step_rail import StepRail
from evidence_app.ui.widgets.text import (
    ElidedLabel,
    HashLabel,
    Quiet,
    Strong,
    Text,
    body,
    card_title,
    display,
    group_hex,
    hint,
    lead,
    mono,
    section,
    strong,
    title,
)
from evidence_app.ui.widgets.timeline import History, TimelineNode, paint_node, paint_rail
from evidence_app.ui.widgets.toggles import FlowLayout, ToggleChip, ToggleChips
from evidence_app.ui.widgets.wizard import Wizard, WizardPage
from evidence_app.ui.widgets.word_grid import WordGrid

__all__ = [
    "Advice",
    "Bar",
    "BlurThumb",
    "Button",
    "Card",
    "Check",
    "CheckList",
    "CheckRow",
    "Chip",
    "ChoiceCard",
    "ChoiceGroup",
    "Divider",
    "ElidedLabel",
    "FactRows",
    "Field",
    "FlowLayout",
    "FocusRing",
    "HashLabel",
    "History",
    "IconButton",
    "IconDisc",
    "IconLabel",
    "IconTile",
    "InlineMessage",
    "Link",
    "Logo",
    "MenuAct",
    "MenuButton",
    "Notice",
    "NumberDisc",
    "NumberedStep",
    "ObservedPanel",
    "PassphraseField",
    "PictureView",
    "PlatformBadge",
    "ProgressRow",
    "Quiet",
    "Radio",
    "RadioRow",
    "ResultBanner",
    "ScrollPage",
    "SearchField",
    "Section",
    "Select",
    "SelectField",
    "Sidebar",
    "StatedPanel",
    "StepRail",
    "Strong",
    "Text",
    "TextAreaField",
    "TextField",
    "TimelineNode",
    "TintPanel",
    "ToggleChip",
    "ToggleChips",
    "Wizard",
    "WizardPage",
    "WordGrid",
    "area",
    "bare",
    "blurred",
    "body",
    "card_title",
    "chip_width",
    "display",
    "group_hex",
    "hint",
    "lead",
    "mono",
    "paint_chip",
    "paint_focus",
    "paint_node",
    "paint_platform",
    "paint_rail",
    "platform_width",
    "primary",
    "secondary",
    "section",
    "strong",
    "time_left_words",
    "title",
]
