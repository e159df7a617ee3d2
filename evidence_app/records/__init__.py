"""What the rooms hand each other: frozen dataclasses and enums, no behaviour.

Times are aware datetimes, sizes are bytes, pixels are physical pixels of the virtual screen, digests
are 32 raw bytes unless a field says hex.
"""

from evidence_app.records.address import Address
from evidence_app.records.bundle import (
    BundleContent,
    Preview,
    Receipt,
    ReportContent,
    SealedBundle,
    SealedExhibit,
    Witnessed,
)
from evidence_app.records.capture import Area, Monitor, Observed, Picture, WindowInfo
from evidence_app.records.common import EntryKind, Level, Method, Progress, ProgressCall, Role, Source
from evidence_app.records.desk import BundleRow, DeskCounts, ReceiptRow, ReceivedRow
from evidence_app.records.ledger import Checkpoint, Entry, SignedCheckpoint
from evidence_app.records.received import ForwardedRow, ReceivedExhibit, SentExhibit, SkippedFile
from evidence_app.records.register import RegisterRow, Related, Why
from evidence_app.records.vault import (
    CheckProblem,
    CheckReport,
    Contact,
    ContactCard,
    Exhibit,
    Incident,
    Owner,
    Said,
    Statement,
    StoredObject,
    VaultLabel,
)
from evidence_app.records.verdict import (
    BundleFacts,
    BundleState,
    Check,
    Consistency,
    Dated,
    Differs,
    ExhibitVerdict,
    Problem,
    SeenLedger,
    SenderStatus,
    Trust,
    Verdict,
)

__all__ = [
    "Address",
    "Area",
    "BundleContent",
    "BundleFacts",
    "BundleRow",
    "BundleState",
    "Check",
    "CheckProblem",
    "CheckReport",
    "Checkpoint",
    "Consistency",
    "Contact",
    "ContactCard",
    "Dated",
    "DeskCounts",
    "Differs",
    "Entry",
    "EntryKind",
    "Exhibit",
    "ExhibitVerdict",
    "ForwardedRow",
    "Incident",
    "Level",
    "Method",
    "Monitor",
    "Observed",
    "Owner",
    "Picture",
    "Preview",
    "Problem",
    "Progress",
    "ProgressCall",
    "Receipt",
    "ReceiptRow",
    "ReceivedExhibit",
    "ReceivedRow",
    "RegisterRow",
    "Related",
    "ReportContent",
    "Role",
    "Said",
    "SealedBundle",
    "SealedExhibit",
    "SeenLedger",
    "SenderStatus",
    "SentExhibit",
    "SignedCheckpoint",
    "SkippedFile",
    "Source",
    "Statement",
    "StoredObject",
    "Trust",
    "VaultLabel",
    "Verdict",
    "Why",
    "WindowInfo",
    "Witnessed",
]
