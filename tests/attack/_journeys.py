"""What people do, each a thing to interrupt; and what must be so afterwards, however it was interrupted.

A journey opens its vault, acts, says what was promised as soon as it was promised (`sealed`, `file` …), and
locks. `Examination` then looks at everything that lies there.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence_app import cli, workflows
from evidence_app.bundle import receipt as receipts
from evidence_app.bundle import unlocked
from evidence_app.capture.files import Found
from evidence_app.errors import EvidenceError, NotOurFileError, UsageError, WrongPassphraseError
from evidence_app.records import (
    Area,
    Cover,
    Decider,
    PageCapture,
    PageFile,
    Role,
    Said,
    Source,
    StopAnswer,
)
from evidence_app.vault import backup, check, drill, layout, vault
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Batch, Wanted
from tests import vaults
from tests.attack import _stage
from tests.attack._disk import Say
from tests.attack._stage import Stage, digest, every_exhibit, picture
from tests.vaults import PASSPHRASE

NEW = "another long quiet passphrase"
GONE = frozenset({"HXA/004"})
"""What a journey disposes of."""


class Refused(Exception):  # noqa: N818  (no error: what a person was told)
    """A command that said no: what it said, and its exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.message, self.code = message, code


Act = Callable[[Stage, Any, Say], None]


@dataclass(frozen=True)
class Journey:
    """`owner`: whose vault is open meanwhile; empty where the act opens what it needs (all commands do).

    `outputs`: the names that it may leave in the stage's folder.
    """

    name: str
    owner: str
    act: Act
    outputs: tuple[str, ...] = ()
    entire: bool = False
    """Whether opening and locking are attacked too: once is enough where they are the same."""

    def whole(self, stage: Stage, say: Say, mark: Callable[[], object] = lambda: None) -> None:
        """From opening to locking; `mark` is called when the vault is open and when the act is done."""
        if not self.owner:
            self.act(stage, None, say)
            return
        with stage.sample(self.owner).open() as opened:
            mark()
            self.act(stage, opened, say)
            say("entry", self.owner, opened.head[0], opened.head[1].hex())
            mark()

    @property
    def vaults(self) -> tuple[str, ...]:
        """Whose vaults it touches."""
        if self.owner:
            return (self.owner,)
        return ("ruth",) if self.name in {"cli receive", "cli receipt", "cli report"} else ("helen",)


# --- the acts ---------------------------------------------------------------------------------------


def _written(out: Path, say: Say) -> None:
    """Say what was written; the disk may have gone away by now, for us as for everybody."""
    with suppress(OSError):
        say("file", out.name, digest(out))


def _capture(_: Stage, opened: Vault, say: Say) -> None:
    for number in (20, 21):
        kept = workflows.keep(opened, picture(number), "INC-001")
        say("sealed", "helen", kept.number, kept.stored.sha256)


def _page(_: Stage, opened: Vault, say: Say) -> None:
    page = PageCapture(
        picture(30).png,
        (PageFile("page.mhtml", "multipart/related", b"From: <Saved>\r\n" * 50),),
        vaults.observed(),
    )
    kept = workflows.keep_page(opened, page, "INC-001")
    say("sealed", "helen", kept.number, kept.stored.sha256)


def _bring_in(stage: Stage, opened: Vault, say: Say) -> None:
    chosen = [Found(stage.folder / name) for name in ("letter.txt", "look.eml")]

    def told(_: int, one: workflows.Brought) -> None:
        if one.number:
            say("sealed", "helen", one.number, opened.read.exhibit(one.number).stored.sha256)

    for one in workflows.bring_in(opened, "INC-002", chosen, Batch(StopAnswer.NO), told=told):
        if one.outcome is workflows.Outcome.REFUSED:
            raise Refused(one.sentence, 70)


def _state(_: Stage, opened: Vault, say: Say) -> None:
    workflows.state(opened, "HXA/001", [Said("address", "https://chirrup.example/p/12", Source.PASTED)])
    say("entry", "helen", opened.head[0], opened.head[1].hex())
    workflows.state(opened, "INC-001", [Said("facts", "Three posts. " * 50, Source.TYPED)])


def _seal(stage: Stage, opened: Vault, say: Say) -> None:
    out = stage.folder / "new.evidence"
    workflows.seal_bundle(opened, Wanted("INC-002", contacts=opened.read.contacts()), out)
    _written(out, say)


def _receive(stage: Stage, opened: Vault, say: Say) -> None:
    row = workflows.receive(opened, stage.folder / "second.evidence").row
    say("received", row.reference, row.stored.sha256)


def _issue(stage: Stage, opened: Vault, say: Say) -> None:
    out = stage.folder / "new.evidence-receipt"
    workflows.issue_receipt(opened, stage.folder / "second.evidence", out)
    _written(out, say)


