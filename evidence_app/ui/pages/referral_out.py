"""What goes out of a referral: its report as PDF, and a bundle of its own for the people who are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from evidence_app import workflows
from evidence_app.bundle.layout import SUFFIX
from evidence_app.policy import SAFEGUARDING_LEAD
from evidence_app.records import Contact, ProgressCall, Referral, Role, SealedBundle
from evidence_app.ui.pages.long_text import breakable
from evidence_app.ui.pages.new_file import ask_new_file
from evidence_app.ui.pages.work_dialog import TargetField, WorkDialog, documents, free_path, show_folder
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Check, Notice, body, hint, strong
from evidence_app.vault.vault import Vault


def _write_sheet(vault: Vault, reference: str, path: Path) -> Path:
    workflows.write_new_file(path, workflows.referral_report(vault, reference))
    return path


class SheetDialog(WorkDialog):
    """The report of a referral. `done_with` carries the path."""

    def __init__(self, session: Session, referral: Referral, parent: QWidget | None = None) -> None:
        super().__init__(session.runner, "file", parent)
        self._session, self._referral = session, referral
        self.set_words(
            self.tr("Save the report of {0}").format(referral.reference),
            self.tr("Words only: when, where and who is told. The file is not encrypted."),
            self.tr("Save"),
        )
        self.target = TargetField(
            self.tr("File"), free_path(documents(), referral.reference, ".pdf"), self._choose
        )
        self.body.addWidget(self.target)
        self.body.addStretch(1)
        self.target.field.input.setFocus()

    def _choose(self, now: Path) -> str:
        return str(ask_new_file(self, self.tr("Save"), now, self.tr("PDF (*.pdf)"), ".pdf") or "")

    def go(self) -> None:
        path = self.target.path()
        if path is not None:
            self.work(
                _write_sheet,
                self._session.vault,
                self._referral.reference,
                path,
                words=self.tr("Saving the report"),
            )

    def show_done(self, result: object) -> list[QWidget]:
        return [
            Notice(self.tr("The report is saved."), breakable(str(result)), "ok"),
            show_folder(Path(str(result)).parent, self.tr("Show the folder")),
        ]


def _seal(
    vault: Vault,
    reference: str,
    contacts: Sequence[Contact],
    path: Path,
    progress: ProgressCall | None = None,
) -> SealedBundle:
    return workflows.seal_referral(vault, reference, contacts, path, progress)


class SealReferralDialog(WorkDialog):
    """`done_with` carries the `SealedBundle`. It goes to the leading person and the safeguarding lead."""

    def __init__(
        self,
        session: Session,
        referral: Referral,
        contacts: Sequence[Contact],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session.runner, "lock", parent)
        self._session, self._referral, self._path = session, referral, Path()
        self.set_words(
            self.tr("Seal {0}").format(referral.reference),
            self.tr("A bundle of its own, without any picture. Only those ticked here can open it."),
            self.tr("Seal it"),
        )
        self.boxes = {}
        named = {one.name.casefold() for one in referral.told}
        self.body.addWidget(strong(self.tr("Who can open it")))
        for one in contacts:
            # The headteacher is not offered where it may involve them (6.24).
            if referral.concerns_head and one.role == Role.HEAD.value and one.name.casefold() not in named:
                continue
            known = "" if one.confirmed_at else self.tr(" (not confirmed yet)")
            box = Check(f"{one.name}{known}", checked=one.name.casefold() in named)
            self.boxes[one.name] = (box, one)
            self.body.addWidget(box)
        self.missing = hint("")
        self.body.addWidget(self.missing)
        self._say_missing({one.name.casefold() for one in contacts})
        self.target = TargetField(
            self.tr("File"),
            free_path(documents(), f"{referral.reference}-{datetime.now(UTC).astimezone():%Y-%m-%d}", SUFFIX),
            self._choose,
        )
        self.body.addWidget(self.target)
        self.body.addStretch(1)
        self.resize(680, 460)
        self.cancel_button.setFocus()

    def _say_missing(self, known: set[str]) -> None:
        """Who is told but cannot be sealed for: without a contact card there is no key."""
        missing = [one.name for one in self._referral.told if one.name.casefold() not in known]
        leads = any(one.role == SAFEGUARDING_LEAD for one in self._referral.told if one.name in missing)
        words = self.tr(
            "Not among your contacts: {0}. Give them the report, or add their contact card first."
        ).format(", ".join(missing))
        if leads:
            words += " " + self.tr("It should reach the safeguarding lead as well.")
        self.missing.setText(words if missing else "")
        self.missing.setVisible(bool(missing))

    def _choose(self, now: Path) -> str:
        return str(ask_new_file(self, self.tr("Seal"), now, f"(*{SUFFIX})", SUFFIX) or "")

    def go(self) -> None:
        chosen = [one for box, one in self.boxes.values() if box.isChecked()]
        path = self.target.path()
        if not chosen:
            self.message.show_message(self.tr("Tick who can open it, or save the report and hand it over."))
        elif path is not None:
            self._path = path
            self.work(
                _seal,
                self._session.vault,
                self._referral.reference,
                chosen,
                path,
                words=self.tr("Sealing the referral"),
            )

    def show_done(self, result: object) -> list[QWidget]:  # noqa: ARG002
        path = self._path
        self._session.changed.emit()
        return [
            Notice(self.tr("It is sealed, without a picture."), breakable(str(path)), "ok"),
            body(self.tr("Hand the file over as you would any bundle. Ask for a receipt.")),
            show_folder(path.parent, self.tr("Show the folder")),
        ]
