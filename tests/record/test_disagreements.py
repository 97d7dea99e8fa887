"""Where sources disagree a reader sees every day with who gives it."""

from __future__ import annotations

from datetime import date

import pytest

from events import services
from events.disagreements import disagreements
from tests.conftest import FEBRUARY_2019
from treaties.models import Participation, ParticipationAct, Party, Provision, Source, Treaty

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 24)


@pytest.fixture
def stands(treaty, party, source):
    """Return a function that puts an act of Ruritania's on record; the Pact binds on the day of deposit."""
    Treaty.objects.filter(pk=treaty.pk).update(entered_into_force_on=date(1988, 6, 1))
    rule = {"schema": 1, "kind": "same_day", "citation": "Pact, Article XVI"}
    Provision.objects.create(treaty=treaty, article="XVI", kind="entry_into_force_for_state", rule=rule)
    participation = Participation.objects.create(treaty=treaty, party=party)

    def _act(kind, day, **values):
        values = {"source": source} | values
        ParticipationAct.objects.create(participation=participation, kind=kind, date=day, **values)
        services.recompute_treaty(treaty, at=FEBRUARY_2019)

    return _act


def given():
    return [(one.kind, [claim.day.isoformat() for claim in one.claims]) for one in disagreements(day=DAY)]


def test_a_register_that_contradicts_the_clause_is_shown_beside_it(stands, client):
    other = Source.objects.create(slug="register", publisher="Register", title="Parties", url="https://example.org/r")
    stands("accession", "1990-01-01")
    stands("entry_into_force", "1990-01-08", source=other)
    assert given() == [("entry_into_force", ["1990-01-01", "1990-01-08"])]
    for address in ("/treaties/pact/", "/parties/ruritania/", "/treaties/pact/parties/ruritania/"):
        page = " ".join(client.get(address).content.decode().split())
        assert "Sources disagree" in page
        assert '<a href="https://example.org/r">Register: Parties</a>' in page
        assert "derived by Pact, Article XVI" in page


def test_a_register_that_agrees_is_no_disagreement(stands, client):
    stands("accession", "1990-01-01")
    ParticipationAct.objects.filter(basis="derived").delete()
    stands("entry_into_force", "1990-01-01")
    assert given() == []
    assert "Sources disagree" not in client.get("/treaties/pact/").content.decode()


def test_two_days_of_one_instrument_disagree_unless_each_names_its_depositary(stands):
    stands("accession", "1990-01-01", deposited_with="Strelsau")
    stands("accession", "1990-01-08")
    assert given() == [("accession", ["1990-01-01", "1990-01-08"])]
    ParticipationAct.objects.filter(kind="accession").update(deposited_with="Hofbau")
    assert given() == []


def test_joining_again_after_leaving_is_no_disagreement(stands):
    stands("accession", "1990-01-01")
    stands("withdrawal_effect", "2000-01-01")
    stands("accession", "2010-01-01")
    assert given() == []


def test_what_came_later_was_not_in_dispute_before(stands):
    stands("accession", "1990-01-01")
    stands("entry_into_force", "1990-01-08")
    assert disagreements(day=date(1990, 1, 7)) == []


def test_chinas_accession_to_the_npt_is_shown_with_its_three_days(record):
    npt = Treaty.objects.get(slug="npt")
    found = {
        one.kind: one.claims for one in disagreements(day=DAY, treaties=[npt], party=Party.objects.get(slug="china"))
    }
    assert [claim.day.isoformat() for claim in found["accession"]] == ["1992-03-09", "1992-03-12", "1992-03-17"]
    assert "entry_into_force" not in found, "the Dutch register gives the earliest, as the clause does"


def test_brazils_entry_into_force_is_derived_against_the_register(record):
    npt = Treaty.objects.get(slug="npt")
    found = {
        one.kind: one.claims for one in disagreements(day=DAY, treaties=[npt], party=Party.objects.get(slug="brazil"))
    }
    derived, stated = found["entry_into_force"]
    assert (derived.day, derived.source) == (date(1998, 9, 18), None)
    assert "NPT, Article IX(4)" in derived.reason
    assert (stated.day, "Verdragenbank" in str(stated.source)) == (date(1998, 12, 18), True)


def test_the_whole_record_takes_one_query_for_each_kind_of_row(record, django_assert_num_queries):
    with django_assert_num_queries(5):
        disagreements(day=DAY)