def _record_receipt(stage: Stage, opened: Vault, _: Say) -> None:
    workflows.record_receipt(opened, (stage.folder / "first.evidence-receipt").read_bytes())


def _forward(stage: Stage, opened: Vault, say: Say) -> None:
    out = stage.folder / "on.evidence"
    workflows.forward(opened, "1", contacts=opened.read.contacts(), out=out, reason="It is about me")
    _written(out, say)


def _unlocked_copy(stage: Stage, opened: Vault, _: Say) -> None:
    workflows.unlocked_copy_received(opened, "1", stage.folder / "for-the-police")


def _back_up(name: str) -> Act:
    def act(stage: Stage, opened: Vault, say: Say) -> None:
        report = backup.back_up(opened, stage.folder / name)
        say("backup", name, report.entries, report.link)

    return act


def _restore(stage: Stage, _: None, say: Say) -> None:
    made, _report = backup.restore(stage.folder / "backup", stage.folder / "back.evidence-vault", PASSPHRASE)
    with made:
        say("folder", "back.evidence-vault")


def _create(stage: Stage, _: None, say: Say) -> None:
    made, _words = vault.create(
        stage.folder / "new.evidence-vault",
        name="Tom Garrick",
        role=Role.STAFF,
        school="Larkmere Academy",
        passphrase=PASSPHRASE,
    )
    with made:
        say("folder", "new.evidence-vault")


def _passphrase(_: Stage, opened: Vault, say: Say) -> None:
    workflows.change_passphrase(opened, NEW)
    say("passphrase", NEW)


def _lock_away(_: Stage, opened: Vault, say: Say) -> None:
    workflows.lock_away(opened, "HXA/005", told=["Nadia Ellery"])
    say("away", "HXA/005")


def _dispose(_: Stage, opened: Vault, say: Say) -> None:
    workflows.dispose(
        opened, "HXA/004", decided_by="Mrs Ruth Calloway", decider=Decider.HEAD, second="Tom Garrick"
    )
    say("disposed", "HXA/004")


def _draft(_: Stage, opened: Vault, say: Say) -> None:
    for words in ("It began in", "It began in March."):
        opened.drafts.keep("describe", "HXA/001", [Said("facts", words, Source.TYPED)])
        say("draft", words)


def _cover(_: Stage, opened: Vault, say: Say) -> None:
    kept = workflows.cover(opened, "HXA/001", [Cover(Area(4, 4, 20, 10), "pupil_name")])
    say("sealed", "helen", kept.number, kept.stored.sha256)


def _check(_: Stage, opened: Vault, say: Say) -> None:
    problems = check.check(opened).problems
    say("checked", len(problems))


# --- the command line -------------------------------------------------------------------------------


def command(stage: Stage, *words: str) -> str:
    """Run a command in this process; its standard output. Raises `Refused` where it says no."""
    out, err = io.StringIO(), io.StringIO()
    with chdir(stage.folder), redirect_stdout(out), redirect_stderr(err):
        code = cli.run(words)
    if code:
        raise Refused(err.getvalue().removesuffix("\n"), code)
    return out.getvalue()


def _command(*words: str, file: str = "") -> Act:
    def act(stage: Stage, _: None, say: Say) -> None:
        command(stage, *words, "--passphrase-file", "passphrase")
        if file:
            _written(stage.folder / file, say)

    return act


