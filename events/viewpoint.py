"""The day from which a page looks at the record: today, or a past day that the reader asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events.clocks import days_left, today_in

if TYPE_CHECKING:
    from events.models import Deadline


class ViewpointError(ValueError):
    """The day asked for is no day; the message says what to write instead."""


@dataclass(frozen=True)
class Viewpoint:
    """Where the reader stands: the present instant, and the past day asked for, if any."""

    now: datetime
    as_of: date | None = None

    @property
    def day(self) -> date:
        """Return the day by which things must have happened to be shown."""
        return self.as_of or today_in("UTC", self.now)

    def instant(self, zone: str) -> datetime:
        """Return now, or noon of the day asked for in `zone`: noon, so that every zone sees that day."""
        if self.as_of is None:
            return self.now
        return datetime.combine(self.as_of, time(12), ZoneInfo(zone))

    def days_left(self, deadline: Deadline, due: date) -> int:
        """Return the days from this viewpoint to `due`, by the calendar of the deadline's zone."""
        return days_left(due, at=self.instant(deadline.zone), zone=deadline.zone)


def read_viewpoint(text: str, *, now: datetime) -> Viewpoint:
    """Return the viewpoint that `?as_of=` names; "" is the present.

    Raises:
        ViewpointError: if the text is no day, or a day to come.

    """
    if not text:
        return Viewpoint(now)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        sentence = _("“%(day)s” is not a day. Write as_of as year-month-day, like 2019-02-05.")
        raise ViewpointError(sentence % {"day": text}) from error
    if day > today_in("Pacific/Kiritimati", now):
        sentence = _("%(day)s is still to come; the record can be shown as of any day up to today.")
        raise ViewpointError(sentence % {"day": text})
    return Viewpoint(now, day)
