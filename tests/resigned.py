"""What the sender could do, who holds the key: changes of a bundle that is signed again afterwards.

Each with the check that finds it and the problems that are found. `Files` are those of `HELEN`'s bundle.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from evidence_app.bundle import layout
from evidence_app.bundle.findings import Step
from evidence_app.records import EntryKind
from tests import bundles
from tests.bundles import Sender, edited, helen, png, ruth

HELEN, RUTH = helen(), ruth()
PICTURE = "data/exhibits/HXA-002/original.png"
Files = dict[str, bytes]


def replaced(good: Files, name: str, old: bytes, new: bytes) -> Files:
    assert old in good[name]
    return {**good, name: good[name].replace(old, new, 1)}


def flipped(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def opened_of(entries: list) -> bytes:
    return "".join(
        json.dumps({"seq": e.seq, "salt": e.salt.hex(), "body": e.body.decode()}) + "\n" for e in entries
    ).encode()


def visible() -> list:
    return [e for e in HELEN.entries if e.kind is not EntryKind.VAULT_UNLOCKED]


def without(good: Files, start: str) -> Files:
    return {name: data for name, data in good.items() if not name.startswith(start)}


def added_exhibit(good: Files) -> Files:
    copies = {
        name.replace("HXA-001", "HXA-004"): data
        for name, data in good.items()
        if name.startswith("data/exhibits/HXA-001/")
    }
    return good | copies


def renamed_original(good: Files) -> Files:
    files = dict(good)
    files["data/exhibits/HXA-002/original.jpg"] = files.pop(PICTURE)
    return files


def other_observed(good: Files) -> Files:
    name = "data/exhibits/HXA-002/observed.json"
    return good | {name: edited(good[name], computer="SOMEBODY-ELSES")}


def true_for_one(good: Files) -> Files:
    """`true` and `1` are equal in Python and different in JSON."""
    name = "data/exhibits/HXA-002/observed.json"
    return replaced(good, name, b'"number": 1', b'"number": true')


def other_statement(good: Files) -> Files:
    return replaced(good, "data/exhibits/HXA-001/stated.json", b"p/12", b"p/13")


def dropped_history(good: Files) -> Files:
    name = "data/exhibits/HXA-001/stated.json"
    return good | {name: json.dumps(json.loads(good[name])[1:]).encode()}


def incident(good: Files, **changes: object) -> Files:
    return good | {layout.INCIDENT: edited(good[layout.INCIDENT], **changes)}


def ledger_line(good: Files, line: int) -> Files:
    lines = good[layout.COMMITMENTS].split(b"\n")
    lines[line] = bytes(reversed(lines[line]))
    return good | {layout.COMMITMENTS: b"\n".join(lines)}


def other_entry(good: Files) -> Files:
    """The opened entry of HXA/002 rewritten to fit another picture."""
    return replaced(good, layout.OPENED, bundles.digests(good)[PICTURE].encode(), b"0" * 64)


def signed_card(good: Files, **changes: object) -> Files:
    line = json.loads(good[layout.CARD].split(b"\n")[0]) | changes
    text = json.dumps(line, separators=(",", ":")).encode() + b"\n"
    return good | {layout.CARD: text + HELEN.key.sign(text, "evidence-contact")}


def checkpoint(good: Files, old: bytes, new: bytes, *, sign: bool = True) -> Files:
    files = replaced(good, layout.CHECKPOINT, old, new)
    if sign:
        files[layout.CHECKPOINT_SIGNATURE] = HELEN.key.sign(files[layout.CHECKPOINT], "evidence-ledger")
    return files


def begun_elsewhere(good: Files) -> Files:
    """The same acts under another vault's name, but for the entry that made the vault."""
    other = Sender(vault_id="11111111-9a55-4c1d-8a52-0d6f0d3c7b11")
    other.entries = HELEN.entries
    end = other.checkpoint()
    files = incident(good, vault=other.vault_id)
    files = replaced(
        files,
        layout.BAG_INFO,
        HELEN.checkpoint().checkpoint.link.hex().encode(),
        end.checkpoint.link.hex().encode(),
    )
    return files | {layout.CHECKPOINT: end.text, layout.CHECKPOINT_SIGNATURE: end.signature}


