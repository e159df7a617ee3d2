"""A policy file as tables, and how a mistake in it is said: file, line, what is expected there."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from stat import S_ISREG
from typing import Final, TypeVar

from evidence_app.characters import is_clean
from evidence_app.errors import UserError
from evidence_app.policy.lines import Lines

MAX_BYTES: Final = 256 * 1024
MAX_ENTRIES: Final = 200
MAX_NAME: Final = 120
MAX_TEXT: Final = 600
MAX_SHORT: Final = 24
_MAX_LINE: Final = 2_000
_MAX_SHOWN: Final = 40

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_ROLE_IN_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_AT_LINE: Final = re.compile(r"\s*\(at line (\d+), column \d+\)$|\s*\(at end of document\)$")
_STATEMENT: Final = 'a heading such as [[category]] or a line such as name = "Threat"'
_EXAMPLES: Final = {
    "code": 'code = "threat"',
    "name": 'name = "Threat"',
    "moment": 'moment = "before_reply"',
    "to": 'to = "head"',
    "when": 'when = ["always"]',
    "edition": 'edition = "Social media policy of Larkmere Academy, 2026"',
}

Enum = TypeVar("Enum", bound=StrEnum)


class PolicyError(UserError):
    """A policy file with a mistake. `line` counts from 1; None where no line is to blame."""

    def __init__(self, path: Path, line: int | None, what: str, expected: str) -> None:
        self.line = line
        where = _shown(str(path), 400) + ("" if line is None else f", line {line}")
        super().__init__(
            f"The policy file {where}: {what} Expected is {expected}. Your vault is safe; until the file "
            "is put right, the edition that came with the program is used."
        )


class Source:
    """A file that `tomllib` could read. Raises `PolicyError`; never reads more than `MAX_BYTES`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = self._read()
        self.raw = self._parse()

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.text)

    def fail(self, at: Sequence[str | int], what: str, expected: str) -> PolicyError:
        """The error for what stands at a path such as `("category", 2, "name")`."""
        return PolicyError(self.path, self.lines.of(*at), what, expected)

    def _read(self) -> str:
        expected = f"a text file (UTF-8) of at most {MAX_BYTES // 1024} kB"
        try:
            if not S_ISREG(self.path.stat().st_mode):
                raise PolicyError(self.path, None, "This is not a file.", expected)
            with self.path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            reason = (isinstance(error, OSError) and error.strerror) or "no such name"
            raise PolicyError(self.path, None, f"It cannot be opened ({reason}).", expected) from error
        if len(data) > MAX_BYTES:
            raise PolicyError(self.path, None, f"It is larger than {MAX_BYTES // 1024} kB.", expected)
        try:
            text = data.decode("utf-8-sig")  # some editors put a mark before the first letter
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise PolicyError(self.path, line, "This is not UTF-8.", expected) from error
        for number, line_text in enumerate(text.split("\n"), start=1):
            if len(line_text) > _MAX_LINE:
                raise PolicyError(
                    self.path, number, "This line is too long.", f"one of at most {_MAX_LINE} characters"
                )
        return text

    def _parse(self) -> dict[str, object]:
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            reason = _shown(_AT_LINE.sub("", str(error)), 80)
            line = int(found[1]) if found and found[1] else self.lines.last
            what = f"This cannot be read ({reason})."
            raise PolicyError(self.path, line, what, _STATEMENT) from error
        except RecursionError as error:
            line = self.lines.deep or self.lines.last
            raise PolicyError(self.path, line, "Brackets are nested too deeply.", _STATEMENT) from error
        except ValueError as error:
            what = "There is a number that cannot be read."
            raise PolicyError(self.path, None, what, "numbers of a few digits") from error


