"""Chats that WhatsApp exported: the `.txt` of Android phones and iPhones in many languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from evidence_app.capture.reading._chat import (
    BY_APP,
    DELETED,
    EDITED,
    LEFT_OUT,
    LOOK_ALIKE,
    NO_ZONE,
    NOT_COMPLETE,
    Conversation,
    Draft,
)
from evidence_app.capture.reading._heads import Shape, head_of, parted
from evidence_app.capture.reading._text import Notes, encoding_of, lines, within
from evidence_app.errors import NotReadableError
from evidence_app.records import Claim, Limits, Reader, Reading, ReadingKind

_FIRST_LINES: Final = 30
"""The first message stands at the beginning; a file whose first message comes later is none of these."""

_MARKS: Final = "\u200e\u200f\u202a\u202c\ufeff \u00a0"
_ATTACHED: Final = re.compile(
    r"[\u200e\u200f]?(?P<name>[^\\/:*?\"<>|\r\n\u200e]{1,160}\.\w{1,5}) \((?P<words>[^()\d]{4,40})\)"
)
_ATTACHED_IPHONE: Final = re.compile(
    r"<(?P<words>[^:<>\d]{3,40})[:：][ \u00a0]?(?P<name>[^\\/:*?\"<>|\r\n]{1,160}\.\w{1,5})>"
)
_OF_WHATSAPP: Final = re.compile(
    r"(?:(?:IMG|VID|PTT|AUD|STK|DOC)-\d{8}-WA\d{4,5}|\d{8}-[A-Z_]{3,12}-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)\.\w{1,5}"
)
_IN_ANGLES: Final = re.compile(r"<([^<>]{4,60})>")
_EDITED: Final = re.compile(r"[ \u200e\u200f]{0,3}<([^<>]{8,60})>\Z")
# English and the languages spoken most at schools here; what is not known stays in the text as it is.
_EDITED_WORDS: Final = frozenset(
    (
        "this message was edited",
        "diese nachricht wurde bearbeitet",
        "ce message a été modifié",
        "se editó este mensaje",
        "questo messaggio è stato modificato",
        "esta mensagem foi editada",
        "mensagem editada",
        "dit bericht is bewerkt",
        "ta wiadomość została edytowana",
        "wiadomość edytowana",
        "bu mesaj düzenlendi",
        "mesajul a fost editat",
        "acest mesaj a fost editat",
    )
)
_DELETED_WORDS: Final = frozenset(
    (
        "this message was deleted",
        "you deleted this message",
        "this message was deleted by admin",
        "diese nachricht wurde gelöscht",
        "du hast diese nachricht gelöscht",
        "ce message a été supprimé",
        "vous avez supprimé ce message",
        "se eliminó este mensaje",
        "eliminaste este mensaje",
        "questo messaggio è stato eliminato",
        "hai eliminato questo messaggio",
        "esta mensagem foi apagada",
        "esta mensagem foi eliminada",
        "mensagem apagada",
        "você apagou esta mensagem",
        "dit bericht is verwijderd",
        "je hebt dit bericht verwijderd",
        "u hebt dit bericht verwijderd",
        "ta wiadomość została usunięta",
        "usunięto tę wiadomość",
        "bu mesaj silindi",
        "acest mesaj a fost șters",
    )
)
_LEFT_OUT_WORDS: Final = frozenset(
    (
        *("media omitted", "image omitted", "video omitted", "audio omitted", "sticker omitted"),
        *("gif omitted", "document omitted", "contact card omitted", "video note omitted"),
        *("medien ausgeschlossen", "bild weggelassen", "video weggelassen", "audio weggelassen"),
        *("sticker weggelassen", "dokument weggelassen", "gif weggelassen"),
        *("médias omis", "image absente", "vidéo absente", "audio omis", "sticker omis", "image omise"),
        *("multimedia omitido", "archivo omitido", "imagen omitida", "video omitido", "audio omitido"),
        *("media omessi", "immagine omessa", "video omesso", "audio omesso", "sticker omesso"),
        *("mídia oculta", "ficheiro não revelado", "imagem ocultada", "vídeo omitido", "áudio ocultado"),
        *("media weggelaten", "afbeelding weggelaten", "video weggelaten", "audio weggelaten"),
        *("pominięto multimedia", "multimedia pominięte", "pominięto obraz"),
        *("medya dahil edilmedi", "görüntü dahil edilmedi"),
        *("fără media", "conținut media omis", "imagine omisă"),
    )
)


def _plain(text: str) -> str:
    return text.strip(_MARKS).rstrip(".").strip().lower()


def _finished(draft: Draft, places: Mapping[str, int]) -> Draft:
    """What the text itself says: a file that came with it, an edit, a deletion, something left out."""
    first = draft.text.split("\n", 1)[0]
    if found := _ATTACHED.match(first) or _ATTACHED_IPHONE.match(first.lstrip(_MARKS)):
        name = found["name"].strip(_MARKS)
        if name in places or _OF_WHATSAPP.fullmatch(name):
            draft.media, draft.mark = name, ""
    if not draft.media and first is draft.text and _OF_WHATSAPP.fullmatch(first.strip(_MARKS)):
        draft.media = first.strip(_MARKS)
    ending = _EDITED.search(draft.text, max(0, len(draft.text) - 70))
    whole = _plain(draft.text)
    if ending and _plain(ending[1]) in _EDITED_WORDS:
        draft.text, draft.mark = draft.text[: ending.start()], EDITED
    elif whole in _DELETED_WORDS:
        draft.mark = DELETED
    elif (_plain(whole.strip("<>")) if _IN_ANGLES.fullmatch(whole) else whole) in _LEFT_OUT_WORDS:
        draft.mark = LEFT_OUT
    return draft


def drafts(
    found: Iterator[str], limit: int, places: Mapping[str, int], shape: Shape | None = None
) -> Iterator[Draft]:
    """The messages of the lines of an export. All first lines have the shape of the first one."""
    draft: Draft | None = None
    size = 0
    for line in found:
        head = head_of(line)
        if head is None or (shape is not None and head.shape != shape):
            if draft is not None and size <= limit:
                # One more than the limit is enough to see that it was cut.
                more = "\n" + line[: limit + 1]
                draft.text, size = draft.text + more, size + len(more)
            elif draft is None and line.strip(_MARKS):
                draft, size = Draft("", "", line), len(line)
            continue
        if draft is not None:
            yield _finished(draft, places)
        shape = head.shape
        sender, text = parted(head.rest)
        # iPhones write lines of the app under the name of a person or the group, with this mark in front.
        mark = BY_APP if sender and text.startswith("\u200e") else ""
        draft = Draft(head.shown, sender, text.lstrip("\u200e\u200f"), head.stamp, mark=mark)
        size = len(text)
    if draft is not None:
        yield _finished(draft, places)


def shape_of(source: BinaryIO, encoding: str, limits: Limits) -> Shape | None:
    """The shape of the first message, or None where the file does not begin as an export does."""
    at = source.tell()
    found = None
    for number, line in enumerate(lines(source, encoding, limits.line)):
        head = head_of(line)
        if head is not None:
            found = head.shape
            break
        if number >= _FIRST_LINES:
            break
    source.seek(at)
    return found


def read_text(source: BinaryIO, limits: Limits, places: Mapping[str, int]) -> Reading:
    """A chat in the plain text of an export; `places` are the files that came with it, by name."""
    encoding, note = encoding_of(source)
    shape = shape_of(source, encoding, limits)
    if shape is None:
        raise NotReadableError("This is not a chat in a form that this program knows.")
    notes = Notes(limits)
    talk = Conversation(limits, notes, places)
    talk.run(drafts(lines(source, encoding, limits.message + 1_000), limits.message, places, shape))
    if not talk.total:
        raise NotReadableError("There is no message in this chat.")
    # In order of weight: the last ones go first when there is no room.
    for sentence in (NOT_COMPLETE, NO_ZONE, LOOK_ALIKE, note):
        notes.add(sentence)
    messages = talk.messages()
    talk.finish()
    form = (
        "[date, time] name: text, as on an iPhone"
        if shape.bracket
        else "date, time - name: text, as on Android"
    )
    if not shape.bracket and shape.end != "-":
        form = "date, time, name: text"
    others = [name for name in talk.people if name]
    return within(
        Reading(
            kind=ReadingKind.CHAT,
            title=" and ".join(others) if 0 < len(others) <= 2 else "",
            claims=(Claim("Form of the file", f"A chat export: {form}"), *talk.claims()),
            text=talk.search.text(),
            first=limits.first,
            total=talk.total,
            messages=messages,
            questions=talk.questions(),
            notes=notes.all(),
        ),
        limits,
    )


def read(source: BinaryIO, limits: Limits) -> Reading:
    """A chat that was exported as text, without its pictures."""
    return read_text(source, limits, {})


READER: Final = Reader("whatsapp", read)
