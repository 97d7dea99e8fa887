"""Numbers for SVG attributes: always with a point, never localised."""

from django import template

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
