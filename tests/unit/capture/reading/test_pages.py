"""Saved pages and archives: what they say, and how much they may swell."""

from __future__ import annotations

import struct
from io import BytesIO
from zipfile import ZipFile

import pytest
from warcio.archiveiterator import ArchiveIterator

from evidence_app.capture.reading import archives, mhtml, pages, webarchive
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Limits, Reading, ReadingKind
from tests import talks
from tests.talks_parts import PNG

TEXT = "About Ms Ashdown\n\nShe can't teach.\nEverybody knows it.\n\none\ntwo\n[picture: a cat]\n\n5 < 6"


def values(reading: Reading, name: str) -> list[str]:
    return [one.value for one in reading.claims if one.name == name]


def test_a_saved_page_says_where_it_is_from():
    reading = pages.read(BytesIO(talks.HTML.encode()), Limits())
    assert reading.kind is ReadingKind.PAGE
    assert reading.title == "Larkmere & friends"
    assert [one.text for one in reading.messages] == [TEXT]
    assert values(reading, "Address, as the page says (canonical)") == ["https://social.example/p/1"]
    saved = "Address, as the browser noted when it saved"
    assert values(reading, saved) == ["https://social.example/p/1?igsh=abc"]


def test_mhtml_has_its_parts():
    reading = mhtml.read(BytesIO(talks.mhtml()), Limits())
    assert reading.messages[0].text == TEXT
    assert [one.name for one in reading.attachments] == ["https://social.example/pixel.png"]
    assert b"".join(mhtml.part(BytesIO(talks.mhtml()), Limits(), 0)) == PNG
    assert values(reading, "Saved, in UTC") == ["12 March 2026, 14:32:07 UTC"]


@pytest.mark.parametrize("gz", [False, True])
def test_a_web_archive_holds_what_another_reader_finds_in_it(gz):
    data = talks.warc(gz=gz)
    reading = webarchive.read(BytesIO(data), Limits())
    assert reading.messages[0].text == TEXT
    assert reading.messages[0].sender == "https://social.example/p/1"
    theirs = [
        (one.rec_headers.get_header("WARC-Target-URI"), one.raw_stream.read())
        for one in ArchiveIterator(BytesIO(data))
        if one.rec_type == "response"
    ]
    ours = [
        (one.name, b"".join(webarchive.part(BytesIO(data), Limits(), place)))
        for place, one in enumerate(reading.attachments)
    ]
    assert ours == theirs


def test_wacz_is_read_through_its_zip():
    reading = archives.read(BytesIO(talks.wacz()), Limits())
    assert (reading.kind, reading.title) == (ReadingKind.PAGE, "Taken by Evidence")
    assert reading.messages[0].text == TEXT
    assert b"".join(archives.part(BytesIO(talks.wacz()), Limits(), 1)) == PNG


def test_packed_answers_and_chunks_are_read_as_text():
    body = talks.packed(talks.HTML.encode())
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(body[n : n + 50]), body[n : n + 50]) for n in range(0, len(body), 50)
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    data = talks.record("response", head + chunks + b"0\r\n\r\n", "https://social.example/")
    assert webarchive.read(BytesIO(data), Limits()).messages[0].text == TEXT


def test_a_packed_archive_that_swells_is_cut_at_the_limit():
    bomb = talks.packed(talks.record("resource", bytes(8_000_000), "urn:x", "text/plain"))
    assert len(bomb) < 60_000
    reading = webarchive.read(BytesIO(talks.warc(gz=True) + bomb), Limits(unpacked=1_000_000))
    assert reading.messages[0].text == TEXT
    assert any("more than may be unpacked" in note for note in reading.notes)
    with pytest.raises(TooLargeError):
        list(webarchive.part(BytesIO(bomb), Limits(unpacked=1_000_000), 0))


def test_damage_in_a_web_archive_leaves_what_stands_before_it():
    data = talks.warc(gz=True)
    reading = webarchive.read(BytesIO(data[:-40] + bytes(40)), Limits())
    assert reading.messages[0].text == TEXT
    assert any("damaged" in note for note in reading.notes)
    with pytest.raises(NotReadableError):
        webarchive.read(BytesIO(b"WARC/1.1\r\n\r\nnothing"), Limits())


# --- zip ----------------------------------------------------------------------------------------------


def test_names_in_an_archive_are_kept_as_they_are_and_nothing_is_unpacked_to_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = talks.zipped({"../../evil.png": PNG, "a\u202eb.txt": b"x", "inner.zip": talks.zipped({"a": b"b"})})
    reading = archives.read(BytesIO(data), Limits())
    assert reading.kind is ReadingKind.ARCHIVE
    assert [one.name for one in reading.attachments] == ["../../evil.png", "a\u202eb.txt", "inner.zip"]
    assert any("not opened here" in note for note in reading.notes)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_swells_is_listed_not_opened():
    data = talks.zipped({"bomb.bin": bytes(40_000_000), "one.txt": b"hello"})
    reading = archives.read(BytesIO(data), Limits())
    assert [one.size for one in reading.attachments] == [None, 5]
    assert any("times as large" in note for note in reading.notes)
    with pytest.raises(NotReadableError, match="times as large"):
        list(archives.part(BytesIO(data), Limits(), 0))
    several = talks.zipped({f"{number}.bin": bytes(900_000) for number in range(3)})
    sizes = [one.size for one in archives.read(BytesIO(several), Limits(unpacked=2_000_000)).attachments]
    assert sizes == [900_000, 900_000, None]


def test_a_size_that_is_a_lie_does_not_pass_the_limit():
    held = BytesIO()
    with ZipFile(held, "w") as archive:
        archive.writestr("one.bin", bytes(1_000_000), compress_type=8)
    data = bytearray(held.getvalue())
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)  # says that it is ten bytes
    reading = archives.read(BytesIO(bytes(data)), Limits())
    assert reading.attachments[0].sha256 is None
    assert any("damaged" in note for note in reading.notes)


def test_a_directory_that_is_too_long_and_a_password_are_said():
    data = bytearray(talks.zipped({"a.txt": b"hello"}))
    at = data.rindex(b"PK\x05\x06")
    struct.pack_into("<I", data, at + 12, 100_000_000)
    with pytest.raises(TooLargeError):
        archives.read(BytesIO(bytes(data)), Limits())
    locked = bytearray(talks.zipped({"a.bin": b"hello"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1
    reading = archives.read(BytesIO(bytes(locked)), Limits())
    assert any("password" in note for note in reading.notes)
    for bad in (b"PK\x03\x04 no end", b""):
        with pytest.raises(NotReadableError):
            archives.read(BytesIO(bad), Limits())


def test_several_chats_in_one_archive_are_files_of_it():
    files = {f"{name}/_chat.txt": talks.whatsapp(talks.LOCALES[2]) for name in ("Tom", "Nadia")}
    assert archives.read(BytesIO(talks.zipped(files)), Limits()).kind is ReadingKind.ARCHIVE


@pytest.mark.parametrize(
    "text",
    [
        "<a" * 200_000,
        "<!--" * 200_000,
        "<script>" * 100_000,
        '<a "' * 100_000,
        "<p \"'" * 100_000,
        "&#x" * 200_000,
    ],
)
def test_markup_that_never_closes_is_read_in_one_pass(text):
    pages.read(BytesIO(b"<html>" + text.encode()), Limits())
