"""Row `search`: the newest of what has a word, in a simulated vault and in one of a tenth of its size."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter

from evidence_app.vault.vault import Vault
from tests.bench.harness import GIB, Role, Row, Way, Workshop
from tests.bench.ten_years import ENTRIES_EACH, ten_years

EXHIBITS = int(os.environ.get("EVIDENCE_BENCH_EXHIBITS", "10000"))
"""100,000 are the vault of ten years; making it takes some ten minutes."""
WORD = "chirrup"
TIMES = 20


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """Two simulated vaults, one ten times the other."""
    shop.require(2 * GIB)
    folder = shop.new_folder()
    large = ten_years(folder / "large.evidence-vault", EXHIBITS)
    small = ten_years(folder / "small.evidence-vault", EXHIBITS // 10)
    with large.open() as vault, small.open() as tenth:
        rows = _rows_alone(vault)
        yield Row(
            "search",
            f"the newest 50 with a word that many have, {EXHIBITS:,} exhibits, "
            f"{EXHIBITS * ENTRIES_EACH:,} entries",
            [
                Way("Vault.read.search, with pieces and marks", Role.OURS, _searches(vault), times=TIMES),
                Way("the same in a tenth of the vault", Role.LIMIT, _searches(tenth), times=TIMES),
            ],
            notes=lambda: (f"the rows alone, out of FTS5 and SQLCipher: {rows * 1e3:.2f} ms",),
        )


def _searches(vault: Vault) -> Callable[[], None]:
    def work() -> None:
        for _ in range(TIMES):
            assert vault.read.search(WORD).before is not None

    return work


def _rows_alone(vault: Vault) -> float:
    """Seconds, median."""
    taken = []
    with vault.read.reading() as connection:
        for _ in range(TIMES):
            begin = perf_counter()
            assert connection.exec_driver_sql(_BARE).all()
            taken.append(perf_counter() - begin)
    return median(taken)


_BARE = (
    "SELECT search_things.seq FROM search_words JOIN search_things ON search_things.seq = search_words.rowid "
    "WHERE search_words MATCH '{words parts} : (\"chirrup\")' ORDER BY search_words.rowid DESC LIMIT 50"
)
