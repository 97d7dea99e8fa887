"""The timeline: bins that fit the span, coarse dates shown coarse, deep pages, replies, one line for today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.http import QueryDict
from django.utils.translation import override

from events import services
from events.clock_cards import card
from events.models import Deadline, Event, Statement
from events.paging import NEWEST_FIRST, Order, page_of
from events.parameters import Asked
from events.strips import Counts, overview, period, unit_for
from events.viewpoint import Viewpoint
from tests.conftest import FEBRUARY_2019

RANGE = lambda since, until: f"?from={since}&to={until}"  # noqa: E731


def strip(by_month, coarse=()):
    return overview(Counts({date(*one, 1): number for one, number in by_month.items()}, dict(coarse)), RANGE)


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (date(2019, 1, 1), date(2019, 12, 1), "Jan 2019"),
        (date(2017, 1, 1), date(2019, 12, 1), "Q1 2017"),
        (date(1987, 1, 1), date(2019, 12, 1), "1987"),
        (date(1863, 1, 1), date(2019, 12, 1), "1860s"),
    ],
)
def test_bins_fit_the_span(first, last, label):
    unit = unit_for(first, last)
    assert unit.write(unit.first_day(first)) == label


def test_a_strip_has_at_most_twelve_links_and_they_hold_every_event():
    wide, narrow = strip({(year, 6): 3 for year in range(1950, 2020)})
    for one in (wide, narrow):
        assert len(one.stretches) <= 12
        assert sum(part.count for part in one.stretches) == 210
        assert min(part.width for part in one.stretches[:-1]) >= 24


def test_a_link_leads_to_the_dates_that_it_covers():
    wide, _ = strip({(2018, 12): 1, (2019, 2): 4})
    assert [part.address for part in wide.stretches] == ["?from=2018-12&to=2018-12", "?from=2019-02&to=2019-02"]


def test_a_year_is_not_put_into_a_month_but_drawn_over_all_of_it():
    coarse = {(date(2018, 1, 1), date(2018, 12, 31)): 2}
    wide, _ = strip({(2018, 3): 1, (2018, 9): 1}, coarse)
    assert sum(bar.count for bar in wide.bars) == 2
    assert [(one.count, one.words) for one in wide.vague] == [(2, "1 January 2018 to 31 December 2018")]


def test_a_strip_drawn_before_is_drawn_anew_for_other_numbers_links_and_languages():
    months, coarse = {(2018, 2): 1, (2018, 4): 1}, {(date(2018, 1, 1), date(2018, 12, 31)): 2}
    before = strip(months, coarse)
    assert strip(months | {(2018, 2): 2}, coarse) != before
    assert strip(months, dict.fromkeys(coarse, 3)) != before
    elsewhere = overview(Counts({date(*one, 1): 1 for one in months}, coarse), lambda since, _: f"/{since}")
    assert elsewhere[0].stretches[0].address == "/2018-02"
    with override("fr"):
        assert strip(months, coarse)[0].vague[0].words.startswith("1er janvier 2018")
    assert strip(months, coarse) == before


@pytest.mark.django_db
def test_a_clock_that_runs_on_past_the_first_day_of_a_range_has_no_strip_of_days(enter, treaty):
    enter()
    clock = card(Deadline.objects.get(), Viewpoint(FEBRUARY_2019, as_of=date(2019, 2, 4)))
    assert [one.day_of for one in period(clock)] == [2, 2]
    assert period(replace(clock, length=1)) == []


@pytest.mark.django_db
def test_pages_by_their_place_and_by_their_number_show_the_same(enter):
    for number in range(1, 8):
        # Two of one day: the order must not depend on the day alone.
        enter(kind="statement", day=f"2019-03-0{(number + 1) // 2}", slug=f"said-{number}")
    rows, asked = Event.objects.published(), Asked((), {})

    def numbers(query):
        page = page_of(rows, NEWEST_FIRST, QueryDict(query), asked, size=2)
        return [one.slug for one in page], page

    by_number = [numbers(f"page={number}")[0] for number in range(1, 5)]
    shown, page = numbers("")
    by_place = [shown]
    while page.older:
        shown, page = numbers(page.older)
        by_place.append(shown)
    assert by_place == by_number
    assert sorted(slug for page in by_place for slug in page) == [f"said-{number}" for number in range(1, 8)]
    back = []
    while page.newer is not None:
        shown, page = numbers(page.newer)
        back.append(shown)
    assert back[::-1] == by_place[:-1]


@pytest.mark.django_db
def test_a_deep_page_skips_no_rows_by_counting(enter, django_assert_num_queries):
    for number in range(1, 6):
        enter(kind="statement", day=f"2019-03-0{number}", slug=f"said-{number}")
    rows = Event.objects.published()
    with django_assert_num_queries(3) as queries:  # the row to go on from, the page, the place of the page before
        page_of(rows, NEWEST_FIRST, QueryDict("page=3&after=said-2"), Asked((), {}), count=5, size=1)
    assert not any("OFFSET" in one["sql"] for one in queries.captured_queries[:2])


def test_an_order_reads_the_same_from_both_ends():
    assert Order(("-at", "pk")).reverse().reverse() == Order(("-at", "pk"))


def answer(claim, source, party, treaty, **values):
    said = Statement(
        slug="no", kind="denial", date="2019-02-04", title="No breach", body="Ministry", stance="denies", **values
    )
    said.actor, said.publication, said.responds_to = party, "published", claim
    services.save_event(said, at=FEBRUARY_2019)
    said.treaties.set([treaty])
    said.sources.set([source])
    return said


@pytest.mark.django_db
def test_a_claim_and_its_denial_lead_to_each_other_on_the_timeline(client, enter, source, party, treaty):
    claim = enter(kind="accusation", title="Breach alleged", day="2019-02-03")
    answer(claim, source, party, treaty)
    shown = " ".join(client.get("/treaties/pact/").content.decode().split())
    assert 'Denied by Ruritania: <a href="/events/no/">No breach</a>' in shown
    assert 'Answers <a href="/events/accusation-2019-02-03/">Breach alleged</a>' in shown
    assert "Denied by" not in client.get("/treaties/pact/?as_of=2019-02-03").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["new", "old"])
def test_one_line_parts_what_is_to_come_from_what_was(client, enter, order):
    enter(day="2019-02-02")
    enter(kind="statement", day="2019-02-01", title="Said before")
    query = "?order=old&as_of=2019-02-05" if order == "old" else "?as_of=2019-02-05"
    shown = client.get(f"/treaties/pact/{query}").content.decode()
    assert shown.count('class="nowline"') == 1
    line, scheduled, past = (shown.index(one) for one in ('class="nowline"', "scheduled, computed", "Said before"))
    assert (scheduled < line < past) if order == "new" else (past < line < scheduled)


@pytest.mark.django_db
def test_the_strip_leads_on_under_the_filters_of_its_page_and_counts_what_is_there_now(client, enter):
    enter(day="2019-02-02")

    def page(query=""):
        return client.get(f"/treaties/pact/{query}").content.decode()

    assert '<a href="?from=2019-02&amp;to=2019-02#events" aria-label="Feb 2019: 1 event">' in page()
    assert '<a href="?kind=legal&amp;from=2019-02&amp;to=2019-02#events" aria-label=' in page("?kind=legal")
    enter(day="2019-02-03")
    assert '<a href="?from=2019-02&amp;to=2019-02#events" aria-label="Feb 2019: 2 events">' in page()
