"""Bundles, cards and receipts that somebody made to do harm, on the command line.

Each ends in one sentence and its exit code. Of a bundle that does not check only the file is kept, as it
came, with its verdict; of a card or receipt nothing is.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from evidence_app import workflows
from evidence_app.bundle import card, layout, receipt
from evidence_app.crypto.age import encrypt
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.errors import ExitCode
from evidence_app.records import Witnessed
from tests import bundles
from tests.bundles import Sender, opened, ruth, sign_again
from tests.commands import Answer, Stage, in_order, refused, work_of
from tests.tar_mutations import BLOCK, Files, Member, header, members, packed

pytest_plugins = ["tests.command_fixtures"]

ALTERED, CANNOT_OPEN, USAGE = ExitCode.ALTERED, ExitCode.CANNOT_OPEN, ExitCode.USAGE
BUNDLE, H, R = "INC-001.evidence", "helen.evidence-vault", "ruth.evidence-vault"
SECRET = ("--passphrase-file", "passphrase")
STRANGER = Sender("Mr Alan Thwaite", 66)


# --- bundles ----------------------------------------------------------------------------------------------


def with_member(name: str, kind: bytes = b"0", link: str = "", data: bytes = b"") -> Callable[[Files], bytes]:
    """The bundle with one member more at its end."""
    more = header(name, len(data), kind, link) + data.ljust(-(-len(data) // BLOCK) * BLOCK, b"\0")
    return lambda good: packed(good)[: -2 * BLOCK] + more + bytes(2 * BLOCK)


def with_size(text: bytes) -> Callable[[Files], bytes]:
    """Another size in the header of the fourth member, with the right checksum."""

    def made(good: Files) -> bytes:
        found: list[Member] = members(packed(good))
        found[3].put(124, text)
        return b"".join(one.head + one.body for one in found) + bytes(2 * BLOCK)

    return made


def with_file(name: str, data: bytes) -> Callable[[Files], bytes]:
    """Another file, with all lists made to fit and a signature of the stranger's."""
    return lambda good: packed(sign_again({**good, name: data}, STRANGER.key))


def nested(depth: int) -> bytes:
    return b'{"format":' + b"[" * depth + b"]" * depth + b"}\n"


DAMAGED = "damaged"
Bad = tuple[Callable[[Files], bytes], str, str]
HOSTILE: dict[str, dict[str, Bad]] = {
    "members": {
        "a symbolic link": (
            with_member("data/x", b"2", "/etc/passwd"),
            DAMAGED,
            "neither a file nor a folder",
        ),
        "a hard link": (with_member("data/x", b"1", "bagit.txt"), DAMAGED, "neither a file nor a folder"),
        "a device": (with_member("data/x", b"3"), DAMAGED, "neither a file nor a folder"),
        "a pipe": (with_member("data/x", b"6"), DAMAGED, "neither a file nor a folder"),
    },
    "names": {
        "absolute": (with_member("/etc/passwd", data=b"x"), DAMAGED, "lead out of its folder"),
        "upwards": (with_member("data/../../x", data=b"x"), DAMAGED, "lead out of its folder"),
        "the same twice": (with_member("bagit.txt", data=layout.BAGIT_CONTENT), DAMAGED, "the same name"),
        "two normal forms": (
            lambda good: packed({**good, "data/caf\u00e9": b"", "data/cafe\u0301": b""}),
            DAMAGED,
            "the same name",
        ),
        "a steering name": (with_member("data/\x1b[2J.txt"), DAMAGED, "lead out of its folder"),
    },
    "sizes": {
        "far too long": (with_size(b"77777777777\0"), DAMAGED, "larger than a bundle may be"),
        "too short": (with_size(b"00000000001\0"), DAMAGED, "something follows"),
        "no number": (with_size(b"-0000000001\0"), DAMAGED, "a number in a header"),
        "on the label": (
            lambda good: packed(
                {**good, layout.BAG_INFO: good[layout.BAG_INFO].replace(b"Oxum: ", b"Oxum: 9")}
            ),
            "altered",
            "bag-info.txt",
        ),
    },
    "counts": {
        "40,000 files": (
            lambda _: b"".join(header(f"data/{number}", 0) for number in range(40_000)) + bytes(2 * BLOCK),
            DAMAGED,
            "more than 31000 files",
        ),
        "3,000 files more": (
            lambda good: packed(good | {f"data/{number}": b"" for number in range(3000)}),
            "altered",
            "added afterwards",
        ),
        "a million entries and one": (
            with_file(layout.COMMITMENTS, (b"0" * 64 + b"\n") * 1_000_001),
            DAMAGED,
            "more than 1000000 entries",
        ),
    },
    "json": {
        "deep": (with_file(layout.INCIDENT, nested(100_000)), "altered", "incident.json"),
        "a little too deep": (with_file(layout.INCIDENT, nested(980)), "altered", "incident.json"),
        "deep in an entry": (
            with_file(
                layout.OPENED, json.dumps({"seq": 1, "salt": "", "body": "[" * 900_000}).encode() + b"\n"
            ),
            "altered",
            "opened entries",
        ),
        "a huge number": (
            with_file(layout.INCIDENT, b'{"format":' + b"9" * 900_000 + b"}"),
            "altered",
            "incident.json",
        ),
        "huge": (
            with_file(layout.INCIDENT, b'"' + bytes(33 * layout.MIB)),
            DAMAGED,
            "larger than a bundle may be",
        ),
    },
}


