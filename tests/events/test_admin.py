"""An editor's work: entered fast, checked in words, saved once, with the clocks in the same transaction."""

from __future__ import annotations

import html
import json
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from alerts.models import Alert
from events import services
from events.models import Deadline, Event, Proposal, Statement
from tests.conftest import FEBRUARY_2019
from tests.other_session import OtherSession
from treaties.models import Official, Provision, Treaty

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create_superuser("editor", password="correct horse"))
    return client


@pytest.fixture
def notice(treaty, party, source):
    return {
        "kind": "notice_of_withdrawal",
        "actor": party.pk,
        "date": "2 Feb 2019",
        "title": "Ruritania gives notice",
        "treaties": [treaty.pk],
        "sources": [source.pk],
        "publication": "published",
        "date_basis": "stated",
        "verified": "on",
    }


def save(desk, address, form, **decision):
    """Send a form, and where its impact is shown first, confirm it as it is shown."""
    answer = desk.post(address, form, follow=True)
    if "impact" not in (answer.context or {}):
        return answer
    decided = {"_expected": answer.context["impact"].digest, "_weight": "major", "_note": "The source says so."}
    return desk.post(address, form | decided | decision, follow=True)


NO_READINGS = {"disputed_readings-TOTAL_FORMS": 0, "disputed_readings-INITIAL_FORMS": 0}


def words(answer):
    return html.unescape(answer.content.decode())


def test_every_model_has_its_list_its_search_and_its_form(desk, enter, follow):
    enter()
    for address in (
        "treaties/treaty",
        "treaties/party",
        "treaties/official",
        "treaties/source",
        "treaties/participation",
        "treaties/provision",
        "events/event",
        "events/statement",
        "events/deadline",
        "alerts/alert",
        "alerts/subscriber",
        "alerts/subscription",
    ):
        assert desk.get(f"/admin/{address}/?q=pact").status_code == 200, address
    for address in ("treaties/treaty", "treaties/source", "treaties/provision", "events/event", "events/statement"):
        assert desk.get(f"/admin/{address}/add/").status_code == 200, address


def test_a_saved_notice_starts_its_clock_and_the_editor_is_told(desk, notice):
    answer = save(desk, "/admin/events/event/add/", notice)
    assert "Clock: Ruritania withdrawal takes effect: 2 August 2019" in words(answer)
    event, deadline = Event.objects.get(), Deadline.objects.get()
    assert (event.date, event.slug) == ("2019-02-02", "2019-02-02-ruritania-gives-notice")
    assert deadline.due == date(2019, 8, 2)


def test_changing_a_notice_moves_its_clock_and_raises_the_version(desk, notice):
    save(desk, "/admin/events/event/add/", notice)
    event = Event.objects.get()
    changed = notice | {"date": "3 Feb 2019", "slug": event.slug}
    save(desk, f"/admin/events/event/{event.pk}/change/", changed)
    deadline = Deadline.objects.get()
    assert (deadline.due, deadline.version) == (date(2019, 8, 3), 2)


def test_deleting_a_notice_takes_its_clock_off_the_record(desk, notice):
    save(desk, "/admin/events/event/add/", notice)
    save(desk, f"/admin/events/event/{Event.objects.get().pk}/delete/", {})
    assert not Event.objects.exists()
    assert (Deadline.objects.get().state, Deadline.objects.get().version) == ("withdrawn", 2)


def test_deleting_many_at_once_does_the_same(desk, notice):
    save(desk, "/admin/events/event/add/", notice)
    chosen = {"action": "delete_selected", "_selected_action": [Event.objects.get().pk]}
    save(desk, "/admin/events/event/", chosen)
    assert Deadline.objects.get().state == "withdrawn"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"date": "31 February 2019"}, "“2019-02-31” is not a date"),
        ({"date": "soon"}, "“soon” is not a date: write 2019-02-02, 2019-02, 2019 or late 2017."),
        ({"sources": []}, "Nothing is published without a source"),
        ({"date": "1 Feb 1950"}, "Pact was only signed on 8 December 1987; this act would precede it."),
        ({"treaties": [999999]}, "999999"),
        ({"title": ""}, "This field is required."),
    ],
)
def test_a_wrong_entry_is_refused_with_a_sentence_and_nothing_is_written(desk, notice, wrong, sentence):
    answer = desk.post("/admin/events/event/add/", notice | wrong)
    assert answer.status_code == 200
    assert sentence in words(answer)
    assert not Event.objects.exists()
    assert not Deadline.objects.exists()


def test_a_notice_after_its_own_effect_is_refused(desk, notice, enter):
    enter(kind="withdrawal_effect", day="2019-08-02")
    answer = desk.post("/admin/events/event/add/", notice | {"date": "3 August 2019"})
    assert "a notice cannot come after its own effect" in words(answer)


