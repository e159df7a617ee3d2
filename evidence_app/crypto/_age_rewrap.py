"""The same age file for another recipient: only its header is written anew.

Source: the age specification, "File key": the payload depends on the file key and a nonce that stands after
the header, on no recipient. So the sealed bytes go over as they are, and nothing is ever in clear.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

from evidence_app.crypto._age_header import MAX_HEADER_BYTES, check_mac, format_header, parse_header
from evidence_app.crypto._age_keys import Identity, Recipient, unwrap_file_key
from evidence_app.crypto._age_stream import Readable, Writable, fill, write_all

_BLOCK: Final = 1024 * 1024


def rewrap(
    source: Readable,
    out: Writable,
    identities: Sequence[Identity],
    recipients: Sequence[Recipient],
    step: Callable[[int], None] = lambda _: None,
) -> bytes:
    """Copy an age file that `identities` open into one for `recipients`; SHA-256 of all that was written.

    Streamed in constant memory; `step` gets bytes read. The payload is not looked into: a damaged one stays
    so. Raises what the header of a file can raise (`DamagedError`, `NotForYouError`, …), `OSError`.
    """
    start = memoryview(bytearray(MAX_HEADER_BYTES))
    got = fill(source, start)
    header = parse_header(bytes(start[:got]))
    file_key = unwrap_file_key(header, identities)
    check_mac(header, file_key)
    digest = hashlib.sha256()

    def put(piece: memoryview) -> None:
        digest.update(piece)
        write_all(out, piece)

    put(memoryview(format_header([one.wrap(file_key) for one in recipients], file_key)))
    put(start[header.size : got])
    step(got)
    block = memoryview(bytearray(_BLOCK))
    while count := fill(source, block):
        put(block[:count])
        step(count)
    return digest.digest()
