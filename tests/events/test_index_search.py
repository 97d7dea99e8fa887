"""The search indexed anew has every published row once, whatever happened to the old index."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from events.models import Event, SearchDocument
from events.search import rebuilding

pytestmark = pytest.mark.django_db(transaction=True)


def _documents():
    return list(
        SearchDocument.objects.order_by("kind", "row_id").values_list("kind", "row_id", "day", "title", "vector")
    )


def _indexes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'events_searchdocument' ORDER BY 1")
        # A condition is written out in other words when it is read again.
        return [definition.split(" WHERE ")[0] for (definition,) in cursor]


def _tables_beside():
    return [name for name in connection.introspection.table_names() if name == "search_rebuilt"]


def test_what_triggers_keep_and_what_is_indexed_anew_are_the_same(enter, monkeypatch, capsys):
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 2)
    for number in range(5):
        enter(title=f"Entry {number}", slug=f"entry-{number}")
    enter(title="A draft", slug="a-draft")
    Event.objects.filter(title="A draft").update(publication="draft")
    kept, indexes = _documents(), _indexes()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_searchdocument WHERE kind = 'event'")
        cursor.execute("UPDATE events_searchdocument SET title = 'stale'")
    call_command("index_search", workers=2)
    assert _documents() == kept
    assert len(kept) > 5
    assert _indexes() == indexes
    assert "100 % read" in capsys.readouterr().err
    enter(title="One more", slug="one-more")
    assert len(_documents()) == len(kept) + 1


def test_an_interruption_leaves_everything_as_it_was(enter, monkeypatch):
    enter(title="An entry")
    kept, indexes = _documents(), _indexes()
    monkeypatch.setattr(rebuilding, "_take_over", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        call_command("index_search")
    assert (_documents(), _indexes(), _tables_beside()) == (kept, indexes, [])


def test_it_is_indexed_anew_once_at_a_time(enter):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [rebuilding._LOCK])
        with pytest.raises(CommandError, match="already"):
            call_command("index_search")
        # A server ends a session some time after it was closed; until then it would hold the lock.
        cursor.execute("SELECT pg_advisory_unlock(%s)", [rebuilding._LOCK])
    other.close()
    call_command("index_search")
