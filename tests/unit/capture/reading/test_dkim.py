"""The signature of a mail server, checked with a key that was stored: each way to end has its words."""

from __future__ import annotations

import re
from io import BytesIO

import dkim
import pytest

from evidence_app.capture.mail_key import LONGEST, read_key
from evidence_app.capture.reading import mail
from evidence_app.records import Limits
from tests import talks
from tests.signing import ASKED, pair, signed


def result(data: bytes, *stored: tuple[str, str]) -> str:
    reading = mail.read(BytesIO(data), Limits(keys=stored))
    assert reading.asked == (ASKED,)
    (value,) = [one.value for one in reading.claims if one.name.endswith("(DKIM)")]
    return value


def test_without_a_stored_key_nothing_is_said() -> None:
    assert result(signed()) == f"Not checked: no stored key for {ASKED}."


def test_a_match_says_what_it_proves_and_what_not() -> None:
    words = result(signed(), (ASKED, pair()[1]))
    assert words.startswith(
        "Passed with the stored key: the text, what is attached and the lines From, Subject have not changed"
    )
    assert re.search(r"whoever had its key on 20[0-9-]+ at [0-9:]+ UTC, it says", words)
    assert "does not say who wrote the message" in words
    assert "the word of whoever got the key" in words
    assert "But " not in words


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (b"regret", b"forget", "the text or an attachment"),
        (b"Subject: ", b"Subject: Re: ", "not the key that it was"),
    ],
)
def test_a_changed_mail_fails(before: bytes, after: bytes, says: str) -> None:
    _, public = pair()
    whole = signed()
    altered = whole.replace(before, after, 1)
    assert altered != whole
    words = result(altered, (ASKED, public))
    assert words.startswith("Failed with the stored key: ")
    assert says in words


def test_a_wrong_key_fails() -> None:
    words = result(signed(), (ASKED, pair(1100)[1]))
    assert words.startswith("Failed with the stored key: this is not the key that it was signed with")


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ("v=DKIM1; k=rsa; p=", "Not checked: the stored record says that its key was withdrawn"),
        ("v=DKIM1; k=ed25519; p=AAAA", "Not checked: keys of the kind “ed25519” cannot be checked here."),
        ("v=DKIM1; p=AAAA", "Failed with the stored key"),
        ("v=DKIM2; p=AAAA", "Failed with the stored key"),
    ],
)
def test_a_record_without_a_key_that_can_be_used(record: str, says: str) -> None:
    assert result(signed(), (ASKED, record)).startswith(says)


def test_a_key_that_anybody_can_break_is_called_so() -> None:
    words = result(signed(512), (ASKED, pair(512)[1]))
    assert words.startswith("Passed with the stored key")
    assert "But the key has only 512 bits: anybody can make such a signature today." in words


def test_what_comes_after_the_signed_length_is_not_covered() -> None:
    _, public = pair()
    whole = signed(length=True)
    assert "bytes of the text" not in result(whole, (ASKED, public))
    words = result(whole + b"and I know where you live\r\n", (ASKED, public))
    assert re.match(
        r"Passed with the stored key: the first [0-9,]+ bytes of the text and the lines From", words
    )
    assert "may have been added by anybody" in words


def test_a_time_that_ran_out_is_said_and_the_check_is_made_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    private, public = pair()
    signer = dkim.DKIM(talks.mail())
    gen_header = signer.gen_header
    monkeypatch.setattr(
        signer,
        "gen_header",
        lambda fields, *more, **named: gen_header(
            [*fields[:-2], (b"x", b"1773600000"), *fields[-2:]], *more, **named
        ),
    )
    monkeypatch.setattr(dkim.time, "time", lambda: 1773500000.0)
    whole = bytes(signer.sign(b"s1", b"larkmere.example", private, include_headers=[b"from", b"subject"]))
    monkeypatch.undo()
    words = result(whole + talks.mail(), (ASKED, public))
    assert words.startswith("Passed with the stored key")
    assert "It was meant to be checked until 2026-03-15: mail programs would refuse it by now." in words
    altered = (whole + talks.mail()).replace(b"regret", b"forget")
    assert result(altered, (ASKED, public)).startswith("Failed with the stored key: the text")


P = "p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAA=="


@pytest.mark.parametrize(
    ("text", "record", "name"),
    [
        (f"v=DKIM1; k=rsa; {P}", f"v=DKIM1; k=rsa; {P}", ""),
        (f"  v=DKIM1;\n k=rsa;\n {P[:20]}\n{P[20:]}\n", f"v=DKIM1; k=rsa; {P}", ""),
        (f'"v=DKIM1; k=rsa; " "{P[:20]}" "{P[20:]}"', f"v=DKIM1; k=rsa; {P}", ""),
        (
            f'S1._domainkey.larkmere.example. 3600 IN TXT ( "v=DKIM1\\; k=rsa\\; " "{P}" )',
            f"v=DKIM1; k=rsa; {P}",
            ASKED,
        ),
        (f'{ASKED}\ttext = "{P}"', P, ASKED),
    ],
)
def test_a_record_is_understood_however_it_was_copied(text: str, record: str, name: str) -> None:
    found = read_key(text)
    assert (found.record, found.name, found.problem) == (record, name, "")


@pytest.mark.parametrize("text", ["", "no key", "v=spf1 -all", "v=DKIM1; k=rsa", "p", "p=" + "A" * LONGEST])
def test_what_is_no_record_is_said(text: str) -> None:
    assert read_key(text).problem
