"""Checks of the seal and of the files: layout, signature, lists of files, digests.

Each function is one `Step`: it notes every problem it finds and returns nothing.
"""

from __future__ import annotations

from evidence_app.bundle import layout
from evidence_app.bundle.bag import format_of, read_info, read_manifest
from evidence_app.bundle.card import CardError, read_card
from evidence_app.bundle.findings import BlockedError, Work, need
from evidence_app.bundle.layout import Part
from evidence_app.bundle.text import shown_name
from evidence_app.crypto.sshsig import SignatureError, verify
from evidence_app.errors import EvidenceError, IntegrityError, NewerFormatError


def describe_file(name: str) -> tuple[str, str]:
    """Where a file belongs (exhibit number, or its own name) and words for it."""
    place = layout.place(name)
    if place is None or place.part is None:
        return shown_name(name), f"The file {shown_name(name)}"
    words = {
        Part.ORIGINAL: f"The {kind_of_name(name)} {place.number}",
        Part.OBSERVED: f"What the program observed about {place.number}",
        Part.STATED: f"What was stated about {place.number}",
        Part.BESIDE: f"The file {name.rpartition('/')[2]} of {place.number}",
    }
    return place.number, words[place.part]


def kind_of_name(name: str) -> str:
    """A word for an original by the ending that the layout gave it."""
    ending = name.rpartition(".")[2]
    media_types = {extension: media_type for media_type, extension in layout.EXTENSIONS.items()}
    return layout.kind(media_types.get(ending, ""))


def missing(work: Work, name: str) -> None:
    where, words = describe_file(name)
    work.problem("missing-file", where, f"{words} is missing.")


def added(work: Work, name: str) -> None:
    where, words = describe_file(name)
    work.problem("extra-file", where, f"{words} was not sealed: it was added afterwards.")


def changed(work: Work, name: str, expected: str) -> None:
    where, words = describe_file(name)
    work.changed.add(name)
    work.problem(
        "file-changed",
        where,
        f"{words} is not the one that was sealed.",
        expected,
        work.bag.files[name].sha256,
    )


def check_layout(work: Work) -> None:
    bag = work.bag
    for name in layout.REQUIRED:
        if name not in bag.files:
            missing(work, name)
    for number in bag.numbers():
        for name in (layout.observed_name(number), layout.stated_name(number)):
            if name not in bag.files:
                missing(work, name)
        originals = [name for name in bag.files if name.startswith(layout.folder(number) + "/original.")]
        if not originals:
            work.problem("missing-file", number, f"The original of {number} is missing.")
        elif len(originals) > 1:
            work.problem("extra-file", number, f"There are two originals of {number}.")
    for code, name in bag.strange:
        if code == "duplicate-file":
            work.problem(code, shown_name(name), f"The name {shown_name(name)} is there twice.")
        elif code == "not-a-file":
            work.problem(code, shown_name(name), f"{shown_name(name)} is not an ordinary file.")
        else:
            added(work, name)


def check_signature(work: Work) -> None:
    text, signature = work.held(layout.TAG_MANIFEST), work.held(layout.SIGNATURE)
    try:
        work.signer = verify(text, signature, layout.BUNDLE_NAMESPACE)
    except SignatureError:
        work.problem(
            "signature-broken",
            layout.SIGNATURE,
            "The signature does not fit the list of files that it should seal.",
        )


def check_card(work: Work) -> None:
    try:
        work.card = read_card(work.held(layout.CARD))
    except CardError as error:
        work.problem(error.code, layout.CARD, "The sender's contact card in the bundle does not check.")
    except EvidenceError:
        work.problem("card-broken", layout.CARD, "The sender's contact card in the bundle cannot be read.")


def check_signer(work: Work) -> None:
    if need(work.signer) != need(work.card).signing_key:
        work.problem(
            "signature-other-key",
            layout.SIGNATURE,
            "The bundle was signed with another key than the one on the sender's contact card.",
        )


def check_bagit(work: Work) -> None:
    if work.held(layout.BAGIT) != layout.BAGIT_CONTENT:
        work.problem("bagit-txt", layout.BAGIT, "The file bagit.txt is not as the format prescribes.")


def check_tag_manifest(work: Work) -> None:
    try:
        found = read_manifest(work.held(layout.TAG_MANIFEST), layout.TAG_MANIFEST)
    except IntegrityError as error:
        work.problem("tag-manifest", layout.TAG_MANIFEST, error.message)
        return
    if set(found) != set(layout.TAG_FILES):
        work.problem(
            "tag-manifest", layout.TAG_MANIFEST, "The signed list does not cover exactly the files it should."
        )
    work.tag_list = found


def check_tag_files(work: Work) -> None:
    for name, digest in need(work.tag_list).items():
        file = work.bag.files.get(name)
        if file is None:
            missing(work, name)
        elif file.sha256 != digest:
            changed(work, name, digest)


def check_manifest(work: Work) -> None:
    data = work.bag.held.get(layout.MANIFEST)
    if data is None:
        raise BlockedError
    try:
        found = read_manifest(data, layout.MANIFEST)
    except IntegrityError as error:
        work.problem("manifest", layout.MANIFEST, error.message)
        return
    for name in found:
        if not name.startswith("data/") or layout.place(name) is None:
            work.problem(
                "manifest",
                layout.MANIFEST,
                f"The list of files names {shown_name(name)}, which may not be there.",
            )
    work.file_list = found


def check_files(work: Work) -> None:
    """Every file of `data/` against the list. Where the list itself was changed, it may not accuse an
    exhibit: those are compared with the ledger anyway."""
    listed, trusted = need(work.file_list), layout.MANIFEST not in work.changed
    for name in sorted(listed.keys() | {name for name in work.bag.files if name.startswith("data/")}):
        file, place = work.bag.files.get(name), layout.place(name)
        if place is None or (place.number and not trusted):
            continue
        if file is None:
            missing(work, name)
        elif name not in listed:
            added(work, name)
        elif file.sha256 != listed[name]:
            changed(work, name, listed[name])


def check_bag_info(work: Work) -> None:
    data = work.held(layout.BAG_INFO)
    try:
        work.info = read_info(data)
    except NewerFormatError as error:
        work.newer = layout.BAG_INFO
        work.problem("newer-format", layout.BAG_INFO, error.message)
    except IntegrityError as error:
        newer = format_of(data)
        if newer is not None and newer > layout.FORMAT:
            work.newer = layout.BAG_INFO
        work.problem("bag-info", layout.BAG_INFO, error.message)


def check_oxum(work: Work) -> None:
    info = need(work.info)
    sizes = [file.size for name, file in work.bag.files.items() if name.startswith("data/")]
    if (info.octets, info.files) != (sum(sizes), len(sizes)):
        work.problem(
            "payload-oxum",
            layout.BAG_INFO,
            f"The label counts {info.files} files of {info.octets} bytes; "
            f"there are {len(sizes)} of {sum(sizes)} bytes.",
        )
