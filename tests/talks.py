"""Samples of mail, chats, text messages, saved pages and archives, of several locales and programs.

People and addresses are fictional. Each maker gives the bytes of a file as its program writes them.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from tests.outlook_files import outlook
from tests.talks_parts import HEADERS, PNG

PICTURE = "IMG-20260312-WA0001.jpg"


@dataclass(frozen=True)
class Locale:
    """How phones of a region write the beginning of a message: three moments, and what they mean."""

    name: str
    heads: tuple[str, str, str]
    order: str
    """The order that the file itself shows, "" where it does not."""

    at: tuple[str, str, str]
    attached: str = "{} (file attached)"


MARCH = ("2026-03-12T14:32", "2026-03-12T14:33", "2026-03-25T09:05")
SECONDS = ("2026-03-12T14:32:07", "2026-03-12T14:33:00", "2026-03-25T09:05:59")
LOCALES = (
    Locale(
        "British Android",
        ("12/03/2026, 14:32 - ", "12/03/2026, 14:33 - ", "25/03/2026, 09:05 - "),
        "day first",
        MARCH,
    ),
    Locale(
        "American Android",
        ("3/12/26, 2:32\u202fPM - ", "3/12/26, 2:33\u202fPM - ", "3/25/26, 9:05\u202fAM - "),
        "month first",
        MARCH,
    ),
    Locale(
        "British iPhone",
        ("[12/03/2026, 14:32:07] ", "[12/03/2026, 14:33:00] ", "[25/03/2026, 09:05:59] "),
        "day first",
        SECONDS,
        "\u200e<attached: {}>",
    ),
    Locale(
        "American iPhone",
        ("[3/12/26, 2:32:07\u202fPM] ", "[3/12/26, 2:33:00\u202fPM] ", "[3/25/26, 9:05:59\u202fAM] "),
        "month first",
        SECONDS,
        "\u200e<attached: {}>",
    ),
    Locale(
        "German Android",
        ("12.03.26, 14:32 - ", "12.03.26, 14:33 - ", "25.03.26, 09:05 - "),
        "day first",
        MARCH,
        "{} (Datei angehängt)",
    ),
    Locale(
        "German iPhone",
        ("[12.03.26, 14:32:07] ", "[12.03.26, 14:33:00] ", "[25.03.26, 09:05:59] "),
        "day first",
        SECONDS,
        "\u200e<Anhang: {}>",
    ),
    Locale(
        "Finnish iPhone",
        ("[12.3.2026 klo 14.32.07] ", "[12.3.2026 klo 14.33.00] ", "[25.3.2026 klo 9.05.59] "),
        "day first",
        SECONDS,
    ),
    Locale(
        "French Android",
        ("12/03/2026 à 14:32 - ", "12/03/2026 à 14:33 - ", "25/03/2026 à 09:05 - "),
        "day first",
        MARCH,
        "{} (fichier joint)",
    ),
    Locale(
        "Spanish Android",
        (
            "12/3/26, 2:32\u202fp.\u00a0m. - ",
            "12/3/26, 2:33\u202fp.\u00a0m. - ",
            "25/3/26, 9:05\u202fa.\u00a0m. - ",
        ),
        "day first",
        MARCH,
        "{} (archivo adjunto)",
    ),
    Locale(
        "Dutch Android",
        ("12-03-2026 14:32 - ", "12-03-2026 14:33 - ", "25-03-2026 09:05 - "),
        "day first",
        MARCH,
    ),
    Locale(
        "Hungarian Android",
        ("2026. 03. 12. 14:32 - ", "2026. 03. 12. 14:33 - ", "2026. 03. 25. 9:05 - "),
        "year first",
        MARCH,
    ),
    Locale(
        "Korean Android",
        ("2026년 3월 12일 오후 2:32, ", "2026년 3월 12일 오후 2:33, ", "2026년 3월 25일 오전 9:05, "),
        "year first",
        MARCH,
    ),
    Locale(
        "Chinese iPhone",
        ("[2026/3/12 下午2:32:07] ", "[2026/3/12 下午2:33:00] ", "[2026/3/25 上午9:05:59] "),
        "year first",
        SECONDS,
    ),
    Locale(
        "Arabic Android",
        ("١٢/٣/٢٠٢٦، ١٤:٣٢ - ", "١٢/٣/٢٠٢٦، ١٤:٣٣ - ", "٢٥/٣/٢٠٢٦، ٠٩:٠٥ - "),
        "day first",
        MARCH,
    ),
    Locale(
        "Hindi Android",
        ("12/03/26, 2:32 अपराह्न - ", "12/03/26, 2:33 अपराह्न - ", "25/03/26, 9:05 पूर्वाह्न - "),
        "day first",
        MARCH,
    ),
    Locale(
        "Thai Android",
        ("12/3/2569 14:32 - ", "12/3/2569 14:33 - ", "25/3/2569 09:05 - "),
        "day first",
        MARCH,
    ),
)


def whatsapp(locale: Locale, *, picture: str = PICTURE) -> bytes:
    """A chat of three messages: one with several lines, one with a picture, one of another day."""
    first, second, third = locale.heads
    mark = "\u200e" if first.startswith("[") else ""
    return (
        f"{mark}{first}Nadia Ellery: Did you see this?\nIt is about the trip: all of it.\n\n- really\n"
        f"{mark}{second}Tom Garrick: {locale.attached.format(picture)}\nlook\n"
        f"{mark}{third}Nadia Ellery: \U0001f62e ok\n"
    ).encode()


ANDROID = (
    "12/03/2026, 14:31 - Messages and calls are end-to-end encrypted. Tap to learn more.\n"
    "12/03/2026, 14:31 - Nadia Ellery created group “Year 9: trip”\n"
    "12/03/2026, 14:32 - Nadia Ellery: first\n"
    "12/03/2026, 14:33 - Tom Garrick: <Media omitted>\n"
    "12/03/2026, 14:34 - Tom Garrick: This message was deleted\n"
    "12/03/2026, 14:35 - +44 7700 900123: changed <This message was edited>\n"
    "12/03/2026, 14:36 - Nadia Ellery: they wrote\n[12/03/2026, 13:00:00] Somebody: quoted\n"
)
"""One chat of an Android phone with lines of the system, marks, and a quotation of another phone's export."""


