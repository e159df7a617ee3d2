"""Where a key or table stands in a TOML text: `tomllib` tells it of mistakes in the writing only.

The text must be one that `tomllib` reads, or has read up to the place that is looked for. Values are
skipped, not understood; keys and headings are handed to `tomllib` itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Final

Path = tuple[str | int, ...]

_OPEN: Final = "[{"
_CLOSE: Final = "]}"
_DEEP: Final = 10
_NOTED: Final = 4  # how much of a path is kept: no table of a policy lies deeper


class Lines:
    """Paths such as `("category", 2, "name")` and the lines, from 1, at which they are written."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._at: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self.last = 1
        """Line at which the last statement begins."""
        self.deep: int | None = None
        """Line at which brackets are nested deeper than any policy needs."""
        table: Path = ()
        for line, statement, equals in self._statements():
            self.last = line
            if equals is None:
                table = self._heading(statement, line, table)
            else:
                self._note((*table, *_keys(statement[:equals] + "= 0")), line)

    def of(self, *path: str | int) -> int:
        """The line of a path; of the nearest table around it where it is not written out itself."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._at:
                return self._at[path[:length]]
        return 1

    def _note(self, path: Path, line: int) -> None:
        for length in range(1, min(len(path), _NOTED) + 1):
            self._at.setdefault(path[:length], line)

    def _heading(self, statement: str, line: int, table: Path) -> Path:
        keys = _keys(statement)
        if not keys:
            return table
        path: Path = ()
        for key in keys[:-1]:
            path = self._inside((*path, key))
        path = (*path, keys[-1])
        if statement.startswith("[["):
            self._counts[path] = self._counts.get(path, -1) + 1
        path = self._inside(path)
        self._note(path, line)
        return path

    def _inside(self, path: Path) -> Path:
        """The newest table of a list of tables stands for the list."""
        return (*path, self._counts[path]) if path in self._counts else path

    def _statements(self) -> Iterator[tuple[int, str, int | None]]:
        """Line, text, and where its equals sign is; None for a heading."""
        text, at, line = self._text, 0, 1
        while at < len(text):
            char = text[at]
            if char == "\n":
                line += 1
            if char in " \t\n":
                at += 1
            elif char == "#":
                at = _end_of_line(text, at)
            else:
                end, equals = self._end(at, line)
                yield line, text[at:end].strip(), equals
                line += text.count("\n", at, end)
                at = end

    def _end(self, start: int, line: int) -> tuple[int, int | None]:
        """Where the statement ends that begins at `start`, and its equals sign counted from there."""
        text, at, depth, equals = self._text, start, 0, None
        heading = text[start] == "["
        while at < len(text):
            char = text[at]
            if char in "\"'":
                at = _end_of_string(text, at)
                continue
            if char == "#":
                if depth == 0:
                    break
                at = _end_of_line(text, at)
                continue
            if char == "\n" and depth == 0:
                break
            if char == "=" and equals is None and not heading:
                equals = at - start
            depth += (char in _OPEN) - (char in _CLOSE)
            if depth > _DEEP and self.deep is None:
                self.deep = line + text.count("\n", start, at)
            at += 1
        return at, equals


def _keys(statement: str) -> list[str]:
    """The keys of a heading or of a statement, from the outermost; none where it cannot be read."""
    try:
        value: object = tomllib.loads(statement)
    except (ValueError, RecursionError):
        return []
    found = []
    while isinstance(value, dict | list) and value:
        if isinstance(value, list):
            value = value[0]
        else:
            key, value = next(iter(value.items()))
            found.append(key)
    return found


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _end_of_string(text: str, at: int) -> int:
    """Behind the string that begins at `at`; the end of its line, or of the text, where it is not closed."""
    quote = text[at]
    mark = quote * 3 if text.startswith(quote * 3, at) else quote
    at += len(mark)
    while at < len(text):
        if quote == '"' and text[at] == "\\":
            at += 2
        elif text.startswith(mark, at):
            at += len(mark)
            # Up to two quotation marks may stand right before the closing three.
            while len(mark) > 1 and text.startswith(quote, at):
                at += 1
            return at
        elif text[at] == "\n" and len(mark) == 1:
            return at
        else:
            at += 1
    return len(text)
