"""What is compared of two incidents, and what never concludes."""

from __future__ import annotations

import pytest

from evidence_app.records import Likeness
from evidence_app.workflows.likeness import MAX_RELATED, Clue, Place, Together, clues, place_of, plain

PLACES = {
    "https://x.com/Larkmere_Truth/status/123?s=20&t=abc": Place(
        "x", "larkmere_truth", "x/Larkmere_Truth/status/123"
    ),
    "https://twitter.com/i/status/123": Place("x", "", "x/i/status/123"),
    "x.com/larkmere_truth": Place("x", "larkmere_truth", "x/larkmere_truth"),
    "https://x.com/home": Place("x", "", "x/home"),
    "https://www.tiktok.com/@nadia.e/video/7?is_from_webapp=1": Place(
        "tiktok", "nadia.e", "tiktok/@nadia.e/video/7"
    ),
    "https://instagram.com/tomg/p/CabcDEF/?igsh=secret": Place(
        "instagram", "tomg", "instagram/tomg/p/CabcDEF"
    ),
    "https://www.instagram.com/p/CabcDEF/": Place("instagram", "", "instagram/p/CabcDEF"),
    "https://www.instagram.com/stories/tomg/99/": Place("instagram", "tomg", "instagram/stories/tomg/99"),
    "https://m.facebook.com/tom.garrick/posts/77?mibextid=q": Place(
        "facebook", "tom.garrick", "facebook/tom.garrick/posts/77"
    ),
    "https://www.facebook.com/groups/9/posts/8": Place("facebook", "", "facebook/groups/9/posts/8"),
    "https://old.reddit.com/user/Tom/": Place("reddit", "tom", "reddit/user/Tom"),
    "https://youtube.com/watch?v=abc&si=me&t=9": Place("youtube", "", "youtube/watch?v=abc"),
    "https://youtu.be/abc?si=me": Place("youtube", "", "youtu.be/abc"),
    "https://social.example/@larkmere_truth/9": Place(
        "social.example", "larkmere_truth", "social.example/@larkmere_truth/9"
    ),
    "HTTPS://CHIRRUP.EXAMPLE/whispers/status/47290#top": Place(
        "chirrup.example", "whispers", "chirrup.example/whispers/status/47290"
    ),
    "chirrup.example/whispers/status/47290": Place(
        "chirrup.example", "whispers", "chirrup.example/whispers/status/47290"
    ),
    # Only on some platforms is `t` something that tells who shared it: here it is the page.
    "https://forum.example/topic?t=5&utm_source=mail": Place("forum.example", "", "forum.example/topic?t=5"),
    "https://forum.example:8443/a": Place("forum.example", "", "forum.example:8443/a"),
    "https://forum.example/": Place("forum.example", "", ""),
}
NO_PLACES = (
    "",
    "Larkmere chat",
    "ask her",
    "ftp://files.example/a",
    "javascript:alert(1).x",
    "https://[broken.example/a",
    "https://host.example:99999/a",
    "https://localhost/a",
    "https://www.facebook.com/tom/posts/pfbid02abc",
    "https://www.facebook.com/permalink.php?story_fbid=PFBID02abc&id=5",
    "https://long.example/" + "a" * 4000,
)


@pytest.mark.parametrize("address", PLACES)
def test_what_an_address_is_compared_by(address):
    assert place_of(address) == PLACES[address]


@pytest.mark.parametrize("address", NO_PLACES)
def test_what_is_no_address_or_never_concludes(address):
    assert place_of(address) is None
    assert not list(clues({"address": address}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("@Larkmere_Truth", "larkmere_truth"),
        ("Ｌarkmere_truth", "larkmere_truth"),
        ("lark\u200bmere_truth", "larkmere_truth"),
        (" larkmere_truth ", "@larkmere_truth"),
        ("STRASSE", "straße"),
    ],
)
def test_accounts_are_compared_as_people_read_them(one, other):
    found = [[clue.key for clue in clues({"platform": "Chirrup", "account": text})] for text in (one, other)]
    assert found[0] == found[1]
    assert found[0][0][0] == "chirrup"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"platform": "Chirrup", "account": "tom"}, {"platform": "PalChat", "account": "tom"}),
        ({"platform": "Chirrup", "account": "tom"}, {"account": "tom"}),
        ({"platform": "Chirrup", "account": "tom"}, {"platform": "Chirrup", "account": "tom2"}),
        ({"address": "https://a.example/@tom/1"}, {"address": "https://b.example/@tom/2"}),
        ({"address": "https://forum.example/topic?t=5"}, {"address": "https://forum.example/topic?t=6"}),
        ({"address": "https://youtu.be/abc"}, {"address": "https://youtu.be/ABC"}),
    ],
)
def test_what_is_not_the_same_shares_nothing(one, other):
    assert not {(clue.why, clue.key) for clue in clues(one)} & {(clue.why, clue.key) for clue in clues(other)}


