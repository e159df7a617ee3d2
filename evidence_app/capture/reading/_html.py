"""Markup to plain text, in one pass, loading nothing.

A small reader of its own: the standard library's parser takes time that grows with the square of some inputs.
Whatever closes nothing is left out to the end, as browsers do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final

_NAME: Final = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_TAG_PART: Final = re.compile(r"""[^"'>]+|"[^"]*"|'[^']*'|["']""")
_ATTRIBUTE: Final = re.compile(
    r"""([^\s"'<>/=]{1,80})(?:\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'<>]{1,4096})))?"""
)
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_LINES: Final = re.compile(r"\n{3,}")
_TAGS: Final = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|table|script)[\s>/]", re.IGNORECASE
)
_SILENT: Final = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "svg",
        "math",
        "textarea",
        "title",
        "noembed",
    }
)
"""Elements whose text no reader of the page sees as running text."""

_BREAKS: Final = frozenset(
    (
        *("br", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "tr", "table"),
        *("section", "article", "header", "footer", "main", "aside", "nav", "figure", "blockquote"),
        *("pre", "hr", "form", "dl", "dt", "dd", "option", "address", "caption"),
    )
)
_APART: Final = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "article", "section"]
)


@dataclass(slots=True)
class Page:
    """What a page says: running text, its title, `meta` by name, `link` by relation, comments at its top."""

    text: str = ""
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    cut: bool = False


def _attributes(inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, match in enumerate(_ATTRIBUTE.finditer(inside[:20_000])):
        if number >= 60:
            break
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), unescape(value))
    return found


def _end_of_tag(html: str, at: int) -> int:
    """Behind the ">" that closes the tag begun before `at`; -1 where none does."""
    while True:
        found = _TAG_PART.match(html, at)
        if found is not None:
            at = found.end()
        elif at < len(html):
            return at + 1
        else:
            return -1


class _Reader:
    def __init__(self, html: str, most: int) -> None:
        self.html, self.most = html, most
        self.lower = (
            html.lower()
            if len(html.lower()) == len(html)
            else "".join(c.lower() if c.isascii() else c for c in html)
        )
        self.page = Page()
        self.parts: list[str] = []
        self.size = 0
        self.gone: set[str] = set()

    def run(self) -> Page:
        at = 0
        while at < len(self.html) and not self.page.cut:
            opened = self.html.find("<", at)
            self._text(self.html[at : opened if opened >= 0 else len(self.html)])
            if opened < 0:
                break
            at = self._markup(opened)
        joined = _LINES.sub("\n\n", "".join(self.parts).replace("\u00a0", " "))
        self.page.text = "\n".join(line.strip() for line in joined.split("\n")).strip()
        return self.page

    def _text(self, raw: str) -> None:
        if not raw:
            return
        text = _SPACE.sub(" ", unescape(raw[: self.most * 2]))
        if self.parts and self.parts[-1].endswith((" ", "\n")):
            text = text.lstrip(" ")
        self._put(text)

    def _put(self, text: str) -> None:
        if self.size + len(text) > self.most:
            text, self.page.cut = text[: self.most - self.size], True
        if text:
            self.parts.append(text)
            self.size += len(text)

    def _find(self, what: str, at: int) -> int:
        """Like `find`; what was not found once is not looked for again, so that the time stays linear."""
        if what in self.gone:
            return -1
        found = self.lower.find(what, at)
        if found < 0:
            self.gone.add(what)
        return found

    def _markup(self, at: int) -> int:
        """Deal with what begins at "<"; the answer is the place behind it."""
        html, end = self.html, len(self.html)
        if html.startswith("<!--", at):
            close = self._find("-->", at + 4)
            if len(self.page.comments) < 8:
                self.page.comments.append(
                    html[at + 4 : min(close if close >= 0 else end, at + 2_000)].strip()
                )
            return close + 3 if close >= 0 else end
        if html.startswith(("<!", "<?"), at):
            close = self._find(">", at)
            return close + 1 if close >= 0 else end
        named = _NAME.match(html, at + 1)
        if named is None:
            self._put("<")
            return at + 1
        behind = _end_of_tag(html, named.end())
        if behind < 0:
            return end
        name, closing = named[1].lower(), html[at + 1] == "/"
        if closing:
            self._breaks(name)
            return behind
        if name in {"meta", "link"}:
            self._says(name, _attributes(html[named.end() : behind - 1]))
        elif name == "img":
            self._picture(_attributes(html[named.end() : behind - 1]))
        elif name in _SILENT and html[behind - 2] != "/":
            close = self._find("</" + name, behind)
            if name == "title" and not self.page.title:
                self.page.title = _SPACE.sub(
                    " ", unescape(html[behind : close if close >= 0 else end][:20_000])
                ).strip()
            return close if close >= 0 else end
        self._breaks(name)
        return behind

    def _picture(self, attributes: dict[str, str]) -> None:
        words = attributes.get("alt", "").strip()
        if words:
            self._put(f"[picture: {words[:500]}]")

    def _breaks(self, name: str) -> None:
        if name in _BREAKS:
            self._put("\n\n" if name in _APART else "\n")
        elif name in {"td", "th"}:
            self._put(" ")

    def _says(self, name: str, attributes: dict[str, str]) -> None:
        if name == "link":
            if "href" in attributes and len(self.page.links) < 50:
                self.page.links.setdefault(attributes.get("rel", "").lower(), attributes["href"])
            return
        key = attributes.get("property") or attributes.get("name") or attributes.get("http-equiv", "")
        if "charset" in attributes:
            self.page.meta.setdefault("charset", attributes["charset"])
        if key and "content" in attributes and len(self.page.meta) < 200:
            self.page.meta.setdefault(key.lower(), attributes["content"])


def page_of(html: str, most: int) -> Page:
    """The page in `html`; at most `most` characters of text. Nothing is loaded, no script runs."""
    return _Reader(html, most).run()


def looks_like_html(head: bytes) -> bool:
    """Whether the beginning of a file is that of a page."""
    return _TAGS.search(head[:4096].replace(b"\0", b"")) is not None
