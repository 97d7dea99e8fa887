"""Every public page, feed, calendar, citation and mail is French in French, but for what the record itself says.

Each address is read in both languages. What stands there word for word in both, or holds common English words, must be
content of the record: names, titles, summaries, quotations, which are not translated.
"""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db import connection, models

from alerts.samples import KINDS
from events.models import Deadline
from events.standing_phrases import STANDING
from tests.pages import PAGES
from treaties.models import Official, Provision, Source, Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]

FURTHER = [
    "/treaties/npt/",
    "/treaties/jcpoa/",
    "/treaties/new-start/?show=all",
    "/deadlines/?state=any",
    "/deadlines/npt-withdrawal-democratic-people-s-republic-of-korea-1993-03-12/",
    "/deadlines/npt-withdrawal-democratic-people-s-republic-of-korea-2003-01-10/",
    "/calculator/?treaty=antarctic&on=2020-01-01",
    "/calculator/?treaty=npt&party=dprk&on=2003-01-10",
    "/calculator/?treaty=inf&on=yesterday",
    "/calculator/?treaty=atlantis&on=2019-02-02",
    "/exit-clauses/?reasons=maybe",
    "/matrix/?group=all",
    "/search/?q=missile",
    "/search/?q=treaty+withdrawal&kind=treaty",
    "/treaties/inf/?as_of=yesterday",
    "/treaties/inf/?known=1999-01-01",
    "/treaties/inf/?colour=red",
    "/treaties/inf/?from=2020&to=2019",
    "/statements/?speaker=nobody",
    "/claims/?page=900",
    "/embed/treaties/inf/",
    "/embed/deadlines/inf-withdrawal-united-states-2019-02-02/",
    "/alerts/link/",
    "/alerts/preview/",
    "/alerts/confirm/no-token/",
    "/treaties.atom",
    "/treaties/inf.atom?page=2",
]
DOCUMENTS = [
    "/treaties/inf.atom",
    "/statements.atom",
    "/deadlines.atom",
    "/changes.atom",
    "/deadlines.ics",
    "/treaties/npt.ics",
    "/cite/text/treaties/inf/?as_of=2019-02-05",
    "/cite/bibtex/parties/russia/?as_of=2020-01-01",
    "/cite/ris/events/us-gives-notice-2019-02-02/",
    "/cite/text/matrix/",
    *(f"/alerts/preview/{kind}.txt" for kind in KINDS),
]
# Words of English sentences that are no words of French ones.
ENGLISH = re.compile(r"\b(the|and|was|were|which|with|from|this|that|has|have|not|is|are|of|to|by)\b", re.IGNORECASE)
READ = {"alt", "aria-label", "title", "content", "label", "data-label"}
FEW_WORDS = 3
# As many words of the record in a row are taken for its own; fewer might stand in a sentence of ours by chance.
OF_THE_RECORD = 3
PUNCTUATION = ".,;:()«»“” "
# Names in addresses, which are the same in every language.
SAME_IN_BOTH = re.compile(r"on peut lui demander : .*|\bID - \S+")


class Texts(HTMLParser):
    """The texts of a page that are in its own language: nodes, and the attributes that are read out."""

    def __init__(self, language):
        super().__init__()
        self.found, self._skipped, self._language, self._open = [], 0, language, []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        foreign = attributes.get("lang", self._language)[:2] != self._language
        if tag not in {"meta", "link", "input", "br", "img", "rect", "hr", "path", "line", "circle"}:
            self._open.append((tag, foreign or tag in {"script", "style", "code"}))
        if foreign or any(skipped for _, skipped in self._open):
            return
        if attributes.get("name") != "viewport":
            self.found += [attributes[name] for name in READ & set(attributes) if attributes[name]]

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(skipped for _, skipped in self._open):
            self.found.append(data)


def plain(text):
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def texts_of(page, language):
    reader = Texts(language)
    reader.feed(page)
    return {plain(text) for text in reader.found} - {""}


def strings_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (
            text for name, one in value.items() if name not in {"citation", "what_stops_it"} for text in strings_in(one)
        )
    elif isinstance(value, list):
        yield from (text for one in value for text in strings_in(one))


