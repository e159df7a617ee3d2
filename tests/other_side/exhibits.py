"""What is wrong with the files of the exhibits: bundle.md, "Checking", point 7."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.other_side.entries import NUMBER, OBSERVED, Exhibit, Said
from tests.other_side.strict import RefusedError, parsed, refuse_unless, same
from tests.other_side.texts import sha256

Files = dict[str, bytes]


def wrong(files: Files, said: Said, numbers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Number and what is wrong, of every exhibit of a bundle."""
    for number in numbers:
        records = said.exhibits.get(number, [])
        folder = "data/exhibits/" + number.replace("/", "-")
        found = list(_differs(files, f"{folder}/stated.json", said.stated.get(number, [])))
        if len(records) == 1:
            found += _recorded(files, folder, records[0])
            if records[0].entry.kind == "exhibit.derived" and not _is_copy(said, records[0]):
                found.append("a copy of something else")
        else:
            found.append("not one record")
        yield from ((number, why) for why in found)


def _recorded(files: Files, folder: str, one: Exhibit) -> Iterator[str]:
    yield from _differs(files, f"{folder}/observed.json", one.entry.data.get("observed"), OBSERVED)
    stored = one.entry.data["object"]
    beside = set()
    for name, data in files.items():
        if name.startswith(f"{folder}/original."):
            if sha256(data) != stored["sha256"]:
                yield f"{name} is another one"
            elif len(data) != stored["size"] or name != one.original:
                yield f"{name}: size or kind"
        elif name.startswith(f"{folder}/") and not re.search(r"/(observed|stated)\.json", name):
            beside.add(name)
            if name in one.files and (sha256(data), len(data)) != one.files[name]:
                yield f"{name} is another one"
    yield from (f"{name} is missing or was added" for name in beside ^ set(one.files))


def _differs(
    files: Files, name: str, value: Any, shape: Callable[[Any], object] | None = None
) -> Iterator[str]:
    if name in files:
        try:
            found = parsed(files[name])
            refuse_unless(shape is None or shape(found), "shape")
            refuse_unless(same(found, value), "differs")
        except RefusedError as error:
            yield f"{name} {error}"


def _is_copy(said: Said, one: Exhibit) -> bool:
    origin = one.entry.data["from"]
    if not 1 < origin["entry"] < one.entry.seq:
        return False
    if not NUMBER.fullmatch(origin["number"]) or origin["number"] == one.number:
        return False
    if origin["entry"] not in {entry.seq for entry in said.entries}:
        return True
    return any(
        other.entry.seq == origin["entry"]
        and other.entry.kind != "exhibit.derived"
        and other.number == origin["number"]
        and other.entry.data["method"] == origin["method"]
        and other.entry.data["level"] == one.entry.data["level"]
        for records in said.exhibits.values()
        for other in records
    )