def each(stage: Stage) -> Iterator[Callable[..., Answer]]:
    """Ways to run a command: the first in a process of its own, all others here."""
    yield stage.run
    while True:
        yield stage.inside


def seal_for_ruth(stage: Stage, data: bytes) -> bytes:
    """A file that opens with Ruth's key, as `bad.evidence`."""
    sealed = encrypt(data, [stage.ruth.identity.recipient])
    (stage.folder / "bad.evidence").write_bytes(sealed)
    return sealed


@pytest.mark.parametrize("group", HOSTILE)
def test_of_a_hostile_bundle_only_the_file_is_kept(stage: Stage, group: str) -> None:
    good = opened(stage.bundle, stage.ruth.identity)
    with stage.ruth.open() as vault:
        entries, objects = len(work_of_open(vault)), set(vault.objects.ids())
    for (case, (make, state, says)), run in zip(HOSTILE[group].items(), each(stage), strict=False):
        sealed = seal_for_ruth(stage, make(good))
        answer = run("receive", R, "bad.evidence", *SECRET, "--json")
        assert answer.code == (CANNOT_OPEN if state == DAMAGED else ALTERED), (case, answer)
        assert answer.err == "", case
        assert answer.json["received"]["state"] == state, case
        told = [one["message"] for one in answer.json["problems"]]
        assert any(says in one for one in told), (case, told)
        assert all("\n" not in one and one.endswith(".") for one in told), (case, told)
        with stage.ruth.open() as vault:
            row = vault.read.received()[0]
            assert vault.objects.read(row.stored) == sealed, case
            entries, objects = entries + 1, objects | {row.stored.object_id}
            assert len(work_of_open(vault)) == entries, case
            assert set(vault.objects.ids()) == objects, case
    in_order(stage.ruth)


def work_of_open(vault: Any) -> list[str]:
    kinds = [one.kind.value for one in vault.read.entries(limit=1000)]
    return [kind for kind in kinds if not kind.startswith("vault.")]


def test_the_words_for_a_person_are_few(stage: Stage) -> None:
    """One sentence for the terminal, and nothing in it that the file chose."""
    good = opened(stage.bundle, stage.ruth.identity)
    make, _, says = HOSTILE["names"]["a steering name"]
    seal_for_ruth(stage, make(good))
    with stage.unharmed(stage.ruth):
        refused(stage.run("verify", "bad.evidence", "--vault", R, *SECRET), CANNOT_OPEN, says)
    words = stage.run("receive", R, "bad.evidence", *SECRET)
    assert (words.code, words.err) == (CANNOT_OPEN, "")
    assert words.out.startswith("This bundle is damaged. It could not be read to its end.\n")
    assert says in words.out
    assert "\x1b" not in words.out


def test_a_record_of_thousands_of_entries_is_no_trouble(stage: Stage) -> None:
    sender, reader = Sender("Tom Garrick", 5), ruth()
    reader.card = replace(reader.card, recipient=stage.ruth.identity.recipient.to_string())
    sender.open_incident()
    sender.capture("TXG/001", bundles.png(1))
    for number in range(4000):
        sender.state("TXG/001", note=f"Note {number}")
    bundles.sealed(sender, reader, stage.folder / "long.evidence")
    answer = stage.run("receive", R, "long.evidence", *SECRET, "--json")
    assert answer.code == ExitCode.SENDER_NOT_CONFIRMED
    assert (answer.json["unchanged"], answer.json["bundle"]["entries"]) == (True, 4003)
    in_order(stage.ruth)


LONG = "x" * 300


