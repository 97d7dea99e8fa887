"""Numbers for SVG attributes, always with a point, never localised; and what an overview draws with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.strips import Bar, Stretch

_ROOM_FOR_A_NUMBER = 14

register = template.Library()


@register.filter
def plain(number: float) -> str:
    """Return the number as SVG reads it."""
    return f"{number:g}"


@register.filter
def above(number: float) -> str:
    """Return the place of a label just above."""
    return f"{number - 5:g}"


@register.filter
def less(number: float, amount: float) -> str:
    """Return the number less an amount."""
    return f"{number - amount:g}"


@register.simple_tag
def bars(drawn: Iterable[Bar]) -> SafeString:
    """Draw the bars of an overview, each with its number above where that has room; numbers only, nothing to escape.

    All bars are one shape: a node for each is what a page of a long history takes longest to lay out.
    """
    drawn = list(drawn)
    shape = "".join(f"M{one.x:g} {one.y:g}h{one.width:g}v{one.height:g}h-{one.width:g}z" for one in drawn)
    numbers = (_number(one) for one in drawn if one.width > _ROOM_FOR_A_NUMBER)
    return SafeString(f'<path class="b" d="{shape}"/>{"".join(numbers)}')


@register.simple_tag
def stretches(drawn: Iterable[Stretch]) -> SafeString:
    """Draw the links over the bars of an overview, each named by its time and its number of events."""
    return SafeString("".join(_stretch(one) for one in drawn))


def _stretch(one: Stretch) -> str:
    named = ngettext("%(words)s: %(number)s event", "%(words)s: %(number)s events", one.count)
    place = f'x="{one.x:g}" y="0" width="{one.width:g}" height="84"'
    words = named % {"words": escape(one.words), "number": one.count}
    return f'<a href="{escape(one.address)}" aria-label="{words}"><rect class="hit" {place}/></a>'


@register.simple_tag
def axis(labels: Iterable[tuple[float, str]]) -> SafeString:
    """Write the labels below an overview, each at its place."""
    return SafeString(
        "".join(f'<text x="{x:g}" y="100" text-anchor="middle">{escape(words)}</text>' for x, words in labels)
    )


def _number(one: Bar) -> str:
    place = f'x="{one.middle:g}" y="{above(one.y)}" text-anchor="middle"'
    return f'<text class="strong" {place} aria-hidden="true">{one.count}</text>'
