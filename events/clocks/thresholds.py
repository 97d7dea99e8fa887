"""Thresholds: the Nth deposit, named states, a share of a base. They give the day on which a clock may start."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from events.clocks.errors import ClockError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class Deposit:
    """An instrument of a party; `undone_on` is the day on which it was taken back, if ever."""

    party: str
    day: date
    undone_on: date | None = None

    def stands_on(self, day: date) -> bool:
        """Say whether it counts on the day."""
        return self.day <= day and (self.undone_on is None or day < self.undone_on)


@dataclass(frozen=True, slots=True)
class Threshold:
    """What must be reached: `count` deposits, all of the `named` parties, a `share` of the base, or several of these.

    The base of a share is `base_size` where the clause fixes it, else the number of parties on the day (it moves).
    """

    count: int = 0
    named: tuple[str, ...] = ()
    share: str = ""
    base_size: int = 0

    def __post_init__(self) -> None:
        if not (self.count or self.named or self.share):
            raise ClockError("A threshold needs a count, named states, or a share.")
        if self.count < 0 or self.base_size < 0:
            raise ClockError("A threshold counts from zero up.")
        _ = self.fraction

    @property
    def fraction(self) -> Fraction | None:
        """Return the share as a fraction.

        Raises:
            ClockError: if it is none between 0 and 1.

        """
        if not self.share:
            return None
        try:
            value = Fraction(self.share)
        except (ValueError, ZeroDivisionError) as error:
            raise ClockError(f"“{self.share}” is not a share; write it like 2/3.") from error
        if not 0 < value <= 1:
            raise ClockError(f"A share of {self.share} cannot be reached.")
        return value


@dataclass(frozen=True, slots=True)
class Met:
    """The threshold was reached on this day, by the deposit of this party."""

    day: date
    party: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The threshold is not reached: how many stand, and which named parties are missing."""

    standing: int
    needed: int
    named: tuple[str, ...]


def reach(threshold: Threshold, deposits: Iterable[Deposit], *, base: int = 0, at: date | None = None) -> Met | Missing:
    """Return the first day on which the threshold was reached, or what is missing (on the day `at`, if given).

    An instrument that was taken back before that day does not count; one taken back after it undoes nothing.
    """
    ordered = sorted((one for one in deposits if at is None or one.day <= at), key=lambda one: (one.day, one.party))
    for one in ordered:
        if _is_reached(threshold, ordered, base, one.day):
            return Met(one.day, one.party)
    last = at or (ordered[-1].day if ordered else None)
    standing = {one.party for one in ordered if last and one.stands_on(last)}
    missing = tuple(name for name in threshold.named if name not in standing)
    if threshold.named and not threshold.count and not threshold.share:
        return Missing(len(threshold.named) - len(missing), len(threshold.named), missing)
    return Missing(len(standing), _needed(threshold, base, len(standing)), missing)


def _is_reached(threshold: Threshold, deposits: list[Deposit], base: int, day: date) -> bool:
    standing = {one.party for one in deposits if one.stands_on(day)}
    return len(standing) >= _needed(threshold, base, len(standing)) and set(threshold.named) <= standing


def _needed(threshold: Threshold, base: int, standing: int) -> int:
    needed = max(threshold.count, len(threshold.named))
    fraction = threshold.fraction
    if fraction is None:
        return needed
    size = threshold.base_size or base
    if not size:
        return max(needed, standing + 1)
    return max(needed, -(-size * fraction.numerator // fraction.denominator))
