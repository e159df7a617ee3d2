"""A vault that is made once per test process and copied for every test that asks for it.

A test module that wants these fixtures says `pytest_plugins = ["tests.vault_fixtures"]`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_app.vault.vault import Vault
from tests.vaults import Sample, fill, make_sample


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A vault with two incidents and three exhibits, two of them filed; never opened by a test itself."""
    return make_sample(tmp_path_factory.mktemp("vaults") / "template.evidence-vault", fill)


@pytest.fixture
def sample(template: Sample, tmp_path: Path) -> Sample:
    """A copy of the template, the test's own."""
    folder = tmp_path / "helen.evidence-vault"
    shutil.copytree(template.folder, folder)
    return Sample(folder, template.identity, template.words)


@pytest.fixture
def opened(sample: Sample) -> Iterator[Vault]:
    """The copy, open; closed without a last entry if the test has not closed it."""
    one = sample.open()
    yield one
    one.abandon()
