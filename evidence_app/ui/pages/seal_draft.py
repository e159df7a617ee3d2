"""What was chosen in the seal wizard and not sealed yet, as a draft. No passphrase is ever in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence_app.records import Contact, Draft, Said, Source
from evidence_app.ui.pages.seal_covered import COPIES_ONLY

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
        "only_others": "yes" if who.others.only.isChecked() else "",
        "copies_only": "yes" if contents.covered.answer.value() == COPIES_ONLY else "",
        "outside_whole": "yes" if contents.outside.whole.isChecked() else "",
        "outside_why": contents.outside.why.text(),
        "restricted": "yes" if contents.restricted.box.isChecked() else "",
        "restricted_why": contents.restricted.why.text(),
    }
    for row in who.others.rows:
        if row.box.isChecked():
            chosen = row.select.value()
            values[f"other.{row.role}"] = (
                chosen.signing_key.hex() if isinstance(chosen, Contact) else str(chosen or "-")
            )
    values |= {f"left_out.{number}": why or " " for number, why in contents.left_out().items()}
    return [Said(name, value, Source.TYPED) for name, value in values.items() if value]


def give_people(wizard: SealWizard, draft: Draft) -> None:
    """Choose again for whom; what is no more, such as a contact, is left to the person."""
    who = wizard.who
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
    for row in who.others.rows:
        chosen = draft.value(f"other.{row.role}")
        if chosen:
            row.box.setChecked(True)
            keys = [
                one.signing_key.hex() if isinstance(one, Contact) else str(one)
                for one in map(row.select.itemData, range(row.select.count()))
            ]
            row.select.setCurrentIndex(keys.index(chosen) if chosen in keys else -1)
    who.others.only.setChecked(draft.value("only_others") == "yes")
    who.asks.input.setCurrentIndex(max(0, who.asks.input.findData(draft.value("asks"))))


def give_contents(wizard: SealWizard, draft: Draft) -> None:
    """Choose again what goes in, and where to; it is known for whom by now."""
    contents = wizard.contents
    for row in contents.rows:
        why = draft.value(f"left_out.{row.exhibit.number}")
        if why and not row.kept_back:
            row.box.setChecked(False)
            row.reason.setText(why.strip())
    if draft.value("copies_only"):
        contents.covered.answer.set_value(COPIES_ONLY)
    for box, field, name in (
        (contents.outside.whole, contents.outside.why, "outside"),
        (contents.restricted.box, contents.restricted.why, "restricted"),
    ):
        on = draft.value(f"{name}_whole") or draft.value(name)
        if on:
            box.setChecked(True)
            field.setText(draft.value(f"{name}_why"))
    if draft.value("target"):
        wizard.check.target.setText(draft.value("target"))
