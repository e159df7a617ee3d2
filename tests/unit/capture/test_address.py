"""Addresses: every row of the table of platforms, the times inside numbers, and texts that are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_app.capture.address import MAX_ADDRESS, phone_number, read_address
from evidence_app.records import Address

POST = "1050118621198921728"


def read(address: str) -> dict[str, object]:
    """The fields that say something, without the address itself."""
    found = read_address(address)
    names = ("host", "cleaned", "given", "made_at", "made_at_note")
    return {
        name: getattr(found, name) for name in Address.__slots__ if getattr(found, name) and name not in names
    }


TABLE = """
https://x.com/quiet_owl/status/1050118621198921728
    platform X
    account quiet_owl
    account_unchecked True
    post 1050118621198921728
https://mobile.twitter.com/quiet_owl/status/1050118621198921728/photo/1
    platform X
    account quiet_owl
    account_unchecked True
    post 1050118621198921728
x.com/i/status/1050118621198921728
    platform X
    post 1050118621198921728
https://x.com/i/web/status/1050118621198921728
    platform X
    post 1050118621198921728
https://x.com/quiet_owl
    platform X
    account quiet_owl
https://x.com/home
    platform X
https://www.tiktok.com/@quiet.owl/video/7106594312292453675
    platform TikTok
    account quiet.owl
    post 7106594312292453675
https://www.tiktok.com/@quiet.owl/photo/7106594312292453675
    platform TikTok
    account quiet.owl
    post 7106594312292453675
https://www.tiktok.com/@quiet.owl
    platform TikTok
    account quiet.owl
https://www.instagram.com/p/CfCkqpWF3dY/
    platform Instagram
    post CfCkqpWF3dY
https://www.instagram.com/reel/CfCkqpWF3dY/
    platform Instagram
    post CfCkqpWF3dY
https://instagram.com/quiet.owl/p/CfCkqpWF3dY/
    platform Instagram
    account quiet.owl
    post CfCkqpWF3dY
https://instagram.com/stories/quiet.owl/2864937000000000000/
    platform Instagram
    account quiet.owl
    post 2864937000000000000
https://discord.com/channels/81384788765712384/381887113391505410/175928847299117063
    platform Discord
    server 81384788765712384
    channel 381887113391505410
    post 175928847299117063
https://discord.com/channels/@me/381887113391505410
    platform Discord
    server @me
    channel 381887113391505410
https://www.reddit.com/r/larkmere/comments/1abc2d/a_title/kx9z1aa/
    platform Reddit
    group larkmere
    post 1abc2d
    comment kx9z1aa
https://old.reddit.com/r/larkmere/comments/1abc2d/
    platform Reddit
    group larkmere
    post 1abc2d
https://www.reddit.com/user/quiet-owl/
    platform Reddit
    account quiet-owl
https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=UgxA1&t=12s
    platform YouTube
    post dQw4w9WgXcQ
    comment UgxA1
https://youtu.be/dQw4w9WgXcQ?si=Abc
    platform YouTube
    post dQw4w9WgXcQ
https://m.youtube.com/shorts/dQw4w9WgXcQ
    platform YouTube
    post dQw4w9WgXcQ
https://youtube.com/live/dQw4w9WgXcQ
    platform YouTube
    post dQw4w9WgXcQ
https://www.facebook.com/quiet.owl/posts/1234567890
    platform Facebook
    account quiet.owl
    post 1234567890
https://www.facebook.com/quiet.owl/posts/pfbid02AbCdEf1234567
    platform Facebook
    account quiet.owl
    post pfbid02AbCdEf1234567
    unstable True
https://m.facebook.com/story.php?story_fbid=123&id=456
    platform Facebook
    post 123
    account_id 456
https://www.facebook.com/groups/larkmere.parents/posts/123/?comment_id=9
    platform Facebook
    group larkmere.parents
    post 123
    comment 9
https://www.facebook.com/reel/123
    platform Facebook
    post 123
https://l.facebook.com/l.php?u=https%3A%2F%2Fchirrup.example
    platform Facebook
https://www.linkedin.com/posts/quiet-owl_hello-activity-7106594312292453675-AbCd
    platform LinkedIn
    account quiet-owl
    post 7106594312292453675
https://www.linkedin.com/feed/update/urn:li:activity:7106594312292453675/
    platform LinkedIn
    post 7106594312292453675
https://www.snapchat.com/add/quiet-owl
    platform Snapchat
    account quiet-owl
https://t.me/quiet_owl/12
    platform Telegram
    account quiet_owl
    post 12
https://wa.me/447700900123
    platform WhatsApp
    account_id 447700900123
