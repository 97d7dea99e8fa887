"""The search finds what is published by its words, and nothing else; the same by either way of finding."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event, SearchDocument, Statement
from events.search import answering, finding, windows
from treaties.models import Official, Party, Provision, Treaty

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["read", "by stretches", "by narrowed stretches", "tried"], autouse=True)
def way(request, monkeypatch):
    """Whatever the number of matches, every way of finding them must answer alike."""
    monkeypatch.setattr(finding, "READ_AT_MOST", -1 if "stretches" in request.param else 10**9)
    monkeypatch.setattr(finding, "GATHERED_AT_MOST", 0)
    if request.param in {"by narrowed stretches", "tried"}:
        monkeypatch.setattr(finding, "_READ_TRIED", 1)


@pytest.fixture
def found(client):
    def _found(text, **asked):
        response = client.get("/search.json", {"q": text, **asked})
        assert response.status_code == 200, response.text
        return [one["title"] for one in response.json()["results"]]

    return _found


@pytest.fixture
def pages(client):
    def _pages(query):
        seen = []
        while query:
            answer = client.get(f"/search.json?{query}").json()
            seen += [one["title"] for one in answer["results"]]
            query = answer["next"]
        return seen

    return _pages


@pytest.fixture
def say(treaty, party, source):
    def _say(title, day="2019-02-02", **values):
        number = Event.objects.count()
        statement = Statement.objects.create(
            slug=f"said-{number}",
            kind="statement",
            date=day,
            title=title,
            publication="published",
            body="Foreign Ministry",
            stance="remarks",
            actor=party,
            **({"earliest": day, "latest": day} | values),
        )
        statement.sources.set([source])
        statement.treaties.set([treaty])
        return statement

    return _say


def test_words_are_found_by_their_stem_without_accents_in_any_case(found, say):
    say("Gérard Araud denies the violations")
    say("A different matter")
    assert found("VIOLATION") == found("gerard") == found("Gérard Araud") == ["Gérard Araud denies the violations"]


def test_all_words_must_be_there_and_none_that_is_unwanted(found, say):
    say("Missile test over the sea")
    say("Missile talks resume")
    assert found("missile test") == ["Missile test over the sea"]
    assert found("missile -test") == ["Missile talks resume"]
    assert found('missile -"over the sea"') == ["Missile talks resume"]


def test_a_phrase_asks_for_words_side_by_side(found, say):
    say("Cruise missile deployed")
    say("Missile fired from a cruise ship")
    assert found('"cruise missile"') == ["Cruise missile deployed"]
    assert found("“cruise missile”") == ["Cruise missile deployed"]
    assert len(found("cruise missile")) == 2


def test_a_beginning_finds_the_words_that_start_so(found, say):
    say("On non-proliferation")
    assert found("prolif*") == found("proliferati*") == ["On non-proliferation"]
    assert found("liferation*") == []


def test_an_exact_name_comes_first_and_brings_what_is_linked_to_it(found, say, treaty):
    Treaty.objects.filter(pk=treaty.pk).update(aliases=["Very Old Agreement", "VOA"])
    say("Nothing of the name is in here")
    assert (
        found("VOA") == found("very old agreement") == ["Pact", "Pact, Article XV(2)", "Nothing of the name is in here"]
    )
    assert found("VOA nothing") == ["Nothing of the name is in here"]


def test_two_small_letters_are_a_word_and_two_capitals_a_country(found, say, party):
    Party.objects.filter(pk=party.pk).update(iso_code="NO")
    say("A remark")
    assert found("no remark") == found("NO remark") == ["A remark"]
    assert found("NO")[0] == "Ruritania"
    assert found("no") == []


def test_every_kind_of_row_is_found_and_the_filters_narrow(found, say, enter, party):
    Official.objects.create(slug="rudolf", name="Rudolf Rassendyll", office="King", party=party)
    enter(title="Rudolf gives notice")
    say("Rudolf speaks", "2020-01-01")
    assert set(found("rudolf")) == {"Rudolf Rassendyll", "Rudolf gives notice", "Rudolf speaks"}
    assert found("rudolf", kind="statement") == ["Rudolf speaks"]
    assert found("rudolf", kind="event", treaty="pact", party="ruritania") == ["Rudolf gives notice"]
    assert found("rudolf", **{"from": "2019-06"}) == ["Rudolf speaks"]
    assert found("rudolf", to="2019") == ["Rudolf gives notice"]
    assert found("rudolf", kind="event", treaty="The Pact") == ["Rudolf gives notice"]
    assert found("article XV", kind="provision") == ["Pact, Article XV(2)"]


def test_a_clause_of_practice_is_found_under_what_happens_without_the_mark_of_the_party(found, treaty):
    practice = {"article": "", "paragraph": "", "kind": "withdrawal", "trigger_kind": "notice_of_withdrawal"}
    Provision.objects.create(
        treaty=treaty, effect_title="{party} withdrawal takes effect", rule=treaty.provisions.get().rule, **practice
    )
    assert "Pact, withdrawal takes effect" in found("takes effect", kind="provision")


def test_a_coarse_date_is_found_from_any_day_that_it_may_be(found, say):
    say("Coarse", "2019", earliest="2019-01-01", latest="2019-12-31")
    say("Exact", "2019-03-03")
    assert (
        found("coarse", **{"from": "2019-06"}) == found("coarse", **{"from": "2019-06", "to": "2019-07"}) == ["Coarse"]
    )
    assert found("coarse", **{"from": "2020"}) == found("coarse", to="2018") == []
    assert found("exact", **{"from": "2019-03-03", "to": "2019-03-03"}) == ["Exact"]
    assert found("exact", **{"from": "2019-03-04"}) == found("exact", to="2019-03-02") == []


@pytest.mark.parametrize("way", ["read"], indirect=True)
@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2019-03-07", "2019-03-07"),
        ("2019-01-31", "2019-03-01"),
        ("1998-12-31", "2003-01-01"),
        ("1987-12-08", "2026-11-25"),
        ("0001-01-01", "1899-12-31"),
        ("2000-01-01", "2009-12-31"),
        ("1969-02-17", "9999-12-31"),
    ],
)
def test_the_marks_of_a_stretch_are_on_its_days_and_on_no_other(first, last, way):
    first, last = date.fromisoformat(first), date.fromisoformat(last)
    marks = windows.periods(first, last)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day::date, search_periods(day::date, day::date) FROM ("
            "SELECT generate_series(timestamp '1880-01-01', '2035-12-31', '37 hours') UNION VALUES "
            "(%s::timestamp), (%s), ('9002-05-06'), ('0900-07-01')) days(day)",
            [first, last],
        )
        for day, periods in cursor:
            assert (len(set(marks) & set(periods)) == 1) == (first <= day <= last), day


@pytest.mark.parametrize("way", ["read"], indirect=True)
def test_stretches_are_counted_back_from_the_newest_day_and_leave_out_years_without_anything(say, way):
    for day in ("2019-03-01", "2019-03-02", "2019-03-04", "2021-05-06"):
        say("A word", day)
    spread = windows.read_spread()
    assert (spread.newest, spread.reached(date(8999, 12, 31))) == (date(2021, 5, 6), date(2029, 12, 31))
    # However many documents there were when the database last counted them.
    for total in (6, 929):
        counted = replace(spread, total=total)
        assert counted.below(date.max, 2 / total) == date(2019, 3, 2)
        assert counted.below(date(2019, 3, 3), 1 / total) == date(2019, 3, 1)
        assert counted.below(date(2019, 3, 3), 9 / total) == date.min
    # The treaty and its party have no date, and are read with the newest.
    assert spread.reached(date.max) == date(9099, 12, 31)
    assert spread.marks(date(2021, 5, 1), date(9099, 12, 31))[::8] == [":m2021-05", ":y2022", ":c90"]


def test_drafts_and_withdrawn_rows_are_never_found(found, say, treaty, source):
    statement = say("A zebra was mentioned")
    assert found("zebra") == ["A zebra was mentioned"]
    for state in ("draft", "withdrawn"):
        Event.objects.filter(pk=statement.pk).update(publication=state)
        assert found("zebra") == []
    Event.objects.filter(pk=statement.pk).update(publication="published")
    statement.sources.clear()
    assert found("zebra") == []
    Treaty.objects.filter(pk=treaty.pk).update(publication="draft")
    assert found("pact") == []
    Treaty.objects.filter(pk=treaty.pk).update(publication="published")
    Provision.objects.update(publication="draft")
    assert found("pact") == ["Pact"]


def test_bulk_writes_and_deletions_are_followed(found, say):
    say("A first word")
    Event.objects.update(title="Another word")
    assert (found("first"), found("another")) == ([], ["Another word"])
    Event.objects.all().delete()
    assert found("another") == []
    assert not SearchDocument.objects.filter(kind__in=["event", "statement"]).exists()


def test_who_spoke_is_found_under_the_present_name(found, say, party):
    speaker = Official.objects.create(slug="x", name="Old Name", office="Minister", party=party)
    say("A speech", speaker=speaker)
    Official.objects.update(name="New Name")
    assert found("old name", kind="statement") == []
    assert found('"new name"', kind="statement") == ["A speech"]


def test_pages_follow_each_other_without_a_gap_or_a_repetition(pages, say):
    titles = {say(f"Numbered word {number}", f"2019-01-{number % 28 + 1:02d}").title for number in range(145)}
    seen = pages("q=numbered")
    assert len(seen) == len(set(seen))
    assert set(seen) == titles


@pytest.mark.parametrize("query", ["q=zeppelin", "q=zeppelin+zenda", "q=%22over+zenda%22"])
def test_what_has_the_words_in_its_heading_is_among_the_ranked_however_old_it_is(pages, say, query):
    say("Zeppelin over Zenda", "1990-01-01")
    for number in range(answering.RANKED + 2):
        say(f"Report {number}", f"2019-01-{number % 28 + 1:02d}", summary="A zeppelin was over Zenda.")
    titles = pages(query)
    assert len(titles) == len(set(titles)) == answering.RANKED + 3
    assert titles.index("Zeppelin over Zenda") <= answering.RANKED


@pytest.mark.parametrize("way", ["read", "by narrowed stretches"], indirect=True)
def test_answers_are_the_same_where_nothing_may_be_prepared(client, say, settings, way):
    say("A missile over the sea", summary="100 % of it, or $1")
    asked = ("missile", "miss*", "100", "missile zeppelin", "Ruritania", "ruritannia")
    prepared = [client.get("/search/", {"q": text, "from": "1950"}).text for text in asked]
    settings.DATABASE_PREPARES = False
    assert [client.get("/search/", {"q": text, "from": "1950"}).text for text in asked] == prepared


@pytest.mark.parametrize("way", ["read"], indirect=True)
def test_a_connection_goes_on_when_a_migration_has_made_columns_longer(found, say, way):
    say("A missile")
    assert found("missile") == ["A missile"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE events_searchdocument ALTER address TYPE varchar(900), ALTER kind TYPE varchar(90)")
    assert found("missile") == ["A missile"]
    assert found("Ruritania")[0] == "Ruritania"


def test_the_count_is_exact_or_called_an_estimate(client, say, way, request):
    for number in range(105):
        say(f"Counted {number}")
    answer = client.get("/search.json?q=counted").json()
    assert answer["count_is_estimate"] or answer["count"] == 105
    several = client.get("/search.json?q=counted&kind=statement").json()
    assert several["count"] == 105 or (several["count_is_minimum"] and 100 <= several["count"] < 105)
    assert client.get("/search.json?q=counted+7").json()["count"] == 1


def test_what_matches_is_marked_and_everything_is_escaped(client, say):
    say("<script>alert(1)</script> & a missile", summary="Missiles <b>everywhere</b>")
    page = client.get("/search/?q=missile").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; a <mark>missile</mark>" in page
    assert "<script>alert" not in page
    assert "&lt;b&gt;everywhere" in page or "everywhere" in page
    assert "<b>everywhere" not in page


def test_an_excerpt_tells_its_fields_apart_and_where_it_was_cut(client, say, party):
    speaker = Official.objects.create(slug="k", name="K. Ruritan", office="Envoy", party=party)
    say("Of one sentence", summary="Ruritania abides.", speaker=speaker)
    (said,) = client.get("/search.json", {"q": "abides"}).json()["results"]
    assert said["excerpt"] == "Ruritania abides. · Foreign Ministry · K. Ruritan · Envoy"
    words = [f"{first}{second}ruri" for first in "bcdfgh" for second in "klmnprs"]
    say("Of many words", summary=" ".join([*words, "heavywater", *words]))
    (cut,) = client.get("/search.json", {"q": "heavywater"}).json()["results"]
    assert re.fullmatch(r"… (\w+ )+heavywater( \w+)+ …", cut["excerpt"])


def test_a_clause_is_named_as_its_document_is_cited_and_what_it_brings_is_a_sentence(client, found, treaty, source):
    rule = {"schema": 1, "kind": "none", "reason": "x", "citation": "Plan, paragraph 34(v)"}
    common = {"treaty": treaty, "source": source, "publication": "published"}
    Provision.objects.create(
        article="34(v)", kind="review", effect_title="Review conference of {party}", rule=rule, **common
    )
    Provision.objects.create(
        article="9", kind="entry_into_force_for_state", effect_title="Entry into force for {party}", rule=rule, **common
    )
    (review,) = client.get("/search.json", {"q": "review", "kind": "provision"}).json()["results"]
    assert (review["title"], review["excerpt"]) == ("Pact, Paragraph 34(v)", "Review conference of Pact")
    (joining,) = client.get("/search.json", {"q": '"entry into force for"', "kind": "provision"}).json()["results"]
    assert (joining["title"], joining["excerpt"]) == ("Pact, Article 9", "Entry into force for a party")


def test_nothing_found_offers_a_way_out(client, say):
    say("A missile")
    page = client.get("/search/?q=ruritannia").text
    assert 'href="/search/?q=Ruritania"' in page
    page = client.get("/search/?q=missile+zeppelin").text
    assert 'href="/search/?q=missile"' in page
    page = client.get("/search/?q=missile&kind=treaty").text
    assert "without filters" in page


@pytest.mark.parametrize("way", ["read", "by stretches"], indirect=True)
def test_a_mistyped_word_leads_to_words_of_the_record_that_are_there_to_be_found(client, say, way):
    say("Inspection of a base")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_searchdocument")
    page = client.get("/search/?q=Inspektion").text
    assert 'href="/search/?q=inspection"' in page
    assert "Did you mean" not in client.get("/search/?q=zyzzyva").text
    assert "Did you mean" not in client.get("/search/?q=inspection&kind=treaty").text
    Event.objects.all().delete()
    assert "Did you mean" not in client.get("/search/?q=Inspektion").text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("q=a*", "at least two letters"),
        ("q=-missile", "Add a word"),
        ("q=" + "x" * 300, "fewer than"),
        ("q=x&kind=poem", "no kind"),
        ("q=x&treaty=none", "on record"),
        ("q=x&from=yesterday", "is not a date"),
        ("q=x&after=s.1.2", "search again"),
        ("q=x&after=d.99999999999.2", "search again"),
    ],
)
def test_what_cannot_be_read_is_said(client, query, words):
    assert words in client.get(f"/search/?{query}").text
    answer = client.get(f"/search.json?{query}")
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    "text", ["'", "\\", "a' | b", "!:&", '"', "-", "the of", "''*", "x\\'y*", "\u0000x", "🚀", "%", 'a"b']
)
def test_no_text_breaks_the_search(client, text):
    assert client.get("/search/", {"q": text}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_results(client, say, monkeypatch):
    monkeypatch.setattr(finding, "_READ_TRIED", 1000)
    counts = []
    for rows in (1, 3):
        while Statement.objects.count() < rows:
            say("A counted word")
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/?q=counted")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("way", ["read"], indirect=True)
def test_what_is_found_is_said_to_be_in_the_language_of_the_record(client, say, way):
    say("A missile", summary="It flew over the sea.")
    assert re.search(
        r'<h3 lang="en"><a [^>]+>A <mark>missile</mark>.*<p lang="en">',
        client.get("/fr/search/?q=missile").text,
        re.DOTALL,
    )
    assert 'lang="en"' not in client.get("/search/?q=missile").text.partition("<main")[2].partition("</main>")[0]
