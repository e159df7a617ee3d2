"""What the seal wizard reads from the vault, and the sealing itself: plain functions for the runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from evidence_app import policy, workflows
from evidence_app.crypto.words import suggest_passphrase
from evidence_app.errors import EvidenceError, StorageError
from evidence_app.records import (
    Contact,
    EntryKind,
    Exhibit,
    Incident,
    ProgressCall,
    Role,
    Said,
    SealedBundle,
    Source,
    Statement,
)
from evidence_app.ui.pages.seal_parcels import Parcel
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.routing import stated
from evidence_app.workflows.sending import ATTACHABLE, estimated_size

CONCERNS = "concerns_head"
HEAD, CHAIR = "no", "yes"
"""The two answers to "Does this incident concern the Headteacher?", which are the two routes."""

LARGE = ATTACHABLE


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything the pages of the wizard show, read once. `usual` maps a route, or the code
    of another role, to a signing key."""

    incident: Incident
    exhibits: tuple[Exhibit, ...]
    contacts: tuple[Contact, ...]
    corrections: Mapping[str, int]
    entries: int
    usual: Mapping[str, bytes]
    stated: policy.Stated
    copies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def routing(self, concerns: str) -> policy.Routing:
        """Who is told and why, with this answer to the question; with "" by what was stated before."""
        answer = policy.Answer(concerns) if concerns else self.stated.concerns_head
        return policy.who_is_told(policy.current(), replace(self.stated, concerns_head=answer))

    def corrections_of(self, numbers: Sequence[str]) -> int:
        """Corrections to the incident and to these exhibits."""
        return sum(self.corrections.get(about, 0) for about in (self.incident.reference, *numbers))

    def size_of(self, exhibits: Sequence[Exhibit]) -> int:
        """About how many bytes a bundle with these exhibits has."""
        return estimated_size(sum(one.stored.size for one in exhibits), len(exhibits), self.entries)


def load(vault: Vault, reference: str) -> Loaded:
    """Read what the wizard needs of an incident; raises `UsageError` for one that does not exist."""
    incident = vault.read.incident(reference)
    exhibits = tuple(vault.read.exhibits(incident.reference))
    contacts = tuple(one for one in vault.read.contacts() if one.replaced_at is None)
    abouts = (incident.reference, *(exhibit.number for exhibit in exhibits))
    head = vault.read.head()
    return Loaded(
        incident=incident,
        exhibits=exhibits,
        contacts=contacts,
        corrections={about: _corrections(vault.read.statements(about)) for about in abouts},
        entries=0 if head is None else head[0],
        usual=_usual(vault, contacts),
        stated=stated(vault, incident.reference),
        copies=vault.read.copies_in(incident.reference),
    )


def _corrections(statements: Sequence[Statement]) -> int:
    """A second statement of a field corrects the first; nothing is overwritten."""
    return len(statements) - len({said.field for said in statements})


