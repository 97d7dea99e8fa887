"""Addresses of pages in the reader's language: English ones stand bare, those of other languages begin with its code.

A language in the address, not in a cookie or a header, makes every page of every language one that can be cited,
found, and kept whole in a cache.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language

_PREFIXES = {code: "" if code == settings.LANGUAGE_CODE else f"/{code}" for code, _ in settings.LANGUAGES}


def in_readers_language(address: str) -> str:
    """Return a bare address such as "/treaties/inf/" as it stands in the language that is active now."""
    return _PREFIXES.get(get_language() or "", "") + address


def in_language(address: str, language: str) -> str:
    """Return an address of any language as it stands in `language` (a code of the setting LANGUAGES)."""
    return _PREFIXES[language] + bare(address)


def language_of(address: str) -> str:
    """Return the code of the language in which an address stands."""
    return next(code for code in _PREFIXES if in_language(address, code) == address)


def bare(address: str) -> str:
    """Return an address of any language without its language."""
    for prefix in filter(None, _PREFIXES.values()):
        if address == prefix or address.startswith(f"{prefix}/"):
            return address.removeprefix(prefix) or "/"
    return address
