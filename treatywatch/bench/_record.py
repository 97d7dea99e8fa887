"""An invented record of any size for benches: made inside the database, a million statements in a minute or two.

Words are put together from short lists by the number of the row, so that every run has the same rows.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, transaction
from django.db.models import NOT_PROVIDED

from events.models import Event, Statement
from events.services import after_event_change, save_event
from treaties.as_known import tracked_models
from treaties.models import Official, Party, Provision, Source, Treaty

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import Field, Model

PARTIES = ("Ruritania", "Syldavia", "Borduria", "Freedonia", "Sylvania", "Graustark", "Orsinia", "Zenda")
_VERBS = ("announces", "rejects", "welcomes", "notifies", "suspends", "completes", "questions", "proposes", "denies")
_OBJECTS = (
    "on-site inspection of a missile base",
    "notification under Article XV",
    "data exchange on launchers",
    "special session of the verification commission",
    "claim of non-compliance with range limits",
    "elimination of declared missiles",
    "talks on a follow-on agreement",
    "statement to the review conference",
    "moratorium on nuclear tests",
    "transparency visit to a storage site",
    "ground-launched cruise missile of intermediate range",
)
_STANCES = ("accuses", "denies", "supports", "opposes", "appeals", "warns", "pledges", "remarks")
_KINDS = ("statement", "accusation", "denial", "appeal", "meeting", "report")
_OF_A_TREATY = 500
PAGE, LONG = "bench-page", "bench-long"
_ON_THE_PAGE, _ON_THE_LONG_ONE = 99, 10_000


def empty() -> None:
    """Take everything off the record, so that it can be filled anew."""
    tables = (Event, Treaty, Official, Party, Source)
    execute(f"TRUNCATE {', '.join(model._meta.db_table for model in tables)} CASCADE")
    execute("TRUNCATE events_searchdocument")


def fill(statements: int, *, at: datetime) -> None:
    """Add so many published statements under as many treaties as they need, each with a source.

    One more treaty, `bench-page`, has a hundred events and, at the instant `at`, a clock that has just begun; another,
    `bench-long`, has 10,000 events.
    """
    with transaction.atomic():
        _reference_data(treaties_of(statements))
        page = Treaty.objects.get(slug=PAGE)
        with no_history(), no_text_indexes():
            treaties = f"(SELECT id FROM treaties_treaty WHERE slug = 'bench-1') + {{n}} / {_OF_A_TREATY}"
            add_statements(statements, prefix="said", treaty=treaties)
            add_statements(_ON_THE_PAGE, prefix="page", treaty=str(page.pk))
            add_statements(_ON_THE_LONG_ONE, prefix="long", treaty=str(Treaty.objects.get(slug=LONG).pk))
        _give_notice(page, at=at)
    execute("VACUUM ANALYZE")


def treaties_of(statements: int) -> int:
    """Return how many treaties, named bench-1 and so on, a record filled with so many statements has."""
    return -(-statements // _OF_A_TREATY)


def add_statements(count: int, *, prefix: str, treaty: str) -> None:
    """Add statements named `prefix`-1 and so on; `treaty` is an SQL expression of the id, in which {n} counts from 0.

    To be called within `no_history`.
    """
    number = "split_part(slug, '-', 2)::int"
    ours = f"events_event WHERE slug ~ '^{prefix}-[0-9]+$'"
    insert(Event, _event_columns(prefix), f"generate_series(1, {count}) n")
    columns = {
        "event_ptr_id": "id",
        "speaker_id": f"(SELECT MIN(id) FROM treaties_official) + {number} % {len(PARTIES)}",
        "stance": word(_STANCES, number),
        "quotation": "summary",
    }
    insert(Statement, columns, ours)
    source = f"(SELECT MIN(id) FROM treaties_source) + {number} % {len(PARTIES)}"
    _link(Event.treaties, f"SELECT id, {treaty.format(n=f'({number} - 1)')} FROM {ours}")
    _link(Event.sources, f"SELECT id, {source} FROM {ours}")


class no_history:  # noqa: N801 - reads as what it is in a with statement
    """Within this block ordinary triggers and references rest: kept history of invented rows is of no use."""

    def __enter__(self) -> None:
        execute("SET LOCAL session_replication_role = replica")

    def __exit__(self, *_error: object) -> None:
        execute("SET LOCAL session_replication_role = origin")


@contextmanager
def no_text_indexes() -> Iterator[None]:
    """Within this block texts are not indexed: for all rows at once, at its end, that takes a tenth of the time."""
    models = chain.from_iterable(tracked_models())
    indexes = [(model, index) for model in models for index in model._meta.indexes if isinstance(index, GinIndex)]
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.remove_index(model, index)
    yield
    # A table of which references are still to be checked gets no index.
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.add_index(model, index)


def _reference_data(treaties: int) -> None:
    Party.objects.bulk_create(Party(slug=name.lower(), name=name) for name in PARTIES)
    parties = list(Party.objects.order_by("pk"))
    Official.objects.bulk_create(
        Official(slug=f"envoy-{one.slug}", name=f"R. {one.name}", office=f"Envoy of {one.name}", party=one)
        for one in parties
    )
    Source.objects.bulk_create(
        Source(slug=f"bench-{one.slug}", publisher=f"Gazette of {one.name}", title="Records") for one in parties
    )
    Treaty.objects.bulk_create(
        Treaty(
            slug=f"bench-{number}",
            short_name=f"Bench Treaty {number}",
            official_name=f"Treaty number {number} on the limitation of invented arms",
            laterality="multilateral",
            publication="published",
        )
        for number in [*range(1, treaties + 1), "page", "long"]
    )


def _event_columns(prefix: str) -> dict[str, str]:
    day = "DATE '1960-01-01' + ((n * 7919::bigint) % 24000)::int"
    actor = word(PARTIES, "n")
    said = f"{actor} || ' ' || {word(_VERBS, 'n / 3')} || ' ' || {word(_OBJECTS, 'n / 7')}"
    return {
        "slug": f"'{prefix}-' || n",
        "kind": word(_KINDS, "n"),
        "date": f"({day})::text",
        "earliest": day,
        "latest": day,
        "actor_id": f"(SELECT MIN(id) FROM treaties_party) + n % {len(PARTIES)}",
        "title": said,
        # Words of every frequency: one row in 60, in 250, in 2,000, and a reference of its own.
        "summary": f"{said} || format(', as recorded in volume%s, book%s, sheet%s, under reference ref%s.', n % 60, "
        "n % 250, n % 2000, n)",
        "publication": "'published'",
        "published_at": "CURRENT_TIMESTAMP",
    }


def word(words: tuple[str, ...], number: str) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{listed}])[1 + ({number}) % {len(words)}]"


def _link(relation: Any, rows: str) -> None:
    """Link events; `rows` selects the event and what it is linked to."""
    table = relation.through._meta.db_table
    others = [field.column for field in relation.through._meta.concrete_fields if not field.primary_key]
    other = next(column for column in others if column != "event_id")
    execute(f"INSERT INTO {table} (event_id, {other}) {rows}")


def insert(model: type[Model], columns: dict[str, str], source: str) -> None:
    """Insert rows whose columns are SQL expressions of `source`; what is not named gets the model's own default."""
    rest = dict(_defaults(model, columns))
    names = ", ".join([*columns, *rest])
    # In the expressions % is the remainder, not the mark of a parameter.
    values = ", ".join([*(one.replace("%", "%%") for one in columns.values()), *("%s" for _ in rest)])
    statement = f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {source}"
    execute(statement, list(rest.values()))


def _defaults(model: type[Model], named: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for field in model._meta.local_concrete_fields:
        if field.column not in named and not field.primary_key:
            yield field.column, _default(field)


def _default(field: Field[Any, Any]) -> Any:
    if field.default is NOT_PROVIDED:
        return None if field.null else ""
    return field.get_db_prep_save(field.get_default(), connection)


def _give_notice(treaty: Treaty, *, at: datetime) -> None:
    Provision.objects.create(
        treaty=treaty,
        article="I",
        kind="withdrawal",
        effect_title="{party} withdrawal takes effect",
        trigger_kind="notice_of_withdrawal",
        rule={"schema": 1, "kind": "offset", "amount": 6, "unit": "months", "citation": "Bench Treaty, Article I"},
    )
    notice = Event(
        slug="bench-notice",
        kind="notice_of_withdrawal",
        date=at.date().isoformat(),
        title="Ruritania gives notice of withdrawal",
        actor=Party.objects.get(slug="ruritania"),
        publication="published",
    )
    save_event(notice, at=at)
    notice.treaties.set([treaty])
    notice.sources.set(Source.objects.filter(slug="bench-ruritania"))
    after_event_change(notice, at=at)


def execute(statement: str, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
