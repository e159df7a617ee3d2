"""Bech32 (BIP 173) without its length limit, as the age format uses it for keys.

Strict: one case only, a known alphabet, a correct checksum and zero padding bits.
"""

from __future__ import annotations

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_LENGTH = 6
# Far above the 74 characters of a key; keeps a pasted novel from being worked through.
MAX_LENGTH = 1024


def _remainder(values: list[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                state ^= generator
    return state


def _expand(prefix: str) -> list[int]:
    codes = [ord(character) for character in prefix]
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def encode(prefix: str, data: bytes) -> str:
    """`prefix1data…` in the case of `prefix`, which must not mix cases (`ValueError`)."""
    if not prefix or prefix not in (prefix.lower(), prefix.upper()):
        raise ValueError("the prefix is empty or mixes cases")
    if not all(33 <= ord(character) <= 126 for character in prefix):
        raise ValueError("the prefix has a character outside printable ASCII")
    values: list[int] = []
    store, bits = 0, 0
    for byte in data:
        store, bits = store << 8 | byte, bits + 8
        while bits >= 5:
            bits -= 5
            values.append(store >> bits & 31)
        store &= (1 << bits) - 1
    if bits:
        values.append(store << (5 - bits) & 31)
    checked = _remainder([*_expand(prefix.lower()), *values, *[0] * _CHECKSUM_LENGTH]) ^ 1
    values += [checked >> 5 * (_CHECKSUM_LENGTH - 1 - place) & 31 for place in range(_CHECKSUM_LENGTH)]
    text = prefix.lower() + "1" + "".join(_ALPHABET[value] for value in values)
    return text.upper() if prefix == prefix.upper() and prefix != prefix.lower() else text


def decode(text: str) -> tuple[str, bytes]:
    """Prefix (in the case it was written in) and data; `ValueError` with the reason for all else."""
    if len(text) > MAX_LENGTH:
        raise ValueError("too long")
    if not all(33 <= ord(character) <= 126 for character in text):
        raise ValueError("a character that does not belong in a key")
    lowered = text.lower()
    if text not in (lowered, text.upper()):
        raise ValueError("capital and small letters are mixed")
    split = lowered.rfind("1")
    if split < 1:
        raise ValueError("no prefix")
    coded = lowered[split + 1 :]
    if len(coded) < _CHECKSUM_LENGTH:
        raise ValueError("too short")
    try:
        values = [_VALUE[character] for character in coded]
    except KeyError as error:
        raise ValueError("a character that does not belong in a key") from error
    if _remainder([*_expand(lowered[:split]), *values]) != 1:
        raise ValueError("the checksum does not fit: a character is wrong or missing")
    data = bytearray()
    store, bits = 0, 0
    for value in values[:-_CHECKSUM_LENGTH]:
        store, bits = store << 5 | value, bits + 5
        if bits >= 8:
            bits -= 8
            data.append(store >> bits & 255)
        store &= (1 << bits) - 1
    if bits >= 5 or store:
        raise ValueError("the padding is not zero")
    return text[:split], bytes(data)
