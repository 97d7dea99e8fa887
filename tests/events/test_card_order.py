"""The order of clocks that the database tells is that of their cards, whatever became of them and wherever they count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F

from events.card_order import in_order_of_cards
from events.clock_cards import card, place_of
from events.models import Deadline
from events.viewpoint import Viewpoint

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 11, 30, tzinfo=UTC)


def by_their_cards(viewpoint):
    """Return the keys of all clocks in the order of their cards; of those off the record last, and only today."""
    rows = list(Deadline.objects.all())
    seen = [(one, card(one, viewpoint)) for one in rows if one.state != "withdrawn"]
    placed = sorted(((place_of(shown), one.pk) for one, shown in seen if shown), key=lambda pair: pair[0])
    gone = [one.pk for one in rows if one.state == "withdrawn" and viewpoint.past_day is None]
    return [key for _place, key in placed] + gone


def by_the_database(viewpoint):
    return list(in_order_of_cards(Deadline.objects.all(), viewpoint).values_list("pk", flat=True))


@pytest.fixture
def many_lives(record):
    """Change the clocks of the shipped record so that there are some of every sort."""
    every = list(Deadline.objects.order_by("slug").values_list("pk", flat=True))
    assert len(every) > 20

    def some(first):
        return Deadline.objects.filter(pk__in=every[first::9])

    some(0).update(state="withdrawn")
    some(1).update(state="undetermined", due_earliest=None, due_latest=None)
    some(2).filter(due_earliest__isnull=False).update(
        override_due=F("due_earliest") - timedelta(days=7), override_reason="So it was agreed."
    )
    some(3).update(life=[])
    some(4).update(zone="Pacific/Kiritimati")
    for one in some(5).filter(due_earliest__isnull=False):
        due = {"due_earliest": one.due_earliest.isoformat(), "due_latest": one.due_latest.isoformat()}
        begins = [one.started_on + timedelta(days=days) for days in (0, 30, 60)]
        states = ("running", "paused", "running")
        one.life = [{"from": day.isoformat(), "state": state, **due} for day, state in zip(begins, states, strict=True)]
        one.save()


@pytest.mark.usefixtures("many_lives")
@pytest.mark.parametrize("hour", [0, 9, 23])
def test_today(hour):
    today = Viewpoint(NOW.replace(hour=hour))
    assert by_the_database(today) == by_their_cards(today)
    assert len(by_the_database(today)) > 20


@pytest.mark.usefixtures("many_lives")
def test_on_each_day_around_which_anything_begins_or_ends():
    dates = Deadline.objects.values_list("started_on", "due_earliest", "due_latest")
    turns = sorted({day for row in dates for day in row if day and day < NOW.date()})
    days = {day + timedelta(days=after) for day in turns[:: max(1, len(turns) // 25)] for after in (0, 1, 31)}
    orders = {day: by_the_database(Viewpoint(NOW, as_of=day)) for day in days}
    assert orders == {day: by_their_cards(Viewpoint(NOW, as_of=day)) for day in days}
    assert len(set(map(tuple, orders.values()))) > 5


@pytest.mark.usefixtures("many_lives")
def test_before_anything_began_there_is_nothing():
    assert by_the_database(Viewpoint(NOW, as_of=date(1900, 1, 1))) == []