def long_chat(count: int) -> bytes:
    """A chat of `count` messages over several months."""
    days = [f"{day:02}/{month:02}/2026" for month in range(1, 13) for day in range(1, 29)]
    return "".join(
        f"{days[number * len(days) // count]}, {number // 60 % 24:02}:{number % 60:02} - "
        f"{'Nadia Ellery' if number % 3 else 'Tom Garrick'}: message {number}\n"
        for number in range(count)
    ).encode()


def signal_json() -> bytes:
    """Two messages as the tool signal-export writes them to `data.json`."""
    base: dict[str, object] = {
        "quote": "",
        "sticker": None,
        "reactions": [],
        "attachments": [],
        "deleted": False,
    }
    said = [
        {**base, "date": "2026-03-12T14:32:07", "sender": "Nadia Ellery", "body": "first  "},
        {
            **base,
            "date": "2026-03-12T14:33:00",
            "sender": "Me",
            "body": "",
            "attachments": [{"name": "trip.jpg", "path": "media/trip.jpg"}],
        },
        {**base, "date": "2026-03-12T14:34:00", "sender": "Me", "body": "", "deleted": True},
    ]
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in said).encode()


def signal_text() -> bytes:
    """The same as its `chat.md`."""
    return (
        b"[2026-03-12 14:32:07] Nadia Ellery: first  \n\n"
        b"[2026-03-12 14:33:00] Me:   ![trip.jpg](./media/trip.jpg)  \n\n"
        b"[2026-03-12 14:34:00] Me: (This message was deleted)\n"
    )


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive of these files, the same bytes each time."""
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


# --- text messages ------------------------------------------------------------------------------------


def sms() -> bytes:
    """A message received, one sent and one with a picture, as SMS Backup & Restore writes them."""
    nadia = 'address="+447700900123" contact_name="Nadia Ellery"'
    when = 'date="1773325927000" readable_date="12 Mar 2026 14:32:07"'
    later = 'date="1773325987000" readable_date="12 Mar 2026 14:33:07"'
    words = "first &#55357;&#56832; &amp; &lt;b&gt;&#10;second line"
    lines = [
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>",
        '<?xml-stylesheet type="text/xsl" href="sms.xsl"?>',
        '<smses count="3" backup_date="1773326000000" type="full">',
        f'<sms protocol="0" {nadia} {when} type="1" subject="null" body="{words}" read="1" />',
        f'<sms protocol="0" {nadia} {later} type="2" subject="null" body="please stop" />',
        f'<mms msg_box="1" address="+447700900123" contact_name="(Unknown)" {later}><parts>',
        '<part seq="-1" ct="application/smil" name="null" text="&lt;smil&gt;" />',
        f'<part ct="image/png" name="null" cl="trip.png" text="null" data="{b64encode(PNG).decode()}" />',
        '<part ct="text/plain" name="null" text="see this" /></parts>',
        '<addrs><addr address="+447700900123" type="137" charset="106" /></addrs></mms>',
        "</smses>",
    ]
    return "\n".join(lines).encode()


# --- mail ---------------------------------------------------------------------------------------------


def mail(
    *, plain: str = "You will regret this.\n", html: str = "", name: str = "../../trip\u202egnp.exe"
) -> bytes:
    """A message with an attachment whose name is hostile, and a version with layout where `html` is given."""
    lines = [
        *HEADERS,
        'Content-Type: multipart/mixed; boundary="outer"',
        "",
        "for readers without MIME",
        "--outer",
    ]
    lines += ['Content-Type: multipart/alternative; boundary="inner"', "", "--inner"]
    lines += [
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        plain,
        "--inner",
    ]
    lines += [
        "Content-Type: text/html; charset=utf-8",
        "",
        html or f"<p>{plain}</p>",
        "--inner--",
        "",
        "--outer",
    ]
    coded = b64encode(name.encode()).decode()
    lines += [f'Content-Type: image/png; name="=?utf-8?B?{coded}?="', "Content-Transfer-Encoding: base64"]
    lines += ["Content-Disposition: attachment", "", b64encode(PNG).decode(), "--outer--", ""]
    return "\r\n".join(lines).encode()


# --- pages --------------------------------------------------------------------------------------------

HTML = """<!DOCTYPE html>
<!-- saved from url=(0041)https://social.example/p/1?igsh=abc -->
<html lang="en"><head><meta charset="utf-8"><title>Larkmere &amp; friends</title>
<link rel="canonical" href="https://social.example/p/1">
<meta property="og:site_name" content="Social Example"><meta name="author" content="trollboy99">
<script>document.write("never shown <p>")</script><style>p { color: red }</style></head>
<body><h1>About Ms Ashdown</h1><p>She can&#39;t teach.<br>Everybody knows it.</p>
<ul><li>one<li>two</ul><img src="https://social.example/pixel.png" alt="a cat"><p>5 &lt; 6</p></body></html>
"""


def mhtml() -> bytes:
    """The same page as Chromium saves it."""
    lines = ["From: <Saved by Blink>", "Snapshot-Content-Location: https://social.example/p/1"]
    lines += ["Subject: =?utf-8?Q?Larkmere=20&=20friends?=", "Date: Thu, 12 Mar 2026 14:32:07 +0000"]
    lines += [
        "MIME-Version: 1.0",
        'Content-Type: multipart/related; type="text/html"; boundary="----M--x"',
        "",
        "",
    ]
    lines += ["------M--x", "Content-Type: text/html", "Content-ID: <frame-1@mhtml.blink>"]
    lines += [
        "Content-Transfer-Encoding: quoted-printable",
        "Content-Location: https://social.example/p/1",
        "",
    ]
    lines += [HTML.replace("=", "=3D").replace("\n", "\r\n"), "------M--x", "Content-Type: image/png"]
    lines += ["Content-Transfer-Encoding: base64", "Content-Location: https://social.example/pixel.png", ""]
    lines += [b64encode(PNG).decode(), "------M--x--", ""]
    return "\r\n".join(lines).encode()


def record(
    kind: str, body: bytes, address: str = "", media: str = "application/http; msgtype=response"
) -> bytes:
    """One record of a web archive."""
    head = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        "WARC-Date: 2026-03-12T14:32:07Z",
        f"Content-Length: {len(body)}",
    ]
    head += [f"WARC-Target-URI: {address}"] * bool(address) + [f"Content-Type: {media}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body + b"\r\n\r\n"


def _answer(media: str, body: bytes) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def packed(data: bytes) -> bytes:
    """One gzip member, the same bytes each time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def warc(*, gz: bool = False) -> bytes:
    """A web archive with a page and a picture."""
    records = [
        record("warcinfo", b"software: Evidence\r\n", media="application/warc-fields"),
        record("request", b"GET /p/1 HTTP/1.1\r\n\r\n", "https://social.example/p/1"),
        record("response", _answer("text/html; charset=utf-8", HTML.encode()), "https://social.example/p/1"),
        record("response", _answer("image/png", PNG), "https://social.example/pixel.png"),
    ]
    return b"".join(packed(one) if gz else one for one in records)


