"""The faces of a verification page: seven states, a sender in doubt, and a file that was not checked.

Each has its own picture, colour and words. Green: checked and passed; amber: needs attention; red:
failed; blue: sealed, and staying so; grey: no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from evidence_app.bundle import sentences
from evidence_app.errors import DamagedError, EvidenceError, NewerFormatError, NotForYouError
from evidence_app.records import BundleState, Verdict


def _tr(text: str) -> str:
    return QCoreApplication.translate("verdict_faces", text)


class Face(StrEnum):
    """What a page shows. The first seven are the states of `BundleState`, by the same names."""

    INTACT = BundleState.INTACT.value
    ALTERED = BundleState.ALTERED.value
    DAMAGED = BundleState.DAMAGED.value
    SENDER_NOT_CONFIRMED = BundleState.SENDER_NOT_CONFIRMED.value
    IN_CONFLICT = BundleState.IN_CONFLICT.value
    NOT_FOR_YOU = BundleState.NOT_FOR_YOU.value
    NEWER = BundleState.NEWER.value
    KEY_CHANGED = "key-changed"
    LOOKS_LIKE = "looks-like"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class Look:
    """Colour (one of `theme.KINDS`) and icon of a face."""

    kind: str
    icon: str


LOOKS = {
    Face.INTACT: Look("ok", "shield-check"),
    Face.ALTERED: Look("bad", "shield-x"),
    Face.DAMAGED: Look("bad", "shield-broken"),
    Face.SENDER_NOT_CONFIRMED: Look("warn", "shield-question"),
    Face.IN_CONFLICT: Look("warn", "shield-differs"),
    Face.NOT_FOR_YOU: Look("accent", "lock"),
    Face.NEWER: Look("neutral", "shield-newer"),
    Face.KEY_CHANGED: Look("bad", "shield-key"),
    Face.LOOKS_LIKE: Look("bad", "shield-alike"),
    Face.NOT_CHECKED: Look("neutral", "file"),
}
IN_DOUBT = frozenset({Face.KEY_CHANGED, Face.LOOKS_LIKE})
UNCONFIRMED = IN_DOUBT | {Face.SENDER_NOT_CONFIRMED}


def face_of(found: Verdict | EvidenceError) -> Face:
    """Which face belongs to a verdict, or to the reason why there is none."""
    if isinstance(found, Verdict):
        doubt = sentences.doubt_about_sender(found)
        state = sentences.state(found)
        in_doubt = state is sentences.State.SENDER_NOT_CONFIRMED and doubt is not None
        return Face(doubt.code if in_doubt and doubt is not None else state.value)
    for kind, face in (
        (DamagedError, Face.DAMAGED),
        (NotForYouError, Face.NOT_FOR_YOU),
        (NewerFormatError, Face.NEWER),
    ):
        if isinstance(found, kind):
            return face
    return Face.NOT_CHECKED


def state_words(state: BundleState) -> str:
    """A state in two or three words, as on a chip."""
    return {
        BundleState.INTACT: _tr("Intact"),
        BundleState.ALTERED: _tr("Altered"),
        BundleState.DAMAGED: _tr("Damaged"),
        BundleState.SENDER_NOT_CONFIRMED: _tr("Sender not confirmed"),
        BundleState.IN_CONFLICT: _tr("In conflict"),
        BundleState.NOT_FOR_YOU: _tr("Not sealed for you"),
        BundleState.NEWER: _tr("Newer format"),
    }[state]
