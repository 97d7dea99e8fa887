"""Questions to the record of events; questions about a day take that day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Value
from psycopg2.extras import DateRange

if TYPE_CHECKING:
    from datetime import date

    from treaties.models import Party, Treaty


class EventQuerySet(models.QuerySet):
    """Questions about events."""

    def published(self) -> Self:
        """Keep what readers may see: published rows that name at least one source."""
        return self.filter(Exists(self._links("sources")), publication="published")

    def by(self, day: date) -> Self:
        """Keep what can have happened by the day; a coarse date counts once it can have begun."""
        return self.filter(earliest__lte=day)

    def between(self, first: date, last: date) -> Self:
        """Keep what can have happened on any of the days from the first to the last, which is no earlier.

        It is said of both ends, for the index, and of the span as a whole: of spans the database knows how many lie
        where (`event_spans`); of the ends it would expect ten times as many, and then rather read everything.
        """
        ends = self.filter(latest__gte=first, earliest__lte=last)
        span = Func("earliest", "latest", Value("[]"), function="daterange", output_field=DateRangeField())
        return ends.alias(span=span).filter(span__overlap=DateRange(first, last, "[]"))

    def concerning(self, party: Party) -> Self:
        """Keep what the party did, said, or was concerned by."""
        target = self.model._meta.apps.get_model("events", "Statement").targets.through
        return self.filter(
            Q(actor=party)
            | Exists(self._links("parties").filter(party=party))
            | Exists(target.objects.filter(statement=OuterRef("pk"), party=party))
        )

    def _links(self, name: str) -> models.QuerySet:
        # Not a join: an event with two sources is one event, and needs no DISTINCT over every column.
        through = self.model._meta.get_field(name).remote_field.through
        return through._default_manager.filter(event=OuterRef("pk"))

    def for_list(self) -> models.QuerySet:
        """Fetch no more of each event than its place in a list; `events.listed` has what the list shows of it."""
        return self.values_list("pk", "slug", "earliest", "latest", named=True)

    def for_timeline(self) -> Self:
        """Fetch the rows behind each event, in a constant number of queries: those of links are its `listed_…`."""
        return self.select_related("actor", "statement__speaker", "statement__responds_to").prefetch_related(
            # As plain lists: a manager of its own for each relation of each row takes longer than the rest.
            _listed("sources"),
            _listed("parties"),
            _listed("statement__targets"),
        )

    def with_treaties(self) -> Self:
        """Fetch the treaties of each event along, as `listed_treaties`."""
        return self.prefetch_related(_listed("treaties"))


def _listed(relation: str) -> models.Prefetch:
    return models.Prefetch(relation, to_attr=f"listed_{relation.rsplit('__', maxsplit=1)[-1]}")


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
        """Keep the clocks that were running on the day: started, not yet due or due that day, not stopped by then."""
        return self.on_record().standing("running", day)

    def standing(self, state: str, day: date) -> Self:
        """Keep what stood in this state on the day; "ended" is any state but running, "any" all that had a date.

        A clock that was stopped more than once is found by its latest state; its card shows the day's own.
        """
        stopped = Q(state__in=["revoked", "paused", "superseded", "undetermined"], state_since__lte=day)
        running = Q(due_latest__gte=day) & ~stopped
        return self.started_by(day).filter(
            {
                "running": running,
                "ended": Q(due_latest__isnull=False) & ~running,
                "any": Q(due_latest__isnull=False),
                "took_effect": Q(due_latest__lt=day) & ~stopped,
            }.get(state, Q(state=state, state_since__lte=day))
        )

    def with_parts(self) -> Self:
        """Fetch treaty, provision, trigger and party along."""
        return self.select_related("provision__treaty", "provision__source", "trigger", "party")
