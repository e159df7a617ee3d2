"""Time stamps, copies with them, and a record that was put back, in plain English."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from evidence_app.records import Entry, EntryKind


def tr(text: str) -> str:
    return QCoreApplication.translate("keeping", text)


def _stamped(entry: Entry) -> str:
    by = str(entry.data.get("by", ""))
    if entry.data.get("over") == "bundle":
        return tr("{0} stamped the time of a bundle").format(by)
    return tr("{0} stamped the time of the record").format(by)


def _pending(entry: Entry) -> str:
    if entry.data.get("over") == "bundle":
        return tr("The time stamp of a bundle is pending")
    return tr("The time stamp of the record is pending")


def _copied(_entry: Entry) -> str:
    return tr("Copied a bundle with its late time stamp")


def _rewound(entry: Entry) -> str:
    if entry.data.get("how") == "restored":
        return tr("Newer entries than the backup had are missing")
    return tr("Noticed that an older copy of this vault was put back")


WORDS: dict[EntryKind, Callable[[Entry], str]] = {
    EntryKind.TIMESTAMP_OBTAINED: _stamped,
    EntryKind.TIMESTAMP_PENDING: _pending,
    EntryKind.BUNDLE_STAMPED: _copied,
    EntryKind.VAULT_REWOUND: _rewound,
}
