"""The public pages over the shipped record: what a reader must find, and what a bad address answers."""

from datetime import UTC, datetime

import pytest

from events import services
from events.models import Deadline, Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def test_the_inf_page_of_5_february_2019_counts_178_days(client):
    shown = page(client, "/treaties/inf/?as_of=2019-02-05")
    assert "178<small> days left" in shown
    assert "Friday 2 August 2019" in shown
    assert "Day 3 of 181 since notice" in shown
    assert "Withdrawal notice running" in shown
    assert "Not 1 August 2019" in shown
    assert "Russia suspended its obligations, but no withdrawal notice is recorded." in shown


def test_many_days_are_read_in_thousands(client):
    shown = page(client, "/deadlines/ccm-elimination-namibia-2019-02-01/?as_of=2026-01-01")
    assert "Day 2,526 of 2,922" in shown
    assert "1 February 2027, 2,922 days." in shown


@pytest.mark.parametrize(
    ("address", "later"),
    [
        ("/treaties/npt/?as_of=1993-06-11", "11 May 1995"),
        ("/treaties/new-start/?as_of=2019-01-01", "extended in 2021"),
        ("/treaties/ctbt/parties/russia/?as_of=2023-11-02", "3 November 2023"),
        ("/parties/russia/?as_of=2019-02-02", "12 May 2024"),
        ("/treaties/npt/?as_of=1993-03-12", "11 June 1993"),
        ("/treaties/new-start/?as_of=2022-01-01", "expired on 5 February 2026"),
        ("/treaties/new-start/?as_of=2015-01-01", "5 February 2026"),
        ("/treaties/salt-ii/?as_of=1980-01-01", "never ratified"),
        ("/treaties/start-ii/?as_of=1994-01-01", "never took place"),
        ("/treaties/ccw-amended-article-1/?as_of=2002-01-01", "2004"),
    ],
)
def test_no_note_or_summary_tells_of_a_past_day_what_came_after_it(client, address, later):
    assert later not in page(client, address)


def test_as_of_a_day_nothing_later_is_shown(client):
    shown = page(client, "/treaties/inf/?as_of=2019-02-01")
    assert "United States announces that it will suspend and withdraw" in shown
    assert "United States gives notice of withdrawal" not in shown
    assert "days left" not in shown


def test_today_the_treaty_has_ended(client):
    shown = page(client, "/treaties/inf/")
    assert "No longer in force" in shown
    assert "Took effect" in shown


@pytest.mark.parametrize("slug", ["inf", "new-start", "npt", "ctbt"])
def test_every_treaty_has_its_page(client, slug):
    page(client, f"/treaties/{slug}/")


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/treaties/inf/?as_of=2019-02-31", 400, "“2019-02-31” is not a day"),
        ("/treaties/inf/?as_of=2999-01-01", 400, "still to come"),
        ("/treaties/inf/?kind=gossip", 400, "no kind “gossip”"),
        ("/treaties/inf/?party=atlantis", 400, "no party “atlantis”"),
        ("/treaties/inf/?from=soon", 400, "“soon” is not a date"),
        ("/treaties/inf/?order=random", 400, "no order “random”"),
        ("/treaties/inf/?q=a%00b", 400, "“q” holds a character that cannot be read"),
        ("/statements.csv?party=%00", 400, "“party” holds a character that cannot be read"),
        ("/treaties/inf/?page=0", 400, "“0” is no page"),
        ("/treaties/inf/?page=x", 400, "“x” is no page"),
        ("/treaties/inf/?page=99", 400, "There is no page 99: the list has"),
        ("/treaties/inf/?page=2&after=nothing", 400, "no “nothing” on record"),
        ("/treaties/inf/?show=none", 400, "“none” cannot be shown"),
        ("/treaties/inf/?kidn=claim", 400, "knows no “kidn”"),
        ("/treaties/inf/?as_of=20190205", 400, "“20190205” is not a day"),
        ("/treaties/inf/?known=2019-02-05&as_of=2019-02-06", 400, "nobody knew how things would stand"),
        ("/treaties/inf/?known=1999-01-01", 404, "had not been entered by 1 January 1999"),
        ("/treaties/inf/?known=1999-01-01", 404, '<a href="/treaties/inf/">Show today</a>'),
        ("/events/us-gives-notice-2019-02-02/?as_of=2019-02-01", 404, "had not happened by 1 February 2019"),
        ("/events/us-gives-notice-2019-02-02/?revision=9", 400, "no revision “9”"),
        ("/matrix/?group=friends", 400, "no group “friends”"),
        ("/claims/?answer=maybe", 400, "no answer “maybe”"),
        ("/changes/?kind=gossip", 400, "no kind “gossip”"),
        ("/changes/77/", 404, "no change 77"),
        ("/treaties/inf/parties/mongolia/", 404, "no act of Mongolia under INF"),
        ("/treaties/atlantis/", 404, "no treaty “atlantis”"),
        ("/parties/atlantis/", 404, "no party “atlantis”"),
        ("/events/nothing/", 404, "no event “nothing”"),
    ],
)
def test_a_bad_address_is_answered_in_a_sentence(client, address, status, sentence):
    assert sentence in page(client, address, status)


