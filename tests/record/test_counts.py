"""Counts on a day agree with the published figures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.deposits import open_thresholds
from treaties.models import Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]

AUGUST_2026 = date(2026, 8, 22)
FEBRUARY_2026 = date(2026, 2, 3)


def parties(slug, day=AUGUST_2026):
    return Treaty.objects.get(slug=slug).participations.joined_on(day).count()


def test_russias_ratification_of_the_ctbt_counts_until_it_was_taken_back():
    ctbt = Treaty.objects.get(slug="ctbt").participations.filter(party__slug="russia")
    assert ctbt.joined_on(date(2023, 11, 2)).exists()
    assert not ctbt.joined_on(date(2023, 11, 3)).exists()


# Parties as the depositary, or the list named in the treaty's sources, counts them; signatories where it does.
PUBLISHED = [
    ("apmbc", FEBRUARY_2026, 162, 133),
    ("apmbc", AUGUST_2026, 161, 133),
    ("att", FEBRUARY_2026, 117, 130),
    ("bangkok", AUGUST_2026, 10, 10),
    ("bwc", AUGUST_2026, 189, None),
    ("canwfz", AUGUST_2026, 5, 5),
    ("ccm", FEBRUARY_2026, 112, 108),
    ("ccw", FEBRUARY_2026, 128, 50),
    ("ccw-amended-article-1", FEBRUARY_2026, 90, None),
    ("ccw-amended-protocol-ii", FEBRUARY_2026, 107, None),
    ("ccw-protocol-iv", FEBRUARY_2026, 111, None),
    ("ccw-protocol-v", FEBRUARY_2026, 99, None),
    ("ctbt", FEBRUARY_2026, 178, 187),
    ("ctbt", AUGUST_2026, 179, 188),
    ("cwc", FEBRUARY_2026, 193, 165),
    ("enmod", FEBRUARY_2026, 78, 48),
    ("pelindaba", AUGUST_2026, 43, None),
    ("rarotonga", AUGUST_2026, 14, None),
    ("tlatelolco", AUGUST_2026, 33, None),
    ("tpnw", FEBRUARY_2026, 74, 95),
    ("tpnw", AUGUST_2026, 75, 95),
]


@pytest.mark.parametrize(("slug", "day", "count", "signatures"), PUBLISHED)
def test_parties_and_signatories_agree_with_the_published_figures(slug, day, count, signatures):
    participations = Treaty.objects.get(slug=slug).participations
    assert participations.joined_on(day).count() == count
    assert signatures is None or participations.signatories_on(day).count() == signatures


def test_the_ctbt_waits_for_nine_of_its_44_annex_2_states():
    ctbt = Treaty.objects.get(slug="ctbt")
    missing = dict(open_thresholds(ctbt, ctbt.provisions.all(), AUGUST_2026))["Entry into force of the treaty"]
    assert "35 of 44" in missing
    assert ctbt.participations.bound_on(AUGUST_2026).count() == 0


def test_the_npt_counts_191_of_which_one_announced_to_have_left():
    npt = Treaty.objects.get(slug="npt").participations
    assert (npt.joined_on(AUGUST_2026).count(), npt.withdrawn_on(AUGUST_2026).count()) == (190, 1)
    assert npt.joined_on(date(2003, 1, 9)).filter(party__slug="democratic-people-s-republic-of-korea").exists()


def test_tonga_is_bound_by_the_tpnw_ninety_days_after_its_deposit():
    tpnw = Treaty.objects.get(slug="tpnw").participations
    assert (tpnw.bound_on(date(2026, 10, 4)).count(), tpnw.bound_on(date(2026, 10, 5)).count()) == (74, 75)


@pytest.mark.parametrize(
    ("slug", "day", "bound", "left"),
    [
        ("cfe", "2023-11-06", 30, 0),
        ("cfe", "2023-11-07", 29, 1),
        ("ccm", "2025-03-05", 112, 0),
        ("ccm", "2025-03-06", 111, 1),
        ("apmbc", "2025-12-26", 166, 0),
        ("apmbc", "2025-12-27", 163, 3),
        ("inf", "2019-08-01", 13, 0),
        ("inf", "2019-08-02", 0, 1),
        ("new-start", "2026-02-04", 2, 0),
        ("new-start", "2026-02-05", 0, 0),
        ("start-i", "2009-12-04", 5, 0),
        ("start-i", "2009-12-05", 0, 0),
    ],
)
def test_who_was_bound_and_who_had_left_on_a_day(slug, day, bound, left):
    participations = Treaty.objects.get(slug=slug).participations
    day = date.fromisoformat(day)
    assert (participations.bound_on(day).count(), participations.withdrawn_on(day).count()) == (bound, left)


def test_poland_counts_until_its_withdrawal_takes_effect():
    assert (parties("apmbc", date(2026, 2, 19)), parties("apmbc", date(2026, 2, 20))) == (162, 161)


@pytest.mark.parametrize(
    ("slug", "day", "status"),
    [
        ("inf", "1987-12-07", "not signed"),
        ("inf", "1987-12-08", "not in force"),
        ("inf", "1988-06-01", "in force"),
        ("inf", "2019-08-01", "in force"),
        ("inf", "2019-08-02", "ended"),
        ("new-start", "2026-02-04", "in force"),
        ("new-start", "2026-02-05", "ended"),
        ("ctbt", "2026-08-22", "not in force"),
        ("tpnw", "2021-01-21", "not in force"),
        ("tpnw", "2021-01-22", "in force"),
        ("abm", "2002-06-12", "in force"),
        ("abm", "2002-06-13", "ended"),
        ("start-ii", "2002-06-13", "not in force"),
        ("salt-ii", "1985-12-30", "not in force"),
    ],
)
def test_the_status_of_a_treaty_on_a_day(slug, day, status):
    assert Treaty.objects.get(slug=slug).status_at(date.fromisoformat(day)) == status


def test_who_is_no_more_is_no_party_and_an_ended_treaty_has_none(record):
    inf = Treaty.objects.get(slug="inf").participations
    assert {one.party.slug for one in inf.joined_on(date(1990, 1, 1))} == {"united-states", "soviet-union"}
    assert {one.party.slug for one in inf.joined_on(date(2019, 2, 5))} == {"united-states", "russia"}
    assert not inf.joined_on(date(2019, 8, 2))


@pytest.mark.parametrize(
    ("slug", "day", "shown"),
    [
        ("cfe", "2023-11-06", "30 parties, 21 signatories"),
        ("cfe", "2023-11-07", "29 parties, 21 signatories, 1 withdrawn"),
        ("open-skies", "2002-12-11", "26 parties, 27 signatories"),
        ("open-skies", "2005-12-31", "33 parties, 27 signatories"),
    ],
)
def test_whom_a_treaty_binds_is_its_party_though_the_day_of_its_deposit_is_not_on_record(client, slug, day, shown):
    assert f"<summary>{shown}</summary>" in client.get(f"/treaties/{slug}/?as_of={day}").content.decode()


def test_a_treaty_that_is_not_in_force_has_contracting_states_and_no_parties(client, record):
    page = client.get("/treaties/ctbt/?as_of=2026-08-01").content.decode()
    assert "<summary>179 contracting states, 188 signatories</summary>" in page


# As the Dutch government's list of the parties has the days on which the treaty entered into force for each.
@pytest.mark.parametrize(
    ("party", "day"),
    [
        ("belarus", date(2002, 1, 1)),
        ("canada", date(2002, 1, 1)),
        ("ukraine", date(2002, 1, 1)),
        ("finland", date(2003, 2, 10)),
        ("latvia", date(2003, 2, 11)),
        ("bosnia-and-herzegovina", date(2003, 10, 20)),
        ("slovenia", date(2004, 11, 24)),
        ("croatia", date(2005, 1, 1)),
        ("estonia", date(2005, 5, 23)),
        ("lithuania", date(2005, 7, 8)),
    ],
)
def test_open_skies_binds_each_party_from_the_day_that_its_deposit_gives(party, day):
    theirs = Treaty.objects.get(slug="open-skies").participations.filter(party__slug=party)
    assert not theirs.bound_on(day - timedelta(days=1)).exists()
    assert theirs.bound_on(day).exists()
