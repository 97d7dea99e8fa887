"""What the pages show, for programs: the same rows under the same filters, no date finer than its source."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from defusedxml import ElementTree
from django.db import connection
from icalendar import Calendar

from alerts.wording import count_words
from events import services
from events.calendar_entries import calendar_entry
from events.clocks import days_left
from events.exports.tables import cell
from events.models import Change, Deadline
from tests.conftest import leave

pytestmark = pytest.mark.django_db

TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "atom": "application/atom+xml",
    "ics": "text/calendar",
}
ATOM = "{http://www.w3.org/2005/Atom}"


def content(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def rows_of(client, address):
    return list(csv.DictReader(io.StringIO(content(client, address))))


def document(client, address):
    return json.loads(content(client, address))


def feed(client, address):
    return ElementTree.fromstring(content(client, address))


def entries(client, address):
    return {str(one["uid"]): one for one in Calendar.from_ical(content(client, address)).walk("VEVENT")}


@pytest.mark.usefixtures("record")
class TestOverTheRecord:
    @pytest.mark.parametrize("page", ["/treaties/inf", "/parties/russia", "/statements", "/deadlines", "/changes"])
    def test_every_form_can_be_read(self, client, page):
        assert rows_of(client, f"{page}.csv") or page == "/changes"
        assert document(client, f"{page}.json")["about"]["address"].endswith(f"{page}/")
        assert feed(client, f"{page}.atom").tag == f"{ATOM}feed"

    @pytest.mark.parametrize("page", ["/treaties/inf", "/parties/russia", "/deadlines"])
    def test_calendars_have_whole_days_only(self, client, page):
        for one in entries(client, f"{page}.ics").values():
            assert type(one.decoded("dtstart")) is type(one.decoded("dtend")) is date

    @pytest.mark.parametrize("page", ["/treaties", "/parties"])
    def test_lists_can_be_had_as_tables(self, client, page):
        assert len(rows_of(client, f"{page}.csv")) == len(document(client, f"{page}.json")[page[1:]]) > 3

    def test_the_filters_of_the_page_are_those_of_its_exports(self, client):
        asked = "?kind=claim&party=russia&from=2018&to=2019"
        shown = client.get(f"/treaties/inf/{asked}").context["page"]
        wanted = {one.slug for one in shown}
        assert wanted
        assert {one["slug"] for one in rows_of(client, f"/treaties/inf.csv{asked}")} == wanted
        told = document(client, f"/treaties/inf.json{asked}")
        assert {one["slug"] for one in told["events"]} == wanted
        assert told["about"]["address"].endswith(f"/treaties/inf/{asked}")
        assert len(feed(client, f"/treaties/inf.atom{asked}").findall(f"{ATOM}entry")) == len(wanted)
        assert not entries(client, f"/treaties/inf.ics{asked}"), "a claim is no clock"

    def test_the_day_looked_from_is_that_of_the_page(self, client):
        rows = rows_of(client, "/treaties/inf.csv?as_of=2019-02-01")
        assert "us-gives-notice-2019-02-02" not in {one["slug"] for one in rows}
        assert max(one["date"][:4] for one in rows) == "2019"
        assert document(client, "/treaties/inf.json?as_of=2019-02-01")["about"]["as_of"] == "2019-02-01"
        then = document(client, "/deadlines.json?treaty=inf&as_of=2019-02-05")["deadlines"]
        running = [(one["days_left"], one["due"]) for one in then if one["state"] == "running"]
        assert running == [(178, "2019-08-02")]
        told = entries(client, "/treaties/inf.ics?as_of=2019-02-05&from=2019")
        (entry,) = told.values()
        assert "as-of-2019-02-05" in entry["uid"], "a picture of a day moves no entry of the present"
        assert not entries(client, "/treaties/inf.ics?as_of=2019-02-01&from=2019")

    def test_a_coarse_date_stays_coarse(self, client):
        dates = {one["date"] for one in rows_of(client, "/treaties/inf.csv")}
        told = {one["date"] for one in document(client, "/treaties/inf.json")["events"]}
        assert dates == told
        assert {"2014", "2017-09/2017-12"} <= dates
        columns = rows_of(client, "/treaties/inf.csv")[0]
        assert not {"earliest", "latest"} & set(columns), "bounds would pass for dates"

    def test_the_page_leads_to_its_other_forms_under_the_same_filters(self, client):
        shown = content(client, "/treaties/inf/?kind=legal&as_of=2019-02-05")
        for form in ("csv", "json", "atom", "ics"):
            assert f'type="{TYPES[form]}"' in shown
            assert shown.count(f'href="/treaties/inf.{form}?kind=legal&amp;as_of=2019-02-05"') == 2
        assert "inf.csv" not in content(client, "/treaties/inf/?kind=gossip", 400).split("<main")[1]

    def test_every_row_says_how_it_is_cited(self, client, settings):
        settings.RECORD_LICENCE = "CC BY 4.0"
        row = next(one for one in rows_of(client, "/treaties/inf.csv") if one["slug"] == "us-gives-notice-2019-02-02")
        assert row["cite_as"].startswith("TreatyWatch, revision 1. http")
        assert row["licence"] == "CC BY 4.0"
        assert document(client, "/treaties/inf.json")["about"]["licence"] == "CC BY 4.0"

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/treaties/inf.csv?kind=gossip", 400),
            ("/treaties/inf.ics?as_of=never", 400),
            ("/treaties/inf.json?page=2", 400),
            ("/treaties/atlantis.atom", 404),
            ("/parties/atlantis.csv", 404),
            ("/treaties/inf.pdf", 404),
        ],
    )
    def test_a_bad_address_is_refused_as_on_the_page(self, client, address, status):
        content(client, address, status)

    def test_a_long_export_flows_and_is_complete(self, client, monkeypatch):
        monkeypatch.setattr("events.exports.sending._SENT_WHOLE", 3)
        answer = client.get("/treaties/inf.csv")
        assert answer.streaming
        assert len(list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))) == len(
            document(client, "/treaties/inf.json")["events"]
        )

    @pytest.mark.parametrize("form", ["csv", "ics"])
    def test_many_clocks_flow_and_come_in_the_same_order(self, client, monkeypatch, form):
        whole = client.get(f"/deadlines.{form}?state=any").text
        monkeypatch.setattr("events.exports.sending._SENT_WHOLE", 1)
        monkeypatch.setattr("events.exports.clocks._FETCHED_AT_ONCE", 2)
        answer = client.get(f"/deadlines.{form}?state=any")
        assert answer.streaming
        assert b"".join(answer.streaming_content).decode() == whole

    def test_few_long_exports_leave_at_once_so_that_slow_readers_cannot_stop_the_pages(self, client, monkeypatch):
        monkeypatch.setattr("events.exports.sending._SENT_WHOLE", 3)
        depth = len(connection.savepoint_ids)
        taken = [client.get("/treaties/inf.csv") for _ in range(4)]
        refused = client.get("/treaties/inf.json")
        assert (refused.status_code, refused["Retry-After"]) == (503, "60")
        assert "Try again in a minute" in refused.json()["detail"]
        assert client.get("/treaties/inf/").status_code == 200

        leave(taken.pop())
        assert content(client, "/treaties/inf.json")
        assert content(client, "/treaties/inf.json"), "what is read to its end gives its place back as well"
        for one in taken:
            leave(one)
            leave(one)
        assert len(connection.savepoint_ids) == depth, "no snapshot of the record is left open"
        for _ in range(9):
            answer = client.get("/treaties/inf.csv")
            assert answer.status_code == 200
            leave(answer)

    def test_the_feed_of_clocks_tells_of_those_changed_last(self, client, monkeypatch):
        everything = client.get("/deadlines.atom?state=any").text
        monkeypatch.setattr("events.exports.feeds.MOST_ENTRIES", 2)
        newest = client.get("/deadlines.atom?state=any").text
        assert re.findall(r"<entry>.*?</entry>", newest) == re.findall(r"<entry>.*?</entry>", everything)[:2]

    def test_a_long_comparison_of_exit_clauses_flows(self, client, monkeypatch):
        whole = client.get("/exit-clauses.csv").text
        monkeypatch.setattr("events.exports.sending._SENT_WHOLE", 2)
        answer = client.get("/exit-clauses.csv")
        assert answer.streaming
        assert b"".join(answer.streaming_content).decode() == whole


def test_no_text_of_the_record_runs_as_a_formula(client, enter):
    enter(title='=HYPERLINK("http://evil.example";"click")', summary="@SUM(1)", place="-2+3")
    row = rows_of(client, "/treaties/pact.csv")[0]
    assert row["title"].startswith("'=")
    assert row["summary"] == "'@SUM(1)"
    assert row["place"] == "'-2+3"
    assert (cell(-3), cell("2019-02-02"), cell(None), cell(True)) == (-3, "2019-02-02", "", "true")


def test_drafts_are_in_no_export(client, enter):
    enter(title="Seen")
    enter(day="2019-03-01", title="Still a draft", publication="draft")
    for form in ("csv", "json", "atom", "ics"):
        assert "Still a draft" not in content(client, f"/treaties/pact.{form}")


def test_a_feed_keeps_its_ids_and_says_what_changed(client, enter):
    event = enter(title="First wording")
    before = {one.findtext(f"{ATOM}id"): one for one in feed(client, "/treaties/pact.atom").findall(f"{ATOM}entry")}
    event.title = "Better \x0b& wording"
    services.save_event(event, at=datetime(2026, 1, 2, tzinfo=UTC))
    told = feed(client, "/treaties/pact.atom")
    after = {one.findtext(f"{ATOM}id"): one for one in told.findall(f"{ATOM}entry")}
    assert before.keys() == after.keys()
    changed = next(one for key, one in after.items() if key.endswith(event.get_absolute_url()))
    assert changed.findtext(f"{ATOM}title") == "2 February 2019: Better & wording"
    assert changed.findtext(f"{ATOM}updated") == told.findtext(f"{ATOM}updated") == "2026-01-02T00:00:00+00:00"
    links = {one.get("rel"): one.get("href") for one in told.findall(f"{ATOM}link")}
    assert links["self"].endswith("/treaties/pact.atom")
    assert told.find(f"{ATOM}author/{ATOM}name").text == "TreatyWatch"


def test_a_feed_without_news_is_not_new_each_time(client, treaty):
    first, second = content(client, "/treaties/pact.atom"), content(client, "/treaties/pact.atom")
    assert first == second


def test_feed_and_mail_tell_a_calendar_the_same(client, enter):
    event = enter()
    for day, status, summary in [
        (date(2019, 8, 2), "CONFIRMED", "Pact: Ruritania withdrawal takes effect"),
        (date(2019, 8, 2), "CANCELLED", "No longer: Pact: Ruritania withdrawal takes effect"),
    ]:
        deadline = Deadline.objects.get()
        mailed = Calendar.from_ical(calendar_entry(deadline, at=deadline.changed_at).content).walk("VEVENT")[0]
        (told,) = entries(client, "/treaties/pact.ics").values()
        for name in ("uid", "sequence", "dtstart", "dtend", "summary", "status", "dtstamp"):
            assert told[name].to_ical() == mailed[name].to_ical(), name
        assert (told.decoded("dtstart"), str(told["status"]), str(told["summary"])) == (day, status, summary)
        services.delete_events([event], at=datetime(2019, 3, 1, tzinfo=UTC))


def test_a_date_between_limits_fills_its_days_in_the_calendar(client, enter):
    enter(day="2019-02")
    (told,) = entries(client, "/treaties/pact.ics").values()
    assert told.decoded("dtstart") == date(2019, 8, 1)
    assert told.decoded("dtend") == date(2019, 8, 29)
    assert str(told["summary"]).endswith("(on one of these days)")
    assert document(client, "/deadlines.json")["deadlines"][0]["due"] == "2019-08-01/2019-08-28"


def test_a_calendar_program_is_told_when_to_look_again(client, enter):
    enter()
    calendar = Calendar.from_ical(content(client, "/treaties/pact.ics"))
    assert calendar.decoded("refresh-interval") == timedelta(hours=6)
    assert str(calendar["name"]) == "TreatyWatch: Pact"


def test_changes_are_told_without_who_made_them(client, treaty, django_user_model):
    editor = django_user_model.objects.create(username="mr-secret")
    Change.objects.create(
        at=datetime(2026, 1, 2, tzinfo=UTC),
        made_by=editor,
        kind="corrected",
        weight="major",
        public_note="The source was misread.",
        row_kind="treaty",
        row_label="Pact",
        row_address="/treaties/pact/",
    )
    for form in ("csv", "json", "atom"):
        told = content(client, f"/changes.{form}")
        assert "The source was misread." in told
        assert "mr-secret" not in told


@pytest.mark.parametrize(
    "now",
    [
        datetime(2019, 2, 5, 12, tzinfo=UTC),
        datetime(2019, 2, 6, 4, 59, tzinfo=UTC),
        datetime(2019, 2, 6, 5, 1, tzinfo=UTC),
        datetime(2019, 7, 31, 3, 59, tzinfo=UTC),
        datetime(2019, 8, 1, 4, 0, tzinfo=UTC),
    ],
)
def test_page_mail_feed_and_calculator_count_the_same_days(client, enter, monkeypatch, now):
    enter()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    deadline = Deadline.objects.get()
    fed = document(client, "/deadlines.json?treaty=pact")["deadlines"][0]
    (entry,) = entries(client, "/treaties/pact.ics").values()
    computed = document(client, "/calculator.json?treaty=pact&kind=withdrawal&on=2019-02-02")
    assert fed["due"] == entry.decoded("dtstart").isoformat() == deadline.due.isoformat()
    assert deadline.due.isoformat() in json.dumps(computed)
    days = days_left(deadline.due, at=now, zone=deadline.zone)
    assert fed["days_left"] == days
    shown = content(client, "/treaties/pact/")
    assert f'data-days="{days}"' in shown
    assert count_words(days) in content_words(shown)


def content_words(page):
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("address", "some", "others"),
    [
        ("/treaties.csv?status=ended", {"inf", "new-start"}, {"npt", "ctbt"}),
        ("/treaties.csv?status=ended&as_of=2020-01-01", {"inf"}, {"npt", "new-start"}),
        ("/treaties.csv?q=test", {"ctbt", "ttbt"}, {"inf"}),
        ("/treaties.csv?running=withdrawal&as_of=2019-02-05", {"inf"}, {"npt"}),
        ("/parties.csv?kind=organisation", {"nato"}, {"russia"}),
        ("/parties.csv?q=korea", {"republic-of-korea"}, {"russia"}),
    ],
)
def test_a_list_is_taken_along_under_the_filters_of_its_page(client, address, some, others):
    slugs = {row["slug"] for row in rows_of(client, address)}
    assert some <= slugs
    assert not others & slugs


@pytest.mark.parametrize("name", ["treaties", "parties", "changes", "matrix"])
def test_a_list_that_is_asked_wrongly_says_so_in_its_exports_too(client, name):
    assert "poem" in content(client, f"/{name}.csv?poem=1", status=400)


def test_changes_are_taken_along_under_their_filters(client, treaty):
    for kind in ("corrected", "withdrawn"):
        Change.objects.create(
            at=datetime(2026, 1, 2, tzinfo=UTC),
            kind=kind,
            weight="major",
            public_note="The source was misread.",
            row_kind="event",
            row_label=kind,
        )
    assert [row["kind"] for row in rows_of(client, "/changes.csv?kind=withdrawn")] == ["withdrawn"]


@pytest.mark.usefixtures("record")
def test_the_matrix_has_a_row_for_each_party_in_each_treaty_with_the_act_that_set_it(client):
    rows = {(row["treaty"], row["party"]): row for row in rows_of(client, "/matrix.csv?as_of=2019-08-02")}
    left = rows["inf", "united-states"]
    assert (left["state"], left["state_words"], left["since"]) == ("left", "Left", "2019-08-02")
    assert left["disputed"] == "false"
    assert left["address"].endswith("/treaties/inf/parties/united-states/#withdrawal_effect-2019-08-02")
    assert left["cite_as"].endswith("/united-states/?as_of=2019-08-02#withdrawal_effect-2019-08-02")
    assert rows["ctbt", "china"]["state"] == "signed"
    assert {party for _, party in rows} == {"china", "france", "russia", "united-kingdom", "united-states"}


@pytest.mark.usefixtures("record")
def test_the_matrix_is_taken_along_whole_and_under_its_filters(client):
    everybody = rows_of(client, "/matrix.csv?group=all&q=npt")
    assert len({row["party"] for row in everybody}) > 190
    assert {row["treaty"] for row in everybody} == {"npt"}
    assert document(client, "/matrix.json?q=npt")["standings"][0]["party"] == "china"
    assert "“rows”" in content(client, "/matrix.csv?rows=npt", status=400)
