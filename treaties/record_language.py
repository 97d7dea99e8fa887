"""The language in which the record is written, said where a page is in another one (WCAG 2.2, 3.1.2)."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import get_language

LANGUAGE = "en"


def lang_attribute(language: str = LANGUAGE) -> SafeString:
    """Return the attribute of an element whose text is in `language`; nothing on a page in the same language."""
    page = (get_language() or LANGUAGE).partition("-")[0]
    is_code = language.replace("-", "").isalnum()
    return SafeString(f' lang="{language}"' if is_code and language.partition("-")[0] != page else "")
