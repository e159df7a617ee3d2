"""Asking for a new copy: ready words to send, and the note in the register that one was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from evidence_app import __version__, policy, workflows
from evidence_app.records import Owner, Said, Source, Verdict
from evidence_app.ui import say
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.pages.verdict_data import Found
from evidence_app.ui.pages.verdict_faces import Face
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import TextAreaField
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.registering import OUTCOME_NOTE

COPY_ASKED = "copy_asked_for"
"""The outcome of the policy that says so; a school's own policy may lack it."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("verdict_ask", text)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked, why, in a letter, and in the register. None of it tells what the evidence shows."""

    button: str
    title: str
    lead: str
    letter: str
    note: str
    copy: bool
    """Whether it is a new copy that is asked for."""


def ask_for(face: Face, found: Found, file_name: str, owner: Owner | None, today: datetime) -> Ask | None:
    """The words for a face; None where there is nothing to ask for."""
    make = {
        Face.ALTERED: _altered,
        Face.DAMAGED: _damaged,
        Face.NOT_FOR_YOU: _not_for_you,
        Face.NEWER: _newer,
        Face.IN_CONFLICT: _in_conflict,
    }.get(face)
    if make is None:
        return None
    button, lead, reason, wish, note = make(found.verdict)
    copied = face in (Face.ALTERED, Face.DAMAGED, Face.NOT_FOR_YOU)
    day = found.row.received_at if found.row is not None else today
    came = _tr("The file {0} reached me on {1}.").format(file_name, say.day(day))
    rest = _tr("Please change and delete nothing in your vault. Your own copy is not affected.")
    if face is Face.NEWER:
        rest = _tr("The file stays as it is until then.")
    letter = "\n\n".join([_greeting(found.verdict, face), f"{came} {reason}", f"{wish} {rest}", _name(owner)])
    return Ask(button, button, lead, letter.strip(), note, copied)


Words = tuple[str, str, str, str, str]


def _altered(verdict: Verdict | None) -> Words:
    changed = [] if verdict is None else [one.number for one in verdict.exhibits if not one.unchanged]
    which = _tr(" This concerns {0}.").format(", ".join(changed[:4])) if changed else ""
    return (
        _tr("Ask for a new copy"),
        _tr("Ready words for the sender. They do not say what the evidence shows."),
        _tr("When it was checked here, it was not as it was sealed.")
        + which
        + " "
        + _tr("That can happen on the way; it does not show that anyone did wrong."),
        _tr("Please seal a new copy in Evidence, and give it to me on a USB stick or a shared drive."),
        _tr("A new copy was asked for: the file is altered."),
    )


def _damaged(_verdict: Verdict | None) -> Words:
    return (
        _tr("Ask for a new copy"),
        _tr("Ready words for the sender. They do not say what the evidence shows."),
        _tr("It is damaged: it was cut off or changed on its way, and nothing in it could be read."),
        _tr("Please seal a new copy in Evidence, and give it to me on a USB stick or a shared drive."),
        _tr("A new copy was asked for: the file is damaged."),
    )


def _not_for_you(_verdict: Verdict | None) -> Words:
    return (
        _tr("Ask to have it sealed for you"),
        _tr("Ready words for whoever sent it. Send your contact card with them."),
        _tr("It is sealed for somebody else: none of my keys opens it, and I have not seen what is in it."),
        _tr(
            "If it was meant for me, please add my contact card, compare my eight words with me in person "
            "or by telephone, and seal it for me."
        ),
        _tr("A new copy was asked for: the file is not sealed for this vault."),
    )


def _newer(_verdict: Verdict | None) -> Words:
    return (
        _tr("Ask for an update"),
        _tr("Ready words for your IT lead. The file can be checked again afterwards."),
        _tr("It was made by a newer version of Evidence than mine, which is {0}.").format(__version__),
        _tr("Please update Evidence on my computer, so that I can read it."),
        _tr("An update of Evidence was asked for: the file was made by a newer version."),
    )


def _in_conflict(_verdict: Verdict | None) -> Words:
    return (
        _tr("Ask about it"),
        _tr("Ready words for the sender. Better still, ask in person or by telephone."),
        _tr(
            "It is unchanged since it was sealed, but the record in it does not agree with what I had from "
            "you before. A vault that was put back from a backup can cause this."
        ),
        _tr("Please tell me in person or by telephone what became of your record."),
        _tr("The sender was asked why the record does not agree with earlier bundles."),
    )


def _greeting(verdict: Verdict | None, face: Face) -> str:
    if verdict is not None and verdict.confirmed is not None and face is not Face.NEWER:
        return _tr("Dear {0},").format(verdict.confirmed.name)
    return _tr("Hello,")


def _name(owner: Owner | None) -> str:
    if owner is None:
        return ""
    return "\n".join(part for part in (owner.name, say.role(owner.role), owner.school) if part)


def record_asked(vault: Vault, reference: str, ask: Ask) -> str:
    """Put into the register that it was asked; gives the reference.

    A new copy is an outcome where the school's policy has one for it; anything else is a note.
    """
    if ask.copy and any(one.code == COPY_ASKED for one in policy.current().outcomes):
        workflows.state_outcome(vault, reference, COPY_ASKED, ask.note)
    else:
        vault.record(acts.outcome_stated(reference, [Said(OUTCOME_NOTE, ask.note, Source.TYPED)]))
    return reference


def copy_words(text: str) -> None:
    """Put the words on the clipboard."""
    QGuiApplication.clipboard().setText(text)


class AskDialog(RecordDialog):
    """The words can be changed before they are copied. `recorded` carries the reference."""

    def __init__(self, session: Session, ask: Ask, reference: str, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._ask, self._reference = ask, reference
        record = self.tr("Copy, and record that I asked") if reference else self.tr("Copy the words")
        self.set_words(ask.title, ask.lead, record)
        where = self.tr("Then paste them into a message of yours. The program sends nothing by itself.")
        self.letter = TextAreaField(self.tr("The words"), hint=where, value=ask.letter, lines=12)
        self.letter.input.setMinimumWidth(560)
        self.body.addWidget(self.letter)
        self.save_button.setFocus()

    def save(self) -> None:
        copy_words(self.letter.text())
        if self._reference:
            self.write(record_asked, self._reference, self._ask)
        else:
            self.accept()
            self.recorded.emit("")
