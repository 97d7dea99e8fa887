"""Treaties, parties and officials by any of their names, as people type them into a form or an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Func, Value

from events.models import SearchDocument
from treaties.models import Official, Party, Treaty

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

_KINDS: dict[type[Model], str] = {
    Treaty: SearchDocument.Kind.TREATY,
    Party: SearchDocument.Kind.PARTY,
    Official: SearchDocument.Kind.OFFICIAL,
}
_OFFERED = 6
# Of more names alike than this, not all are compared.
_COMPARED = 2000
_LONGEST = 200


def named(rows: QuerySet[Any], name: str) -> Any:
    """Return the row of this slug, or the only one of this name, whatever its case and accents; None if unclear."""
    text = name.strip()
    if not text:
        return None
    by_slug = rows.filter(slug=text).first()
    if by_slug is not None or len(text) > _LONGEST:
        return by_slug
    found = list(_bearing(rows, text)[:2])
    return found[0] if len(found) == 1 else None


def _bearing(rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    if rows.model is Party:
        return rows.named(name)  # type: ignore[attr-defined]  # a party's own folding leaves "the" out, too
    folded = Func(Value(name), function="search_name")
    return rows.filter(pk__in=_documents(rows).filter(names__contains=[folded]).values("row_id"))


def alike(rows: QuerySet[Any], name: str) -> list[Any]:
    """Return a few rows that `name` may have meant: names that contain it, and then those spelt most like it."""
    text = name.strip()[:_LONGEST]
    keys = list(_documents(rows).filter(title__icontains=text).values_list("row_id", flat=True)[:_OFFERED])
    if len(keys) < _OFFERED:
        like = _documents(rows).filter(title__trigram_similar=text).exclude(row_id__in=keys)
        closest = SearchDocument.objects.filter(pk__in=like.values("pk")[:_COMPARED])
        closest = closest.order_by(TrigramSimilarity("title", text).desc(), "pk")
        keys += closest.values_list("row_id", flat=True)[: _OFFERED - len(keys)]
    found = rows.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _documents(rows: QuerySet[Any]) -> QuerySet[SearchDocument]:
    return SearchDocument.objects.filter(kind=_KINDS[rows.model])
