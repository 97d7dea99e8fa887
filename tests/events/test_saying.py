"""A text is found wherever it stands in a title, summary or quotation: by the index of a long record as by reading."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import services
from events.models import Event, Statement
from tests.conftest import FEBRUARY_2019

pytestmark = pytest.mark.django_db


@pytest.fixture
def say(party, treaty, source):
    """Return a function that enters a published statement."""

    def _say(name, **values):
        said = Statement(slug=name, kind="statement", date="2019-02-03", body="Ministry", stance="remarks", **values)
        said.actor, said.publication = party, "published"
        services.save_event(said, at=FEBRUARY_2019)
        said.treaties.set([treaty])
        said.sources.set([source])
        services.after_event_change(said, at=FEBRUARY_2019)
        return said

    return _say


@pytest.fixture
def said(say):
    """Enter a few statements whose words overlap."""
    say("titled", title="A Moratorium of 100% on tests")
    say("summed-up", title="Second", summary="The moratória end; 100 of them.")
    say("quoted", title="Third", quotation="Мораторий: no inspect_ion, no moratorium!")
    say("silent", title="Fourth")
    say("drafted", title="The moratorium of a draft")
    Statement.objects.filter(slug="drafted").update(publication="draft")


@pytest.fixture
def long(monkeypatch):
    """Take every list for a long one, so that texts are looked up."""
    monkeypatch.setattr("events.paging.COUNTED", 0)


def found(client, text, path="/statements/"):
    page = client.get(path, {"q": text}, follow=True)
    assert page.status_code == 200
    return set(re.findall(r'href="/events/([\w-]+)/"', page.text))


TEXTS = {
    "oratori": {"titled", "quoted"},
    "MORATÓRIA": {"summed-up"},
    "мораторий": {"quoted"},
    "100%": {"titled"},
    "inspect_ion": {"quoted"},
    "o_": set(),
    "th": {"summed-up", "quoted", "silent"},
    "second the": set(),
    "d; 100": {"summed-up"},
    "no such words": set(),
    "!": {"quoted"},
}


def test_any_part_of_a_text_is_found_in_a_short_list(client, said):
    assert {text: found(client, text) for text in TEXTS} == TEXTS


def test_the_index_finds_the_same_in_a_long_one(client, said, long):
    assert {text: found(client, text) for text in TEXTS} == TEXTS
    assert {text: found(client, text, "/parties/ruritania/") for text in TEXTS} == TEXTS


def test_what_occurs_too_often_is_read_for(client, said, long, monkeypatch):
    monkeypatch.setattr("events.saying._GATHERED_AT_MOST", 0)
    assert {text: found(client, text) for text in TEXTS} == TEXTS


def test_a_long_list_is_not_read_for_a_rare_text(client, said, long):
    with CaptureQueriesContext(connection) as asked:
        found(client, "oratori")
    of_lists = [one["sql"] for one in asked if "events_event_sources" in one["sql"]]
    assert of_lists
    assert not [sql for sql in of_lists if "LIKE" in sql]


def test_the_past_is_searched_for_what_it_said(client, say, long, written_at):
    changed = say("changed", title="A misprnt")
    written_at(datetime(2026, 3, 1, tzinfo=UTC))
    changed.title = "A correction"
    services.save_event(changed, at=FEBRUARY_2019)
    written_at(datetime(2026, 3, 9, tzinfo=UTC))
    then = {"known": "2026-03-05"}
    assert "changed" in client.get("/statements/", {"q": "misprnt"} | then, follow=True).text
    assert "A correction" not in client.get("/statements/", {"q": "correction"} | then, follow=True).text


@pytest.fixture
def cut_short(say, long, monkeypatch):
    """Of three statements, of which the first and the last say it, take two for as many as a short text is read for."""
    for day, title in ((3, "Ox of old"), (4, "Nothing"), (5, "An ox")):
        say(f"of-{day}", title=title)
        Event.objects.filter(slug=f"of-{day}").update(
            date=f"2019-02-0{day}", earliest=f"2019-02-0{day}", latest=f"2019-02-0{day}"
        )
    monkeypatch.setattr("events.saying.READ_AT_MOST", 2)
    monkeypatch.setattr("events.saying._COMMON", 1)


@pytest.mark.parametrize("path", ["/statements/", "/parties/ruritania/", "/treaties/pact/"])
def test_a_long_list_is_read_in_part_for_one_or_two_letters_and_says_so(client, cut_short, path):
    newest, oldest = (client.get(path, {"q": "ox"} | order).text for order in ({}, {"order": "old"}))
    for page, first in ((newest, "of-5"), (oldest, "of-3")):
        assert set(re.findall(r'<h\d[^>]*><a href="/events/([\w-]+)/"', page)) == {first}
        assert "“ox” was looked for in the first 2 entries of this list only" in page
        assert "None of" not in page


@pytest.mark.parametrize("query", [{"q": "old"}, {"q": "ox", "from": "2019-02-05"}])
def test_whoever_writes_a_third_letter_or_narrows_a_list_down_is_told_nothing_of_it(
    client, cut_short, query, monkeypatch
):
    monkeypatch.setattr("events.paging.COUNTED", 1)
    page = client.get("/statements/", query)
    assert page.status_code == 200
    assert "was looked for in" not in page.text


def test_what_is_common_is_looked_for_in_the_whole_of_a_long_list_too(client, cut_short):
    page = client.get("/statements/?q=n").text
    assert {f"of-{day}" for day in (4, 5)} == set(re.findall(r'<h\d[^>]*><a href="/events/([\w-]+)/"', page))
    assert "was looked for in" not in page


def test_the_other_stances_are_not_counted_by_the_part_that_was_read(client, cut_short):
    page = client.get("/statements/?stance=remarks&q=ox").text
    assert re.search(r'value="accuses"> Accuses</label>', page)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_export_of_a_part_is_refused(client, cut_short, form):
    answer = client.get(f"/statements.{form}?q=ox")
    assert answer.status_code == 400
    assert "An export is always whole. “ox” was looked for in the first 2 entries" in answer.text


def test_a_feed_tells_what_was_changed_last(client, cut_short):
    Event.objects.filter(slug="of-3").update(changed_at=datetime(2030, 1, 1, tzinfo=UTC))
    told = client.get("/statements.atom?q=ox").text
    assert ("of-3" in told, "of-4" in told) == (True, False)