def wacz() -> bytes:
    """The same in a WACZ."""
    page = {"url": "https://social.example/p/1", "ts": "2026-03-12T14:32:07Z", "title": "Larkmere & friends"}
    package = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": "Taken by Evidence",
        "created": page["ts"],
    }
    return zipped(
        {
            "archive/data.warc.gz": warc(gz=True),
            "pages/pages.jsonl": (
                json.dumps({"format": "json-pages-1.0"}) + "\n" + json.dumps(page) + "\n"
            ).encode(),
            "datapackage.json": json.dumps(package).encode(),
        }
    )


def samples() -> dict[str, tuple[str, bytes]]:
    """Every sample by name: the reader that is for it, and its bytes."""
    found = {f"whatsapp, {one.name}": ("whatsapp", whatsapp(one)) for one in LOCALES}
    return found | {
        "whatsapp, marks": ("whatsapp", ANDROID.encode()),
        "whatsapp, UTF-16": ("whatsapp", b"\xff\xfe" + ANDROID.encode("utf-16-le")),
        "chat with pictures": ("archive", zipped({"_chat.txt": whatsapp(LOCALES[2]), PICTURE: PNG})),
        "Signal, JSON": ("chat", signal_json()),
        "Signal, text": ("chat", signal_text()),
        "generic": ("chat", b"[14:32] Nadia: first\n[14:33] Tom: second\n"),
        "SMS": ("sms", sms()),
        "mail": ("mail", mail()),
        "Outlook": ("outlook", outlook()),
        "HTML": ("html", HTML.encode()),
        "MHTML": ("mhtml", mhtml()),
        "WARC": ("warc", warc()),
        "WARC, packed": ("warc", warc(gz=True)),
        "WACZ": ("archive", wacz()),
        "zip": ("archive", zipped({"a/one.txt": b"hello", "../two.png": PNG})),
    }
