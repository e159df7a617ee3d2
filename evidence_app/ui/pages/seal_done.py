"""Seal wizard, step 4: sealed. Where the file is, what to do with it, and its fingerprint."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.records import SealedBundle
from evidence_app.ui import say
from evidence_app.ui.pages.columns import Columns, column
from evidence_app.ui.pages.contact_words import short_name
from evidence_app.ui.pages.seal_data import Outcome
from evidence_app.ui.widgets import (
    Button,
    Card,
    Divider,
    ElidedLabel,
    HashLabel,
    IconDisc,
    IconLabel,
    Notice,
    NumberedStep,
    ScrollPage,
    TintPanel,
    WordGrid,
    body,
    display,
    hint,
    lead,
    primary,
    secondary,
    section,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("seal_done", text)


class DonePage(ScrollPage):
    """Filled once, by `show_outcome`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((56, 32, 56, 32), 24, "surface", parent)
        self.show_button: Button | None = None
        self.words: WordGrid | None = None
        self.passphrase: WordGrid | None = None
        self.more_passphrases: list[WordGrid] = []
        self.said = hint("")

    def show_outcome(self, outcome: Outcome) -> None:
        """Say what was sealed."""
        self.body.addLayout(self._head(outcome))
        self.body.addWidget(self._file(outcome))
        for names, why in outcome.failed:
            self.body.addWidget(
                Notice(_tr("The bundle for {0} was not sealed.").format(names), why, "bad", "x-circle")
            )
        for one in (outcome, *outcome.more):
            said = _time_stamp(one.bundle)
            if said is not None:
                self.body.addWidget(said)
        left = [section(_tr("What to do next")), *_steps(outcome)]
        right = self._fingerprint(outcome)
        boxes = [right]
        if outcome.passphrase:
            self.passphrase, panel = self._passphrase(outcome.passphrase)
            boxes.insert(0, panel)
        self.body.addWidget(Columns(column(*left, gap=4), column(*boxes), right=428, stack_below=700, gap=32))
        for one in outcome.more:
            self.body.addWidget(self._another(one))
        self.body.addStretch(1)
        self.setAccessibleName(_title(outcome))

    def forget_passphrase(self) -> None:
        """It is shown once."""
        for grid in filter(None, (self.passphrase, *self.more_passphrases)):
            grid.set_words(())
        self.passphrase = None
        self.more_passphrases = []

    def _head(self, outcome: Outcome) -> QHBoxLayout:
        at = outcome.bundle.sealed_at
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(display(_title(outcome)))
        said = _tr("Sealed at {0} on {1}. Any change after this will show.").format(
            say.clock(at), say.day(at)
        )
        if outcome.more:
            said += " " + _tr("{0} bundles were made: the others stand below.").format(len(outcome.more) + 1)
        words.addWidget(lead(said))
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(IconDisc("lock", 56), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _file(self, outcome: Outcome) -> Card:
        bundle, path = outcome.bundle, Path(outcome.bundle.path)
        card = Card(look="sunken", padding=20)
        folders = ", ".join(path.parent.parts[-2:])
        exhibits = say.plural(bundle.exhibits, _tr("exhibit"), _tr("exhibits"))
        files = say.plural(bundle.files, _tr("file"), _tr("files"))
        about = _tr("{0} · in {1} · {2}, {3}").format(say.size(bundle.size), folders, exhibits, files)
        where = ElidedLabel(about, type="small", token="text_2")
        where.setToolTip(str(path))
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(ElidedLabel(path.name, type="card", mode=Qt.TextElideMode.ElideMiddle))
        words.addWidget(where)
        self.show_button = primary(_tr("Show the file"), "folder", on_click=lambda: _open_folder(path.parent))
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(IconLabel("box", "accent", 32))
        row.addLayout(words, 1)
        row.addWidget(self.show_button)
        card.add(row)
        return card

    def _fingerprint(self, outcome: Outcome) -> QWidget:
        bundle = outcome.bundle
        panel = TintPanel(_tr("Bundle fingerprint, in words"))
        self.words = WordGrid(bundle.words, columns=3, size=42)
        digest = HashLabel(bundle.digest, keep=None)
        text = f"{' '.join(bundle.words)}\n{bundle.digest}\n"
        copy = secondary(
            _tr("Copy"), "copy", size="compact", on_click=lambda: self._copy(text, _tr("Copied."))
        )
        copy.setAccessibleName(_tr("Copy the bundle fingerprint"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(copy)
        row.addWidget(self.said, 1)
        panel.body.addWidget(self.words)
        panel.body.addWidget(hint(_tr("And in full, for anyone who needs it:")))
        panel.body.addWidget(Divider("tint_line"))
        panel.body.addWidget(digest)
        panel.body.addLayout(row)
        return panel

    def _another(self, outcome: Outcome) -> Card:
        """A further bundle: where it is, its fingerprint, and its passphrase where it has one."""
        bundle, path = outcome.bundle, Path(outcome.bundle.path)
        exhibits = say.plural(bundle.exhibits, _tr("exhibit"), _tr("exhibits"))
        about = f"{path.name} · {say.size(bundle.size)} · {exhibits}"
        if outcome.parcel.redacted_only:
            about += " · " + _tr("covered copies only")
        where = ElidedLabel(about, type="small", token="text_2", mode=Qt.TextElideMode.ElideMiddle)
        where.setToolTip(str(path))
        words = " ".join(bundle.words)
        print_ = body(_tr("Its fingerprint in words: {0}").format(words))
        copy = secondary(
            _tr("Copy"), "copy", size="compact",
            on_click=lambda: self._copy(f"{words}\n{bundle.digest}\n", _tr("Copied.")),
        )  # fmt: skip
        copy.setAccessibleName(_tr("Copy the fingerprint of the bundle for {0}").format(outcome.parcel.names))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(print_, 1)
        row.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        card = Card(_tr("And sealed for {0}").format(outcome.parcel.names), padding=20)
        card.add(where, row)
        if outcome.passphrase:
            grid, panel = self._passphrase(outcome.passphrase)
            self.more_passphrases.append(grid)
            card.add(panel)
        return card

    def _passphrase(self, passphrase: str) -> tuple[WordGrid, QWidget]:
        panel = TintPanel(
            _tr("The passphrase"),
            _tr("Shown only here, only now. Write it down, or tell it at once by telephone or in person."),
            "list",
        )
        grid = WordGrid(passphrase.split(), columns=3, size=42)
        copy = secondary(
            _tr("Copy"),
            "copy",
            size="compact",
            on_click=lambda: self._copy(
                passphrase, _tr("The passphrase is copied. Do not send it with the file.")
            ),
        )
        copy.setAccessibleName(_tr("Copy the passphrase"))
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addStretch(1)
        panel.body.addWidget(grid)
        panel.body.addLayout(row)
        return grid, panel

    def _copy(self, text: str, said: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.said.setText(said)


def _time_stamp(bundle: SealedBundle) -> Notice | None:
    """What came of asking for the time; None where nobody was asked."""
    if bundle.not_dated:
        advice = _tr("When it has come: Activity, Time stamps, Make the stamped copy.")
        return Notice(_tr("About the time stamp"), f"{bundle.not_dated}\n{advice}", "warn", "clock")
    if bundle.dated is not None:
        when = f"{say.day(bundle.dated.at)}, {say.clock(bundle.dated.at)}"
        said = _tr("{0} saw the seal on {1}.").format(bundle.dated.by, when)
        return Notice(said, _tr("It was not made later than that."), "ok", "clock")
    return None


def _title(outcome: Outcome) -> str:
    if not outcome.parcel.contacts:
        return _tr("Sealed with a passphrase")
    return _tr("Sealed for {0}").format(outcome.parcel.names)


def _steps(outcome: Outcome) -> list[QWidget]:
    contacts = outcome.parcel.contacts
    who = short_name(contacts[0].name) if len(contacts) == 1 else _tr("them")
    texts = [
        (
            _tr("Give {0} the file").format(who),
            _tr(
                "On a USB stick, the shared drive, or attached to an email. It is locked, so no one else "
                "can read it."
            ),
        ),
    ]
    if outcome.passphrase:
        texts.append(
            (
                _tr("Tell them the passphrase"),
                _tr("In person or by phone. Never in the same message as the file."),
            )
        )
    texts.append(
        (
            _tr("Tell {0} the eight fingerprint words").format(who),
            _tr("In person or by phone. Not in the same message as the file."),
        )
    )
    texts.append(
        (
            _tr("Add the receipt when it comes"),
            _tr(
                "Ask for one: it says when the file arrived, and whether it was unchanged. Drop it on this "
                "window."
            ),
        )
    )
    found: list[QWidget] = []
    for number, (title, text) in enumerate(texts, 1):
        if number > 1:
            found.append(Divider())
        found.append(NumberedStep(number, title, text))
    return found


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
