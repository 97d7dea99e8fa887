"""A claim, its denial and its counter-charge find each other, wherever they stand in the list and however they came."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from events import services
from events.models import Claim, ClaimWord, Event, Statement, StatementTarget
from tests.conftest import FEBRUARY_2019
from treaties.models import Party, Treaty

pytestmark = pytest.mark.django_db


@pytest.fixture
def other():
    return Party.objects.create(slug="syldavia", name="Syldavia")


@pytest.fixture
def say(treaty, source):
    def _say(stance, actor, day="2019-02-03", *, to=(), about="Article I", under=treaty, **values):
        kind = {"accuses": "accusation", "denies": "denial"}.get(stance, "statement")
        values = {"slug": f"said-{Event.objects.count()}", "title": f"{actor} {stance}", "body": "Ministry"} | values
        said = Statement(kind=kind, date=day, actor=actor, stance=stance, obligation=about, **values)
        said.publication = "published"
        services.save_event(said, at=FEBRUARY_2019)
        said.targets.set(to)
        said.treaties.set([under])
        said.sources.set([source])
        return said

    return _say


def words():
    return sorted(ClaimWord.objects.values_list("event__slug", "part"))


def test_an_answer_stands_with_what_it_answers(say, party, other):
    say("accuses", other, to=[party], slug="charge", about="Article I: the ban")
    charge = Event.objects.get()
    say("denies", party, "2019-02-04", slug="denial", responds_to=charge, about="Another matter")
    say("accuses", party, "2019-02-05", to=[other], slug="counter", responds_to=charge, about="Article II")
    assert words() == [("charge", "alleged"), ("counter", "alleged"), ("counter", "countered"), ("denial", "denied")]
    claim = Claim.objects.get(obligation="Article I")
    assert (claim.made_on, claim.denied_on, claim.countered_on) == (
        date(2019, 2, 3),
        date(2019, 2, 4),
        date(2019, 2, 5),
    )
    assert Claim.objects.get(obligation="Article II").accused == other


def test_a_denial_that_answers_nothing_on_record_goes_by_treaty_and_obligation(say, party, other):
    say("accuses", other, to=[party], slug="charge", about="Article I: the ban")
    say("accuses", party, to=[other], slug="own", about="Article I")
    say("denies", party, slug="denial", about="article i: we keep it")
    say("denies", party, slug="elsewhere", about="Article IX")
    assert words() == [("charge", "alleged"), ("denial", "denied"), ("own", "alleged")]


@pytest.mark.parametrize(
    "undo",
    [
        lambda said: Event.objects.filter(pk=said.pk).update(publication="withdrawn"),
        lambda said: said.sources.clear(),
        lambda said: said.treaties.clear(),
        lambda said: Statement.objects.filter(pk=said.pk).update(stance="remarks"),
        lambda said: said.delete(),
    ],
)
def test_what_is_no_longer_said_leaves_the_claim(undo, say, party, other):
    charge = say("accuses", other, to=[party], slug="charge")
    say("denies", party, "2019-02-04", responds_to=charge)
    key = Claim.objects.get().pk
    undo(say("denies", party, "2019-02-04", slug="second"))
    assert Claim.objects.get().pk == key
    assert ClaimWord.objects.count() == 2
    undo(charge)
    assert not Claim.objects.exists()


def test_a_corrected_date_target_or_obligation_moves_the_claim(say, party, other):
    say("accuses", other, to=[party])
    Event.objects.update(date="2018-01-01", earliest=date(2018, 1, 1), latest=date(2018, 1, 1))
    assert Claim.objects.get().made_on == date(2018, 1, 1)
    StatementTarget.objects.all().delete()
    assert Claim.objects.get().accused is None
    Statement.objects.update(obligation="Article V")
    assert Claim.objects.get().obligation == "Article V"


def test_a_denial_beyond_the_page_border_stands_beside_its_claim(client, say, party, other):
    first = date(2000, 1, 1)
    for number in range(103):
        day = first + timedelta(days=number)
        say("accuses", other, day.isoformat(), to=[party], about=f"Duty {number}.", title=f"Charge {number}.")
    charge = Event.objects.get(title="Charge 1.")
    say("denies", party, "2019-02-04", responds_to=charge, title="We deny number one.")
    page = client.get("/claims/").text
    assert "103 claims" in page
    assert ("Duty 102." in page, "Duty 2." in page) == (True, False)
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    page = client.get(following).text
    assert [f"Duty {number}." in page for number in (0, 1, 2, 3)] == [True, True, True, False]
    assert page.index("Charge 1.") < page.index("We deny number one.") < page.index("Charge 0.")
    assert client.get(re.search(r'rel="prev" href="([^"]+)"', page)[1]).status_code == 200
    oldest = client.get("/claims/?order=old").text
    assert ("Duty 0." in oldest, "Duty 102." in oldest) == (True, False)


def test_answers_count_from_the_day_on_which_they_were_given(client, say, party, other):
    charge = say("accuses", other, to=[party])
    say("denies", party, "2019-03-04", responds_to=charge, title="We deny it.")
    then = client.get("/claims/?answer=none&as_of=2019-02-05").text
    assert "Unanswered on record</span>" in then
    assert "We deny it." not in then
    assert "Nothing on record matches" in client.get("/claims/?answer=none").text
    assert "We deny it." in client.get("/claims/?party=syldavia&answer=denied").text
    assert "Nothing on record matches" in client.get("/claims/?as_of=2019-02-02").text


def test_of_a_claim_made_again_and_again_the_latest_are_shown_and_the_rest_is_counted(client, say, party, other):
    for number in range(15):
        say("accuses", other, f"2019-01-{number + 1:02d}", to=[party], title=f"Charge {number}.")
    page = client.get("/claims/").text
    assert "Charge 14." in page
    assert "Charge 2." not in page
    address = re.search(r'href="([^"]+)">and 3 earlier', page)[1].replace("&amp;", "&")
    assert "15 entries" in client.get(address).text


def test_claims_under_a_draft_are_not_shown(client, say, party, other):
    say("accuses", other, to=[party])
    assert "1 claim" in client.get("/claims/").text
    Treaty.objects.update(publication="draft")
    assert "Article I" not in client.get("/claims/").text
