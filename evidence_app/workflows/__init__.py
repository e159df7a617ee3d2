"""The few acts that join rooms. Functions only, no window; the command line and the window call these."""

from evidence_app.bundle.register_report import register_pictures, register_report
from evidence_app.bundle.verdict_report import verdict_report
from evidence_app.workflows.answering import answer_order, store_key
from evidence_app.workflows.backing_up import (
    LastBackup,
    back_up,
    before_lock,
    has_work,
    last_backup,
    leave_rest,
    take_left,
)
from evidence_app.workflows.capturing import capture, capture_page, keep, keep_page, view, viewed
from evidence_app.workflows.checking import (
    trust_cards,
    trust_of,
    unlocked_copy,
    unlocked_copy_with_vault,
    verify_alone,
    verify_with_vault,
)
from evidence_app.workflows.choosing import Caution, CautionCode, Wanted, cautions, forward_cautions
from evidence_app.workflows.contacts import (
    add_contact,
    confirm,
    confirm_contact,
    look_alikes,
    own_card,
    own_words,
)
from evidence_app.workflows.covering import TextCover, cover, cover_text
from evidence_app.workflows.custody import custody, export_file, export_original
from evidence_app.workflows.disposing import certificate, dispose, due, handed_out, keep_until
from evidence_app.workflows.files import read_card_file, read_text_file, write_new_file
from evidence_app.workflows.filming import MOST_PICTURES, Series, record_screen
from evidence_app.workflows.forwarding import (
    forward,
    forward_as_received,
    report_of_received,
    unlocked_copy_received,
)
from evidence_app.workflows.helping import DATE_ORDER, StoredKey, helped, signature_results, stored_keys
from evidence_app.workflows.importing import Batch, Brought, Outcome, bring_in
from evidence_app.workflows.inbox import InboxLook, look_in_inbox
from evidence_app.workflows.keeping import change_passphrase
from evidence_app.workflows.late_stamps import (
    can_be_added,
    pending_stamps,
    stamp_vault,
    stamped_copy,
    write_stamps,
)
from evidence_app.workflows.looking import examine, look
from evidence_app.workflows.opening import PRIVATE_FIELDS
from evidence_app.workflows.papers import save_verdict_report
from evidence_app.workflows.receipts import issue_receipt, own_details, record_receipt
from evidence_app.workflows.receiving import Arrival, check_received, receive, view_received
from evidence_app.workflows.recognising import addresses_read, can_recognise, read_words, recognise
from evidence_app.workflows.referring import (
    record_referral,
    referral_paper,
    referral_report,
    seal_referral,
)
from evidence_app.workflows.registering import (
    find,
    has_claim,
    outcome_name,
    overdue_after,
    register,
    related_words,
    state_outcome,
)
from evidence_app.workflows.remembering import Rewound, notice, remember
from evidence_app.workflows.routing import routing, stated
from evidence_app.workflows.safeguards import (
    hold,
    lock_away,
    record_instruction,
    refuse_locked_bytes,
    reinstate,
    release,
    withdraw,
)
from evidence_app.workflows.sealing import MAX_PREVIEWS, may_be_sealed, report, seal_bundle
from evidence_app.workflows.searching import field_name, whole_days
from evidence_app.workflows.sending import ATTACHABLE, in_parts, part_name, sending_notes
from evidence_app.workflows.stamping import ROOTS, add_root, believed, host_of, services_of
from evidence_app.workflows.stating import (
    Link,
    StatedNow,
    Suggestion,
    access_of,
    add_witness,
    cleaned_address,
    link,
    links,
    refile,
    state,
    statement_history,
    suggested,
    suggestions,
)
from evidence_app.workflows.stopping import answer_for_batch, answer_stop, require_no, stop_answer
from evidence_app.workflows.telling import state_told

__all__ = [
    "ATTACHABLE",
    "DATE_ORDER",
    "MAX_PREVIEWS",
    "MOST_PICTURES",
    "PRIVATE_FIELDS",
    "ROOTS",
    "Arrival",
    "Batch",
    "Brought",
    "Caution",
    "CautionCode",
    "InboxLook",
    "LastBackup",
    "Link",
    "Outcome",
    "Rewound",
    "Series",
    "StatedNow",
    "StoredKey",
    "Suggestion",
    "TextCover",
    "Wanted",
    "access_of",
    "add_contact",
    "add_root",
    "add_witness",
    "addresses_read",
    "answer_for_batch",
    "answer_order",
    "answer_stop",
    "back_up",
    "before_lock",
    "believed",
    "bring_in",
    "can_be_added",
    "can_recognise",
    "capture",
    "capture_page",
    "cautions",
    "certificate",
    "change_passphrase",
    "check_received",
    "cleaned_address",
    "confirm",
    "confirm_contact",
    "cover",
    "cover_text",
    "custody",
    "dispose",
    "due",
    "examine",
    "export_file",
    "export_original",
    "field_name",
    "find",
    "forward",
    "forward_as_received",
    "forward_cautions",
    "handed_out",
    "has_claim",
    "has_work",
    "helped",
    "hold",
    "host_of",
    "in_parts",
    "issue_receipt",
    "keep",
    "keep_page",
    "keep_until",
    "last_backup",
    "leave_rest",
    "link",
    "links",
    "lock_away",
    "look",
    "look_alikes",
    "look_in_inbox",
    "may_be_sealed",
    "notice",
    "outcome_name",
    "overdue_after",
    "own_card",
    "own_details",
    "own_words",
    "part_name",
    "pending_stamps",
    "read_card_file",
    "read_text_file",
    "read_words",
    "receive",
    "recognise",
    "record_instruction",
    "record_receipt",
    "record_referral",
    "record_screen",
    "referral_paper",
    "referral_report",
    "refile",
    "refuse_locked_bytes",
    "register",
    "register_pictures",
    "register_report",
    "reinstate",
    "related_words",
    "release",
    "remember",
    "report",
    "report_of_received",
    "require_no",
    "routing",
    "save_verdict_report",
    "seal_bundle",
    "seal_referral",
    "sending_notes",
    "services_of",
    "signature_results",
    "stamp_vault",
    "stamped_copy",
    "state",
    "state_outcome",
    "state_told",
    "stated",
    "statement_history",
    "stop_answer",
    "store_key",
    "stored_keys",
    "suggested",
    "suggestions",
    "take_left",
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
    "viewed",
    "whole_days",
    "withdraw",
    "write_new_file",
    "write_stamps",
]
