"""The matrix and the claims over the shipped record: each cell and each answer by the act that made it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from events.standings import standings_on
from treaties.models import Party, Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]


def standing(treaty, party, day):
    subject, actor = Treaty.objects.get(slug=treaty), Party.objects.get(slug=party)
    found = standings_on([subject], [actor], day).get((subject.pk, actor.pk))
    return found.state if found else None


@pytest.mark.parametrize(
    ("treaty", "party", "day", "state"),
    [
        ("inf", "united-states", date(1987, 1, 1), None),
        ("inf", "united-states", date(1990, 1, 1), "bound"),
        ("inf", "united-states", date(2019, 2, 5), "leaving"),
        ("inf", "united-states", date(2020, 1, 1), "left"),
        ("inf", "russia", date(2019, 2, 5), "suspended"),
        ("ctbt", "united-states", date(2020, 1, 1), "signed"),
        ("ctbt", "france", date(2020, 1, 1), "joined"),
        ("ctbt", "russia", date(2023, 1, 1), "joined"),
        ("ctbt", "russia", date(2024, 1, 1), "taken-back"),
        ("npt", "france", date(2020, 1, 1), "bound"),
    ],
)
def test_where_a_party_stood(treaty, party, day, state):
    assert standing(treaty, party, day) == state


@pytest.mark.parametrize(
    ("treaty", "party", "word"),
    [
        ("npt", "democratic-people-s-republic-of-korea", "Left (disputed)"),
        ("inf", "united-states", "Left"),
        ("npt", "france", "In force"),
    ],
)
def test_a_withdrawal_that_some_hold_never_took_effect_is_not_told_one_sidedly(client, treaty, party, word):
    assert re.search(
        rf"</span> {re.escape(word)}</span>", client.get(f"/treaties/{treaty}/parties/{party}/").content.decode()
    )


def test_page_matrix_and_export_tell_alike_of_a_withdrawal_that_is_disputed(client):
    facts = client.get("/treaties/npt/").content.decode()
    assert "1 left (disputed)" in facts
    assert "1 withdrawn" not in facts
    asked = "q=NPT&party=democratic-people-s-republic-of-korea"
    assert "</span> Left (disputed) <small>2003" in client.get(f"/matrix/?{asked}").content.decode()
    (row,) = client.get(f"/matrix.json?{asked}").json()["standings"]
    assert (row["state"], row["state_words"], row["disputed"]) == ("left", "Left (disputed)", True)


def test_a_cell_leads_to_the_act_that_set_it(client):
    shown = client.get("/matrix/?q=NPT").content.decode()
    address, act = re.search(r'href="(/treaties/npt/parties/france/)#([a-z_]+-[0-9-]+)"', shown).groups()
    assert act.startswith("entry_into_force-1992")
    assert f'id="{act}"' in client.get(address).content.decode()


def test_the_matrix_keeps_the_rows_in_which_somebody_stands_so(client):
    shown = client.get("/matrix/?state=leaving&as_of=2019-02-05").content.decode()
    assert "INF" in shown
    assert ">NPT<" not in shown


def test_a_claim_stands_beside_its_denial_and_an_unanswered_one_says_so(client):
    shown = client.get("/claims/?treaty=inf").content.decode()
    assert "Moscow denies any violation" in shown
    assert "Unanswered on record" in client.get("/claims/?answer=none").content.decode()
    assert "Unanswered on record</span>" not in client.get("/claims/?answer=denied").content.decode()
