"""Which reader looks into a file of which media type. What a file is, `media` says by its first bytes."""

from __future__ import annotations

from evidence_app.media import HEAD_BYTES, UNKNOWN, media_type

__all__ = ["HEAD_BYTES", "UNKNOWN", "media_type", "reader_for"]


def reader_for(media: str) -> str:
    """The reader that looks into a file of this type; empty for none."""
    if media.startswith("image/"):
        return "picture"
    if media == "application/pdf":
        return "pdf"
    if media == UNKNOWN or media.startswith(("audio/", "video/")):
        return ""
    return "content"
