"""What a page shows of a document: title and excerpt with the words marked, its date and its treaties."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from events.dates import worded
from events.models import SearchDocument
from treaties.addresses import in_readers_language
from treaties.asked import Asked
from treaties.models.labels import label_of

# Private characters stand where the marks will be, until the text around them has been escaped.
_OPEN, _CLOSE = "\ue000", "\ue001"
_GAP = " … "
_WHOLE = f"StartSel={_OPEN}, StopSel={_CLOSE}, HighlightAll=true"
_EXCERPT = f'StartSel={_OPEN}, StopSel={_CLOSE}, MaxFragments=2, MinWords=10, MaxWords=28, FragmentDelimiter="{_GAP}"'

# A text of so many characters is shown whole: an excerpt would leave out short words at its ends.
_SHORT = 240
# By so many characters at either end of a text one sees whether an excerpt begins and ends with it.
_EDGE = 80

_Row = tuple[str, str, str, str, str, str, str, str, list[str] | None, list[str] | None]
# As texts: a prepared question must give the same types when a migration has changed the length of a column.
_SHOWN = Asked(
    f"""
    SELECT d.id, d.kind::text, d.address::text,
        ts_headline('treatywatch', translate(d.title, '{_OPEN}{_CLOSE}', ''), $2, '{_WHOLE}'),
        ts_headline('treatywatch', translate(d.body, '{_OPEN}{_CLOSE}', ''), $2,
            CASE WHEN length(d.body) <= {_SHORT} THEN '{_WHOLE}' ELSE '{_EXCERPT}' END),
        left(d.body, {_EDGE}), right(d.body, {_EDGE}),
        coalesce(e.date, '')::text, coalesce(e.date_wording, '')::text, linked.slugs, linked.names
    FROM events_searchdocument d
    LEFT JOIN events_event e ON e.id = d.row_id AND d.kind IN ('event', 'statement'),
    LATERAL (
        SELECT array_agg(t.slug::text ORDER BY t.short_name) AS slugs,
            array_agg(t.short_name::text ORDER BY t.short_name) AS names
        FROM events_event_treaties l JOIN treaties_treaty t ON t.id = l.treaty_id
        WHERE l.event_id = e.id AND t.publication = 'published'
    ) linked
    WHERE d.id = ANY($1)
    """,  # noqa: S608 - all our own; values are parameters
    "bigint[]",
    "tsquery",
)


@dataclass(frozen=True)
class LinkedTreaty:
    """A treaty that a document is about."""

    slug: str
    short_name: str
    address: str


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
    treaties: tuple[LinkedTreaty, ...]


def hits(keys: list[int], words: str) -> list[Hit]:
    """Return the documents of these keys, in this order, with what matches the tsquery `words` marked."""
    if not keys:
        return []
    rows = {row[0]: row[1:] for row in _SHOWN(keys, words)}
    home = in_readers_language("")
    return [_hit(rows[key], home) for key in keys if key in rows]


def _hit(row: _Row, home: str) -> Hit:
    kind, address, title, excerpt, beginning, end, day, wording, slugs, names = row
    excerpt = _with_cuts_shown(excerpt, beginning, end)
    return Hit(
        kind=kind,
        kind_label=label_of(SearchDocument.Kind, kind),
        title=_bare(title),
        title_marked=_marked(title),
        excerpt=_bare(excerpt),
        excerpt_marked=_marked(excerpt),
        address=home + address,
        when=worded(day, wording) if day else "",
        date=day,
        treaties=tuple(
            LinkedTreaty(slug, name, f"{home}/treaties/{slug}/")
            for slug, name in zip(slugs or (), names or (), strict=True)
        ),
    )


def _with_cuts_shown(excerpt: str, beginning: str, end: str) -> str:
    """Return the excerpt with a sign where it begins or ends in the middle of its text, as between its parts."""
    if not excerpt.strip():
        return ""
    parts = _bare(excerpt).split(_GAP)
    before, is_beginning, _rest = beginning.partition(parts[0].lstrip()[: _EDGE // 2])
    _rest, is_end, after = end.rpartition(parts[-1].rstrip()[-_EDGE // 2 :])
    is_cut_before = not is_beginning or any(map(str.isalnum, before))
    is_cut_after = not is_end or any(map(str.isalnum, after))
    return f"{'… ' if is_cut_before else ''}{excerpt.strip()}{' …' if is_cut_after else ''}"


def _bare(text: str) -> str:
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def _marked(text: str) -> SafeString:
    return mark_safe(escape(text).replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>"))  # noqa: S308 - escaped just now
