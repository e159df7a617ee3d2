"""What two incidents may have in common: an account, an address, the name of a person.

Only what is stated is compared, and no more is said than that the same is named in both. Pure: no vault.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from evidence_app.bundle.text import shown
from evidence_app.records import Likeness, Related

FIELDS: Final = ("platform", "account", "address", "suspected_author")
"""The stated fields that are compared."""

_NOBODY: Final = frozenset({"", "?", "-", "unknown", "not known", "anonymous", "nobody", "none", "n/a"})
_PLATFORMS: Final = {"twitter": "x", "x (twitter)": "x", "twitter (x)": "x", "x/twitter": "x"}
_HOSTS: Final = {
    "x.com": "x",
    "twitter.com": "x",
    "tiktok.com": "tiktok",
    "instagram.com": "instagram",
    "facebook.com": "facebook",
    "reddit.com": "reddit",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "linkedin.com": "linkedin",
    "snapchat.com": "snapchat",
}
"""Hosts that belong to a platform which people call by a name; every other one stands for itself."""
_ENTRANCES: Final = ("www.", "m.", "mobile.", "old.")
_SHARED: Final = re.compile(r"utm_.*|fbclid|gclid|dclid|msclkid|twclid|ttclid|igsh|igshid|mibextid")
"""Parts of an address that tell who shared it, on any site."""
_SHARED_AT: Final = {
    "x": frozenset({"s", "t", "ref_src", "ref_url"}),
    "youtube": frozenset({"si", "t", "feature", "pp", "ab_channel"}),
    "tiktok": frozenset({"_t", "_r", "is_from_webapp", "sender_device", "web_id"}),
    "reddit": frozenset({"share_id", "rdt"}),
}
"""The same where a letter or two mean it only on that platform: elsewhere `t` may be the page itself."""
_ANYWHERE: Final = (
    re.compile(r"/@(?P<handle>[^/]+)(?:/.*)?"),
    re.compile(r"/(?P<handle>[^/]+)/status/[0-9]+(?:/.*)?"),
)
_HANDLES: Final = {
    "x": (re.compile(r"/(?P<handle>[A-Za-z0-9_]{1,15})"),),
    "instagram": (
        re.compile(r"/(?P<handle>[^/]+)/(?:p|reel)/[^/]+"),
        re.compile(r"/stories/(?P<handle>[^/]+)/[0-9]+"),
    ),
    "facebook": (re.compile(r"/(?P<handle>[^/]+)/(?:posts|videos|photos)/.+"),),
    "reddit": (re.compile(r"/u(?:ser)?/(?P<handle>[^/]+)(?:/.*)?"),),
    "youtube": (re.compile(r"/(?:c|user)/(?P<handle>[^/]+)(?:/.*)?"),),
    "linkedin": (re.compile(r"/in/(?P<handle>[^/]+)(?:/.*)?"),),
    "snapchat": (re.compile(r"/add/(?P<handle>[^/]+)"),),
}
_NO_HANDLES: Final = frozenset(
    {"i", "home", "search", "hashtag", "explore", "settings", "messages", "notifications", "intent", "share"}
    | {"groups", "watch", "login", "stories", "p", "reel"}
)
_ADDRESS: Final = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?[^\s/]+\.[^\s/]+.*", re.IGNORECASE)
_MAX_SHOWN: Final = 120
_MAX_ADDRESS: Final = 4_000
"""Characters; what is longer is no address that a person would meet twice."""


MAX_RELATED: Final = 20
"""Related ones that are named; the others are counted."""
_ORDER: Final = (Likeness.ACCOUNT, Likeness.ADDRESS, Likeness.PERSON)

Key = tuple[Likeness, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Clue:
    """Something that another incident may name too: equal keys mean that the same is named.

    `what` is how it was stated, for people.
    """

    why: Likeness
    key: tuple[str, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Place:
    """An address as far as it is compared: `platform` (a name, or the host), `handle` (empty where none is
    in it), and `post`, the address without what tells who shared it (empty for a front page)."""

    platform: str
    handle: str
    post: str


def plain(text: str) -> str:
    """A text as it is compared: NFKC, case-folded, one space between words, without invisible signs."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(one for one in folded if unicodedata.category(one) != "Cf")
    return " ".join(seen.split())


