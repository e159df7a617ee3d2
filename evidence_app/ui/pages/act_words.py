"""The acts of the record in plain English: the activity page and the history of an exhibit say the same."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from evidence_app.records import BundleState, Entry, EntryKind, Method, StopAnswer
from evidence_app.ui.pages import keys_words

_ICONS = {
    EntryKind.VAULT_CREATED: "shield",
    EntryKind.VAULT_UNLOCKED: "key",
    EntryKind.VAULT_CHECKED: "shield-check",
    EntryKind.VAULT_LOCKED: "lock",
    EntryKind.VAULT_INTERRUPTED: "warning",
    EntryKind.KEY_SLOT_CHANGED: "key",
    EntryKind.INCIDENT_OPENED: "folder",
    EntryKind.INCIDENT_STATED: "speech",
    EntryKind.EXHIBIT_CAPTURED: "camera",
    EntryKind.EXHIBIT_IMPORTED: "download",
    EntryKind.EXHIBIT_EXAMINED: "search",
    EntryKind.EXHIBIT_STATED: "speech",
    EntryKind.EXHIBIT_FILED: "folder",
    EntryKind.EXHIBIT_VIEWED: "eye",
    EntryKind.EXHIBIT_DERIVED: "cover",
    EntryKind.EXHIBIT_EXPORTED: "download",
    EntryKind.EXHIBIT_WITHDRAWN: "undo",
    EntryKind.EXHIBIT_REINSTATED: "undo",
    EntryKind.EXHIBIT_LOCKED_AWAY: "lock",
    EntryKind.EXHIBIT_DISPOSED: "x-circle",
    EntryKind.DISPOSAL_COMPLETED: "x-circle",
    EntryKind.STOP_ANSWERED: "hand",
    EntryKind.HOLD_SET: "hand",
    EntryKind.HOLD_LIFTED: "hand",
    EntryKind.INSTRUCTION_RECORDED: "clipboard",
    EntryKind.REFERRAL_RECORDED: "flag",
    EntryKind.CONTACT_ADDED: "person",
    EntryKind.CONTACT_CONFIRMED: "people",
    EntryKind.BUNDLE_SEALED: "box",
    EntryKind.BUNDLE_CHECKED: "shield-check",
    EntryKind.BUNDLE_RECEIVED: "box",
    EntryKind.EXHIBIT_RECEIVED: "picture",
    EntryKind.BUNDLE_FORWARDED: "box",
    EntryKind.RECEIPT_ISSUED: "receipt",
    EntryKind.RECEIPT_RECORDED: "receipt",
    EntryKind.OUTCOME_STATED: "speech",
}


def tr(text: str) -> str:
    return QCoreApplication.translate("acts", text)


def icon(entry: Entry) -> str:
    """The icon of an act."""
    if entry.kind is EntryKind.VAULT_CHECKED and entry.data.get("problems"):
        return "shield-x"
    if entry.kind is EntryKind.BUNDLE_CHECKED and entry.data.get("unchanged") is False:
        return "shield-x"
    return _ICONS.get(entry.kind, "list")


def about(entry: Entry) -> str:
    """The exhibit, incident or received bundle an act is about, or an empty text."""
    received, number = _text(entry, "received"), _text(entry, "number")
    if received:
        return f"{received} {number}".rstrip()
    for name in ("number", "about", "reference", "incident"):
        value = entry.data.get(name)
        if isinstance(value, str):
            return value
    return ""


def sealed_file(entry: Entry) -> str:
    """SHA-256 (hex) of the file that a capture sealed, or an empty text."""
    stored = entry.data.get("object")
    digest = stored.get("sha256") if isinstance(stored, Mapping) else None
    return digest if isinstance(digest, str) else ""


def _text(entry: Entry, name: str) -> str:
    value = entry.data.get(name)
    return value if isinstance(value, str) else ""


def _fields(entry: Entry) -> set[str]:
    said = entry.data.get("statements")
    return (
        {str(one.get("field")) for one in said if isinstance(one, Mapping)}
        if isinstance(said, list)
        else set()
    )


def _captured(entry: Entry) -> str:
    return {
        Method.MONITOR.value: tr("Captured and sealed a screenshot of the screen"),
        Method.REGION.value: tr("Captured and sealed a screenshot of an area"),
        Method.WINDOW.value: tr("Captured and sealed a screenshot of a window"),
        Method.BROWSER.value: tr("Captured and sealed a web page"),
        Method.RECORDING.value: tr("Recorded and sealed the screen"),
        Method.RECOVERED.value: tr("Recovered a capture after an interruption"),
    }.get(_text(entry, "method"), tr("Captured and sealed a picture"))


def _copied(entry: Entry) -> str:
    origin = entry.data.get("from")
    number = str(origin.get("number")) if isinstance(origin, Mapping) else ""
    made = (
        tr("Made a cropped copy of {0}")
        if _text(entry, "relation") == "crop"
        else tr("Made a covered copy of {0}")
    )
    return made.format(number)


def _stated(entry: Entry) -> str:
    fields = _fields(entry)
    if fields == {"note"}:
        return tr("Added a note")
    if fields == {"address"}:
        return tr("Stated the web address")
    if fields == {"title"}:
        return tr("Gave it another title")
    return tr("Added details")


def _stop_answered(entry: Entry) -> str:
    return {
        StopAnswer.NO.value: tr("Answered that it shows no child indecently"),
        StopAnswer.NOT_ASKED.value: tr("Nobody was asked whether it shows a child indecently"),
    }.get(_text(entry, "answer"), tr("Answered that it may show a child indecently: no picture is kept"))


def _safeguards(entry: Entry) -> str:
    """The acts of the safeguards; the kind itself for one that has no words."""
    if entry.kind is EntryKind.STOP_ANSWERED:
        return _stop_answered(entry)
    return {
        EntryKind.EXHIBIT_WITHDRAWN: tr("Withdrew it: captured by mistake"),
        EntryKind.EXHIBIT_REINSTATED: tr("Took the withdrawal back"),
        EntryKind.EXHIBIT_LOCKED_AWAY: tr("Locked it away"),
        EntryKind.HOLD_SET: tr("Put a hold on it, asked for by {0}").format(_text(entry, "asked_by")),
        EntryKind.HOLD_LIFTED: tr("Lifted the hold"),
        EntryKind.INSTRUCTION_RECORDED: tr("Recorded an instruction of {0}").format(_text(entry, "given_by")),
        EntryKind.REFERRAL_RECORDED: tr("Recorded a referral without a picture"),
        EntryKind.EXHIBIT_DISPOSED: tr("Disposed of it; {0} was the second person").format(
            _text(entry, "second")
        ),
        EntryKind.DISPOSAL_COMPLETED: tr("Completed the disposal"),
    }.get(entry.kind, str(entry.kind.value))


def _sealed(entry: Entry) -> str:
    names = entry.data.get("sealed_for")
    people = ", ".join(str(name) for name in names) if isinstance(names, list) else ""
    if people:
        return tr("Sealed a bundle for {0}").format(people)
    return tr("Sealed a bundle with a passphrase")


def _bundle_checked(entry: Entry) -> str:
    if not _text(entry, "received"):
        same = entry.data.get("unchanged") is not False
        return tr("Checked a bundle: unchanged") if same else tr("Checked a bundle: altered")
    match _text(entry, "took"):
        case "report":
            return tr("Took the report out of a received bundle")
        case "unlocked copy":
            return tr("Made an unlocked copy of a received bundle")
        case taken if taken:
            return tr("Took {0} out of a received bundle").format(taken)
    return {
        BundleState.ALTERED.value: tr("Checked a received bundle again: altered"),
        BundleState.DAMAGED.value: tr("Checked a received bundle again: damaged"),
        BundleState.NOT_FOR_YOU.value: tr("Checked a received bundle again: not for you"),
        BundleState.NEWER.value: tr("Checked a received bundle again: from a newer version"),
    }.get(_text(entry, "state"), tr("Checked a received bundle again: unchanged"))


def _received(entry: Entry) -> str:
    if _text(entry, "state") == BundleState.NOT_CHECKED.value:
        return tr("Recovered a bundle after an interruption")
    return tr("Received a bundle")


def _forwarded(entry: Entry) -> str:
    names = entry.data.get("to")
    people = ", ".join(str(name) for name in names) if isinstance(names, list) else ""
    if people:
        return tr("Passed a received bundle on to {0}").format(people)
    if entry.data.get("as_received") is True:
        return tr("Passed a received bundle on as it came")
    return tr("Passed a received bundle on with a passphrase")


def _vault_checked(entry: Entry) -> str:
    problems = entry.data.get("problems")
    count = len(problems) if isinstance(problems, list) else 0
    if not count:
        return tr("Checked the vault: in order")
    return (
        tr("Checked the vault: {0} problem") if count == 1 else tr("Checked the vault: {0} problems")
    ).format(count)


def _imported(_entry: Entry) -> str:
    return tr("Brought in and sealed a file")


def _examined(_entry: Entry) -> str:
    return tr("Read what the file says")


_BY_CONTENT = {
    EntryKind.VAULT_CHECKED: _vault_checked,
    EntryKind.INCIDENT_STATED: _stated,
    EntryKind.EXHIBIT_CAPTURED: _captured,
    EntryKind.EXHIBIT_STATED: _stated,
    EntryKind.EXHIBIT_IMPORTED: _imported,
    EntryKind.EXHIBIT_EXAMINED: _examined,
    EntryKind.BUNDLE_SEALED: _sealed,
    EntryKind.BUNDLE_CHECKED: _bundle_checked,
    EntryKind.BUNDLE_RECEIVED: _received,
    EntryKind.BUNDLE_FORWARDED: _forwarded,
}


def words(entry: Entry) -> str:
    """What was done: "Captured and sealed a screenshot of an area"."""
    by_content = _BY_CONTENT.get(entry.kind)
    if by_content is not None:
        return by_content(entry)
    match entry.kind:
        case EntryKind.VAULT_CREATED:
            return tr("Made this vault")
        case EntryKind.VAULT_UNLOCKED:
            return keys_words.unlocked(entry)
        case EntryKind.VAULT_LOCKED:
            return tr("Locked the vault")
        case EntryKind.VAULT_INTERRUPTED:
            return tr("Put right what an interruption left")
        case EntryKind.VAULT_BACKED_UP:
            return tr("Made a backup")
        case EntryKind.VAULT_RESTORED:
            return tr("Put this vault back from a backup")
        case EntryKind.KEY_SLOT_CHANGED:
            return keys_words.slot_changed(entry)
        case EntryKind.INCIDENT_OPENED:
            return tr("Opened the incident “{0}”").format(_text(entry, "title"))
        case EntryKind.EXHIBIT_FILED:
            return tr("Filed in {0}").format(_text(entry, "incident"))
        case EntryKind.EXHIBIT_VIEWED:
            return tr("Showed the picture")
        case EntryKind.EXHIBIT_DERIVED:
            return _copied(entry)
        case EntryKind.EXHIBIT_EXPORTED:
            return tr("Took the original out: {0}").format(_text(entry, "where_to"))
        case EntryKind.CONTACT_ADDED:
            return tr("Added the contact {0}").format(_text(entry, "name"))
        case EntryKind.CONTACT_CONFIRMED:
            return tr("Confirmed who {0} is").format(_text(entry, "name"))
        case EntryKind.EXHIBIT_RECEIVED:
            return tr("Took in an exhibit of a received bundle")
        case EntryKind.RECEIPT_ISSUED:
            return tr("Issued a receipt")
        case EntryKind.RECEIPT_RECORDED:
            who = _text(entry, "contact")
            return tr("Recorded a receipt from {0}").format(who) if who else tr("Recorded a receipt")
        case EntryKind.OUTCOME_STATED:
            return tr("Stated what was decided")
        case _:
            return _safeguards(entry)