def test_a_stated_account_and_the_one_in_an_address_are_the_same_on_a_platform_that_has_a_name():
    stated = {clue.key for clue in clues({"platform": "Twitter", "account": "@Larkmere_Truth"})}
    address = {clue.key for clue in clues({"address": "https://x.com/larkmere_truth/status/1"})}
    assert stated & address == {("x", "larkmere_truth")}


@pytest.mark.parametrize("nobody", ["", "  ", "Unknown", "not known", "?", "\u200b"])
def test_nobody_is_no_clue(nobody):
    assert not list(clues({"suspected_author": nobody, "account": nobody, "platform": "Chirrup"}))


def test_a_name_is_compared_whatever_its_case_and_spaces():
    (one,) = clues({"suspected_author": "Tom  GARRICK"})
    assert (one.why, one.key) == (Likeness.PERSON, ("tom garrick",))


def test_what_somebody_wrote_is_shown_inert_and_short():
    (one, *_) = clues({"platform": "Chirrup", "account": "a\u202eb\nc" + "x" * 500})
    assert "\u202e" not in one.what
    assert "\n" not in one.what
    assert len(one.what) < 140


def test_plain_is_stable():
    for text in ("İstanbul", "ﬁsh", "ΑΣ", "e\u0301", "ẞ"):
        assert plain(plain(text)) == plain(text)


# --- what belongs together ------------------------------------------------------------------------------


def together(*shared: tuple[str, Clue], count: int = 4) -> Together:
    found = Together({f"RCV-{at:03}": f"Title {at}" for at in range(count, 0, -1)} | {"INC-001": "Own"})
    for reference, clue in shared:
        found.add(reference, clue)
    return found


ACCOUNT = Clue(Likeness.ACCOUNT, ("chirrup", "tom"), "@tom on Chirrup")
ADDRESS = Clue(Likeness.ADDRESS, ("a",), "a.example/1")
PERSON = Clue(Likeness.PERSON, ("tom",), "Tom")


def test_both_sides_name_each_other_and_nobody_names_itself():
    found = together(("RCV-001", ACCOUNT), ("RCV-001", ACCOUNT), ("INC-001", ACCOUNT), ("RCV-003", PERSON))
    (one,), more = found.of("RCV-001")
    assert (one.reference, one.why, one.what, one.title) == (
        "INC-001",
        Likeness.ACCOUNT,
        "@tom on Chirrup",
        "Own",
    )
    assert more == 0
    assert [other.reference for other in found.of("INC-001")[0]] == ["RCV-001"]
    assert found.of("RCV-003") == ((), 0)
    assert found.of("RCV-002") == ((), 0)


def test_another_is_named_once_by_the_strongest_reason():
    found = together(
        *((name, clue) for name in ("RCV-001", "RCV-002") for clue in (PERSON, ADDRESS, ACCOUNT))
    )
    assert [(one.reference, one.why) for one in found.of("RCV-001")[0]] == [("RCV-002", Likeness.ACCOUNT)]


def test_the_newest_come_first_and_the_rest_is_counted():
    found = together(*((f"RCV-{at:03}", ACCOUNT) for at in range(1, 101)), count=100)
    named, more = found.of("RCV-050")
    assert [one.reference for one in named] == [f"RCV-{at:03}" for at in range(100, 80, -1)]
    assert len(named) == MAX_RELATED
    assert more == 99 - MAX_RELATED
    assert "RCV-050" not in [one.reference for one in found.of("RCV-050")[0]]


def test_what_is_not_in_the_register_is_left_out():
    found = together(("HXA/003", ACCOUNT), ("RCV-001", ACCOUNT))
    assert found.of("RCV-001") == ((), 0)
