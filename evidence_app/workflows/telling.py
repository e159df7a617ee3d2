"""The address that the browser in front told goes along with a picture of it, under its own source."""

from __future__ import annotations

from contextlib import suppress

from evidence_app.errors import EvidenceError
from evidence_app.records import Area, Exhibit, Said, Source
from evidence_app.vault.vault import Vault
from evidence_app.workflows.stating import state


def state_told(vault: Vault, exhibit: Exhibit, told: str | None) -> bool:
    """State the address where the picture shows the window that it belongs to; whether it was stated.

    The picture is sealed already: a fault here must not look like a fault of the capture, and is passed over.
    """
    seen = exhibit.observed
    if not told or seen.window is None or seen.area is None or not _shows(seen.area, seen.window.area):
        return False
    with suppress(EvidenceError):
        state(vault, exhibit.number, [Said("address", told, Source.TOLD_BY_BROWSER)])
        return True
    return False


def _shows(area: Area, window: Area) -> bool:
    """Half of the window, or a part that is nothing but window: an area somebody chose in it."""
    wide = min(area.left + area.width, window.left + window.width) - max(area.left, window.left)
    tall = min(area.top + area.height, window.top + window.height) - max(area.top, window.top)
    common = max(0, wide) * max(0, tall)
    return common > 0 and 2 * common >= min(area.width * area.height, window.width * window.height)
