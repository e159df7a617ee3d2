"""Disposal of an exhibit: only when due or instructed, by two people, with a certificate. No way back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QWidget

from evidence_app import workflows
from evidence_app.errors import StorageError, UsageError
from evidence_app.records import Decider, Disposal, Due, Exhibit, Hold, Role
from evidence_app.ui import say
from evidence_app.ui.pages.long_text import breakable
from evidence_app.ui.pages.new_file import ask_new_file
from evidence_app.ui.pages.work_dialog import TargetField, WorkDialog, documents, free_path, show_folder
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Card, Notice, SelectField, Text, TextField
from evidence_app.vault.vault import Vault


def why_not(vault: Vault, exhibit: Exhibit) -> str:
    """Why an exhibit cannot be disposed of now; empty where it can. The engine decides again, in full."""
    hold = _hold(vault, exhibit)
    if hold is not None:
        return say.tr("There is a hold on {0}.").format(hold.about)
    if exhibit.standing.locked_away is not None:
        if vault.read.instructions(exhibit.number):
            return ""
        return say.tr("Only on the recorded instruction of the police or the safeguarding lead.")
    return _not_due(workflows.due(vault, exhibit.number))


def why_not_received(vault: Vault, name: str) -> str:
    """The same for a received bundle (`RCV-001`), or for one exhibit of it (`RCV-001 HXA/001`)."""
    reference, _, number = name.partition(" ")
    inside = [one.name for one in vault.read.received_exhibits(reference)]
    for about in (reference, *([name] if number else inside)):
        hold = vault.read.hold(about)
        if hold is not None:
            return say.tr("There is a hold on {0}.").format(hold.about)
    locked = [one for one in ([name] if number else inside) if vault.read.locked_away(one) is not None]
    if not all(vault.read.instructions(one) for one in locked):
        return say.tr("Only on the recorded instruction of the police or the safeguarding lead.")
    if number:
        whole = say.tr("One exhibit goes by itself only when it is locked away; otherwise {0} as a whole.")
        return "" if locked else whole.format(reference)
    return _not_due(workflows.due(vault, reference))


def _not_due(due: Due | None) -> str:
    if due is None:
        return say.tr("Nobody has said until when it is kept, so it is never due.")
    if due.day > date.today():  # noqa: DTZ011 - the day on this computer's calendar, as the engine counts it
        return say.tr("It is kept until {0:%d.%m.%Y}.").format(due.day)
    return ""


def _hold(vault: Vault, exhibit: Exhibit) -> Hold | None:
    if exhibit.standing.held is not None:
        return exhibit.standing.held
    return None if exhibit.incident is None else vault.read.hold(exhibit.incident)


def _dispose(
    vault: Vault, number: str, decided_by: str, decider: Decider, second: str, path: Path
) -> Disposal:
    # Pressed again after a certificate that could not be saved, only the certificate is made.
    made = vault.read.disposal(number)
    if made is None:
        made = workflows.dispose(vault, number, decided_by=decided_by, decider=decider, second=second)
    try:
        workflows.write_new_file(path, workflows.certificate(vault, made.name))
    except (StorageError, UsageError) as error:
        raise StorageError(
            say.tr(
                "{0} was disposed of, but its certificate could not be saved. Nothing else is "
                "missing. Choose another place for the certificate and press the button again."
            ).format(number)
        ) from error
    return made


class DisposalDialog(WorkDialog):
    """`done_with` carries the `Disposal`. The number has to be typed, and the focus begins on Cancel."""

    def __init__(self, session: Session, number: str, parent: QWidget | None = None) -> None:
        """`number`: an exhibit (`HXA/001`, `RCV-001 HXA/001`), or a received bundle (`RCV-001`)."""
        super().__init__(session.runner, "x-circle", parent)
        self._session, self._number, self._path = session, number, Path()
        self.set_words(
            self.tr("Dispose of {0}").format(number),
            self.tr("This cannot be undone. Two people decide it, and a certificate says what was done."),
            self.tr("Dispose of {0}").format(number),
        )
        self.resize(700, 620)
        words = Card(look="sunken", padding=16, gap=6)
        words.add(
            Text(self._erased(), type="body"),
            Text(
                self.tr(
                    "What remains: that there was {0}, when it came in, who decided its disposal and when. "
                    "The chain of records still checks, and the number is never used again."
                ).format(number),
                type="body",
            ),
            Text(
                self.tr(
                    "Not erased: copies in bundles, reports and backups that were handed out. The "
                    "certificate names what is known of them."
                ),
                type="body",
            ),
        )
        owner = session.owner
        own = owner.name if owner.role.receives else ""
        self.decided_by = TextField(self.tr("Who decided it"), value=own)
        roles = [
            (self.tr("Headteacher"), Decider.HEAD),
            (self.tr("Chair of Governors"), Decider.CHAIR),
        ]
        self.decider = SelectField(
            self.tr("In which role"),
            roles[::-1] if owner.role is Role.CHAIR else roles,
        )
        self.second = TextField(self.tr("The second person"), hint=self.tr("Somebody else, by name."))
        self.typed = TextField(self.tr("Type {0} to confirm").format(number))
        self.target = TargetField(
            self.tr("Certificate"),
            free_path(documents(), f"Certificate {number.replace('/', '-').replace(' ', '-')}", ".pdf"),
            self._choose,
        )
        for part in (words, self.decided_by, self.decider, self.second, self.target, self.typed):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.cancel_button.setFocus()

    def _erased(self) -> str:
        received, _, number = self._number.partition(" ")
        if not received.startswith("RCV-"):
            return self.tr(
                "Erased in this vault: the picture, what was stated about it, and who looked at it."
            )
        if number:
            return self.tr(
                "Erased in this vault: the exhibit, what was stated about it, who looked at it, and the file "
                "of {0} as it came, which holds it too. Its other exhibits stay."
            ).format(received)
        return self.tr(
            "Erased in this vault: the file as it came, every exhibit taken in from it, what is stated about "
            "them, and what was decided."
        )

    def _choose(self, now: Path) -> str:
        words = self.tr("Save the certificate")
        return str(ask_new_file(self, words, now, self.tr("PDF (*.pdf)"), ".pdf") or "")

    def go(self) -> None:
        for field in (self.decided_by, self.second):
            if not field.text():
                field.set_error(self.tr("Write the name."))
                field.input.setFocus()
                return
        path = self.target.path()
        if path is None:
            return
        if path.exists() or not path.parent.is_dir():
            self.target.field.set_error(self.tr("Name a new file in a folder that exists."))
            self.target.field.input.setFocus()
            return
        if " ".join(self.typed.text().upper().split()) != self._number:
            self.typed.set_error(self.tr("Type {0} exactly. Nothing was disposed of.").format(self._number))
            self.typed.input.setFocus()
            return
        self._path = path
        self.work(
            _dispose,
            self._session.vault,
            self._number,
            self.decided_by.text(),
            Decider(str(self.decider.value())),
            self.second.text(),
            path,
            words=self.tr("Disposing of {0}").format(self._number),
        )

    def show_done(self, result: object) -> list[QWidget]:  # noqa: ARG002
        return [
            Notice(
                self.tr("{0} was disposed of in this vault.").format(self._number),
                self.tr("The certificate is saved: {0}").format(breakable(str(self._path))),
                "ok",
            ),
            show_folder(self._path.parent, self.tr("Show the folder")),
        ]
