"""The permanent revisions of an event: each can be cited, and is still told as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from events.models import Event
from events.parameters import FilterError
from treaties.as_known import tracked_models

if TYPE_CHECKING:
    from datetime import datetime

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Revision:
    """One version of an event: its number, and from when until when it was the record's (None: it still is)."""

    number: int
    since: datetime
    until: datetime | None

    @property
    def instant(self) -> datetime | None:
        """Return the last instant at which it was the record's, its own later touches included; None for the latest."""
        return self.until - _MOMENT if self.until else None


def revisions_of(slug: str) -> list[Revision]:
    """Return the revisions of an event, the first one first; none for an event that never was."""
    history = next(history for tracked, history in tracked_models() if tracked is Event)._default_manager
    rows = history.filter(slug=slug).order_by("pgh_id").values_list("revision", "pgh_created_at")
    begun: dict[int, datetime] = {}
    for number, at in rows:
        begun.setdefault(number, at)
    starts = sorted(begun.items())
    ends = [*(at for _number, at in starts[1:]), None]
    return [Revision(number, at, end) for (number, at), end in zip(starts, ends, strict=False)]


def read_revision(text: str, slug: str) -> Revision | None:
    """Return the revision that `?revision=` names; None where it names none.

    Raises:
        FilterError: if the event has no such revision.

    """
    if not text:
        return None
    revisions = revisions_of(slug)
    chosen = next((one for one in revisions if str(one.number) == text), None)
    if chosen is None:
        numbers = ", ".join(str(one.number) for one in revisions)
        raise FilterError(
            _("This event has no revision “%(revision)s”; it has %(numbers)s.")
            % {"revision": text, "numbers": numbers or _("none")}
        )
    return chosen
