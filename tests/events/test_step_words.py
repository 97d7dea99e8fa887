"""Why a date is this one, in the reader's language: from data on pages, in mails, and for rows of the time of sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from alerts.models import Alert
from alerts.services.planning import plan
from alerts.wording import gone_words, why_words
from events.clause_words import citation_words, phrase_words
from events.clocks import DateSpan, Deposit, Facts, compute, rule_from_json, step_from_json, step_to_json
from events.derived_acts import derivations
from events.models import Deadline
from events.services import recompute_all
from events.step_words import in_english, step_words, told_steps
from treaties.day_words import short_month_words
from treaties.models import ParticipationAct, Treaty

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
INF = "inf-withdrawal-united-states-2019-02-02"


def french(step):
    with translation.override("fr"):
        return plain(step_words(step))


def plain(text):
    """Return a text with the plain spaces and apostrophes that are typed here."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


@pytest.mark.django_db
@pytest.mark.usefixtures("record")
class TestOnTheRecord:
    def test_every_step_is_stored_as_data_and_told_in_both_languages(self):
        kinds = set()
        for deadline in Deadline.objects.all():
            for stored in deadline.steps:
                step = step_from_json(stored)
                kinds.add(step.kind)
                assert step_to_json(step) == stored
                assert french(step) != in_english(step), step
        assert {"started", "clause", "added", "not_blocks_of_days", "calendar", "what_stops_it", "paused"} <= kinds

    def test_a_french_page_tells_every_step_in_french(self, client):
        page = plain(strip_tags(client.get(f"/fr/deadlines/{INF}/").text).replace("&#x27;", "'"))
        for sentence in (
            "United States gives notice of withdrawal : 2 février 2019.",
            "INF Treaty, article XV(2) : 6 mois.",
            "de quantième à quantième : 2 février 2019 + 6 mois = 2 août 2019, soit 181 jours.",
            "Et non le 1er août 2019 : cela ferait 180 jours, mais un mois n'est pas un bloc de 30 jours",
            "selon le calendrier du fuseau horaire New York.",
            "Le délai s'arrête si la notification est retirée avant ce jour.",
        ):
            assert sentence in page

    def test_mail_says_why_in_the_language_of_its_reader(self):
        deadline = Deadline.objects.get(slug=INF)
        assert why_words(deadline).endswith("2 February 2019 + 6 months = 2 August 2019, 181 days.")
        with translation.override("fr"):
            assert why_words(deadline).startswith("INF Treaty, article XV(2). Compté en mois civils")
            assert why_words(deadline).endswith("2 février 2019 + 6 mois = 2 août 2019, soit 181 jours.")

    def test_a_program_reads_the_same_english_words_under_every_address(self, client):
        asked = {"treaty": "inf", "on": "2019-02-02"}
        told, other = (client.get(f"{prefix}/calculator.json", asked).json() for prefix in ("", "/fr"))
        assert told["steps"] == other["steps"]
        assert told["steps"][0] == "A party gives notice: 2 February 2019."
        first = {"act": "gives_notice", "party": "", "day": "2019-02-02"}
        assert told["steps_as_data"][0] == {
            "kind": "started", "values": first, "operation": "start 2019-02-02", "result": "2019-02-02"
        }  # fmt: skip

    def test_a_computed_act_gives_its_reason_in_french(self):
        treaty = Treaty.objects.get(slug="cwc")
        acts = list(ParticipationAct.objects.filter(participation__treaty=treaty, participation__party__slug="france"))
        (derived,) = derivations([treaty])[treaty.pk].of(acts)
        with translation.override("fr"):
            assert plain(derived.reason).startswith("Dépôt de ratification : 2 mars 1995.")


