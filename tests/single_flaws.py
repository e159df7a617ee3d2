"""For every check a bundle in which nothing but this check finds anything, and copies that do not fit."""

from __future__ import annotations

import json

from evidence_app.bundle import layout
from evidence_app.bundle.bag import write_manifest
from evidence_app.bundle.findings import Step
from evidence_app.ledger import CHECKPOINT_NAMESPACE
from evidence_app.records import EntryKind
from tests import bundles
from tests.bundles import Sender, helen, made_without_checks, sign_again

HELEN = helen()
PICTURE = "data/exhibits/HXA-002/original.png"
Files = dict[str, bytes]


def resigned(good: Files, **new: bytes) -> Files:
    named = {"incident": layout.INCIDENT, "label": layout.BAG_INFO, "card": layout.CARD}
    return sign_again({**good, **{named.get(name, name): data for name, data in new.items()}}, HELEN.key)


def only(step: Step, good: Files) -> Files:
    """A bundle in which nothing but this check finds anything."""
    edited, exhibit = bundles.edited, "data/exhibits/HXA-002/"
    manifest = good[layout.MANIFEST].splitlines(keepends=True)
    incident = good[layout.INCIDENT]
    text = good[layout.TAG_MANIFEST]
    match step:
        case Step.LAYOUT:
            return {**good, ".DS_Store": b""}
        case Step.SIGNATURE:
            return {**good, layout.SIGNATURE: HELEN.key.sign(text, "file")}
        case Step.SIGNER:
            return sign_again(good, Sender("X", 66).key)
        case Step.CARD:
            return resigned(good, card=good[layout.CARD].replace(b"Helen", b"Ellen"))
        case Step.BAGIT:
            return sign_again({**good, layout.BAGIT: b"BagIt-Version: 0.97\n"}, HELEN.key)
        case Step.TAG_MANIFEST:
            text = write_manifest(bundles.digests({n: good[n] for n in layout.TAG_FILES[:2]}))
            return {
                **good,
                layout.TAG_MANIFEST: text,
                layout.SIGNATURE: HELEN.key.sign(text, "evidence-bundle"),
            }
        case Step.TAG_FILES:
            return {**good, layout.MANIFEST: b"".join(reversed(manifest))}
        case Step.MANIFEST:
            more = b"0" * 64 + b"  bag-info.txt\n"
            return sign_again({**good, layout.MANIFEST: more + b"".join(manifest)}, HELEN.key, lists=False)
        case Step.FILES:
            return {**good, layout.README: b"x" * len(good[layout.README])}
        case Step.BAG_INFO:
            return resigned(good, label=good[layout.BAG_INFO] + b"\n")
        case Step.OXUM:
            label = good[layout.BAG_INFO].replace(b"Oxum: ", b"Oxum: 9")
            return sign_again({**good, layout.BAG_INFO: label}, HELEN.key, lists=False)
        case Step.CHECKPOINT:
            broken = good[layout.CHECKPOINT] + b"\n"
            signature = HELEN.key.sign(broken, CHECKPOINT_NAMESPACE)
            return resigned(good) | sign_again(
                {**good, layout.CHECKPOINT: broken, layout.CHECKPOINT_SIGNATURE: signature}, HELEN.key
            )
        case Step.CHECKPOINT_SIGNATURE:
            text = good[layout.CHECKPOINT]
            stranger = Sender("X", 66).key.sign(text, CHECKPOINT_NAMESPACE)
            return sign_again({**good, layout.CHECKPOINT_SIGNATURE: stranger}, HELEN.key)
        case Step.COMMITMENTS:
            more = good[layout.COMMITMENTS] + b"0" * 64 + b"\n"
            return sign_again({**good, layout.COMMITMENTS: more}, HELEN.key)
        case Step.CHAIN:
            lines = good[layout.COMMITMENTS].splitlines(keepends=True)
            lines[1] = b"0" * 64 + b"\n"
            return sign_again({**good, layout.COMMITMENTS: b"".join(lines)}, HELEN.key)
        case Step.OPENED:
            lines = good[layout.OPENED].splitlines(keepends=True)
            return sign_again({**good, layout.OPENED: b"".join([*lines, lines[-1]])}, HELEN.key)
        case Step.COMMITTED:
            line = json.loads(good[layout.OPENED].splitlines()[0])
            salted = json.dumps({**line, "salt": "00" * 32}).encode() + b"\n"
            rest = b"".join(good[layout.OPENED].splitlines(keepends=True)[1:])
            return sign_again({**good, layout.OPENED: salted + rest}, HELEN.key)
        case Step.VAULT:
            return foreign_vault()
        case Step.CLAIMS:
            return resigned(good, incident=b"{}\n")
        case Step.LABEL:
            return resigned(good, label=good[layout.BAG_INFO].replace(b"Ruth", b"Rita"))
        case Step.ORIGINALS:
            return resigned(good, **{PICTURE: bundles.png(99)})
        case Step.COPIES:
            return a_copy_of_nothing()
        case Step.OBSERVED:
            name = exhibit + "observed.json"
            return resigned(good, **{name: edited(good[name], user="x")})
        case Step.STATED:
            return resigned(good, **{exhibit + "stated.json": b"{}"})
        case Step.INCIDENT:
            return resigned(good, incident=edited(incident, title="x"))
        case Step.LEFT_OUT:
            return resigned(good, incident=edited(incident, left_out={"HXA/001": "x"}))
        case Step.RECIPIENTS:
            return resigned(good, incident=edited(incident, recipients=["x"]))


def foreign_vault() -> Files:
    """A ledger that says it was begun with another key, consistent in everything else."""
    sender = Sender()
    sender.entries.clear()
    stranger = Sender("X", 66)
    sender.record(EntryKind.VAULT_CREATED, **dict(stranger.entries[0].data))
    sender.open_incident()
    sender.capture("HXA/001", bundles.png(1))
    return made_without_checks(sender)


def a_copy_of_nothing() -> Files:
    """A copy that names an exhibit which its entry did not seal, consistent in everything else."""
    sender = Sender()
    sender.open_incident()
    sender.capture("HXA/001", bundles.png(1))
    sender.copy("HXA/002", "HXA/001", bundles.png(2), **{"from": {**ORIGIN, "number": "HXA/009"}})
    return made_without_checks(sender)


ORIGIN = {"number": "HXA/001", "entry": 3, "captured_at": "2026-03-12T12:03:00+00:00", "method": "screen"}
COPIES: dict[str, tuple[dict[str, object], bool]] = {
    "as it was made": (ORIGIN, True),
    "of another number": (ORIGIN | {"number": "HXA/009"}, False),
    "of itself": (ORIGIN | {"number": "HXA/002"}, False),
    "of a later entry": (ORIGIN | {"entry": 5}, False),
    "of its own entry": (ORIGIN | {"entry": 4}, False),
    "of an entry that sealed nothing": (ORIGIN | {"entry": 2}, False),
    "of the entry that made the vault": (ORIGIN | {"entry": 1}, False),
    "of nothing that has a number": (ORIGIN | {"number": "page"}, False),
    "captured in another way": (ORIGIN | {"method": "window"}, False),
}


def a_copy(origin: dict[str, object]) -> Files:
    """A bundle of an exhibit and a copy of it that says where it comes from."""
    sender = Sender()
    sender.open_incident()
    sender.capture("HXA/001", bundles.png(1))
    sender.copy("HXA/002", "HXA/001", bundles.png(2), **{"from": origin})
    sender.record(EntryKind.VAULT_UNLOCKED, slot="passphrase")
    return made_without_checks(sender)
