"""Pages of the past: what had happened by a day, and what this site itself said on a day."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import BoundedSemaphore

import pytest
from django.db import connection

from events import services
from events.models import Change, Event
from tests.conftest import FEBRUARY_2019, leave
from treaties.models import Source

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 12, tzinfo=UTC)
NOTICE = "/events/notice_of_withdrawal-2019-02-02/"


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:800]
    return " ".join(answer.content.decode().split())


@pytest.fixture
def corrected(enter, written_at):
    """Enter a notice of 2 February on 1 March, and correct it to 3 February on 9 March."""
    notice = enter(title="Notice receved")
    written_at(FIRST)
    notice.title, notice.date = "Notice received", "2019-02-03"
    services.save_event(notice, at=FEBRUARY_2019)
    notice.sources.set([Source.objects.create(slug="better", publisher="Better", title="Minutes")])
    services.after_event_change(notice, at=FEBRUARY_2019)
    written_at(LATER)
    return notice


def test_an_event_is_told_as_it_was_known_with_what_was_corrected_since(client, corrected):
    shown = page(client, f"{NOTICE}?known=2026-03-05")
    assert "<h1>Notice receved</h1>" in shown
    assert "As known on 5 March 2026." in shown
    assert "<del>Notice receved</del>" in shown
    assert "<ins>Notice received</ins>" in shown
    assert "<del>2019-02-02</del>" in shown
    assert "<del>Gazette: Notice received</del>" in shown
    assert "<ins>Better: Minutes</ins>" in shown


def test_a_correction_leads_to_the_change_that_tells_why(client, corrected):
    told = {"kind": "corrected", "weight": "major", "public_note": "The minutes say so.", "row_kind": "event"}
    change = Change.objects.create(at=LATER, row_label="Notice", row_address=NOTICE, **told)
    assert f'href="/changes/{change.pk}/"' in page(client, f"{NOTICE}?known=2026-03-05")
    assert "The minutes say so." in page(client, f"/changes/{change.pk}/")


def test_once_corrected_nothing_is_said_to_have_changed(client, corrected):
    shown = page(client, f"{NOTICE}?known=2026-03-09")
    assert "<h1>Notice received</h1>" in shown
    assert "Nothing shown here has been changed since." in shown


def test_the_clock_of_a_treaty_is_the_one_that_was_told(client, corrected):
    assert "Friday 2 August 2019" in page(client, "/treaties/pact/?known=2026-03-05")
    assert "Saturday 3 August 2019" in page(client, "/treaties/pact/?known=2026-03-09")


def test_as_of_and_known_go_together(client, corrected):
    shown = page(client, "/treaties/pact/?as_of=2019-02-05&known=2026-03-05")
    assert "178<small> days left" in shown
    assert "As of 5 February 2019." in shown
    assert "As known on 5 March 2026." in shown
    assert "Notice receved" not in page(client, "/treaties/pact/?as_of=2019-02-01&known=2026-03-05")


@pytest.mark.parametrize(
    "address", [NOTICE, "/treaties/pact/", "/parties/ruritania/", "/deadlines/pact-withdrawal-ruritania-2019-02-02/"]
)
def test_before_it_was_entered_a_page_says_so(client, corrected, address):
    assert "It had not been entered by 1 February 2026." in page(client, f"{address}?known=2026-02-01", 404)


def test_an_event_taken_off_the_record_is_still_shown_as_known(client, enter, written_at):
    notice = enter()
    written_at(FIRST)
    services.delete_events([notice], at=FEBRUARY_2019)
    written_at(LATER)
    page(client, NOTICE, 404)
    shown = page(client, f"{NOTICE}?known=2026-03-05")
    assert "On record: <del>yes</del>" in shown


def test_each_revision_has_its_address_and_says_what_changed(client, corrected):
    first = page(client, f"{NOTICE}?revision=1")
    assert "<h1>Notice receved</h1>" in first
    assert "This is what the entry said from 1 March 2026 to 9 March 2026." in first
    assert "<ins>Notice received</ins>" in first
    assert "This is the entry as it stands since 9 March 2026." in page(client, f"{NOTICE}?revision=2")
    assert 'href="/events/notice_of_withdrawal-2019-02-02/?revision=1"' in page(client, NOTICE)


@pytest.fixture
def five_said(enter, written_at):
    """Enter five statements "Sed …" on 1 March, and correct them to "Said …" on 9 March."""
    for day in range(1, 6):
        enter(day=f"2019-03-0{day}", kind="statement", title=f"Sed {day}")
    written_at(FIRST)
    for event in Event.objects.all():
        event.title = event.title.replace("Sed", "Said")
        services.save_event(event, at=FEBRUARY_2019)
    written_at(LATER)


@pytest.mark.usefixtures("five_said")
def test_the_cost_of_the_past_does_not_grow_with_what_was_corrected(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(62):
        assert "<del>Sed 3</del>" in page(client, "/treaties/pact/?known=2026-03-05")


def flow(monkeypatch):
    """Have every export flow that has more than one piece, and fetch its rows by twos."""
    monkeypatch.setattr("events.exports.sending._SENT_WHOLE", 1)
    monkeypatch.setattr("events.exports.sending._FETCHED_AT_ONCE", 2)


@pytest.mark.usefixtures("five_said")
@pytest.mark.parametrize("address", ["/treaties/pact.csv", "/treaties/pact.json", "/parties/ruritania.csv"])
def test_a_long_export_flows_as_the_record_was_known(client, monkeypatch, address):
    whole = client.get(f"{address}?known=2026-03-05").text
    assert whole.count("Sed ") == 5
    flow(monkeypatch)
    answer = client.get(f"{address}?known=2026-03-05")
    assert answer.streaming
    assert b"".join(answer.streaming_content).decode() == whole
    assert Event.objects.filter(title__startswith="Said").count() == 5, "after it the record is the present one"


@pytest.mark.usefixtures("corrected")
@pytest.mark.parametrize("address", ["/deadlines.csv?", "/deadlines.ics?treaty=pact&", "/treaties/pact.ics?"])
def test_clocks_flow_as_they_were_known(client, monkeypatch, address):
    asked = f"{address}known=2026-03-05"
    whole = client.get(asked).text
    assert "2019-08-02" in whole or "20190802" in whole
    flow(monkeypatch)
    answer = client.get(asked)
    assert answer.streaming
    assert b"".join(answer.streaming_content).decode() == whole


@pytest.mark.usefixtures("five_said")
def test_whoever_leaves_an_export_of_the_past_leaves_no_snapshot_of_it(client, monkeypatch):
    flow(monkeypatch)
    depth = len(connection.savepoint_ids)
    answer = client.get("/treaties/pact.csv?known=2026-03-05")
    assert len(connection.savepoint_ids) > depth
    leave(answer)
    assert len(connection.savepoint_ids) == depth
    assert Event.objects.filter(title__startswith="Said").count() == 5


@pytest.mark.usefixtures("five_said")
def test_whoever_is_refused_a_long_export_of_the_past_is_told_so_in_the_present(client, monkeypatch):
    flow(monkeypatch)
    monkeypatch.setattr("events.exports.sending._PLACES", BoundedSemaphore(1))
    taken = client.get("/treaties/pact.csv")
    depth = len(connection.savepoint_ids)
    refused = client.get("/treaties/pact.csv?known=2026-03-05")
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert len(connection.savepoint_ids) == depth
    assert Event.objects.filter(title__startswith="Said").count() == 5
    leave(taken)
