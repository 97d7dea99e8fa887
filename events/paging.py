"""Long lists by the page: the hundredth page costs what the first one costs.

A link to the next page names the row after which it goes on, so that the database seeks there by index and skips
nothing. The number beside it tells the reader how far along the list is; an address with a number alone works too,
by counting rows off, as far as rows are ever counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import F, Func, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.parameters import FilterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import OrderBy, QuerySet
    from django.http import QueryDict

    from events.parameters import Asked

SIZE = 100
Rows = TypeVar("Rows", bound="QuerySet")
# Longer lists are not counted out: that would cost more than the page itself.
COUNTED = 10_000
_ALL = 1_000_000


@dataclass(frozen=True)
class Order:
    """In which order a list stands: its keys, the last of which is unique and names a row in an address."""

    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the unique key."""
        return self.names[-1]

    @property
    def names(self) -> list[str]:
        """Return the keys without their directions."""
        return [key.lstrip("-") for key in self.keys]

    def reverse(self) -> Order:
        """Return the order from the other end."""
        return Order(tuple(key[1:] if key.startswith("-") else f"-{key}" for key in self.keys))

    def arrange(self, rows: Rows, *, is_long: bool) -> Rows:
        """Return the rows in this order: a long list is walked along its index, a short one found and sorted.

        The database, asked for the first hundred in the order of an index, often goes through the whole record until it
        has found them; where there are only a few, that is to its end.
        """
        first, *rest = self.keys
        return rows.order_by(*([first] if is_long else [_unindexed(first)]), *rest)

    def beyond(self, row: dict[str, Any]) -> Q:
        """Return the condition that keeps what comes after the row."""
        first = self.keys[0].lstrip("-")
        # Implied by the rest; said apart so that the index on the first key is used as a range.
        condition, same = Q(**{f"{first}__{'lte' if self.keys[0].startswith('-') else 'gte'}": row[first]}), Q()
        later = Q(pk__in=[])
        for key in self.keys:
            name = key.lstrip("-")
            later |= same & Q(**{f"{name}__{'lt' if key.startswith('-') else 'gt'}": row[name]})
            same &= Q(**{name: row[name]})
        return condition & later


def _unindexed(key: str) -> OrderBy:
    """Return the key as an expression of the same value that no index has."""
    column = F(key.lstrip("-"))
    same = Func(column, column, function="COALESCE")
    return same.desc() if key.startswith("-") else same.asc()


