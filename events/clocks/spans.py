"""A date that may be known only to lie within some days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from events.clocks.errors import ClockError

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class DateSpan:
    """All days from `earliest` to `latest`, both included; one of them is the date."""

    earliest: date
    latest: date

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ClockError(f"A span cannot end ({self.latest}) before it begins ({self.earliest}).")

    @classmethod
    def day(cls, day: date) -> Self:
        """Return the span of a date that is known to the day."""
        return cls(day, day)

    @property
    def is_exact(self) -> bool:
        """Say whether the day is known."""
        return self.earliest == self.latest
