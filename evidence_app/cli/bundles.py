"""`seal` and `verify`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from evidence_app import disk, workflows
from evidence_app.bundle import sentences
from evidence_app.cli.papers import VerdictFile, failure_on_paper, must_be_new
from evidence_app.cli.shared import (
    AsJson,
    IncidentRef,
    Output,
    PassphraseFile,
    VaultPath,
    counted,
    opened,
    progress_bar,
    put,
    read_secret,
    stderr,
)
from evidence_app.crypto.age import Identity, Passphrase, identities_from_text
from evidence_app.errors import DamagedError, EvidenceError, IntegrityError, UsageError
from evidence_app.records import (
    Consistency,
    Contact,
    Dated,
    Differs,
    ProgressCall,
    ReceivedRow,
    SeenLedger,
    SenderStatus,
    Verdict,
)
from evidence_app.vault.vault import Vault

app = typer.Typer()

_RECEIVED = re.compile(r"RCV-[0-9]{1,9}", re.IGNORECASE | re.ASCII)


@app.command("seal")
def seal_command(
    vault: VaultPath,
    incident: IncidentRef,
    out: Output,
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="NAME", help="A contact; may be repeated.")
    ] = None,
    to_passphrase_file: Annotated[str | None, typer.Option("--to-passphrase-file", metavar="F")] = None,
    asks: Annotated[str, typer.Option("--asks", help="What you would like to happen.")] = "",
    redacted_only: Annotated[
        bool, typer.Option("--redacted-only", help="Covered copies only, and nothing of their originals.")
    ] = False,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", metavar="NAME=CODE", help="Which role somebody has, such as chair."),
    ] = None,
    reason: Annotated[
        str,
        typer.Option("--reason", help="Why, where the policy warns or with --include. It stays with you."),
    ] = "",
    include: Annotated[
        list[str] | None,
        typer.Option("--include", metavar="FIELD", help="A restricted field to include, with --reason."),
    ] = None,
    timestamp: Annotated[
        list[str] | None,
        typer.Option(
            "--timestamp", metavar="URL", help="Ask this service (RFC 3161) for the time; may be repeated."
        ),
    ] = None,
    in_parts: Annotated[
        bool,
        typer.Option("--in-parts", help="Several bundles that each fit into an email."),
    ] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Seal an incident into a bundle that only the chosen people can open."""
    if bool(to) == (to_passphrase_file is not None):
        raise UsageError("Give --to NAME or --to-passphrase-file F, not both. Nothing was sealed.")
    secret = None if to_passphrase_file is None else read_secret(to_passphrase_file, "bundle's passphrase")
    with opened(vault, passphrase_file) as held, progress_bar("Sealing") as step:
        contacts = tuple(held.read.contact(name) for name in to or ())
        wanted = workflows.Wanted(
            incident,
            contacts=contacts,
            passphrase=secret,
            asks=asks,
            roles=roles_given(held, contacts, role or ()),
            reason=reason,
            redacted_only=redacted_only,
            restricted=frozenset(include or ()),
            timestamps=workflows.services_of(timestamp or ()),
        )
        parts = workflows.in_parts(held, wanted) if in_parts else (wanted,)
        files = [workflows.part_name(out, at, len(parts)) for at in range(1, len(parts) + 1)]
        sealed = [
            workflows.seal_bundle(held, part, file, step) for part, file in zip(parts, files, strict=True)
        ]
    for problem in dict.fromkeys(one.not_dated for one in sealed if one.not_dated):
        stderr.print(problem, markup=False)
    notes = workflows.sending_notes(max(one.size for one in sealed), with_passphrase=secret is not None)
    people = [contact.name for contact in contacts]
    whom = f"for {', '.join(dict.fromkeys(people))}" if people else "with a passphrase"
    lines = [
        f"Sealed {counted(one.exhibits, 'exhibit')} {whom} into {file}. Words: {' '.join(one.words)}"
        for one, file in zip(sealed, files, strict=True)
    ]
    answers = [
        {
            "path": str(file),
            "bundle": one.bundle_id,
            "size": one.size,
            "files": one.files,
            "exhibits": one.exhibits,
            "digest": one.digest,
            "words": " ".join(one.words),
            "sealed_at": one.sealed_at.isoformat(),
            "sealed_for": people,
            "dated": dated_json(one.dated),
        }
        for one, file in zip(sealed, files, strict=True)
    ]
    put(
        as_json,
        answers[0] | {"notes": list(notes)} | ({"parts": answers} if in_parts else {}),
        "\n".join([*lines, *notes]),
    )


