"""What is stated, in the words of the window: names of fields, and values with the names of their codes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from evidence_app import fields
from evidence_app.bundle import field_words
from evidence_app.policy import current


def tr(text: str) -> str:
    return QCoreApplication.translate("timeline", text)


def field_name(field: str) -> str:
    """A stated field as the window calls it."""
    return {
        "address": tr("Web address"),
        "platform": tr("Platform"),
        "account": tr("Account"),
        "group": tr("Group or thread"),
        "kind": tr("Kind"),
        "aimed_at": tr("Aimed at"),
        "note": tr("Note"),
        "title": tr("Title"),
        "concerns_head": tr("About the Headteacher"),
    }.get(field) or fields.name_of(field)


def value_words(field: str, value: str) -> str:
    """A stated value with the names of its codes: "Insults or mockery, Threat"."""
    if not value:
        return tr("Nothing")
    if field == "kind":
        rules = current()
        return ", ".join(rules.name_of(code.strip(), rules.categories) for code in value.split(","))
    if field == "aimed_at":
        return current().name_of(value, current().aimed_at)
    if field == "concerns_head":
        return {"yes": tr("Yes"), "no": tr("No")}.get(value, field_words.value_words(field, value))
    return field_words.value_words(field, value)