def test_a_page_beyond_the_end_leads_back_to_the_first(client):
    assert 'href="/treaties/inf/?kind=claim"' in page(client, "/treaties/inf/?kind=claim&page=99", 400)


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/treaties/inf/?q=&party=russia&kind=legal&kind=claim", "/treaties/inf/?kind=legal&kind=claim&party=russia"),
        ("/treaties/inf/?as_of=2019-02-05&order=new&page=1", "/treaties/inf/?as_of=2019-02-05"),
        ("/deadlines/?state=running&from=&to=2027", "/deadlines/?to=2027"),
        ("/treaties/inf/?utm_source=letter", "/treaties/inf/"),
    ],
)
def test_the_same_question_has_one_address(client, address, canonical):
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, canonical)
    page(client, canonical)


def test_an_active_filter_can_be_taken_back(client):
    shown = page(client, "/treaties/inf/?kind=claim&party=russia")
    assert 'href="/treaties/inf/?party=russia#events"' in shown
    assert 'href="/treaties/inf/?kind=claim#events"' in shown


def test_an_empty_result_offers_a_way_out(client):
    assert "Show everything" in page(client, "/treaties/inf/?q=zeppelin")


def test_a_claim_and_its_denial_find_each_other(client):
    assert "Moscow denies any violation" in page(client, "/events/us-and-nato-accuse-9m729-2019-02-02/")
    assert "United States and NATO accuse Russia" in page(client, "/events/russia-denies-violation-2019-02-02/")


def test_every_published_event_and_deadline_has_a_page(client):
    for event in Event.objects.published():
        page(client, event.get_absolute_url())
    for deadline in Deadline.objects.all():
        page(client, deadline.get_absolute_url())


def test_a_draft_is_nowhere(client):
    notice = Event.objects.get(slug="us-gives-notice-2019-02-02")
    notice.publication = "draft"
    at = datetime(2026, 1, 2, tzinfo=UTC)
    services.save_event(notice, at=at)
    services.after_event_change(notice, at=at)
    page(client, "/events/us-gives-notice-2019-02-02/", 404)
    assert "United States gives notice of withdrawal" not in page(client, "/treaties/inf/")


@pytest.mark.parametrize("address", ["/treaties/inf/?q=Stoltenberg", "/treaties/inf/"])
def test_the_treaty_page_asks_a_constant_number_of_questions(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        page(client, address)


def test_late_2017_and_2014_stay_coarse(client):
    shown = page(client, "/treaties/inf/?show=all")
    assert "<b>late 2017</b>" in shown
    assert "<b>2014</b>" in shown


def test_the_status_of_inf_names_exactly_those_who_suspended(client):
    body = page(client, "/treaties/inf/?as_of=2019-02-05")
    assert "2 February 2019. United States and Russia have announced suspending their obligations." in body


def test_talks_broken_off_suspend_no_obligation(client):
    body = page(client, "/treaties/new-start/?as_of=2022-12-01")
    assert "announced suspending" not in body
    assert "announced suspending" in page(client, "/treaties/new-start/?as_of=2023-03-01")


def test_whoever_has_left_suspends_nothing(client):
    body = page(client, "/treaties/cfe/?as_of=2024-06-01")
    assert "United States, Canada and Türkiye have announced suspending" in body
    assert "Russia, United States" not in body.split("lede")[1][:300]
