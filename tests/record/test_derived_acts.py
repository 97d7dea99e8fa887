"""When a treaty came to bind a party follows from its instrument and the clause; what a source says stands beside it."""

from __future__ import annotations

from datetime import date

import pytest

from events import services
from events.models import Deadline
from tests.conftest import FEBRUARY_2019
from treaties.models import Participation, ParticipationAct, Provision

pytestmark = pytest.mark.django_db


@pytest.fixture
def joined(treaty, party):
    """Return a function that adds an act of Ruritania's and recomputes; the Pact binds 90 days after a deposit."""
    treaty.entered_into_force_on = date(1988, 6, 1)
    treaty.save()
    Provision.objects.create(
        treaty=treaty,
        article="XVI",
        kind="entry_into_force_for_state",
        effect_title="Entry into force for {party}",
        rule={"schema": 1, "kind": "offset", "amount": 90, "unit": "days", "citation": "Pact, Article XVI"},
    )
    participation = Participation.objects.create(treaty=treaty, party=party)

    def _act(kind, day, **values):
        ParticipationAct.objects.create(participation=participation, kind=kind, date=day, **values)
        services.recompute_treaty(treaty, at=FEBRUARY_2019)

    return _act


def derived():
    rows = ParticipationAct.objects.filter(basis="derived").order_by("date")
    return [(act.kind, act.date.isoformat()) for act in rows]


def test_the_clause_gives_the_day_with_the_source_of_the_instrument(joined, source):
    joined("accession", "1990-01-01", source=source, verified=True)
    assert derived() == [("entry_into_force", "1990-04-01")]
    act = ParticipationAct.objects.get(basis="derived")
    assert (act.source, act.verified) == (source, True)


def test_nobody_is_bound_before_the_treaty_itself_is_in_force(joined):
    joined("ratification", "1988-01-01")
    assert derived() == [("entry_into_force", "1988-06-01")]


def test_of_the_days_of_several_depositaries_the_earliest_counts(joined):
    joined("accession", "1990-01-08", deposited_with="Strelsau")
    joined("accession", "1990-01-01", deposited_with="Hofbau")
    assert derived() == [("entry_into_force", "1990-04-01")]


def test_a_corrected_instrument_moves_the_same_row(joined, treaty):
    joined("accession", "1990-01-01")
    before = ParticipationAct.objects.get(basis="derived").pk
    ParticipationAct.objects.filter(kind="accession").update(date="1990-01-02")
    services.recompute_treaty(treaty, at=FEBRUARY_2019)
    moved = ParticipationAct.objects.get(basis="derived")
    assert (moved.pk, moved.date) == (before, date(1990, 4, 2))


@pytest.mark.parametrize("stated", ["1990-03-31", "1990-04-01"])
def test_what_a_source_states_takes_the_place_of_a_later_derived_day(joined, stated):
    joined("accession", "1990-01-01")
    ParticipationAct.objects.filter(basis="derived").delete()
    joined("entry_into_force", stated)
    assert derived() == []


def test_of_a_stated_and_a_derived_day_the_earlier_counts_and_starts_one_clock(joined, treaty):
    Provision.objects.create(
        treaty=treaty,
        article="VII",
        kind="reporting",
        effect_title="Report of {party} due",
        trigger_kind="act:entry_into_force",
        rule={"schema": 1, "kind": "deadline", "amount": 1, "unit": "years", "citation": "Pact, Article VII"},
    )
    joined("accession", "1990-01-01")
    joined("entry_into_force", "1990-07-01")
    assert derived() == [("entry_into_force", "1990-04-01")]
    assert [one.due for one in Deadline.objects.filter(provision__article="VII")] == [date(1991, 4, 1)]


def test_without_its_instrument_a_derived_day_goes(joined, treaty):
    joined("accession", "1990-01-01")
    ParticipationAct.objects.filter(kind="accession").delete()
    services.recompute_treaty(treaty, at=FEBRUARY_2019)
    assert derived() == []


def test_a_succession_binds_without_a_derived_day(joined, treaty):
    joined("succession", "1990-01-01")
    assert derived() == []
    assert treaty.participations.bound_on(date(1990, 1, 1)).exists()
    assert not treaty.participations.bound_on(date(1989, 12, 31)).exists()


def test_a_notice_brings_the_end_unless_it_is_taken_back(joined, treaty, party, enter):
    joined("accession", "1990-01-01")
    joined("notice_of_withdrawal", "2018-06-01")
    assert derived()[-1] == ("withdrawal_effect", "2018-12-01")
    enter(kind="revocation_of_notice", day="2018-11-30")
    assert derived() == [("entry_into_force", "1990-04-01")]


def test_who_left_and_joined_again_is_bound_again(joined, treaty):
    joined("accession", "1990-01-01")
    joined("notice_of_withdrawal", "2000-01-01")
    joined("accession", "2010-01-01")
    assert derived() == [
        ("entry_into_force", "1990-04-01"),
        ("withdrawal_effect", "2000-07-01"),
        ("entry_into_force", "2010-04-01"),
    ]
    days = [date(1990, 3, 31), date(1990, 4, 1), date(2000, 7, 1), date(2010, 3, 31), date(2010, 4, 1)]
    assert [treaty.participations.bound_on(day).exists() for day in days] == [False, True, False, False, True]
    assert [treaty.participations.joined_on(day).exists() for day in days] == [True, True, False, True, True]
    assert [treaty.participations.withdrawn_on(day).exists() for day in days] == [False, False, True, False, False]
