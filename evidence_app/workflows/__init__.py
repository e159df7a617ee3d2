"""The few acts that join rooms. Functions only, no window; the command line and the window call these."""

from evidence_app.bundle.register_report import register_pictures, register_report
from evidence_app.bundle.verdict_report import verdict_report
from evidence_app.workflows.capturing import capture, keep, view
from evidence_app.workflows.checking import (
    trust_cards,
    trust_of,
    unlocked_copy,
    unlocked_copy_with_vault,
    verify_alone,
    verify_with_vault,
)
from evidence_app.workflows.contacts import add_contact, confirm_contact, look_alikes, own_card, own_words
from evidence_app.workflows.files import read_card_file, read_text_file, write_new_file
from evidence_app.workflows.forwarding import (
    forward,
    forward_as_received,
    report_of_received,
    unlocked_copy_received,
)
from evidence_app.workflows.inbox import InboxLook, look_in_inbox
from evidence_app.workflows.papers import save_verdict_report
from evidence_app.workflows.receipts import issue_receipt, own_details, record_receipt
from evidence_app.workflows.receiving import Arrival, check_received, receive, view_received
from evidence_app.workflows.registering import (
    find,
    outcome_name,
    overdue_after,
    register,
    related_words,
    state_outcome,
)
from evidence_app.workflows.sealing import MAX_PREVIEWS, PRIVATE_FIELDS, Wanted, report, seal_bundle

__all__ = [
    "MAX_PREVIEWS",
    "PRIVATE_FIELDS",
    "Arrival",
    "InboxLook",
    "Wanted",
    "add_contact",
    "capture",
    "check_received",
    "confirm_contact",
    "find",
    "forward",
    "forward_as_received",
    "issue_receipt",
    "keep",
    "look_alikes",
    "look_in_inbox",
    "outcome_name",
    "overdue_after",
    "own_card",
    "own_details",
    "own_words",
    "read_card_file",
    "read_text_file",
    "receive",
    "record_receipt",
    "register",
    "register_pictures",
    "register_report",
    "related_words",
    "report",
    "report_of_received",
    "save_verdict_report",
    "seal_bundle",
    "state_outcome",
    "trust_cards",
    "trust_of",
    "unlocked_copy",
    "unlocked_copy_received",
    "unlocked_copy_with_vault",
    "verdict_report",
    "verify_alone",
    "verify_with_vault",
    "view",
    "view_received",
    "write_new_file",
]