@pytest.mark.parametrize(
    "words",
    [
        ("verify", LONG, "--vault", R),
        ("receive", R, LONG),
        ("receive", R, f"{LONG}/y"),
        ("open", LONG, "copy", "--vault", R),
        ("receipt", "issue", R, LONG, "-o", "new"),
        ("receipt", "record", H, LONG),
        ("contact", "add", H, LONG),
        ("vault", "check", LONG),
    ],
    ids=lambda words: " ".join(words[:2]).replace(LONG, "").replace(R, ""),
)
def test_a_name_that_no_disk_has(stage: Stage, words: tuple[str, ...]) -> None:
    with stage.unharmed(stage.helen, stage.ruth):
        answer = stage.inside(*words, *SECRET)
        refused(answer, CANNOT_OPEN if words[0] == "vault" else USAGE)


@pytest.mark.parametrize(
    "words",
    [
        ("open", BUNDLE, LONG, "--vault", R),
        ("receipt", "issue", R, BUNDLE, "-o", LONG),
        ("seal", H, "--incident", "1", "--to", "Mrs Ruth Calloway", "-o", LONG),
        ("exhibit", "show", H, "1", "--original", LONG),
        ("vault", "create", LONG, "--name", "X Y", "--role", "staff"),
    ],
    ids=lambda words: " ".join(words[:2]).replace(BUNDLE, ""),
)
def test_a_name_that_cannot_be_written(stage: Stage, words: tuple[str, ...]) -> None:
    with stage.unharmed():
        refused(stage.inside(*words, *SECRET), ExitCode.FAILED, "too long")
    in_order(stage.helen)
    in_order(stage.ruth)


# --- cards ------------------------------------------------------------------------------------------------


def signed(line: dict[str, Any] | bytes, key: SigningKey, namespace: str) -> bytes:
    """A line under a good signature."""
    text = line if isinstance(line, bytes) else json.dumps(line, separators=(",", ":")).encode() + b"\n"
    return text + key.sign(text, namespace)


def bad_signatures(good: bytes, key: SigningKey, namespace: str) -> dict[str, tuple[bytes, ExitCode, str]]:
    """What a card and a receipt have in common; `good` is signed with `key`."""
    line, _, signature = good.partition(b"\n")
    line += b"\n"
    wrong = "its signature does not fit"
    stranger = Sender("X", 7).key
    return {
        "broken": (good.replace(signature[80:84], signature[84:88]), ALTERED, wrong),
        "of somebody else": (line + stranger.sign(line, namespace), ALTERED, wrong),
        "for something else": (line + key.sign(line, "evidence-ledger"), ALTERED, wrong),
        "of another text": (line + key.sign(line + b" ", namespace), ALTERED, wrong),
        "missing": (line, ALTERED, wrong),
        "cut off": (good[: len(line) // 2], CANNOT_OPEN, "not an Evidence"),
        "too long": (good + b"\n" * 17_000, CANNOT_OPEN, "not an Evidence"),
        "of something else": (b"\xff" * 900, CANNOT_OPEN, "not an Evidence"),
        "nothing": (b"", CANNOT_OPEN, "not an Evidence"),
        "newer": (signed(line.replace(b":1,", b":2,", 1), key, namespace), CANNOT_OPEN, "newer version"),
        "spelt another way": (
            signed(line.replace(b":", b": ", 3), key, namespace),
            ALTERED,
            "cannot be read",
        ),
        "deep": (
            signed(line[:-2] + b',"x":' + b"[" * 4000 + b"]" * 4000 + b"}\n", key, namespace),
            ALTERED,
            "be read",
        ),
    }


def test_cards_with_a_bad_signature(stage: Stage) -> None:
    good = card.make_card(STRANGER.card, STRANGER.key)
    cases = bad_signatures(good, STRANGER.key, layout.CONTACT_NAMESPACE)
    with stage.unharmed(stage.helen, adds=["bad"]):
        for (data, code, says), run in zip(cases.values(), each(stage), strict=False):
            (stage.folder / "bad").write_bytes(data)
            refused(run("contact", "add", H, "bad", *SECRET), code, says)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "Mrs Ruth \u202eyawollaC"}, "changes the direction of writing"),
        ({"name": "Mrs Ruth\u200fCalloway"}, "changes the direction of writing"),
        ({"name": unicodedata.normalize("NFD", "Zoë Garrick")}, "(NFC)"),
        ({"name": "Ruth\nCalloway"}, "cannot be printed"),
        ({"school": "\x1b[2J"}, "cannot be printed"),
        ({"role": "r" * 201}, "longer than 200"),
        ({"signing_key": "ssh-ed25519 AAAA"}, "cannot be read"),
        ({"recipient": "age1qqqq"}, "The key on the contact card"),
    ],
    ids=str,
)
def test_cards_that_say_what_no_card_may(stage: Stage, changes: dict[str, str], says: str) -> None:
    """The signature is good: who made the card wrote this into it."""
    line = json.loads(card.make_card(STRANGER.card, STRANGER.key).partition(b"\n")[0])
    data = signed(line | changes, STRANGER.key, layout.CONTACT_NAMESPACE)
    (stage.folder / "bad").write_bytes(data)
    with stage.unharmed(stage.helen):
        refused(stage.inside("contact", "add", H, "bad", *SECRET), ALTERED, says, "Nothing was added.")


