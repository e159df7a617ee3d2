"""A chapter of the handbook as the text that Qt shows and prints."""

from __future__ import annotations

from html import escape

from evidence_app.handbook import Block, Chapter, Kind, Line, Style
from evidence_app.settings import HIDE_KEYS
from evidence_app.ui import theme
from evidence_app.ui.theme import Tokens


def html(chapter: Chapter, tokens: Tokens, hide_key: str = "") -> str:
    """The whole chapter. Where the handbook names the usual hide key, the person's own is shown."""
    return _Page(tokens, hide_key or HIDE_KEYS[0]).chapter(chapter)


class _Page:
    def __init__(self, tokens: Tokens, hide_key: str) -> None:
        self._t, self._hide_key = tokens, hide_key

    def chapter(self, chapter: Chapter) -> str:
        style = f"font-family:'{theme.UI_FAMILY}'; font-size:15px; color:{self._t.text}"
        return f'<body style="{style}">{"".join(self._block(one) for one in chapter.blocks)}</body>'

    def _block(self, block: Block) -> str:
        match block.kind:
            case Kind.HEADING:
                size, above = {1: (24, 0), 2: (18, 24)}.get(block.level, (15, 16))
                level = min(block.level, 3)
                style = f"font-size:{size}px; font-weight:600; margin-top:{above}px; margin-bottom:8px"
                return f'<h{level} style="{style}">{self._line(block.lines[0])}</h{level}>'
            case Kind.PARAGRAPH:
                return f"<p {self._measure(12)}>{self._line(block.lines[0])}</p>"
            case Kind.LIST | Kind.STEPS:
                tag = "ol" if block.kind is Kind.STEPS else "ul"
                items = "".join(f"<li {self._measure(6)}>{self._line(one)}</li>" for one in block.lines)
                return f'<{tag} style="margin-top:0; margin-bottom:12px">{items}</{tag}>'
            case Kind.COMMANDS:
                lines = "<br>".join(escape(one[0].text).replace(" ", "&nbsp;") for one in block.lines)
                mono = f"font-family:'{theme.MONO_FAMILY}'; font-size:13px"
                return (
                    f'<table width="100%" bgcolor="{self._t.sunken}" cellpadding="10" '
                    f'style="margin-bottom:12px"><tr><td style="{mono}">{lines}</td></tr></table>'
                )
            case Kind.TABLE:
                return self._table(block)
            case _:
                raise ValueError(block.kind)

    def _table(self, block: Block) -> str:
        head, *rows = block.rows
        line = f"border-bottom:1px solid {self._t.line}"
        quiet = f"color:{self._t.text_2}; font-weight:500; font-size:13px; {line}"
        cells = "".join(f'<td style="{quiet}">{self._line(one)}</td>' for one in head)
        body = "".join(
            "<tr>" + "".join(f'<td style="{line}">{self._line(one)}</td>' for one in row) + "</tr>"
            for row in rows
        )
        return (
            '<table width="100%" cellspacing="0" cellpadding="8" '
            f'style="margin-bottom:12px; border-collapse:collapse"><tr>{cells}</tr>{body}</table>'
        )

    @staticmethod
    def _measure(below: int) -> str:
        return f'style="margin-top:0; margin-bottom:{below}px; line-height:24px; -qt-line-height-type:fixed"'

    def _line(self, line: Line) -> str:
        return "".join(self._span(one.text, one.style, one.target) for one in line)

    def _span(self, text: str, style: Style, target: str) -> str:
        if style is Style.CODE and text == HIDE_KEYS[0]:
            text = self._hide_key
        words = escape(text)
        match style:
            case Style.STRONG:
                return f'<span style="font-weight:600">{words}</span>'
            case Style.CODE:
                mono = f"font-family:'{theme.MONO_FAMILY}'; font-size:13px"
                return f'<span style="{mono}; background-color:{self._t.sunken}">{words}</span>'
            case Style.LINK:
                return f'<a href="{escape(target)}" style="color:{self._t.accent}">{words}</a>'
            case _:
                return words