def roles_given(held: Vault, contacts: Sequence[Contact], given: Sequence[str]) -> tuple[str, ...]:
    """The codes of `--role` in the order of the contacts; alone it is that of who has the passphrase."""
    found: dict[bytes, str] = {}
    for text in given:
        name, equals, code = text.rpartition("=")
        if not equals and not contacts:
            return (code.strip(),)
        contact = held.read.contact(name)
        if contact.signing_key not in {one.signing_key for one in contacts}:
            raise UsageError(f"{contact.name} is not among those it is for. Nothing was sealed.")
        found[contact.signing_key] = code.strip()
    return tuple(found.get(one.signing_key, "") for one in contacts)


def dated_json(dated: Dated | None) -> dict[str, object] | None:
    return None if dated is None else {"by": dated.by, "at": dated.at.isoformat()}


def verdict_json(verdict: Verdict) -> dict[str, object]:
    banner, below = sentences.describe(verdict)
    facts = verdict.facts
    return {
        "unchanged": verdict.unchanged,
        "sender": verdict.sender.value,
        "dated": dated_json(verdict.dated),
        "consistent": verdict.consistent.value,
        "differs": None if verdict.differs is None else _differs_json(verdict.differs),
        "exhibits": [{"number": one.number, "unchanged": one.unchanged} for one in verdict.exhibits],
        "problems": [
            {"code": one.code, "where": one.where, "message": one.message} for one in verdict.problems
        ],
        "sentence": f"{banner} {below}",
        "checks": [
            {"code": one.code, "passed": one.passed, "title": one.title, "summary": one.summary}
            for one in verdict.checks
        ],
        "bundle": None
        if facts is None
        else {
            "id": facts.bundle_id,
            "incident": facts.incident_reference,
            "title": facts.incident_title,
            "sender": facts.sender_name,
            "sender_words": " ".join(facts.sender_words),
            "digest": facts.digest,
            "words": " ".join(facts.words),
            "entries": facts.entries,
        },
    }


def _differs_json(differs: Differs) -> dict[str, object]:
    def seen(one: SeenLedger | None) -> dict[str, object] | None:
        return None if one is None else {"entries": one.size, "seen_at": one.seen_at.isoformat()}

    return {"first": seen(differs.first), "agrees": seen(differs.agrees)}


def verdict_words(verdict: Verdict) -> str:
    marks = {True: "passed", False: "FAILED", None: "none"}
    lines = list(sentences.describe(verdict))
    lines += [f"  {marks[one.passed]:>6}  {one.title}. {one.summary}" for one in verdict.checks]
    lines += [f"  {one.where}: {one.message}" for one in verdict.problems]
    return "\n".join([*lines, sentences.LIMIT])


BundlePath = Annotated[Path, typer.Argument(metavar="PATH", help="A bundle, its opened tar or folder.")]
ReaderVault = Annotated[Path | None, typer.Option("--vault", metavar="VAULT")]
KeyFile = Annotated[Path | None, typer.Option("--identity", metavar="FILE", help="An age key file.")]
BundlePassphraseFile = Annotated[str | None, typer.Option("--bundle-passphrase-file", metavar="F")]
Trusted = Annotated[list[Path] | None, typer.Option("--trust", metavar="CONTACT")]


