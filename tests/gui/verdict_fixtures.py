"""People at their desks. A module that wants them says `pytest_plugins = ["tests.gui.verdict_fixtures"]`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from evidence_app.records import Role
from evidence_app.vault.vault import Vault
from tests.gui.people import People, two_people


@pytest.fixture
def people(tmp_path: Path, qapp: QApplication) -> Iterator[People]:
    with two_people(tmp_path, qapp) as found:
        found.introduce(found.ruth, found.helen)
        yield found


@pytest.fixture
def tom(people: People) -> Iterator[Vault]:
    """A colleague, who has confirmed Helen."""
    one = people.person("Tom Garrick", Role.STAFF)
    people.introduce(one, people.helen)
    yield one
    one.abandon()
