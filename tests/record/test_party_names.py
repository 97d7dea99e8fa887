"""A party is found by any of its names, and only by a whole one."""

from __future__ import annotations

import pytest
from django.db import connection

from treaties.models import Party

# As the depositary spells them, where that is not the record's own name.
DEPOSITARYS_SPELLING = {
    "Bahamas (The)": "BS",
    "Bolivia (Plurinational State of)": "BO",
    "Brunei Darussalam": "BN",
    "Congo": "CG",
    "Côte d'Ivoire": "CI",
    "Czech Republic": "CZ",
    "Czechia": "CZ",
    "Democratic People's Republic of Korea": "KP",
    "Democratic Republic of the Congo": "CD",
    "Gambia (Republic of The)": "GM",
    "Iran (Islamic Republic of)": "IR",
    "Lao People's Democratic Republic": "LA",
    "Micronesia (Federated States of)": "FM",
    "Netherlands (Kingdom of the)": "NL",
    "Republic of Korea": "KR",
    "Republic of Moldova": "MD",
    "Russian Federation": "RU",
    "Sao Tome and Principe": "ST",
    "St. Kitts and Nevis": "KN",
    "St. Lucia": "LC",
    "St. Vincent and the Grenadines": "VC",
    "State of Palestine": "PS",
    "Syrian Arab Republic": "SY",
    "Timor-Leste": "TL",
    "Türkiye": "TR",
    "United Kingdom of Great Britain and Northern Ireland": "GB",
    "United Republic of Tanzania": "TZ",
    "United States of America": "US",
    "Venezuela (Bolivarian Republic of)": "VE",
    "Viet Nam": "VN",
}
# As the press names governments and organisations.
PRESS_NAMES = {
    "Beijing": "china",
    "Moscow": "russia",
    "Kremlin": "russia",
    "Washington": "united-states",
    "U.S.": "united-states",
    "London": "united-kingdom",
    "Paris": "france",
    "Pyongyang": "democratic-people-s-republic-of-korea",
    "Tehran": "iran",
    "Seoul": "republic-of-korea",
    "NATO": "nato",
    "UN": "united-nations",
    "EU": "european-union",
    "USSR": "soviet-union",
    "The Hague": "netherlands",
}


def slugs(name):
    return list(Party.objects.named(name).values_list("slug", flat=True))


def test_every_spelling_of_the_depositary_names_one_party(record):
    codes = {name: list(Party.objects.named(name).values_list("iso_code", flat=True)) for name in DEPOSITARYS_SPELLING}
    assert codes == {name: [code] for name, code in DEPOSITARYS_SPELLING.items()}


def test_capitals_and_abbreviations_are_found(record):
    assert {name: slugs(name) for name in PRESS_NAMES} == {name: [slug] for name, slug in PRESS_NAMES.items()}


def test_a_part_of_a_name_is_no_name(record):
    assert slugs("Niger") == ["niger"]
    assert slugs("Guinea") == ["guinea"]
    assert slugs("Korea") == []
    assert slugs("Washing") == []


def test_accents_case_and_punctuation_make_no_difference(record):
    for name in ("cote d'ivoire", "CÔTE D\u2019IVOIRE", "Cote dIvoire", "ci"):
        assert slugs(name) == ["cote-d-ivoire"]
    assert slugs("turkiye") == slugs("Turkey") == ["turkiye"]


@pytest.mark.parametrize("nothing", ["", "  ", "…", "the"])
def test_nothing_names_nobody(record, nothing):
    assert slugs(nothing) == []


def test_every_name_of_the_record_names_one_party(record):
    shared = {
        name: slugs(name)
        for party in Party.objects.all()
        for name in (party.name, party.slug, party.iso_code, *party.aliases)
        if name and slugs(name) != [party.slug]
    }
    assert shared == {}


def test_the_states_of_the_record_have_codes_of_their_own(record):
    states = Party.objects.filter(kind="state")
    codes = set(states.values_list("iso_code", flat=True))
    assert len(codes) == states.count()
    assert all(len(code) == 2 and code.isupper() for code in codes)


def test_the_index_answers(record):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "party_by_any_name" in Party.objects.named("Beijing").order_by().explain()
