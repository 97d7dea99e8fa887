"""A list shows of each event what stands on record now, in whatever table it stands, and no draft of an answer."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.template import Context, Template
from django.utils.translation import override

from events import services
from events.entry_html import entries_html
from events.listed import ListedSource, listed
from events.models import Event, Statement
from events.overview import Position
from events.strips import Period
from tests.conftest import FEBRUARY_2019
from treaties.models import Official, Party, Source

pytestmark = pytest.mark.django_db
PAGES = ["/treaties/pact/", "/fr/treaties/pact/", "/parties/ruritania/", "/statements/", "/"]


@pytest.fixture
def said(treaty, party, source, enter):
    """Return a statement on a page with all that an entry can show, answered by another."""
    speaker = Official.objects.create(slug="envoy", name="R. Old", office="Envoy", party=party)
    target = Party.objects.create(slug="zenda", name="Zenda")

    def say(slug, stance, day, **values):
        one = Statement(slug=slug, kind="statement", date=day, stance=stance, actor=party, **values)
        one.publication = values.get("publication", "published")
        services.save_event(one, at=FEBRUARY_2019)
        one.treaties.set([treaty])
        one.sources.set([source])
        return one

    notice = enter(title="The notice")
    one = say("claim", "accuses", "2019-02-03", title="The claim", speaker=speaker, responds_to=notice)
    Statement.objects.filter(pk=one.pk).update(quotation="Old words", obligation="Old duty")
    one.targets.set([target])
    say("denial", "denies", "2019-02-04", title="The denial", body="Ministry", responds_to=one)
    say("draft", "denies", "2019-02-04", title="Still a draft", body="Ministry", responds_to=one, publication="draft")
    return one


CHANGES = {
    "title": (lambda one: Event.objects.filter(pk=one.pk).update(title="New title"), "New title"),
    "date": (lambda one: Event.objects.filter(pk=one.pk).update(date_wording="early 2018"), "2018"),
    "quotation": (lambda one: Statement.objects.filter(pk=one.pk).update(quotation="New words"), "New words"),
    "obligation": (lambda one: Statement.objects.filter(pk=one.pk).update(obligation="New duty"), "New duty"),
    "speaker": (lambda _: Official.objects.update(name="R. New"), "R. New, Envoy"),
    "target": (
        lambda _: Party.objects.filter(slug="zenda").update(name="New Zenda"),
        "New Zenda\N{NO-BREAK SPACE}·",
    ),
    "source": (lambda _: Source.objects.update(publisher="New Gazette"), "New Gazette</a>"),
    "its answer": (lambda _: Event.objects.filter(slug="denial").update(title="A new no"), ": <a href="),
    "what it answers": (lambda _: Event.objects.filter(kind="notice_of_withdrawal").update(title="New notice"), "New"),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("changed", CHANGES)
def test_what_was_changed_is_shown_at_once(said, client, page, changed):
    before = client.get(page).content.decode()
    change, shown = CHANGES[changed]
    change(said)
    after = client.get(page).content.decode()
    # On a French page a name of the record stands in an element that says its language.
    assert shown in re.sub(r"</?span[^>]*>", "", after)
    assert after != before


def test_who_answers_for_no_party_is_named(said, client):
    Event.objects.filter(slug="denial").update(actor=None)
    assert "Denied by Ministry: <a href=" in client.get("/treaties/pact/").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_draft_answers_nothing(said, client, page):
    assert "The denial" in client.get(page).content.decode()
    assert "Still a draft" not in client.get(page).content.decode()


def test_an_answer_that_is_taken_back_goes(said, client):
    Event.objects.filter(slug="denial").update(publication="withdrawn")
    assert "The denial" not in client.get("/treaties/pact/").content.decode()


def test_what_a_withdrawn_event_said_is_no_longer_led_to(said, client):
    Event.objects.filter(kind="notice_of_withdrawal").update(publication="withdrawn")
    assert "The notice" not in client.get("/statements/").content.decode()


def test_an_answer_of_a_later_day_is_not_known_yet(said, client):
    page = client.get("/treaties/pact/?as_of=2019-02-03").content.decode()
    assert "The claim" in page
    assert "The denial" not in page


def test_texts_of_the_record_are_escaped(said, client):
    Event.objects.update(title="<b>&")
    Source.objects.update(publisher="<i>&")
    Party.objects.filter(slug="ruritania").update(name="<u>&")
    page = client.get("/treaties/pact/").content.decode()
    assert page.count("&lt;b&gt;&amp;") > 2
    assert not any(raw in page for raw in ("<b>&", "<i>&", "<u>&"))


def _drawn(entry, language="en-gb"):
    with override(language):
        return str(entries_html([entry]))


ANOTHER = {
    "slug": "another",
    "kind": "meeting",
    "date": "2019-03",
    "date_basis": "inferred",
    "title": "Another",
    "summary": "Another summary",
    "verified": False,
    "stance": "opposes",
    "speaker": "Another speaker",
    "office": "Another office",
    "quotation": "Other words",
    "obligation": "Another duty",
    "answered_slug": "another",
    "answered_title": "Another",
    "answered_publication": "draft",
    "targets": ("Another",),
    "said_to_it": (),
    "sources": (),
}


@pytest.mark.parametrize("value", ANOTHER)
def test_an_entry_drawn_before_is_drawn_anew_when_any_value_of_it_is_another(said, value):
    entry = listed([said.pk])[0]
    before = _drawn(entry)
    assert _drawn(entry._replace(**{value: ANOTHER[value]})) != before
    assert _drawn(entry) == before


def test_an_entry_drawn_in_one_language_is_drawn_anew_in_the_other(said):
    entry = listed([said.pk])[0]
    assert "/events/claim/" in _drawn(entry)
    assert "/fr/events/claim/" in _drawn(entry, "fr")


SOURCE = ListedSource(1, "note", "Ministry", "Nota", "ru", "https://example.org/note", date(2019, 2, 2), "A note")
POSITION = Position(date(2019, 2, 3), 1, "Ruritania", "accuses", "claim", "The claim", "2019-02-03", "")
MONTHS = ((34.0, "Mar"), (64.5, "Apr"))
PERIOD = Period(1060, MONTHS, 4.0, 306.0, "Withdrawal", date(2019, 2, 2), 3, 181, date(2019, 8, 2), "2 August 2019")
PARTS = {"_sources.html": ("sources", SOURCE), "_positions.html": ("positions", POSITION)}
PARTS |= {"_period.html": ("periods", PERIOD)}
# What none of these parts shows: keys, what rows are sorted by, and the name of a clock where it stands in its words.
UNSEEN = {"pk", "latest"}
OTHER = {int: 7, float: 9.5, str: "other", date: date(2019, 3, 3), tuple: ()}


def _part(template, row, language="en-gb"):
    name = PARTS[template][0]
    drawn = Template(f'{{% load reading %}}{{% drawn "events/{template}" {name}=rows %}}')
    with override(language):
        return drawn.render(Context({"rows": [row]}))


@pytest.mark.parametrize(
    ("template", "value"),
    [(part, value) for part, (_, row) in PARTS.items() for value in row._fields if value not in UNSEEN],
)
def test_a_part_drawn_before_is_drawn_anew_when_any_value_of_it_is_another(template, value):
    row = PARTS[template][1]
    before = _part(template, row)
    assert _part(template, row._replace(**{value: OTHER[type(getattr(row, value))]})) != before
    assert _part(template, row._replace()) == before


@pytest.mark.parametrize("template", PARTS)
def test_a_part_drawn_in_one_language_is_drawn_anew_in_the_other(template):
    assert _part(template, PARTS[template][1]) != _part(template, PARTS[template][1], "fr")


def test_the_title_of_a_source_is_said_to_be_in_its_own_language(said, client):
    Source.objects.filter(slug="gazette").update(language="ru", url="https://example.org/gazette")
    for page in ("/treaties/pact/", "/fr/treaties/pact/"):
        assert ' lang="ru">Notice received</a>' in client.get(page).content.decode()
