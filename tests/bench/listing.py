"""Row `activity`: the list of all that was done, in a simulated vault and in one of a tenth of its size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from evidence_app.ui.pages.activity_data import Asked, Texts, outline, rows
from evidence_app.vault.vault import Vault
from tests.bench.harness import GIB, Role, Row, Way, Workshop
from tests.bench.searching import EXHIBITS
from tests.bench.ten_years import ENTRIES_EACH, ten_years

SCREEN = 100
"""Rows that are read with what is in sight."""


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """Two simulated vaults, one ten times the other."""
    shop.require(2 * GIB)
    folder = shop.new_folder()
    large = ten_years(folder / "large.evidence-vault", EXHIBITS)
    small = ten_years(folder / "small.evidence-vault", EXHIBITS // 10)
    with large.open() as vault, small.open() as tenth:
        yield Row(
            "activity",
            f"the list of all entries, and its first {SCREEN} rows, {EXHIBITS * ENTRIES_EACH:,} entries",
            [
                Way("outline and rows of the activity page", Role.OURS, _lists(vault)),
                Way("the same in a tenth of the vault", Role.LIMIT, _lists(tenth)),
            ],
        )


def _lists(vault: Vault) -> Callable[[], None]:
    def work() -> None:
        found = outline(vault, Asked(), Texts(), lambda _progress: None)
        seqs = [item for item in found.items if item > 0][:SCREEN]
        assert len(rows(vault, seqs)) == SCREEN

    return work
