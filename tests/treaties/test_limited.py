"""No question of a public page keeps the database for long: it is ended, and the reader is told so."""

from __future__ import annotations

import pytest
from django.db import NotSupportedError, OperationalError, connection
from django.http import HttpResponse
from django.utils import timezone

from events.exports.sending import Leaving
from events.views.faults import says_what_is_wrong
from treaties.as_known import as_known
from treaties.limited import limited

pytestmark = pytest.mark.django_db


def ask(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@pytest.fixture
def greedy(monkeypatch, settings):
    """Let the list of parties ask what takes half a minute, where a second is allowed."""
    settings.PUBLIC_STATEMENT_SECONDS = 1
    monkeypatch.setattr("events.views.parties.parties_listed", lambda _asked: ask("SELECT pg_sleep(30)"))


@pytest.mark.parametrize(
    ("path", "language", "title", "way_out"),
    [
        ("/parties/", "en-gb", "This takes too long to put together", "Narrow it down by a filter"),
        ("/fr/parties/", "fr", "Cette page est trop longue à établir", "Restreignez-la par un filtre"),
    ],
)
def test_a_page_that_takes_too_long_is_ended_and_says_so(client, greedy, path, language, title, way_out):
    client.raise_request_exception = False
    answer = client.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert f'lang="{language}"' in answer.text
    assert f"<h1>{title}" in answer.text
    assert way_out in answer.text
    assert "private" in answer["Cache-Control"]
    # Whoever is lent the connection next has as much time as before.
    assert ask("SHOW statement_timeout") == "0"


def test_an_export_is_limited_too_while_it_leaves(settings):
    settings.PUBLIC_STATEMENT_SECONDS = 1

    def pieces():
        yield ask("SHOW statement_timeout")
        yield ask("SELECT pg_sleep(30)::text")

    with pytest.raises(OperationalError, match="statement timeout"):
        Leaving(pieces(), "text/csv").response()


def test_a_question_of_the_past_that_takes_too_long_is_ended_alike_and_leaves_the_present(settings):
    settings.PUBLIC_STATEMENT_SECONDS = 1
    before = ask("SHOW search_path")
    with pytest.raises(OperationalError, match="statement timeout"), limited(), as_known(timezone.now()):
        ask("SELECT pg_sleep(30)")
    assert ask("SHOW search_path") == before


def test_within_the_limit_pages_are_answered_and_the_setting_goes_with_them(client, settings):
    settings.PUBLIC_STATEMENT_SECONDS = 7
    said = []

    @says_what_is_wrong
    def view(_request):
        said.append(ask("SHOW statement_timeout"))
        return HttpResponse()

    view(client.get("/about/").wsgi_request)
    assert (said, ask("SHOW statement_timeout")) == (["7s"], "0")


def test_what_a_migration_made_stale_is_asked_again(client):
    asked = []

    @says_what_is_wrong
    def view(_request):
        asked.append(1)
        if len(asked) == 1:
            raise NotSupportedError
        return HttpResponse("answered")

    assert view(client.get("/about/").wsgi_request).text == "answered"