@pytest.mark.django_db
class TestRowsOfTheTimeOfSentences:
    @pytest.fixture(autouse=True)
    def sentences(self, record):
        """Store every step as it was stored before: in English words."""
        recompute_all(at=NOW)
        for deadline in Deadline.objects.all():
            told = [
                {"text": step.text, "operation": one["operation"], "result": one["result"]}
                for one, step in zip(deadline.steps, told_steps(deadline.steps), strict=True)
            ]
            Deadline.objects.filter(pk=deadline.pk).update(steps=told)

    def test_a_french_page_shows_them_as_they_are_and_says_in_which_language(self, client):
        page = client.get(f"/fr/deadlines/{INF}/").text
        assert '<li lang="en">INF Treaty, Article XV(2): 6 months.</li>' in page
        with translation.override("fr"):
            assert "2 February 2019 + 6 months" in why_words(Deadline.objects.get(slug=INF))

    def test_recomputing_changes_no_version_and_plans_no_mail(self, follow):
        follow()
        plan(at=NOW)
        before = dict(Deadline.objects.values_list("pk", "version"))
        alerts = Alert.objects.count()
        assert recompute_all(at=NOW) == []
        plan(at=NOW)
        assert dict(Deadline.objects.values_list("pk", "version")) == before
        assert Alert.objects.count() == alerts
        assert not Deadline.objects.filter(steps__0__has_key="text").exists()


@pytest.mark.django_db
def test_what_was_known_then_is_read_as_it_was_stored(enter, client, written_at):
    enter()
    deadline = Deadline.objects.get()
    Deadline.objects.update(steps=[{"text": "Pact, Article XV(2): 6 months.", "operation": "note", "result": None}])
    written_at(datetime(2026, 11, 20, tzinfo=UTC))
    recompute_all(at=NOW)
    assert "Pact, article XV(2)" in client.get(f"/fr/deadlines/{deadline.slug}/").text
    known = client.get(f"/fr/deadlines/{deadline.slug}/?known=2026-11-21").text
    assert '<li lang="en">' in known
    assert "Pact, Article XV(2): 6 months." in known


@pytest.mark.django_db
def test_why_there_is_no_date_is_told_in_french_too(enter, treaty):
    enter()
    provision = treaty.provisions.get()
    provision.rule = {"schema": 1, "kind": "conditional", "citation": "Pact, Article XV"}
    provision.save()
    recompute_all(at=datetime(2019, 2, 5, 12, tzinfo=UTC))
    deadline = Deadline.objects.get()
    assert deadline.undetermined_reason == "There is no date until a condition is met."
    with translation.override("fr"):
        assert plain(gone_words(deadline)).endswith("Il n'y a pas de date tant qu'une condition n'est pas remplie.")
        Deadline.objects.update(steps=[])
        deadline.refresh_from_db()
        assert gone_words(deadline).endswith("There is no date until a condition is met."), "as it was stored before"


RULE = {"schema": 1, "kind": "offset", "amount": 6, "unit": "months", "citation": "Pact, Article I"}
BEGUN = {"entry_into_force": date(2016, 11, 4), "party_entry_into_force": date(2016, 11, 4), "expiry": date(2021, 2, 5)}


