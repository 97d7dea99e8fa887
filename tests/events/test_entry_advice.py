"""Advice beside an entry as it is typed, and the same said without scripts when it is saved."""

from __future__ import annotations

from datetime import date

import pytest

from events.entry_advice import advise
from events.markdown import rendered
from treaties.models import Official

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices(party):
    return [
        Official.objects.create(
            slug=f"hentzau-{number}", name="R. Hentzau", office=office, party=party, held_from=begin, held_to=end
        )
        for number, (office, begin, end) in enumerate(
            [("Envoy", date(2010, 1, 1), date(2018, 12, 31)), ("Minister", date(2019, 1, 1), None)]
        )
    ]


def test_the_office_is_the_one_held_on_the_day(offices):
    envoy, minister = offices
    assert advise({"date": "2 Feb 2019", "speaker": envoy.pk}).office == minister
    assert advise({"date": "2 Feb 2012", "speaker": envoy.pk}).office == envoy


def test_a_day_without_an_office_is_said(offices):
    advice = advise({"date": "2001", "speaker": offices[0].pk})
    assert advice.office is None
    assert "held no office on record on that day" in advice.office_fault


def test_a_date_is_read_back_as_readers_will_see_it():
    assert advise({"date": "late 2017"}).date_words == "late 2017"
    assert "is not a date" in advise({"date": "soon"}).date_fault


def test_a_treaty_that_the_text_names_is_offered_once(treaty):
    assert advise({"text": "They left the Pact."}).treaties == [treaty]
    assert advise({"text": "They left the Pact.", "treaties": [treaty.pk]}).treaties == []


def test_the_same_party_treaty_kind_and_near_day_may_be_the_same(enter, treaty, party):
    event = enter()
    typed = {"kind": event.kind, "actor": party.pk, "treaties": [treaty.pk]}
    assert advise(typed | {"date": "2019-02-04"}).twins == [event]
    assert advise(typed | {"date": "2019-02-09"}).twins == []
    assert advise(typed | {"date": "2019-02-02"}, besides=event.pk).twins == []


def test_the_page_asks_and_is_answered(admin_client, enter, treaty, party):
    event = enter()
    query = f"date=2019-02-02&kind={event.kind}&actor={party.pk}&treaties={treaty.pk}&summary=*firm*"
    told = admin_client.get(f"/admin/events/event/advice/?{query}").json()
    assert told["twins"][0]["id"] == event.pk
    assert told["preview"] == "<p><em>firm</em></p>"


def test_a_stranger_gets_no_advice(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    assert client.get("/admin/events/event/advice/").status_code == 403


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Plain & simple.", "<p>Plain &amp; simple.</p>"),
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[go](javascript:alert(1))", "<p>[go](javascript:alert(1))</p>"),
        ("![x](https://tracker.example/p.png)", '<p>!<a href="https://tracker.example/p.png" rel="noopener">x</a></p>'),
        ("", ""),
    ],
)
def test_a_summary_is_rendered_and_nothing_in_it_can_run(text, html):
    assert rendered(text) == html


def test_without_scripts_a_look_alike_stops_the_save_until_it_is_called_another(
    admin_client, enter, treaty, party, source
):
    event = enter()
    values = {
        "kind": event.kind, "actor": party.pk, "date": "3 Feb 2019", "title": "A second notice", "treaties": [treaty.pk],
        "sources": [source.pk], "publication": "draft", "date_basis": "stated",
    }  # fmt: skip
    answer = admin_client.post("/admin/events/event/add/", values)
    assert "Is it on record already?" in answer.content.decode()
    admin_client.post("/admin/events/event/add/", values | {"is_another": "on"})
    assert treaty.events.count() == 2


def test_a_speaker_out_of_office_is_refused_with_the_right_office(admin_client, offices, treaty, source):
    values = {
        "speaker": offices[0].pk, "stance": "denies", "date": "2 Feb 2019", "title": "No breach", "treaties": [treaty.pk],
        "sources": [source.pk], "publication": "draft", "date_basis": "stated",
    }  # fmt: skip
    answer = admin_client.post("/admin/events/statement/add/", values)
    assert "On that day R. Hentzau was Minister: choose that office." in answer.content.decode()