def test_a_form_sent_twice_makes_one_entry_and_says_where_it_is(desk, notice):
    save(desk, "/admin/events/event/add/", notice)
    answer = save(desk, "/admin/events/event/add/", notice)
    assert "already on record" in words(answer)
    assert f"/admin/events/event/{Event.objects.get().pk}/change/" in words(answer)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("button", ["_confirm", "_propose"])
def test_a_form_that_comes_while_the_same_is_being_saved_is_not_saved_a_second_time(desk, notice, button):
    shown = desk.post("/admin/events/event/add/", notice).context["impact"].digest
    decided = notice | {"_expected": shown, "_weight": "major", "_note": "The source says so."}
    answers = []
    with transaction.atomic():
        same = Event(slug="2019-02-02-ruritania-gives-notice", kind="report", date="2019-02-02", title="Notice")
        services.save_event(same, at=FEBRUARY_2019)
        other = OtherSession(lambda: answers.append(desk.post("/admin/events/event/add/", decided | {button: "1"})))
    assert other.outcome() is None
    assert "The same entry was saved a moment ago; yours was not saved a second time." in words(answers[0])
    assert "Ruritania gives notice" in words(answers[0]), "what was typed is kept"
    assert (Event.objects.get().kind, Proposal.objects.count(), Deadline.objects.count()) == ("report", 0, 0)


def test_two_editors_cannot_overwrite_each_other_unseen(desk, notice):
    save(desk, "/admin/events/event/add/", notice)
    event = Event.objects.get()
    address = f"/admin/events/event/{event.pk}/change/"
    opened = notice | {"slug": event.slug, "_opened": desk.get(address).context["opened"]}
    save(desk, address, opened | {"title": "First correction"})
    answer = save(desk, address, opened | {"title": "Second correction"})
    assert "has saved this entry since you opened it" in words(answer)
    assert "Second correction" in words(answer), "what was typed is kept"
    assert Event.objects.get().title == "First correction"


def test_a_coarse_date_keeps_its_words(desk, notice):
    save(desk, "/admin/events/event/add/", notice | {"kind": "report", "date": "late 2017"})
    event = Event.objects.get()
    assert (event.date, event.date_wording) == ("2017-09/2017-12", "late 2017")
    form = desk.get(f"/admin/events/event/{event.pk}/change/").context["adminform"].form
    assert form.initial["date"] == "late 2017", "and saving it again keeps them"


def test_a_statement_takes_kind_and_party_from_stance_and_speaker(desk, notice, party):
    speaker = Official.objects.create(slug="minister", name="R. Hentzau", office="Foreign Minister", party=party)
    statement = notice | {"speaker": speaker.pk, "stance": "denies", "title": "No breach", "kind": "", "actor": ""}
    save(desk, "/admin/events/statement/add/", statement)
    entered = Statement.objects.get()
    assert (entered.kind, entered.actor) == ("denial", party)


def test_a_statement_without_a_speaker_is_refused(desk, notice):
    answer = desk.post("/admin/events/statement/add/", notice | {"stance": "denies"})
    assert "Who said it? Choose a speaker, or name the speaking body." in words(answer)


def test_a_rule_that_the_engine_cannot_read_is_refused_in_its_words(desk, treaty):
    provision = Provision.objects.get()
    form = NO_READINGS | {"treaty": treaty.pk, "article": "XV", "paragraph": "2", "kind": "withdrawal"}
    form |= {"effect_title": "x"}
    answer = desk.post(f"/admin/treaties/provision/{provision.pk}/change/", form | {"rule": '{"schema": 1}'})
    assert answer.status_code == 200
    assert answer.context["errors"]
    provision.refresh_from_db()
    assert provision.rule["amount"] == 6


def test_a_rule_in_a_zone_that_only_python_knows_is_refused(desk, treaty):
    with connection.cursor() as cursor:
        # As a database with an older list of zones would say.
        cursor.execute(
            "CREATE OR REPLACE FUNCTION knows_zone(name text) RETURNS boolean IMMUTABLE LANGUAGE sql "
            "RETURN name <> 'America/Coyhaique'"
        )
    provision = Provision.objects.get()
    rule = provision.rule | {"zone": "America/Coyhaique"}
    form = NO_READINGS | {"treaty": treaty.pk, "article": "XV", "paragraph": "2", "kind": "withdrawal"}
    form |= {"effect_title": "x", "rule": json.dumps(rule)}
    answer = desk.post(f"/admin/treaties/provision/{provision.pk}/change/", form)
    assert "The database does not know “America/Coyhaique”; name a zone that it knows." in words(answer)


def test_a_changed_rule_recomputes_its_clocks(desk, notice, treaty):
    save(desk, "/admin/events/event/add/", notice)
    provision = Provision.objects.get()
    rule = '{"schema": 1, "kind": "offset", "amount": 12, "unit": "months", "citation": "Pact", "zone": "UTC"}'
    form = NO_READINGS | {"treaty": treaty.pk, "article": "XV", "paragraph": "2", "kind": "withdrawal"}
    form |= {"effect_title": "x"}
    save(
        desk,
        f"/admin/treaties/provision/{provision.pk}/change/",
        form | {"rule": rule, "trigger_kind": "notice_of_withdrawal"},
    )
    assert Deadline.objects.get().due == date(2020, 2, 2)


