"""Conversations in other plain forms: `[time] name: text`, and JSON of the tools that export Signal.

Forms that are known: text and Markdown of the tool signal-export (`[2026-03-12 14:32:07] Name: text`, files
as `![name](./media/name)`), its `data.json` (one JSON object a line: date, sender, body, …), and JSON with a
list of messages whose fields have usual names (signal-back, Telegram, Instagram and Facebook, Discord tools).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO, Final

from evidence_app.capture.reading._chat import (
    DELETED,
    EDITED,
    LOOK_ALIKE,
    NO_ZONE,
    NOT_COMPLETE,
    Conversation,
    Draft,
)
from evidence_app.capture.reading._heads import head_of
from evidence_app.capture.reading._text import Notes, encoding_of, lines, within
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Claim, Limits, Reader, Reading, ReadingKind

_ANY: Final = re.compile(
    r"\[(?P<time>[^\[\]\n]{1,40})\] ?(?P<sender>[^:\n\[\]]{1,80}): ?(?P<text>.*)", re.DOTALL
)
_CLOCK: Final = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)")
_FILE: Final = re.compile(r"!?\[[^\[\]]{0,200}\]\((?:\./)?(?P<path>[^()\s]{1,300})\)")
_FIRST_LINES: Final = 30
_WHOLE: Final = 64 * 1024 * 1024
"""Bytes of a JSON file that is one value; it has to be read as a whole."""

_SENDERS: Final = ("sender", "from", "author", "sender_name", "name", "username", "user", "source", "address")
_TIMES: Final = (
    "date",
    "time",
    "datetime",
    "timestamp",
    "sent_at",
    "sentAt",
    "created_at",
    "timestamp_ms",
    "ts",
)
_TEXTS: Final = ("body", "text", "message", "content", "msg")
_LISTS: Final = ("messages", "data", "items", "conversation", "chat")


# --- lines ------------------------------------------------------------------------------------------


def _drafts_of_lines(found: Iterable[str], limit: int, media: Mapping[str, int]) -> Iterator[Draft]:
    draft: Draft | None = None
    size = 0
    for line in found:
        match = _ANY.match(line)
        if match is None or not any(c.isdigit() for c in match["time"]):
            if draft is None:
                if line.strip():
                    draft, size = Draft("", "", line), len(line)
            elif size <= limit:
                more = "\n" + line[: limit + 1]
                draft.text, size = draft.text + more, size + len(more)
            continue
        if draft is not None:
            yield _with_file(draft, media)
        head = head_of(line)
        draft = Draft(
            match["time"],
            match["sender"].strip(),
            match["text"],
            None if head is None else head.stamp,
        )
        size = len(draft.text)
    if draft is not None:
        yield _with_file(draft, media)


def _with_file(draft: Draft, media: Mapping[str, int]) -> Draft:
    draft.text = draft.text.rstrip()
    if draft.text == "(This message was deleted)":
        draft.mark = DELETED
    found = _FILE.search(draft.text, 0, 2_000)
    if found:
        name = found["path"].replace("%20", " ")
        draft.media = name if name in media else name.rsplit("/", 1)[-1]
    return draft


def _begins_as_lines(source: BinaryIO, encoding: str, limits: Limits) -> bool:
    at = source.tell()
    good = False
    for number, line in enumerate(lines(source, encoding, limits.line)):
        found = _ANY.match(line)
        if found and _CLOCK.search(found["time"]):
            good = True
            break
        if number >= _FIRST_LINES:
            break
    source.seek(at)
    return good


# --- JSON -------------------------------------------------------------------------------------------


def _first(raw: Mapping[str, object], names: Iterable[str]) -> object:
    return next((raw[name] for name in names if raw.get(name) not in (None, "")), None)


def _words(value: object, most: int = 50_000) -> str:
    """Text of a value: itself, the texts of a list, the name of an object. Never deeper than that."""
    if isinstance(value, str):
        return value[:most]
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)[:40]
    if isinstance(value, Mapping):
        found = _first(value, ("name", "username", "display_name", "text", "title", "id"))
        return found[:most] if isinstance(found, str) else ""
    if isinstance(value, list):
        return "".join(
            part if isinstance(part, str) else _words(part) if isinstance(part, Mapping) else ""
            for part in value[:1_000]
        )[:most]
    return ""


def moment_of(value: object) -> str:
    """ISO 8601 of a number of seconds or milliseconds since 1970, or of a date in that form; else ""."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and 9 <= len(value) <= 13:
        value = int(value)
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value.strip())
        except ValueError:
            return ""
        return found.isoformat() if 1990 <= found.year <= 2200 else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    try:
        seconds = value / 1000 if abs(value) > 100_000_000_000 else float(value)
        found = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    spec = "seconds" if seconds == int(seconds) else "milliseconds"
    return found.isoformat(timespec=spec) if 1990 <= found.year <= 2200 else ""