def check_choice(path: Path, *ways: object) -> None:
    """That there is something to open, and one way at most."""
    if not disk.exists(path):
        raise UsageError(f"There is nothing at {path}. Nothing was changed. Check the name.")
    if sum(way is not None for way in ways) > 1:
        raise UsageError(
            "Choose one of --vault, --identity and --bundle-passphrase-file. Nothing was checked."
        )


def kept_reference(path: Path, vault: Path | None, trust: list[Path] | None = None) -> str | None:
    """The reference of a received bundle, where that is given in the place of a file; `UsageError` with
    cards to trust: what a vault keeps is checked with its own contacts."""
    if vault is None or not _RECEIVED.fullmatch(str(path)) or disk.exists(path):
        return None
    if trust:
        raise UsageError("--trust is for files. Nothing was checked. Confirm the contact in your vault.")
    return str(path)


def given_keys(identity: Path | None, bundle_passphrase_file: str | None) -> list[Identity | Passphrase]:
    """What opens a bundle where no vault is used; raises `UsageError`."""
    keys: list[Identity | Passphrase] = []
    if identity is not None:
        keys += identities_from_text(workflows.read_text_file(identity))
    if bundle_passphrase_file is not None:
        keys.append(Passphrase(read_secret(bundle_passphrase_file, "bundle's passphrase")))
    return keys


@app.command("verify")
def verify_command(
    path: BundlePath,
    vault: ReaderVault = None,
    identity: KeyFile = None,
    bundle_passphrase_file: BundlePassphraseFile = None,
    trust: Trusted = None,
    report: VerdictFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Check a bundle: unchanged? sealed by whom? dated by whom? consistent with earlier ones?

    With --vault, PATH may be the reference of a received bundle, such as RCV-001.
    """
    kept = kept_reference(path, vault, trust)
    if kept is None:
        check_choice(path, vault, identity, bundle_passphrase_file)
    must_be_new(report)
    contacts = workflows.trust_cards(trust or [])
    keys = given_keys(identity, bundle_passphrase_file)
    with ExitStack() as stack:
        held = None if vault is None else stack.enter_context(readers_vault(vault, passphrase_file))
        owner, row = (None, None) if held is None else (held.owner, _kept_row(held, kept))
        with _damage_told(as_json), failure_on_paper(report, path, owner, row), _bar() as step:
            if held is None:
                verdict = workflows.verify_alone(path, keys, contacts, step)
            elif kept is None:
                verdict = workflows.verify_with_vault(held, path, step, contacts)
            else:
                verdict = workflows.check_received(held, kept, step, keys)
    put(as_json, verdict_json(verdict), verdict_words(verdict))
    if report is not None:
        workflows.save_verdict_report(report, verdict, path, by=owner, row=row)
    raise typer.Exit(sentences.exit_code(verdict))


def _kept_row(held: Vault, kept: str | None) -> ReceivedRow | None:
    return None if kept is None else held.read.received_bundle(kept)


def _bar() -> AbstractContextManager[ProgressCall]:
    return progress_bar("Checking the bundle")


@contextmanager
def _damage_told(as_json: bool) -> Iterator[None]:
    """A bundle that cannot be read to its end still gets its JSON."""
    try:
        yield
    except DamagedError as error:
        if as_json:
            put(True, damaged_json(error), "")
        raise


@contextmanager
def readers_vault(path: Path, passphrase_file: str | None) -> Iterator[Vault]:
    """The reader's vault, open; that it does not check must not look as if the bundle were altered."""
    try:
        held = opened(path, passphrase_file)
    except IntegrityError as error:
        raise DamagedError(f"{error.message} The bundle was not checked.") from error
    with held:
        yield held


def damaged_json(error: EvidenceError, code: str = "damaged") -> dict[str, object]:
    """The same shape as a verdict, for a bundle that could not be read to its end."""
    return {
        "unchanged": False,
        "sender": SenderStatus.UNKNOWN.value,
        "dated": None,
        "consistent": Consistency.UNKNOWN.value,
        "exhibits": [],
        "problems": [{"code": code, "where": "", "message": error.message}],
    }
