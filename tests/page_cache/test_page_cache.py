"""A kept page is right at once after every way of changing the record, and holds nothing that is somebody's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from events import generation, services
from events.models import Deadline, Event, RecordMove
from treaties.models import Treaty
from treatywatch.page_cache import editions

pytestmark = pytest.mark.django_db(transaction=True)

LATER = datetime(2026, 1, 2, tzinfo=UTC)
PAGE = "/treaties/pact/"


@pytest.fixture
def kept(process, enter):
    """Return an event on a page that is kept."""
    event = enter(title="First wording")
    assert "First wording" in process.ask(PAGE).text
    assert process.ask(PAGE).is_kept
    return event


def reword(event):
    event.title = "Better wording"
    services.save_event(event, at=LATER)
    services.after_event_change(event, at=LATER)


def test_the_second_reader_gets_the_same_page_without_it_being_made(process, kept):
    first, second = process.ask(PAGE), process.ask(PAGE)
    assert first.body == second.body
    assert second.is_kept
    assert second.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert "content-security-policy" in second.headers


def test_an_edit_is_seen_at_once_by_every_process(process, another, kept):
    assert another.ask(PAGE).is_kept, "from Valkey"
    reword(kept)
    for one in (process, another):
        shown = one.ask(PAGE).text
        assert "Better wording" in shown
        assert "First wording" not in shown


def test_a_deletion_is_seen_at_once(process, kept):
    services.delete_events([kept], at=LATER)
    assert "First wording" not in process.ask(PAGE).text


def test_a_publication_is_seen_at_once_and_a_draft_never(process, kept, enter):
    draft = enter(day="2019-03-01", title="Still a draft", publication="draft")
    assert "Still a draft" not in process.ask(PAGE).text
    Event.objects.filter(pk=draft.pk).update(publication="published")
    assert "Still a draft" in process.ask(PAGE).text


def test_a_corrected_date_of_a_clock_is_seen_at_once(process, kept):
    address = Deadline.objects.get().get_absolute_url()
    process.ask(address)
    services.override_deadline(Deadline.objects.get(), due=date(2019, 8, 9), reason="As the depositary told", at=LATER)
    assert "As the depositary told" in process.ask(address).text


def test_bare_sql_is_seen_at_once_even_with_ordinary_triggers_off(process, kept):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE events_event SET title = 'Loaded in bulk'")
    assert "Loaded in bulk" in process.ask(PAGE).text


def test_a_link_alone_is_seen_at_once(process, kept):
    assert process.ask(kept.get_absolute_url()).status == 200
    kept.sources.clear()
    assert process.ask(kept.get_absolute_url()).status == 404, "without a source nothing is published"


def test_what_is_rolled_back_moves_nothing(process, kept):
    with transaction.atomic():
        Treaty.objects.update(short_name="Pact!")
        transaction.set_rollback(True)
    assert process.ask(PAGE).is_kept


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Midnight in the zone of the clock, then in that of the page's own days.
        (datetime(2019, 3, 2, 4, 59, tzinfo=UTC), datetime(2019, 3, 2, 5, 0, tzinfo=UTC)),
        (datetime(2019, 3, 1, 23, 59, tzinfo=UTC), datetime(2019, 3, 2, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_new_day_in_any_zone_in_use_is_a_new_edition(kept, monkeypatch, before, after):
    seen = []
    for now in (before - timedelta(seconds=30), before, after):
        monkeypatch.setattr(editions.timezone, "now", lambda now=now: now)
        seen.append(editions.Editions(believed=0).current())
    assert seen[0] == seen[1] != seen[2]


@pytest.mark.usefixtures("record")
def test_every_zone_in_use_is_found_and_none_twice():
    assert set(generation.zones_in_use()) == {"UTC", *Deadline.objects.values_list("zone", flat=True)}
    for zone in ("Africa/Abidjan", "Asia/Tokyo", "Pacific/Wallis"):
        Deadline.objects.filter(pk__in=Deadline.objects.filter(zone="UTC").values("pk")[:2]).update(zone=zone)
    zones = generation.zones_in_use()
    assert {"Africa/Abidjan", "Asia/Tokyo", "Pacific/Wallis", "UTC"} < set(zones)
    assert len(zones) == len(set(zones))
    Deadline.objects.all().delete()
    assert generation.zones_in_use() == ["UTC"]


def test_who_has_the_page_is_told_so_without_it_being_made_or_sent(process, another, kept):
    etag = process.ask(PAGE).headers["etag"]
    for one in (process, another):
        answer = one.ask(PAGE, if_none_match=f'"other", {etag}')
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == etag
        assert answer.is_kept
    reword(kept)
    assert process.ask(PAGE, if_none_match=etag).status == 200


def test_an_edit_elsewhere_leaves_the_tag_of_a_page_as_it_was(process, kept, enter):
    etag = process.ask("/method/").headers["etag"]
    enter(day="2019-04-01")
    assert process.ask("/method/", if_none_match=etag).status == 304


def test_pages_are_compressed_for_those_who_take_it(process, kept):
    packed = process.ask(PAGE, accept_encoding="br;q=1.0, gzip;q=0.8, *;q=0.1")
    plain = process.ask(PAGE, accept_encoding="gzip;q=0")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert "Accept-Encoding" in packed.headers["vary"]
    assert int(packed.headers["content-length"]) == len(packed.body) < len(plain.body)


def test_a_head_has_the_headers_of_the_page_and_no_body(process, kept):
    head, got = process.ask("/method/", method="HEAD"), process.ask("/method/")
    assert head.body == b""
    assert (head.headers["etag"], head.headers["content-length"]) == (
        got.headers["etag"],
        got.headers["content-length"],
    )


def test_nothing_of_a_signed_in_editor_is_kept_and_no_kept_page_is_shown_to_one(process, kept):
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("editor", password="x"))
    session = f"sessionid={client.cookies['sessionid'].value}"
    answer = process.ask("/parties/", cookie=session)
    assert answer.headers["cache-control"] == "private, no-cache"
    assert not process.ask("/parties/").is_kept, "the editor's was not kept"
    assert not process.ask("/parties/", cookie=session).is_kept, "nor is the kept one shown to the editor"


def test_only_a_page_of_nobody_shares_a_process_with_who_opened_it(process, kept):
    def said(address):
        return process.ask(address).headers["cross-origin-opener-policy"]

    assert said(PAGE) == "unsafe-none"
    assert said("/alerts/subscribe/") == said("/admin/login/") == said("/treaties/?status=odd") == "same-origin"


def test_a_form_of_somebody_is_never_kept(process, kept):
    for cookies in ("", "csrftoken=abcdefghijklmnopqrstuvwxyz012345"):
        answer = process.ask("/alerts/subscribe/?treaty=pact", cookie=cookies)
        assert "set-cookie" in answer.headers
        assert "public" not in answer.headers["cache-control"]
        assert "etag" not in answer.headers


def test_a_fault_is_not_kept(process, kept):
    for _ in range(2):
        assert process.ask("/treaties/atlantis/").status == 404
        assert process.ask("/treaties/pact/?as_of=never").status == 400
    assert process.ask("/treaties/atlantis/").headers["cache-control"] == "private, no-cache"


def test_a_flushed_valkey_costs_nothing_but_speed(process, another, kept):
    cache.clear()
    assert process.ask(PAGE).is_kept, "from memory"
    answer = another.ask(PAGE)
    assert not answer.is_kept
    assert answer.body == process.ask(PAGE).body


def test_a_dead_valkey_costs_nothing_but_speed(process, another, kept, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    assert another.ask(PAGE).status == 200
    assert another.ask(PAGE).is_kept, "in its own memory"


def test_every_table_of_the_record_moves_the_generation():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'record_moves' AND tgenabled = 'A'"
        )
        watched = {table for (table,) in cursor.fetchall()}
    assert watched == set(generation.record_tables())
    assert {"events_event_sources", "treaties_participationact", "events_change"} <= watched


def test_folding_keeps_the_generation(enter, monkeypatch):
    for day in (1, 2, 3):
        enter(day=f"2019-02-0{day}")
    before = generation.generation()
    monkeypatch.setattr(generation, "_FEW", 1)
    generation.fold()
    assert RecordMove.objects.count() == 1
    assert generation.generation() == before
    enter(day="2019-02-04")
    assert generation.generation() != before
