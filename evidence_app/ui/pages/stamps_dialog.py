"""Independent time: which services are asked, what they are sent, and what they have said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.errors import EvidenceError, UsageError
from evidence_app.records import PendingStamp, ProgressCall, StampingReport, StampRow
from evidence_app.settings import KeepingSettings
from evidence_app.ui import say
from evidence_app.ui.pages.work_dialog import WorkDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Button, Check, Notice, TextAreaField, body, secondary
from evidence_app.vault import stamps
from evidence_app.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class _Known:
    """What the record says of time stamps: the newest, what is pending, bundles that can have theirs now."""

    newest: StampRow | None
    pending: tuple[PendingStamp, ...]
    late: tuple[tuple[str, str, tuple[StampRow, ...]], ...]


def _known(vault: Vault) -> _Known:
    newest = stamps.newest(vault.read, limit=1)
    return _Known(
        newest[0] if newest else None,
        tuple(workflows.pending_stamps(vault)),
        tuple(workflows.can_be_added(vault)),
    )


def _ask(vault: Vault, services: tuple[str, ...], progress: ProgressCall | None = None) -> StampingReport:
    vault.checkpoint()
    return workflows.stamp_vault(vault, services, progress)


class StampsDialog(WorkDialog):
    """`chosen` carries the new `KeepingSettings`."""

    chosen = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session.runner, "clock", parent)
        self._session = session
        self.resize(700, 620)
        now = session.settings.keeping
        self.set_words(
            self.tr("Independent time"),
            self.tr(
                "A time stamp service confirms that your record stood as it does, not later than a moment. "
                "Without one there is only this computer’s clock."
            ),
            self.tr("Save"),
        )
        self.switch = Check(self.tr("Ask time stamp services"), checked=now.stamps)
        self.services = TextAreaField(
            self.tr("Services"),
            hint=self.tr("One web address on each line. Your IT lead knows one; two are better than one."),
            value="\n".join(now.services),
            lines=2,
        )
        self.services.input.setMaximumHeight(72)
        self.sent = Notice(
            self.tr("What goes out is one fingerprint of 32 bytes."),
            self.tr(
                "No name, no picture, no words of yours: nothing can be read out of it. It goes to these "
                "services and nowhere else, before you lock, after you unlock, every hour, and for a bundle "
                "when you seal it. They learn the address of this computer on the network."
            ),
            "neutral",
            "send",
        )
        self.root_button = secondary(
            self.tr("Add a service’s certificate…"), "ribbon", size="compact", on_click=self.add_root
        )
        self.roots = body("")
        known = _known(session.vault)
        self.state = body(self._state(known))
        for part in (self.switch, self.services, self.sent, self._row(self.root_button, self.roots)):
            self.body.addWidget(part)
        self.body.addWidget(self.state)
        self.late_buttons: list[Button] = []
        for bundle, path, rows in known.late:
            self.body.addWidget(self._late(bundle, Path(path), rows))
        self.body.addStretch(1)
        self.switch.toggled.connect(self._switched)
        self._switched()
        self._show_roots()
        self.switch.setFocus()

    def _switched(self) -> None:
        on = self.switch.isChecked()
        self.services.setVisible(on)
        self.go_button.setText(self.tr("Save and ask now") if on else self.tr("Save"))

    def _state(self, known: _Known) -> str:
        lines = []
        if known.newest is not None:
            one = known.newest
            lines.append(
                self.tr("The last one: {0}, {1}, {2}.").format(one.by, say.day(one.at), say.clock(one.at))
            )
            if not one.confirmed:
                lines.append(self.tr("No certificate of yours confirms it yet, so it does not count."))
        else:
            lines.append(self.tr("There is no time stamp in your record yet."))
        for waiting in known.pending:
            what = self.tr("a bundle") if waiting.of.bundle else self.tr("your record")
            lines.append(
                self.tr("Pending since {0}, for {1}: {2}").format(
                    say.day(waiting.since), what, waiting.problem
                )
            )
        return "\n".join(lines)

    # --- certificates -----------------------------------------------------------------------------

    def add_root(self) -> None:
        """Take a service's root certificate, or a list of withdrawn ones, into the settings."""
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Add a service’s certificate"),
            str(Path.home()),
            self.tr("Certificates and lists (*.pem *.crt *.cer *.crl)"),
        )
        if name:
            self._act(lambda: workflows.add_root(Path(name)))
            self._show_roots()

    def _show_roots(self) -> None:
        count = len(workflows.believed().certificates)
        self.roots.setText(
            say.plural(count, self.tr("certificate is trusted"), self.tr("certificates are trusted"))
            if count
            else self.tr("None is trusted yet: without one a time stamp is kept, and does not count.")
        )

    # --- late stamps ------------------------------------------------------------------------------

    def _late(self, bundle: str, path: Path, rows: tuple[StampRow, ...]) -> QWidget:
        button = secondary(
            self.tr("Make the stamped copy…"),
            "copy",
            size="compact",
            on_click=lambda: self._copy(bundle, path),
        )
        button.setAccessibleName(self.tr("Make a copy of {0} with its time stamp").format(path.name))
        self.late_buttons.append(button)
        when = f"{say.day(rows[0].at)}, {say.clock(rows[0].at)}"
        words = self.tr("{0} was sealed before its time stamp came: {1}, {2}.").format(
            path.name, rows[0].by, when
        )
        return self._row(button, body(words))

    def _copy(self, bundle: str, path: Path) -> None:
        start = path.with_name(f"{path.stem}-dated{path.suffix}")
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Make the stamped copy"),
            str(start),
            self.tr("Evidence bundles (*.evidence)"),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.copy_to(bundle, Path(name))

    def copy_to(self, bundle: str, out: Path) -> None:
        """Copy a bundle with the time stamps that came later to the new file `out`."""
        self.work(_copy, self._session.vault, bundle, out, words=self.tr("Copying the bundle"))

    # --- saving -----------------------------------------------------------------------------------

    def keeping(self) -> KeepingSettings:
        """What stands here; raises `UsageError` for what is no address, or for none where one is needed."""
        services = workflows.services_of(self.services.text().splitlines())
        if self.switch.isChecked() and not services:
            raise UsageError(
                self.tr("No service is named. Nothing was changed. Type its address, or take the tick away.")
            )
        return replace(self._session.settings.keeping, stamps=self.switch.isChecked(), services=services)

    def go(self) -> None:
        if self._act(lambda: self.chosen.emit(self.keeping())):
            asked = self._session.settings.keeping.asked
            if asked:
                self.work(_ask, self._session.vault, asked, words=self.tr("Asking for the time"))
            else:
                self.accept()

    def _act(self, act: Callable[[], object]) -> bool:
        self.message.clear()
        try:
            act()
        except EvidenceError as error:
            self.message.show_message(error.message)
            return False
        return True

    def show_done(self, result: object) -> list[QWidget]:
        self._session.changed.emit()
        if isinstance(result, Path):
            return [
                Notice(
                    self.tr("The stamped copy is made: {0}").format(result.name),
                    self.tr(
                        "It is the same bundle, for the same people, with the time stamp in it. Send this "
                        "one; the one before stays good."
                    ),
                    "ok",
                )
            ]
        if not isinstance(result, StampingReport):
            raise UsageError(self.tr("The services gave no answer."))
        parts: list[QWidget] = [
            Notice(
                self.tr("{0} saw it on {1}, {2}.").format(one.by, say.day(one.at), say.clock(one.at)),
                self.tr("A bundle: make its stamped copy when you open this again.")
                if one.of.bundle
                else self.tr("All {0} entries of your record stood as they do by then.").format(one.of.size),
                "ok" if one.confirmed else "neutral",
                "clock",
            )
            for one in result.obtained
        ]
        if result.problems:
            title = self.tr("Pending: it is asked for again every hour while this is open.")
            if not result.pending:
                title = self.tr("What to know about it")
            parts.append(Notice(title, "\n".join(result.problems), "warn"))
        return parts or [body(self.tr("Nothing waits for a time stamp."))]

    @staticmethod
    def _row(button: QWidget, words: QWidget) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(button)
        row.addWidget(words, 1)
        return holder


def _copy(vault: Vault, bundle: str, out: Path, progress: ProgressCall | None = None) -> Path:
    workflows.stamped_copy(vault, bundle, out, progress=progress)
    return out
