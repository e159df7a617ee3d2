"""Pictures stay blurred until asked for, and nothing clear is kept afterwards."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from evidence_app.records import Progress
from evidence_app.ui import theme
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import (
    BlurThumb,
    PictureView,
    ProgressRow,
    WordGrid,
    blurred,
    primary,
    time_left_words,
)
from evidence_app.ui.widgets.blur_thumb import BLUR_CELLS

WORDS = ["harbour", "pencil", "meadow", "violin", "copper", "lantern", "acorn", "mango"]


@pytest.fixture(autouse=True)
def dressed(qapp):
    theme.apply(qapp, False)


@pytest.fixture
def picture():
    """Black words on white, large enough to be read."""
    image = QImage(1280, 800, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setFont(theme.font("display"))
    for line in range(20):
        painter.drawText(40, 40 + 40 * line, "Miss A: you are useless, everyone says so")
    painter.end()
    return image


def holds_detail(thumb: BlurThumb) -> bool:
    """Whether any image that the widget holds has more detail than the blur."""
    held = [value for value in vars(thumb).values() if isinstance(value, QImage) and not value.isNull()]
    return any(max(image.width(), image.height()) > BLUR_CELLS for image in held)


def darkest(image: QImage) -> int:
    return min(
        image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())
    )


def test_the_blur_has_too_few_cells_to_read(picture):
    result = blurred(picture)
    assert max(result.width(), result.height()) == BLUR_CELLS
    assert darkest(picture) < 30
    assert darkest(result) > 120


def test_clear_pixels_are_held_only_between_show_and_hide(qtbot, picture):
    thumb = BlurThumb(picture, size=QSize(440, 176), name="PXS/005")
    qtbot.addWidget(thumb)
    thumb.show()
    assert not holds_detail(thumb)
    assert thumb.accessibleName() == "Picture PXS/005, blurred"
    assert thumb.button.accessibleName() == "Show the picture PXS/005"
    with qtbot.waitSignal(thumb.show_requested):
        thumb.button.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(thumb.button, Qt.Key.Key_Return)
    # Asking is not showing: the owner decodes first.
    assert not thumb.is_clear()
    thumb.set_clear(picture)
    assert holds_detail(thumb)
    assert thumb.accessibleName() == "Picture PXS/005, shown"
    with qtbot.waitSignal(thumb.hidden_again):
        thumb.button.click()
    assert not holds_detail(thumb)


def test_leaving_the_page_blurs_again(qtbot, picture):
    page = QWidget()
    qtbot.addWidget(page)
    thumb = BlurThumb(picture, size=QSize(200, 120))
    thumb.setParent(page)
    page.show()
    thumb.set_clear(picture)
    page.hide()
    assert not thumb.is_clear()
    assert not holds_detail(thumb)


def test_painted_thumb_is_blurred(qtbot, picture):
    thumb = BlurThumb(picture, size=QSize(440, 275))
    qtbot.addWidget(thumb)
    thumb.show()
    thumb.button.hide()
    assert darkest(thumb.grab().toImage().scaled(110, 69)) > 60


@pytest.mark.parametrize("image", [None, QImage()])
def test_a_thumb_without_a_picture_can_be_painted(qtbot, image):
    thumb = BlurThumb(image, size=QSize(96, 64))
    qtbot.addWidget(thumb)
    assert not thumb.grab().isNull()


def test_picture_view_zooms_fits_and_drops_the_pixels_when_hidden(qtbot, picture):
    view = PictureView("PXS/005")
    qtbot.addWidget(view)
    view.resize(640, 400)
    view.show()
    qtbot.waitExposed(view)
    assert not view.has_picture()
    view.set_picture(picture)
    assert view.zoom() < 50
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.zoom() == 100
    with qtbot.waitSignal(view.zoom_changed):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom() == 125
    qtbot.keyClick(view, Qt.Key.Key_F)
    assert view.zoom() < 50
    view.hide()
    assert not view.has_picture()
    assert view.accessibleName() == "Picture PXS/005, hidden"


def test_hidden_words_are_in_neither_pixels_nor_accessible_text(qtbot):
    shown = WordGrid(WORDS, hidden=True)
    other = WordGrid(list(reversed(WORDS)), hidden=True)
    for grid in (shown, other):
        qtbot.addWidget(grid)
        grid.resize(600, grid.height())
    assert shown.grab().toImage() == other.grab().toImage()
    assert "harbour" not in shown.accessibleName() + shown.accessibleDescription()
    shown.set_hidden(False)
    assert shown.grab().toImage() != other.grab().toImage()
    assert shown.accessibleName().startswith("1 harbour, 2 pencil")


def test_progress_row_appears_late_stops_and_gives_the_button_back(qtbot, qapp):
    runner = TaskRunner()
    row, button = ProgressRow(), primary("Check the vault now")
    for widget in (row, button):
        qtbot.addWidget(widget)

    def work(progress) -> None:
        pause = threading.Event()
        while True:
            progress(Progress(27, 43, "Checking the vault: entry 27 of 43"))
            pause.wait(0.005)

    errors: list[BaseException] = []
    task = runner.run(work, on_error=errors.append, words="Checking the vault", owner=row)
    row.follow(task, busy=button)
    assert not row.isVisible()
    assert not button.isEnabled()
    assert button.text() == "Check the vault now"
    qtbot.waitUntil(row.isVisible, timeout=10_000)
    qtbot.waitUntil(lambda: row.bar.fraction() == pytest.approx(27 / 43), timeout=10_000)
    assert row.words.text() == "Checking the vault: entry 27 of 43"
    row.stop_button.click()
    qtbot.waitUntil(lambda: not row.isVisible(), timeout=10_000)
    assert button.isEnabled()
    assert len(errors) == 1
    assert runner.shutdown()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (0.4, "Almost done"), (8.2, "About 8 seconds left"), (200, "About 3 minutes left")],
)
def test_time_left_in_words(seconds, words):
    assert time_left_words(seconds) == words