def _usual(vault: Vault, contacts: Sequence[Contact]) -> dict[str, bytes]:
    """To whom each route, and each other role, went last: a card says "head" for the Headteacher and for the
    chair alike, and nothing of the others.

    What counts is the role that was stated at sealing; where none was, the answer about the incident.
    """
    found: dict[str, bytes] = {}
    routes = {policy.HEAD: HEAD, policy.CHAIR: CHAIR}
    answers = {one.reference: one.statements.get(CONCERNS) for one in vault.read.incidents()}
    stated_roles = {one.seq: one.data.get("roles") for one in vault.read.entries(EntryKind.BUNDLE_SEALED)}
    for row in vault.read.bundles():
        roles = stated_roles.get(row.seq)
        named = [str(one) for one in roles] if isinstance(roles, list) else []
        answer = answers.get(row.incident)
        if not any(named):
            named = ["" if answer is None else answer.value]
        for name, role in zip(row.sealed_for, named, strict=False):
            people = [one for one in contacts if one.name == name]
            if role and len(people) == 1:
                found.setdefault(routes.get(role, role), people[0].signing_key)
    return found


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person chose: the answer about the Headteacher, and the bundles to make, the first at `path`.

    `timestamps`: services that are asked for the time. `reason` says why a bundle goes out against a caution
    that has no reason of its own yet.
    """

    concerns: str
    parcels: tuple[Parcel, ...]
    asks: str
    path: Path
    reason: str = ""
    timestamps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sealed bundle; `passphrase` is shown once where it was sealed with one.

    `more` are those made after it, and `failed` who was to get another, with what happened.
    """

    bundle: SealedBundle
    parcel: Parcel
    passphrase: str = field(default="", repr=False)
    more: tuple[Outcome, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


def seal(vault: Vault, incident: str, choices: Choices, progress: ProgressCall | None = None) -> Outcome:
    """State the answer about the Headteacher, then seal each bundle.

    All are looked through before the first is made. Raises as `workflows.seal_bundle` where not even that
    one was sealed, and no file is kept then; what happened to a later one stands in the outcome.
    """
    said = vault.read.incident(incident).statements.get(CONCERNS)
    if said is None or said.value != choices.concerns:
        vault.record(acts.incident_stated(incident, [Said(CONCERNS, choices.concerns, Source.TYPED)]))
    todo = [(one, _wanted(incident, one, choices)) for one in choices.parcels]
    for _, wanted in todo:
        workflows.may_be_sealed(vault, wanted, choices.path)
    made = _make_folder(choices.path.parent)
    done: list[Outcome] = []
    failed: list[tuple[str, str]] = []
    for number, (parcel, wanted) in enumerate(todo):
        path = choices.path if not number else _beside(choices.path, parcel)
        try:
            bundle = workflows.seal_bundle(vault, wanted, path, _counted(progress, number, len(todo)))
        except EvidenceError as error:
            if not done:
                if made:
                    with suppress(OSError):
                        choices.path.parent.rmdir()
                raise
            failed = [(one.names, error.message) for one, _ in todo[number:]]
            break
        done.append(Outcome(bundle, parcel, wanted.passphrase or ""))
    return replace(done[0], more=tuple(done[1:]), failed=tuple(failed))


def _wanted(incident: str, parcel: Parcel, choices: Choices) -> workflows.Wanted:
    return workflows.Wanted(
        incident,
        contacts=parcel.contacts,
        passphrase=None if parcel.contacts else suggest_passphrase(),
        left_out=dict(parcel.left_out),
        asks=choices.asks,
        # The answer is the route: who is chosen on it is there in that role, whatever the card says.
        roles=parcel.roles,
        reason=parcel.reason or choices.reason,
        redacted_only=parcel.redacted_only,
        restricted=parcel.restricted,
        timestamps=choices.timestamps,
    )


def _beside(path: Path, parcel: Parcel) -> Path:
    """A free name for a further bundle. It does not say for whom: a folder may be read by others."""
    stem = f"{path.stem}-covered" if parcel.redacted_only else path.stem
    found, number = path.with_name(f"{stem}{path.suffix}"), 2
    while found.exists():
        found, number = path.with_name(f"{stem}-{number}{path.suffix}"), number + 1
    return found


def _counted(progress: ProgressCall | None, number: int, count: int) -> ProgressCall | None:
    """The progress of one of several bundles."""
    if progress is None or count == 1:
        return progress
    return lambda step: progress(
        replace(step, words=f"{step.words} ({number + 1} / {count})" if step.words else "")
    )


def role_of(concerns: str, *, to_head: bool = False) -> str:
    """The role in which somebody gets it on this route."""
    return policy.CHAIR if concerns == CHAIR and not to_head else policy.HEAD


def _make_folder(folder: Path) -> bool:
    """Whether the folder was made now."""
    if folder.is_dir():
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The folder {folder.name} could not be made ({error.strerror}). Nothing was sealed, "
            "and your vault is safe. Choose another folder."
        ) from error
    return True


def default_path(incident: str, now: datetime) -> Path:
    """`<Documents>/Evidence bundles/INC-004-2026-03-12.evidence`, with a number where that exists."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    folder = Path(documents or Path.home()) / "Evidence bundles"
    stem = f"{incident}-{now.astimezone():%Y-%m-%d}"
    path, number = folder / f"{stem}.evidence", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}.evidence", number + 1
    return path


def by_role(contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    """Contacts whose card says "head" first, then the chair's."""
    order = {Role.HEAD.value: 0, Role.CHAIR.value: 1}
    return tuple(sorted(contacts, key=lambda one: order.get(one.role, 2)))
