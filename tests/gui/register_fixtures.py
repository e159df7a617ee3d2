"""A head's vault with seven received bundles, made once per test process and copied for every test.

A test module that wants these fixtures says `pytest_plugins = ["tests.gui.register_fixtures"]`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence_app.crypto.age import Identity
from evidence_app.records import BundleState, Role
from evidence_app.settings import Settings
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests.desks import desk
from tests.gui.registers import acquaint, receive_all_states

Sessions = Callable[..., Session]


@dataclass(frozen=True)
class SevenReceived:
    """A locked vault of Mrs Ruth Calloway's: which bundle is in which state, and the files as they came."""

    folder: Path
    identity: Identity
    references: dict[BundleState, str]
    files: Path


@pytest.fixture(scope="session")
def seven(tmp_path_factory: pytest.TempPathFactory) -> SevenReceived:
    folder = tmp_path_factory.mktemp("register")
    with (
        desk(folder / "helen.evidence-vault", "Helen Ashdown", Role.STAFF) as helen,
        desk(folder / "ruth.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as ruth,
    ):
        acquaint(helen, ruth)
        rows = receive_all_states(folder, helen, ruth)
        ruth.close()
        references = {state: row.reference for state, row in rows.items()}
        return SevenReceived(ruth.folder, ruth.identity, references, folder)


@pytest.fixture
def head(seven: SevenReceived, tmp_path: Path) -> Iterator[Vault]:
    """The test's own copy, open."""
    folder = tmp_path / "ruth.evidence-vault"
    shutil.copytree(seven.folder, folder)
    opened = Vault.open(folder, seven.identity, slot=Slot.PASSPHRASE)
    yield opened
    opened.abandon()


@pytest.fixture
def session(head: Vault, runner: TaskRunner) -> Session:
    """Overdue is what is older than five days."""
    return Session(head, runner, Settings(overdue_days=5))