RESIGNED: dict[str, tuple[Step, Callable[[Files], Files], set[str]]] = {
    "another picture": (Step.ORIGINALS, lambda g: g | {PICTURE: png(99)}, {"exhibit-differs"}),
    "another kind of picture": (Step.ORIGINALS, renamed_original, {"exhibit-record"}),
    "an exhibit that was never captured": (
        Step.ORIGINALS,
        added_exhibit,
        {"exhibit-no-record", "exhibit-unfiled", "stated-differs"},
    ),
    "an exhibit taken out": (
        Step.LEFT_OUT,
        lambda g: without(g, "data/exhibits/HXA-002/"),
        {"exhibit-missing", "incident-differs"},
    ),
    "another observed computer": (Step.OBSERVED, other_observed, {"observed-differs"}),
    "true for one": (Step.OBSERVED, true_for_one, {"observed-differs"}),
    "another statement": (Step.STATED, other_statement, {"stated-differs"}),
    "history dropped": (Step.STATED, dropped_history, {"stated-differs"}),
    "another title inside": (Step.INCIDENT, lambda g: incident(g, title="Nothing"), {"incident-differs"}),
    "another statement of the incident": (
        Step.INCIDENT,
        lambda g: incident(g, statements=[]),
        {"incident-differs"},
    ),
    "another list of exhibits": (Step.INCIDENT, lambda g: incident(g, exhibits=[]), {"incident-differs"}),
    "another vault inside": (
        Step.INCIDENT,
        lambda g: incident(g, vault=RUTH.vault_id),
        {"vault-differs"},
    ),
    "a format as text": (Step.INCIDENT, lambda g: incident(g, format="1"), {"incident-differs"}),
    "an unknown field": (Step.INCIDENT, lambda g: incident(g, verified=True), {"incident-broken"}),
    "left out though it is here": (
        Step.LEFT_OUT,
        lambda g: incident(g, left_out={"HXA/001": "Not needed"}),
        {"left-out"},
    ),
    "left out without a reason": (
        Step.LEFT_OUT,
        lambda g: incident(g, left_out={"HXA/009": " "}),
        {"left-out"},
    ),
    "a key that is none": (Step.RECIPIENTS, lambda g: incident(g, recipients=["age1x"]), {"recipients"}),
    "sealed for nobody": (
        Step.RECIPIENTS,
        lambda g: incident(
            replaced(g, layout.BAG_INFO, b"Evidence-Sealed-For: Mrs Ruth Calloway\n", b""), sealed_for=[]
        ),
        {"recipients"},
    ),
    "another person on the label": (
        Step.LABEL,
        lambda g: replaced(g, layout.BAG_INFO, b"Mrs Ruth Calloway", b"Mr Alan Thwaite"),
        {"bag-info-differs"},
    ),
    "another title on the label": (
        Step.LABEL,
        lambda g: replaced(g, layout.BAG_INFO, b"Year 9", b"Year 8"),
        {"bag-info-differs"},
    ),
    "another sender on the label": (
        Step.LABEL,
        lambda g: replaced(g, layout.BAG_INFO, b"Sender: Helen", b"Sender: Ellen"),
        {"bag-info-differs"},
    ),
    "a label in two lines": (
        Step.BAG_INFO,
        lambda g: replaced(g, layout.BAG_INFO, b"Year 9", b"Year 9\n more"),
        {"bag-info"},
    ),
    "a field twice on the label": (
        Step.BAG_INFO,
        lambda g: replaced(g, layout.BAG_INFO, b"Evidence-Sender:", b"Evidence-Sender: X\nEvidence-Sender:"),
        {"bag-info"},
    ),
    "a closed entry changed": (Step.CHAIN, lambda g: ledger_line(g, 1), {"chain-broken"}),
    "an opened entry's commitment changed": (
        Step.COMMITTED,
        lambda g: ledger_line(g, 3),
        {"chain-broken", "opened-not-committed"},
    ),
    "a commitment more": (
        Step.COMMITMENTS,
        lambda g: g | {layout.COMMITMENTS: g[layout.COMMITMENTS] + b"0" * 64 + b"\n"},
        {"commitments-count"},
    ),
    "a commitment less": (
        Step.COMMITMENTS,
        lambda g: g | {layout.COMMITMENTS: g[layout.COMMITMENTS][:-65]},
        {"commitments-count", "opened-not-committed"},
    ),
    "commitments in capitals": (
        Step.COMMITMENTS,
        lambda g: g | {layout.COMMITMENTS: g[layout.COMMITMENTS].upper()},
        {"commitments-broken"},
    ),
    "an entry rewritten": (
        Step.COMMITTED,
        other_entry,
        {"opened-not-committed", "exhibit-differs", "incident-differs"},
    ),
    "entries in another order": (
        Step.OPENED,
        lambda g: g | {layout.OPENED: opened_of([visible()[0], *visible()[2:0:-1], *visible()[3:]])},
        {"opened-order"},
    ),
    "an entry twice": (
        Step.OPENED,
        lambda g: g | {layout.OPENED: opened_of([*visible(), visible()[-1]])},
        {"opened-order"},
    ),
    "a capture hidden": (
        Step.ORIGINALS,
        lambda g: g | {layout.OPENED: opened_of([e for e in visible() if e.data.get("number") != "HXA/002"])},
        {"exhibit-no-record", "exhibit-unfiled", "incident-differs"},
    ),
    "the incident's opening hidden": (
        Step.INCIDENT,
        lambda g: (
            g | {layout.OPENED: opened_of([e for e in visible() if e.kind is not EntryKind.INCIDENT_OPENED])}
        ),
        {"incident-no-record", "incident-differs", "bag-info-differs"},
    ),
    "an older checkpoint": (
        Step.CHECKPOINT_SIGNATURE,
        lambda g: checkpoint(g, b"time 2026-03-12", b"time 2025-03-12", sign=False),
        {"checkpoint-signature"},
    ),
    "a checkpoint that is none": (
        Step.CHECKPOINT,
        lambda g: checkpoint(g, b"size 12", b"size 012"),
        {"checkpoint-broken"},
    ),
    "a shorter checkpoint": (
        Step.COMMITMENTS,
        lambda g: checkpoint(g, b"size 12", b"size 11"),
        {"commitments-count", "bag-info-differs"},
    ),
    "another vault in the checkpoint": (Step.VAULT, begun_elsewhere, {"vault-differs"}),
    "a name that turns the writing": (
        Step.CARD,
        lambda g: signed_card(g, name="Helen\u202e Ashdown"),
        {"card-name"},
    ),
    "another name on the card": (
        Step.LABEL,
        lambda g: signed_card(g, name="Ellen Ashdown"),
        {"bag-info-differs"},
    ),
    "a card in another spelling": (
        Step.CARD,
        lambda g: g | {layout.CARD: g[layout.CARD].replace(b'","', b'", "', 1)},
        {"card-broken"},
    ),
    "a card signed for something else": (
        Step.CARD,
        lambda g: (
            g
            | {
                layout.CARD: g[layout.CARD].split(b"\n")[0]
                + b"\n"
                + HELEN.key.sign(g[layout.CARD].split(b"\n")[0] + b"\n", "evidence-bundle")
            }
        ),
        {"card-signature"},
    ),
    "another bagit.txt": (
        Step.BAGIT,
        lambda g: g | {layout.BAGIT: g[layout.BAGIT].replace(b"1.0", b"0.97")},
        {"bagit-txt"},
    ),
}