@pytest.mark.parametrize(
    ("change", "on", "sentence"),
    [
        ({}, "2019-08-31", "À défaut de quantième identique, c'est le dernier jour du mois qui compte."),
        ({"amount": 150, "unit": "days"}, "2023-06-09", "non compris : 9 juin 2023 + 150 jours = 6 novembre 2023."),
        ({"kind": "offset_next_day"}, "2019-02-02", "L'effet se produit le 3 août 2019 à 0 h."),
        ({"kind": "first_day_of_nth_month"}, "2010-02-16", "Le premier jour du mois n° 6 après celui du 16 février"),
        ({"kind": "offset_floor", "not_before": "2030-01-01"}, "2019-02-02", "c'est donc le 1er janvier 2030 qui"),
        ({"kind": "offset_pivot_eif", "not_before": "2000-01-01"}, "2019-02-02", "n'est pas antérieur au 1er janvier"),
        ({"kind": "fixed_date", "fixed_on": "2011-02-05"}, "2010-01-01", "désigne elle-même le jour : le 5 février"),
        ({"kind": "fixed_calendar", "anchor": "31dec_next_year"}, "2017-10-12", "pour le 12 octobre 2017, c'est le 31"),
        ({"ends": "day_before", "precedent": "INF"}, "2019-02-02", "le dernier jour est le 1er août 2019, et non le 2"),
        ({"counted_from": "expiry"}, "2019-02-02", "et non du jour de l'accord : 5 février 2021."),
        ({"kind": "renewal", "amount": 1, "unit": "years", "notice": {"amount": 90, "unit": "days"}},
         "2019-05-01", "reconduit tacitement, sauf préavis de 90 jours"),
        ({"kind": "yearly", "month_day": "04-30"}, "2026-05-01", "chaque année : la prochaine fois le 30 avril 2027."),
    ],
)  # fmt: skip
def test_each_family_of_rules_is_told_in_french(change, on, sentence):
    on = date.fromisoformat(on)
    result = compute(rule_from_json(RULE | change), Facts(DateSpan.day(on), anchors=BEGUN), at=on)
    told = " ".join(french(step) for step in result.steps)
    assert sentence.lower() in told.lower()
    assert all(french(step) != in_english(step) for step in result.steps)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "none"}, "Le traité n'ouvre aucun droit"),
        ({"kind": "by_agreement"}, "convenue entre les parties"),
        ({"lock_in": {"amount": 3, "unit": "years"}}, "à partir du 4 novembre 2019 : 3 ans après le 4 novembre 2016."),
        ({"threshold": {"named": ["utopia"]}}, "0 des 1 États désignés ont déposé leur instrument. Manquent : utopia."),
        ({"threshold": {"count": 3}}, "1 instruments sur 3 sont déposés."),
    ],
)
def test_each_reason_for_no_date_is_told_in_french(change, sentence):
    facts = Facts(DateSpan.day(date(2017, 1, 1)), anchors=BEGUN, deposits=(Deposit("a", date(2016, 1, 1)),))
    result = compute(rule_from_json(RULE | change), facts)
    assert sentence in french(result.why)


def test_citations_and_standing_phrases_are_told_and_whatever_else_is_written_stays():
    with translation.override("fr"):
        assert citation_words("CCW Protocol IV, CCW, Article 9(2)") == "CCW Protocol IV, CCW, article 9(2)"
        assert citation_words("ENMOD, as practised") == "ENMOD, selon la pratique établie"
        assert citation_words("Vienna Document 2011, chapter I") == "Vienna Document 2011, chapitre I"
        assert citation_words("NPT, Article X(1), as the DPRK reads it") == "NPT, Article X(1), as the DPRK reads it"
        assert phrase_words("The treaty is of unlimited duration.") == "Le traité a une durée illimitée."
        assert phrase_words("It stands or falls.") == "It stands or falls."


def test_june_and_july_are_told_apart_in_short_in_french_too():
    june, july = date(2019, 6, 1), date(2019, 7, 1)
    assert (short_month_words(june), short_month_words(july)) == ("Jun", "Jul")
    with translation.override("fr"):
        assert (short_month_words(june), short_month_words(july)) == ("juin", "juil.")


def test_a_count_of_days_that_remain_has_its_singular():
    stored = {"kind": "paused", "values": {"label": "Talks", "day": "1993-06-11", "days": 1}}
    one, more = (
        step_from_json({**stored, "values": stored["values"] | {"days": days}, "operation": "note", "result": None})
        for days in (1, 2)
    )
    assert in_english(one).endswith("with 1 day left.")
    assert [french(step).rpartition(", ")[2] for step in (one, more)] == [
        "1 jour restant à courir.",
        "2 jours restant à courir.",
    ]
