"""Fixed words of the evidence report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from evidence_app.records import BundleState, EntryKind, Method, Role

METHODS: Final[Mapping[Method, str]] = {
    Method.MONITOR: "Screenshot of the screen",
    Method.REGION: "Screenshot of an area",
    Method.WINDOW: "Screenshot of a window",
    Method.RECOVERED: "Recovered after an interruption",
}
ROLES: Final = {Role.STAFF.value: "Member of staff", Role.HEAD.value: "Headteacher"}
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
FIELDS: Final = {
    "address": "Web address",
    "platform": "Platform",
    "account": "Account",
    "group": "Group",
    "kind": "Kind",
    "aimed_at": "Aimed at",
    "note": "Note",
    "title": "Title",
    "facts": "What happened",
    "told": "Who was told",
    "opinion": "Opinion",
    "effect": "Effect",
}
ACTS: Final[Mapping[EntryKind, str]] = {
    EntryKind.INCIDENT_OPENED: "Incident opened",
    EntryKind.INCIDENT_STATED: "Statement added",
    EntryKind.EXHIBIT_CAPTURED: "Captured and sealed into the record",
    EntryKind.EXHIBIT_STATED: "Statement added",
    EntryKind.EXHIBIT_FILED: "Filed under the incident",
    EntryKind.EXHIBIT_VIEWED: "Viewed",
    EntryKind.EXHIBIT_WITHDRAWN: "Withdrawn as captured by mistake",
    EntryKind.EXHIBIT_REINSTATED: "Withdrawal taken back",
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
