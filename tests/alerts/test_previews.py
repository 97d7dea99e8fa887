"""Every kind of mail is shown before anybody gets one: with the record's own data, in both formats and languages."""

from __future__ import annotations

import pytest

from alerts.models import Alert, Subscriber
from alerts.samples import KINDS

pytestmark = pytest.mark.django_db


def test_the_page_shows_every_kind_with_a_subject_from_the_record(record, client):
    page = client.get("/alerts/preview/").content.decode()
    for kind in KINDS:
        assert f"/alerts/preview/{kind}.html" in page, kind
        assert f"/fr/alerts/preview/{kind}.txt" in page, kind


@pytest.mark.parametrize("language", ["", "/fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_reads_the_same_in_text_and_html_and_holds_nobodys_link(record, client, kind, language):
    text = client.get(f"{language}/alerts/preview/{kind}.txt")
    html = client.get(f"{language}/alerts/preview/{kind}.html")
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    body = html.content.decode()
    for unwanted in ("@@", "<img", "<script", "/alerts/unsubscribe/", "/alerts/preferences/"):
        assert unwanted not in body
        assert unwanted not in text.content.decode()
    assert f'<html lang="{"fr" if language else "en-gb"}"' in body
    address = next(word for word in text.content.decode().split() if "://" in word)
    assert address in body
    assert client.get("/" + address.split("/", 3)[3]).status_code == 200


def test_a_preview_may_load_and_run_nothing(record, client):
    policy = client.get("/alerts/preview/lead.html")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src 'none'" in policy


def test_the_days_that_a_preview_counts_are_those_of_its_day(record, client):
    assert "30 days left" in client.get("/alerts/preview/lead.txt").content.decode()
    assert "yesterday" in client.get("/alerts/preview/took_effect.txt").content.decode()


def test_looking_plans_nothing(record, client):
    client.get("/alerts/preview/")
    assert not Alert.objects.exists()
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("address", ["nothing.html", "lead.pdf", "test.html"])
def test_what_is_no_preview_is_not_found(record, client, address):
    assert client.get(f"/alerts/preview/{address}").status_code == 404


def test_an_empty_record_says_so(client):
    assert "nothing on record shows this kind yet" in client.get("/alerts/preview/").content.decode()
