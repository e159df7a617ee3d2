"""What chance, damage and malice make of samples: each reader ends soon, within its limits, without a fault.

EVIDENCE_MUTATIONS says how many mutations of all samples together (2,000 unless told; the long hunt had a
million), EVIDENCE_MUTATIONS_SEED which ones. The other half are grammars: files that hypothesis builds.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_app.capture import reading
from evidence_app.capture.child import Child
from evidence_app.capture.reading.recognise import recognised
from evidence_app.errors import NotReadableError
from evidence_app.records import Limits, Reading
from tests import talks
from tests.hunting import Mutant, hunt
from tests.mutations import BYTES, Change, case, changed, coded, letters, lines, numbers

COUNT = int(os.environ.get("EVIDENCE_MUTATIONS", "1500"))
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
NAMES = ("archive", "chat", "html", "mail", "mhtml", "outlook", "sms", "warc", "whatsapp")
CHANGES: tuple[Change, ...] = (*BYTES, lines, letters, case, numbers, coded)
SAMPLES = talks.samples()


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


def mutant(chance: Random) -> Mutant[tuple[str, bytes]]:
    wanted = chance.choice(NAMES)
    sample = chance.choice([one for one, (reader, _) in SAMPLES.items() if reader == wanted])
    name, data = SAMPLES[sample]
    how = [sample]
    for _ in range(chance.choice((1, 1, 2, 3))):
        change, data = changed(chance, data, CHANGES)
        how.append(change)
    if chance.random() < 0.05:
        name = chance.choice(NAMES)
        how.append(f"to the reader of {name}")
    return Mutant(tuple(how), (name, data[:300_000]))


def judged(what: tuple[str, bytes]) -> None:
    name, data = what
    begun = time.process_time()
    looked_at(name, data)
    recognised(BytesIO(data))
    assert time.process_time() - begun < 10, "it took too long"


@pytest.mark.parametrize("batch", range(4))
def test_no_mutation_of_a_sample_breaks_its_reader(batch):
    hunt("talks", range(batch, COUNT, 4), mutant, judged)


HEADS = st.sampled_from([head for one in talks.LOCALES for head in one.heads])
WORDS = st.text(st.sampled_from("ab: <>[]()&;#\u200e\u202e\u0661\n\r\t\"'=-./\\\ud800\0,é😠"), max_size=40)
TOKENS = st.one_of(HEADS, WORDS, st.sampled_from(["(file attached)", talks.PICTURE, "<Media omitted>", "\n"]))
MARKUP = st.sampled_from(
    [
        "<a ",
        "<!--",
        "-->",
        "<script>",
        "</script",
        '"',
        "'",
        ">",
        "</",
        "&amp;",
        "&#x",
        "<p",
        "<title>",
        "<meta ",
    ]
)
MIME = st.sampled_from(
    [
        *(
            "\r\n",
            "\r\n\r\n",
            "--x",
            "--x--",
            "--y",
            "From: a",
            "Subject: =?utf-8?b?",
            "?=",
            "Date: ",
            "Received: ;",
        ),
        *("Content-Type: multipart/mixed; boundary=x", 'Content-Type: multipart/mixed; boundary="y"'),
        *("Content-Transfer-Encoding: base64", "Content-Type: text/html; charset=utf-7", "aGVsbG8=", "=3D="),
        *("Content-Type: message/rfc822", "Content-Disposition: attachment; filename*0*=utf-8''%41"),
        *("DKIM-Signature: v=1; a=rsa-sha256; d=a; s=b; h=from; bh=; b=", "=?"),
    ]
)
XML = st.sampled_from(
    [
        "<smses>",
        "</smses>",
        "<sms ",
        "/>",
        'body="',
        'date="',
        '"',
        "&#55357;",
        "&#x1F600;",
        "<mms>",
        "<part data=",
        "]]>",
    ]
)
JSON = st.sampled_from(
    ["{", "}", "[", "]", '"body":', '"date":', '"sender":', "1e999", "null", ",", "\n", '"x"']
)
KEYS = (("b._domainkey.a", "v=DKIM1; k=rsa; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAA=="),)


def built(parts: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    mixed = st.lists(st.one_of(parts, parts, parts, WORDS), max_size=60)
    return mixed.map(lambda found: "".join(found).encode("utf-8", "surrogatepass"))


EXAMPLES = settings(max_examples=max(25, COUNT // 40), deadline=None, database=None)


@EXAMPLES
@given(built(TOKENS))
def test_any_text_is_a_chat_or_none(data):
    looked_at("whatsapp", data)
    looked_at("chat", data)


@EXAMPLES
@given(built(MARKUP))
def test_any_markup_is_a_page_or_none(data):
    looked_at("html", b"<html>" + data)


@EXAMPLES
@given(built(MIME))
def test_any_headers_and_boundaries_are_a_mail_or_none(data):
    looked_at("mail", b"From: a@b.example\r\nSubject: x\r\n" + data, replace(SMALL, keys=KEYS))
    looked_at("mhtml", data)


@EXAMPLES
@given(built(XML))
def test_any_xml_is_a_backup_or_none(data):
    looked_at("sms", b"<smses>" + data)


@EXAMPLES
@given(built(JSON))
def test_any_json_is_a_chat_or_none(data):
    looked_at("chat", b"[{" + data)


@EXAMPLES
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["_chat.txt", "a/../b", "datapackage.json", "archive/x.warc"]),
            st.binary(max_size=300),
        ),
        max_size=4,
    ),
    st.binary(max_size=8),
    st.integers(0, 2_000),
)
def test_any_entries_are_an_archive_or_none(entries, noise, at):
    data = talks.zipped(dict(entries))
    looked_at("archive", data[:at] + noise + data[at + len(noise) :])


def test_in_the_child_each_sample_says_the_same():
    with Child() as child:
        for sample, (name, data) in SAMPLES.items():
            limits = Limits(keys=KEYS)
            here = reading.find(name).read(BytesIO(data), limits)
            assert child.read(name, BytesIO(data), limits) == here, sample
            assert child.read("content", BytesIO(data), limits) == here, sample
            for place, _ in enumerate(here.attachments):
                part = reading.find(name).part
                assert part is not None
                assert b"".join(child.part("content", BytesIO(data), place)) == b"".join(
                    part(BytesIO(data), limits, place)
                )
        with pytest.raises(NotReadableError):
            child.read("mail", BytesIO(b""))
        signed = talks.mail().replace(
            b"From:", b"DKIM-Signature: v=1; a=rsa-sha256; d=a; s=b; b=\r\nFrom:", 1
        )
        found = child.read("mail", BytesIO(signed), Limits(keys=KEYS))
        assert any(one.value.startswith("Failed with the stored key") for one in found.claims)
