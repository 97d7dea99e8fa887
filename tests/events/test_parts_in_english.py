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


def test_a_source_says_its_own_language(said, source, client):
    page = "/events/notice_of_withdrawal-2019-02-02/"
    source.language, source.title = "fr", "Note reçue"
    source.save()
    assert '<span lang="fr">“Note reçue”</span>' in client.get(page).text
    assert "<span>“Note reçue”</span>" in client.get(f"/fr{page}").text
