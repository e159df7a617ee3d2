"""What several samples of mail and pages share: a picture, the headers of a message."""

from __future__ import annotations

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301"
    "0100c9fe92ef0000000049454e44ae426082"
)

HEADERS = (
    "Return-Path: <nadia@larkmere.example>",
    "Received: from mail.larkmere.example (203.0.113.7) by mx.school.example; 12 Mar 2026 14:32:09 +0000",
    "Received: from phone.example (203.0.113.9) by mail.larkmere.example; Thu, 12 Mar 2026 15:32:08 +0100",
    "Authentication-Results: mx.school.example; dkim=pass header.d=larkmere.example; spf=pass",
    "From: =?utf-8?q?Nadia_Ell=C3=A9ry?= <nadia@larkmere.example>",
    "To: Helen Ashdown <h.ashdown@school.example>",
    "Subject: =?utf-8?B?WW91IHdpbGwgcmVncmV0IHRoaXMg8J+YoA==?=",
    "Date: Thu, 12 Mar 2026 15:32:07 +0100",
    "Message-ID: <1@larkmere.example>",
    "MIME-Version: 1.0",
)