class Table:
    """One table of a file, or of two laid over each other: keys that `raw` lacks come from `below`.

    Every miss raises `PolicyError`. `title` is the heading as one writes it; `roles` are the names for
    `{code}` in sentences.
    """

    def __init__(
        self,
        source: Source,
        at: tuple[str | int, ...],
        title: str,
        raw: Mapping[str, object],
        *,
        below: Mapping[str, object] | None = None,
        roles: Mapping[str, str] | None = None,
    ) -> None:
        self.source, self.at, self.title = source, at, title
        self._raw = {**(below or {}), **raw}
        self._roles = roles

    def fail(self, key: str, what: str, expected: str) -> PolicyError:
        return self.source.fail((*self.at, key), what, expected)

    def only(self, keys: Collection[str]) -> None:
        """Refuse every other key."""
        for key in self._raw:
            if key not in keys:
                what = f"“{_shown(key)}” is not known in {self.title}."
                raise self.fail(key, what, f"one of {_listed(keys)}")

    def has(self, key: str) -> bool:
        return key in self._raw

    def line(self, key: str, *, most: int = MAX_NAME) -> str:
        """A text that must be there and have a letter or a figure."""
        if key not in self._raw:
            raise self.fail(key, f"{self.title} has no “{key}”.", f"a line such as {_example(key)}")
        text = self.optional(key, most=most)
        if not any(char.isalnum() for char in text):
            raise self.fail(key, f"“{key}” is empty.", f"a line such as {_example(key)}")
        return text

    def optional(self, key: str, *, most: int = MAX_TEXT) -> str:
        """A text on one line, in NFC; empty where there is none."""
        value = self._raw.get(key, "")
        if not isinstance(value, str):
            raise self.fail(key, f"“{key}” is not text.", f"text in quotation marks: {_example(key)}")
        text = re.sub(r"[ \t\r\n]+", " ", value).strip()
        if not is_clean(text):
            what = f"“{key}” has a character that cannot be shown or that turns the direction of writing."
            raise self.fail(key, what, "printable text only")
        if len(text) > most:
            what = f"“{key}” has {len(text):,} characters."
            raise self.fail(key, what, f"a text of at most {most} characters")
        return unicodedata.normalize("NFC", text)

    def sentence(self, key: str, *, needed: bool = False) -> str:
        """A text in which `{code}` stands for the name of a role."""
        text = self.line(key, most=MAX_TEXT) if needed else self.optional(key)
        roles = self._roles or {}
        for code in _ROLE_IN_BRACES.findall(text):
            if code not in roles:
                what = f"There is no role “{_shown(code)}”."
                raise self.fail(key, what, f"in braces one of {_listed(roles)}")
        return _ROLE_IN_BRACES.sub(lambda found: roles[found[1]], text)

    def code(self, key: str = "code") -> str:
        text = self.line(key, most=MAX_NAME)
        if not _CODE.fullmatch(text):
            what = f"“{_shown(text)}” cannot be a code."
            raise self.fail(
                key, what, f"at most 40 letters (a to z), figures, - and _, such as {_example(key)}"
            )
        return text

    def one_of(self, key: str, codes: Collection[str], *, needed: bool = True) -> str:
        """One of these codes; empty where there is none and none is needed."""
        if not needed and key not in self._raw:
            return ""
        text = self.code(key)
        if text not in codes:
            raise self.fail(key, f"“{_shown(text)}” is not known here.", f"one of {_listed(codes)}")
        return text

    def flag(self, key: str) -> bool:
        value = self._raw.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(key, f"“{key}” is neither true nor false.", f"{key} = true")
        return value

    def number(self, key: str, most: int) -> int | None:
        """A whole number from 1; None where there is none."""
        value = self._raw.get(key)
        if value is None:
            return None
        if type(value) is not int or not 1 <= value <= most:
            raise self.fail(key, f"“{key}” is no such number.", f"a whole number from 1 to {most}")
        return value

    def several(self, key: str, words: type[Enum]) -> tuple[Enum, ...]:
        """A list of the program's own words, at least one."""
        if key not in self._raw:
            raise self.fail(key, f"{self.title} has no “{key}”.", f"a line such as {_example(key)}")
        value = self._raw[key]
        known = [one.value for one in words]
        expected = f"a list such as {_example(key)}, of {_listed(known)}"
        if not isinstance(value, list) or not value:
            raise self.fail(key, f"“{key}” is no list.", expected)
        for one in value:
            if not isinstance(one, str) or one not in known:
                raise self.fail(key, f"“{_shown(str(one))}” is not known here.", expected)
        return tuple(dict.fromkeys(words(one) for one in value))

    def entries(self, key: str, title: str) -> list[Table]:
        """The tables of a list of tables, which must not be empty; `title` is their heading."""
        value = self._raw[key]
        expected = f"the heading {title}, in two brackets, and its lines below it"
        if not isinstance(value, list) or not value:
            raise self.fail(key, f"“{key}” is no list of entries.", expected)
        if len(value) > MAX_ENTRIES:
            raise self.fail(key, f"There are {len(value):,} entries.", f"at most {MAX_ENTRIES} of {title}")
        found = []
        for number, one in enumerate(value):
            if not isinstance(one, dict):
                raise self.fail(key, f"“{key}” has an entry without keys.", expected)
            found.append(Table(self.source, (*self.at, key, number), title, one, roles=self._roles))
        return found

    def over(self, below: Table) -> Table:
        """This table, with the keys that it lacks from `below`."""
        return Table(self.source, self.at, self.title, self._raw, below=below._raw, roles=self._roles)


def _example(key: str) -> str:
    return _EXAMPLES.get(key, f'{key} = "…"')


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(codes)


def _shown(text: str, most: int = _MAX_SHOWN) -> str:
    """Words of the file that are safe to show in a message."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(char if is_clean(char) else "\ufffd" for char in cut)
