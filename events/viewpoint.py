"""From where a page looks at the record: the day the law is seen on, and the day the record itself is read as of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events.clocks import days_left, today_in

if TYPE_CHECKING:
    from events.models import Deadline

_MOMENT = timedelta(microseconds=1)


class ViewpointError(ValueError):
    """The day asked for is no day; the message says what to write instead."""


@dataclass(frozen=True)
class Viewpoint:
    """Where the reader stands: the present instant, the past day asked for, and the day whose record is read, if any.

    `as_of` is about the world: what had happened by that day. `known` is about TreatyWatch: what it said on that day.
    """

    now: datetime
    as_of: date | None = None
    known: date | None = None

    @cached_property
    def day(self) -> date:
        """Return the day by which things must have happened to be shown."""
        return self.past_day or today_in("UTC", self.now)

    @property
    def past_day(self) -> date | None:
        """Return the past day from which the world is seen; None for the present."""
        return self.as_of or self.known

    @property
    def known_at(self) -> datetime | None:
        """Return the last instant of the day whose record is read, in UTC; None for the record as it is now."""
        if self.known is None:
            return None
        return datetime.combine(self.known + timedelta(days=1), time(), UTC) - _MOMENT

    def instant(self, zone: str) -> datetime:
        """Return now, or noon of the past day in `zone`: noon, so that every zone sees that day."""
        if self.past_day is None:
            return self.now
        return datetime.combine(self.past_day, time(12), ZoneInfo(zone))

    def days_left(self, deadline: Deadline, due: date) -> int:
        """Return the days from this viewpoint to `due`, by the calendar of the deadline's zone."""
        return days_left(due, at=self.instant(deadline.zone), zone=deadline.zone)


def read_viewpoint(as_of: str, known: str = "", *, now: datetime) -> Viewpoint:
    """Return the viewpoint that `?as_of=` and `?known=` name; "" is the present.

    Raises:
        ViewpointError: if a text is no day, or a day to come, or `as_of` is later than `known`.

    """
    viewpoint = Viewpoint(now, _past("as_of", as_of, now), _past("known", known, now))
    if viewpoint.as_of and viewpoint.known and viewpoint.as_of > viewpoint.known:
        raise ViewpointError(
            _("On %(known)s nobody knew how things would stand on %(as_of)s; as_of may not be later than known.")
            % {"known": known, "as_of": as_of}
        )
    return viewpoint


def _past(name: str, text: str, now: datetime) -> date | None:
    if not text:
        return None
    day = _read(name, text)
    if day > today_in("Pacific/Kiritimati", now):
        raise ViewpointError(
            _("%(day)s is still to come; the record can be shown as of any day up to today.") % {"day": text}
        )
    return day


def _read(name: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Python reads 20190205 and 2019-W06-2 too; one day has one address.
    if day is None or day.isoformat() != text:
        raise ViewpointError(
            _("“%(text)s” is not a day. Write %(name)s as year-month-day, like 2019-02-05.")
            % {"text": text, "name": name}
        )
    return day
