"""What was chosen in the seal wizard and not sealed yet, as a draft. No passphrase is ever in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence_app.records import Draft, Said, Source

if TYPE_CHECKING:
    from evidence_app.ui.pages.seal import SealWizard

SEAL = "seal"
"""The name of this form among the drafts; each is about the reference of an incident."""


def take(wizard: SealWizard) -> list[Said]:
    """What is chosen now; empty while the first question is not answered by the person."""
    who, contents, check = wizard.who, wizard.contents, wizard.check
    contact = who.contact()
    values = {
        "step": str(wizard.wizard.step()),
        "concerns": who.concerns(),
        "contact": "" if contact is None else contact.signing_key.hex(),
        "passphrase": "yes" if who.passphrase.isChecked() else "",
        "to_head": "yes" if who.to_head() else "",
        "reason": who.reason(),
        "asks": str(who.asks.value() or ""),
        "target": check.target.text(),
    }
    values |= {f"left_out.{number}": why or " " for number, why in contents.left_out().items()}
    return [Said(name, value, Source.TYPED) for name, value in values.items() if value]


def give(wizard: SealWizard, draft: Draft) -> None:
    """Choose again what was chosen; what is no more, such as a contact, is left to the person."""
    who, contents, check = wizard.who, wizard.contents, wizard.check
    concerns = draft.value("concerns")
    if concerns:
        who.answer.set_value(concerns)
        if concerns in who.people:
            who.people[concerns].prefer(draft.value("contact"))
    who.passphrase.setChecked(draft.value("passphrase") == "yes")
    if draft.value("to_head"):
        who.all_the_same.check.setChecked(True)
        who.all_the_same.reason.setText(draft.value("reason"))
        who.head_anyway.prefer(draft.value("contact"))
    asks = who.asks.input.findData(draft.value("asks"))
    who.asks.input.setCurrentIndex(max(0, asks))
    left_out = {
        one.field.removeprefix("left_out."): one.value
        for one in draft.said
        if one.field.startswith("left_out.")
    }
    for row in contents.rows:
        if row.exhibit.number in left_out and not row.kept_back:
            row.box.setChecked(False)
            row.reason.setText(left_out[row.exhibit.number].strip())
    if draft.value("target"):
        check.target.setText(draft.value("target"))
