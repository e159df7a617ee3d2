"""An incident with an exhibit of every kind: series, web page, recording, files that were brought in."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from PIL import Image, ImageDraw

from evidence_app import workflows
from evidence_app.capture import files
from evidence_app.capture.webm import WebmWriter, key_frame
from evidence_app.matroska import MEDIA_TYPE
from evidence_app.records import Area, Level, Method, Picture, Recorded, StopAnswer
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.importing import Batch, bring_in
from tests import brought, pages, talks, vaults
from tests.talks_parts import PNG

CLIP = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 4
WIDTH, HEIGHT = 320, 240


@dataclass(frozen=True)
class Mixed:
    """Numbers of the exhibits, and the bytes of every file that went in by its number and name (empty: the
    original)."""

    series: str
    page: str
    recording: str
    chat: str
    mail: str
    attached: str
    text: str
    document: str
    clip: str
    bytes_of: dict[tuple[str, str], bytes]


def numbered(place: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    """A picture that says which one it is; small as a file."""
    made = Image.new("P", size, 0)
    made.putpalette([240, 244, 248, 20 + 30 * place, 90, 160])
    ImageDraw.Draw(made).text((20, 20), f"picture {place}", fill=1, font_size=48)
    out = io.BytesIO()
    made.convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()


def recording() -> bytes:
    """Two frames, three seconds apart."""
    out = io.BytesIO()
    video = WebmWriter(out.write, WIDTH, HEIGHT, "Evidence")
    for place, at in ((0, 0), (1, 3000)):
        raw = bytes([40, 90 + 60 * place, 200, 255]) * (WIDTH * HEIGHT)
        video.frame(key_frame(raw, WIDTH, HEIGHT), at)
    return out.getvalue()


def fill(vault: Vault, incident: str, folder: Path) -> Mixed:
    """Put them all into an incident; files that are brought in are written to `folder` first."""
    vaults.no_stop(vault, incident)
    seen = replace(vaults.observed(), width=WIDTH, height=HEIGHT)
    series = workflows.Series(vault, incident)
    taken = [numbered(place) for place in (1, 2, 3)]
    for place, png in enumerate(taken):
        series.add(Picture(png, replace(seen, utc=seen.utc + timedelta(seconds=2 * place))))
    shown = series.finish()
    held = {(shown.number, name): png for name, png in zip(("", *_names(shown.files)), taken, strict=True)}

    page = replace(pages.page(), png=numbered(7, (640, 480)))
    captured = workflows.keep_page(vault, page, incident)
    held[captured.number, ""] = page.png
    held |= {(captured.number, one.name): one.data for one in page.files}

    film = recording()
    filmed = replace(
        seen,
        method=Method.RECORDING,
        area=Area(0, 0, WIDTH, HEIGHT),
        recorded=Recorded(5000, 2, "stopped"),
    )
    stored = vault.objects.put(film, MEDIA_TYPE)
    entry = vault.record(acts.exhibit_captured(stored, filmed, incident, Level.SCREEN))
    number = str(entry.data["number"])
    held[number, ""] = film

    chat = talks.whatsapp(talks.LOCALES[0], picture="photo.jpg")
    named = {
        "WhatsApp Chat.zip": talks.zipped({"_chat.txt": chat, "photo.jpg": brought.picture("JPEG")}),
        "message.eml": talks.mail(name="trip.png"),
        "notes.txt": "Nadia said: “stop it”\n".encode(),
        "letter.pdf": brought.pdf(),
        "clip.mp4": CLIP,
    }
    found = files.found(brought.write_all(folder, named))
    done = {one.name: one for one in bring_in(vault, incident, found, Batch(StopAnswer.NO))}
    held |= {(one.number, ""): named[name] for name, one in done.items()}
    (attached,) = done["message.eml"].parts
    held[attached, ""] = PNG
    return Mixed(
        shown.number,
        captured.number,
        number,
        done["WhatsApp Chat.zip"].number,
        done["message.eml"].number,
        attached,
        done["notes.txt"].number,
        done["letter.pdf"].number,
        done["clip.mp4"].number,
        held,
    )


def _names(found: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(f"picture-{place}.png" for place in range(2, len(found) + 2))