https://chirrup.example/quiet_owl/status/12
"""
"""An address, and below it what it says; nothing else is read out of it."""


def rows() -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = []
    for line in TABLE.strip().splitlines():
        if line.startswith("    "):
            name, value = line.split()
            found[-1][1][name] = True if value == "True" else value
        else:
            found.append((line, {}))
    return found


@pytest.mark.parametrize(("address", "expected"), rows())
def test_the_table_of_platforms(address, expected):
    assert read(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "https://vm.tiktok.com/ZMabc/",
        "https://www.tiktok.com/t/ZTabc/",
        "https://redd.it/1abc2d",
        "https://www.reddit.com/r/larkmere/s/AbCdEf",
        "https://www.facebook.com/share/p/AbCdEf/",
        "https://www.instagram.com/share/AbCdEf",
        "https://t.co/AbCdEf",
    ],
)
def test_a_short_link_is_kept_as_it_is(address):
    found = read_address(address)
    assert found.short
    assert found.cleaned == address
    assert not found.post


@pytest.mark.parametrize(
    ("address", "cleaned"),
    [
        (f"https://x.com/quiet_owl/status/{POST}?s=20&t=AbC", f"https://x.com/quiet_owl/status/{POST}"),
        ("https://www.instagram.com/p/CfCkqpWF3dY/?igsh=AbC==", "https://www.instagram.com/p/CfCkqpWF3dY/"),
        ("https://youtu.be/dQw4w9WgXcQ?si=AbC", "https://youtu.be/dQw4w9WgXcQ"),
        (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ&si=A&t=3",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        ),
        ("https://chirrup.example/a?fbclid=1&page=2&utm_source=x", "https://chirrup.example/a?page=2"),
        # Elsewhere these letters may name the page itself.
        ("https://forum.example/view?t=12&s=3#p4", "https://forum.example/view?t=12&s=3#p4"),
        ("https://helen:secret@chirrup.example:8443/a", "https://chirrup.example:8443/a"),
        ("HTTPS://CHIRRUP.EXAMPLE/A%2fb", "https://chirrup.example/A%2fb"),
        ("chirrup.example/a", "https://chirrup.example/a"),
        ("https://chirrup.example/a#:~:text=words", "https://chirrup.example/a"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    ],
)
def test_the_cleaned_address_has_no_token_and_no_sign_in(address, cleaned):
    found = read_address(address)
    assert found.given == address
    assert found.cleaned == cleaned


@pytest.mark.parametrize(
    ("address", "at", "note"),
    [
        (f"https://x.com/a/status/{POST}", datetime(2018, 10, 10, 20, 19, 24, 211000, UTC), "number"),
        (
            "https://discord.com/channels/1/2/175928847299117063",
            datetime(2016, 4, 30, 11, 18, 25, 796000, UTC),
            "number",
        ),
        (
            "https://www.tiktok.com/@a/video/7106594312292453675",
            datetime(2022, 6, 7, 20, 15, 27, 0, UTC),
            "not document",
        ),
        (
            "https://www.linkedin.com/feed/update/urn:li:activity:7106594312292453675",
            datetime(2023, 9, 10, 11, 8, 38, 188000, UTC),
            "not document",
        ),
    ],
)
def test_the_time_inside_a_number(address, at, note):
    found = read_address(address)
    assert found.made_at == at
    assert note in found.made_at_note


def test_the_time_inside_an_instagram_code():
    at = datetime(2022, 6, 20, 20, 17, 34, 341000, UTC)
    number = (round(at.timestamp() * 1000) - 1_314_220_021_721) << 23 | 0x3DD98
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    code = ""
    while number:
        number, digit = divmod(number, 64)
        code = letters[digit] + code
    found = read_address(f"https://www.instagram.com/p/{code}/")
    assert found.made_at == at
    assert "not when it was published" in found.made_at_note


@pytest.mark.parametrize(
    "address",
    [
        "https://x.com/a/status/20",  # given before numbers held a time
        "https://x.com/a/status/99999999999999999999",
        "https://www.instagram.com/p/CfCkqpWF3dYAAAAAAAAAAAAA/",  # of a private account: longer
        "https://www.tiktok.com/@a/video/123",
        "https://www.reddit.com/r/a/comments/1abc2d/",
        "https://www.facebook.com/a/posts/1234567890",
    ],
)
def test_no_time_where_the_number_holds_none(address):
    found = read_address(address)
    assert found.post
    assert found.made_at is None
    assert not found.made_at_note


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hello",
        "javascript:alert(1)",
        "file:///home/helen/a.html",
        "data:text/html,hi",
        "https:chirrup.example",
        "https://",
        "https://chirrup..example/",
        "https://chirrup.example:99999/",
        "https://chirrup.example/a b",
        "https://chirrup.example/\u202egnp.exe",
        "https://[half/",
        "x" * (MAX_ADDRESS + 1),
    ],
)
def test_what_is_no_address_says_why_in_one_sentence(text):
    found = read_address(text)
    assert found.given == text
    assert found.problem.endswith(".")
    assert not found.cleaned
    assert not found.platform


def test_a_site_that_imitates_another_is_not_that_site():
    for host in ("x.com.chirrup.example", "notx.com", "tiktok.com.example", "\u0445.com"):
        found = read_address(f"https://{host}/quiet_owl/status/{POST}")
        assert not found.problem
        assert not found.platform
        assert found.made_at is None


@settings(max_examples=400)
@given(
    st.one_of(st.text(max_size=200), st.from_regex(r"https?://(x|tiktok|reddit|youtube)\.com/[!-~]{0,80}"))
)
def test_no_text_makes_it_fail_and_cleaning_twice_changes_nothing(text):
    found = read_address(text)
    assert bool(found.problem) != bool(found.cleaned)
    if found.cleaned:
        again = read_address(found.cleaned)
        assert again.cleaned == found.cleaned
        assert (again.platform, again.account, again.post) == (found.platform, found.account, found.post)


def test_a_long_hostile_address_is_read_like_any_other():
    for text in (
        "https://x.com/" + "a/" * 4000,
        "https://reddit.com/r/" + "a" * 8000,
        "https://" + "a." * 4000,
    ):
        read_address(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700-900123", "+447700900123"),
        ("\u202a+44\u00a07700\u202f900123\u202c", "+447700900123"),
        ("+1 202-555-0143", "+12025550143"),
        ("7700", ""),
        ("quiet owl", ""),
        ("+44 7700 900123 900123", ""),
    ],
)
def test_telephone_numbers(text, number):
    assert phone_number(text) == number
