"""E-mails of both forms: headers, bodies, attachments, nesting, signatures."""

from __future__ import annotations

import email
import struct
from base64 import b64encode
from hashlib import sha256
from io import BytesIO

import pytest

from evidence_app.capture.reading import mail, outlook
from evidence_app.errors import NotReadableError
from evidence_app.records import Limits, Reading, ReadingKind
from tests import talks
from tests.outlook_files import compound
from tests.outlook_files import outlook as outlook_file
from tests.talks_parts import HEADERS, PNG


def of(data: bytes, limits: Limits | None = None) -> Reading:
    return mail.read(BytesIO(data), limits or Limits())


def values(reading: Reading, beginning: str) -> list[str]:
    return [one.value for one in reading.claims if one.name.startswith(beginning)]


def test_headers_stand_as_the_message_says_them():
    reading = of(talks.mail())
    assert reading.kind is ReadingKind.MAIL
    assert reading.title == "You will regret this \U0001f620"
    assert values(reading, "From") == ["Nadia Elléry <nadia@larkmere.example>"]
    assert values(reading, "Date") == ["Thu, 12 Mar 2026 15:32:07 +0100", "12 March 2026, 14:32:07 UTC"]
    assert values(reading, "Received (2 of 2, newest first), time in UTC") == ["12 March 2026, 14:32:08 UTC"]
    assert values(reading, "Authentication-Results (a receiving server says)")
    names = [one.name for one in reading.claims]
    assert names.index("From") < names.index("Received (1 of 2, newest first)") < names.index("Return-Path")
    assert any("could write them" in note for note in reading.notes)


def test_attachments_keep_their_names_and_come_out_byte_for_byte():
    reading = of(talks.mail())
    (attached,) = reading.attachments
    assert attached.name == "../../trip\u202egnp.exe"
    assert (attached.size, attached.sha256) == (len(PNG), sha256(PNG).hexdigest())
    assert b"".join(mail.part(BytesIO(talks.mail()), Limits(), 0)) == PNG
    with pytest.raises(NotReadableError, match="no such attachment"):
        list(mail.part(BytesIO(talks.mail()), Limits(), 1))


def test_two_versions_that_say_different_things_are_both_shown():
    same = of(talks.mail())
    assert [one.text for one in same.messages] == ["You will regret this.\n"]
    other = of(talks.mail(html="<p>I know where <b>you</b> live<script>alert(1)</script></p>"))
    assert [(one.text, one.mark) for one in other.messages] == [
        ("You will regret this.\n", ""),
        ("I know where you live", "version with layout"),
    ]
    only = b"From: a@b.example\nSubject: x\nContent-Type: text/html\n\n<p>one<p>two"
    assert of(only).messages[0].text == "one\n\ntwo"


def test_a_long_body_comes_in_windows():
    data = talks.mail(plain="".join(f"line {number}\r\n" for number in range(10_000)))
    whole = of(data, Limits(message=1_000))
    assert whole.total == len(whole.messages) > 90
    assert "".join(one.text for one in whole.messages) == "".join(
        f"line {number}\n" for number in range(10_000)
    )
    assert of(data, Limits(message=1_000, first=80, messages=5)).messages == whole.messages[80:85]


def test_a_message_within_a_message_is_a_file_of_it():
    inner = talks.mail()
    outer = b"From: a@b.example\nSubject: x\nContent-Type: message/rfc822\n\n" + inner
    reading = of(outer)
    assert [(one.name, one.media_type) for one in reading.attachments] == [("message.eml", "message/rfc822")]
    assert b"".join(mail.part(BytesIO(outer), Limits(), 0)) == inner


