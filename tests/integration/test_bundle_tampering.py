"""Every way to change an opened bundle: each is caught and named.

Through the real reader, on a folder, a tar or a sealed file. What the sender could do, who holds the key,
stands in tests/unit/bundle/test_signed_again.py.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from evidence_app.bundle import extract, layout, read, sentences
from evidence_app.bundle.card import make_card
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import encrypt
from evidence_app.errors import DamagedError, ExitCode, NewerFormatError, NotOurFileError
from evidence_app.ledger import chain
from evidence_app.records import Consistency, SeenLedger, SenderStatus, Trust, Verdict
from tests import bundles
from tests.bundles import Sender, as_folder, as_tar, helen, png, ruth, sign_again

HELEN, RUTH = helen(), ruth()
NUMBERS = ("HXA/001", "HXA/002", "HXA/003")
NAMES = sorted(
    {
        *layout.REQUIRED,
        *(f"{layout.folder(n)}/{file}" for n in NUMBERS for file in bundles.FILES_OF_AN_EXHIBIT),
    }
)
DATA = [name for name in NAMES if name.startswith("data/")]
PICTURE = "data/exhibits/HXA-002/original.png"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Files:
    out = tmp_path_factory.mktemp("bundle") / "INC-001.evidence"
    bundles.sealed(HELEN, RUTH, out)
    return bundles.opened(out, RUTH.identity)


def trust(**other: Any) -> Trust:
    return Trust(contacts=(HELEN.contact(),), seen=(), recipient=RUTH.card.recipient, **other)


def check(files: Files, folder: Path, trusted: Trust | None = None) -> Verdict:
    return read.verify(as_folder(files, folder / "opened"), [], trusted or trust())


def altered(files: Files, folder: Path) -> Verdict:
    """The verdict on an altered bundle; what it says must fit itself."""
    with pytest.raises(Altered) as caught:
        check(files, folder)
    verdict = caught.value.verdict
    assert caught.value.exit_code is ExitCode.ALTERED
    assert sentences.exit_code(verdict) is ExitCode.ALTERED
    assert verdict.unchanged is False
    assert verdict.problems
    assert any(line.passed is False for line in verdict.checks)
    assert sentences.describe(verdict)[0].startswith("This bundle has been altered. ")
    return verdict


def found(verdict: Verdict) -> set[tuple[str, str]]:
    return {(problem.code, problem.where) for problem in verdict.problems}


def codes(verdict: Verdict) -> set[str]:
    return {problem.code for problem in verdict.problems}


def changed_exhibits(verdict: Verdict) -> list[str]:
    return [exhibit.number for exhibit in verdict.exhibits if not exhibit.unchanged]


def where(name: str) -> str:
    place = layout.place(name)
    assert place is not None
    return place.number or name


def flipped(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_the_untouched_bundle_is_unchanged(good: Files, tmp_path: Path) -> None:
    assert sorted(good) == NAMES
    verdict = check(good, tmp_path)
    assert verdict.unchanged
    assert verdict.problems == ()
    assert verdict.sender is SenderStatus.CONFIRMED
    assert verdict.consistent is Consistency.FIRST
    assert [one.number for one in verdict.exhibits] == list(NUMBERS)
    assert all(one.unchanged and one.kind == "screenshot" for one in verdict.exhibits)
    assert sentences.exit_code(verdict) is ExitCode.OK


# --- by somebody without the sender's key -----------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_byte(good: Files, tmp_path: Path, name: str) -> None:
    verdict = altered(good | {name: flipped(good[name])}, tmp_path)
    if name in (layout.TAG_MANIFEST, layout.SIGNATURE):
        assert ("signature-broken", layout.SIGNATURE) in found(verdict)
    else:
        assert ("file-changed", where(name)) in found(verdict)
        problem = next(one for one in verdict.problems if one.code == "file-changed")
        assert len(problem.expected) == len(problem.found) == 64
        assert problem.expected == bundles.digests(good)[name] != problem.found
    if name == layout.OPENED:
        return  # whether an exhibit has lost its record depends on which entry the byte belongs to
    number = where(name) if "exhibits" in name else None
    assert changed_exhibits(verdict) == ([number] if number else [])


@pytest.mark.parametrize("name", NAMES)
def test_one_byte_more(good: Files, tmp_path: Path, name: str) -> None:
    altered(good | {name: good[name] + b"\n"}, tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_emptied(good: Files, tmp_path: Path, name: str) -> None:
    altered(good | {name: b""}, tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_one_removed_file(good: Files, tmp_path: Path, name: str) -> None:
    verdict = altered({n: data for n, data in good.items() if n != name}, tmp_path)
    assert ("missing-file", where(name)) in found(verdict)
    assert changed_exhibits(verdict) == ([where(name)] if "exhibits" in name else [])


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        ".hidden",
        "data/notes.txt",
        "data/exhibits/HXA-001/.DS_Store",
        "data/exhibits/HXA-001/original.exe.png",
        "data/exhibits/HXA-004/original.png",
        "data/exhibits/HXA-001/original.jpg",
        "data/ledger/more.txt",
        "data/report.pdf",
        "data/exhibits/HXA-001/deep/er/still.txt",
        "tagmanifest-md5.txt",
        "fetch.txt",
        "BAGIT.TXT",
    ],
)
def test_one_added_file(good: Files, tmp_path: Path, name: str) -> None:
    verdict = altered({**good, name: b"added"}, tmp_path)
    assert "extra-file" in codes(verdict)
    named = " ".join(problem.where + " " + problem.message for problem in verdict.problems)
    place = layout.place(name)
    # A folder that is too deep is named itself; nothing in it is looked at.
    assert (place.number if place and place.number else name.removesuffix("/still.txt")) in named


@pytest.mark.parametrize("other", [n for n in NAMES if n != PICTURE])
def test_two_swapped_files(good: Files, tmp_path: Path, other: str) -> None:
    verdict = altered({**good, PICTURE: good[other], other: good[PICTURE]}, tmp_path)
    assert ("file-changed", "HXA/002") in found(verdict) or other == layout.MANIFEST
    assert "HXA/002" in changed_exhibits(verdict)


def test_two_pictures_swapped_names_both(good: Files, tmp_path: Path) -> None:
    other = "data/exhibits/HXA-003/original.png"
    verdict = altered({**good, PICTURE: good[other], other: good[PICTURE]}, tmp_path)
    assert found(verdict) == {("file-changed", "HXA/002"), ("file-changed", "HXA/003")}
    assert changed_exhibits(verdict) == ["HXA/002", "HXA/003"]
    assert sentences.describe(verdict)[0].endswith("HXA/002 and HXA/003 are not as they were sealed.")


def test_the_banner_names_the_screenshot(good: Files, tmp_path: Path) -> None:
    verdict = altered({**good, PICTURE: png(99)}, tmp_path)
    assert sentences.describe(verdict)[0] == (
        "This bundle has been altered. The screenshot HXA/002 is not the one that was sealed."
    )
    assert [one.unchanged for one in verdict.exhibits] == [True, False, True]
    assert {line.code: line.passed for line in verdict.checks} == {
        "seal": True,
        "files": False,
        "record": True,
        "time": None,
        "sender": True,
        "earlier": None,
    }


def test_signed_again_with_another_key(good: Files, tmp_path: Path) -> None:
    verdict = altered(sign_again({**good, PICTURE: png(99)}, Sender("Mallory", 66).key), tmp_path)
    assert ("signature-other-key", layout.SIGNATURE) in found(verdict)
    assert ("exhibit-differs", "HXA/002") in found(verdict)
    assert verdict.sender is SenderStatus.UNKNOWN


def test_card_replaced_as_well(good: Files, tmp_path: Path) -> None:
    stranger = Sender("Helen Ashdown", 66)
    card = make_card(stranger.card, stranger.key)
    verdict = altered(sign_again({**good, layout.CARD: card}, stranger.key), tmp_path)
    assert "checkpoint-other-key" in codes(verdict)
    assert "vault-differs" in codes(verdict)


@pytest.mark.parametrize("number", [66, 1], ids=["stranger", "sender"])
def test_only_a_known_key_or_a_whole_record_vouches_for_an_exhibit(
    good: Files, tmp_path: Path, number: int
) -> None:
    """The record is made unreadable and everything around it signed anew: by a stranger, it vouches for
    no picture; by the key of a contact, it does."""
    key = Sender("Helen Ashdown", number).key
    card = make_card(Sender("Helen Ashdown", number).card, key)
    checkpoint = key.sign(good[layout.CHECKPOINT], "evidence-ledger")
    files = {**good, PICTURE: png(99), layout.OPENED: b"?\n", layout.CARD: card}
    files[layout.CHECKPOINT_SIGNATURE] = checkpoint
    verdict = altered(sign_again(files, key), tmp_path)
    assert "opened-broken" in codes(verdict)
    assert changed_exhibits(verdict) == (list(NUMBERS) if number == 66 else [])


def test_signature_and_lists_removed(good: Files, tmp_path: Path) -> None:
    gone = {layout.SIGNATURE, layout.TAG_MANIFEST}
    verdict = altered({n: d for n, d in good.items() if n not in gone} | {PICTURE: png(99)}, tmp_path)
    assert {("missing-file", name) for name in gone} <= found(verdict)
    assert changed_exhibits(verdict) == ["HXA/002"]


def test_manifest_rewritten_around_another_picture(good: Files, tmp_path: Path) -> None:
    """Who changes the list as well is caught by the tag manifest, and the ledger names the exhibit."""
    made = sign_again({**good, PICTURE: png(99)}, HELEN.key)
    files = {**good, PICTURE: png(99), layout.MANIFEST: made[layout.MANIFEST]}
    verdict = altered(files, tmp_path)
    assert ("file-changed", layout.MANIFEST) in found(verdict)
    assert ("exhibit-differs", "HXA/002") in found(verdict)
    assert changed_exhibits(verdict) == ["HXA/002"]


def test_a_changed_list_does_not_accuse_an_exhibit(good: Files, tmp_path: Path) -> None:
    """A digit changed in the list: the picture is still the one in the ledger."""
    lines = good[layout.MANIFEST].decode().splitlines(keepends=True)
    lines = [("0" if line[0] != "0" else "1") + line[1:] if PICTURE in line else line for line in lines]
    verdict = altered({**good, layout.MANIFEST: "".join(lines).encode()}, tmp_path)
    assert found(verdict) == {("file-changed", layout.MANIFEST)}
    assert changed_exhibits(verdict) == []


def test_a_signature_from_another_bundle_of_the_sender(good: Files, tmp_path: Path) -> None:
    other = sign_again(good | {PICTURE: png(99)}, HELEN.key)
    assert "signature-broken" in codes(altered(good | {layout.SIGNATURE: other[layout.SIGNATURE]}, tmp_path))


def test_the_checkpoint_signature_is_no_bundle_signature(good: Files, tmp_path: Path) -> None:
    """A signature holds for one purpose only."""
    stolen = HELEN.key.sign(good[layout.TAG_MANIFEST], "evidence-ledger")
    assert "signature-broken" in codes(altered(good | {layout.SIGNATURE: stolen}, tmp_path))


def test_a_link_in_the_folder(good: Files, tmp_path: Path) -> None:
    folder = as_folder(good, tmp_path / "opened")
    target = tmp_path / "elsewhere.png"
    target.write_bytes(good[PICTURE])
    (folder / PICTURE).unlink()
    (folder / PICTURE).symlink_to(target)
    with pytest.raises(Altered) as caught:
        read.verify(folder, [], trust())
    assert ("not-a-file", PICTURE) in found(caught.value.verdict)
    assert ("missing-file", "HXA/002") in found(caught.value.verdict)


def test_a_linked_folder_and_a_pipe(good: Files, tmp_path: Path) -> None:
    folder = as_folder(good, tmp_path / "opened")
    (folder / "data" / "more").symlink_to(tmp_path)
    os.mkfifo(folder / "data" / "pipe")
    with pytest.raises(Altered) as caught:
        read.verify(folder, [], trust())
    assert {("not-a-file", "data/more"), ("not-a-file", "data/pipe")} <= found(caught.value.verdict)


def test_names_that_are_not_utf8_are_shown_safely(good: Files, tmp_path: Path) -> None:
    folder = as_folder(good, tmp_path / "opened")
    (Path(os.fsdecode(os.fsencode(folder) + b"/data/\xff\xe2\x80\xaex.png"))).write_bytes(b"?")
    with pytest.raises(Altered) as caught:
        read.verify(folder, [], trust())
    problem = next(one for one in caught.value.verdict.problems if one.code == "extra-file")
    assert problem.message.isprintable()


def test_any_order_of_the_files(good: Files, tmp_path: Path) -> None:
    names = list(good)
    for seed in range(5):
        random.Random(seed).shuffle(names)
        path = tmp_path / f"{seed}.tar"
        path.write_bytes(as_tar({name: good[name] for name in names}))
        assert read.verify(path, [], trust()).unchanged


def test_an_altered_tar_and_an_altered_sealed_file(good: Files, tmp_path: Path) -> None:
    data = as_tar({**good, PICTURE: png(99)})
    (tmp_path / "a.tar").write_bytes(data)
    (tmp_path / "a.evidence").write_bytes(encrypt(data, [RUTH.identity.recipient]))
    for name in ("a.tar", "a.evidence"):
        with pytest.raises(Altered) as caught:
            read.verify(tmp_path / name, [RUTH.identity], trust())
        assert changed_exhibits(caught.value.verdict) == ["HXA/002"]
    assert read.open_exhibit(tmp_path / "a.evidence", [RUTH.identity], "HXA/001").read() == png(10)
    with pytest.raises(Altered):
        read.open_exhibit(tmp_path / "a.evidence", [RUTH.identity], "HXA/002")
    with pytest.raises(Altered):
        extract.extract(tmp_path / "a.evidence", [RUTH.identity], tmp_path / "copy")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.evidence", "a.tar"]


# --- newer, not ours, damaged ------------------------------------------------------------------------


def replaced(good: Files, name: str, old: bytes, new: bytes) -> Files:
    assert old in good[name]
    return {**good, name: good[name].replace(old, new, 1)}


def newer_label(good: Files) -> Files:
    return replaced(good, layout.BAG_INFO, b"Bundle-Format: 1", b"Bundle-Format: 2")


def test_a_newer_bundle_is_told_from_an_altered_one(good: Files, tmp_path: Path) -> None:
    with pytest.raises(NewerFormatError):
        check(sign_again(newer_label(good), HELEN.key), tmp_path / "signed")
    verdict = altered(newer_label(good), tmp_path / "unsigned")
    assert ("file-changed", layout.BAG_INFO) in found(verdict)


def test_a_newer_entry_counts_only_where_the_seal_covers_it(good: Files, tmp_path: Path) -> None:
    newer = replaced(good, layout.OPENED, b"exhibit.viewed", b"exhibit.thought")
    with pytest.raises(NewerFormatError):
        check(sign_again(newer, HELEN.key), tmp_path / "signed")
    assert ("file-changed", layout.OPENED) in found(altered(newer, tmp_path / "changed"))
    del newer[layout.MANIFEST]  # nothing is left that says what was sealed
    assert "newer-format" in codes(altered(newer, tmp_path / "no list"))


def test_something_else_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "holiday.jpg").write_bytes(b"x")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "text").write_bytes(b"hello" * 1000)
    (tmp_path / "tar").write_bytes(as_tar({"holiday.jpg": b"x"}))
    (tmp_path / "magic").write_bytes(as_tar({"a": b""}).replace(b"ustar\x0000", b"ustar\x0001"))
    (tmp_path / "age").write_bytes(encrypt(b"hello" * 1000, [RUTH.identity.recipient]))
    (tmp_path / "age-tar").write_bytes(encrypt(as_tar({"a": b""}), [RUTH.identity.recipient]))
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "empty", "text", "tar", "magic", "age", "age-tar", "pipe"):
        with pytest.raises(NotOurFileError, match="not an Evidence bundle, or the copy is incomplete"):
            read.verify(tmp_path / name, [RUTH.identity], trust())


def test_every_kind_of_damage_to_the_sealed_file(tmp_path: Path) -> None:
    out = tmp_path / "a.evidence"
    bundles.sealed(HELEN, RUTH, out)
    data = out.read_bytes()
    header = data.index(b"\n--- ")
    spots = [header + 8, header + 60, header + 70, len(data) // 2, len(data) - 1]
    wrong = [data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :] for at in spots]
    wrong += [data[:end] for end in (30, header + 20, header + 55, len(data) // 2, len(data) - 1)]
    wrong += [data + b"\0"]
    for bad in wrong:
        out.write_bytes(bad)
        with pytest.raises(DamagedError) as caught:
            read.verify(out, [RUTH.identity], trust())
        assert caught.value.exit_code is ExitCode.CANNOT_OPEN
        assert "Nothing from it is shown" in caught.value.message


# --- what the reader brings ---------------------------------------------------------------------------


def test_a_forged_bundle_under_the_senders_name(tmp_path: Path) -> None:
    """A stranger makes everything anew, with Helen's name on the card: unchanged, but not from her."""
    stranger = Sender("Helen  ASHDOWN".replace("  ", " "), 66)
    stranger.open_incident()
    stranger.capture("HXA/001", png(1))
    bundles.sealed(stranger, RUTH, tmp_path / "a.evidence")
    verdict = read.verify(tmp_path / "a.evidence", [RUTH.identity], trust())
    assert verdict.unchanged
    assert verdict.sender is SenderStatus.UNKNOWN
    assert verdict.confirmed is None
    assert [line.passed for line in verdict.checks if line.code == "key-changed"] == [False]
    assert sentences.exit_code(verdict) is ExitCode.SENDER_NOT_CONFIRMED
    assert sentences.describe(verdict)[0] == (
        "This bundle is intact, but its sender is in doubt. "
        "This is not the key that you have for Helen Ashdown."
    )


