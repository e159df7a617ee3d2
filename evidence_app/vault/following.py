"""The search follows the record: in steps that no act has to wait for long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, exc

from evidence_app.errors import UserError
from evidence_app.records import Progress, ProgressCall
from evidence_app.vault import database, index_search
from evidence_app.vault.queries import Queries

_AT_ONCE = 1000
"""How many things are taken up in one transaction."""


class Following:
    """What a vault does to let the words of its search be those of its record."""

    read: Queries
    _engine: Engine
    _writing: threading.RLock
    _closed: bool

    def catch_up(self, progress: ProgressCall | None = None, *, renew: bool = False) -> None:
        """Let the words of the search follow the record; every search does it first. Mostly there is little
        to do; after the index was derived anew, or where the words are damaged (`renew`), all of it.

        Raises `StorageError`, `DamagedError`, `StoppedError`.
        """
        done, total, renewed = 0, 0 if progress is None else self.read.behind(), renew
        while renew or self.read.is_behind():
            try:
                done += self._follow(renew=renew)
            except exc.DBAPIError as error:
                if renewed or not database.is_corrupt(error):
                    raise database.explain(error, "Nothing was changed.") from error
                renew = renewed = True
                continue
            renew = False
            if progress is not None:
                progress(Progress(done, max(done, total), "Getting the search ready"))

    def _follow(self, *, renew: bool) -> int:
        with self._writing:
            if self._closed:
                raise UserError("The vault is locked. Nothing was changed. Unlock it and try again.")
            # A connection of its own: one that came across a damaged page can do nothing more; acts go on.
            with database.writing(self._engine) as connection:
                try:
                    with connection.begin():
                        if renew:
                            index_search.renew(connection)
                        return index_search.catch_up(connection, _AT_ONCE)
                except exc.DBAPIError:
                    connection.invalidate()
                    raise

    @contextmanager
    def up_to_date(self) -> Iterator[None]:
        """Nothing is recorded meanwhile, and the search has caught up with what was."""
        with self._writing:
            self.catch_up()
            yield
