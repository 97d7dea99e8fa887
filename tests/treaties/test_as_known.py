"""What the record said on a past day: rows and their links are read as they stood, whatever became of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from events import services
from events.models import Deadline, Event
from tests.conftest import FEBRUARY_2019
from treaties.as_known import as_known, tracked_models
from treaties.models import Source, Treaty

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 12, tzinfo=UTC)


def known_by(day):
    return day + timedelta(hours=1)


def test_a_corrected_title_is_read_as_it_was(enter, written_at):
    notice = enter(title="Notice receved")
    written_at(FIRST)
    notice.title = "Notice received"
    services.save_event(notice, at=FEBRUARY_2019)
    written_at(LATER)
    with as_known(known_by(FIRST)):
        assert Event.objects.get().title == "Notice receved"
    with as_known(known_by(LATER)):
        assert Event.objects.get().title == "Notice received"
    assert Event.objects.get().title == "Notice received"


def test_later_versions_are_looked_for_by_row_and_never_joined(enter):
    enter()
    with as_known(datetime.now(UTC)), connection.cursor() as cursor:
        # What a large history would tempt the planner to.
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_nestloop = off")
        plan = Event.objects.published().explain()
    assert "SubPlan" in plan
    assert "Anti" not in plan


def test_before_it_was_entered_there_is_nothing(enter, written_at):
    enter()
    written_at(FIRST)
    with as_known(FIRST - timedelta(days=1)):
        assert not Event.objects.exists()
        assert not Treaty.objects.exists()


def test_a_deleted_event_and_its_clock_are_still_read_with_their_links(enter, written_at):
    notice = enter()
    written_at(FIRST)
    services.delete_events([notice], at=FEBRUARY_2019)
    written_at(LATER)
    assert not Event.objects.exists()
    with as_known(known_by(FIRST)):
        known = Event.objects.published().for_timeline().get()
        assert [str(one) for one in known.treaties.all()] == ["Pact"]
        assert Deadline.objects.on_record().get().trigger == known
    with as_known(known_by(LATER)):
        assert not Event.objects.exists()


def test_a_source_that_was_replaced_is_read_as_it_was(enter, written_at, source):
    notice = enter()
    written_at(FIRST)
    better = Source.objects.create(slug="better", publisher="Better", title="Notice")
    notice.sources.set([better])
    written_at(LATER)
    with as_known(known_by(FIRST)):
        assert list(Event.objects.get().sources.all()) == [source]
    with as_known(known_by(LATER)):
        assert list(Event.objects.get().sources.all()) == [better]


def test_the_present_comes_back_even_after_a_fault(enter, written_at):
    enter()
    written_at(FIRST)
    with pytest.raises(ZeroDivisionError), as_known(FIRST - timedelta(days=1)):
        assert Event.objects.count() / 0
    with transaction.atomic():
        assert Event.objects.count() == 1


def test_every_column_of_every_tracked_table_can_be_read(enter):
    enter()
    with as_known(datetime.now(UTC) + timedelta(days=1)):
        for model, _ in tracked_models():
            list(model.objects.all())


def test_without_the_views_the_past_is_refused_not_shown_as_the_present(enter):
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA record_as_known CASCADE")
    with pytest.raises(RuntimeError, match="migrate"), as_known(FIRST):
        pass