LISTS: dict[str, tuple[Callable[[Files], Files], set[str]]] = {
    "a file that is not in the list": (
        lambda g: (
            g | {layout.MANIFEST: b"".join(line + b"\n" for line in g[layout.MANIFEST].split(b"\n")[1:-1])}
        ),
        {"extra-file"},
    ),
    "a list that names what is not there": (
        lambda g: g | {layout.MANIFEST: b"0" * 64 + b"  data/report.pdf\n" + g[layout.MANIFEST]},
        {"missing-file"},
    ),
    "a list that names what may not be there": (
        lambda g: g | {layout.MANIFEST: b"0" * 64 + b"  ../../etc/passwd\n" + g[layout.MANIFEST]},
        {"manifest"},
    ),
    "a list with one space": (
        lambda g: g | {layout.MANIFEST: g[layout.MANIFEST].replace(b"  ", b" ")},
        {"manifest"},
    ),
    "a list with a name twice": (
        lambda g: g | {layout.MANIFEST: g[layout.MANIFEST] + g[layout.MANIFEST].split(b"\n")[0] + b"\n"},
        {"manifest"},
    ),
    "another digest in the list": (
        lambda g: g | {PICTURE: flipped(g[PICTURE])},
        {"file-changed"},
    ),
    "another number of bytes on the label": (
        lambda g: g | {layout.BAG_INFO: g[layout.BAG_INFO].replace(b"Oxum: ", b"Oxum: 1")},
        {"payload-oxum"},
    ),
}
