"""Fixed words of the evidence report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from evidence_app.records import BundleState, Method, Role

METHODS: Final[Mapping[Method, str]] = {
    Method.MONITOR: "Screenshot of the screen",
    Method.REGION: "Screenshot of an area",
    Method.WINDOW: "Screenshot of a window",
    Method.BROWSER: "Web page, by the built-in browser",
    Method.RECORDING: "Recording of the screen",
    Method.RECOVERED: "Recovered after an interruption",
    Method.COPY: "Copy",
    Method.FILE: "File that was brought in",
    Method.PART: "Attachment of another exhibit",
}
ROLES: Final = {
    Role.STAFF.value: "Member of staff",
    Role.HEAD.value: "Headteacher",
    Role.CHAIR.value: "Chair of governors",
}
STATES: Final[Mapping[BundleState, str]] = {
    BundleState.INTACT: "Intact",
    BundleState.ALTERED: "Altered",
    BundleState.DAMAGED: "Damaged",
    BundleState.SENDER_NOT_CONFIRMED: "Intact, sender not confirmed",
    BundleState.IN_CONFLICT: "Intact, but in conflict",
    BundleState.NOT_FOR_YOU: "Not sealed for you",
    BundleState.NEWER: "Newer format",
    BundleState.NOT_CHECKED: "Not checked yet",
}
SHOWS: Final = (
    "What was on the screen of one computer, and when by that computer’s clock.",
    "What the person who made the record says about it, with every earlier wording.",
    "Who did what with each exhibit, as far as the record of this vault goes.",
)
SHOWS_NOT: Final = (
    "Who wrote the posts, or whether what they say is true.",
    "When something was posted, or whether others saw the same.",
    "What was never captured. A conversation may have had other parts.",
)