H, R = "helen.evidence-vault", "ruth.evidence-vault"
JOURNEYS = (
    Journey("capture", "helen", _capture),
    Journey("page", "helen", _page),
    Journey("import", "helen", _bring_in),
    Journey("statement", "helen", _state, entire=True),
    Journey("seal", "helen", _seal, ("new.evidence",)),
    Journey("receive", "ruth", _receive),
    Journey("receipt", "ruth", _issue, ("new.evidence-receipt",)),
    Journey("receipt recorded", "helen", _record_receipt),
    Journey("forward", "ruth", _forward, ("on.evidence",)),
    Journey("unlocked copy", "ruth", _unlocked_copy, ("for-the-police",)),
    Journey("first backup", "helen", _back_up("fresh"), ("fresh",)),
    Journey("later backup", "helen", _back_up("backup")),
    Journey("restore", "", _restore, ("back.evidence-vault",)),
    Journey("create", "", _create, ("new.evidence-vault",)),
    Journey("passphrase", "helen", _passphrase),
    Journey("lock away", "helen", _lock_away),
    Journey("dispose", "helen", _dispose, entire=True),
    Journey("draft", "helen", _draft),
    Journey("cover", "helen", _cover),
    Journey("check", "helen", _check),
)
COMMANDS = (
    Journey("cli incident", "", _command("incident", "open", H, "--title", "Later posts")),
    Journey(
        "cli import", "", _command("import", H, "--incident", "2", "letter.txt", "--indecent-images", "no")
    ),
    Journey(
        "cli seal",
        "",
        _command(
            "seal",
            H,
            "--incident",
            "2",
            "--to",
            "Mrs Ruth Calloway",
            "-o",
            "new.evidence",
            file="new.evidence",
        ),
        ("new.evidence",),
    ),
    Journey("cli receive", "", _command("receive", R, "second.evidence")),
    Journey(
        "cli receipt",
        "",
        _command(
            *("receipt", "issue", R, "second.evidence", "-o", "new.evidence-receipt"),
            file="new.evidence-receipt",
        ),
        ("new.evidence-receipt",),
    ),
    Journey("cli receipt recorded", "", _command("receipt", "record", H, "first.evidence-receipt")),
    Journey("cli backup", "", _command("vault", "backup", H, "fresh"), ("fresh",)),
    Journey(
        "cli restore",
        "",
        _command("vault", "restore", "backup", "back.evidence-vault"),
        ("back.evidence-vault",),
    ),
    Journey(
        "cli original",
        "",
        _command("exhibit", "show", H, "HXA/001", "--original", "one.png", file="one.png"),
        ("one.png",),
    ),
    Journey(
        "cli card",
        "",
        _command("contact", "card", H, "-o", "me.evidence-contact", file="me.evidence-contact"),
        ("me.evidence-contact",),
    ),
    Journey(
        "cli report",
        "",
        _command("report", R, "RCV-001", "-o", "paper.pdf", file="paper.pdf"),
        ("paper.pdf",),
    ),
    Journey("cli check", "", _command("vault", "check", H)),
)


# --- afterwards -------------------------------------------------------------------------------------


