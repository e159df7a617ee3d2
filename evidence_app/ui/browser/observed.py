"""Beside the page: what the program can see for itself now, and the certificate in full."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.records import CertificateSeen
from evidence_app.ui import say
from evidence_app.ui.pages.long_text import LongText
from evidence_app.ui.widgets import (
    Card,
    FactRows,
    HashLabel,
    Link,
    ObservedPanel,
    ScrollPage,
    Text,
    hint,
    secondary,
)

WIDTH = 335


class NowPanel(QWidget):
    """Filled again whenever the page says something new; nothing in it can be written into."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self._chain: tuple[CertificateSeen, ...] = ()
        self._shown: tuple[object, ...] = ()
        self.panel = ObservedPanel(self.tr("Observed"), self.tr("What the app can see for itself now."))
        self.panel.rows.setAccessibleName(self.tr("Observed now"))
        self.time = Text("", type="body")
        self.day = Text("", type="hint")
        self.full = Link(self.tr("See the full certificate"), icon="ribbon", on_click=self.show_chain)
        self.where = hint("")
        page = ScrollPage()
        page.body.setContentsMargins(16, 16, 16, 16)
        page.body.setSpacing(14)
        page.body.addWidget(self.panel)
        page.body.addWidget(self.full, 0, Qt.AlignmentFlag.AlignLeft)
        page.body.addStretch(1)
        page.body.addWidget(self.where)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)
        self.full.hide()
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_time)
        self._tick.start()

    def set_incident(self, words: str) -> None:
        """Where a capture goes."""
        self.where.setText(self.tr("Capturing into {0}").format(words))

    def show_page(
        self, address: str, title: str, remote: str, chain: tuple[CertificateSeen, ...], problem: str
    ) -> None:
        """What is known of the page now."""
        shown = (address, title, remote, chain, problem)
        if shown == self._shown:
            return
        self._shown, self._chain = shown, chain
        self.panel.clear()
        self.time, self.day = Text("", type="body"), Text("", type="hint")
        clock = QWidget()
        both = QVBoxLayout(clock)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(1)
        both.addWidget(self.time)
        both.addWidget(self.day)
        self.panel.add(self.tr("Time now"), clock)
        self.panel.add(self.tr("Web address"), LongText(address or self.tr("No page yet")))
        if title:
            self.panel.add(self.tr("Page title"), LongText(title))
        if chain:
            first = chain[0]
            note = self.tr("Issued by {0}\nValid to {1}").format(first.issuer, say.short_day(first.valid_to))
            self.panel.add(self.tr("Certificate"), LongText(first.subject), problem or note)
        elif address:
            self.panel.add(
                self.tr("Certificate"),
                self.tr("None: not encrypted") if address.startswith("http:") else self.tr("Not known yet"),
                problem,
            )
        if remote:
            self.panel.add(self.tr("Answered by"), LongText(remote))
        self.full.setVisible(bool(chain))
        self._show_time()

    def _show_time(self) -> None:
        now = datetime.now(UTC)
        self.time.setText(f"{say.clock(now)}")
        self.day.setText(say.short_day(now))

    def show_chain(self) -> None:
        """The certificates of the page, one after the other."""
        dialog = CertificateDialog(self._chain, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


class CertificateDialog(QDialog):
    """What each certificate says of itself. The certificates themselves are sealed with a capture."""

    def __init__(self, chain: tuple[CertificateSeen, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_tr("The certificate of this page"))
        self.resize(640, 560)
        page = ScrollPage()
        page.body.setContentsMargins(24, 20, 24, 20)
        page.body.setSpacing(12)
        page.body.addWidget(Text(_tr("The certificate of this page"), type="section"))
        page.body.addWidget(
            hint(
                _tr(
                    "Each is what it says of itself; the first one is the site's. The certificates "
                    "themselves are kept with a capture."
                )
            )
        )
        for one in chain:
            card = Card(one.subject)
            rows = FactRows()
            rows.add(_tr("Issued by"), LongText(one.issuer))
            rows.add(
                _tr("Valid"),
                _tr("{0} to {1}").format(say.short_day(one.valid_from), say.short_day(one.valid_to)),
            )
            if one.names:
                rows.add(_tr("Names"), LongText(", ".join(one.names)))
            rows.add(_tr("Fingerprint"), HashLabel(one.sha256, keep=(3, 1)), _tr("SHA-256"))
            card.add(rows)
            page.body.addWidget(card)
        page.body.addStretch(1)
        self.close_button = secondary(_tr("Close"), on_click=self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 12, 24, 16)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(page, 1)
        column.addLayout(foot)
        self.close_button.setFocus()


def _tr(text: str) -> str:
    return QCoreApplication.translate("certificate", text)
