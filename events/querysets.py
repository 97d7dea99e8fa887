"""Questions to the record of events; questions about a day take that day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from datetime import date

    from treaties.models import Party, Treaty


class EventQuerySet(models.QuerySet):
    """Questions about events."""

    def published(self) -> Self:
        """Keep what readers may see: published rows that name at least one source."""
        return self.filter(publication="published", sources__isnull=False).distinct()

    def by(self, day: date) -> Self:
        """Keep what can have happened by the day; a coarse date counts once it can have begun."""
        return self.filter(earliest__lte=day)

    def concerning(self, party: Party) -> Self:
        """Keep what the party did, said, or was concerned by."""
        return self.filter(Q(actor=party) | Q(parties=party) | Q(statement__targets=party)).distinct()

    def for_timeline(self) -> Self:
        """Fetch everything that a timeline shows, in a constant number of queries."""
        return self.select_related("actor", "statement__speaker__party", "statement__responds_to").prefetch_related(
            "sources", "parties", "treaties", "statement__targets"
        )


class DeadlineQuerySet(models.QuerySet):
    """Questions about deadlines."""

    def of_treaty(self, treaty: Treaty) -> Self:
        """Keep the deadlines under the treaty's provisions."""
        return self.filter(provision__treaty=treaty)

    def on_record(self) -> Self:
        """Keep deadlines that readers may see: all but those whose trigger was taken off the record."""
        return self.exclude(state="withdrawn").filter(provision__treaty__publication="published")

    def started_by(self, day: date) -> Self:
        """Keep the deadlines whose trigger had happened by the day."""
        return self.filter(started_on__lte=day)

    def running_on(self, day: date) -> Self:
        """Keep the clocks that were running on the day: started, not yet due or due that day, not revoked by then."""
        return (
            self.on_record().started_by(day).filter(due_latest__gte=day).exclude(state="revoked", state_since__lte=day)
        )

    def with_parts(self) -> Self:
        """Fetch treaty, provision, trigger and party along."""
        return self.select_related("provision__treaty", "provision__source", "trigger", "party")
