"""A compiled question answers as the queryset does, whoever asks and whatever came before."""

from __future__ import annotations

import threading
from contextlib import nullcontext

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import BigIntegerField, DateField, SlugField
from django.test.utils import CaptureQueriesContext

from treaties.compiled import Compiled
from treaties.models import Party, Treaty
from treaties.querysets import standing_on

BY_SLUG = Compiled(lambda slug: Treaty.objects.published().filter(slug=slug), slug=SlugField())
NAMED = Compiled(
    lambda keys: Party.objects.filter(pk__any=keys).order_by("name").values_list("name", flat=True),
    keys=ArrayField(BigIntegerField()),
)
OPEN = Compiled(
    lambda day: Treaty.objects.filter(standing_on("not in force", day)).values_list("slug", flat=True), day=DateField()
)
ALL = Compiled(Treaty.objects.published)


@pytest.fixture(autouse=True, params=["prepared", "behind a pooler"])
def _both_ways(request, settings):
    settings.DATABASE_PREPARES = request.param == "prepared"


@pytest.fixture
def asked_before():
    """Return how often the connection has asked a question that it has prepared, by a piece of its text."""

    def _asked_before(piece):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE %s",
                [f"%{piece}%"],
            )
            return [number for (number,) in cursor.fetchall()]

    return _asked_before


@pytest.mark.django_db
def test_each_time_it_is_answered_anew_for_the_values_told(treaty):
    assert BY_SLUG(slug="pact") == [treaty]
    assert BY_SLUG(slug="atlantis") == []
    Treaty.objects.update(short_name="Renamed")
    assert BY_SLUG(slug="pact")[0].short_name == "Renamed"
    Treaty.objects.update(publication="draft")
    assert BY_SLUG(slug="pact") == []


@pytest.mark.django_db
def test_it_costs_one_query_and_takes_any_number_of_keys(party):
    other = Party.objects.create(slug="zenda", name="Zenda")
    for keys, names in ([], []), ([party.pk], ["Ruritania"]), ([other.pk, party.pk], ["Ruritania", "Zenda"]):
        with CaptureQueriesContext(connection) as queries:
            assert NAMED(keys=keys) == names
        assert len(queries) == 1


@pytest.mark.django_db
def test_what_is_told_is_a_value_and_never_part_of_the_question(treaty):
    assert BY_SLUG(slug="pact' OR 'a' = 'a") == []
    assert BY_SLUG(slug="%s %(slug)s") == []


@pytest.mark.django_db
def test_a_question_may_have_no_values(treaty):
    assert ALL() == [treaty]


@pytest.mark.django_db
def test_a_day_is_told_in_every_place_where_it_stands(treaty):
    assert OPEN(day="1987-12-07") == []
    assert OPEN(day="1987-12-08") == ["pact"]


@pytest.mark.django_db(transaction=True)
def test_threads_ask_it_at_once_each_over_its_own_connection(treaty):
    assert BY_SLUG(slug="pact") == [treaty]
    answers = []

    def ask():
        answers.extend(BY_SLUG(slug="pact") + BY_SLUG(slug="atlantis"))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers == [treaty] * 4


@pytest.mark.django_db(transaction=True)
def test_a_connection_has_it_read_once_and_the_next_one_again(asked_before, settings, treaty):
    settings.DATABASE_PREPARES = True
    for _connection in range(2):
        connection.close()
        for _time in range(7):
            assert BY_SLUG(slug="pact") == [treaty]
        assert asked_before('."slug" = ($1::varchar(50))') == [7]


@pytest.mark.django_db(transaction=True)
def test_a_question_is_planned_once_unless_its_plans_vary(settings, treaty):
    settings.DATABASE_PREPARES = True
    connection.close()
    varying = Compiled(
        lambda day: Treaty.objects.filter(standing_on("not in force", day)).values_list("slug"),
        plans_vary=True,
        day=DateField(),
    )
    for within in (nullcontext, transaction.atomic):
        with within():
            for _time in range(3):
                assert BY_SLUG(slug="pact") == [treaty]
                varying(day="1987-12-07")
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements ORDER BY prepare_time")
        assert cursor.fetchall() == [(6, 0), (1, 5)]
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("auto",)


@pytest.mark.django_db(transaction=True)
def test_behind_a_pooler_nothing_is_left_on_a_connection(asked_before, settings, treaty):
    settings.DATABASE_PREPARES = False
    connection.close()
    assert BY_SLUG(slug="pact") == [treaty]
    assert asked_before("") == []


@pytest.mark.django_db(transaction=True)
def test_a_connection_outlives_a_migration_that_changes_a_type(party):
    assert NAMED(keys=[party.pk]) == ["Ruritania"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attname = 'name' "
            "AND attrelid = 'treaties_party'::regclass"
        )
        (kept,) = cursor.fetchone()
        cursor.execute("ALTER TABLE treaties_party ALTER COLUMN name TYPE text")
        try:
            assert NAMED(keys=[party.pk]) == ["Ruritania"]
        finally:
            cursor.execute(f"ALTER TABLE treaties_party ALTER COLUMN name TYPE {kept}")
    assert NAMED(keys=[party.pk]) == ["Ruritania"]
