"""A stage that is made once per test process and copied for every test that asks for it.

A test module that wants these fixtures says `pytest_plugins = ["tests.command_fixtures"]`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.commands import Stage, make_stage
from tests.vaults import Sample


@pytest.fixture(scope="session")
def stage_template(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Never used by a test itself."""
    return make_stage(tmp_path_factory.mktemp("stages"))


@pytest.fixture
def stage(stage_template: Stage, tmp_path: Path) -> Stage:
    """A copy of the template, the test's own."""
    folder = tmp_path / "stage"
    shutil.copytree(stage_template.folder, folder)

    def moved(sample: Sample) -> Sample:
        return Sample(folder / sample.folder.name, sample.identity, sample.words)

    return Stage(folder, moved(stage_template.helen), moved(stage_template.ruth), moved(stage_template.alan))
