"""A page speaks the language its address begins with; the record's own words stay as they are."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from treaties.addresses import bare, in_language
from treaties.day_words import day_words, period_words, weekday_words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "french"),
    [("/", "/fr/"), ("/treaties/inf/?page=2", "/fr/treaties/inf/?page=2"), ("/fr/method/", "/fr/method/")],
)
def test_the_same_page_stands_under_the_code_of_each_language(address, french):
    assert in_language(address, "fr") == french
    assert in_language(french, "en-gb") == bare(address)


def test_a_slug_that_begins_like_a_language_is_no_language():
    assert bare("/freedom/") == "/freedom/"


def test_days_follow_the_usage_of_each_language():
    first = date(2019, 2, 1)
    assert (day_words(first), weekday_words(first)) == ("1 February 2019", "Friday 1 February 2019")
    assert period_words(1, "months") == "1 month"
    with translation.override("fr"):
        assert (day_words(first), weekday_words(first)) == ("1er février 2019", "vendredi 1er février 2019")
        assert day_words(date(2019, 8, 2)) == "2 août 2019"
        assert period_words(6, "months") == "6 mois"


def test_a_page_names_its_language_and_leads_to_the_others(client, treaty):
    page = client.get(treaty.get_absolute_url(), HTTP_ACCEPT_LANGUAGE="fr")
    assert page["Content-Language"] == "en-gb"
    assert "Accept-Language" not in page.get("Vary", "")
    assert '<html lang="en-gb"' in page.text
    assert 'hreflang="fr" href="http://testserver/fr/treaties/pact/"' in page.text
    french = client.get("/fr/treaties/pact/")
    assert '<html lang="fr"' in french.text
    assert 'href="/fr/parties/"' in french.text
    assert 'href="/treaties/pact/" lang="en-gb"' in french.text


@pytest.mark.usefixtures("record")
def test_the_inf_page_speaks_french_but_for_the_record_itself(client):
    shown = client.get("/fr/treaties/inf/?as_of=2019-02-05").text
    assert "178<small> jours restants" in shown
    assert "vendredi 2 août 2019" in shown
    assert "Jour 3 sur 181 depuis la notification" in shown
    assert "United States gives notice of withdrawal" in shown
    assert "Retrait notifié, délai en cours" in shown
    assert "fin 2017" in client.get("/fr/treaties/inf/?show=all").text
    assert "pas un jour" in client.get("/fr/treaties/inf/?as_of=hier").text


def test_addresses_of_rows_lead_to_the_readers_language(treaty):
    with translation.override("fr"):
        assert treaty.get_absolute_url() == "/fr/treaties/pact/"


def test_who_subscribes_on_a_french_page_is_offered_french_mails(client, treaty):
    assert '<option value="fr" selected>' in client.get("/fr/alerts/subscribe/?treaty=pact").text
