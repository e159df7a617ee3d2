"""The unlocked copy for police: the opened bundle, and beside it how to check it without this program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from evidence_app.bundle import layout, sentences
from evidence_app.bundle.dates import day_and_time
from evidence_app.bundle.extract import extract, new_folder
from evidence_app.bundle.readme import PRINCIPAL
from evidence_app.bundle.sources import Source
from evidence_app.bundle.text import shown_name
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.crypto.sshsig import allowed_signers_line
from evidence_app.errors import LockedAwayError, UsageError
from evidence_app.ledger import CHECKPOINT_NAMESPACE
from evidence_app.records import BundleFacts, ProgressCall, SenderStatus, Trust, Verdict

FOLDER: Final = "bundle"
README: Final = "README.txt"
SIGNERS: Final = "allowed_signers"


def unlock(
    source: Source,
    identities: Sequence[Identity | Passphrase],
    out_dir: Path,
    progress: ProgressCall | None = None,
    trust: Trust | None = None,
    before_publish: Callable[[Verdict], object] | None = None,
    never: frozenset[str] = frozenset(),
) -> Verdict:
    """Make `out_dir`, which must not exist, with the opened bundle, `README.txt` and the sender's key.

    The bundle has a folder of its own, so that it still checks as a bundle. `before_publish` is called
    when all of it is written, still under a hidden name: the place to record the act. On any error nothing
    stays behind. Raises what `extract` raises: an altered bundle is not written; and `LockedAwayError` where
    a file in it has one of the digests (SHA-256, hex) in `never`.
    """
    with new_folder(out_dir) as temporary:
        verdict = extract(source, identities, temporary / FOLDER, progress, trust)
        if verdict.facts is None:
            raise UsageError("This bundle does not say who sealed it. Nothing was written.")
        manifest = (temporary / FOLDER / layout.MANIFEST).read_text("utf-8")
        if never & {line[:64] for line in manifest.split("\n")}:
            raise LockedAwayError
        (temporary / README).write_bytes(readme(verdict, verdict.facts))
        (temporary / SIGNERS).write_bytes(_signer(verdict.facts).encode("ascii") + b"\n")
        if before_publish is not None:
            before_publish(verdict)
    return verdict


def _signer(facts: BundleFacts) -> str:
    return allowed_signers_line(PRINCIPAL, facts.sender_key, (layout.BUNDLE_NAMESPACE, CHECKPOINT_NAMESPACE))


def readme(verdict: Verdict, facts: BundleFacts) -> bytes:
    """How to check the copy, three commands for each system; UTF-8 with LF line ends."""
    lists = f"{layout.TAG_MANIFEST} {layout.MANIFEST}"
    seal = _verify(layout.BUNDLE_NAMESPACE, layout.SIGNATURE, layout.TAG_MANIFEST)
    record = _verify(CHECKPOINT_NAMESPACE, layout.CHECKPOINT_SIGNATURE, layout.CHECKPOINT)
    each = (
        f'for /f "tokens=1,*" %a in ({lists}) do @certutil -hashfile "%b" SHA256 | '
        "findstr /i /c:%a >nul && (echo %b: OK) || (echo %b: FAILED)"
    )
    whose = {
        SenderStatus.CONFIRMED: "Whoever made this copy had confirmed this key in person or by telephone.",
        SenderStatus.KNOWN: "Whoever made this copy had NOT confirmed whose key this is.",
        SenderStatus.UNKNOWN: "Whoever made this copy did NOT know whose key this is.",
    }[verdict.sender]
    school = f", {facts.sender_school}" if facts.sender_school else ""
    return f"""AN UNLOCKED COPY OF A BUNDLE OF EVIDENCE

Incident:   {facts.incident_reference}, {shown_name(facts.incident_title)}
Sealed by:  {facts.sender_name}{school} (so the bundle says)
Bundle:     {facts.bundle_id}
Copied:     {day_and_time(verdict.checked_at)}. Every file was checked on the way.

This copy is not encrypted. Keep it as you keep the exhibits themselves.
The exhibits are in {FOLDER}/data/exhibits, untouched, each with what was observed (observed.json) and
what people stated (stated.json). Nothing may be added to the folder "{FOLDER}": it has its own lists.
{FOLDER}/data/README.txt says more. First go into the folder:

    cd {FOLDER}


LINUX: every file as it was sealed; the seal; the chain of records

    sha256sum -c {lists}
    {seal}
    {record}


MACOS

    shasum -a 256 -c {lists}
    {seal}
    {record}


WINDOWS, in cmd (not PowerShell)

    {each}
    {seal}
    {record}


The lists do not show a file that was ADDED: compare what is there with {layout.MANIFEST}.
With the program Evidence, one command does all of it, and more:

    evidence-app verify {FOLDER}


WHOSE SEAL IT IS

The key is in the file {SIGNERS}. It came with the bundle, so by itself it says nothing about WHO
sealed it. {whose}
Ask the sender in person, or on a number that you already have, to read out:

    {facts.sender_fingerprint}
    {" ".join(facts.sender_words)}


WHAT SUCH A CHECK DOES NOT SHOW

{sentences.LIMIT}
The times are those of the sender's computer.
""".encode()


def _verify(namespace: str, signature: str, text: str) -> str:
    return f"ssh-keygen -Y verify -f ../{SIGNERS} -I {PRINCIPAL} -n {namespace} -s {signature} < {text}"