def _files(raw: Mapping[str, object]) -> list[str]:
    found: list[str] = []
    for key in ("attachments", "photos", "videos", "audio_files", "files"):
        listed = raw.get(key)
        for one in listed[:50] if isinstance(listed, list) else ():
            if isinstance(one, Mapping):
                name = _first(one, ("path", "uri", "fileName", "filename", "name"))
                found += [name[:300]] if isinstance(name, str) else []
    for key in ("photo", "file"):
        name = raw.get(key)
        found += [name[:300]] if isinstance(name, str) and name else []
    return found


def _joined(text: str) -> str:
    """Text whose letters stand byte by byte, as Instagram and Facebook write them, joined again."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _draft_of(raw: object) -> Draft | None:
    if not isinstance(raw, Mapping):
        return None
    when, text = _first(raw, _TIMES), _words(_first(raw, _TEXTS))
    files = _files(raw)
    sender = _words(_first(raw, _SENDERS), 1_000)
    if "sender_name" in raw and "timestamp_ms" in raw:
        sender, text = _joined(sender), _joined(text)
    quote = raw.get("quote")
    if isinstance(quote, str) and quote.strip():
        text = f"{quote.strip()[:10_000]}\n{text}"
    mark = DELETED if raw.get("deleted") is True else EDITED if raw.get("edited") else ""
    if not (text or files or mark) or (when is None and not sender):
        return None
    kind = raw.get("type")
    if not sender and kind in {"incoming", "outgoing"}:
        sender = str(kind)
    draft = Draft(_words(when, 200), sender, text.rstrip(), at=moment_of(when), mark=mark)
    if files:
        draft.media = files[0].replace("%20", " ")
        if len(files) > 1:
            draft.text = (draft.text + "\n" + "\n".join(files[1:])).strip()
    return draft


def _drafts_of_json_lines(found: Iterable[str], notes: Notes) -> Iterator[Draft]:
    known = 0
    for number, line in enumerate(found):
        if number >= _FIRST_LINES and not known:
            break
        if not line.strip():
            continue
        try:
            draft = _draft_of(json.loads(line))
        except (ValueError, RecursionError):
            draft = None
        if draft is None:
            notes.add("Lines that are not messages in a known form are shown as they are.")
            draft = Draft("", "", line)
        else:
            known += 1
        yield draft
    if not known:
        raise NotReadableError("This JSON holds no messages in a form that this program knows.")


def _list_in(value: object) -> tuple[list[object], str]:
    """The list of messages in a JSON value, and the title that stands beside it."""
    if isinstance(value, list):
        return value, ""
    if isinstance(value, Mapping):
        for name in _LISTS:
            inner = value.get(name)
            if isinstance(inner, list):
                return inner, _words(_first(value, ("name", "title", "conversationName")), 1_000)
    return [], ""


def _whole(source: BinaryIO) -> object:
    source.seek(0)
    data = source.read(_WHOLE + 1)
    if len(data) > _WHOLE:
        raise TooLargeError("This JSON file is larger than 64 MiB and is not one message a line.")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotReadableError("This is not JSON, or it is damaged.") from error


# --- readings -----------------------------------------------------------------------------------------


def read_json(source: BinaryIO, limits: Limits, places: Mapping[str, int] | None = None) -> Reading:
    """Messages in JSON: one object a line, or one list of them."""
    encoding, note = encoding_of(source)
    notes = Notes(limits)
    start = source.tell()
    first = next((line for line in lines(source, encoding, 1_000_000) if line.strip()), "")
    source.seek(start)
    by_line, title = True, ""
    try:
        value = json.loads(first)
        # A list of messages on one line, or an object around such a list, is a whole and not a line.
        by_line = isinstance(value, dict) and not _list_in(value)[0]
    except (ValueError, RecursionError):
        by_line = False
    del first
    talk = Conversation(limits, notes, places or {})
    if by_line:
        talk.run(_drafts_of_json_lines(lines(source, encoding, 1_000_000), notes))
    else:
        found, title = _list_in(_whole(source))
        drafts = [draft for draft in map(_draft_of, found) if draft is not None]
        if not drafts:
            raise NotReadableError("This JSON holds no messages in a form that this program knows.")
        if len(drafts) < len(found):
            notes.add(f"{len(found) - len(drafts):,} things in the list are not messages and are left out.")
        talk.run(drafts)
    form = "JSON, one message a line (as signal-export writes it)" if by_line else "JSON, a list of messages"
    for sentence in (NOT_COMPLETE, note):
        notes.add(sentence)
    if moment_of(talk.first_shown) > moment_of(talk.last_shown) > "":
        notes.add("The file has the newest message first; they are shown in its order.")
    return _reading(talk, form, title, limits)


def _reading(talk: Conversation, form: str, title: str, limits: Limits) -> Reading:
    messages = talk.messages()
    talk.finish()
    if not talk.total:
        raise NotReadableError("There is no message in this chat.")
    people = list(talk.people)
    return within(
        Reading(
            kind=ReadingKind.CHAT,
            title=title or (" and ".join(people) if 0 < len(people) <= 2 else ""),
            claims=(Claim("Form of the file", f"A chat export: {form}"), *talk.claims()),
            text=talk.search.text(),
            first=limits.first,
            total=talk.total,
            messages=messages,
            questions=talk.questions(),
            notes=talk.notes.all(),
        ),
        limits,
    )


def read_text(source: BinaryIO, limits: Limits, places: Mapping[str, int] | None = None) -> Reading:
    """A chat in lines `[time] name: text`."""
    encoding, note = encoding_of(source)
    if not _begins_as_lines(source, encoding, limits):
        raise NotReadableError("This is not a chat in a form that this program knows.")
    notes = Notes(limits)
    talk = Conversation(limits, notes, places or {})
    talk.run(_drafts_of_lines(lines(source, encoding, limits.message + 1_000), limits.message, talk.places))
    for sentence in (NOT_COMPLETE, NO_ZONE, LOOK_ALIKE, note):
        notes.add(sentence)
    return _reading(talk, "[time] name: text (as signal-export and others write it)", "", limits)


def read(source: BinaryIO, limits: Limits) -> Reading:
    """A conversation as lines of text or as JSON."""
    source.seek(0)
    head = source.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] in {b"{", b"["} and _is_json(head):
        return read_json(source, limits)
    return read_text(source, limits)


def _is_json(head: bytes) -> bool:
    """Whether it begins as JSON does and not as `[12:30] name: text`."""
    after = head[1:].lstrip(b" \t\r\n")[:1]
    return after in ({b'"', b"}"} if head[:1] == b"{" else {b"{", b"["})


READER: Final = Reader("chat", read)
