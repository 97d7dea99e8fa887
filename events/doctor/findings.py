"""What a check of the record returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Row and sentence of each finding: "event x", "names no source."
Rows = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and where."""

    check: str
    row: str
    sentence: str
