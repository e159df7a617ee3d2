"""The states of a received bundle as the window shows them: words, colour and icon together."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from evidence_app.records import BundleState


@dataclass(frozen=True, slots=True)
class Status:
    """What a chip shows; `short` stands where `words` have no room."""

    words: str
    kind: str
    icon: str
    short: str


def _tr(text: str) -> str:
    return QCoreApplication.translate("bundle_states", text)


def status(state: BundleState) -> Status:
    """The chip of a state."""
    words, kind, icon, short = {
        BundleState.INTACT: (_tr("Intact"), "ok", "shield-check", ""),
        BundleState.ALTERED: (_tr("Altered"), "bad", "shield-x", ""),
        BundleState.DAMAGED: (_tr("Damaged"), "bad", "shield-broken", ""),
        BundleState.SENDER_NOT_CONFIRMED: (
            _tr("Intact, sender not confirmed"),
            "warn",
            "shield-question",
            _tr("Sender not confirmed"),
        ),
        BundleState.IN_CONFLICT: (
            _tr("Intact, but in conflict"),
            "warn",
            "shield-differs",
            _tr("In conflict"),
        ),
        BundleState.NOT_FOR_YOU: (_tr("Not sealed for you"), "accent", "lock", ""),
        BundleState.NEWER: (_tr("Newer format"), "neutral", "shield-newer", ""),
        BundleState.NOT_CHECKED: (_tr("Not checked yet"), "neutral", "file", ""),
    }[state]
    return Status(words, kind, icon, short or words)
