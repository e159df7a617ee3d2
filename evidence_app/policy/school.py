"""Which edition is in use: the one that came with the program, or the school's own."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from evidence_app import paths
from evidence_app.errors import StorageError
from evidence_app.policy import reading
from evidence_app.policy.model import Policy
from evidence_app.policy.source import PolicyError

FILE_NAME = "policy.toml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The edition to use. `problem` is one sentence about the school's own file, empty where none is due."""

    policy: Policy
    problem: str = ""


class _InUse:
    """The one edition of this process; None is the built-in one."""

    policy: Policy | None = None


@lru_cache(maxsize=1)
def built_in() -> Policy:
    """The edition that came with the program; raises `StorageError` where the installation is damaged."""
    try:
        return reading.read(_built_in_file())
    except PolicyError as error:
        raise StorageError(
            "One of the program's own files is damaged (the policy). Your vaults are not affected. "
            "Install the program again."
        ) from error


def read(path: Path) -> Policy:
    """A school's own file, over the built-in edition; raises `PolicyError` (file, line, what is expected)."""
    return replace(reading.read(path, _built_in_file()), built_in=built_in())


def load(path: Path) -> Loaded:
    """A school's own file; the built-in edition where there is none, or where it has a mistake."""
    if not os.path.lexists(path):
        return Loaded(built_in())
    try:
        return Loaded(read(path))
    except PolicyError as error:
        return Loaded(built_in(), error.message)


def current() -> Policy:
    """The edition in use."""
    return _InUse.policy or built_in()


def use(policy: Policy | None) -> None:
    """From here on `current()` is this edition; None: the built-in one."""
    _InUse.policy = policy


def own_file() -> Path:
    """Where a school's own file lies, if there is one."""
    return paths.user_config_dir() / FILE_NAME


def use_own() -> str:
    """At the start of the program: use the school's own file; returns the problem with it, or "".

    Costs nothing where there is none.
    """
    path = own_file()
    if not os.path.lexists(path):
        use(None)
        return ""
    loaded = load(path)
    use(loaded.policy)
    return loaded.problem


def _built_in_file() -> Path:
    return paths.resources() / "policy" / FILE_NAME
