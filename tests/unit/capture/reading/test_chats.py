"""Chats and text messages: who, when, what, in the forms of several phones and programs."""

from __future__ import annotations

from io import BytesIO

import pytest

from evidence_app.capture.reading import archives, chats, sms, whatsapp
from evidence_app.capture.reading._chat import DATE_ORDER, NOT_COMPLETE
from evidence_app.capture.reading.recognise import recognised
from evidence_app.errors import NotReadableError
from evidence_app.records import Limits, Reading, ReadingKind
from tests import talks
from tests.talks_parts import PNG


def claim(reading: Reading, name: str) -> str:
    return next(one.value for one in reading.claims if one.name == name)


def of(data: bytes | str, limits: Limits | None = None) -> Reading:
    data = data.encode() if isinstance(data, str) else data
    return whatsapp.read(BytesIO(data), limits or Limits())


@pytest.mark.parametrize("locale", talks.LOCALES, ids=lambda one: one.name)
def test_a_phone_of_each_region_is_read(locale):
    reading = of(talks.whatsapp(locale))
    assert reading.kind is ReadingKind.CHAT
    assert reading.total == 3
    assert [one.sender for one in reading.messages] == ["Nadia Ellery", "Tom Garrick", "Nadia Ellery"]
    assert [one.at for one in reading.messages] == list(locale.at)
    assert reading.messages[0].text == "Did you see this?\nIt is about the trip: all of it.\n\n- really"
    assert reading.messages[2].text == "\U0001f62e ok"
    assert claim(reading, "Order of day and month").lower().startswith(locale.order)
    for message, head in zip(reading.messages, locale.heads, strict=True):
        assert message.shown in head, "the time stands as it is in the file"
    assert NOT_COMPLETE in reading.notes


@pytest.mark.parametrize("locale", talks.LOCALES, ids=lambda one: one.name)
def test_pictures_of_a_chat_in_an_archive_belong_to_their_message(locale):
    data = talks.zipped({talks.PICTURE: PNG, "WhatsApp Chat with Tom.txt": talks.whatsapp(locale)})
    reading = archives.read(BytesIO(data), Limits())
    assert (reading.kind, reading.total) == (ReadingKind.CHAT, 3)
    assert [one.part for one in reading.messages] == [None, 0, None]
    assert reading.attachments[0].name == talks.PICTURE
    assert b"".join(archives.part(BytesIO(data), Limits(), 0)) == PNG


def test_an_order_that_the_file_does_not_show_is_asked_for_with_its_grounds():
    text = "".join(f"{day:02}/03/2026, 10:00 - Nadia: {day}\n" for day in range(1, 13))
    reading = of(text)
    assert [one.at for one in reading.messages] == [""] * 12
    (question,) = reading.questions
    assert question.name == DATE_ORDER
    # 1 March to 12 March follow each other either way: 3 January to 3 December.
    assert [one.grounds for one in question.choices] == ["", ""]

    weeks = "05/03/2026, 10:00 - N: a\n12/03/2026, 10:00 - N: b\n02/04/2026, 10:00 - N: c\n"
    (question,) = of(weeks).questions
    assert "follow each other" in question.choices[0].grounds
    assert question.choices[1].grounds == ""

    answered = of(weeks, Limits(answers=((DATE_ORDER, "month first"),)))
    assert [one.at[:10] for one in answered.messages] == ["2026-05-03", "2026-12-03", "2026-02-04"]
    assert "As you answered" in claim(answered, "Order of day and month")


def test_an_answer_does_not_overrule_what_the_file_shows():
    reading = of("25/03/2026, 10:00 - N: a\n", Limits(answers=((DATE_ORDER, "month first"),)))
    assert reading.messages[0].at == "2026-03-25T10:00"
    assert not reading.questions


def test_dates_that_contradict_each_other_are_said_to():
    reading = of("25/03/2026, 10:00 - N: a\n03/25/2026, 10:00 - N: b\n")
    assert [one.at for one in reading.messages] == ["", ""]
    assert all("cannot" in one.grounds for one in reading.questions[0].choices)


