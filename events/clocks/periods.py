"""A length of time as clauses give it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from events.clocks.errors import ClockError

UNITS = ("days", "months", "years")


@dataclass(frozen=True, slots=True)
class Period:
    """So many days, months or years."""

    amount: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ClockError(f"A period counts days, months or years, not “{self.unit}”.")
        if self.amount < 1:
            raise ClockError(f"A period of {self.amount} {self.unit} is none.")

    def __str__(self) -> str:
        return count_of(self.amount, self.unit)


@lru_cache(maxsize=4096)
def count_of(amount: int, unit: str) -> str:
    """Return "1 month" or "6 months"."""
    return f"{amount} {unit if amount != 1 else unit.removesuffix('s')}"