@pytest.mark.parametrize(
    ("cut", "size", "link", "key", "answer"),
    [
        (False, 3, None, True, Consistency.YES),
        (False, 12, None, True, Consistency.YES),
        (False, 3, b"\1" * 32, True, Consistency.NO),
        (False, 13, b"\1" * 32, True, Consistency.NO),
        (False, 3, b"\1" * 32, False, Consistency.FIRST),
    ],
)
def test_earlier_bundles(
    good: Files,
    tmp_path: Path,
    cut: bool,
    size: int,
    link: bytes | None,
    key: bool,
    answer: Consistency,
) -> None:
    link = chain(HELEN.vault_id, [e.commitment for e in HELEN.entries[:size]]) if link is None else link
    signer = HELEN.key.public_key if key else Sender("Mallory", 66).key.public_key
    seen = SeenLedger(HELEN.vault_id, size, link, bundles.NOON, signer)
    verdict = check(good, tmp_path, Trust(contacts=(HELEN.contact(),), seen=(seen,)))
    assert verdict.unchanged
    assert verdict.consistent is answer
    line = next(line for line in verdict.checks if line.code == "earlier")
    assert line.passed is {Consistency.YES: True, Consistency.NO: False, Consistency.FIRST: None}[answer]
    expected = ExitCode.IN_CONFLICT if answer is Consistency.NO else ExitCode.OK
    assert sentences.exit_code(verdict) is expected