def test_system_lines_marks_and_quotations():
    messages = of(talks.ANDROID).messages
    assert [one.sender for one in messages[:2]] == ["", ""]
    assert [one.mark for one in messages] == ["", "", "", "left out", "deleted", "edited", ""]
    assert messages[5].text == "changed"
    assert messages[6].text.endswith("[12/03/2026, 13:00:00] Somebody: quoted")


def test_lines_that_an_iphone_marks_as_of_the_app():
    text = (
        "\u200e[12/03/2026, 14:31:00] Year 9 trip: \u200eMessages and calls are end-to-end encrypted.\n"
        "[12/03/2026, 14:32:07] Nadia: \u200eimage omitted\n"
        "[12/03/2026, 14:33:00] Tom: \u200eThis message was deleted.\n"
        "[12/03/2026, 14:34:00] Tom: ok \u200e<This message was edited>\n"
        "[12/03/2026, 14:35:00] Tom: \u200e<attached: 00000012-PHOTO-2026-03-12-14-35-00.jpg>\n"
    )
    messages = of(text).messages
    assert [one.mark for one in messages] == ["by the app", "left out", "deleted", "edited", ""]
    assert messages[3].text == "ok"


def test_twenty_thousand_messages_come_in_windows():
    data = talks.long_chat(20_000)
    last = of(data, Limits(first=19_990, messages=50))
    assert (last.first, last.total, len(last.messages)) == (19_990, 20_000, 10)
    assert last.messages[-1].text == "message 19999"
    beyond = of(data, Limits(first=30_000))
    assert (beyond.messages, beyond.total) == ((), 20_000)
    assert "There are no messages so far on." in beyond.notes


def test_long_messages_and_names_are_cut_and_said_to_be():
    data = "12/03/2026, 14:32 - Nadia: " + "x" * 500 + "\n" + ("y" * 90 + "\n") * 200
    reading = of(data, Limits(message=1_000, line=30, text=300))
    assert len(reading.messages[0].text) == 1_000
    assert any("its end is left out" in note or "…" in note for note in reading.notes)
    assert len(reading.text) <= 300


def test_other_character_sets_are_read_and_guesses_are_said():
    assert of(b"\xff\xfe" + talks.ANDROID.encode("utf-16-le")).total == 7
    reading = of("12/03/2026, 14:32 - Zoë: café\n".encode("cp1252"))
    assert reading.messages[0].text == "café"
    assert any("Windows-1252" in note for note in reading.notes)


@pytest.mark.parametrize("data", [b"", b"hello", b"12/03/2026\n" * 40, b"\0" * 100])
def test_what_is_no_chat_is_said_to_be_none(data):
    with pytest.raises(NotReadableError, match="not a chat"):
        of(data)


def test_signal_as_its_tools_write_it():
    for data in (talks.signal_json(), talks.signal_text()):
        reading = chats.read(BytesIO(data), Limits())
        assert reading.total == 3
        assert [one.sender for one in reading.messages] == ["Nadia Ellery", "Me", "Me"]
        assert reading.messages[0].at == "2026-03-12T14:32:07"
        assert reading.messages[0].text == "first"
        assert reading.messages[2].mark == "deleted"
        assert "signal-export" in claim(reading, "Form of the file")
    files = {
        "Tom/chat.md": talks.signal_text(),
        "Tom/data.json": talks.signal_json(),
        "Tom/media/trip.jpg": PNG,
    }
    reading = archives.read(BytesIO(talks.zipped(files)), Limits())
    (picture,) = [one for one in reading.messages if one.part is not None]
    assert picture.part is not None
    assert reading.attachments[picture.part].name == "Tom/media/trip.jpg"


