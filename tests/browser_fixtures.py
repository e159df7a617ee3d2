"""The site that the capture browser is tried on, once for each test process.

The engine reads whom to trust once, at its first page and from the home that it finds then: so the site, its
authority and that home are the same for every file of tests. A module that wants these fixtures says
`pytest_plugins = ["tests.browser_fixtures"]`, and sets HOME to `browser_home` before it opens a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages_site import Site


@pytest.fixture(scope="session")
def browser_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser-home")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, browser_home: Path) -> Iterator[Site]:
    one = Site(tmp_path_factory.mktemp("site"))
    one.trust(browser_home)
    yield one
    one.close()
