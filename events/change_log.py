"""What was corrected, published or withdrawn, and which clocks it moved: the public side of an editor's change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Change
from events.parameters import Choice, Choices, Day, Named, Parameter, published_treaties, span_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from events.parameters import Asked

ABOUT = {"dates": gettext_lazy("Moved a deadline")}
PARAMETERS = (
    Choices("kind", choices=dict(Change.Kind.choices)),
    Choice("about", choices=ABOUT),
    Named("treaty", gettext_lazy("Treaty"), rows=published_treaties),
    Parameter("q", gettext_lazy("Text")),
    Day("from", gettext_lazy("From")),
    Day("to", gettext_lazy("To")),
)


@dataclass(frozen=True)
class Pair:
    """A field, or a clock, before and after; `address` is the clock's page."""

    name: str
    before: str
    after: str
    address: str = ""


@dataclass(frozen=True)
class ToldChange:
    """A change in readers' words."""

    change: Change
    differences: list[Pair]
    moves: list[Pair]


def major_changes(asked: Asked) -> QuerySet[Change]:
    """Return the changes that the address asks for: the major ones, the latest first."""
    rows = Change.objects.filter(weight=Change.Weight.MAJOR).prefetch_related("treaties")
    if asked["kind"]:
        rows = rows.filter(kind__in=asked["kind"])
    if asked["about"]:
        rows = rows.exclude(moves=[])
    if asked["treaty"]:
        rows = rows.filter(treaties=asked["treaty"])
    if asked["q"]:
        rows = rows.filter(row_label__icontains=asked["q"]) | rows.filter(public_note__icontains=asked["q"])
    if asked["from"]:
        rows = rows.filter(at__date__gte=span_of(asked["from"])[0])
    return rows.filter(at__date__lte=span_of(asked["to"])[1]) if asked["to"] else rows


def told(changes: Iterable[Change]) -> list[ToldChange]:
    """Return the changes in readers' words."""
    return [
        ToldChange(
            one,
            [Pair(_words(row["name"]), _words(row.get("before")), _words(row.get("after"))) for row in one.differences],
            [_move(row) for row in one.moves],
        )
        for one in changes
    ]


def _move(row: dict[str, Any]) -> Pair:
    address = f"/deadlines/{row['slug']}/" if row.get("slug") else ""
    return Pair(_words(row.get("title")), _words(row.get("before")), _words(row.get("after")), address)


def _words(value: Any) -> str:
    if value in (None, "", []):
        return _("empty")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)
