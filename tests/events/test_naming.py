"""A form takes a treaty, a party or an official by any of its names, and offers names where nothing bears the one."""

from __future__ import annotations

import re

import pytest

from treaties.models import Official, Party, Treaty

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(treaty):
    Party.objects.create(slug="russia", name="Russia", aliases=["Moscow", "Russian Federation"])
    Treaty.objects.filter(pk=treaty.pk).update(aliases=["Pact of Steel"])
    return treaty


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/statements/?treaty=The+Pact", "/statements/?treaty=pact"),
        ("/statements/?treaty=pact+of+STEEL&stance=denies", "/statements/?stance=denies&treaty=pact"),
        ("/deadlines/?party=Moscow", "/deadlines/?party=russia"),
        ("/fr/claims/?party=the+Russian+Federation", "/fr/claims/?party=russia"),
        ("/treaties/?party=MOSCOW", "/treaties/?party=russia"),
        ("/changes/?treaty=the+pact", "/changes/?treaty=pact"),
    ],
)
def test_a_name_leads_to_the_address_of_the_row(address, canonical, named, client):
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, canonical)


@pytest.mark.parametrize("page", ["/statements/", "/deadlines/", "/changes/", "/claims/", "/search/"])
def test_a_name_that_nothing_bears_is_refused_with_those_like_it(page, named, client):
    answer = client.get(f"{page}?treaty=Pac&q=no")
    if page == "/deadlines/":
        answer = client.get(f"{page}?treaty=Pac&state=any")
    assert answer.status_code == 400
    assert "“Pac” on record." in answer.text
    offered = re.search(r'Did you mean: <a href="([^"]+)">Pact</a>', answer.text)[1].replace("&amp;", "&")
    assert client.get(offered).status_code == 200
    assert "treaty=pact" in offered


def test_a_name_that_two_bear_is_asked_about(named, client, party):
    for office in ("Envoy", "Minister"):
        Official.objects.create(slug=office.lower(), name="R. Hentzau", office=office, party=party)
    answer = client.get("/statements/?speaker=R.+Hentzau")
    assert answer.status_code == 400
    assert re.findall(r"speaker=(\w+)\">R. Hentzau", answer.text) == ["envoy", "minister"]


def test_a_long_list_is_chosen_from_by_name(named, client):
    assert '<select id="treaty"' in client.get("/deadlines/").text
    Treaty.objects.bulk_create(
        Treaty(slug=f"t-{n}", short_name=f"Treaty {n}", laterality="bilateral", publication="published")
        for n in range(301)
    )
    page = client.get("/deadlines/?treaty=t-7").text
    assert re.search(r'<input id="treaty" name="treaty" type="search"[^>]* value="Treaty 7"', page)
    assert len(page) < 40_000
    for address in ("/statements/", "/changes/", "/calculator/"):
        assert '<input id="treaty" name="treaty" type="search"' in client.get(address).text


def test_what_is_chosen_stays_chosen_where_the_list_lacks_it(named, client):
    assert '<option value="russia" selected>' in client.get("/statements/?target=russia").text


def test_the_calculator_takes_names_too(named, client):
    shown = client.get("/calculator/?treaty=The+Pact&kind=withdrawal&party=Moscow&on=2019-02-02")
    assert shown.status_code == 200
    refused = client.get("/calculator/?treaty=Pac&on=2019-02-02")
    assert "There is no treaty “Pac” on record. Names like it: Pact." in refused.text
