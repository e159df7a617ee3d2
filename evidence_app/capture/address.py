"""Address -> platform, account, post, and the time inside a post's number. Pure: nothing is looked up.

Source: the table "Address -> platform, account, post" of the product's domain description. Patterns are of
the public addresses of each site; what does not fit one is kept as it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from evidence_app.capture.address_times import time_inside
from evidence_app.records import Address

MAX_ADDRESS: Final = 8192
"""Characters; a longer text is no address that a browser shows."""

_TRACKING: Final = re.compile(
    r"utm_\w+|igsh|igshid|fbclid|gclid|dclid|msclkid|twclid|ttclid|yclid|mc_[ce]id|_hs(?:enc|mi)|vero_id|wbraid|gbraid",
    re.ASCII | re.IGNORECASE,
)
"""Share and advertising tokens of any site: they may say who shared, and never what is shown."""

_SHORT_HOSTS: Final = frozenset(
    {"t.co", "bit.ly", "tinyurl.com", "ow.ly", "is.gd", "buff.ly", "rb.gy", "cutt.ly", "goo.gl", "t.ly"}
    | {"lnkd.in", "fb.watch", "fb.me", "redd.it", "vm.tiktok.com", "vt.tiktok.com", "instagr.am"}
    | {"discord.gg", "shorturl.at"}
)
_HOST: Final = re.compile(r"[0-9a-z_\-.:\[\]\u00a1-\uffff]+", re.IGNORECASE)
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE | re.ASCII)
_PORT: Final = re.compile(r"[0-9a-z\-.\u00a1-\uffff]+:[0-9]{1,5}(?:[/?#]|$)", re.IGNORECASE)
_ID: Final = r"[0-9]{1,20}"
_NAME: Final = r"[\w.\-]{1,64}"


@dataclass(frozen=True, slots=True)
class _Site:
    """A site: its hosts, which of its paths mean what, and which parts of the query belong to the content."""

    platform: str
    hosts: tuple[str, ...]
    paths: tuple[re.Pattern[str], ...]
    keeps: tuple[str, ...] = ()
    short: re.Pattern[str] | None = None
    account_unchecked: bool = False


def _paths(*patterns: str) -> tuple[re.Pattern[str], ...]:
    filled = (one.replace("<ID>", _ID).replace("<NAME>", _NAME) for one in patterns)
    return tuple(re.compile(one + r"/?", re.IGNORECASE | re.ASCII) for one in filled)


_SITES: Final = (
    _Site(
        "X",
        ("x.com", "twitter.com"),
        _paths(
            r"/i/(?:web/)?status/(?P<post><ID>)(?:/.*)?",
            r"/(?P<account>\w{1,20})/status(?:es)?/(?P<post><ID>)(?:/.*)?",
            r"/(?!i/|home|search|explore|settings|intent|hashtag|share)(?P<account>\w{1,20})",
        ),
        account_unchecked=True,
    ),
    _Site(
        "TikTok",
        ("tiktok.com",),
        _paths(r"/@(?P<account><NAME>)/(?:video|photo)/(?P<post><ID>)", r"/@(?P<account><NAME>)"),
        short=re.compile(r"/t/"),
    ),
    _Site(
        "Instagram",
        ("instagram.com",),
        _paths(
            r"/(?:p|reel|reels|tv)/(?P<post>[\w\-]{5,64})",
            r"/stories/(?P<account><NAME>)/(?P<post><ID>)",
            r"/(?P<account><NAME>)/(?:p|reel)/(?P<post>[\w\-]{5,64})",
            r"/(?!explore|direct|accounts|share|stories|reels?|p|tv)(?P<account><NAME>)",
        ),
        short=re.compile(r"/share/"),
    ),
    _Site(
        "Discord",
        ("discord.com", "discordapp.com"),
        _paths(
            r"/channels/(?P<server>@me|<ID>)/(?P<channel><ID>)/(?P<post><ID>)",
            r"/channels/(?P<server>@me|<ID>)/(?P<channel><ID>)",
            r"/users/(?P<account_id><ID>)",
        ),
        short=re.compile(r"/invite/"),
    ),
    _Site(
        "Reddit",
        ("reddit.com",),
        _paths(
            r"/r/(?P<group>\w{1,32})/comments/(?P<post>[a-z0-9]{1,13})(?:/[^/]*(?:/(?P<comment>[a-z0-9]{1,13}))?)?",
            r"/(?:user|u)/(?P<account><NAME>)(?:/comments/(?P<post>[a-z0-9]{1,13})(?:/.*)?)?",
            r"/r/(?P<group>\w{1,32})",
        ),
        short=re.compile(r"/(?:r/\w+|u(?:ser)?/[\w\-]+)/s/"),
    ),
    _Site(
        "YouTube",
        ("youtube.com", "youtu.be", "youtube-nocookie.com"),
        _paths(
            r"/(?:shorts|live|embed|v)/(?P<post>[\w\-]{6,20})",
            r"/@(?P<account><NAME>)(?:/.*)?",
            r"/channel/(?P<account_id>UC[\w\-]{10,40})(?:/.*)?",
            r"/post/(?P<post>[\w\-]{6,64})",
        ),
        keeps=("v", "lc", "list"),
    ),
    _Site(
        "Facebook",
        ("facebook.com", "fb.com"),
        _paths(
            r"/groups/(?P<group><NAME>)/(?:posts|permalink)/(?P<post><ID>|pfbid\w{10,200})",
            r"/groups/(?P<group><NAME>)",
            r"/(?P<account><NAME>)/(?:posts|videos)/(?:[^/]{1,300}/)?(?P<post><ID>|pfbid\w{10,200})",
            r"/reel/(?P<post><ID>)",
            r"/(?:story|permalink|photo|video|watch)(?:\.php)?",
            r"/profile\.php",
            r"/(?!share|groups|watch|login|events|marketplace|photo|story|permalink|reel|hashtag|\w+\.php)(?P<account><NAME>)",
        ),
        keeps=("story_fbid", "fbid", "id", "v", "comment_id", "reply_comment_id", "multi_permalinks"),
        short=re.compile(r"/share/|/s/"),
    ),
    _Site(
        "LinkedIn",
        ("linkedin.com",),
        _paths(
            r"/feed/update/urn:li:(?:activity|share|ugcPost):(?P<post><ID>)",
            r"/posts/(?P<account>[\w.%\-]{1,100}?)_[^/]*activity-(?P<post><ID>)[^/]*",
            r"/posts/[^/]*activity-(?P<post><ID>)[^/]*",
            r"/in/(?P<account>[\w.%\-]{1,100})(?:/.*)?",
        ),
        keeps=("commentUrn",),
    ),
    _Site(
        "Snapchat",
        ("snapchat.com",),
        _paths(r"/(?:add/|@)(?P<account><NAME>)(?:/.*)?"),
        short=re.compile(r"/t/"),
    ),
    _Site("WhatsApp", ("whatsapp.com", "wa.me"), _paths(r"/(?P<account_id>[0-9]{6,15})")),
    _Site(
        "Telegram",
        ("t.me", "telegram.me"),
        _paths(r"/(?P<account>\w{3,64})/(?P<post><ID>)", r"/(?P<account>\w{3,64})"),
    ),
)
_QUERY: Final = {
    "YouTube": (("v", "post"), ("lc", "comment")),
    "Facebook": (
        ("story_fbid", "post"),
        ("fbid", "post"),
        ("v", "post"),
        ("comment_id", "comment"),
        ("id", "account_id"),
    ),
}
"""Of each site, what it says in the query instead of the path; the first that is there counts."""

_LEADING: Final = re.compile(
    r"(?:www|m|mobile|old|new|np|web|mbasic|touch|music|gaming|l|[a-z]{2}(?:-[a-z]{2})?)\."
)


def read_address(given: str) -> Address:
    """Read an address as it was typed, pasted or observed; never raises for whatever text it is."""
    text = given.strip()
    if not text:
        return Address(given, problem="There is no address.")
    if len(text) > MAX_ADDRESS:
        return Address(given, problem="This text is too long to be an address.")
    if any(char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in text):
        return Address(given, problem="A web address has no spaces and no invisible characters in it.")
    split = _split(text)
    if isinstance(split, str):
        return Address(given, problem=split)
    host = _host(split)
    if not host:
        return Address(given, problem="This is not a web address: no name of a site can be read in it.")
    site = _site_of(host)
    query = parse_qsl(split.query, keep_blank_values=True)
    address = Address(given, cleaned=_cleaned(split, host, site, query), host=host)
    if site is None:
        return replace(address, short=host in _SHORT_HOSTS)
    return _on_site(replace(address, platform=site.platform), site, split.path or "/", dict(query))


def _split(text: str) -> SplitResult | str:
    """The parts of a web address, or why it is none."""
    scheme = _SCHEME.match(text)
    if scheme and not _PORT.match(text):
        if scheme[1].lower() not in {"http", "https"}:
            return "This is not the address of a web page: it does not begin with https:// or http://."
        if not text[scheme.end() :].startswith("//"):
            return "Something is missing after https: in this address."
        full = text
    else:
        full = f"https://{text.removeprefix('//')}"
    try:
        split = urlsplit(full)
        _ = split.port  # raises for a number that is none
    except ValueError:
        return "This is not a web address: the name of the site cannot be read."
    return split


def _host(split: SplitResult) -> str:
    host = (split.hostname or "").rstrip(".").casefold()
    if not host or len(host) > 253 or not _HOST.fullmatch(host):
        return ""
    plain = "." in host or host == "localhost" or ":" in host
    return host if plain and ".." not in host and not host.startswith(".") else ""


def _site_of(host: str) -> _Site | None:
    if host in _SHORT_HOSTS:
        return None
    bare = _LEADING.sub("", host, count=1)
    for site in _SITES:
        if host in site.hosts or bare in site.hosts:
            return site
    return None


def _cleaned(split: SplitResult, host: str, site: _Site | None, query: list[tuple[str, str]]) -> str:
    """Without share tokens, sign-in names and, on a known site, without all that is not the content."""
    if site is None:
        kept = [pair for pair in query if not _TRACKING.fullmatch(pair[0])]
        fragment = "" if split.fragment.startswith(":~:") else split.fragment
    else:
        kept = [pair for pair in query if pair[0] in site.keeps]
        fragment = ""
    path = quote(split.path, safe="/%:@!$&'()*+,;=~-._") or "/"
    # What was written in full must not come out changed: encoded again only where something went.
    rest = split.query if len(kept) == len(query) else urlencode(kept)
    shown = f"[{host}]" if ":" in host else host
    place = shown if split.port is None else f"{shown}:{split.port}"
    scheme = split.scheme.lower() or "https"
    return f"{scheme}://{place}{path}" + (f"?{rest}" if rest else "") + (f"#{fragment}" if fragment else "")


def _on_site(address: Address, site: _Site, path: str, query: dict[str, str]) -> Address:
    if site.short is not None and site.short.match(path):
        return replace(address, short=True)
    if address.host == "youtu.be":
        path = f"/shorts{path}"  # the number stands alone there
    found: dict[str, str] = {}
    for pattern in site.paths:
        match = pattern.fullmatch(path)
        if match:
            found = {name: value for name, value in match.groupdict().items() if value}
            break
    found |= _from_query(site, query)
    post = found.get("post", "")
    made = time_inside(site.platform, post)
    return replace(
        address,
        account=found.get("account", ""),
        account_unchecked=bool(found.get("account")) and site.account_unchecked and bool(post),
        account_id=found.get("account_id", ""),
        post=post,
        comment=found.get("comment", ""),
        group=found.get("group", ""),
        server=found.get("server", ""),
        channel=found.get("channel", ""),
        unstable=post.lower().startswith("pfbid"),
        made_at=None if made is None else made[0],
        made_at_note="" if made is None else made[1],
    )


def _from_query(site: _Site, query: dict[str, str]) -> dict[str, str]:
    """What a site says in the query instead of the path."""
    plain = re.compile(r"[\w.\-]{1,256}", re.ASCII)
    found: dict[str, str] = {}
    for name, meaning in _QUERY.get(site.platform, ()):
        value = query.get(name, "")
        if plain.fullmatch(value) and meaning not in found:
            found[meaning] = value
    return found


def phone_number(text: str, country: str = "44") -> str:
    """A telephone number in international form, such as `+447700900123`; empty where it is none.

    A number that begins with a single 0 is of `country`; the default is the United Kingdom.
    """
    compact = re.sub(r"[\s().\-\u2010-\u2015\u00a0\u202f]", "", unicodedata.normalize("NFKC", text))
    compact = re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", compact)
    compact = compact.replace(f"+{country}0", f"+{country}", 1)
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", compact, re.ASCII):
        return compact
    if re.fullmatch(r"00[1-9][0-9]{6,14}", compact, re.ASCII):
        return f"+{compact[2:]}"
    if re.fullmatch(r"0[1-9][0-9]{7,10}", compact, re.ASCII):
        return f"+{country}{compact[1:]}"
    return ""
