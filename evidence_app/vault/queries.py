"""Reading the vault: records out of the tables. Rows never leave these modules."""

from __future__ import annotations

from evidence_app.vault.queries_activity import ActivityQueries
from evidence_app.vault.queries_cases import CaseQueries
from evidence_app.vault.queries_desk import DeskQueries
from evidence_app.vault.queries_imports import ImportQueries
from evidence_app.vault.queries_received import ReceivedQueries
from evidence_app.vault.search import SearchQueries


class Queries(SearchQueries, ActivityQueries, CaseQueries, DeskQueries, ImportQueries, ReceivedQueries):
    """Read-only questions to an open vault."""