def test_a_card_that_imitates_a_contact(stage: Stage) -> None:
    """It is added, not confirmed, beside the real one; the warning names that one. The words of the one
    never confirm the other."""
    false = Sender("H\u0435len Ashdown", 8)  # CYRILLIC SMALL LETTER IE
    (stage.folder / "false").write_bytes(card.make_card(false.card, false.key))
    words = " ".join(card.contact_of(false.card, bundles.NOON).words)
    answer = stage.ok("contact", "add", R, "false", *SECRET)
    assert "WARNING: this name looks like that of Helen Ashdown, but it is another key." in answer.out
    with stage.unharmed(stage.ruth):
        refused(
            stage.inside("contact", "confirm", R, "Helen Ashdown", "--fingerprint", words, *SECRET),
            USAGE,
            "These are not the eight words",
        )
        found = stage.inside("contact", "list", R, *SECRET, "--json").json["contacts"]
        assert {one["name"]: bool(one["confirmed_at"]) for one in found} == {
            "Helen Ashdown": True,
            "H\u0435len Ashdown": False,
        }


# --- receipts ---------------------------------------------------------------------------------------------


@pytest.fixture
def issued(stage: Stage) -> bytes:
    """Ruth's receipt for Helen's bundle."""
    with stage.ruth.open() as vault:
        workflows.issue_receipt(vault, stage.bundle, stage.folder / "good.evidence-receipt")
    return (stage.folder / "good.evidence-receipt").read_bytes()


def ruths_key(stage: Stage) -> SigningKey:
    with stage.ruth.open() as vault:
        return vault.signing_key


def test_receipts_with_a_bad_signature(stage: Stage, issued: bytes) -> None:
    cases = bad_signatures(issued, ruths_key(stage), layout.RECEIPT_NAMESPACE)
    with stage.unharmed(stage.helen, adds=["bad"]):
        for (data, code, says), run in zip(cases.values(), each(stage), strict=False):
            (stage.folder / "bad").write_bytes(data)
            refused(run("receipt", "record", H, "bad", *SECRET), code, says)


def test_receipts_that_are_good_and_do_not_belong_here(stage: Stage, issued: bytes) -> None:
    said, key = receipt.read_receipt(issued), ruths_key(stage)
    assert said.ledger is not None
    other = Witnessed(said.ledger.vault_id, said.ledger.size, bytes(32))
    cases: list[tuple[dict[str, Any], ExitCode, str]] = [
        (
            {"bundle_id": bundles.BUNDLE_ID, "ledger": Witnessed(bundles.VAULT_ID, 5, bytes(32))},
            USAGE,
            "not sealed in",
        ),
        ({"digest": "0" * 64}, USAGE, "other content"),
        ({"ledger": other}, ALTERED, "is not what it holds"),
    ]
    with stage.unharmed(stage.helen, adds=["bad"]):
        for changes, code, says in cases:
            (stage.folder / "bad").write_bytes(receipt.make_receipt(replace(said, **changes), key))
            refused(stage.inside("receipt", "record", H, "bad", *SECRET), code, says, "Nothing was recorded")


def test_a_receipt_by_a_stranger_is_kept_as_that(stage: Stage, issued: bytes) -> None:
    """Properly made, under Ruth's name, by a key that Helen does not know."""
    said = replace(receipt.read_receipt(issued), signing_key=STRANGER.key.public_key)
    (stage.folder / "foreign").write_bytes(receipt.make_receipt(said, STRANGER.key))
    before = work_of(stage.helen)
    answer = stage.ok("receipt", "record", H, "foreign", *SECRET)
    assert "somebody you do not know, who gives the name Mrs Ruth Calloway" in answer.out
    assert [kind for kind, _ in work_of(stage.helen)[len(before) :]] == ["receipt.recorded"]
    in_order(stage.helen)
