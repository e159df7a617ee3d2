"""What the record says about the ways into the vault, in plain English."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from evidence_app.records import Entry
from evidence_app.ui import say


def tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)


def unlocked(entry: Entry) -> str:
    """How the vault was unlocked, and how many tries had failed before."""
    how = {
        "recovery": tr("Unlocked with the recovery words"),
        "school": tr("Unlocked with the school’s key"),
    }.get(str(entry.data.get("slot")), tr("Unlocked the vault"))
    failed = failed_words(entry)
    return f"{how}. {failed}" if failed else how


def failed_words(entry: Entry) -> str:
    """The failed tries that an unlocking tells of; empty where there were none."""
    failed = entry.data.get("failed")
    if not isinstance(failed, dict):
        return ""
    try:
        count, last = int(failed["count"]), datetime.fromisoformat(str(failed["last"]))
    except (KeyError, ValueError, TypeError):
        return ""
    tries = say.plural(count, tr("failed try"), tr("failed tries"))
    return tr("{0} before it, the last on {1}, {2}").format(tries, say.day(last), say.minute(last))


def slot_changed(entry: Entry) -> str:
    """Which way in was made anew."""
    return {
        "passphrase": tr("Changed the passphrase"),
        "recovery": tr("Made a new recovery sheet"),
        "school": tr("Gave the school’s key a way into this vault"),
    }.get(str(entry.data.get("slot")), tr("Changed a way to unlock the vault"))
