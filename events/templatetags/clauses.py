"""What the record says of clauses and ends, in templates: in the reader's language, or marked as English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html

from events.clause_words import phrase_language, phrase_words
from treaties.record_language import marked, with_marked

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from treaties.models import Source

register = template.Library()
register.filter("marking", with_marked)


@register.filter
def phrase(text: str) -> SafeString:
    """Return what the record says; what is no standing phrase says its language."""
    return marked(phrase_words(text), phrase_language(text))


@register.filter
def own(text: str) -> SafeString:
    """Return a text of the record that says its language."""
    return marked(text)


@register.filter
def cited(source: Source) -> SafeString:
    """Return publisher and title of a source; the title says its language."""
    return format_html("{}: {}", source.publisher, marked(source.title, source.language))
