"""The calculator, as a page and as JSON, and the comparison of exit clauses."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from events.models import Deadline
from events.services import recompute_all
from treaties.models import Provision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]


def ask(client, status=200, **asked):
    answer = client.get("/calculator.json", asked)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_the_inf_notice_gives_its_date_with_steps_and_obligations(client):
    told = ask(client, treaty="inf", kind="withdrawal", party="united-states", on="2019-02-02")
    assert told["effect"] == "2019-08-02"
    assert told["undetermined_reason"] is None
    assert told["provision"]["label"] == "Article XV(2)"
    assert any("181 days" in step for step in told["steps"])
    assert "every obligation under INF Treaty goes on" in told["obligations_until_then"]


def test_page_and_json_say_the_same(client):
    asked = {"treaty": "cfe", "kind": "withdrawal", "party": "russia", "on": "9 June 2023"}
    page = client.get("/calculator/", asked).content.decode()
    assert "7 November 2023" in page
    assert ask(client, **asked)["effect"] == "2023-11-07"
    assert ask(client, **asked)["effect_time"] == "00:00"


def test_the_calculator_agrees_with_every_deadline_that_an_event_started(client):
    checked = 0
    for deadline in Deadline.objects.exclude(trigger=None).exclude(due_earliest=None).filter(readings=[]):
        if deadline.state == "superseded" or deadline.provision.kind == "duration":
            continue
        asked = {"treaty": deadline.provision.treaty.slug, "kind": deadline.provision.kind, "on": deadline.trigger.date}
        if deadline.provision.treaty.provisions.filter(kind=deadline.provision.kind).count() == 1:
            assert ask(client, **asked)["effect"] == deadline.due_earliest.isoformat(), deadline
            checked += 1
    assert checked > 10


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"treaty": "enmod", "on": "2020-01-01"}, "It has no clause on withdrawal."),
        ({"treaty": "outer-space", "on": "1968-01-01"}, "Notice may be given from 10 October 1968 on"),
        ({"treaty": "antarctic", "on": "2020-01-01"}, "Only where an amendment"),
        ({"treaty": "ctbt", "kind": "entry_into_force", "on": "2026-11-24"}, "35 of 44 named states have deposited"),
    ],
)
def test_where_no_date_follows_the_reason_is_given(client, asked, reason):
    told = ask(client, **asked)
    assert told["effect"] is None
    assert reason in told["undetermined_reason"]


def test_a_coarse_day_gives_a_range(client):
    told = ask(client, treaty="inf", on="2019-02")
    assert (told["effect"], told["effect_latest"]) == ("2019-08-01", "2019-08-28")


def test_a_disputed_act_shows_its_readings(client):
    told = ask(client, treaty="npt", party="dprk", on="2003-01-10")
    assert [one["due"] for one in told["readings"]] == ["2003-01-11", "2003-04-10", None]


@pytest.mark.parametrize(
    ("asked", "field", "sentence"),
    [
        ({"treaty": "inf", "on": "2019-02-31"}, "on", "“2019-02-31” is not a date"),
        ({"treaty": "inf", "on": "0000-01-01"}, "on", "is not a date"),
        ({"treaty": "inf"}, "on", "On which day?"),
        ({"treaty": "atlantis", "on": "2019-02-02"}, "treaty", "There is no treaty “atlantis”"),
        ({"treaty": "inf", "party": "atlantis", "on": "2019-02-02"}, "party", "There is no party “atlantis”"),
        ({"treaty": "inf", "kind": "divorce", "on": "2019-02-02"}, "kind", "“divorce” is not a kind of clause"),
        ({"treaty": "hcoc", "on": "2019-02-02"}, "kind", "No such clause of Hague Code of Conduct is on record"),
    ],
)
def test_bad_input_is_answered_in_words(client, asked, field, sentence):
    told = ask(client, status=400, **asked)
    assert told["field"] == field
    assert sentence in told["detail"]
    page = client.get("/calculator/", asked)
    assert page.status_code == 400
    assert sentence.split("“")[0] in page.content.decode()


@settings(max_examples=25)
@given(on=st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_the_calculator_is_monotone(client, on):
    told = ask(client, treaty="inf", on=on.isoformat())
    assert told["effect"] > on.isoformat()


def test_exit_clauses_are_compared_filtered_and_exported(client):
    page = client.get("/exit-clauses/").content.decode()
    for said in ("INF Treaty", "6 months", "150 days", "It has no clause on withdrawal.", "armed conflict"):
        assert said in page, said
    rows = list(csv.DictReader(StringIO(client.get("/exit-clauses.csv?q=INF").content.decode())))
    assert [(row["treaty"], row["clause"], row["period"]) for row in rows] == [("inf", "Article XV(2)", "6 months")]
    assert client.get("/exit-clauses/?reasons=maybe").status_code == 400
    assert "No clause fits" in client.get("/exit-clauses/?q=zzz").content.decode()


def test_the_ctbt_page_says_who_is_missing(client):
    page = client.get("/treaties/ctbt/").content.decode()
    assert "35 of 44 named states have deposited" in page
    assert "Pakistan" in page


def test_a_disputed_clock_shows_both_sides(client):
    page = client.get("/treaties/jcpoa/").content.decode()
    assert "The date is disputed" in page
    assert "27 September 2025" in page
    assert "Iran, Russia and China" in page


def test_a_paused_clock_says_so_and_as_of_shows_it_running(client):
    slug = "npt-withdrawal-democratic-people-s-republic-of-korea-1993-03-12"
    assert "Paused" in client.get(f"/deadlines/{slug}/").content.decode()
    assert "days left" in client.get(f"/deadlines/{slug}/?as_of=1993-04-01").content.decode()
    years_later = client.get(f"/deadlines/{slug}/?as_of=1999-01-01").content.decode()
    assert '<p class="n">1<small> day left</small></p>' in years_later
    assert "Before the pause: Saturday 12 June 1993" in years_later


def test_a_paused_clock_is_past_once_the_party_gives_notice_again(client):
    paused = "Before the pause: Saturday 12 June 1993"
    waited_for, _, past = client.get("/treaties/npt/?as_of=2003-01-09").content.decode().partition('class="ended"')
    assert paused in waited_for
    assert not past
    shown, _, past = client.get("/treaties/npt/?as_of=2003-01-10").content.decode().partition('class="ended"')
    assert paused not in shown
    assert paused in past


def test_what_some_hold_never_took_effect_says_that_it_is_disputed(client):
    assert "Took effect (disputed)" in client.get("/treaties/npt/").content.decode()
    assert "Took effect (disputed)" not in client.get("/treaties/inf/").content.decode()


@pytest.mark.parametrize(("day", "word"), [("2020-11-21", "Withdrawal notice running"), ("2020-11-22", "In force")])
def test_on_the_day_of_effect_no_notice_runs_any_more(client, day, word):
    assert f"</svg>{word}</span>" in client.get(f"/treaties/open-skies/?as_of={day}").content.decode()


def test_new_start_before_and_after_its_extension(client):
    before = client.get("/treaties/new-start/?as_of=2020-06-01").content.decode()
    after = client.get("/treaties/new-start/?as_of=2021-06-01").content.decode()
    assert "Friday 5 February 2021" in before
    assert "Thursday 5 February 2026" in after


def test_recompute_prints_a_diff_and_a_dry_run_changes_nothing():
    recompute_all(at=datetime.now(UTC))
    Deadline.objects.filter(slug="inf-withdrawal-united-states-2019-02-02").update(due_earliest=date(2019, 8, 1))
    dry, real, again = StringIO(), StringIO(), StringIO()
    call_command("recompute_deadlines", "--dry-run", stdout=dry)
    assert (
        "inf-withdrawal-united-states-2019-02-02: 2019-08-01 to 2019-08-02, took_effect -> 2019-08-02" in dry.getvalue()
    )
    assert "1 of " in dry.getvalue()
    call_command("recompute_deadlines", stdout=real)
    call_command("recompute_deadlines", stdout=again)
    assert "changed" in real.getvalue()
    assert again.getvalue().startswith("0 of ")


def test_a_yearly_date_has_run_for_exactly_a_year():
    report = Deadline.objects.filter(occurrence__isnull=False, occurrence__month=3, occurrence__day=31).first()
    assert report.started_on == report.occurrence.replace(year=report.occurrence.year - 1)


def test_what_has_no_clause_on_withdrawal_is_not_said_to_have_a_practice(client):
    page = client.get("/exit-clauses/?q=enmod").content.decode()
    assert "no clause</a>" in page
    assert "established practice" not in page
    assert "final clauses</a>" in client.get("/exit-clauses/?q=ballistic").content.decode()


@pytest.mark.parametrize(
    ("treaty", "kind", "label"),
    [
        ("bwc", "reporting", "established practice"),
        ("nrrc", "duration", "final clauses"),
        ("jcpoa", "reimposition", "Paragraph 11"),
        ("vienna-document", "reporting", "Chapter I"),
        ("open-skies", "withdrawal", "Article XV(2)"),
    ],
)
def test_a_clause_is_named_as_its_document_numbers_it(treaty, kind, label):
    assert Provision.objects.get(treaty__slug=treaty, kind=kind).label == label


@pytest.mark.parametrize(
    ("treaty", "reasons"),
    [
        ("bwc", "A statement of the extraordinary events that jeopardise its supreme interests"),
        ("cwc", "A statement of the extraordinary events that jeopardise its supreme interests"),
        ("cfe", "A statement of the extraordinary events that jeopardise its supreme interests"),
        ("apmbc", "A full explanation of the reasons"),
    ],
)
def test_a_clause_that_asks_for_reasons_says_so(treaty, reasons):
    assert Provision.objects.get(treaty__slug=treaty, kind="withdrawal").reasons == reasons