NEWEST_FIRST = Order(("-earliest", "-latest", "slug"))
LAST_CHANGED = Order(("-changed_at", "pk"))


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, its place, and the queries of its neighbours (None where there is none)."""

    rows: list[Any]
    number: int
    size: int
    count: int
    newer: str | None
    older: str | None

    def __iter__(self) -> Iterator[Any]:
        """Go through the rows."""
        return iter(self.rows)

    @property
    def has_other_pages(self) -> bool:
        """Say whether the list goes on before or after."""
        return self.newer is not None or self.older is not None

    @property
    def is_counted(self) -> bool:
        """Say whether the whole list was counted."""
        return self.count <= COUNTED

    @property
    def pages(self) -> int:
        """Return how many pages a counted list has."""
        return max(1, -(-self.count // self.size))


class Walk:
    """A list as its pages are taken from it: from a place in its order on, or from so far down."""

    def __init__(self, rows: QuerySet[Any], order: Order, *, is_long: bool) -> None:
        self.order, self._rows, self._is_long = order, rows, is_long

    def place(self, named: str) -> dict[str, Any] | None:
        """Return the keys of the row of this name; None if there is none."""
        plain = self._rows.model._default_manager
        is_readable = self.order.name == "slug" or named.isdecimal()
        return plain.filter(**{self.order.name: named}).values(*self.order.names).first() if is_readable else None

    def take(self, beyond: dict[str, Any] | None, start: int, number: int) -> list[Any]:
        """Return so many rows from the one numbered `start` (from 0) on, of all or of what comes beyond the place."""
        rows = self._rows.filter(self.order.beyond(beyond)) if beyond else self._rows
        return list(self.order.arrange(rows, is_long=self._is_long)[start : start + number])

    def before(self, place: dict[str, Any], size: int) -> str | None:
        """Return the name of the row after which the page goes on that ends just before the place; None for none."""
        back = self.order.reverse()
        rows = back.arrange(self._rows.filter(back.beyond(place)), is_long=self._is_long)
        return next(iter(rows.values_list(self.order.name, flat=True)[size : size + 1]), None)


def page_of(
    rows: QuerySet,
    order: Order,
    query: QueryDict,
    asked: Asked,
    *,
    count: int | None = None,
    size: int = 0,
) -> Page:
    """Return the page of `rows` that the address asks for, in the order given.

    `count` is given where it is known already, `size` where a page is not as long as most.

    Raises:
        FilterError: for a page that is no number, lies beyond the end or too far on to be counted off, or goes on
            after a row that is not there.

    """
    count = counted(rows) if count is None else count
    return page_along(Walk(rows, order, is_long=count > COUNTED), query, asked, count=count, size=size)


def page_along(walk: Walk, query: QueryDict, asked: Asked, *, count: int, size: int = 0) -> Page:
    """Return the page that the address asks for of a list of so many rows.

    Raises:
        FilterError: as `page_of` does.

    """
    number, after, size = _number(query), query.get("after", ""), size or page_size(query)
    beyond, start = (_place(walk, after), 0) if after else (None, (number - 1) * size)
    if start > COUNTED and count > COUNTED:
        raise _too_far_on(number, size, asked)
    shown = walk.take(beyond, start, size + 1) if count else []
    if not shown and number > 1:
        raise _beyond_the_end(number, count, size, asked)
    has_more, shown = len(shown) > size, shown[:size]
    return Page(
        rows=shown,
        number=number,
        size=size,
        count=count,
        newer=_newer(walk, shown, number, asked, size) if number > 1 else None,
        older=_older(shown, walk.order, number, asked) if has_more else None,
    )


def _older(shown: list[Any], order: Order, number: int, asked: Asked) -> str:
    return asked.query(page=str(number + 1), after=str(getattr(shown[-1], order.name)))


def is_first_page(query: QueryDict) -> bool:
    """Say whether the address asks for the first page, as most do."""
    return not any(query.get(name) for name in ("page", "after", "show"))


def counted(rows: QuerySet) -> int:
    """Return how many rows there are, or one more than is ever counted."""
    return rows.order_by()[: COUNTED + 1].count()


def is_long(rows: QuerySet) -> bool:
    """Say whether there are so many rows that they are not counted out."""
    return counted(rows) > COUNTED


def page_size(query: QueryDict) -> int:
    """Return how many rows a page shows: a hundred, or all of them where the reader asks for it.

    Raises:
        FilterError: if `show` is anything but "all", or stands together with a page.

    """
    show = query.get("show", "")
    if show not in ("", "all"):
        raise FilterError(_("“%(show)s” cannot be shown; write show=all, or leave it out.") % {"show": show})
    if show and (query.get("page") or query.get("after")):
        raise FilterError(_("A list that is shown whole has no pages; leave out page or show."))
    return _ALL if show else SIZE


def _number(query: QueryDict) -> int:
    text = query.get("page", "")
    if text and not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise FilterError(_("“%(page)s” is no page; pages are numbered from 1.") % {"page": text})
    if query.get("after") and not text:
        raise FilterError(_("“after” says where a page begins; it comes with the number of the page."))
    return int(text or 1)


def _place(walk: Walk, named: str) -> dict[str, Any]:
    found = walk.place(named)
    if found is None:
        raise FilterError(_("There is no “%(named)s” on record after which to go on.") % {"named": named})
    return found


def _newer(walk: Walk, shown: Sequence[Any], number: int, asked: Asked, size: int) -> str:
    if number == 2:  # noqa: PLR2004 - the page before the second is the first, which needs no number
        return asked.query()
    edge = walk.before({name: _value(shown[0], name) for name in walk.order.names}, size)
    # Where no more than a page comes before, that is the beginning, whatever the address says of its number.
    return asked.query(page=str(number - 1), after=str(edge)) if edge else asked.query()


def _value(row: Any, key: str) -> Any:
    """Return the value of a key, also of one that leads to another table."""
    return reduce(getattr, key.split("__"), row)


def _too_far_on(number: int, size: int, asked: Asked) -> FilterError:
    sentence = _(
        "A list as long as this one is not opened at page %(number)s by its number alone: that works up to page "
        "%(last)s. Go on from there by the link to the next page, or narrow the list down."
    )
    return FilterError(sentence % {"number": number, "last": COUNTED // size + 1}, way_back=asked.query())


def _beyond_the_end(number: int, count: int, size: int, asked: Asked) -> FilterError:
    pages = max(1, -(-count // size))
    sentence = ngettext(
        "There is no page %(number)s: the list has one page.",
        "There is no page %(number)s: the list has %(pages)s pages.",
        pages,
    )
    return FilterError(sentence % {"number": number, "pages": pages}, way_back=asked.query())
