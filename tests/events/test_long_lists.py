"""Pages over a long record: each list goes on where it stops, and counts only what it shows."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from events import services
from events.concerning import acting_or_linked, concerning, gathered, way_to
from events.dates import span
from events.models import Event, Statement
from tests.conftest import FEBRUARY_2019
from treaties.models import Official, Participation, ParticipationAct, Party, Provision, Treaty

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(treaty, party):
    Treaty.objects.bulk_create(
        Treaty(slug=f"t-{n}", short_name=f"Treaty {n:03d}", laterality="bilateral", publication="published")
        for n in range(120)
    )
    for slug in ("t-1", "t-110"):
        row = Participation.objects.create(treaty=Treaty.objects.get(slug=slug), party=party)
        ParticipationAct.objects.create(participation=row, kind="signature", date="1987-12-08")


def test_the_matrix_goes_on_with_further_treaties(many, client):
    page = client.get("/matrix/?party=ruritania").text
    assert ("Treaty 001" in page, "Treaty 098" in page, "Treaty 110" in page) == (True, True, False)
    following = re.search(r'rel="next" href="([^"]+)">Further treaties, from Treaty 099 on', page)[1]
    page = client.get(following.replace("&amp;", "&")).text
    assert ("Treaty 110" in page, "Treaty 001" in page, "Further" in page) == (True, False, False)


def test_exit_clauses_go_on_by_treaty(many, client):
    rule = {"schema": 1, "kind": "offset", "amount": 3, "unit": "months", "citation": "Article X"}
    clause = {"kind": "withdrawal", "trigger_kind": "notice_of_withdrawal", "effect_title": "Leaves", "article": "X"}
    Provision.objects.bulk_create(
        Provision(treaty=one, rule=rule, **clause) for one in Treaty.objects.filter(slug__startswith="t-")
    )
    page = client.get("/exit-clauses/").text
    assert ("121 clauses" in page, "Treaty 090" in page, "Treaty 110" in page) == (True, True, False)
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    page = client.get(following).text
    assert ("Treaty 110" in page, "Treaty 090" in page) == (True, False)
    assert client.get(re.search(r'rel="prev" href="([^"]+)"', page)[1].replace("&amp;", "&")).status_code == 200
    assert len(client.get("/exit-clauses.csv").text.splitlines()) == 122


def test_treaties_and_parties_count_what_is_published(many, client, enter):
    enter(title="Seen")
    enter(kind="suspension", title="Draft", publication="draft")
    assert re.search(r">Pact</a></th>.*?<td class=\"num\"[^>]*>1</td>", client.get("/treaties/").text, re.DOTALL)
    assert re.search(r"Ruritania</a> <span class=\"soft small\">1 event</span>", client.get("/parties/").text)


def test_those_who_speak_are_chosen_from_and_nobody_else(client, enter, party):
    Party.objects.create(slug="silent", name="Silent")
    drafted = Party.objects.create(slug="drafted", name="Drafted")
    enter()
    enter(kind="suspension", actor=drafted, publication="draft")
    page = client.get("/statements/").text
    chosen = re.search(r'<select id="party".*?</select>', page, re.DOTALL)[0]
    assert re.findall(r'value="(\w*)"', chosen) == ["", "ruritania"]


def test_a_page_is_found_by_the_whole_of_a_long_name_only(client, treaty, party):
    for row, path in ((treaty, "treaties"), (party, "parties")):
        type(row).objects.filter(pk=row.pk).update(slug="s" * 70)
        assert client.get(f"/{path}/{'s' * 70}/").status_code == 200
        assert client.get(f"/{path}/{'s' * 71}/").status_code == 404
        type(row).objects.filter(pk=row.pk).update(slug="s" * 50)
        assert client.get(f"/{path}/{'s' * 51}/").status_code == 404


def test_speakers_and_targets_are_those_of_any_statement(client, enter, party):
    said = Statement(slug="said", kind="statement", date="2019-02-03", title="Said", stance="accuses", actor=party)
    said.speaker = Official.objects.create(slug="envoy", name="Envoy", office="Envoy", party=party)
    Official.objects.create(slug="silent", name="Silent", office="Envoy", party=party)
    services.save_event(said, at=FEBRUARY_2019)
    said.targets.set([Party.objects.create(slug="accused", name="Accused")])
    page = client.get("/statements/").text
    for name, slug in (("speaker", "envoy"), ("target", "accused")):
        chosen = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)[0]
        assert re.findall(r'value="(\w*)"', chosen) == ["", slug]


def test_files_of_the_sitemap_are_found_by_key(client, enter, monkeypatch):
    monkeypatch.setattr("events.views.indexing._Rows.limit", 2)
    for number in range(1, 6):
        enter(kind="suspension", day=f"2019-02-0{number}")
    Event.objects.order_by("pk").first().delete()
    named = re.findall(r"<loc>[^<]*(/sitemap-events[^<]*)</loc>", client.get("/sitemap.xml").text)
    pages = "".join(client.get(address.replace("&amp;", "&")).text for address in named)
    assert sorted(re.findall(r"/events/([\w-]+)/", pages)) == sorted(Event.objects.values_list("slug", flat=True))


def test_the_table_of_treaties_is_written_some_at_a_time(many, client, monkeypatch, enter):
    monkeypatch.setattr("events.views.exports._FETCHED_AT_ONCE", 50)
    enter(day="2026-11-01")
    answer = client.get("/treaties.json").json()
    assert len(answer["treaties"]) == 121
    assert [one["status"] for one in answer["treaties"] if one["slug"] == "pact"] != [answer["treaties"][1]["status"]]


@pytest.mark.parametrize("query", ["", "?order=old", "?kind=legal", "?party=syldavia", "?q=seen"])
def test_of_a_party_named_often_the_same_events_are_found(client, enter, party, monkeypatch, query):
    other = Party.objects.create(slug="syldavia", name="Syldavia")
    enter(title="Seen as its own act")
    named = enter(kind="suspension", day="2019-02-03", title="Seen where it is named", actor=other)
    named.parties.set([party])
    enter(kind="suspension", day="2019-02-04", title="Seen nowhere", actor=other)
    few = client.get(f"/parties/ruritania/{query}").text
    for name in ("paging", "concerning", "scope"):
        monkeypatch.setattr(f"events.{name}.COUNTED", 0)
    many = client.get(f"/parties/ruritania/{query}").text
    assert ("More than 10,000 entries" in few, "More than 10,000 entries" in many) == (False, True)
    assert re.findall(r"Seen [\w ]+", many) == re.findall(r"Seen [\w ]+", few) != []


@pytest.mark.parametrize(
    ("counted", "way"), [(5, gathered), (4, acting_or_linked), (2, acting_or_linked), (1, concerning)]
)
def test_each_way_to_what_concerns_a_party_finds_the_same(enter, party, source, monkeypatch, counted, way):
    other = Party.objects.create(slug="syldavia", name="Syldavia")
    wanted = [enter(), enter(kind="suspension", day="2019-02-03")]
    for day in ("2019-02-11", "2019-02-12"):
        wanted.append(enter(kind="suspension", day=day, actor=other))
        wanted[-1].parties.set([party])
    said = Statement(slug="said", kind="statement", date="2019-02-03", title="Said", stance="accuses", actor=other)
    said.body, said.publication = "Ministry", "published"
    services.save_event(said, at=FEBRUARY_2019)
    said.targets.set([party])
    said.sources.set([source])
    enter(kind="suspension", day="2019-02-13", actor=other)
    for name in ("paging", "concerning"):
        monkeypatch.setattr(f"events.{name}.COUNTED", counted)
    assert way_to(party) is way
    assert {one.slug for one in way(Event.objects.published(), party)} == {one.slug for one in (*wanted, said)}


def test_a_page_far_down_a_long_list_is_not_counted_off(client, hundreds, monkeypatch):
    monkeypatch.setattr("events.paging.COUNTED", 150)
    for scope in ("?page=2", "?order=old&page=2"):
        assert client.get(f"/treaties/pact/{scope}").status_code == 200
    refused = client.get("/treaties/pact/?page=3&order=new", follow=True)
    assert refused.status_code == 400
    assert "not opened at page 3 by its number alone: that works up to page 2." in refused.text
    assert 'href="/treaties/pact/">The first page of this list' in refused.text
    linked = walked(client, "/treaties/pact/", "next")[1]
    assert "page=3&after=" in linked


@pytest.fixture
def hundreds(treaty, source):
    """Enter two hundred and fifty meetings of the treaty, several on each day and some of a year."""
    days = ["1990", *(f"1990-01-{1 + n % 9:02}" for n in range(1, 250))]
    spans = [(f"{day}-01-01", f"{day}-12-31") if len(day) == 4 else (day, day) for day in days]
    meetings = Event.objects.bulk_create(
        Event(
            slug=f"met-{n}", title="Met", kind="meeting", publication="published", date=day, earliest=first, latest=last
        )
        for n, (day, (first, last)) in enumerate(zip(days, spans, strict=True))
    )
    Event.treaties.through.objects.bulk_create(Event.treaties.through(event=one, treaty=treaty) for one in meetings)
    Event.sources.through.objects.bulk_create(Event.sources.through(event=one, source=source) for one in meetings)
    return list(Event.objects.order_by("-earliest", "-latest", "slug").values_list("slug", flat=True))


def walked(client, address, rel):
    """Return which events stand on the page and on each that it leads to, and the address of the last."""
    found, following = [], address
    while following:
        address, page = following, client.get(following).text
        found.append(re.findall(r'<h\d[^>]*><a href="/events/(met-\d+)/"', page))
        link = re.search(rf'rel="{rel}" href="([^"#]+)', page)
        following = link and link[1].replace("&amp;", "&")
    return found, address


@pytest.mark.parametrize("counted", [10_000, 0])
@pytest.mark.parametrize("query", ["", "?order=old", "?known={today}"])
def test_the_pages_of_a_list_follow_upon_each_other_both_ways(client, hundreds, monkeypatch, counted, query):
    for name in ("paging", "scope"):
        monkeypatch.setattr(f"events.{name}.COUNTED", counted)
    rows = hundreds[::-1] if "old" in query else hundreds
    query = query.format(today=datetime.now(UTC).date())
    expected = [rows[:100], rows[100:200], rows[200:]]
    forth, last = walked(client, f"/treaties/pact/{query}", "next")
    assert forth == expected
    assert walked(client, last, "prev") == (expected[::-1], f"/treaties/pact/{query}")


def test_a_party_to_many_treaties_shows_some_and_leads_to_all(many, party, client):
    for one in Treaty.objects.filter(participations=None):
        row = Participation.objects.create(treaty=one, party=party)
        ParticipationAct.objects.create(participation=row, kind="signature", date="1987-12-08")
    page = client.get("/parties/ruritania/?as_of=2019-02-05").text
    assert (page.count("Its acts under"), "Treaty 110" in page) == (100, False)
    address = re.search(r'href="([^"]+)">All treaties in which it has acted', page)[1].replace("&amp;", "&")
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("from=1990-01-03&to=1990-01-05", {"year", "start", "end", "open"}),
        ("from=1990-01-04&to=1990-01-04", {"year", "open"}),
        ("from=1990-06&to=1990-08", {"year", "open"}),
        ("from=1989&to=1989-12-31", {"open"}),
        ("from=0001&to=9999", {"year", "start", "end", "open", "last"}),
        ("from=9999-12-31&to=9999", {"last"}),
    ],
)
def test_between_two_dates_stands_what_can_have_happened_on_any_day_of_them(client, enter, query, kept):
    dates = {
        "year": "1990",
        "start": "1990-01-03",
        "end": "1990-01-05",
        "open": "1980/2000",
        "last": "9999-12-31",
    }
    for slug, day in dates.items():
        enter(kind="statement", day="1990-01-01" if slug == "last" else day, slug=slug, title=f"On {slug}")
    Event.objects.filter(slug="last").update(earliest="9999-12-31", latest="9999-12-31", date="9999-12-31")
    told = client.get(f"/treaties/pact.json?{query}").json()["events"]
    assert {one["slug"] for one in told} == kept - {"last"}
    told = Event.objects.between(*(span(one.split("=")[1])[end] for end, one in enumerate(query.split("&"))))
    assert set(told.values_list("slug", flat=True)) == kept
