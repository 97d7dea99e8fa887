"""The entries of a list as plain values: all that a page shows of a hundred events, in two questions.

Rows of six models for each event would take longer to make than the page to draw. Whoever needs the rows themselves,
such as an export or the page of one event, fetches them with `for_timeline`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateField, OuterRef, QuerySet
from django.db.models.functions import Coalesce, JSONObject

from events.dates import is_exact, wording
from events.models import Event, Statement
from events.timeline import group_of, tone_of, verb_of
from treaties.addresses import in_readers_language
from treaties.compiled import Compiled
from treaties.models import Party, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from treaties.models import Treaty

_IDS: ArrayField[Any, Any] = ArrayField(BigIntegerField())


class ListedSource(NamedTuple):
    """A source as the foot of a page describes it."""

    pk: int
    slug: str
    publisher: str
    title: str
    language: str
    url: str
    published_on: dt.date | None
    note: str

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"


class Link(NamedTuple):
    """Another event that an entry leads to, with the words before it: "", or "Denied by Russia"."""

    title: str
    address: str
    words: str = ""


class Said(NamedTuple):
    """A statement that answers an event, and who made it: the party, or who spoke for none."""

    title: str
    slug: str
    stance: str
    by: str


class Listed(NamedTuple):
    """An event, and what was said, as a list shows it; what is not there is empty, or None where it has no row."""

    pk: int
    slug: str
    kind: str
    date: str
    date_wording: str
    date_basis: str
    earliest: dt.date
    latest: dt.date
    title: str
    summary: str
    verified: bool
    actor: str | None
    stance: str | None
    speaker: str | None
    office: str | None
    body: str | None
    quotation: str | None
    obligation: str | None
    answered_slug: str | None
    answered_title: str | None
    answered_publication: str | None
    parties: tuple[str, ...]
    targets: tuple[str, ...]
    said_to_it: tuple[Said, ...]
    sources: tuple[ListedSource, ...]

    @property
    def address(self) -> str:
        """Return the permanent address of the event."""
        return _address(self.slug)

    @property
    def group(self) -> str:
        """Return the group of its kind."""
        return group_of(self.kind)

    @property
    def when(self) -> str:
        """Return its date in words."""
        return wording(self)

    @property
    def exact(self) -> bool:
        """Say whether the day is known."""
        return is_exact(self)

    @property
    def tone(self) -> str:
        """Return the class by which its stance is drawn."""
        return tone_of(self.stance) if self.stance else ""

    @property
    def who(self) -> str:
        """Return who spoke or acted."""
        if self.stance is not None:
            return f"{self.speaker}, {self.office}" if self.speaker else self.body or ""
        return self.actor or ", ".join(self.parties)

    @property
    def answered(self) -> Link | None:
        """Return the published event that it answers."""
        if self.answered_slug is None or self.answered_publication != "published":
            return None
        return Link(self.answered_title or "", _address(self.answered_slug))

    @property
    def answers(self) -> list[Link]:
        """Return the statements that answer it, the earliest first."""
        return [Link(one.title, _address(one.slug), f"{verb_of(one.stance)} {one.by}") for one in self.said_to_it]


def _address(slug: str) -> str:
    return in_readers_language(f"/events/{slug}/")


def as_listed(events: QuerySet, by: Any) -> QuerySet:
    """Return the question for all that a list shows of the events; answers later than `by` are left out."""
    answers = Statement.objects.published().filter(responds_to=OuterRef("pk")).by(by).order_by("earliest", "pk")
    who = Coalesce("actor__name", "speaker__name", "body")
    answer = JSONObject(title="title", slug="slug", stance="stance", by=who)
    return events.annotate(
        party_names=ArraySubquery(Party.objects.filter(events=OuterRef("pk")).values("name")),
        target_names=ArraySubquery(Party.objects.filter(statements_about=OuterRef("pk")).values("name")),
        said_to_it=ArraySubquery(answers.values(said=answer)),
        source_keys=ArraySubquery(Source.objects.filter(events=OuterRef("pk")).values("pk")),
    ).values_list(
        *("pk", "slug", "kind", "date", "date_wording", "date_basis", "earliest", "latest", "title", "summary"),
        *("verified", "actor__name"),
        *(f"statement__{name}" for name in ("stance", "speaker__name", "speaker__office", "body", "quotation")),
        *(f"statement__{name}" for name in ("obligation", "responds_to__slug", "responds_to__title")),
        *("statement__responds_to__publication", "party_names", "target_names", "said_to_it", "source_keys"),
    )


_ROWS = Compiled(
    lambda keys, by: as_listed(Event.objects.filter(pk__any=keys).order_by(), by), keys=_IDS, by=DateField()
)
_SOURCES = Compiled(lambda keys: _described(Source.objects.filter(pk__any=keys)), keys=_IDS)
_SOURCES_OF_TREATY = Compiled(
    lambda treaty: _described(Source.objects.filter(treaties=treaty)), treaty=BigIntegerField()
)


def _described(sources: QuerySet) -> QuerySet:
    return sources.order_by().values_list(*ListedSource._fields)


def listed(keys: Iterable[int], *, by: dt.date | None = None) -> list[Listed]:
    """Return the events of these keys, in their order; answers later than `by` are left out."""
    keys = list(keys)
    rows = {row[0]: row for row in _ROWS(keys=keys, by=by or dt.date.max)}
    return read_listed(rows[key] for key in keys)


def read_listed(rows: Iterable[tuple[Any, ...]]) -> list[Listed]:
    """Return the entries of the rows that `as_listed` asks for; one more question, for their sources."""
    rows = list(rows)
    cited = {key for row in rows for key in row[-1]}
    sources = {one[0]: ListedSource._make(one) for one in _SOURCES(keys=list(cited))} if cited else {}
    return [_entry_of(row, sources) for row in rows]


def _entry_of(row: tuple[Any, ...], sources: dict[int, ListedSource]) -> Listed:
    *plain, parties, targets, said, cited = row
    answers = tuple(Said(**one) for one in said)
    return Listed._make((*plain, tuple(parties), tuple(targets), answers, tuple(sources[one] for one in cited)))


def sources_of(entries: Iterable[Listed]) -> set[ListedSource]:
    """Return the sources of the entries."""
    return {one for entry in entries for one in entry.sources}


def sources_of_treaty(treaty: Treaty) -> set[ListedSource]:
    """Return the sources of the treaty's own facts."""
    return {ListedSource._make(row) for row in _SOURCES_OF_TREATY(treaty=treaty.pk)}
