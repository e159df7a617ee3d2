"""There is one way to the bytes of an exhibit, and one for new ones: nothing else in the program opens them.

A search over the source itself, so that a later module cannot bring in a second way unnoticed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "evidence_app"

# What reads sealed files, and who may. `open_to_measure` goes past the gate: only to hash.
READING = {
    "open_to_measure": {"vault/check.py", "vault/drill.py", "vault/objects.py", "vault/recovery.py"},
    "objects.open": {"vault/originals.py"},
    "objects.open_anywhere": {"vault/originals.py"},
    "objects.read": {"vault/originals.py"},
    "objects.stream": {"vault/originals.py", "workflows/kept.py"},
    # A backup has a store of its own: to measure what is in it, and to erase what must not live on in it.
    "ObjectStore": {"vault/backup.py", "vault/drill.py", "vault/vault.py"},
    # A backup copies sealed files as they are, and never one that is locked away (test_backup).
    "object_path": {
        *("vault/backup.py", "vault/check.py", "vault/disposal.py", "vault/drill.py"),
        *("vault/object_writing.py", "vault/objects.py", "vault/originals.py", "vault/recovery.py"),
    },
}
# What writes them. A new importer belongs here only once it asks the question (8.1) for its batch first.
WRITING = {
    # Covering makes a copy of what was asked about before, where the answer still allows it.
    "objects.put": {"workflows/capturing.py", "workflows/covering.py", "workflows/filming.py"},
    "objects.batch": {
        *("workflows/capturing.py", "workflows/filming.py"),
        *("workflows/importing_seal.py", "workflows/receiving.py"),
    },
    "objects.erase": {
        *("vault/disposal.py", "workflows/capturing.py", "workflows/covering.py", "workflows/filming.py"),
    },
    "objects.erase_set_aside": {"vault/disposal.py"},
}
ALLOWED = READING | WRITING


def uses(source: str) -> Iterator[str]:
    """The calls of a module that matter here: `….objects.read(…)`, `open_to_measure(…)`, `ObjectStore(…)`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            last = name.rpartition(".")[2]
            pair = ".".join(name.split(".")[-2:])
            for one in ALLOWED:
                if one in {last, pair} or pair == f"_{one}":
                    yield one
        elif isinstance(node, ast.Attribute) and ast.unparse(node).endswith("objects.read"):
            yield "objects.read"


def found(root: Path) -> set[tuple[str, str]]:
    return {
        (one, str(path.relative_to(root)))
        for path in sorted(root.rglob("*.py"))
        for one in uses(path.read_text("utf-8"))
    }


def strangers(root: Path) -> set[tuple[str, str]]:
    return {(what, where) for what, where in found(root) if where not in ALLOWED[what]}


def test_nothing_else_opens_or_writes_a_sealed_file() -> None:
    assert strangers(ROOT) == set()
    # Each of the ways that are allowed is there: a list that nothing fits would allow everything.
    assert {what for what, _ in found(ROOT)} == set(ALLOWED)


def test_the_gate_is_in_front_of_the_store() -> None:
    """The vault gives its store the gate, and the store asks it before it opens a file."""
    vault, objects = ((ROOT / "vault" / name).read_text("utf-8") for name in ("vault.py", "objects.py"))
    assert "ObjectStore(folder, identity, self.read.allow_object, " in vault
    opening = next(
        node
        for node in ast.walk(ast.parse(objects))
        if isinstance(node, ast.FunctionDef) and node.name == "open"
    )
    first = next(one for one in opening.body if not isinstance(getattr(one, "value", None), ast.Constant))
    assert ast.unparse(first) == "self._allow(object_id)"


PLANTED = {
    "a page that reads an object": """
def show(vault, exhibit):
    return vault.objects.read(exhibit.stored)
""",
    "a page that hands the way on": """
def show(vault, run):
    run(vault.objects.read)
""",
    "a second store": """
def mine(vault):
    return ObjectStore(vault.folder, vault.identity)
""",
    "past the gate": """
def look(vault, one):
    return vault.objects.open_to_measure(one)
""",
    "the file itself": """
def raw(folder, one):
    return object_path(folder, one).read_bytes()
""",
    "an importer that does not ask": """
def bring_in(vault, data):
    return vault.objects.put(data, "image/png")
""",
}


@pytest.mark.parametrize("case", PLANTED)
def test_another_way_is_found(tmp_path: Path, case: str) -> None:
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "planted.py").write_text(PLANTED[case], "utf-8")
    assert {where for _, where in strangers(tmp_path)} == {"ui/planted.py"}
