"""Addresses, strips, the log of requests and the archive: what needs no browser."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from evidence_app.capture import png
from evidence_app.capture.web import plan, wacz
from evidence_app.capture.web.address import LONGEST, is_web, shortened, typed
from evidence_app.capture.web.log import NetworkLog, header
from evidence_app.crypto.certificates import describe
from evidence_app.errors import IntegrityError, UsageError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" https://chirrup.example/a?b#c ", "https://chirrup.example/a?b#c"),
        ("http://chirrup.example", "http://chirrup.example"),
        ("chirrup.example/post/9", "https://chirrup.example/post/9"),
        ("localhost:8443/x", "https://localhost:8443/x"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("HTTPS://Chirrup.example", "HTTPS://Chirrup.example"),
    ],
)
def test_what_is_typed_becomes_an_address(text: str, address: str) -> None:
    assert typed(text) == address
    assert is_web(address)


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "about:blank"),
        *("chrome://version", "view-source:https://a.example", "blob:https://a.example/1"),
        *("miss a geography", "geography", "https://", "https://a b.example", "https://a.example\n.b"),
        *("https://a.example:99999999/", "https://[::1", "https://" + "a" * LONGEST + ".example"),
    ],
)
def test_everything_else_is_one_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="Nothing was opened"):
        typed(text)


@given(st.text(max_size=60))
def test_no_text_opens_anything_but_the_web(text: str) -> None:
    try:
        address = typed(text)
    except UsageError:
        return
    assert is_web(address)
    assert len(shortened(address)) <= LONGEST


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0, 1.1])
@pytest.mark.parametrize("height", [1, 899, 3000, 30_000, 200_000])
def test_strips_cover_the_page_once(height: int, scale: float) -> None:
    made = plan.plan(1280, height, scale)
    most = min(plan.MAX_HEIGHT, plan.MAX_PIXELS // made.width)
    assert sum(strip.rows for strip in made.strips) == made.height <= most
    assert made.cut == (round(height * scale) > most)
    at = 0
    for strip in made.strips:
        assert round(strip.top * scale) == at
        at += strip.rows
    assert made.width == round(1280 * scale)


def test_a_picture_in_strips_is_the_picture(tmp_path: object) -> None:
    width, height = 37, 400
    raw = bytes((x * y) & 0xFF for y in range(height) for x in range(width) for _ in range(4))
    strips = png.PngStrips(width, height)
    for top, rows in ((0, 1), (1, 199), (200, 200)):
        strips.add(raw[top * width * 4 : (top + rows) * width * 4], rows)
    found = Image.open(io.BytesIO(strips.finish())).convert("RGB")
    assert found.tobytes() == Image.frombytes("RGB", (width, height), raw, "raw", "BGRX").tobytes()
    short = png.PngStrips(width, height)
    short.add(raw[: width * 4], 1)
    with pytest.raises(ValueError, match="rows are missing"):
        short.finish()
    with pytest.raises(ValueError, match="more rows"):
        short.add(raw[: width * 4 * height], height)


def sent(request: str, address: str, **more: object) -> dict[str, object]:
    return {
        "requestId": request,
        "loaderId": request if more.get("type") == "Document" else "L",
        "frameId": "F",
        "wallTime": 1_773_326_000.5,
        "request": {"url": address, "method": "GET", "headers": {"Accept": "*/*"}},
        **more,
    }


def answered(request: str, status: int = 200) -> dict[str, object]:
    return {
        "requestId": request,
        "response": {
            "status": status,
            "headers": {"Content-Type": "text/html"},
            "remoteIPAddress": "203.0.113.40",
            "remotePort": 443,
            "mimeType": "text/html",
        },
    }


def test_the_log_follows_redirects_and_forgets_the_page_before() -> None:
    log = NetworkLog()
    log.hear("Network.requestWillBeSent", sent("1", "https://old.example/", type="Document"))
    log.hear("Network.requestWillBeSent", sent("2", "http://a.example/", type="Document"))
    onward = sent("2", "https://a.example/", type="Document")
    log.hear("Network.requestWillBeSent", onward | {"redirectResponse": {"status": 301, "headers": {}}})
    log.hear("Network.responseReceived", answered("2"))
    log.hear("Network.responseReceivedExtraInfo", {"requestId": "2", "headers": {"Date": "x\ny", "A": "b"}})
    log.hear("Network.loadingFinished", {"requestId": "2"})
    log.hear("Network.requestWillBeSent", sent("3", "https://a.example/p.png"))
    log.hear("Network.requestWillBeSent", sent("4", "data:image/png;base64,AA"))
    main = log.main
    assert main is not None
    assert main.answer is not None
    assert (main.address, main.answer.remote, main.done) == ("https://a.example/", "203.0.113.40:443", True)
    assert [(hop.address, hop.status) for hop in log.hops()] == [("http://a.example/", 301)]
    assert main.headers == (("Date", "x"), ("Date", "y"), ("A", "b"))
    assert header(main.headers, "date") == "x"
    assert [one.address for one in log.exchanges()] == ["https://a.example/"]
    assert log.waiting() == 1


@given(
    st.sampled_from(["requestWillBeSent", "responseReceived", "responseReceivedExtraInfo", "loadingFailed"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["requestId", "request", "url", "response", "status", "headers", "wallTime"]),
                inner,
            )
        ),
        max_leaves=12,
    ),
)
def test_no_event_of_another_shape_does_harm(method: str, params: object) -> None:
    log = NetworkLog()
    log.hear("Network.requestWillBeSent", sent("2", "https://a.example/", type="Document"))
    log.hear(f"Network.{method}", params)  # type: ignore[arg-type]
    list(log.exchanges())
    log.hops()


def test_the_archive_keeps_headers_in_their_lines() -> None:
    log = NetworkLog()
    log.hear("Network.requestWillBeSent", sent("2", "https://www.a.example/é?b&a", type="Document"))
    log.hear("Network.responseReceived", answered("2"))
    headers = {"X-Odd": "a\r\nEvil: b", "Content-Encoding": "br", "Set-Cookie": "secret", ":status": "200"}
    log.hear("Network.responseReceivedExtraInfo", {"requestId": "2", "headers": headers})
    (one,) = log.exchanges()
    data = wacz.write([wacz.Kept(one, b"<p>body")], one.address, "T", datetime(2026, 3, 12, tzinfo=UTC), "E")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED
        text = gzip.decompress(archive.read("archive/data.warc.gz"))
        line = archive.read("indexes/index.cdx").decode()
    assert b"\r\nEvil: b" not in text
    assert b"X-Archive-Orig-Content-Encoding: br" in text
    assert b"secret" not in text
    assert b":status" not in text
    assert b"<p>body" in text
    assert line.startswith("example,a)/")


def test_what_is_no_certificate_is_said() -> None:
    with pytest.raises(IntegrityError, match="certificate"):
        describe(b"0\x82\x00")
