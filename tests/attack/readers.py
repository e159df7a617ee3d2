"""Hostile files and addresses: no reader fails, hangs or gives out more than it may.

Files are mutations of the samples of every kind (the exports of Instagram, Facebook, Telegram and WhatsApp,
mails, saved pages, archives), the same as those of tests/unit/capture/reading/test_fuzz.py; addresses are
put together of what addresses are made of, and of what they are not. A usual run makes 100,000; the long hunt
of a million is `python -m tests.attack readers --times 10`.
"""

from __future__ import annotations

import time
from random import Random
from typing import Final

from evidence_app.capture.address import read_address
from evidence_app.capture.mail_key import read_key
from tests.attack.harness import Attack, Outcome, Share
from tests.hunting import Mutant, hunt_one
from tests.unit.capture.reading.test_fuzz import judged, mutant

_USUAL: Final = 100_000
_AT_ONCE: Final = 100
_FILES: Final = 25
"""Of a hundred: a file takes some thirty times as long as an address."""
_SECONDS: Final = 2.0

_PIECES: Final = (
    *(
        "https://",
        "http:",
        "//",
        "/",
        "?",
        "#",
        "&",
        "=",
        "@",
        ":",
        ".",
        "%",
        "%2f",
        "%E2%80%AE",
        " ",
        "\n",
        "\0",
    ),
    *(
        "x.com",
        "twitter.com",
        "www.instagram.com",
        "m.facebook.com",
        "tiktok.com",
        "vm.tiktok.com",
        "discord.com",
    ),
    *(
        "old.reddit.com",
        "youtu.be",
        "youtube.com",
        "linkedin.com",
        "t.me",
        "chirrup.example",
        "203.0.113.7",
        "[::1]",
    ),
    *(
        "status",
        "video",
        "photo",
        "p",
        "reel",
        "stories",
        "channels",
        "@me",
        "r",
        "comments",
        "watch",
        "v",
        "lc",
    ),
    *(
        "posts",
        "groups",
        "story_fbid",
        "permalink.php",
        "shorts",
        "live",
        "activity-",
        "urn:li:activity:",
        "share",
    ),
    *(
        "igsh",
        "si",
        "fbclid",
        "utm_source",
        "s",
        "t",
        "pfbid0",
        "i",
        "quiet_owl",
        "CxYz-_12345",
        "\u0445",
        "\u202e",
    ),
    *(
        "1899999999999999999",
        "7" * 19,
        "9" * 40,
        "0",
        "-1",
        "\u0661\u0662",
        "\ud800",
        "é",
        "xn--",
        "javascript:",
    ),
)
_RECORD: Final = (
    *(
        "v=DKIM1",
        "; ",
        "k=rsa",
        "k=ed25519",
        "p=",
        "MFwwDQYJ",
        "t=y",
        '"',
        '" "',
        "\\;",
        "(",
        ")",
        " IN TXT ",
        "\n",
    ),
    *("s1._domainkey.larkmere.example", ".", "\u202e", "\0", "p", "v=spf1", "é", "A" * 300),
)


def _pieced(chance: Random, pieces: tuple[str, ...], most: int) -> Mutant[str]:
    text = "".join(chance.choice(pieces) for _ in range(chance.randrange(1, most)))
    return Mutant((text[:120].encode("unicode_escape").decode(),), text)


def address(chance: Random) -> Mutant[str]:
    """A text that may be an address."""
    made = _pieced(chance, _PIECES, 18)
    return Mutant(made.how, f"https://{made.what}") if chance.random() < 0.6 else made


def read_rightly(text: str) -> None:
    """It has a problem or a cleaned form; what was cleaned stays so, and names the same post."""
    began = time.process_time()
    found = read_address(text)
    assert bool(found.problem) != bool(found.cleaned)
    assert found.given == text
    if found.cleaned:
        again = read_address(found.cleaned)
        assert again.cleaned == found.cleaned
        assert (again.platform, again.account, again.post) == (found.platform, found.account, found.post)
    assert time.process_time() - began < _SECONDS, "it took too long"


def record(chance: Random) -> Mutant[str]:
    """A text that may be the record of a mail server's key."""
    return _pieced(chance, _RECORD, 14)


def key_rightly(text: str) -> None:
    """It has a problem or a record with a key tag, in one line."""
    began = time.process_time()
    found = read_key(text)
    assert bool(found.problem) != ("p=" in found.record.replace(" ", ""))
    assert "\n" not in found.record
    assert read_key(found.record).record == found.record
    assert time.process_time() - began < _SECONDS, "it took too long"


def run(share: Share) -> Outcome:
    """Files, addresses and records in turn, so that whatever time there is, each has its share."""
    outcome = Outcome()
    made = {"files": 0, "addresses": 0, "records": 0}
    hundreds = share.number(_USUAL) // _AT_ONCE
    for hundred in range(hundreds):
        if share.over():
            outcome.notes.append(f"the time was over after {outcome.tried:,} of {hundreds * _AT_ONCE:,}")
            break
        for at in range(_AT_ONCE):
            number, lost = hundred * _AT_ONCE + at, ""
            kind = "files" if at < _FILES else "records" if at % 10 == 0 else "addresses"
            try:
                if kind == "files":
                    hunt_one(kind, number, mutant, judged, share.seed)
                elif kind == "records":
                    hunt_one(kind, number, record, key_rightly, share.seed)
                else:
                    hunt_one(kind, number, address, read_rightly, share.seed)
            except AssertionError as error:
                lost = str(error)
            outcome.expect(not lost, lost)
            made[kind] += 1
    outcome.notes.append(", ".join(f"{count:,} {kind}" for kind, count in made.items()))
    return outcome


ATTACK = Attack("readers", "no file and no address makes a reader fail or hang", run, 1.5)
