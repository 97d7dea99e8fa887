"""What becomes of a clock after it has started: revoked, paused and resumed, extended, superseded, run out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from events.clocks.errors import ClockError
from events.clocks.spans import DateSpan
from events.clocks.steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from events.clocks.steps import Value

RUNNING, TOOK_EFFECT, REVOKED, PAUSED, SUPERSEDED = "running", "took_effect", "revoked", "paused", "superseded"
KINDS = ("revoked", "paused", "resumed", "extended", "superseded")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that befell a running clock; `until` is the new date of an extension.

    `label` is what the record calls it; of a party that left its treaty, `left` is the name.
    """

    kind: str
    day: date
    label: str = ""
    until: date | None = None
    left: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ClockError(f"“{self.kind}” does not happen to a clock.")
        if self.kind == "extended" and self.until is None:
            raise ClockError("An extension needs the date until which it runs.")


@dataclass(frozen=True, slots=True)
class Life:
    """A clock as it stands on a day: its state and since when, its date, the days that were left when it paused."""

    state: str
    since: date
    due: DateSpan
    remaining: int | None = None
    steps: tuple[Step, ...] = ()


def live(started: date, due: DateSpan, happenings: Iterable[Happening], *, today: date) -> Life:
    """Follow a clock from its start to `today` (a day of its own zone) through what had happened by then.

    A notice can be revoked until it takes effect (Vienna Convention on the Law of Treaties, article 68), not on the
    day itself. A pause keeps the days that remained; resuming counts them again.
    """
    life = Life(RUNNING, started, due)
    for one in sorted((one for one in happenings if started <= one.day <= today), key=lambda one: one.day):
        if life.state in {REVOKED, SUPERSEDED} or (life.state == RUNNING and one.day > life.due.latest):
            break
        life = _FOLLOW[one.kind](life, one)
    if life.state == RUNNING and today > life.due.latest:
        return replace(life, state=TOOK_EFFECT, since=life.due.latest)
    return life


def _revoked(life: Life, one: Happening) -> Life:
    if one.day >= life.due.latest and life.state == RUNNING:
        return life
    return _after(life, one, REVOKED, _told(one))


def _paused(life: Life, one: Happening) -> Life:
    if life.state != RUNNING or one.day >= life.due.latest:
        return life
    left = (life.due.earliest - one.day).days
    return replace(_after(life, one, PAUSED, _told(one, days=left)), remaining=left)


def _resumed(life: Life, one: Happening) -> Life:
    if life.state != PAUSED or life.remaining is None:
        return life
    due = one.day + timedelta(days=life.remaining)
    # Resuming counts from its own day, not from the date before.
    anew = Step("counted_anew", {"day": one.day}, f"start {one.day.isoformat()}", one.day)
    counted = _told(one, due=due)._replace(operation=f"add {life.remaining} days", result=due)
    return replace(_after(life, one, RUNNING, anew, counted), due=DateSpan.day(due), remaining=None)


def _extended(life: Life, one: Happening) -> Life:
    until = one.until or life.due.latest
    extended = _told(one, until=until)._replace(operation=f"on {until.isoformat()}", result=until)
    return replace(_after(life, one, life.state, extended), due=DateSpan.day(until))


def _superseded(life: Life, one: Happening) -> Life:
    return _after(life, one, SUPERSEDED, _told(one))


def _told(one: Happening, **values: Value) -> Step:
    by: dict[str, Value] = {"left": one.left} if one.left else {"label": one.label}
    return Step(one.kind, {**by, "day": one.day, **values})


def _after(life: Life, one: Happening, state: str, *steps: Step) -> Life:
    since = one.day if state != life.state else life.since
    return replace(life, state=state, since=since, steps=(*life.steps, *steps))


_FOLLOW = {
    "revoked": _revoked,
    "paused": _paused,
    "resumed": _resumed,
    "extended": _extended,
    "superseded": _superseded,
}
