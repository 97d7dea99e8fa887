"""How complete the record is, treaty by treaty: counts, how much was verified, what is disputed, as of when."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Max, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from events.disagreements import disagreements
from events.models import DisputedReading, Event, Statement
from events.parameters import Choice, Parameter
from treaties.models import Participation, ParticipationAct, Provision, Treaty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from events.parameters import Asked
    from treaties.querysets import TreatyQuerySet


@dataclass(frozen=True)
class Counts:
    """How many rows of each kind are on record, and how many of them are what kind of uncertain.

    Acts are those with a source of their own; derived ones are counted apart, as they follow from the others.
    """

    events: int = 0
    unverified_events: int = 0
    clauses: int = 0
    participations: int = 0
    acts: int = 0
    unverified_acts: int = 0
    inferred_acts: int = 0
    derived_acts: int = 0
    disputed: int = 0
    speakers: int = 0
    speakers_without_dates: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Add up, count by count."""
        return Counts(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})

    @property
    def unverified(self) -> int:
        """Return how many events and acts were not read in their source."""
        return self.unverified_events + self.unverified_acts

    @property
    def verified_share(self) -> int | None:
        """Return per cent of events and acts that were read in their source; None if there is none."""
        total = self.events + self.acts
        # Rounded down: 100 per cent is said only of what is verified to the last row.
        return 100 * (total - self.unverified) // total if total else None


@dataclass(frozen=True)
class Coverage:
    """What the record holds of one treaty, and as of when."""

    treaty: Treaty
    counts: Counts
    latest_event: date | None
    as_of: date | None
    changed_at: datetime | None

    def as_dict(self) -> dict[str, Any]:
        """Return the row in plain values."""
        return {
            "treaty": self.treaty.slug,
            "verified": self.treaty.verified,
            **asdict(self.counts),
            "verified_share": self.counts.verified_share,
            "latest_event": self.latest_event.isoformat() if self.latest_event else "",
            "as_of": self.as_of.isoformat() if self.as_of else "",
        }


GAPS = {"unverified": _("Own facts not verified")}
PARAMETERS = (Parameter("q", _("Name")), Choice("gap", choices=GAPS))
_AT_ONCE = 500


def treaties_asked(asked: Asked) -> TreatyQuerySet:
    """Return the treaties whose coverage the address asks for."""
    rows = Treaty.objects.published()
    rows = rows.matching(asked["q"]) if asked["q"] else rows
    return rows.filter(verified=False) if asked["gap"] else rows


def whole_coverage(*, day: date) -> Iterator[Coverage]:
    """Yield every published treaty with its counts on the day, some hundreds counted at a time."""
    treaties = Treaty.objects.published().iterator(chunk_size=_AT_ONCE)
    while some := list(islice(treaties, _AT_ONCE)):
        yield from coverage_rows(some, day=day)


def coverage_rows(treaties: Sequence[Treaty], *, day: date) -> list[Coverage]:
    """Return these treaties with their counts on the day, in a constant number of queries."""
    counted = (_events, _participations, _acts, _clauses, _speakers, _readings)
    grouped = [_by_treaty(count([one.pk for one in treaties])) for count in counted]
    disputed: dict[int, int] = {}
    for one in disagreements(day=day, treaties=treaties):
        disputed[one.participation.treaty_id] = disputed.get(one.participation.treaty_id, 0) + 1
    return [
        _row(treaty, [group.get(treaty.pk, {}) for group in grouped], disputed.get(treaty.pk, 0)) for treaty in treaties
    ]


def total(rows: Iterable[Coverage]) -> Counts:
    """Return the counts of all rows; an event under two treaties counts in each."""
    return sum((one.counts for one in rows), Counts())


def _by_treaty(rows: Iterable[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row.pop("under"): row for row in rows}


def _events(keys: list[int]) -> Iterable[dict[str, Any]]:
    # An event stands once under a treaty, so that nothing has to be told apart, which would mean sorting them all.
    shown = Event.objects.published().filter(treaties__in=keys).order_by()
    return shown.values(under=F("treaties")).annotate(
        events=Count("pk"),
        unverified_events=Count("pk", filter=Q(verified=False)),
        latest=Max("latest"),
        changed=Max("changed_at"),
    )


def _participations(keys: list[int]) -> Iterable[dict[str, Any]]:
    return Participation.objects.filter(treaty__in=keys).values(under=F("treaty")).annotate(participations=Count("pk"))


def _acts(keys: list[int]) -> Iterable[dict[str, Any]]:
    basis = ParticipationAct.Basis
    own = ~Q(basis=basis.DERIVED)
    acts = ParticipationAct.objects.filter(participation__treaty__in=keys)
    return acts.values(under=F("participation__treaty")).annotate(
        acts=Count("pk", filter=own),
        unverified_acts=Count("pk", filter=own & Q(verified=False)),
        inferred_acts=Count("pk", filter=Q(basis=basis.INFERRED)),
        derived_acts=Count("pk", filter=Q(basis=basis.DERIVED)),
        read=Max(Coalesce("source__read_on", "source__published_on")),
    )


def _clauses(keys: list[int]) -> Iterable[dict[str, Any]]:
    return Provision.objects.filter(treaty__in=keys).values(under=F("treaty")).annotate(clauses=Count("pk"))


def _speakers(keys: list[int]) -> Iterable[dict[str, Any]]:
    said = Statement.objects.filter(publication="published", speaker__isnull=False, treaties__in=keys)
    undated = Q(speaker__held_from__isnull=True, speaker__held_to__isnull=True)
    # Speakers first, then their number: statements are many and would be sorted to count distinct speakers.
    pairs = said.order_by().values_list("treaties", "speaker", ExpressionWrapper(undated, BooleanField())).distinct()
    counted: dict[int, dict[str, Any]] = {}
    for treaty, _speaker, is_undated in pairs:
        row = counted.setdefault(treaty, {"under": treaty, "speakers": 0, "speakers_without_dates": 0})
        row["speakers"] += 1
        row["speakers_without_dates"] += is_undated
    return counted.values()


def _readings(keys: list[int]) -> Iterable[dict[str, Any]]:
    read = DisputedReading.objects.filter(provision__treaty__in=keys)
    return read.values(under=F("provision__treaty")).annotate(disputed_dates=Count("trigger", distinct=True))


def _row(treaty: Treaty, groups: list[dict[str, Any]], disputed: int) -> Coverage:
    told = {name: value for group in groups for name, value in group.items()}
    latest, read, changed = told.pop("latest", None), told.pop("read", None), told.pop("changed", None)
    disputed += told.pop("disputed_dates", 0)
    counts = Counts(**told, disputed=disputed)
    return Coverage(treaty, counts, latest, read, changed)
