"""The intake desk: what is pasted is kept, read and laid out; what is accepted is a draft and nothing more."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from events import intake_desk
from events.intake_desk import AlreadyDecidedError, ArticleError, Pasted, paste
from events.intake_names import record_names
from events.models import Event, Intake, IntakeFinding, Statement
from tests.events.intake.conftest import ARTICLES, text_of
from treaties.models import ArchivedCopy, Source

AT = datetime(2025, 6, 29, 9, tzinfo=UTC)
KEYS = {
    "speaker", "office", "party", "date", "date_precision", "kind", "stance", "target", "treaties", "quote", "passage",
}  # fmt: skip


def pasted(**changes):
    return Pasted(
        **{
            "text": text_of("mine-ban"),
            "url": "https://news.example/mine-ban",
            "publisher": "Example News",
            "title": "A Plan To Leave",
            "published_on": date(2025, 6, 28),
        }
        | changes
    )


@pytest.fixture
def desk(record):
    return paste(pasted(), by=None, at=AT)


def finding(desk, words):
    return next(one for one in desk.findings.all() if words in one.passage)


def test_the_command_prints_and_writes_nothing(record, capsys):
    before = Event.objects.count(), Source.objects.count()
    call_command("intake", str(ARTICLES / "mine-ban.txt"), "--published", "2025-06-28", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told
    assert all(set(one) == KEYS for one in told)
    assert (Event.objects.count(), Source.objects.count(), Intake.objects.count()) == (*before, 0)


def test_the_command_lays_the_proposals_on_the_desk_when_asked(record, capsys):
    arguments = [str(ARTICLES / "mine-ban.txt"), "--published", "2025-06-28", "--save"]
    call_command("intake", *arguments, "--publisher", "Example News", "--url", "https://news.example/a")
    assert "Saved for an editor" in capsys.readouterr().out
    assert Intake.objects.get().source.title.startswith("Karvelia")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.txt", "--published", "2025-06-28"], "There is no file"),
        ([str(ARTICLES / "mine-ban.txt"), "--published", "June"], "is not a day"),
        ([str(ARTICLES / "mine-ban.txt"), "--published", "2025-06-28", "--save"], "Name the publisher"),
    ],
)
def test_a_fault_is_said_in_one_sentence(record, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("intake", *arguments)
    assert not Intake.objects.exists()


def test_an_article_is_kept_with_its_hash_and_read_once(desk):
    again = paste(pasted(), by=None, at=AT)
    assert again == desk
    copy = ArchivedCopy.objects.get()
    assert bytes(copy.content).decode() == text_of("mine-ban") == desk.text
    assert copy.source.url == "https://news.example/mine-ban"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": "Too short."}, "too short"),
        ({"publisher": " "}, "Name the publisher"),
        ({"url": "javascript:alert(1)"}, "no address"),
    ],
)
def test_what_cannot_be_taken_in_leaves_nothing_behind(record, changes, sentence):
    before = Source.objects.count()
    with pytest.raises(ArticleError, match=sentence):
        paste(pasted(**changes), by=None, at=AT)
    assert (Source.objects.count(), ArchivedCopy.objects.count()) == (before, 0)


def test_an_accepted_proposal_is_a_draft_with_the_article_as_its_source(desk):
    event = intake_desk.accept(finding(desk, "accused Lithuania"), by=None, at=AT)
    statement = Statement.objects.get(pk=event.pk)
    assert (statement.publication, statement.verified, statement.stance) == ("draft", False, "accuses")
    assert statement.date == "2025-06-27"
    assert [party.slug for party in statement.targets.all()] == ["lithuania"]
    assert [treaty.slug for treaty in statement.treaties.all()] == ["apmbc"]
    assert list(statement.sources.all()) == [desk.source]
    assert not Event.objects.published().filter(pk=event.pk).exists()


def test_an_act_becomes_an_event_and_starts_no_clock_as_a_draft(desk):
    event = intake_desk.accept(finding(desk, "deposited its instrument"), by=None, at=AT)
    assert (event.kind, event.actor.slug) == ("notice_of_withdrawal", "lithuania")
    assert not event.deadlines.exists()


def test_two_editors_cannot_both_decide(desk):
    one = finding(desk, "accused Lithuania")
    intake_desk.accept(one, by=None, at=AT)
    with pytest.raises(AlreadyDecidedError):
        intake_desk.drop(IntakeFinding.objects.get(pk=one.pk), by=None, at=AT)
    assert IntakeFinding.objects.get(pk=one.pk).state == "accepted"


def test_a_dropped_proposal_can_be_taken_up_again(desk):
    one = finding(desk, "called on all states")
    intake_desk.drop(one, by=None, at=AT)
    intake_desk.take_up_again(one)
    assert intake_desk.accept(one, by=None, at=AT).publication == "draft"


def test_what_is_on_record_is_marked(desk):
    accepted = intake_desk.accept(finding(desk, "accused Lithuania"), by=None, at=AT)
    later = paste(pasted(text=text_of("mine-ban") + "\n\nCorrected.", url=""), by=None, at=AT)
    assert finding(later, "accused Lithuania").twin_id == accepted.pk
    assert finding(later, "called on all states").twin is None


def test_an_editor_pastes_accepts_and_goes_on_to_the_draft(record, admin_client):
    values = {
        "text": text_of("mine-ban"), "url": "https://news.example/a", "publisher": "Example News", "title": "A Plan",
        "published_on": "2025-06-28", "language": "en",
    }  # fmt: skip
    answer = admin_client.post("/admin/events/intake/add/", values, follow=True)
    assert "accused Lithuania" in answer.content.decode()
    one = IntakeFinding.objects.get(passage__contains="accused Lithuania")
    answer = admin_client.post(f"/admin/events/intake/{one.pk}/decide/", {"change": "1"})
    one.refresh_from_db()
    assert answer.url == f"/admin/events/statement/{one.event_id}/change/"


def test_a_stranger_decides_nothing(desk, client, django_user_model):
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    one = desk.findings.first()
    assert client.post(f"/admin/events/intake/{one.pk}/decide/", {"accept": "1"}).status_code == 403
    assert client.get(f"/admin/events/intake/{desk.pk}/change/").status_code == 403
    assert IntakeFinding.objects.get(pk=one.pk).state == "open"


def test_a_faulty_paste_keeps_the_editors_text(record, admin_client):
    answer = admin_client.post("/admin/events/intake/add/", {"text": "short", "publisher": "P", "title": "T"})
    assert "short</textarea>" in answer.content.decode()


def test_the_other_side_of_a_bilateral_treaty_is_who_signed_it_not_who_succeeded_to_it(record):
    inf = record_names().treaty_by_slug["inf"]
    assert set(inf.parties) == {"united-states", "russia"}


def test_the_press_names_of_treaties_are_known(record):
    pattern = record_names().treaty_pattern
    for name in (
        "Nonproliferation Treaty",
        "Comprehensive Nuclear Test Ban Treaty",
        "Intermediate-Range Nuclear Forces (INF) Treaty",
    ):
        assert pattern.search(f"the {name},"), name
