"""A bundle, a receipt for it and a card between two vaults, made once in each process.

A test module that wants these fixtures says `pytest_plugins = ["tests.receipt_fixtures"]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.receipts import Exchange, Prepared, prepare


@pytest.fixture(scope="session")
def prepared_exchange(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("exchange"))


@pytest.fixture
def exchange(prepared_exchange: Prepared, tmp_path: Path) -> Iterator[Exchange]:
    """A copy of one's own, unlocked."""
    with prepared_exchange.copy(tmp_path / "exchange") as opened:
        yield opened
