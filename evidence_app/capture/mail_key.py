"""The public key of a mail server as a person brings it: the text of a DNS record, however it was copied.

Source: RFC 6376, 3.6.1 (what stands in the record), 3.6.2.2 (several strings of one record are joined).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 16 * 1024
"""Characters of a record as it is pasted; a key of 8,192 bits has about 1,500."""
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.){0,4096})"')
_NAME: Final = re.compile(
    r"(?:^|[\s;>])([a-z0-9_](?:[a-z0-9_.-]{0,200}[a-z0-9_])?\._domainkey\.[a-z0-9](?:[a-z0-9.-]{0,200}[a-z0-9])?)\.?(?=[\s]|$)",
    re.IGNORECASE | re.ASCII,
)
_TAGS: Final = re.compile(r"(?:^|[\s;(])((?:v\s*=\s*DKIM1|[kpthsgn]\s*=)[^()]*)", re.ASCII | re.DOTALL)
_KEY: Final = re.compile(r"(?:^|;)\s*p\s*=\s*([A-Za-z0-9+/=\s]*)(?=;|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class MailKey:
    """`record`: its tags in one line, as a checker wants them. `name`: where it was asked for, such as
    `s1._domainkey.larkmere.example` in lower case; empty where the text does not say. `problem`: why there is
    no key in it, in a sentence; empty where there is one."""

    record: str
    name: str = ""
    problem: str = ""


def read_key(text: str) -> MailKey:
    """Read the text of a record: bare tags, quoted strings, or a line of a zone file or look-up tool."""
    if len(text) > LONGEST:
        return MailKey("", problem="It is longer than any such record.")
    named = _NAME.search(text)
    name = "" if named is None else named[1].lower()
    strings = _STRING.findall(text)
    whole = "".join(re.sub(r"\\(.)", r"\1", one) for one in strings) if strings else text
    tags = _TAGS.search(whole)
    if tags is None:
        return MailKey("", name, "It is not the record of a signature’s key: it has no “p=”.")
    record = " ".join(tags[1].split())
    found = _KEY.search(record)
    if found is None:
        return MailKey("", name, "It is not the record of a signature’s key: it has no “p=”.")
    key = "".join(found[1].split())
    record = f"{record[: found.start(1)]}{key}{record[found.end(1) :]}".strip()
    return MailKey(record, name)
