"""How captures are made: the key, the pointer, the bar, and whether the clock is compared with a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from evidence_app import workflows
from evidence_app.capture import clock
from evidence_app.errors import EvidenceError
from evidence_app.settings import CaptureSettings
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Check, TextField


class CaptureSettingsDialog(RecordDialog):
    """`chosen` carries the new `CaptureSettings`. `take_key` takes a key or raises; a time server is asked
    once before it is kept, so that a wrong name is told here."""

    chosen = Signal(object)

    def __init__(
        self, session: Session, take_key: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(session, parent)
        self._take_key = take_key
        now = session.settings.capture
        self.set_words(
            self.tr("Capture settings"),
            self.tr("They hold for this computer. Nothing that was captured changes."),
            self.tr("Save"),
        )
        self.key = TextField(
            self.tr("Capture key"),
            hint=self.tr(
                "Works while another program is in front. Ctrl or Alt with a letter, or a key such as F9. "
                "Leave it empty for none."
            ),
            optional=True,
            value=now.hotkey,
        )
        self.key.input.setFixedWidth(220)
        self.key.submitted.connect(self.save)
        self.pointer = Check(self.tr("Draw the mouse pointer into pictures"), checked=now.pointer)
        self.bar = Check(self.tr("Keep the capture bar on top. It is never in a picture"), checked=now.bar)
        self.read = Check(
            self.tr("Read the text in pictures afterwards, for the search. It stays in the vault"),
            checked=now.read_pictures,
        )
        self.read.setVisible(workflows.can_recognise())
        self.clock = Check(
            self.tr("Compare this computer’s clock with a time server"), checked=bool(now.time_server)
        )
        self.server = TextField(
            self.tr("Time server"),
            hint=self.tr(
                "Asked when you unlock and from time to time after a capture. It learns this computer’s "
                "address and nothing else. Your IT lead knows one."
            ),
            value=now.time_server,
        )
        self.server.input.setFixedWidth(320)
        self.server.setVisible(bool(now.time_server))
        self.clock.toggled.connect(self.server.setVisible)
        for part in (self.key, self.pointer, self.bar, self.read, self.clock, self.server):
            self.body.addWidget(part)
        self.key.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Hand the settings over where all of them work; otherwise say what does not."""
        if not self.save_button.isEnabled():
            return
        self.message.clear()
        server = self.server.text().strip() if self.clock.isChecked() else ""
        if self.clock.isChecked() and not server:
            self.message.show_message(
                self.tr("No time server is named. Nothing was changed. Type its name, or take the tick away.")
            )
            return
        if server and server != self.session.settings.capture.time_server:
            self.save_button.setEnabled(False)
            self.session.runner.run(clock.ask, server, on_done=self._asked, on_error=self._failed, owner=self)
        else:
            self._keep(server)

    def _asked(self, found: clock.ClockCheck) -> None:
        self.save_button.setEnabled(True)
        clock.remember(found)
        self._keep(found.server)

    def _keep(self, server: str) -> None:
        key = self.key.text().strip()
        try:
            self._take_key(key)
        except EvidenceError as error:
            self.message.show_message(error.message)
            self.key.input.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        now: CaptureSettings = self.session.settings.capture
        changed = replace(
            now,
            hotkey=key,
            pointer=self.pointer.isChecked(),
            bar=self.bar.isChecked(),
            read_pictures=self.read.isChecked(),
            time_server=server,
        )
        self.accept()
        self.chosen.emit(changed)
