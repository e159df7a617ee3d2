"""The review page: what is stated is recorded with its true source, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QStackedWidget, QWidget

from evidence_app import policy, workflows
from evidence_app.capture import png
from evidence_app.errors import UsageError
from evidence_app.records import EntryKind, Exhibit, Picture, Said, Source, StopAnswer
from evidence_app.settings import Settings
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import HashLabel, IconButton, ObservedPanel
from evidence_app.vault import acts
from evidence_app.vault.acts_safeguards import stop_answered
from tests import screens
from tests.windows import SIZES, cut_off, idle, nameless, place, press, tab_order, write

pytest_plugins = ["tests.vault_fixtures", "tests.window_fixtures"]

ADDRESS = "https://social.example/@larkmere_whispers/status/48813"
WIDTH, HEIGHT = 640, 480
PIXELS = screens.pattern(3, WIDTH, HEIGHT)


class Bench:
    """A vault with one fresh capture, and the page that shows it."""

    def __init__(self, opened, runner, observed) -> None:
        self.vault = opened
        self.session = Session(opened, runner, Settings())
        self.changed: list[None] = []
        self.session.changed.connect(lambda: self.changed.append(None))
        picture = Picture(png.encode(PIXELS, WIDTH, HEIGHT), observed)
        opened.record(stop_answered("INC-001", StopAnswer.NO))
        self.number = workflows.keep(opened, picture, "INC-001").number
        self.page = ReviewPage(self.session)
        self.done: list[str] = []
        self.page.done.connect(self.done.append)

    def exhibit(self) -> Exhibit:
        return self.vault.read.exhibit(self.number)

    def said(self) -> dict[str, tuple[str, Source]]:
        return {name: (one.value, one.source) for name, one in self.exhibit().statements.items()}

    def acts(self, kind: EntryKind) -> int:
        return sum(1 for entry in self.vault.read.entries_about(self.number) if entry.kind is kind)


@pytest.fixture
def bench(opened, runner, qapp) -> Bench:
    from tests import vaults  # not above: pytest wants to look at it first

    QGuiApplication.clipboard().clear()
    return Bench(opened, runner, vaults.observed())


@pytest.fixture
def page(bench, show) -> ReviewPage:
    show(bench.page)
    bench.page.show_exhibit(bench.number)
    return bench.page


def copy(text: str) -> None:
    """Into the clipboard, as another program does it."""
    QGuiApplication.clipboard().setText(text)


# --- what is shown ------------------------------------------------------------------------------------


def test_it_says_sealed_and_what_was_observed(page, bench):
    words = " ".join(label.text() for label in page.findChildren(QWidget) if hasattr(label, "set_parts"))
    assert f"{bench.number} is sealed and safe" in words
    assert "You can stop here, or add what you know while it is fresh." in words
    assert "14:32:07" in words
    assert "This computer's clock, not checked." in words
    assert "Display 1, all of 640 × 480" in words
    assert "“Larkmere truth - Browser”, browser" in words
    assert "A screenshot cannot prove an address." in words
    assert f"entry {bench.exhibit().seq} in the record" in words
    assert "Seen in the picture" not in words


def test_the_whole_fingerprint_can_be_read_and_copied(page, bench):
    digest = bench.exhibit().stored.sha256
    label = page.observed.findChild(HashLabel)
    assert label.digest == digest
    assert label.toolTip().replace(" ", "") == digest
    next(one for one in page.observed.findChildren(IconButton)).click()
    assert QGuiApplication.clipboard().text() == digest


def test_nothing_observed_can_be_written_into(page):
    assert isinstance(page.observed, ObservedPanel)
    assert page.observed.findChildren(QLineEdit) == []


def test_the_web_address_has_the_focus_first(page):
    assert QApplication.focusWidget() is page.form.address.input


# --- statements -----------------------------------------------------------------------------------------


def test_done_records_one_entry_with_only_what_was_said(page, bench):
    copy(ADDRESS)
    page.form.paste.click()
    page.form.account.input.setFocus()
    write("@larkmere_whispers")
    page.form.kind.chips[0].setFocus()
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    page.form.note.input.setFocus()
    write("Shown to me after period 4.")
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    codes = [one.code for one in policy.current().categories]
    assert bench.said() == {
        "address": (ADDRESS, Source.PASTED),
        "account": ("@larkmere_whispers", Source.TYPED),
        "kind": (f"{codes[0]},{codes[1]}", Source.TYPED),
        "note": ("Shown to me after period 4.", Source.TYPED),
    }
    assert bench.acts(EntryKind.EXHIBIT_STATED) == 1
    assert bench.done == ["INC-001"]
    assert bench.changed


def test_done_without_a_word_records_nothing(page, bench):
    page.done_button.click()
    assert bench.acts(EntryKind.EXHIBIT_STATED) == 0
    assert bench.done == ["INC-001"]


def _typed(page: ReviewPage) -> None:
    write(ADDRESS)


def _typed_what_was_copied(page: ReviewPage) -> None:
    copy(ADDRESS)
    write(ADDRESS)


def _pasted_by_keys(page: ReviewPage) -> None:
    copy(f"  {ADDRESS}\n")
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def _pasted_over_another(page: ReviewPage) -> None:
    write("x" * len(ADDRESS))
    copy(ADDRESS)
    press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def _pasted_and_touched(page: ReviewPage) -> None:
    copy(ADDRESS[:-1])
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    write(ADDRESS[-1])


def _pasted_in_part(page: ReviewPage) -> None:
    write(ADDRESS[:8])
    copy(ADDRESS[8:])
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def _typed_and_brought_back(page: ReviewPage) -> None:
    write(ADDRESS)
    press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(Qt.Key.Key_Delete)
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def _dropped(page: ReviewPage) -> None:
    data = QMimeData()
    data.setText(ADDRESS)
    copying, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 20), copying, data, left, none)
    QApplication.sendEvent(page.form.address.input, enter)
    QApplication.sendEvent(page.form.address.input, QDropEvent(QPointF(20, 20), copying, data, left, none))


@pytest.mark.parametrize(
    ("act", "source"),
    [
        (_typed, Source.TYPED),
        (_typed_what_was_copied, Source.TYPED),
        (_pasted_by_keys, Source.PASTED),
        (_pasted_over_another, Source.PASTED),
        (_pasted_and_touched, Source.TYPED),
        (_pasted_in_part, Source.TYPED),
        (_typed_and_brought_back, Source.TYPED),
        (_dropped, Source.PASTED),
    ],
)
def test_the_source_of_the_address_is_the_truth(page, bench, act: Callable[[ReviewPage], None], source):
    act(page)
    page.finish()
    assert bench.said()["address"] == (ADDRESS, source)


def test_paste_with_an_empty_clipboard_says_so_and_changes_nothing(page, bench):
    write("kept")
    page.form.paste.click()
    assert "nothing to paste" in page.form.address.message.text()
    assert page.form.address.text() == "kept"


def test_a_correction_is_a_new_statement_and_the_old_one_stays(page, bench):
    write("first")
    page.finish()
    page.show_exhibit(bench.number)
    assert page.form.changes() == []
    page.form.address.setText("second")
    page.finish()
    page.show_exhibit(bench.number)
    page.form.address.setText("")
    page.finish()
    history = [one.value for one in bench.vault.read.statements(bench.number) if one.field == "address"]
    assert history == ["first", "second", ""]


def test_what_another_edition_of_the_policy_knew_is_not_dropped(page, bench):
    said = [Said("kind", "older_code,threat", Source.TYPED), Said("aimed_at", "older", Source.TYPED)]
    bench.vault.record(acts.exhibit_stated(bench.number, said))
    page.show_exhibit(bench.number)
    before = page.form.changes()
    page.form.kind.set_value(["threat", "insult"])
    page.finish()
    assert [one.field for one in before] in ([], ["kind"])
    assert set(bench.said()["kind"][0].split(",")) == {"older_code", "threat", "insult"}
    assert bench.said()["aimed_at"] == ("older", Source.TYPED)


def test_words_with_line_breaks_are_not_changed_by_looking_at_them(page, bench):
    said = [Said("note", "one\r\ntwo", Source.TYPED), Said("address", "a\nb", Source.PASTED)]
    bench.vault.record(acts.exhibit_stated(bench.number, said))
    page.show_exhibit(bench.number)
    page.finish()
    assert bench.said() == {"note": ("one\r\ntwo", Source.TYPED), "address": ("a\nb", Source.PASTED)}


# --- leaving --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["hidden", "another", "leave", "window", "escape", "again", "must not keep"])
def test_what_was_typed_is_saved_however_the_page_is_left(page, bench, way):
    asked: list[str] = []
    page.capture_again.connect(lambda incident: asked.append(f"again {incident}"))
    page.must_not_keep.connect(lambda number: asked.append(f"stop {number}"))
    write("not finished")
    {
        "hidden": page.hide,
        "another": lambda: page.show_exhibit("HXA/001"),
        "leave": page.leave,
        "window": page.window().hide,
        "escape": lambda: press(Qt.Key.Key_Escape),
        "again": page.again_button.click,
        "must not keep": page.stop_link.click,
    }[way]()
    assert bench.said() == {"address": ("not finished", Source.TYPED)}
    expected = {"again": ["again INC-001"], "must not keep": [f"stop {bench.number}"]}
    assert asked == expected.get(way, [])
    page.hide()
    assert bench.acts(EntryKind.EXHIBIT_STATED) == 1


def test_words_that_cannot_be_saved_stay_and_are_there_again(page, bench):
    too_long = "x" * 300_000
    page.form.note.setText(too_long)
    page.finish()
    assert bench.done == []
    assert "longer than" in page.message.text()
    page.show_exhibit("HXA/001")
    assert page.form.note.text() == ""
    page.show_exhibit(bench.number)
    assert page.form.note.text() == too_long
    page.form.note.setText("short")
    page.finish()
    assert bench.said() == {"note": ("short", Source.TYPED)}


# --- filing ---------------------------------------------------------------------------------------------


def test_filing_elsewhere_is_one_entry_and_done_leads_there(page, bench):
    page.filed_in.setFocus()
    press(Qt.Key.Key_Down)
    assert page.filed_in.view().isVisible()  # the list opens, nothing is chosen in passing
    assert bench.acts(EntryKind.EXHIBIT_FILED) == 0
    QTest.keyClick(page.filed_in.view(), Qt.Key.Key_Escape)
    page.filed_in.activated.emit(page.filed_in.findData("INC-002"))
    assert bench.exhibit().incident == "INC-002"
    assert bench.acts(EntryKind.EXHIBIT_FILED) == 1
    assert page.filed_in.value() == "INC-002"
    page.finish()
    assert bench.done == ["INC-002"]


def test_a_capture_that_is_not_filed_says_so_until_it_is(page, bench):
    page.show_exhibit("HXA/003")
    assert page.filed_in.currentText() == "Not filed yet"
    page.filed_in.activated.emit(page.filed_in.findData("INC-001"))
    assert bench.vault.read.exhibit("HXA/003").incident == "INC-001"
    assert page.filed_in.findData("") == -1


def test_new_incidents_can_be_chosen_and_typed_words_stay(page, bench):
    write("half a wo")
    bench.vault.record(acts.incident_opened("Another one"))
    bench.session.changed.emit()
    assert page.filed_in.findData("INC-003") >= 0
    assert page.form.address.text() == "half a wo"


# --- the picture ----------------------------------------------------------------------------------------


def test_the_picture_is_blurred_until_shown_and_again_on_leaving(page, bench, qtbot, runner):
    idle(qtbot, runner)
    assert not page.thumb.is_clear()
    assert bench.acts(EntryKind.EXHIBIT_VIEWED) == 0
    page.thumb.button.click()
    qtbot.waitUntil(page.thumb.is_clear, timeout=20_000)
    assert bench.acts(EntryKind.EXHIBIT_VIEWED) == 1
    assert _clear_pixels(page)
    page.hide()
    assert not page.thumb.is_clear()
    assert not _clear_pixels(page)


def test_v_shows_and_hides_the_picture_but_can_be_typed(page, qtbot):
    write("v")
    assert page.form.address.text() == "v"
    page.done_button.setFocus()
    press(Qt.Key.Key_V)
    qtbot.waitUntil(page.thumb.is_clear, timeout=20_000)
    press(Qt.Key.Key_V)
    assert not page.thumb.is_clear()


def test_a_picture_that_arrives_after_leaving_is_not_kept(page, bench, qtbot, runner, show):
    idle(qtbot, runner)
    page.thumb.button.click()
    page.hide()
    idle(qtbot, runner)
    QApplication.processEvents()
    assert not page.thumb.is_clear()
    assert not _clear_pixels(page)


def test_a_picture_that_cannot_be_opened_is_told_in_place(page, bench, qtbot, runner):
    idle(qtbot, runner)
    stored = bench.exhibit().stored
    for file in (bench.vault.folder / "objects").rglob(f"{stored.object_id}.age"):
        file.chmod(0o600)
        file.write_bytes(file.read_bytes()[:-40])
    page.thumb.button.click()
    qtbot.waitUntil(lambda: bool(page.picture_message.text()), timeout=20_000)
    assert not page.thumb.is_clear()
    assert page.thumb.button.isEnabled()
    page.finish()
    assert bench.done == ["INC-001"]


def _clear_pixels(page: ReviewPage) -> bool:
    """Whether anything of the picture's own pixels is held by the thumbnail; a blurred one is tiny."""
    held = [value for value in vars(page.thumb).values() if isinstance(value, QImage) and not value.isNull()]
    return any(max(image.width(), image.height()) > 64 for image in held)