@pytest.mark.parametrize("count", [60, 2_000, 20_000])
def test_nesting_without_end(count):
    parts = [f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n" for number in range(count)]
    data = ("From: a@b.example\nSubject: x\n" + "".join(parts) + "\ndeep").encode()
    reading = of(data)
    text = reading.messages[0].text
    assert text == "deep" if count == 60 else any("64 deep" in note for note in reading.notes)


def test_comments_without_end_and_unknown_character_sets():
    data = b"From: " + b"(" * 100_000 + b"\nSubject: =?nope?q?caf=C3=A9?= x\nDate: " + b"(" * 5_000
    data += b"\nContent-Type: text/plain; charset=klingon\n\ncaf\xc3\xa9"
    reading = of(data)
    assert reading.title == "café x"
    assert reading.messages[0].text == "café"
    assert any("klingon" in note for note in reading.notes)


def test_the_parts_are_those_that_the_standard_library_finds():
    data = talks.mail()
    theirs = [
        part.get_payload(decode=True)
        for part in email.message_from_bytes(data).walk()
        if not part.is_multipart() and part.get_content_maintype() == "image"
    ]
    assert theirs == [b"".join(mail.part(BytesIO(data), Limits(), 0))]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 65_535, 65_536, 65_537, 200_000])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_bytes_of_any_length_in_each_encoding(size, encoding):
    import binascii

    content = (b"=\xe9 text\r\n" * (size // 9 + 1))[:size]
    coded = {
        "base64": b"\r\n".join(b64encode(content[n : n + 57]) for n in range(0, size, 57)),
        "quoted-printable": binascii.b2a_qp(content, istext=False),
        "8bit": content,
    }[encoding]
    data = b'From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary="q"\r\n\r\n--q\r\n'
    data += b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: " + encoding.encode()
    data += b"\r\n\r\n" + coded + b"\r\n--q--\r\n"
    assert b"".join(mail.part(BytesIO(data), Limits(), 0)) == content


def test_an_outlook_message_has_the_same_shape():
    data = outlook_file()
    reading = outlook.read(BytesIO(data), Limits())
    assert (reading.kind, reading.title) == (ReadingKind.MAIL, "You will regret this")
    assert reading.messages[0].text == "You will regret this.\nAll of you."
    assert values(reading, "Received (1 of 2, newest first)")
    assert b"".join(outlook.part(BytesIO(data), Limits(), 0)) == PNG
    bare = outlook.read(BytesIO(outlook_file(headers=False)), Limits())
    assert values(bare, "From") == ['"Nadia Ellery" <nadia@larkmere.example>']
    assert any("no headers" in note for note in bare.notes)


def test_another_compound_file_is_no_message():
    for data in (compound({"WordDocument": b"x" * 5000}), outlook_file()[:700], b"nothing"):
        with pytest.raises(NotReadableError, match="not an Outlook message"):
            outlook.read(BytesIO(data), Limits())


@pytest.mark.parametrize("place", [0x2C, 0x40, 0x48])
def test_a_compound_file_that_says_it_is_huge_is_not_believed(place):
    data = bytearray(outlook_file())
    struct.pack_into("<I", data, place, 0x00FFFFFF)
    with pytest.raises(NotReadableError, match="damaged"):
        outlook.read(BytesIO(bytes(data)), Limits())


def test_a_stream_that_runs_in_circles_is_not_followed():
    data = bytearray(outlook_file())
    name = "__substg1.0_1000001F".encode("utf-16-le")
    struct.pack_into("<Q", data, data.index(name) + 120, 0x7FFFFF00)
    with pytest.raises(NotReadableError, match="damaged"):
        outlook.read(BytesIO(bytes(data)), Limits())


@pytest.mark.parametrize("data", [b"", b"hello\n", b"\0" * 50, b"a: b\nc: d\n\ntext"])
def test_what_is_no_mail_is_said_to_be_none(data):
    with pytest.raises(NotReadableError, match="not an e-mail"):
        of(data)


def test_more_headers_than_are_shown_are_said_to_be():
    data = "\r\n".join([*HEADERS, *(f"X-{number}: y" for number in range(900)), "", "text"]).encode()
    reading = of(data)
    assert len(reading.claims) <= Limits().claims
    assert "There are more headers than are shown." in reading.notes
    assert not [h for h in reading.claims if len(h.value) > Limits().line]
