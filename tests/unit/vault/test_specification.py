"""resources/formats/vault.md names everything that the code writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Table

from evidence_app import ledger
from evidence_app.paths import resources
from evidence_app.records import EntryKind, Level, Method, Source
from evidence_app.records_json import observed_to_json
from evidence_app.vault import check, check_record, keys, layout, schema
from tests.vaults import observed

TEXT = (resources() / "formats" / "vault.md").read_text("utf-8")
CHECKING = "".join(Path(one).read_text("utf-8") for one in (check.__file__, check_record.__file__))
CODES = set(re.findall(r'add\(\s*"([a-z-]+)"', CHECKING)) | {"more"}


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_of_entry(kind: EntryKind) -> None:
    assert f"| `{kind.value}` |" in TEXT


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_of_the_check(code: str) -> None:
    assert f"`{code}`" in TEXT


def test_no_code_that_the_check_does_not_have() -> None:
    section = TEXT.split("## The vault check")[1].split("## ")[0]
    told = {
        code
        for line in section.splitlines()
        if line.startswith("| `")
        for code in re.findall("`(.*?)`", line)
    }
    assert told == CODES


@pytest.mark.parametrize("table", [*schema.RECORD.sorted_tables, *schema.INDEX.sorted_tables], ids=str)
def test_every_table_and_column(table: Table) -> None:
    start = f"CREATE TABLE {table.name} " if table.metadata is schema.RECORD else f"| `{table.name}` |"
    assert start in TEXT
    line = TEXT.split(start)[1].split("\n|")[0].split("CREATE")[0]
    for column in table.columns:
        assert re.search(rf"\b{column.name}\b", line), column.name


@pytest.mark.parametrize(
    "words",
    [
        *(f"`{one.value}`" for family in (Method, Level, Source) for one in family),
        *(f"`{name}`" for name in observed_to_json(observed())),
        *(f"`{info.decode()}`" for info in (layout.DATABASE_KEY_INFO, layout.SIGNING_KEY_INFO)),
        *(f'"evidence/{name}/1\\n"' for name in ("commit", "vault", "link")),
        f"`{ledger.CHECKPOINT_NAMESPACE}`",
        f"work factor {keys.WORK_FACTOR}",
        f"at most {ledger.MAX_BODY_BYTES // 2**20} MiB",
    ],
)
def test_every_constant(words: str) -> None:
    assert words in re.sub(r"\s+", " ", TEXT)


def test_the_sample_checkpoint_is_one() -> None:
    sample = TEXT.split("```\nevidence-ledger v1\n")[1].split("```")[0]
    assert ledger.parse_checkpoint(b"evidence-ledger v1\n" + sample.encode()).size == 12


def test_the_sample_body_is_one() -> None:
    sample = TEXT.split("```json\n")[1].split("\n```")[0]
    assert ledger.parse_entry(7, bytes(32), sample.encode()).kind is EntryKind.EXHIBIT_CAPTURED
