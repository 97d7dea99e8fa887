"""A deadline as a calendar entry (RFC 5545): the same in the mails' attachments and in the feeds.

Both share UID and SEQUENCE, so that a calendar which has the entry from one moves it when the other tells of a change.
"""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from events.clause_words import citation_words
from events.models import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from events.clock_cards import ClockCard

_GONE = {
    Deadline.State.REVOKED,
    Deadline.State.PAUSED,
    Deadline.State.WITHDRAWN,
    Deadline.State.SUPERSEDED,
    Deadline.State.UNDETERMINED,
}
# How often a calendar that follows a feed should look again: a date moves seldom, but is wanted the same day.
_REFRESH = timedelta(hours=6)
_END = "END:VCALENDAR\r\n"


class MailedCalendar(NamedTuple):
    """A calendar to be mailed, and its method, which the mail names too."""

    method: str
    content: bytes


def calendar_entry(deadline: Deadline, *, at: datetime, last_due: date | None = None) -> MailedCalendar | None:
    """Return the calendar with this one entry, a whole day without a time; made at the instant `at`.

    A date that no longer holds cancels the entry and renames it too, because some programs ignore a cancellation;
    `last_due` is then the day on which it stood. None if there is no day at all.
    """
    entry = _mailed(deadline, last_due, at=at)
    return _to_mail([entry], method="CANCEL" if deadline.state in _GONE else "PUBLISH") if entry else None


def calendar_of_several(clocks: Iterable[tuple[Deadline, date | None]]) -> MailedCalendar | None:
    """Return one calendar with the entries of several clocks, each with the day on which it last stood, if known.

    None if there is no day at all.
    """
    found = [_mailed(deadline, last_due, at=deadline.changed_at) for deadline, last_due in clocks]
    entries = [entry for entry in found if entry]
    return _to_mail(entries, method="PUBLISH") if entries else None


def _to_mail(entries: Iterable[Event], *, method: str) -> MailedCalendar:
    return MailedCalendar(method, _calendar(entries, method=method).to_ical())


def _mailed(deadline: Deadline, last_due: date | None, *, at: datetime) -> Event | None:
    is_gone = deadline.state in _GONE
    latest = deadline.override_due or deadline.due_latest
    first, last = (last_due, last_due) if is_gone and last_due else (deadline.due, latest)
    return _entry(deadline, first, last, is_gone=is_gone, at=at)


def calendar_feed(
    name: str, address: str, clocks: Iterable[ClockCard], *, as_of: date | None = None, known: date | None = None
) -> Iterator[str]:
    """Yield the calendar of many clocks as they stood at the viewpoint of their cards, entry by entry.

    A calendar as of a past day, or as known on one, is a picture of it: its entries do not move those of the present.
    """
    picture = (f"-as-of-{as_of}" if as_of else "") + (f"-known-{known}" if known else "")
    calendar = _calendar([], method="PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("url", address)
    if not picture:
        calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT6H")
    yield calendar.to_ical().decode().removesuffix(_END)
    for one in clocks:
        entry = _entry(
            one.deadline, one.due, one.latest, is_gone=one.state in _GONE, at=one.deadline.changed_at, picture=picture
        )
        if entry:
            yield entry.to_ical().decode()
    yield _END


def _calendar(entries: Iterable[Event], *, method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//TreatyWatch//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for entry in entries:
        calendar.add_component(entry)
    return calendar


def _entry(
    deadline: Deadline,
    first: date | None,
    last: date | None,
    *,
    is_gone: bool,
    at: datetime,
    picture: str = "",
) -> Event | None:
    """Return the entry on the days from `first` to `last` of the deadline's zone; None without a day.

    A date known only within limits fills all its days, and says so.
    """
    if first is None:
        return None
    entry = Event()
    entry.add("uid", _uid(deadline, picture))
    entry.add("sequence", 0 if picture else deadline.version)
    entry.add("dtstamp", at)
    entry.add("dtstart", first)
    entry.add("dtend", (last or first) + timedelta(days=1))
    entry.add("summary", _title(deadline, is_gone=is_gone, is_range=last not in (None, first)))
    entry.add("description", "\n".join(_described(deadline)))
    entry.add("url", settings.PUBLIC_URL + deadline.get_absolute_url())
    entry.add("status", "CANCELLED" if is_gone else "CONFIRMED")
    entry.add("organizer", _organizer())
    entry["transp"] = vText("TRANSPARENT")
    return entry


def _organizer() -> vCalAddress:
    """Return who publishes and cancels (RFC 5546, sections 3.2.1 and 3.2.5): a program names it to its reader."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    if name:
        organizer.params["cn"] = vText(name)
    return organizer


def _uid(deadline: Deadline, picture: str) -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"{deadline.slug}{picture}@{domain}"


def _title(deadline: Deadline, *, is_gone: bool, is_range: bool) -> str:
    title = _("%(treaty)s: %(title)s") % {"treaty": deadline.provision.treaty, "title": deadline.title}
    if is_range:
        title = _("%(title)s (on one of these days)") % {"title": title}
    return _("No longer: %(title)s") % {"title": title} if is_gone else title


def _described(deadline: Deadline) -> Iterable[str]:
    if deadline.citation:
        yield citation_words(deadline.citation)
    yield _("By the calendar of %(zone)s.") % {"zone": deadline.zone}
    if deadline.readings:
        yield _("The date is disputed; the earliest reading is shown.")
    if deadline.override_reason:
        yield _("An editor set this date: %(reason)s") % {"reason": deadline.override_reason}
