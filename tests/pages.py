"""Captured pages for tests that need none of the browser: the records as it makes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from evidence_app.records import CertificateSeen, Hop, Method, Observed, PageCapture, PageFile, PageSeen
from tests import vaults

ADDRESS = "https://chirrup.example/larkmere_whispers"
TITLE = "Larkmere Whispers on Chirrup"


def page_seen(**other: object) -> PageSeen:
    """What the browser saw of a page, with a redirect and a certificate."""
    seen = PageSeen(
        address=ADDRESS,
        asked="http://chirrup.example/larkmere_whispers",
        loaded=ADDRESS,
        hops=(Hop("http://chirrup.example/larkmere_whispers", 301),),
        title=TITLE,
        status=200,
        headers=(("content-type", "text/html"), ("date", "Thu, 12 Mar 2026 14:32:05 GMT")),
        protocol="h2",
        remote="203.0.113.40:443",
        security="TLS 1.3, X25519, AES_128_GCM",
        certificates=(
            CertificateSeen(
                "chirrup.example",
                "Example Trust",
                ("chirrup.example", "*.chirrup.example"),
                datetime(2026, 3, 1, tzinfo=UTC),
                datetime(2026, 6, 2, tzinfo=UTC),
                "ab" * 32,
            ),
        ),
        certificate_problem="",
        dated="Thu, 12 Mar 2026 14:32:05 GMT",
        modified="03/11/2026 21:14:00",
        viewport=(1280, 900),
        scale=100,
        height=5400,
        whole=True,
        cut_at=None,
        user_agent="Mozilla/5.0",
        engine="Chromium 140.0",
        finished=datetime(2026, 3, 12, 14, 32, 11, tzinfo=UTC),
        notes=("Some pictures of the page had not loaded when it was captured.",),
    )
    return replace(seen, **other)  # type: ignore[arg-type]


def page_observed(**other: object) -> Observed:
    plain = vaults.observed(Method.BROWSER)
    return replace(plain, monitors=(), monitor=None, area=None, window=None, page=page_seen(**other))


def page(number: int = 1) -> PageCapture:
    """A picture and three files beside it, never the same for two numbers."""
    files = (
        PageFile("page.mhtml", "multipart/related", b"From: <Saved by Blink>\r\n%d" % number),
        PageFile("page.wacz", "application/wacz", b"PK\x03\x04 archive %d" % number),
        PageFile("certificate-1.der", "application/pkix-cert", b"0\x82 certificate %d" % number),
    )
    return PageCapture(vaults.png(700 + number), files, page_observed())
