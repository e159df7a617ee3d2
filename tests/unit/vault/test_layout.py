"""Names inside a vault."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest

from evidence_app.vault import layout

ID = "1f0e6f1c-2a51-4d0b-9e3f-5c5b8f0a7d11"


def test_where_an_object_lies() -> None:
    path = layout.object_path(Path("vault"), ID)
    assert path == Path("vault/objects/1f") / f"{ID}.age"
    assert layout.is_object_path(path)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../../etc/passwd",
        ID.upper(),
        ID + "/x",
        ID + "\n",
        ID[:-1],
        "{" + ID + "}",
        ID.replace("-", ""),
    ],
)
def test_a_name_that_is_no_id_leads_nowhere(name: str) -> None:
    with pytest.raises(ValueError, match="not an object id"):
        layout.object_path(Path("vault"), name)


@pytest.mark.parametrize(
    "name", [f"2f/{ID}.age", f"1f/{ID}.part", f"1f/{ID}", f"1f/{ID.upper()}.age", f"{ID}.age"]
)
def test_other_places_are_no_objects(name: str) -> None:
    assert not layout.is_object_path(Path("vault/objects") / name)


def test_the_label_says_nothing_but_format_and_id(tmp_path: Path) -> None:
    (tmp_path / "vault.json").write_bytes(layout.label_bytes(UUID(ID)))
    assert json.loads((tmp_path / "vault.json").read_bytes()) == {"format": 1, "vault": ID}
    label = layout.read_label(tmp_path)
    assert (label.path, label.vault_id) == (str(tmp_path), ID)
