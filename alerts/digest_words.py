"""What a digest says above its items and below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.models import AlertKind, Subscriber

if TYPE_CHECKING:
    from alerts.mail_items import MailItem
    from alerts.models import Alert

# Of several items about one clock the first of these is shown; it tells what the others would.
_CORRECTIONS = [AlertKind.WITHDRAWN, AlertKind.MOVED]
_FOREMOST = [*_CORRECTIONS, AlertKind.TOOK_EFFECT, AlertKind.STARTED, AlertKind.LEAD]

# So many are told in full, and the rest in a line each: a mail program that cuts a mail off at 102 kB shows all the
# dates of a digest of 200.
IN_FULL = 20


def foremost(items: list[Alert]) -> list[Alert]:
    """Return one item for each clock and statement, in the order given; see `_FOREMOST`.

    Of more than are told in full, corrections come first.
    """
    chosen: dict[tuple[int | None, int | None], Alert] = {}
    for item in items:
        subject = (item.deadline_id, item.event_id)
        if subject not in chosen or _rank(item) < _rank(chosen[subject]):
            chosen[subject] = item
    if len(chosen) <= IN_FULL:
        return list(chosen.values())
    return sorted(chosen.values(), key=lambda item: item.kind not in _CORRECTIONS)


def _rank(item: Alert) -> tuple[int, int]:
    kind = AlertKind(item.kind)
    return (_FOREMOST.index(kind) if kind in _FOREMOST else 0, item.lead_days)


class DigestWords:
    """Subject, first line and reason of a digest for this subscriber, in the active language."""

    def __init__(self, subscriber: Subscriber, items: list[MailItem]) -> None:
        self._is_weekly = subscriber.rhythm == Subscriber.Rhythm.WEEKLY
        self._items = items

    @property
    def subject(self) -> str:
        """Return what the digest holds, the first item named."""
        if not self._items:
            return _("Nothing due in the coming week")
        rest = len(self._items) - 1
        first = self._items[0].subject
        return (
            ngettext("%(first)s, and %(rest)d more", "%(first)s, and %(rest)d more", rest)
            % {
                "first": first,
                "rest": rest,
            }
            if rest
            else first
        )

    @property
    def lead(self) -> str:
        """Return the first line of the body."""
        if not self._items:
            return _("Nothing is due: no date that you follow has changed or comes near enough to remind you of.")
        number = len(self._items)
        if self._is_weekly:
            return ngettext("%(number)d thing this week", "%(number)d things this week", number) % {"number": number}
        return ngettext("%(number)d thing today", "%(number)d things today", number) % {"number": number}

    @property
    def more(self) -> str:
        """Return what stands above the items that are told in a line each."""
        rest = len(self._items) - IN_FULL
        return ngettext("%(rest)d more, in short", "%(rest)d more, in short", rest) % {"rest": rest}

    @property
    def because(self) -> str:
        """Return why this comes as a digest."""
        if self._is_weekly:
            return _("You asked for one mail a week; what cannot wait for it comes at once.")
        return _("You asked for one mail a day; what cannot wait for it comes at once.")