def test_a_partys_act_entered_at_the_desk_starts_its_obligation_at_once(desk, treaty, party):
    Provision.objects.create(
        treaty=treaty,
        article="VII",
        kind="reporting",
        effect_title="First report of {party} due",
        trigger_kind="act:entry_into_force",
        rule={"schema": 1, "kind": "deadline", "amount": 180, "unit": "days", "citation": "Pact, Article VII"},
    )
    entered = {
        "treaty": treaty.pk,
        "party": party.pk,
        "acts-TOTAL_FORMS": 1,
        "acts-INITIAL_FORMS": 0,
        "acts-0-kind": "entry_into_force",
        "acts-0-date": "2019-01-01",
        "acts-0-basis": "stated",
    }
    refused = desk.post("/admin/treaties/participation/add/", entered | {"acts-0-basis": "derived"})
    assert "A derived date is computed from the clause" in words(refused)
    answer = save(desk, "/admin/treaties/participation/add/", entered)
    assert "Clock: First report of Ruritania due: 30 June 2019" in words(answer)
    save(desk, f"/admin/treaties/participation/{treaty.participations.get().pk}/delete/", {})
    assert Deadline.objects.get().state == "withdrawn"


def test_an_event_moved_to_another_treaty_leaves_no_clock_behind(desk, notice, enter, treaty):
    save(desk, "/admin/events/event/add/", notice)
    enter(kind="revocation_of_notice", day="2019-03-01", at=timezone.now())
    assert Deadline.objects.get().state == "revoked"
    revocation = Event.objects.get(kind="revocation_of_notice")
    other = Treaty.objects.create(slug="other", short_name="Other", laterality="bilateral", publication="published")
    moved = notice | {
        "kind": "revocation_of_notice",
        "date": "2019-03-01",
        "title": "revocation_of_notice",
        "treaties": [other.pk],
        "slug": revocation.slug,
    }
    save(desk, f"/admin/events/event/{revocation.pk}/change/", moved)
    assert Deadline.objects.get().state == "took_effect", "the old treaty's clock is no longer revoked"


def test_an_override_needs_its_reason_and_shows_beside_the_computed_date(desk, notice, client):
    save(desk, "/admin/events/event/add/", notice)
    deadline = Deadline.objects.get()
    address = f"/admin/events/deadline/{deadline.pk}/change/"
    answer = desk.post(address, {"override_due": "2019-08-09", "override_reason": " "})
    assert "tell them why" in words(answer)
    save(desk, address, {"override_due": "2019-08-09", "override_reason": "The parties agreed on it."})
    page = words(client.get(deadline.get_absolute_url()))
    assert "9 August 2019" in page
    assert "computed was 2 August 2019" in page
    assert "The parties agreed on it." in page


def test_nobody_adds_a_deadline_an_alert_or_an_address_by_hand(desk):
    for address in ("events/deadline", "alerts/alert", "alerts/subscriber", "alerts/subscription"):
        assert desk.get(f"/admin/{address}/add/").status_code == 403, address


def test_a_failed_mail_can_be_tried_again_from_the_outbox(desk, enter, treaty, follow):
    from alerts.services.planning import plan

    follow(treaty=treaty)
    now = timezone.now()
    # Yesterday has begun in every zone, today not yet in that of the treaty.
    enter(day=(now - timedelta(days=1)).date().isoformat(), at=now)
    plan(at=now)
    Alert.objects.update(state="failed", reason="refused")
    chosen = {"action": "retry", "_selected_action": [Alert.objects.get().pk]}
    answer = desk.post("/admin/alerts/alert/?state__exact=failed", chosen, follow=True)
    assert "1 of 1 rows will be tried again." in words(answer)
    assert Alert.objects.get().state == "pending"
    for attention in ("late", "stuck", "retrying"):
        assert desk.get(f"/admin/alerts/alert/?attention={attention}").status_code == 200


def test_the_treaty_of_that_very_name_is_found_first(desk, record):
    asked = {"app_label": "events", "model_name": "event", "field_name": "treaties", "term": "NPT"}
    found = desk.get("/admin/autocomplete/", asked).json()["results"]
    assert found[0]["text"] == "NPT"
    assert len(found) > 1


def test_lists_cost_the_same_queries_with_one_row_and_with_three(desk, enter, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(address):
        with CaptureQueriesContext(connection) as queries:
            desk.get(address)
        return len(queries)

    lists = ["events/event", "events/deadline", "treaties/provision", "treaties/treaty"]
    desk.get("/admin/events/event/")
    enter()
    one = [count(f"/admin/{address}/") for address in lists]
    enter(day="2019-02-03")
    enter(day="2019-02-04")
    assert [count(f"/admin/{address}/") for address in lists] == one
