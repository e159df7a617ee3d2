"""What may be said of the answer of a reader: tests of mutations and the fuzzers ask it."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

from evidence_app.capture import reading
from evidence_app.errors import NotReadableError
from evidence_app.records import Limits, Reading

SMALL = Limits(
    messages=20,
    text=2_000,
    line=100,
    message=300,
    claims=40,
    attachments=5,
    notes=6,
    part_bytes=10_000,
    unpacked=200_000,
)


def judge(found: Reading, limits: Limits) -> None:
    """Everything that a parent checks of an answer, and a little more."""
    assert len(found.title) <= limits.line
    assert len(found.text) <= limits.text
    assert len(found.claims) <= limits.claims
    assert len(found.messages) <= limits.messages
    assert len(found.attachments) <= limits.attachments
    assert len(found.notes) <= limits.notes
    assert found.first == limits.first
    assert found.total >= len(found.messages)
    texts = [found.title, found.text, *found.notes]
    for claim in found.claims:
        texts += [claim.name, claim.value]
        assert max(len(claim.name), len(claim.value)) <= limits.line
    for message in found.messages:
        texts += [message.text, message.sender, message.shown]
        assert max(len(message.sender), len(message.shown)) <= limits.line
        assert len(message.text) <= limits.message
        assert message.part is None or 0 <= message.part < len(found.attachments)
    for file in found.attachments:
        texts += [file.name, file.media_type]
        assert max(len(file.name), len(file.media_type)) <= limits.line
    for text in texts:
        text.encode()  # no halves of characters


def looked_at(name: str, data: bytes, limits: Limits = SMALL) -> None:
    reader = reading.find(name)
    try:
        found = reader.read(BytesIO(data), limits)
    except NotReadableError as error:
        said = error.message
        assert said.endswith(".")
        return
    judge(found, limits)
    if reader.part is not None and found.attachments:
        with suppress(NotReadableError):
            assert sum(map(len, reader.part(BytesIO(data), limits, 0))) <= limits.part_bytes
