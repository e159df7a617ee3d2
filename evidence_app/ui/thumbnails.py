"""Blurred thumbnails in memory: decoded in the background, only for what is painted, never on disk.

What is kept are the few averaged pixels of `widgets.blurred`, which nothing can be read from. Clear
pixels pass through a worker and are gone when it ends.
"""

from __future__ import annotations

import io
from collections import OrderedDict

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QIODevice,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QImageReader

from evidence_app.capture.child import Child
from evidence_app.errors import EvidenceError, IntegrityError, NotReadableError
from evidence_app.records import Exhibit, Pixels
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import blurred
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows import view
from evidence_app.workflows.looking import LARGE, is_foreign, picture_of

KEPT = 512
"""Thumbnails held at most; one is about 3 kB."""

WAITING = 24
"""Requests that may wait; older ones belong to rows that were scrolled away and ask again when seen."""

_LONG = 4
"""So many times as long for its width as the place where it is shown: then only the top is shown there."""

_PNG = b"\x89PNG\r\n\x1a\n"
_SMALL = 400
"""Pixels of the longer side of what is blurred."""


def decode(
    data: bytes, media_type: str = "image/png", within: QSize | None = None, child: Child | None = None
) -> QImage:
    """The picture in bytes that somebody else made, decoded in the child process, scaled down to fit
    `within` pixels; for background work. Raises `IntegrityError` when they are no picture.
    """
    side = LARGE if within is None else max(within.width(), within.height())
    try:
        pixels = picture_of(io.BytesIO(data), media_type, side, child)
    except NotReadableError as error:
        raise IntegrityError(f"{_unseen()} {error.message}") from error
    if pixels is None:
        raise IntegrityError(_unseen())
    return image_of(pixels)


def image_of(pixels: Pixels) -> QImage:
    """Pixels as a picture of Qt, with bytes of its own."""
    form = QImage.Format.Format_RGB888
    return QImage(pixels.rgb, pixels.width, pixels.height, pixels.width * 3, form).convertToFormat(
        QImage.Format.Format_RGB32
    )


def _unseen() -> str:
    return QCoreApplication.translate(
        "thumbnails", "The sealed file is unchanged, but it cannot be shown as a picture. It stays sealed."
    )


def decode_own(data: bytes, within: QSize | None = None) -> QImage:
    """The picture in a PNG that this program made itself."""
    image = _read(data, within) if data.startswith(_PNG) else QImage()
    if image.isNull():
        raise IntegrityError(_unseen())
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _read(data: bytes, within: QSize | None) -> QImage:
    # QImage.fromData and scaled hold the interpreter's lock, a tenth of a second for a large screen; the
    # reader lets the window live meanwhile.
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"png"))
    size = reader.size()
    if within is not None and size.height() * within.width() > _LONG * size.width() * within.height():
        # All of a long page would be a thread of colour: its top is what is known again.
        size = QSize(size.width(), max(1, size.width() * within.height() // max(1, within.width())))
        reader.setClipRect(QRect(QPoint(0, 0), size))
    if within is not None and (size.width() > within.width() or size.height() > within.height()):
        reader.setScaledSize(size.scaled(within, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def _foreign(vault: Vault, exhibit: Exhibit, side: int, child: Child | None = None) -> QImage:
    """The picture of an exhibit that was brought in; a null one where it has none."""
    try:
        with vault.original(exhibit.number) as source:
            pixels = picture_of(source, exhibit.stored.media_type, side, child)
    except NotReadableError:
        return QImage()
    return QImage() if pixels is None else image_of(pixels)


def read_blurred(vault: Vault, exhibit: Exhibit, child: Child | None = None) -> QImage:
    """Read an original, checked against the record, and blur it; for background work. A null image for what
    is no picture."""
    if not is_foreign(exhibit):
        data = vault.read_original(exhibit.number)
        picture = exhibit.stored.media_type.startswith("image/")
        return blurred(decode_own(data)) if picture else QImage()  # a covered copy of a text
    if child is None:
        vault.check_original(exhibit.number)
    image = _foreign(vault, exhibit, _SMALL, child)
    return image if image.isNull() else blurred(image)


def view_clear(vault: Vault, exhibit: Exhibit, within: QSize | None = None) -> QImage:
    """The clear picture, for background work. That it was viewed is an entry of the record."""
    if not is_foreign(exhibit):
        return decode_own(view(vault, exhibit.number), within)
    vault.check_original(exhibit.number)
    image = _foreign(vault, exhibit, LARGE if within is None else max(within.width(), within.height()))
    if image.isNull():
        raise NotReadableError(_unseen())
    vault.record(acts.exhibit_viewed(exhibit.number))
    return image


class Thumbnails(QObject):
    """The cache of a session. `get` answers at once; `ready` carries the number of one that came later."""

    ready = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._kept: OrderedDict[str, QImage] = OrderedDict()
        self._waiting: OrderedDict[str, Exhibit] = OrderedDict()
        self._running: str | None = None
        # One for all that is brought in and waits now; it ends with the last of them.
        self._child = Child()
        self.decoded = 0
        session.changed.connect(self._drop_gone)

    @staticmethod
    def of(session: Session) -> Thumbnails:
        """The one cache of a session, made at the first call."""
        found = session.findChild(Thumbnails)
        return found if isinstance(found, Thumbnails) else Thumbnails(session)

    def get(self, exhibit: Exhibit) -> QImage | None:
        """The blurred picture, or None while it is being made. A null image: it cannot be made, or is locked
        away or disposed of; whatever was held of it is dropped then."""
        if self._session.vault.is_gone(exhibit.number):
            self.forget(exhibit.number)
            return QImage()
        image = self._kept.get(exhibit.number)
        if image is not None:
            self._kept.move_to_end(exhibit.number)
            return image
        if exhibit.number != self._running:
            self._waiting[exhibit.number] = exhibit
            self._waiting.move_to_end(exhibit.number)
            if len(self._waiting) > WAITING:
                self._waiting.popitem(last=False)
            self._next()
        return None

    def held(self) -> tuple[str, ...]:
        """Numbers of the thumbnails in memory, the one longest unused first."""
        return tuple(self._kept)

    def _drop_gone(self) -> None:
        for number in [one for one in self._kept if self._session.vault.is_gone(one)]:
            self.forget(number)

    def forget(self, number: str) -> None:
        """Drop a thumbnail (an exhibit that is locked away)."""
        self._kept.pop(number, None)
        self._waiting.pop(number, None)

    def _next(self) -> None:
        # One at a time: showing a picture must never wait behind a page of thumbnails.
        if self._running is not None:
            return
        if not self._waiting:
            self._child.close()
            return
        # The newest request first: it is for what is on the screen now.
        number, exhibit = self._waiting.popitem(last=True)
        self._running = number
        self._session.runner.run(
            read_blurred,
            self._session.vault,
            exhibit,
            self._child,
            on_done=lambda image: self._keep(number, image),
            on_error=lambda error: self._failed(number, error),
            owner=self,
        )

    def _keep(self, number: str, image: QImage) -> None:
        self._running = None
        self.decoded += 1
        if self._session.vault.is_gone(number):
            image = QImage()  # locked away or disposed of while this was being made
        self._kept[number] = image
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.ready.emit(number)
        self._next()

    def _failed(self, number: str, error: BaseException) -> None:
        self._running = None
        if isinstance(error, EvidenceError):
            # Said with its reason as soon as somebody asks for the picture; here only: no thumbnail.
            self._kept[number] = QImage()
            self.ready.emit(number)
        self._next()
