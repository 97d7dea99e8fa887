"""Keys of rows as they come in from outside, in an address or a form."""

from __future__ import annotations

# All rows have keys of PostgreSQL's bigint.
_LARGEST = str(2**63 - 1)


def is_key(text: str) -> bool:
    """Say whether the text can be a row's key: whatever else is asked for by it is a fault, not an empty answer."""
    if not (text.isascii() and text.isdecimal()):
        return False
    digits = text.lstrip("0")
    return (len(digits), digits) <= (len(_LARGEST), _LARGEST)
