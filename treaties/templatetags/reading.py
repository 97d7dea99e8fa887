"""What pages and mails need to speak the reader's language: days in words, the page in another language."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

from treaties.addresses import in_language, in_readers_language
from treaties.day_words import day_words, period_words, weekday_words
from treaties.record_language import LANGUAGE, lang_attribute

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from datetime import date

    from django.http import HttpRequest

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """Return the day in words; nothing for no day."""
    return day_words(value) if value else ""


@register.filter
def weekday(value: date | None) -> str:
    """Return the day in words with its weekday; nothing for no day."""
    return weekday_words(value) if value else ""


@register.filter
def period(rule: dict) -> str:
    """Return how long a clock rule runs: "6 months"."""
    return period_words(rule["amount"], rule["unit"])


@register.filter
def readers(address: str) -> str:
    """Return a bare address, such as one kept in the database, in the reader's language."""
    return in_readers_language(address)


@register.simple_tag
def lang(language: str = LANGUAGE) -> SafeString:
    """Return the attribute of an element that holds a text of the record, or one in another language."""
    return lang_attribute(language)


@register.simple_tag
def colon() -> str:
    """Return the colon between a name and what is said of it; in French a space that does not break comes before it."""
    return pgettext("between a name and what is said of it", ": ")


@register.simple_tag
def unchanging(template_name: str) -> SafeString:
    """Return a part that is the same on all pages of the reader's language; it is drawn once, and from no context."""
    return _drawn(template_name, get_language())


@lru_cache(maxsize=32)
def _drawn(template_name: str, _language: str | None) -> SafeString:
    return SafeString(get_template(template_name).render().strip())


@register.simple_tag
def drawn(template_name: str, **rows: Iterable[Hashable]) -> SafeString:
    """Return a part that is drawn from these rows alone, in the reader's language; the same rows are drawn only once.

    Rows are plain values, all that they show among them: a model's row is the same row whatever it says.
    """
    named = tuple((name, tuple(values)) for name, values in rows.items())
    return _drawn_from(template_name, named, get_language())


# Most edits leave most parts of a page as they were. The key holds everything that a part is drawn from.
@lru_cache(maxsize=512)
def _drawn_from(template_name: str, rows: tuple[tuple[str, tuple[Hashable, ...]], ...], _language: str) -> SafeString:
    return SafeString(get_template(template_name).render(dict(rows)).strip())


@register.simple_tag(takes_context=True)
def languages(context: template.Context) -> list[tuple[str, str, str, bool]]:
    """Return code, own name and address of the present page in every language, and whether it is the present one.

    Empty for a page that no request asked for.
    """
    request: HttpRequest | None = context.get("request")
    if request is None:
        return []
    asked = request.get_full_path()
    return [(code, name, in_language(asked, code), code == get_language()) for code, name in settings.LANGUAGES]