@pytest.fixture
def own_words():
    """Return a function that says whether a text is the record's own: it stands in a column that editors fill in."""
    with connection.cursor() as cursor:
        # Without statistics the planner takes thousands of rows, just loaded, for a handful.
        cursor.execute("ANALYZE")
    found = set()
    for model in (model for app in ("treaties", "events") for model in apps.get_app_config(app).get_models()):
        if model is Deadline or model.__name__.endswith("History"):
            continue
        columns = [
            one.name
            for one in model._meta.concrete_fields
            if isinstance(one, models.CharField | models.TextField | models.JSONField) and not one.choices
        ]
        for row in model._default_manager.values_list(*columns) if columns else ():
            found.update(plain(text) for value in row for text in strings_in(value))
    for model in (Source, Official):
        found.update(str(row) for row in model.objects.all())
    titles = Deadline.objects.values_list("title", flat=True)
    whole = {one.lower() for one in found - STANDING} | {plain(title).lower() for title in titles}
    everything = "\n".join(whole)

    @cache
    def _own_words(text, *, is_whole=False):
        return text.lower() in whole or (not is_whole and text.lower() in everything)

    return _own_words


def left_in_english(english, french, own_words):
    """Return what in the French texts is not French, nor the record's own."""
    for text in (SAME_IN_BOTH.sub("", one) for one in sorted(french)):
        if not ENGLISH.search(text) and not (text in english and is_long(text)):
            continue
        ours = " ".join(without_own(text, own_words))
        if (ENGLISH.search(ours) or (text in english and is_long(ours))) and "://" not in text:
            yield text


def is_long(text):
    return len(re.findall(r"[^\W\d_]{2,}", text)) > FEW_WORDS


def without_own(text, own_words):
    """Return the words of a text that are not the record's own; an excerpt is broken by dots."""
    for part in text.split("…"):
        words = [] if own_words(part.strip()) else part.split()
        while words:
            own = own_run(words, own_words)
            yield from () if own else words[:1]
            words = words[own or 1 :]


def own_run(words, own_words):
    """Return how many words from the first on are the record's: a whole name, or several in a row."""
    end = 0
    while end < len(words) and own_words(" ".join(words[: end + 1]).strip(PUNCTUATION)):
        end += 1
    names = (one for one in range(end, 0, -1) if own_words(" ".join(words[:one]).strip(PUNCTUATION), is_whole=True))
    return end if end >= OF_THE_RECORD else next(names, 0)


def read(client, prefix, address):
    answer = client.get(f"{prefix}{address}")
    return answer.getvalue().decode() if answer.streaming else answer.text


def lines_of(document):
    """Return what a feed, a calendar, a citation or a mail says."""
    if document.startswith("<?xml"):
        return texts_of(document, "fr")
    lines = document.replace("\r\n ", "").splitlines()  # a calendar folds its lines
    if lines[0] == "BEGIN:VCALENDAR":
        lines = [line.partition(":")[2] for line in lines if line.startswith(("SUMMARY", "DESCRIPTION", "NAME"))]
    lines = [re.sub(r"\\n|\\(?=[,;])", lambda match: " " if match[0] == r"\n" else "", line) for line in lines]
    return {plain(re.sub(r"\S+://\S+", "", line)) for line in lines} - {""}


def test_every_page_is_french_but_for_the_record(client, own_words):
    left = {}
    for address in (*PAGES, *FURTHER):
        english, french = (texts_of(read(client, *asked), asked[0][1:] or "en") for asked in both(address))
        assert french, address
        left[address] = list(left_in_english(english, french, own_words))
    assert {address: texts for address, texts in left.items() if texts} == {}


def test_feeds_calendars_citations_and_mails_are_french_but_for_the_record(client, own_words):
    left = {}
    for address in DOCUMENTS:
        english, french = (lines_of(read(client, *asked)) for asked in both(address))
        assert french, address
        left[address] = list(left_in_english(english, french, own_words))
    assert {address: texts for address, texts in left.items() if texts} == {}


def test_what_the_shipped_record_says_of_clauses_and_ends_is_told_in_french():
    said = set(Treaty.objects.values_list("end_reason", flat=True))
    for clause in Provision.objects.all():
        said |= {clause.recipients, clause.reasons, clause.armed_conflict, clause.survival}
        said |= {clause.rule.get(name, "") for name in ("reason", "what_stops_it", "precedent")}
    assert said - {""} <= STANDING


def both(address):
    return ("", address), ("/fr", address)


def test_a_sentence_that_stays_english_is_found(own_words):
    english = {"Every date comes from its clause.", "Save", "United States gives notice of withdrawal"}
    french = english | {"Enregistrer", "Retrait : nobody of us was ever told why", "INF Treaty : 6 mois"}
    assert list(left_in_english(english, french, own_words)) == [
        "Every date comes from its clause.",
        "Retrait : nobody of us was ever told why",
    ]
