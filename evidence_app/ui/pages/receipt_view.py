"""One receipt in full: the reader's four answers, whose key it is, and how to check it by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from evidence_app.bundle.dates import day_and_time
from evidence_app.bundle.receipt import by_hand
from evidence_app.crypto.sshsig import fingerprint
from evidence_app.crypto.words import key_words
from evidence_app.errors import EvidenceError
from evidence_app.records import Consistency, Receipt, SenderStatus
from evidence_app.ui.pages import receipt_data, receipt_words
from evidence_app.ui.pages.columns import Columns, column
from evidence_app.ui.pages.contact_words import role_and_school
from evidence_app.ui.pages.receipt_data import Known
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.widgets import (
    Button,
    Card,
    CheckList,
    CheckRow,
    FactRows,
    Link,
    Notice,
    ResultBanner,
    ScrollPage,
    Text,
    body,
    hint,
    mono,
    primary,
    secondary,
)

STACK_BELOW = 760


class ReceiptView(ScrollPage):
    """`set_receipt` fills it. The signals carry a reference, or the `Known` that is to be saved."""

    closed = Signal()
    save_requested = Signal(object)
    incident_requested = Signal(str)
    received_requested = Signal(str)
    seal_requested = Signal(str)
    contacts_requested = Signal(bytes)
    """The key that is to be confirmed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((32, 12, 32, 32), 16, "bg", parent)
        self.known: Known | None = None
        self.banner: ResultBanner | None = None
        self.answers: CheckList | None = None
        self.act: Button | None = None
        self.save_button: Button | None = None
        self.commands: Text | None = None
        self.back = Link(self.tr("Back to the receipts"), icon="arrow-left", on_click=self.closed.emit)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        self.notice = Notice("", "", "ok")
        self.notice.hide()
        self._content = QWidget()
        self.body.addLayout(row)
        self.body.addWidget(self.notice)
        self.body.addWidget(self._content)
        self.body.addStretch(1)

    def set_receipt(self, known: Known) -> None:
        """Show this one."""
        self.known = known
        try:
            said = receipt_data.what_it_says(known)
        except EvidenceError as error:
            # Only a record that was changed past the program holds such a receipt.
            self.banner = self.answers = self.act = self.save_button = self.commands = None
            self._replace(Notice(self.tr("This receipt does not check any more."), error.message, "bad"))
            return
        self.banner = self._banner(known)
        self.answers = self._answers(known, said)
        left: list[QWidget] = [self.answers]
        if receipt_words.steps(known):
            left.insert(0, self._steps(known))
        right = column(self._about(known), self._limit())
        self._replace(
            self.banner,
            Columns(column(*left), right, right=380, stack_below=STACK_BELOW),
            self._by_hand(known),
        )
        self.verticalScrollBar().setValue(0)

    def _replace(self, *parts: QWidget) -> None:
        old = self._content
        self._content = column(*parts, gap=20)
        self.body.replaceWidget(old, self._content)
        self._content.show()
        set_tab_order(self)
        old.hide()
        old.deleteLater()

    def _banner(self, known: Known) -> ResultBanner:
        kind = "accent" if known.row.issued else known.kind
        icon = "receipt" if kind in ("accent", "ok") else ""
        sub = "" if known.row.issued else receipt_words.clock(known)
        banner = ResultBanner(kind, f"{receipt_words.sentence(known)}.", sub, icon=icon)
        self.act = self._next_act(known)
        self.save_button = secondary(
            self.tr("Save a copy"), "save", on_click=lambda: self.save_requested.emit(known)
        )
        for button in (self.act, self._show_button(known), self.save_button):
            if button is not None:
                banner.add_button(button)
        return banner

    def _next_act(self, known: Known) -> Button | None:
        """What is to be done now, where something is."""
        row, bundle = known.row, known.bundle
        if known.signer is not SenderStatus.CONFIRMED:
            confirm, add = self.tr("Compare the eight words"), self.tr("Add their contact card")
            return primary(
                confirm if known.signer is SenderStatus.KNOWN else add,
                "people",
                on_click=lambda: self.contacts_requested.emit(row.signing_key),
            )
        if row.unchanged or row.issued or bundle is None:
            return None
        return primary(
            self.tr("Seal the bundle again"),
            "box",
            on_click=lambda: self.seal_requested.emit(bundle.incident),
        )

    def _show_button(self, known: Known) -> Button | None:
        """What it is for."""
        received, bundle = known.received, known.bundle
        if received is not None:
            words, icon = self.tr("Show the bundle"), "inbox"
            return secondary(words, icon, on_click=lambda: self.received_requested.emit(received.reference))
        if bundle is None:
            return None
        words, icon = self.tr("Show the incident"), "folder"
        return secondary(words, icon, on_click=lambda: self.incident_requested.emit(bundle.incident))

    def _steps(self, known: Known) -> Card:
        card = Card(self.tr("What to do"))
        card.add(*(body(text) for text in receipt_words.steps(known)))
        return card

    # --- the four answers ---------------------------------------------------------------------------

    def _answers(self, known: Known, said: Receipt) -> CheckList:
        title = self.tr("What you found") if known.row.issued else self.tr("What the reader found")
        answers = CheckList(title)
        for row in (self._unchanged(said), self._sender(known), self._dated(said), self._consistent(said)):
            answers.add_row(row)
        return answers

    def _unchanged(self, said: Receipt) -> CheckRow:
        if said.unchanged:
            about = self.tr("Every file, the seal and the chain of records.")
            return CheckRow("ok", self.tr("Yes"), self.tr("Unchanged since it was sealed"), about)
        details = (self.tr("What did not fit: {0}").format(", ".join(said.problems)),)
        about = self.tr("The file that they have is not the one that was sealed.")
        return CheckRow("bad", self.tr("No"), self.tr("Not as it was sealed"), about, details)

    def _sender(self, known: Known) -> CheckRow:
        mine = known.row.issued
        if known.row.sender is SenderStatus.CONFIRMED:
            words = self.tr("The sender was known") if mine else self.tr("They knew it came from you")
            about = self.tr("The eight words of the sender’s key had been compared.")
            return CheckRow("ok", self.tr("Confirmed"), words, about)
        if known.row.sender is SenderStatus.KNOWN:
            words = self.tr("The sender was not confirmed")
            about = self.tr("The sender’s card was there, but the eight words had not been compared.")
            return CheckRow("warn", self.tr("Not confirmed"), words, about)
        words = self.tr("The sender was not known")
        about = self.tr("Give them your contact card, and read out your eight words.")
        return CheckRow("warn", self.tr("Unknown"), words, "" if mine else about)

    def _dated(self, said: Receipt) -> CheckRow:
        if said.dated is None:
            about = self.tr("When it was sealed is told by the clock of the sender’s computer.")
            return CheckRow("neutral", self.tr("None"), self.tr("No independent time stamp"), about)
        about = self.tr("By {0}, {1}.").format(said.dated.by, day_and_time(said.dated.at))
        return CheckRow("ok", self.tr("Dated"), self.tr("An independent time stamp"), about)

    def _consistent(self, said: Receipt) -> CheckRow:
        seen = self.tr("What did not fit was not compared.")
        if said.ledger is not None:
            seen = self.tr("The sender’s record reached to entry {0}.").format(said.ledger.size)
        words = {
            Consistency.YES: ("ok", self.tr("Yes"), self.tr("Agrees with earlier bundles")),
            Consistency.FIRST: ("neutral", self.tr("First"), self.tr("The first bundle from this record")),
            Consistency.NO: ("warn", self.tr("No"), self.tr("Does not agree with earlier bundles")),
            Consistency.UNKNOWN: ("neutral", self.tr("None"), self.tr("Not compared with earlier bundles")),
        }[said.consistent]
        return CheckRow(*words, seen)

    # --- right and below ------------------------------------------------------------------------------

    def _about(self, known: Known) -> Card:
        row = known.row
        card = Card(self.tr("About this receipt"), padding=16)
        rows = FactRows(name_width=92)
        card.add(rows)
        if row.number:
            rows.add(self.tr("Number"), row.number)
        if known.received is not None:
            rows.add(
                self.tr("Bundle"), known.received.reference, known.received.title or known.received.file_name
            )
            rows.add(self.tr("From"), known.received.sender_name)
        elif known.bundle is not None:
            rows.add(self.tr("Bundle"), known.bundle.file_name, known.bundle.incident)
            rows.add(self.tr("Sealed"), day_and_time(known.bundle.sealed_at))
        role = role_and_school(row.role, row.school)
        if row.issued:
            rows.add(self.tr("Signed by"), row.name, role)
        else:
            chip = receipt_words.signer(known)[0]
            claim = self.tr("{0}. So the receipt says.").format(", ".join(p for p in (row.name, role) if p))
            named = known.name if known.contact is not None else self.tr("Nobody in your contacts")
            rows.add(self.tr("Signed by"), named, f"{chip}. {claim}")
        rows.add(self.tr("Key in words"), " ".join(key_words(row.signing_key)))
        rows.add(self.tr("In the record"), self.tr("Entry {0}").format(row.seq))
        return card

    def _limit(self) -> Card:
        card = Card(self.tr("What this does not tell you"), padding=16, gap=4)
        card.add(
            body(
                self.tr(
                    "It shows what the holder of this key said of this bundle. It does not show that their "
                    "clock was right, or what became of the file afterwards."
                )
            )
        )
        return card

    def _by_hand(self, known: Known) -> Card:
        card = Card(self.tr("How to check it by hand"), gap=10)
        lines = by_hand(known.row.signing_key, receipt_data.file_name(known))
        card.add(
            hint(
                self.tr(
                    "Save a copy, then run these lines in its folder, on Linux or a Mac, or on Windows in "
                    "Git Bash. They need no part of this program. The last one says “Good” and names "
                    "this key:"
                )
            ),
            mono(fingerprint(known.row.signing_key), selectable=True),
        )
        self.commands = Text("\n".join(lines), type="mono", selectable=True)
        self.commands.setAccessibleName(self.tr("Commands that check this receipt"))
        box = Card(look="sunken", padding=16)
        box.add(self.commands)
        copy = secondary(self.tr("Copy the lines"), "copy", size="compact")
        copied = hint("")

        def put() -> None:
            QGuiApplication.clipboard().setText("\n".join(lines) + "\n")
            copied.setText(self.tr("Copied."))

        copy.clicked.connect(put)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(copy)
        row.addWidget(copied, 1)
        card.add(box, row)
        return card

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)
