"""The requests of a page as a web archive: WACZ 1.1.1, a ZIP around WARC 1.1 and CDXJ.

Source: specs.webrecorder.net/wacz/1.1.1, iso28500 (WARC 1.1). The records hold what the browser's DevTools
gave out: bodies are as the page got them, already unpacked, so the headers that describe the packing are
renamed to `X-Archive-Orig-…`, as other archiving tools do.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from evidence_app.capture.web.log import Answer, Exchange, Headers

MAX_BYTES: Final = 128 * 1024 * 1024
"""Bodies of one archive together; what is beyond is left out, and the record says how many."""

_PRIVATE: Final = frozenset({"set-cookie", "cookie", "authorization"})
"""What signs a person in has no place in evidence that is handed on."""
_PACKING: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_ARCHIVE: Final = "archive/data.warc.gz"
_INDEX: Final = "indexes/index.cdx"
_PAGES: Final = "pages/pages.jsonl"


@dataclass(frozen=True, slots=True)
class Kept:
    """An exchange and the body of its answer, as the browser gave it out."""

    exchange: Exchange
    body: bytes


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the index."""

    address: str
    at: datetime
    fields: dict[str, str]

    def text(self) -> str:
        """Key (SURT), 14 digits of time, and a JSON object."""
        return f"{surt(self.address)} {self.at:%Y%m%d%H%M%S} {json.dumps(self.fields)}\n"


def write(pages: Iterable[Kept], address: str, title: str, at: datetime, software: str) -> bytes:
    """The WACZ file. `address` and `title` are those of the page, `at` the moment of the capture (aware)."""
    warc = io.BytesIO()
    writer = WARCWriter(warc, gzip=True, warc_version="WARC/1.1")
    writer.write_record(
        writer.create_warcinfo_record(
            "data.warc.gz", {"software": software, "format": "WARC File Format 1.1"}
        )
    )
    lines: list[_Line] = []
    for one in pages:
        for hop, answer in one.exchange.redirects:
            lines.append(_write_answer(writer, warc, hop, answer, answer.headers, b"", one.exchange.at))
        answer_ = one.exchange.answer
        if answer_ is not None:
            exchange = one.exchange
            lines.append(
                _write_answer(
                    writer, warc, exchange.address, answer_, exchange.headers, one.body, exchange.at
                )
            )
            _write_request(writer, exchange)
    page = {"id": "page-1", "url": address, "ts": _stamp(at), "title": title}
    head = {"format": "json-pages-1.0", "id": "pages", "title": "Captured pages"}
    files = {
        _ARCHIVE: warc.getvalue(),
        _INDEX: "".join(sorted(line.text() for line in lines)).encode(),
        _PAGES: "".join(json.dumps(line) + "\n" for line in (head, page)).encode(),
    }
    package = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": title,
        "created": _stamp(at),
        "software": software,
        "mainPageUrl": address,
        "mainPageDate": _stamp(at),
        "resources": [
            {
                "name": name.rpartition("/")[2],
                "path": name,
                "hash": f"sha256:{sha256(data).hexdigest()}",
                "bytes": len(data),
            }
            for name, data in files.items()
        ],
    }
    described = json.dumps(package, indent=1).encode()
    digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(described).hexdigest()}"}
    files |= {"datapackage.json": described, "datapackage-digest.json": json.dumps(digest).encode()}
    return _zipped(files, at)


def _write_answer(
    writer: WARCWriter,
    warc: io.BytesIO,
    address: str,
    answer: Answer,
    headers: Headers,
    body: bytes,
    at: datetime,
) -> _Line:
    sent = [
        (f"X-Archive-Orig-{name}" if name.lower() in _PACKING else name, _plain(value))
        for name, value in headers
        if not name.startswith(":") and name.lower() not in _PRIVATE
    ]
    sent.append(("Content-Length", str(len(body))))
    extra = {"WARC-Date": _stamp(at)}
    if answer.remote:
        extra["WARC-IP-Address"] = answer.remote.rpartition(":")[0].strip("[]") or answer.remote
    record = writer.create_warc_record(
        _ascii(address),
        "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(
            f"{answer.status} {_plain(answer.words)}".strip(), sent, protocol="HTTP/1.1"
        ),
        warc_headers_dict=extra,
    )
    offset = warc.tell()
    writer.write_record(record)
    return _Line(
        address,
        at,
        {
            "url": address,
            "mime": answer.media_type,
            "status": str(answer.status),
            "digest": f"sha256:{sha256(body).hexdigest()}",
            "length": str(warc.tell() - offset),
            "offset": str(offset),
            "filename": "data.warc.gz",
        },
    )


def _write_request(writer: WARCWriter, exchange: Exchange) -> None:
    parts = urlsplit(exchange.address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [
        (name, _plain(value))
        for name, value in exchange.sent
        if not name.startswith(":") and name.lower() not in _PRIVATE
    ]
    record = writer.create_warc_record(
        _ascii(exchange.address),
        "request",
        payload=io.BytesIO(b""),
        length=0,
        http_headers=StatusAndHeaders(
            f"{_ascii(exchange.method)} {_ascii(path)} HTTP/1.1", headers, is_http_request=True
        ),
        warc_headers_dict={"WARC-Date": _stamp(exchange.at)},
    )
    writer.write_record(record)


def surt(address: str) -> str:
    """The key that archives sort by: `https://www.a.example/b` is `example,a)/b` (Sort-friendly URI)."""
    parts = urlsplit(address.lower())
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    name = host if host.replace(".", "").isdigit() else ",".join(reversed(host.split(".")))
    query = "?" + "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return _ascii(f"{name}{port}){parts.path or '/'}{query}")


def _zipped(files: dict[str, bytes], at: datetime) -> bytes:
    out = io.BytesIO()
    moment = at.astimezone(UTC)
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            # Readers jump into the archive by the index: it stands there as it is, and is packed inside.
            packed = zipfile.ZIP_STORED if name.endswith((".gz", ".cdx")) else zipfile.ZIP_DEFLATED
            info = zipfile.ZipInfo(name, moment.timetuple()[:6])
            info.compress_type = packed
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def read_warc(wacz: bytes) -> bytes:
    """The WARC inside, unpacked; for tests and for the curious."""
    with zipfile.ZipFile(io.BytesIO(wacz)) as archive:
        return gzip.decompress(archive.read(_ARCHIVE))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(text: str) -> str:
    """One header line cannot begin another."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _ascii(text: str) -> str:
    return "".join(letter if " " < letter <= "~" else f"%{ord(letter):02X}" for letter in text)
