"""The language in which the record is written, said where a page is in another one (WCAG 2.2, 3.1.2)."""

from __future__ import annotations

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

LANGUAGE = "en"


def lang_attribute(language: str = LANGUAGE) -> SafeString:
    """Return the attribute of an element whose text is in `language`; nothing on a page in the same language."""
    page = (get_language() or LANGUAGE).partition("-")[0]
    is_code = language.replace("-", "").isalnum()
    return SafeString(f' lang="{language}"' if is_code and language.partition("-")[0] != page else "")


def marked(text: str, language: str = LANGUAGE) -> SafeString:
    """Return the text as HTML, in an element that says its language where that is not the page's."""
    attribute = lang_attribute(language)
    return format_html("<span{}>{}</span>", attribute, text) if attribute else escape(text)


def with_marked(sentence: str, part: str) -> SafeString:
    """Return a sentence in the page's language as HTML, in which `part`, if it is there, is the record's own text."""
    before, found, after = sentence.partition(part) if part else (sentence, "", "")
    return format_html("{}{}{}", before, marked(found) if found else "", after)
