"""The lasting name of a new entry: the one wanted, or numbered when it is taken."""

from __future__ import annotations

from itertools import count
from typing import Any


def free_slug(wanted: str, rows: Any) -> str:
    """Return `wanted`, or `wanted-2`, `wanted-3`, … if rows of these names are there; `rows` has a `slug` column."""
    wanted = wanted.strip("-")
    taken = set(rows.filter(slug__startswith=wanted).values_list("slug", flat=True))
    names = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)
