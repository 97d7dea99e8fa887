"""A deadline as a calendar entry (RFC 5545); mails and feeds share its UID and SEQUENCE."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event, vText

from events.models import Deadline

if TYPE_CHECKING:
    from datetime import date, datetime

_GONE = {Deadline.State.REVOKED, Deadline.State.WITHDRAWN, Deadline.State.SUPERSEDED, Deadline.State.UNDETERMINED}


def calendar_entry(deadline: Deadline, *, host: str, address: str, at: datetime, last_due: date | None = None) -> bytes:
    """Return the calendar with this one entry, a whole day without a time; made at the instant `at`.

    A date that no longer holds cancels the entry and renames it too, because some programs ignore a cancellation;
    `last_due` is then the day on which it stood. Empty if there is no day at all.
    """
    gone = deadline.state in _GONE
    day = last_due if gone and last_due else deadline.due
    if day is None:
        return b""
    calendar = Calendar()
    calendar.add("prodid", "-//TreatyWatch//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    entry = Event()
    entry.add("uid", f"{deadline.slug}@{host}")
    entry.add("sequence", deadline.version)
    entry.add("dtstamp", at)
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    title = f"{deadline.provision.treaty}: {deadline.title}"
    entry.add("summary", f"No longer: {title}" if gone else title)
    entry.add("description", deadline.citation)
    entry.add("url", address)
    entry.add("status", "CANCELLED" if gone else "CONFIRMED")
    entry["transp"] = vText("TRANSPARENT")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
