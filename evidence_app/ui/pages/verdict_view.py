"""The pictures of a bundle that was checked: blurred boxes, one shown at a time."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import ExhibitVerdict
from evidence_app.ui.pages import verdict_data
from evidence_app.ui.pages.verdict_data import Keys
from evidence_app.ui.tasks import Task, TaskRunner
from evidence_app.ui.widgets import BlurThumb, Card, FlowLayout, InlineMessage, ProgressRow, hint, strong

PICTURE = QSize(360, 216)


class EvidenceView(Card):
    """Nothing is decoded before Show. The whole bundle is checked again each time; nothing is written."""

    def __init__(
        self,
        runner: TaskRunner,
        path: Path,
        keys: Keys,
        exhibits: tuple[ExhibitVerdict, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(self.tr("The evidence"), parent=parent)
        self._runner, self._path, self._keys = runner, path, keys
        self._task: Task | None = None
        self.thumbs: dict[str, BlurThumb] = {}
        self.progress = ProgressRow("eye")
        self.message = InlineMessage()
        flow = FlowLayout()
        for exhibit in exhibits:
            flow.addWidget(self._box(exhibit))
        self.add(
            hint(self.tr("Pictures stay hidden until you ask. One is shown at a time.")),
            self.progress,
            self.message,
            flow,
        )

    def _box(self, exhibit: ExhibitVerdict) -> QWidget:
        number = exhibit.number
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 4, 8, 4)
        column.setSpacing(6)
        column.addWidget(strong(f"{number}, {exhibit.kind}" if exhibit.kind else number, wrap=False))
        thumb = BlurThumb(size=PICTURE, name=number)
        thumb.show_requested.connect(lambda number=number: self._open(number))
        self.thumbs[number] = thumb
        column.addWidget(thumb)
        return box

    def _open(self, number: str) -> None:
        if self._task is not None:
            return
        self.message.clear()
        for thumb in self.thumbs.values():
            thumb.hide_clear()
        task = self._runner.run(
            verdict_data.picture,
            self._path,
            self._keys,
            number,
            on_done=lambda image: self._shown(number, image),
            on_error=self._failed,
            words=self.tr("Opening {0}").format(number),
            owner=self,
        )
        self._task = task
        self.progress.follow(task, can_stop=False)

    def _shown(self, number: str, image: QImage) -> None:
        self._task = None
        if self.isVisible():
            self.thumbs[number].set_clear(image)

    def _failed(self, error: BaseException) -> None:
        self._task = None
        if not isinstance(error, StoppedError):
            words = error.message if isinstance(error, EvidenceError) else type(error).__name__
            self.message.show_message(words)