# --- look, keys, names ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off(bench, show, qtbot, runner, size):
    show(bench.page, *size)
    bench.page.show_exhibit(bench.number)
    bench.page.form.kind.set_value([one.code for one in policy.current().categories])
    idle(qtbot, runner)
    qtbot.wait(50)
    assert cut_off(bench.page) == []
    form = bench.page.form
    assert form.kind.height() >= form.kind.heightForWidth(form.kind.width())


def test_every_control_has_a_name(page):
    assert nameless(page) == []


def test_tab_goes_as_the_eye_does(page):
    page.filed_in.setFocus()
    stops = [widget for widget in tab_order() if widget.isVisible()]
    expected = [
        page.filed_in,
        page.thumb.button,
        page.advice.close_button,
        page.observed.findChild(IconButton),
        page.form.address.input,
        page.form.paste,
        page.form.platform.input,
        page.form.account.input,
        page.form.group.input,
        *page.form.kind.chips,
    ]
    assert stops[: len(expected)] == expected
    assert stops[-3:] == [page.stop_link, page.again_button, page.done_button]
    assert place(page.stop_link).left() < place(page.again_button).left() < place(page.done_button).left()


def test_leaving_a_stack_of_pages_saves_too(bench, show):
    stack = QStackedWidget()
    other = QWidget()
    stack.addWidget(bench.page)
    stack.addWidget(other)
    window: QMainWindow = show(stack)
    bench.page.show_exhibit(bench.number)
    write("kept")
    stack.setCurrentWidget(other)
    assert bench.said() == {"address": ("kept", Source.TYPED)}
    assert window.isVisible()


def test_a_number_that_is_not_there_is_refused(page):
    with pytest.raises(UsageError):
        page.show_exhibit("HXA/999")
    assert QPoint(0, 0) == page.pos()
