"""The statement that a vault goes on under another signing key, signed by the old key and by the new one.

It proves that whoever had the old key wanted it. Whoever stole the old key could say so too: that the new key
is the person's is known only when its words were compared. Source: resources/formats/vault.md, "Another key".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from evidence_app.crypto.sshsig import SignatureError, SigningKey, key_from_public_line, public_line, verify

NAMESPACE: Final = "evidence-key-change"
_FIRST: Final = "evidence-key-change v1"
_FORM: Final = re.compile(
    rf"{_FIRST}\n"
    r"vault ([0-9a-f-]{36})\n"
    r"size ([1-9][0-9]{0,15})\n"
    r"link ([0-9a-f]{64})\n"
    r"old ([^\n]{1,200})\n"
    r"new ([^\n]{1,200})\n"
    r"recipient (age1[0-9a-z]{58})\n"
    r"time ([0-9TZ:.-]{1,40})\n",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class KeyChange:
    """From the entry after `size` on (`link`: that of entry `size`) the vault signs with `new` (32 bytes)
    and is sealed to `recipient`. `time` is UTC text."""

    vault_id: str
    size: int
    link: bytes
    old: bytes
    new: bytes
    recipient: str
    time: str

    def text(self) -> bytes:
        """The bytes that are signed: ASCII, eight lines, each ended by LF."""
        lines = (
            _FIRST,
            f"vault {self.vault_id}",
            f"size {self.size}",
            f"link {self.link.hex()}",
            f"old {public_line(self.old)}",
            f"new {public_line(self.new)}",
            f"recipient {self.recipient}",
            f"time {self.time}",
        )
        return "".join(f"{line}\n" for line in lines).encode("ascii")


def sign(change: KeyChange, old: SigningKey, new: SigningKey) -> tuple[str, str]:
    """The armoured signatures of both keys."""
    text = change.text()
    return old.sign(text, NAMESPACE).decode("ascii"), new.sign(text, NAMESPACE).decode("ascii")


def check(text: str, by_old: str, by_new: str) -> KeyChange:
    """What was signed; raises `SignatureError` unless both keys that it names signed exactly this."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise SignatureError("The statement about another key is not written as expected.")
    change = KeyChange(
        found[1],
        int(found[2]),
        bytes.fromhex(found[3]),
        key_from_public_line(found[4]),
        key_from_public_line(found[5]),
        found[6],
        found[7],
    )
    for key, signature in ((change.old, by_old), (change.new, by_new)):
        try:
            signed = signature.encode("ascii")
        except UnicodeEncodeError as error:
            raise SignatureError("A signature about another key is not written as expected.") from error
        verify(text.encode("ascii"), signed, NAMESPACE, key=key)
    return change