def clues(said: Mapping[str, str]) -> Iterator[Clue]:
    """The clues in what is stated about one exhibit or incident: newest value by field (`FIELDS`)."""
    person = plain(said.get("suspected_author", ""))
    if person not in _NOBODY:
        yield Clue(Likeness.PERSON, (person,), _shown(said["suspected_author"]))
    address = said.get("address", "").strip()
    place = place_of(address)
    account = plain(said.get("account", "")).removeprefix("@").strip()
    if account not in _NOBODY:
        stated = plain(said.get("platform", ""))
        platform = _PLATFORMS.get(stated, stated) or ("" if place is None else place.platform)
        yield Clue(Likeness.ACCOUNT, (platform, account), _on(said["account"], said.get("platform", "")))
    if place is not None and place.handle:
        yield Clue(Likeness.ACCOUNT, (place.platform, place.handle), _on(f"@{place.handle}", place.platform))
    if place is not None and place.post:
        yield Clue(Likeness.ADDRESS, (place.post,), _shown(address))


def place_of(address: str) -> Place | None:
    """What an address can be compared by; None for what is no web address, or one that never concludes.

    Facebook's `pfbid…` for one and the same post changes over time (domain.md), so nothing follows from it.
    """
    found = _ADDRESS.fullmatch(address) if len(address) <= _MAX_ADDRESS else None
    if found is None or "pfbid" in address.casefold():
        return None
    scheme = (found["scheme"] or "").casefold()
    if scheme not in {"", "http", "https"}:
        return None
    try:
        parts = urlsplit(address if scheme else f"https://{address}")
        host, port = (parts.hostname or "").casefold().rstrip("."), parts.port
    except ValueError:
        return None
    for entrance in _ENTRANCES:
        if host.startswith(entrance) and "." in host.removeprefix(entrance):
            host = host.removeprefix(entrance)
            break
    if "." not in host:
        return None
    platform = _HOSTS.get(host, host)
    where = platform if host in _HOSTS and host != "youtu.be" else host
    if port is not None and port not in {80, 443}:
        where = f"{where}:{port}"
    path = parts.path.rstrip("/")
    own = _SHARED_AT.get(platform, frozenset())
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name not in own and not _SHARED.fullmatch(name.casefold())
    ]
    post = f"{where}{path}?{urlencode(sorted(query))}" if query else f"{where}{path}"
    return Place(platform, _handle(platform, path), post if path or query else "")


def _handle(platform: str, path: str) -> str:
    for pattern in (*_ANYWHERE, *_HANDLES.get(platform, ())):
        found = pattern.fullmatch(path)
        if found and found["handle"].casefold() not in _NO_HANDLES:
            return plain(found["handle"]).removeprefix("@")
    return ""


def _on(account: str, platform: str) -> str:
    account, platform = _shown(account), _shown(platform)
    return f"{account} on {platform}" if platform else account


def _shown(text: str) -> str:
    """What somebody else may have written, on one line and inert."""
    line = " ".join(text.split())
    line = line if len(line) <= _MAX_SHOWN else line[: _MAX_SHOWN - 1] + "…"
    return line if line.isascii() and line.isprintable() else shown(line)


# --- what belongs together ------------------------------------------------------------------------------


class Together:
    """Which references share a clue. Sets of references are bits of a number: exact, small and fast."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        """`titles` by reference, in the order in which related ones are named."""
        self._titles = titles
        self._references = list(titles)
        self._place = {reference: at for at, reference in enumerate(self._references)}
        self._of: dict[str, dict[Key, str]] = defaultdict(dict)
        self._having: dict[Key, list[str]] = defaultdict(list)
        self._bits: dict[Key, int] = {}

    def add(self, reference: str, clue: Clue) -> None:
        key = (clue.why, clue.key)
        if reference in self._place and key not in self._of[reference]:
            self._of[reference][key] = clue.what
            self._having[key].append(reference)

    def of(self, reference: str) -> tuple[tuple[Related, ...], int]:
        """The related ones of a reference, and how many more there are; each other one is named once."""
        own = 1 << self._place[reference]
        seen, found = own, list[Related]()
        keys = [key for key in self._of.get(reference, ()) if len(self._having[key]) > 1]
        for key in sorted(keys, key=lambda one: _ORDER.index(one[0])):
            new = self._mask(key) & ~seen
            seen |= new
            for at in _places(new, MAX_RELATED - len(found)):
                other = self._references[at]
                found.append(Related(other, key[0], self._of[other][key], self._titles[other]))
        return tuple(found), seen.bit_count() - 1 - len(found)

    def _mask(self, key: Key) -> int:
        if key not in self._bits:
            self._bits[key] = sum(1 << self._place[one] for one in self._having[key])
        return self._bits[key]


def _places(bits: int, most: int) -> Iterator[int]:
    """The positions of the lowest bits that are set."""
    for _ in range(most):
        if not bits:
            return
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
