"""The desk's lists count nothing in full, find by words, day and treaty, and cost no more queries with more rows."""

from __future__ import annotations

import html

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import services
from events.models import Event, Statement
from tests.conftest import FEBRUARY_2019
from treaties import long_lists
from treaties.long_lists import LongListPaginator
from treaties.models import Official

pytestmark = pytest.mark.django_db
LISTS = [
    "events/event", "events/statement", "events/deadline", "events/change", "events/proposal", "events/intake",
    "treaties/treaty", "treaties/provision", "treaties/participation", "treaties/party", "treaties/official",
    "treaties/source", "alerts/alert", "alerts/subscriber", "alerts/subscription", "alerts/bouncereport", "alerts/formmail",
]  # fmt: skip


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create_superuser("chief"))
    return client


@pytest.fixture
def say(party, source, treaty):
    def _say(title, day="2019-02-04", **values):
        speaker, _ = Official.objects.get_or_create(
            slug="envoy", defaults={"name": "R. Hentzau", "office": "Envoy", "party": party}
        )
        values = {"publication": "published", "stance": "denies", "kind": "denial", "actor": party} | values
        said = Statement(slug=f"said-{Event.objects.count()}", date=day, title=title, speaker=speaker, **values)
        services.save_event(said, at=FEBRUARY_2019)
        said.treaties.set([treaty])
        said.sources.set([source])
        return said

    return _say


def titles(desk, query):
    return [one.title for one in desk.get(f"/admin/events/statement/?{query}").context["cl"].result_list]


@pytest.mark.parametrize("address", LISTS)
def test_no_list_counts_its_whole_table(desk, address, enter):
    enter()
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(f"/admin/{address}/").status_code == 200
    counted = [one["sql"] for one in queries if "COUNT(*)" in one["sql"] and " LIMIT " not in one["sql"]]
    assert not counted


def test_the_list_of_statements_costs_the_same_queries_with_one_row_and_with_three(desk, say):
    def count():
        with CaptureQueriesContext(connection) as queries:
            desk.get("/admin/events/statement/")
        return len(queries)

    say("No breach")
    count()
    one = count()
    say("No breach either")
    say("None at all")
    assert count() == one


def test_a_statement_is_found_by_beginnings_of_words_in_any_part_of_it(desk, say):
    say("No breach", quotation="We have kept every inspector informed.")
    say("Something else")
    assert titles(desk, "q=inspect+kept") == ["No breach"]
    assert titles(desk, "q=nowhere") == []


def test_a_draft_is_found_too(desk, say):
    say("A draft about silos", publication="draft")
    assert titles(desk, "q=silo") == ["A draft about silos"]


def test_the_list_is_narrowed_by_day_and_treaty_as_they_are_typed(desk, say, treaty):
    say("In February")
    say("In March", day="2019-03-01")
    assert titles(desk, "on=February+2019") == ["In February"]
    assert titles(desk, "treaty=pact&on=2019") == ["In March", "In February"]
    assert titles(desk, "treaty=Nowhere") == []
    answer = desk.get("/admin/events/statement/?on=soon")
    assert "“soon” is not a date" in html.unescape(answer.content.decode())


def test_a_filter_that_is_typed_keeps_the_others(desk, say):
    say("In February")
    page = desk.get("/admin/events/statement/?on=2019&stance__exact=denies").content.decode()
    assert '<input type="hidden" name="stance__exact" value="denies">' in page


def test_pages_follow_each_other_without_gap(say):
    said = [say(f"Number {number}", day=f"2019-02-{number:02}") for number in range(1, 8)]
    paginator = LongListPaginator(Statement.objects.all(), 3)
    assert [one for number in paginator.page_range for one in paginator.page(number)] == said[::-1]


def test_a_long_table_is_estimated_and_a_long_selection_counted_only_so_far(say, monkeypatch):
    for number in range(7):
        say(f"Number {number}")
    monkeypatch.setattr(long_lists, "COUNTED_AT_MOST", 4)
    assert LongListPaginator(Statement.objects.filter(stance="denies"), 3).count == 5
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_statement")
    assert LongListPaginator(Statement.objects.all(), 3).count == 7
