"""How the results of a search are drawn: written as strings, for which a template would take several times as long.

Every text of the record is escaped as it is put in; only what was marked in it comes escaped already.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from treaties.record_language import lang_attribute

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.search.results import Hit


def results_html(hits: Iterable[Hit]) -> SafeString:
    """Return the list items of the results, in the reader's language."""
    lang = lang_attribute()
    return SafeString("".join(_item(one, lang) for one in hits))


def _item(one: Hit, lang: str) -> str:
    excerpt = f"\n<p{lang}>{one.excerpt_marked}</p>" if one.excerpt else ""
    return (
        f'<li><h3{lang}><a href="{escape(one.address)}">{one.title_marked}</a></h3>\n'
        f'<p class="meta">{_tags(one)}</p>{excerpt}</li>'
    )


def _tags(one: Hit) -> str:
    when = f"<span>{escape(one.when)}</span>" if one.when else ""
    treaties = "".join(
        f'<span><a href="{escape(treaty.address)}">{escape(treaty.short_name)}</a></span>' for treaty in one.treaties
    )
    return f'<span class="kind">{escape(one.kind_label)}</span>{when}{treaties}'
