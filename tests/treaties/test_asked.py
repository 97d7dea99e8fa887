"""Questions in SQL of our own: prepared or not, they answer the same, and a plan gone stale is made anew."""

from __future__ import annotations

import pytest
from django.db import NotSupportedError, connection, transaction

from treaties.asked import Asked, AskedByName

NAMES = Asked("SELECT name FROM asked_of WHERE number = $1 OR number = $2 ORDER BY number", "bigint", "bigint")
BY_NAME = AskedByName("SELECT name FROM asked_of WHERE number = %(number)s", number="bigint")


@pytest.fixture
def table(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE asked_of (number bigint, name varchar(20))")
        cursor.execute("INSERT INTO asked_of VALUES (1, 'Pact'), (2, '100 %')")
        yield cursor
        cursor.execute("DROP TABLE asked_of")


@pytest.mark.parametrize("prepares", [True, False])
def test_it_answers_for_the_values_told(table, settings, prepares):
    settings.DATABASE_PREPARES = prepares
    assert NAMES(1, 2) == [("Pact",), ("100 %",)]
    assert BY_NAME.rows({"number": 2, "of_no_use": 3}) == [("100 %",)]


def test_a_plan_gone_stale_within_a_transaction_is_made_anew_at_the_next_question(table, settings):
    settings.DATABASE_PREPARES = True
    assert NAMES(1, 1) == [("Pact",)]
    table.execute("ALTER TABLE asked_of ALTER COLUMN name TYPE text")
    with pytest.raises(NotSupportedError), transaction.atomic():
        NAMES(1, 1)
    with transaction.atomic():
        assert NAMES(1, 1) == [("Pact",)]
