"""The faces of a verification page: seven states, a sender in doubt, and a file that was not checked.

Each has its own picture, colour and words. Green: checked and passed; amber: needs attention; red:
failed; blue: sealed, and staying so; grey: no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evidence_app.bundle import sentences
from evidence_app.errors import DamagedError, EvidenceError, NewerFormatError, NotForYouError
from evidence_app.records import BundleState, Verdict
from evidence_app.ui.pages.bundle_states import status


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


_OWN = {
    Face.KEY_CHANGED: Look("bad", "shield-key"),
    Face.LOOKS_LIKE: Look("bad", "shield-alike"),
    Face.NOT_CHECKED: Look("neutral", "file"),
}


def look_of(face: Face) -> Look:
    """The colour and the icon of a face; those of the seven states are the ones of their chips."""
    if face in _OWN:
        return _OWN[face]
    chip = status(BundleState(face.value))
    return Look(chip.kind, chip.icon)


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
