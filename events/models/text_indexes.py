"""The index by which rows are found whose text contains any three letters and more, also in the middle of a word."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models.functions import Upper


def any_part_of(*fields: str, name: str) -> GinIndex:
    """Return an index that answers `icontains` of each field, which compares in capitals."""
    parts = (OpClass(Upper(field), name="gin_trgm_ops") for field in fields)
    # Without the list of pending entries, which every reader would have to go through.
    return GinIndex(*parts, name=name, fastupdate=False)
