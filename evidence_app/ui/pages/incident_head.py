"""What stands above the timeline of an incident: its title, its facts, what can be done with it; and what
stands in the place of a timeline where nothing was captured yet."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.policy import Moment
from evidence_app.ui import say, theme
from evidence_app.ui.pages.incident_menu import IncidentMenu
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Advice,
    FlowLayout,
    InlineMessage,
    Link,
    hint,
    lead,
    primary,
    secondary,
    title,
)


class IncidentHead(QFrame):
    """Its signals say what was chosen; it knows no incident, only the words about one."""

    capture_requested = Signal()
    page_requested = Signal()
    import_requested = Signal()
    seal_requested = Signal()
    describe_requested = Signal()
    said_requested = Signal()

    def __init__(self, menu: IncidentMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("area", "header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = title("")
        self.facts = hint("")
        self.facts.setFont(theme.tabular(theme.font("hint")))
        self.message = InlineMessage()
        self.capture_button = primary(
            self.tr("Capture"),
            "camera",
            shortcut_hint=self.tr("Ctrl Shift E"),
            on_click=self.capture_requested.emit,
        )
        self.seal_button = secondary(self.tr("Seal a bundle"), "box", on_click=self.seal_requested.emit)
        self.seal_button.setToolTip(self.tr("Seal a bundle (Ctrl+B)"))
        self.describe_button = secondary(self.tr("Describe"), "speech", on_click=self.describe_requested.emit)
        self.describe_button.setAccessibleName(self.tr("Describe what happened"))
        self.describe_button.setToolTip(self.tr("Describe what happened (Ctrl+D)"))
        self.page_button = secondary(self.tr("Web page"), "globe", on_click=self.page_requested.emit)
        self.page_button.setAccessibleName(self.tr("Capture a web page"))
        self.page_button.setToolTip(self.tr("Capture a web page in the built-in browser (Ctrl+Shift+W)"))
        self.import_button = secondary(self.tr("Bring in"), "download", on_click=self.import_requested.emit)
        self.import_button.setAccessibleName(self.tr("Bring files in"))
        self.import_button.setToolTip(self.tr("Bring files in (Ctrl+I), or drop them here"))
        self.said_link = Link("", type="small", icon_after="chevron-down", on_click=self.said_requested.emit)
        buttons = QWidget()
        flow = FlowLayout(buttons, 12)
        for button in (
            self.capture_button,
            self.page_button,
            self.import_button,
            self.seal_button,
            self.describe_button,
            menu.button,
        ):
            flow.addWidget(button)
        under = QHBoxLayout()
        under.setSpacing(16)
        under.addWidget(menu.chip)
        under.addWidget(self.facts, 1)
        under.addWidget(self.said_link, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 18, 28, 16)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addLayout(under)
        column.addSpacing(12)
        column.addWidget(buttons)
        column.addWidget(self.message)

    def set_incident(self, name: str, facts: str, exhibits: int) -> None:
        """An incident's title, facts and number of exhibits."""
        self.title.setText(name)
        self.facts.setText(facts)
        self.facts.show()
        self.seal_button.setEnabled(exhibits > 0)
        self.describe_button.setEnabled(True)

    def set_nothing(self) -> None:
        """There is no incident yet."""
        self.title.setText(self.tr("Your incidents"))
        self.facts.hide()
        self.seal_button.setEnabled(False)
        self.describe_button.setEnabled(False)

    def set_said(self, count: int, shown: bool) -> None:
        """How many fields were said something in, and whether they are shown below now."""
        fields = say.plural(count, self.tr("field"), self.tr("fields"))
        self.said_link.setText(
            self.tr("Back to the timeline") if shown else self.tr("What was said: {0}").format(fields)
        )
        self.said_link.set_icon_after("chevron-up" if shown else "chevron-down")
        self.said_link.setAccessibleName(self.said_link.text())
        self.said_link.updateGeometry()
        self.said_link.show()


class NothingYet(QFrame):
    """In the place of a timeline: what to do first, and what not to do."""

    new_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("area", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.words = lead("")
        self.new_button = secondary(self.tr("New incident"), "plus", on_click=self.new_requested.emit)
        self.advice = Advice(session.sent_away, Moment.BEFORE_BLOCK, Moment.BEFORE_REPLY, Moment.KEEP)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 32, 28, 32)
        column.setSpacing(16)
        column.addWidget(self.words)
        column.addWidget(self.advice)
        row = QHBoxLayout()
        row.addWidget(self.new_button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def set_words(self, words: str, *, first: bool) -> None:
        """What to do; `first` where there is no incident yet."""
        self.words.setText(words)
        self.new_button.setVisible(first)
