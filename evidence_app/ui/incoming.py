"""Files on their way into the window: taken at once, or waiting where a person can see them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from evidence_app.errors import UsageError
from evidence_app.ui import arrivals
from evidence_app.ui.arrivals import Kind
from evidence_app.ui.widgets import ElidedLabel, IconLabel, Link, area, secondary

_SHOWN = 60


class WaitingBar(QWidget):
    """One line above the pages: what waits, and for what."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ElidedLabel(type="strong")
        self.next_button = secondary("", size="compact")
        self.leave_link = Link("", type="small")
        bar = area("aside")
        line = QHBoxLayout(bar)
        line.setContentsMargins(24, 8, 24, 8)
        line.setSpacing(16)
        line.addWidget(IconLabel("inbox", "accent", 20))
        line.addWidget(self.words, 1)
        line.addWidget(self.next_button)
        line.addWidget(self.leave_link)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(bar)
        self.hide()

    def say(self, words: str, act: str, leave: str) -> None:
        """Show these words; no button where `act` is empty."""
        self.words.setText(words)
        self.next_button.setText(act)
        self.next_button.setVisible(bool(act))
        self.leave_link.setText(leave)
        self.leave_link.updateGeometry()
        self.setAccessibleName(words)
        self.show()


class Incoming(QObject):
    """Takes files of every kind; the signals carry those whose turn it is.

    Receipts and cards wait until the vault is unlocked. Of several bundles the first opens at once, the
    others are offered in the bar: whoever reads one is never sent to the next.
    """

    receipts = Signal(list)
    card = Signal(str)
    vault = Signal(str)
    bundle = Signal(str)
    files = Signal(list)
    refused = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.bar = WaitingBar()
        self.bar.next_button.clicked.connect(self._next_bundle)
        self.bar.leave_link.clicked.connect(self.forget)
        self._unlocked = False
        self._waiting: list[Path] = []
        self._need_vault: set[Path] = set()

    @property
    def waiting(self) -> tuple[Path, ...]:
        """What waits now."""
        return tuple(self._waiting)

    def take(self, paths: Sequence[Path]) -> None:
        """Whatever was dropped or opened."""
        ours = arrivals.sorted_for_taking(paths)
        others = [one for one in ours if arrivals.kind_of(one) is Kind.OTHER]
        vaults = [one for one in ours if arrivals.kind_of(one) is Kind.VAULT]
        bundles = [one for one in ours if arrivals.kind_of(one) is Kind.BUNDLE]
        quick = [one for one in ours if arrivals.kind_of(one) in (Kind.RECEIPT, Kind.CARD)]
        self._waiting += [one for one in (*quick, *bundles) if one not in self._waiting]
        self._go()
        # A verdict opens only where nothing else was dropped with it that shows something.
        if bundles and not quick and not vaults:
            self._open(bundles[0])
        if vaults:
            self.vault.emit(str(vaults[0]))
        if others and self._unlocked:
            self.files.emit(others)
        elif others:
            self.refused.emit(UsageError(arrivals.refusal(others)))

    def keep(self, path: Path) -> None:
        """A bundle that cannot be checked before the vault is unlocked."""
        if not self._unlocked and path not in self._waiting:
            self._waiting.append(path)
            self._need_vault.add(path)
            self._say()

    def set_unlocked(self, unlocked: bool) -> None:
        """From now on receipts and cards can be taken, or no longer."""
        self._unlocked = unlocked
        self._go()
        if unlocked and len(self._waiting) == 1:
            self._next_bundle()

    def forget(self) -> None:
        """Let everything that waits be."""
        self._waiting.clear()
        self._need_vault.clear()
        self._say()

    def _go(self) -> None:
        if self._unlocked:
            receipts = self._taken(Kind.RECEIPT)
            for card in self._taken(Kind.CARD):
                self.card.emit(str(card))
            if receipts:
                self.receipts.emit(receipts)
        self._say()

    def _taken(self, kind: Kind) -> list[Path]:
        found = [one for one in self._waiting if arrivals.kind_of(one) is kind]
        self._waiting = [one for one in self._waiting if one not in found]
        return found

    def _next(self) -> Path | None:
        """The bundle that can be opened now; one that needs the vault's key waits for it."""
        return next(
            (
                one
                for one in self._waiting
                if arrivals.kind_of(one) is Kind.BUNDLE and (self._unlocked or one not in self._need_vault)
            ),
            None,
        )

    def _next_bundle(self) -> None:
        bundle = self._next()
        if bundle is not None:
            self._open(bundle)

    def _open(self, bundle: Path) -> None:
        self._waiting.remove(bundle)
        self._need_vault.discard(bundle)
        self._say()
        self.bundle.emit(str(arrivals.bundle_in(bundle)))

    def _say(self) -> None:
        if not self._waiting:
            self.bar.hide()
            return
        count, following = len(self._waiting), self._next()
        many = self.tr("{0} files are waiting.").format(count) + " " if count > 1 else ""
        leave = self.tr("Leave it") if count == 1 else self.tr("Leave them")
        if following is None:
            words = self.tr("Unlock your vault to go on with {0}.").format(self._waiting[0].name[:_SHOWN])
            self.bar.say(many + words, "", leave)
        else:
            words = self.tr("Next: {0}") if many else self.tr("{0} is waiting.")
            self.bar.say(many + words.format(following.name[:_SHOWN]), self.tr("Open it"), leave)