@dataclass
class Examination:
    """Looks at a stage after a journey that was interrupted (`killed`) or refused. Raises nothing of its own.

    `told` are the lines that the journey said before its end, each a list that begins with its kind.
    """

    stage: Stage
    journey: Journey
    told: list[list[Any]]
    killed: bool

    def of(self, kind: str) -> list[list[Any]]:
        """What was said of this kind, without the word itself."""
        return [line[1:] for line in self.told if line[0] == kind]

    def problems(self) -> Iterator[str]:
        """Everything that is not as it has to be, in words."""
        yield from self._folder()
        for name in (*self.journey.outputs, "backup"):
            if (self.stage.folder / name).exists():
                yield from self._output(self.stage.folder / name)
        for who in self.journey.vaults:
            yield from self._vault(who)
        yield from self._next_act()

    def _folder(self) -> Iterator[str]:
        before = {"helen.evidence-vault", "ruth.evidence-vault", "passphrase", "new-passphrase", "backup"}
        before |= {"first.evidence", "second.evidence", "first.evidence-receipt", "letter.txt", "look.eml"}
        for name in sorted(self.stage.names() - before - set(self.journey.outputs)):
            if not (self.killed and name.startswith(".") and name.endswith(".part")):
                yield f"{name} lies about"
        for name, sha in self.of("file"):
            path = self.stage.folder / name
            if not path.is_file() or digest(path) != sha:
                yield f"{name} was written and is not there as it was"
        for (name,) in self.of("folder"):
            if not (self.stage.folder / name).is_dir():
                yield f"{name} was made and is not there"

    def _output(self, path: Path) -> Iterator[str]:
        try:
            match path.suffix:
                case ".evidence":
                    with self.stage.ruth.open() as ruth, self.stage.helen.open() as helen:
                        keys = [ruth.identity, helen.identity]
                        if not workflows.verify_alone(path, keys, ()).unchanged:
                            yield f"{path.name} is altered"
                case ".evidence-receipt":
                    receipts.read_receipt(path.read_bytes())
                case ".evidence-contact":
                    with self.stage.ruth.open() as ruth:
                        workflows.add_contact(ruth, path.read_bytes())
                case ".pdf":
                    data = path.read_bytes()
                    if not data.startswith(b"%PDF") or b"%%EOF" not in data[-20:]:
                        yield f"{path.name} is cut off"
                case ".evidence-vault":
                    with vault.unlock(path, PASSPHRASE) as opened:
                        yield from (f"{path.name}: {one}" for one in check.check(opened).problems)
                case _ if path.name == "for-the-police":
                    if not workflows.verify_alone(path / unlocked.FOLDER, [], ()).unchanged:
                        yield f"{path.name} is altered"
                case _ if path.is_dir():
                    yield from self._backup(path)
        except UsageError as error:
            if path.suffix != ".evidence-contact":
                yield f"{path.name}: {error}"
        except EvidenceError as error:
            yield f"{path.name} is not whole: {error}"

    def _backup(self, path: Path) -> Iterator[str]:
        promised = [(entries, link) for name, entries, link in self.of("backup") if name == path.name]
        try:
            report = drill.drill(path, self.stage.helen.identity)
        except NotOurFileError as error:
            if path.name == "backup" or promised:
                yield f"{path.name} is not whole: {error}"
            return
        if promised and (report.entries, report.link) != promised[-1]:
            yield f"{path.name} is not the one that was made"
        secrets = [PASSPHRASE, *(new for (new,) in self.of("passphrase"))]
        if not any(_opens(path, one) for one in secrets):
            yield f"{path.name}: no passphrase opens it"

    def _vault(self, who: str) -> Iterator[str]:
        sample, held = self.stage.sample(who), self.stage.held[who]
        try:
            with sample.open() as opened:
                if (opened.read.link(held.size) or b"").hex() != held.link:
                    yield f"{who}: the record of before is not there"
                for name, seq, link in self.of("entry"):
                    if name == who and (opened.read.link(seq) or b"").hex() != link:
                        yield f"{who}: entry {seq} was promised and is not there"
                yield from self._exhibits(who, opened)
                yield from (
                    f"{who}: {one.code} {one.where}: {one.message}" for one in check.check(opened).problems
                )
                if opened.objects.unfinished():
                    yield f"{who}: unfinished objects"
                if opened.objects.strangers():
                    yield f"{who}: stray files"
                if who == "helen":
                    yield from self._draft(opened)
                kept = workflows.keep(opened, picture(200), "INC-002") if who == "helen" else None
                if kept is not None and opened.objects.read(kept.stored) != picture(200).png:
                    yield f"{who}: the next capture is not what was captured"
        except EvidenceError as error:
            yield f"{who}: {type(error).__name__}: {error}"
        secrets = [PASSPHRASE, NEW] if not self.of("passphrase") else [NEW]
        if not any(_opens(sample.folder, one) for one in (secrets if who == "helen" else [PASSPHRASE])):
            yield f"{who}: the passphrase does not open it"

    def _exhibits(self, who: str, opened: Vault) -> Iterator[str]:
        found = {one.number: one for one in every_exhibit(opened)}
        promised = dict(self.stage.held[who].exhibits)
        promised |= {number: sha for name, number, sha in self.of("sealed") if name == who}
        for number, sha in promised.items():
            if self.journey.name == "dispose" and number in GONE:
                continue
            if number not in found:
                yield f"{who}: {number} was sealed and is not there"
            elif opened.is_locked_away(number):
                if self.journey.name != "lock away":
                    yield f"{who}: {number} is locked away"
            elif found[number].stored.sha256 != sha:
                yield f"{who}: {number} is another one"
            else:
                opened.objects.read(found[number].stored)  # raises where a byte differs
        numbers = [one.number for one in every_exhibit(opened)]
        if len(numbers) != len(set(numbers)):
            yield f"{who}: a number was given twice"
        if self.of("disposed") and "HXA/004" in found:
            yield f"{who}: HXA/004 was disposed of and is there"
        if who == "ruth":
            kept = {row.reference: row.stored.sha256 for row in opened.read.received()}
            yield from (f"ruth: {ref} is gone" for ref, sha in self.of("received") if kept.get(ref) != sha)
        if self.journey.name in {"receive", "cli receive"} and who == "ruth" and found:
            yield "ruth: what somebody sent came back as a capture"

    def _draft(self, opened: Vault) -> Iterator[str]:
        if self.journey.name == "draft":
            kept = opened.drafts.get("describe", "HXA/001")
            words = "" if kept is None else kept.said[0].value
            said = [words for (words,) in self.of("draft")]
            if words not in {"It began in March."} | ({"It began in"} if len(said) < 2 else set()) | (
                {""} if not said else set()
            ):
                yield f"helen: the draft is {words!r}"

    def _next_act(self) -> Iterator[str]:
        """The same once more: it works, or is there already."""
        with suppress(UsageError):
            try:
                for name in self.journey.outputs:
                    if (self.stage.folder / name).exists() and name != "fresh":
                        return
                if self.journey.owner:
                    self.journey.whole(self.stage, lambda *_: None)
                elif not self.of("passphrase"):
                    self.journey.act(self.stage, None, lambda *_: None)
            except (UsageError, Refused) as error:
                if getattr(error, "code", 64) != 64:
                    yield f"the same once more: {error}"
            except EvidenceError as error:
                yield f"the same once more: {type(error).__name__}: {error}"


def _opens(folder: Path, secret: str) -> bool:
    try:
        _stage.unlocked(folder, secret)
    except WrongPassphraseError:
        return False
    except EvidenceError:
        return False
    return (folder / layout.LEDGER).exists() or True
