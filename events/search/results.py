"""What a page shows of a document: title and excerpt with the words marked, its date and its treaties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from events.dates import wording
from events.models import Event, SearchDocument
from treaties.addresses import in_readers_language

if TYPE_CHECKING:
    from treaties.models import Treaty

# Private characters stand where the marks will be, until the text around them has been escaped.
_OPEN, _CLOSE = "\ue000", "\ue001"
_TITLE = f"StartSel={_OPEN}, StopSel={_CLOSE}, HighlightAll=true"
_EXCERPT = f'StartSel={_OPEN}, StopSel={_CLOSE}, MaxFragments=2, MinWords=10, MaxWords=28, FragmentDelimiter=" … "'


@dataclass(frozen=True)
class Hit:
    """One document found."""

    kind: str
    kind_label: str
    title: str
    title_marked: SafeString
    excerpt: str
    excerpt_marked: SafeString
    address: str
    when: str
    date: str
    treaties: tuple[Treaty, ...]


def hits(keys: list[int], words: str) -> list[Hit]:
    """Return the documents of these keys, in this order, with what matches the tsquery `words` marked."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, kind, row_id, address, ts_headline('treatywatch', translate(title, %(marks)s, ''),
                    %(words)s::tsquery, %(title)s),
                ts_headline('treatywatch', translate(body, %(marks)s, ''), %(words)s::tsquery, %(excerpt)s)
            FROM events_searchdocument WHERE id = ANY(%(keys)s)
            """,
            {"marks": _OPEN + _CLOSE, "words": words, "title": _TITLE, "excerpt": _EXCERPT, "keys": keys},
        )
        rows = {row[0]: row[1:] for row in cursor}
    events = _events([row[1] for row in rows.values() if row[0] in {"event", "statement"}])
    return [_hit(rows[key], events.get(rows[key][1])) for key in keys if key in rows]


def _events(keys: list[int]) -> dict[int, Event]:
    if not keys:
        return {}
    return {one.pk: one for one in Event.objects.filter(pk__in=keys).order_by().prefetch_related("treaties")}


def _hit(row: tuple[str, int, str, str, str], event: Event | None) -> Hit:
    kind, _key, address, title, excerpt = row
    dated = event if kind in {"event", "statement"} else None
    return Hit(
        kind=kind,
        kind_label=str(SearchDocument.Kind(kind).label),
        title=_bare(title),
        title_marked=_marked(title),
        excerpt=_bare(excerpt),
        excerpt_marked=_marked(excerpt),
        address=in_readers_language(address),
        when=wording(dated) if dated else "",
        date=dated.date if dated else "",
        treaties=tuple(dated.treaties.all()) if dated else (),
    )


def _bare(text: str) -> str:
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def _marked(text: str) -> SafeString:
    return mark_safe(escape(text).replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>"))  # noqa: S308 - escaped just now
