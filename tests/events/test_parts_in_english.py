"""On a page in another language each text of the record says its own (WCAG 3.1.2); on an English page none does."""

from __future__ import annotations

import re

import pytest

from events import services
from events.models import Statement
from tests.conftest import FEBRUARY_2019

pytestmark = pytest.mark.django_db

MARKED = r'lang="en"[^>]*>(?:\s*<(?:a|p|blockquote)\b[^>]*>)*[“\s]*%s'


@pytest.fixture
def said(enter, treaty, party, source):
    notice = enter(title="Ruritania leaves", summary="The note was handed over.")
    treaty.summary = "A pact between two."
    treaty.save()
    reply = Statement(slug="reply", kind="accusation", date="2019-02-04", title="You may not", body="Ministry")
    reply.actor, reply.stance, reply.publication = party, "accuses", "published"
    reply.quotation, reply.obligation, reply.responds_to = "Never.", "Article XV", notice
    services.save_event(reply, at=FEBRUARY_2019)
    reply.treaties.set([treaty])
    reply.sources.set([source])
    return notice


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        (
            "/treaties/pact/",
            ["Ruritania leaves", "The Pact", "A pact between two", "Never", "Article XV", "Ruritania withdrawal takes"],
        ),
        ("/events/reply/", ["You may not", "Never", "Article XV", "Ruritania leaves"]),
        ("/events/notice_of_withdrawal-2019-02-02/", ["Ruritania leaves", "The note was handed over", "You may not"]),
        ("/claims/", ["Article XV", "You may not"]),
        ("/deadlines/?state=any", ["Ruritania withdrawal takes"]),
        ("/statements/", ["You may not", "Never"]),
    ],
)
def test_what_the_record_says_is_marked_as_english_on_a_french_page_alone(page, texts, said, client):
    french = client.get(f"/fr{page}").text
    for text in texts:
        assert re.search(MARKED % re.escape(text), french), text
    assert ' lang="en"' not in client.get(page).text


@pytest.fixture
def ended(said, treaty, source):
    treaty.ended_on, treaty.end_reason = "2020-01-01", "Forgotten by both"
    treaty.save()
    clause = treaty.provisions.get(kind="withdrawal")
    clause.recipients, clause.reasons, clause.source = "The other Party", "A word of <regret>", source
    clause.save()
    return treaty


def test_what_is_no_standing_phrase_is_marked_within_a_sentence_of_ours(ended, client):
    page = client.get("/fr/treaties/pact/").text
    assert (
        '<p class="lede">Le traité a pris fin le 1er janvier 2020\u00a0: <span lang="en">forgotten by both</span>.</p>'
        in page
    )
    assert '"><span lang="en">Ruritania leaves</span>\u00a0: 2 février 2019.</a>' in page
    assert "forgotten by both.</p>" in client.get("/treaties/pact/").text
    assert '<td>Le traité a pris fin le 1er janvier 2020\u00a0: <span lang="en">' in client.get("/fr/treaties/").text


def test_a_standing_phrase_is_translated_and_another_one_marked(ended, client):
    page = client.get("/fr/exit-clauses/").text
    assert ">L\u2019autre partie</td>" in page
    assert '<span lang="en">A word of &lt;regret&gt;</span></td>' in page
    assert ">The other Party</td>" in client.get("/exit-clauses/").text


def test_names_with_their_offices_say_that_they_are_english(said, client):
    assert '<span lang="en">Ministry</span> au sujet' not in client.get("/fr/treaties/pact/").text
    assert '<p class="tail"><span lang="en">Ministry</span>' in client.get("/fr/treaties/pact/").text
    assert '<p class="tail">Ministry' in client.get("/treaties/pact/").text


def test_the_title_of_a_clauses_source_says_its_own_language(ended, source, client):
    source.language, source.title, source.publisher = "de", "Vermerk", "Archive"
    source.save()
    assert 'Archive: <span lang="de">Vermerk</span>' in client.get("/treaties/pact/").text
    assert 'Archive: <span lang="de">Vermerk</span>' in client.get("/fr/calculator/?treaty=pact&on=2019-02-02").text


def test_a_source_says_its_own_language(said, source, client):
    page = "/events/notice_of_withdrawal-2019-02-02/"
    source.language, source.title = "fr", "Note reçue"
    source.save()
    assert '<span lang="fr">“Note reçue”</span>' in client.get(page).text
    assert "<span>“Note reçue”</span>" in client.get(f"/fr{page}").text
