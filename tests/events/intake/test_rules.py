"""The rules of reading, each in a sentence of its own."""

from __future__ import annotations

from datetime import date

import pytest

from events.intake import KnownOfficial, KnownParty, KnownTreaty, Names, read_article

NAMES = Names(
    parties=(
        KnownParty("russia", "Russia", ("Russian Federation", "Moscow")),
        KnownParty("united-states", "United States", ("Washington",)),
        KnownParty("china", "China", ("Beijing",)),
        KnownParty("nato", "NATO"),
    ),
    officials=(
        KnownOfficial(
            "hill-minister", "Jo Hill", "Foreign Minister of Russia", "russia", date(2010, 1, 1), date(2020, 1, 1)
        ),
        KnownOfficial("hill-envoy", "Jo Hill", "Envoy of Russia", "russia", date(2020, 1, 2)),
    ),
    treaties=(
        KnownTreaty("inf", "INF Treaty", (), ("russia", "united-states")),
        KnownTreaty("npt", "NPT", ("Treaty on the Non-Proliferation of Nuclear Weapons",)),
    ),
)
DAY = date(2019, 2, 2)


def read(text):
    return read_article(text, DAY, NAMES)


def only(text):
    (found,) = read(text)
    return found


@pytest.mark.parametrize(
    ("sentence", "stance", "target"),
    [
        ("Moscow accused Washington of violating the INF Treaty.", "accuses", ("united-states",)),
        ("Washington denied it had violated the INF Treaty.", "denies", ("russia",)),
        ("Washington rejected the accusations about the INF Treaty.", "denies", ("russia",)),
        ("Beijing urged Moscow and Washington to save the INF Treaty.", "appeals", ("russia", "united-states")),
        ("China opposed the U.S. decision to leave the INF Treaty.", "opposes", ("united-states",)),
        ("NATO warned that the end of the INF Treaty was dangerous.", "warns", ()),
        ("Moscow pledged that it would observe the INF Treaty.", "pledges", ()),
        ("Moscow announced that it was withdrawing from the INF Treaty.", "withdraws", ()),
        ("Moscow said Washington had violated the INF Treaty.", "accuses", ("united-states",)),
        ("Moscow said it had never violated the INF Treaty.", "denies", ("united-states",)),
    ],
)
def test_the_verb_or_what_was_said_tells_the_stance(sentence, stance, target):
    found = only(sentence)
    assert (found.stance, found.targets) == (stance, target)


def test_a_capital_or_a_house_stands_for_its_government():
    assert only("Beijing said the INF Treaty should be preserved.").party_name == "China"
    assert only("The Kremlin said the INF Treaty should be preserved.").party_name == "Russia"


def test_an_official_is_found_in_the_office_held_on_the_day():
    assert only("Jo Hill said the INF Treaty was in danger today.").actor.official == "hill-minister"


def test_a_person_whom_the_record_does_not_know_keeps_name_office_and_party():
    actor = only("Russian Deputy Foreign Minister Ann Lake said the INF Treaty was in danger.").actor
    assert (actor.name, actor.office, actor.party, actor.official) == (
        "Ann Lake", "Russian Deputy Foreign Minister", "russia", "",
    )  # fmt: skip


def test_he_and_the_minister_are_whoever_was_named():
    found = read(
        "Russian Foreign Minister Jo Hill said the INF Treaty was in danger. He added that Washington had violated it "
        "for years.\n\nThe foreign minister also warned that the NPT could be next."
    )
    assert [one.actor.name for one in found] == ["Jo Hill"] * 3
    assert found[2].treaties == ("npt",)


def test_a_quotation_goes_to_the_speaker_beside_it_and_on_into_the_next_sentence():
    first, second = read(
        '"Russia has violated the INF Treaty," Ann Lake, a U.S. official, said. "It must return to compliance."'
    )
    assert (first.quote, first.stance) == ("Russia has violated the INF Treaty,", "accuses")
    assert (second.quote, second.actor.name, second.stance) == ("It must return to compliance.", "Ann Lake", "appeals")


def test_quotation_marks_of_two_kinds_close_each_other():
    assert only('"Russia has violated the INF Treaty,” Ann Lake, a U.S. official, said.').quote.startswith("Russia has")


def test_what_somebody_is_said_to_have_said_is_not_said_twice():
    assert len(read("Moscow said Washington had promised to observe the INF Treaty in full.")) == 1


def test_an_act_that_is_only_reported_is_an_act():
    notice, suspension = read(
        "On February 2, Washington said it had formally notified Russia of its intent to leave the INF Treaty and "
        "suspended its obligations."
    )
    assert (notice.kind, notice.actor.party, notice.date, notice.stance) == (
        "notice_of_withdrawal", "united-states", "2019-02-02", "",
    )  # fmt: skip
    assert suspension.kind == "suspension"


def test_a_date_that_binds_the_treaty_does_not_date_the_statement():
    found = only('"We will suspend the INF Treaty effective March 1," Ann Lake, a U.S. official, said on February 1.')
    assert found.date == "2019-02-01"


def test_an_undated_statement_says_that_its_date_is_inferred():
    found = only("Moscow accused Washington of violating the INF Treaty.")
    assert (found.date, found.date_stated) == ("2019-02-02", False)


def test_a_headline_a_caption_said_twice_and_a_credit_are_no_statements():
    found = read(
        "Moscow Accuses Washington Of Violating INF Treaty\n\n"
        "Moscow accused Washington of violating the INF Treaty.\n\n"
        "Moscow accused Washington of violating the INF Treaty.\n\nWith reporting by a news agency"
    )
    assert len(found) == 1


def test_an_abbreviation_ends_no_sentence():
    assert (
        only("The U.S. State Department said Russia had violated the INF Treaty.").actor.name == "US State Department"
    )


def test_an_empty_text_gives_nothing():
    assert read("") == []