def test_json_of_other_tools():
    telegram = b"""{"name": "Year 9", "type": "private_group", "messages": [
        {"id": 1, "date": "2026-03-12T14:32:07", "from": "Nadia", "text": ["look ", {"text": "here"}]},
        {"id": 2, "type": "service", "date": "2026-03-12T14:32:08"}]}"""
    reading = chats.read(BytesIO(telegram), Limits())
    assert (reading.title, reading.total) == ("Year 9", 1)
    assert reading.messages[0].text == "look here"
    assert any("not messages" in note for note in reading.notes)
    back = (
        b'[{"conversationId": "a", "body": "Hello", "timestamp": 1773325927000, "source": "+447700900123"}]'
    )
    assert chats.read(BytesIO(back), Limits()).messages[0].at == "2026-03-12T14:32:07+00:00"
    instagram = b"""{"participants": [{"name": "Zo\\u00c3\\u00ab"}], "title": "Year 9", "messages": [
        {"sender_name": "Zo\\u00c3\\u00ab", "timestamp_ms": 1773325987000,
         "content": "\\u00f0\\u009f\\u0098\\u00a0"},
        {"sender_name": "Tom", "timestamp_ms": 1773325927000, "photos": [{"uri": "photos/1.jpg"}]}]}"""
    reading = chats.read(BytesIO(instagram), Limits())
    assert [(one.sender, one.text) for one in reading.messages] == [("Zo\u00eb", "\U0001f620"), ("Tom", "")]
    assert "The file has the newest message first; they are shown in its order." in reading.notes
    assert any("not in the export" in note for note in reading.notes)
    for bad in (b"[" * 100_000, b'{"messages": []}', b'[{"a": ' + b"9" * 5000 + b"}]"):
        with pytest.raises(NotReadableError):
            chats.read_json(BytesIO(bad), Limits())


def test_a_generic_chat():
    reading = chats.read(BytesIO(b"[14:32] Nadia: first\nand more\n[14:33] Tom: second\n"), Limits())
    assert [(one.shown, one.sender, one.text) for one in reading.messages] == [
        ("14:32", "Nadia", "first\nand more"),
        ("14:33", "Tom", "second"),
    ]


def test_text_messages_of_a_backup():
    data = talks.sms()
    reading = sms.read(BytesIO(data), Limits())
    first, second, third = reading.messages
    assert first.sender == "Nadia Ellery (+447700900123)"
    assert first.text == "first \U0001f600 & <b>\nsecond line"
    assert first.at == "2026-03-12T14:32:07+00:00"
    assert second.sender == "This phone, to Nadia Ellery (+447700900123)"
    assert (third.sender, third.text, third.part) == ("+447700900123", "see this", 0)
    assert claim(reading, "Count that the file states") == "3"
    assert b"".join(sms.part(BytesIO(data), Limits(), 0)) == PNG
    with pytest.raises(NotReadableError, match="missing"):
        list(sms.part(BytesIO(data), Limits(), 1))


def test_a_damaged_backup_shows_what_stands_before_the_damage():
    data = talks.sms()
    reading = sms.read(BytesIO(data[: data.index(b"<mms")]), Limits())
    assert reading.total == 2
    assert any("damaged in line" in note for note in reading.notes)


BOMB = '<!DOCTYPE smses [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><smses><sms body="&b;"/></smses>'
OUTSIDE = '<!DOCTYPE smses SYSTEM "file:///etc/passwd"><smses><sms body="x"/></smses>'


@pytest.mark.parametrize("data", [BOMB, OUTSIDE])
def test_xml_that_brings_its_own_entities_is_not_opened(data):
    with pytest.raises(NotReadableError, match="document type"):
        sms.read(BytesIO(data.encode()), Limits())


def test_characters_in_halves_are_joined_wherever_a_piece_ends():
    for fill in range(65_480, 65_560, 3):
        data = (
            f'<smses><!--{"x" * fill}--><sms address="1" date="1" body="&#65;&#55357;&#56832;&#0;"/></smses>'
        )
        assert sms.read(BytesIO(data.encode()), Limits()).messages[0].text == "A\U0001f600\ufffd"


def test_each_sample_is_recognised():
    assert {name: recognised(BytesIO(data)) for name, (_, data) in talks.samples().items()} == {
        name: reader for name, (reader, _) in talks.samples().items()
    }
    for data in (
        b"",
        b"just words",
        PNG,
        b"%PDF-1.7\n",
        b"a,b\n1,2\n",
        bytes(5000),
        b"\x1f\x8b\x08junk",
    ):
        assert recognised(BytesIO(data)) == "", data[:20]
