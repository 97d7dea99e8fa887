"""Words that run from right to left, among dates and numbers that must not be turned by them."""

from __future__ import annotations

import unicodedata

_RIGHT_TO_LEFT = {"R", "AL", "AN"}
# What turns the text after it until something ends it (Unicode Standard Annex #9, section 2).
_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def apart(words: str) -> str:
    """Return words of the record so that they have a direction of their own and turn nothing beside them.

    A date after an Arabic title would otherwise be read in another order, in a plain line as in a formatted one.
    """
    if words.isascii():
        return words
    plain = words.translate(_CONTROLS)
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in plain)
    return f"{_ISOLATE}{plain}{_END}" if turns else plain
