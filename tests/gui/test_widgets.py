"""Inputs and choices by keyboard, and what a screen reader is told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QTextDocument, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from evidence_app.ui import theme
from evidence_app.ui.widgets import (
    Bar,
    Check,
    CheckList,
    CheckRow,
    Chip,
    ChoiceCard,
    ChoiceGroup,
    ElidedLabel,
    FocusRing,
    HashLabel,
    IconButton,
    Link,
    ObservedPanel,
    PassphraseField,
    PlatformBadge,
    RadioRow,
    ScrollPage,
    Section,
    Select,
    Sidebar,
    StepRail,
    Strong,
    Text,
    TextField,
    ToggleChips,
    Wizard,
    WizardPage,
    WordGrid,
    group_hex,
    primary,
)

KEY = Qt.Key


@pytest.fixture(autouse=True)
def dressed(qapp):
    theme.apply(qapp, False)
    return FocusRing.install(qapp)


@pytest.fixture
def show(qtbot):
    """Put widgets into a shown window that has the keyboard."""
    kept: list[QWidget] = []

    def _show(*widgets: QWidget) -> QWidget:
        window = QWidget()
        kept.append(window)
        column = QVBoxLayout(window)
        column.setContentsMargins(24, 24, 24, 24)
        for widget in widgets:
            column.addWidget(widget)
        window.resize(700, 600)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitExposed(window)
        window.windowHandle().requestActivate()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield _show
    kept.clear()


def focus(widget: QWidget) -> None:
    widget.setFocus(Qt.FocusReason.TabFocusReason)


# --- choices --------------------------------------------------------------------------------------


def two_cards() -> ChoiceGroup:
    cards = [
        ChoiceCard("No. It goes to the Headteacher", data="head"),
        ChoiceCard(
            "Yes. It goes to the Chair of Governors instead", "They cannot open this bundle.", data="chair"
        ),
    ]
    return ChoiceGroup("Does this incident concern the Headteacher?", cards, value="head")


def test_arrow_keys_choose_the_next_card_and_come_round(qtbot, show):
    group = two_cards()
    show(group)
    focus(group.cards[0])
    with qtbot.waitSignal(group.changed) as told:
        qtbot.keyClick(group.cards[0], KEY.Key_Down)
    assert told.args == ["chair"]
    assert group.cards[1].hasFocus()
    qtbot.keyClick(group.cards[1], KEY.Key_Right)
    assert group.value() == "head"
    assert group.cards[0].hasFocus()


@pytest.mark.parametrize("key", [KEY.Key_Space, KEY.Key_Return])
def test_space_and_enter_choose_the_card_with_the_focus(qtbot, show, key):
    group = two_cards()
    show(group)
    focus(group.cards[1])
    qtbot.keyClick(group.cards[1], key)
    assert group.value() == "chair"
    assert [card.isChecked() for card in group.cards] == [False, True]


def test_a_click_on_the_words_of_a_card_chooses_it(qtbot, show):
    group = two_cards()
    show(group)
    label = group.cards[1].findChildren(Text)[0]
    assert QApplication.widgetAt(label.mapToGlobal(QPoint(5, 5))) is group.cards[1]
    qtbot.mouseClick(group.cards[1], Qt.MouseButton.LeftButton, pos=label.pos() + QPoint(5, 5))
    assert group.value() == "chair"


def test_a_card_is_a_radio_button_with_name_and_description(show):
    group = two_cards()
    show(group)
    told = QAccessible.queryAccessibleInterface(group.cards[1])
    assert told.role() == QAccessible.Role.RadioButton
    assert told.text(QAccessible.Text.Name) == "Yes. It goes to the Chair of Governors instead"
    assert told.text(QAccessible.Text.Description) == "They cannot open this bundle."


def test_a_card_is_high_enough_for_its_words(show):
    words = "Something abusive has been posted or sent about me, a colleague, a pupil or the school. " * 3
    card = ChoiceCard("Member of staff", words, icon="camera", points=["Capture what you can see"], data=1)
    window = show(ChoiceGroup("Role", [card]))
    window.resize(320, 700)
    QApplication.processEvents()
    text = card.findChildren(Text)[1]
    assert text.height() >= text.heightForWidth(text.width())
    assert card.rect().contains(text.geometry())


def test_toggle_chips_by_keyboard(qtbot, show):
    chips = ToggleChips(
        "Kind of abuse", [("Threat", "threat"), ("False claim", "false"), ("Pile-on", "pile")]
    )
    show(chips)
    focus(chips.chips[0])
    with qtbot.waitSignal(chips.changed) as told:
        qtbot.keyClick(chips.chips[0], KEY.Key_Space)
    assert told.args == [("threat",)]
    qtbot.keyClick(chips.chips[0], KEY.Key_Left)
    assert chips.chips[2].hasFocus()
    qtbot.keyClick(chips.chips[2], KEY.Key_Return)
    assert chips.value() == ("threat", "pile")
    qtbot.keyClick(chips.chips[2], KEY.Key_Space)
    assert chips.value() == ("threat",)
    told_role = QAccessible.queryAccessibleInterface(chips.chips[0])
    assert told_role.state().checked
    assert told_role.text(QAccessible.Text.Name) == "Threat"


def test_toggle_chips_go_on_to_a_new_line_when_there_is_no_room(show):
    chips = ToggleChips("Kind", [(f"Kind number {number}", number) for number in range(8)])
    window = show(chips)
    window.resize(260, 500)
    QApplication.processEvents()
    assert len({chip.y() for chip in chips.chips}) > 2
    assert all(chip.geometry().right() <= chips.width() for chip in chips.chips)
    assert all(chips.rect().contains(chip.geometry()) for chip in chips.chips)


def test_radio_row_by_arrow_keys(qtbot, show):
    row = RadioRow("Who is it aimed at?", [("Me", "me"), ("A pupil", "pupil")], value="me")
    show(row)
    first = row.findChildren(QAbstractButton)[0]
    focus(first)
    with qtbot.waitSignal(row.changed) as told:
        qtbot.keyClick(first, KEY.Key_Right)
    assert told.args == ["pupil"]
    assert row.value() == "pupil"


def test_check_box_breaks_its_words_and_space_toggles(qtbot, show):
    box = Check("I will keep it in a sealed envelope in a locked place, away from this computer.")
    show(box)
    assert box.heightForWidth(200) > box.heightForWidth(900)
    focus(box)
    qtbot.keyClick(box, KEY.Key_Space)
    assert box.isChecked()


# --- navigation -----------------------------------------------------------------------------------


def sidebar() -> Sidebar:
    return Sidebar([Section("incidents", "Incidents", "folder", 4), Section("help", "Help", "help")])


def test_sidebar_by_keyboard(qtbot, show):
    side = sidebar()
    side.set_current("incidents")
    show(side)
    focus(side.list)
    with qtbot.waitSignal(side.chosen) as told:
        qtbot.keyClick(side.list, KEY.Key_Down)
    assert told.args == ["help"]
    assert side.current() == "help"
    with qtbot.waitSignal(side.lock_requested):
        side.lock_button.click()


def test_sidebar_moves_silently_when_the_shell_navigates_and_keeps_its_place(qtbot):
    side = sidebar()
    qtbot.addWidget(side)
    with qtbot.assertNotEmitted(side.chosen):
        side.set_current("help")
        side.set_sections([Section("incidents", "Incidents", "folder", 5), Section("help", "Help", "help")])
    assert side.current() == "help"


def test_sidebar_tells_counts_to_screen_readers(show):
    side = sidebar()
    show(side)
    side.set_count("incidents", 7)
    told = QAccessible.queryAccessibleInterface(side.list)
    assert told.child(0).text(QAccessible.Text.Name) == "Incidents, 7"


def test_step_rail_says_where_one_is():
    rail = StepRail(["Your role", "Passphrase", "Recovery sheet", "Ready to start"], 1)
    assert [rail.state(index) for index in range(4)] == ["Done", "You are here", "Next", "Later"]
    assert rail.accessibleName() == "Step 2 of 4: Passphrase"
    rail.set_current(4)
    assert rail.state(3) == "Done"


def test_wizard_emits_intentions_and_holds_the_next_step(qtbot, show):
    wizard = Wizard(["One", "Two"])
    first, second = WizardPage("First"), WizardPage("Second")
    field = TextField("Word 3")
    second.body.addWidget(field)
    wizard.add_page(first)
    wizard.add_page(second)
    wizard.set_step(0)
    show(wizard)
    with qtbot.waitSignal(wizard.cancelled):
        qtbot.keyClick(wizard, KEY.Key_Escape)
    wizard.set_step(1)
    assert field.input.hasFocus()
    assert wizard.back_button.text() == "Back"
    with qtbot.waitSignal(wizard.back_pressed):
        wizard.back_button.click()
    with qtbot.waitSignal(wizard.next_pressed):
        qtbot.keyClick(field.input, KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wizard.set_next(False, "Type word 9 to continue")
    assert wizard.note.text() == "Type word 9 to continue"
    with qtbot.assertNotEmitted(wizard.next_pressed):
        qtbot.keyClick(field.input, KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)


# --- details, links, fields -----------------------------------------------------------------------


@pytest.mark.parametrize("key", [KEY.Key_Space, KEY.Key_Return])
def test_details_open_in_place_by_keyboard(qtbot, show, key):
    rows = CheckList("What was checked")
    row = rows.add_row(
        CheckRow("ok", "Passed", "The seal is unbroken", "A signature is there.", ["Key SHA256:abc"])
    )
    show(rows)
    before = row.sizeHint().height()
    link = row.details_link
    assert isinstance(link, Link)
    focus(link)
    qtbot.keyClick(link, key)
    assert row.is_open()
    assert link.accessibleName() == "Details: The seal is unbroken"
    QApplication.processEvents()
    assert row.sizeHint().height() > before
    qtbot.keyClick(link, key)
    assert not row.is_open()


def test_enter_presses_buttons_but_leaves_ctrl_enter_to_the_page(qtbot, show):
    pressed: list[int] = []
    button = primary("Unlock", on_click=lambda: pressed.append(1))
    show(button)
    focus(button)
    qtbot.keyClick(button, KEY.Key_Return)
    qtbot.keyClick(button, KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert pressed == [1]


def test_passphrase_is_hidden_until_show(qtbot, show):
    field = PassphraseField("Passphrase", hint="The four or more words you chose.")
    show(field)
    assert field.input.echoMode() == QLineEdit.EchoMode.Password
    focus(field.show_button)
    qtbot.keyClick(field.show_button, KEY.Key_Space)
    assert field.input.echoMode() == QLineEdit.EchoMode.Normal
    field.clear()
    assert field.input.echoMode() == QLineEdit.EchoMode.Password
    told = QAccessible.queryAccessibleInterface(field.input)
    assert told.text(QAccessible.Text.Name) == "Passphrase"


@pytest.mark.parametrize(
    ("letter", "modifiers", "on"),
    [
        ("A", Qt.KeyboardModifier.NoModifier, True),
        ("a", Qt.KeyboardModifier.ShiftModifier, True),
        ("a", Qt.KeyboardModifier.NoModifier, False),
        ("A", Qt.KeyboardModifier.ShiftModifier, False),
    ],
)
def test_caps_lock_is_noticed_from_the_letter(show, letter, modifiers, on):
    field = PassphraseField("Passphrase")
    show(field)
    event = QKeyEvent(QEvent.Type.KeyPress, KEY.Key_A, modifiers, letter)
    QApplication.sendEvent(field.input, event)
    assert field.caps.isVisible() is on
    assert field.caps.text() == ("Caps Lock is on." if on else "")


def test_field_error_is_told_and_goes_with_the_next_letter(qtbot, show):
    field = TextField("Web address", hint="As it is in the browser.")
    show(field)
    field.set_error("That is not an address. Nothing is lost.")
    assert field.message.isVisible()
    assert "That is not an address" in field.input.accessibleDescription()
    qtbot.keyClicks(field.input, "h")
    assert not field.message.isVisible()
    assert field.input.accessibleDescription() == "As it is in the browser."


def test_the_wheel_does_not_change_a_list_that_is_only_passed_over(qtbot, show):
    select = Select(["Please act on this", "For your information"])
    other = QLineEdit()
    show(select, other)
    focus(other)
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(select, wheel)
    assert select.currentIndex() == 0


# --- text -----------------------------------------------------------------------------------------


def drawn(label: QLabel) -> str:
    """The words that Qt lays out for a label, whatever its Python side says."""
    given = QLabel.text(label)
    if label.textFormat() == Qt.TextFormat.PlainText:
        return given
    document = QTextDocument()
    document.setHtml(given)
    return document.toPlainText()


@pytest.mark.parametrize("wrap", [True, False])
def test_markup_in_a_text_is_shown_and_never_read(qtbot, wrap):
    hostile = '<img src="file:///etc/passwd"><b>bold</b> & more'
    label = Text(hostile, wrap=wrap)
    qtbot.addWidget(label)
    assert label.text() == hostile
    assert label.accessibleName() == hostile
    assert drawn(label) == hostile
    mixed = Text(Strong("<i>"), hostile)
    qtbot.addWidget(mixed)
    assert mixed.text() == drawn(mixed) == "<i>" + hostile


def test_elided_label_keeps_the_whole_text_in_its_tooltip(show):
    label = ElidedLabel("Anonymous posts about my Year 9 lessons, and about everybody else’s as well")
    window = show(label)
    label.setFixedWidth(100)
    QApplication.processEvents()
    assert label.is_elided()
    assert label.toolTip() == label.text()
    label.setFixedWidth(640)
    window.resize(760, 200)
    QApplication.processEvents()
    assert label.toolTip() == ""


def test_hashes_in_groups_of_four(qtbot):
    digest = "7f3a91c40be266d8" + "0" * 40 + "c41e5d17"
    assert group_hex(digest) == "7f3a 91c4 0be2 66d8 … c41e 5d17"
    assert group_hex("abcdef", None) == "abcd ef"
    label = HashLabel(digest)
    qtbot.addWidget(label)
    assert label.text() == "7f3a 91c4 0be2 66d8 … c41e 5d17"
    assert label.accessibleName() == group_hex(digest, None)


def test_observed_refuses_every_input(qtbot):
    panel = ObservedPanel()
    qtbot.addWidget(panel)
    panel.add("Time", "14:32:07 GMT, 12 March 2026", "Computer clock.")
    for maker in (QLineEdit, Select, lambda: TextField("Web address")):
        with pytest.raises(TypeError):
            panel.add("Web address", maker())
    assert panel.findChildren(QLineEdit) == []


# --- focus ring and targets -----------------------------------------------------------------------


def test_the_ring_surrounds_the_keyboard_focus_and_not_the_mouse_focus(qtbot, show, dressed):
    one, two, field = primary("One"), primary("Two"), PassphraseField("Passphrase")
    window = show(one, two, field)
    focus(one)
    assert dressed.shown_for() is one
    qtbot.keyClick(one, KEY.Key_Tab)
    assert dressed.shown_for() is two
    ring = [child for child in window.children() if type(child).__name__ == "_Ring" and child.isVisible()]
    assert [r.geometry() for r in ring] == [two.geometry().adjusted(-5, -5, 5, 5)]
    qtbot.mousePress(one, Qt.MouseButton.LeftButton)
    assert one.hasFocus()
    assert dressed.shown_for() is None
    qtbot.mouseRelease(one, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(field.input, Qt.MouseButton.LeftButton)
    assert dressed.shown_for() is field.input.ring_target


def test_the_ring_follows_and_scrolls_along(qtbot, show, dressed):
    page = ScrollPage()
    button = primary("Below")
    page.body.addSpacing(900)
    page.body.addWidget(button)
    show(page)
    focus(button)
    inner = page.widget()
    assert inner is not None
    assert any(type(child).__name__ == "_Ring" for child in inner.children())
    button.hide()
    QApplication.processEvents()
    assert dressed.shown_for() is not button


def test_the_ring_survives_a_widget_that_is_deleted_while_it_has_the_focus(qtbot, show, dressed):
    gone, stays = primary("Gone"), primary("Stays")
    show(gone, stays)
    focus(gone)
    gone.deleteLater()
    qtbot.waitUntil(lambda: dressed.shown_for() is not gone)
    focus(stays)
    assert dressed.shown_for() is stays


def test_targets_and_names(qtbot):
    icon = IconButton("close", "Close", size="compact")
    link = Link("Details", type="hint")
    for widget in (icon, link):
        qtbot.addWidget(widget)
        assert min(widget.sizeHint().width(), widget.sizeHint().height()) >= 24
    assert icon.accessibleName() == icon.toolTip() == "Close"
    assert QAccessible.queryAccessibleInterface(icon).text(QAccessible.Text.Name) == "Close"


@pytest.mark.parametrize(
    ("maker", "role", "name"),
    [
        (lambda: Chip("Sealed", "accent", "lock"), QAccessible.Role.StaticText, "Sealed"),
        (lambda: PlatformBadge("Chirrup"), QAccessible.Role.StaticText, "Chirrup"),
        (lambda: StepRail(["One", "Two"]), QAccessible.Role.StaticText, "Step 1 of 2: One"),
        (lambda: WordGrid(["acorn", "mango"]), QAccessible.Role.StaticText, "1 acorn, 2 mango"),
        (Bar, QAccessible.Role.ProgressBar, "Progress"),
        (lambda: Link("Details"), QAccessible.Role.PushButton, "Details"),
        (lambda: Check("I will keep it safe."), QAccessible.Role.CheckBox, "I will keep it safe."),
        (lambda: Select(["One"]), QAccessible.Role.ComboBox, ""),
    ],
)
def test_painted_widgets_have_a_role_and_a_name(qtbot, maker, role, name):
    widget = maker()
    qtbot.addWidget(widget)
    told = QAccessible.queryAccessibleInterface(widget)
    assert told.role() == role
    if name:
        assert told.text(QAccessible.Text.Name) == name


def test_focus_by_mouse_is_not_painted_in_the_sidebar(show):
    side = sidebar()
    show(side)
    event = QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.MouseFocusReason)
    QApplication.sendEvent(side.list, event)
    assert side.list.focus_by_key is False
