"""Series and recordings: sealed while they are taken, whole in another player, never in clear."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice

from evidence_app import workflows
from evidence_app.capture import recording, screen
from evidence_app.capture.clock import now
from evidence_app.capture.screen import Frozen, RegionTarget
from evidence_app.capture.webm import MAX_SIDE, WebmWriter, key_frame
from evidence_app.errors import (
    CaptureError,
    LockedAwayError,
    NotReadableError,
    QuestionError,
    StoppedError,
    UsageError,
)
from evidence_app.records import Area, Level, Method, Picture, StopAnswer
from evidence_app.vault.check import check
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Series
from evidence_app.workflows.looking import picture_of
from tests import vaults
from tests.both_sides import check_agreement
from tests.desks import seal, teacher_and_head
from tests.screens import VirtualScreen, pattern, virtual_screen
from tests.vaults import Sample

pytest_plugins = ["tests.vault_fixtures"]

WIDE, TALL = 320, 240
WHOLE = Area(0, 0, WIDE, TALL)
RED, GREEN, BLUE = 0xE02020, 0x20C040, 0x2030E0


def picture(seed: int) -> Picture:
    return Frozen(pattern(seed, 64, 48), Area(0, 0, 64, 48), (), (), None, now()).take(
        RegionTarget(Area(0, 0, 64, 48))
    )


@pytest.fixture
def shown() -> Iterator[VirtualScreen]:
    with virtual_screen(WIDE, TALL, window_manager=False) as desk:
        yield desk
    screen.close()


# --- series ------------------------------------------------------------------------------------------


def test_a_series_is_one_exhibit_of_several_pictures(opened: Vault) -> None:
    vaults.no_stop(opened)
    series, taken = Series(opened, "INC-001"), [picture(seed) for seed in (1, 2, 3)]
    assert [series.add(one) for one in taken] == [1, 2, 3]
    exhibit = series.finish()
    assert (exhibit.incident, exhibit.level) == ("INC-001", Level.SCREEN)
    assert [file.name for file in exhibit.files] == ["picture-2.png", "picture-3.png"]
    assert exhibit.observed.series == tuple(one.observed.utc for one in taken)
    assert opened.read_original(exhibit.number) == taken[0].png
    assert [opened.objects.read(file.stored) for file in exhibit.files] == [one.png for one in taken[1:]]
    assert check(opened).problems == ()


def test_one_picture_is_no_series(opened: Vault) -> None:
    vaults.no_stop(opened)
    series = Series(opened, "INC-001")
    with pytest.raises(UsageError, match="no picture"):
        series.finish()
    series.add(picture(1))
    exhibit = series.finish()
    assert (exhibit.files, exhibit.observed.series) == ((), ())


def test_every_picture_is_safe_before_the_series_is_finished(sample: Sample, opened: Vault) -> None:
    vaults.no_stop(opened)
    series, taken = Series(opened, "INC-001"), [picture(seed) for seed in (1, 2)]
    for one in taken:
        series.add(one)
    opened.abandon()  # the program is killed
    with sample.open() as again:
        found = [again.read_original(one.number) for one in again.read.exhibits(None)]
    assert {one.png for one in taken} <= set(found)


def test_without_an_answer_to_the_question_nothing_begins(opened: Vault) -> None:
    with pytest.raises(QuestionError):
        Series(opened, "INC-001")
    with pytest.raises(QuestionError):
        workflows.record_screen(opened, WHOLE, "INC-001", threading.Event())


def test_answered_with_not_sure_before_the_end_nothing_of_it_is_left(opened: Vault) -> None:
    vaults.no_stop(opened, "INC-001")
    before = set(opened.objects.ids())
    series = Series(opened, "INC-001")
    series.add(picture(1))
    workflows.answer_stop(opened, "INC-001", StopAnswer.NOT_SURE)
    with pytest.raises(QuestionError):
        series.finish()
    assert set(opened.objects.ids()) == before


def test_a_picture_that_is_locked_away_does_not_come_back_in_a_series(opened: Vault) -> None:
    vaults.no_stop(opened)
    first = Series(opened, "INC-001")
    first.add(picture(1))
    first.add(picture(2))
    workflows.lock_away(opened, first.finish().number)
    second = Series(opened, "INC-001")
    with pytest.raises(LockedAwayError):
        second.add(picture(1))


# --- recordings ----------------------------------------------------------------------------------------


def colours(data: bytes, qtbot) -> list[tuple[int, str]]:
    """What another player shows: the time of every picture and the colour in its middle."""
    multimedia = pytest.importorskip("PySide6.QtMultimedia")
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    player, sink = multimedia.QMediaPlayer(), multimedia.QVideoSink()
    player.setVideoSink(sink)
    seen: list[tuple[int, str]] = []

    def frame(one) -> None:
        image = one.toImage()
        if not image.isNull():
            pixel = image.pixelColor(image.width() // 2, image.height() // 2)
            channels = {"red": pixel.red(), "green": pixel.green(), "blue": pixel.blue()}
            seen.append((one.startTime() // 1000, max(channels, key=lambda name: channels[name])))
            sizes.add((image.width(), image.height()))

    sizes: set[tuple[int, int]] = set()
    sink.videoFrameChanged.connect(frame)
    player.setSourceDevice(buffer)
    with qtbot.waitSignal(
        player.mediaStatusChanged,
        timeout=30_000,
        check_params_cb=lambda status: (
            status in (player.MediaStatus.EndOfMedia, player.MediaStatus.InvalidMedia)
        ),
    ) as ended:
        player.play()
    assert ended.args == [player.MediaStatus.EndOfMedia], player.errorString()
    player.stop()
    player.setVideoSink(None)
    assert sizes == {(WIDE, TALL)}
    return seen


@pytest.mark.screen
@pytest.mark.qt_log_ignore("(load|resolve) va", extend=True)  # the player asks for a graphics card
def test_a_recording_shows_what_changed_and_is_never_in_clear_on_the_disk(
    opened: Vault, shown: VirtualScreen, qtbot
) -> None:
    vaults.no_stop(opened)
    shown.paint_plain(RED)
    dot = Area(2, 2, 8, 8)
    stop, ticks = threading.Event(), 0
    steps = {2: GREEN, 5: BLUE}

    def tick(seconds: float) -> None:
        nonlocal ticks
        ticks += 1
        if ticks in steps:
            shown.paint_plain(steps[ticks])
        if ticks == 8:
            stop.set()
        for path in opened.folder.rglob("*"):  # what is on the disk meanwhile is ciphertext
            assert not path.is_file() or b"webm" not in path.read_bytes()

    with shown.window("Chat", dot):  # so that the first picture is not of one colour
        exhibit = workflows.record_screen(opened, WHOLE, "INC-001", stop, tick)
    seen = exhibit.observed
    assert (exhibit.method, exhibit.level) == (Method.RECORDING, Level.SCREEN)
    assert (exhibit.stored.media_type, seen.area) == ("video/webm", WHOLE)
    assert seen.recorded is not None
    assert (seen.recorded.pictures, seen.recorded.ended) == (3, "stopped")
    assert seen.recorded.length >= 6 * 1000 // recording.PICTURES_A_SECOND
    found = colours(opened.read_original(exhibit.number), qtbot)
    order = [name for n, (_, name) in enumerate(found) if n == 0 or found[n - 1][1] != name]
    assert order == ["red", "green", "blue"]
    assert found[-1][0] <= seen.recorded.length + 50
    assert check(opened).problems == ()


@pytest.mark.screen
def test_locking_the_vault_ends_and_keeps_a_recording(opened: Vault, shown: VirtualScreen) -> None:
    vaults.no_stop(opened)
    shown.paint(3)

    def tick(_seconds: float) -> None:
        raise StoppedError("The vault is being locked.")

    exhibit = workflows.record_screen(opened, WHOLE, "INC-001", threading.Event(), tick)
    assert exhibit.observed.recorded is not None
    assert exhibit.observed.recorded.ended == "stopped"


@pytest.mark.screen
def test_a_screen_that_goes_away_ends_and_keeps_a_recording(opened: Vault) -> None:
    vaults.no_stop(opened)
    with virtual_screen(WIDE, TALL, window_manager=False) as desk:
        desk.paint(3)
        exhibit = workflows.record_screen(
            opened, WHOLE, "INC-001", threading.Event(), lambda _seconds: desk.kill()
        )
        assert exhibit.observed.recorded is not None
        assert (exhibit.observed.recorded.ended, exhibit.observed.recorded.pictures) == ("screen", 1)
    screen.close()


@pytest.mark.screen
def test_what_cannot_be_recorded_is_one_sentence_and_leaves_nothing(
    opened: Vault, shown: VirtualScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    vaults.no_stop(opened)
    before, files = opened.head, sorted(opened.folder.rglob("*.age"))
    shown.paint_plain(RED)
    for area, error, says in (
        (WHOLE, CaptureError, "came out empty"),
        (Area(300, 200, 100, 100), UsageError, "outside the screen"),
        (Area(0, 0, MAX_SIDE + 1, 5), UsageError, "Choose a smaller one"),
    ):
        with pytest.raises(error, match=says):
            workflows.record_screen(opened, area, "INC-001", threading.Event())
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(CaptureError, match="capture a series instead"):
        workflows.record_screen(opened, WHOLE, "INC-001", threading.Event())
    assert (opened.head, sorted(opened.folder.rglob("*.age"))) == (before, files)
    assert list(opened.folder.rglob("*.part")) == []


def test_a_recording_has_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    with virtual_screen(WIDE, TALL, window_manager=False) as desk:
        desk.paint(4)
        for name in ("MAX_SECONDS", "MAX_BYTES"):
            with monkeypatch.context() as limits:
                limits.setattr(recording, name, 0)
                seen = recording.record(WHOLE, lambda _data: None, threading.Event())
            assert seen.recorded is not None
            assert seen.recorded.ended == "longest"
    screen.close()


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, 0), (MAX_SIDE + 1, 1), (6, 5)])
def test_sizes_that_do_not_fit_are_refused(width: int, height: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        key_frame(bytes(5 * 5 * 4), width, height)


def test_the_stream_is_only_ever_appended_to() -> None:
    pieces: list[bytes] = []
    video = WebmWriter(pieces.append, WIDE, TALL, "Evidence")
    head = b"".join(pieces)
    video.frame(key_frame(pattern(1, WIDE, TALL), WIDE, TALL), 0)
    video.frame(key_frame(pattern(2, WIDE, TALL), WIDE, TALL), 70_000)  # times above 16 bits
    whole = b"".join(pieces)
    assert whole.startswith(head)
    assert head[:4] == bytes.fromhex("1A45DFA3")
    assert len(whole) == sum(map(len, pieces))


def test_observed_of_a_recording_and_of_a_series_come_back_from_json() -> None:
    from evidence_app.records import Recorded
    from evidence_app.records_json import observed_from_json, observed_to_json

    plain = vaults.observed()
    for seen in (
        replace(plain, recorded=Recorded(1234, 5, "stopped")),
        replace(plain, series=(plain.utc, plain.utc)),
    ):
        assert observed_from_json(observed_to_json(seen), "it") == seen
    assert not {"series", "recorded"} & set(observed_to_json(plain))


# --- on the way to a reader ------------------------------------------------------------------------------


def filmed(vault: Vault) -> str:
    """A recording whose one picture is a pattern."""
    with virtual_screen(WIDE, TALL, window_manager=False) as desk:
        desk.paint(3)
        stop = threading.Event()
        stop.set()
        number = workflows.record_screen(vault, WHOLE, "INC-001", stop).number
    screen.close()
    return number


def test_a_recording_shows_its_first_picture_and_other_videos_none(opened: Vault) -> None:
    vaults.no_stop(opened)
    exhibit = opened.read.exhibit(filmed(opened))
    with opened.original(exhibit.number) as source:
        pixels = picture_of(source, exhibit.stored.media_type, 400)
    assert pixels is not None
    assert (pixels.width, pixels.height) == (WIDE, TALL)
    data = opened.read_original(exhibit.number)
    for other in (data[:40], data.replace(b"V_VP8", b"V_AV1"), b"\x1aE\xdf\xa3" + bytes(900), data[:700]):
        with pytest.raises(NotReadableError):
            picture_of(io.BytesIO(other), "video/webm", 400)


def test_series_and_recordings_go_into_a_bundle_and_are_checked_there(tmp_path: Path) -> None:
    with teacher_and_head(tmp_path) as (teacher, head):
        series = Series(teacher, "INC-001")
        for seed in (1, 2, 3):
            series.add(picture(seed))
        several, film = series.finish().number, filmed(teacher)
        out = seal(teacher, tmp_path / "series.evidence")
        verdict = workflows.verify_with_vault(head, out)
        assert verdict.unchanged
        assert check_agreement(out, [head.identity]).state == "unchanged"
        assert {several, film} <= {one.number for one in verdict.exhibits}
        row = workflows.receive(head, out)
        assert row is not None
