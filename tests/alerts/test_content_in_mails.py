"""Whatever the record says is told as it stands: no title, name or note is taken for a place to fill."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from alerts.delivery import send_due
from alerts.models import Alert, Subscriber
from alerts.samples import sample_of, shown
from alerts.services.digests import choose_delivery
from alerts.services.planning import plan
from events import services
from events.models import Change, Deadline
from treaties.models import Party, Provision, Treaty

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
SETTLED = NOTICE + timedelta(minutes=20)
MOVED = NOTICE + timedelta(days=10)
# All that stands for something in templates, translations, mails and addresses of ours, and what once did.
PLACES = [
    "@@leave@@", "@@leave0@@", "@@preferences@@", "@@nothing@@", "{{ leave }}", "{% now 'Y' %}", "%(title)s", "%s", "{0}",
    r"\g<0>", r"\1", "TOKEN", "=3D", "<b>", "&amp;", "--",
]  # fmt: skip
ODD = " ".join(PLACES)


@pytest.fixture
def odd_record(treaty, party, enter):
    """A treaty, a party and a clock whose every name is made of such places."""
    Treaty.objects.update(short_name=f"P {ODD}"[:120])
    Party.objects.update(name=f"R {ODD}"[:120])
    Provision.objects.update(effect_title="@@leave@@ {party} leaves")
    treaty.refresh_from_db()
    party.refresh_from_db()
    return enter(at=NOTICE, title=f"Notice {ODD}")


def go(at):
    plan(at=at)
    return send_due(clock=lambda: at, batch_size=10)


def read(mail):
    """Return a mail's subject, text and visible HTML, each in one line of single spaces."""
    text, formatted = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    seen = html.unescape(re.sub(r"<[^>]+>", "", formatted.partition("<body")[2].partition(">")[2]))
    return [" ".join(one.split()) for one in (mail["Subject"], text, seen)]


def links(mail):
    """Return the addresses of the mail's own links, the token cut."""
    text = mail.get_body(("plain",)).get_content()
    return re.findall(r"http://[^/\s]+/alerts/(unsubscribe|preferences)/[\w:-]+/(\S*)", text)


OWN_LINKS = [("unsubscribe", "?what=deadline"), ("unsubscribe", "?what=treaty"), ("preferences", ""),
             ("unsubscribe", "?what=all")]  # fmt: skip


def test_a_mail_tells_odd_names_as_they_stand_and_holds_its_own_links_only(odd_record, treaty, follow, relay):
    follow(treaty=treaty)
    assert go(SETTLED) == 1
    for form in read(relay.mails[0]):
        assert Deadline.objects.get().title in form
        assert str(treaty) in form
    assert links(relay.mails[0]) == OWN_LINKS


def test_a_correction_tells_an_odd_note_as_it_stands(odd_record, treaty, follow, relay):
    follow(treaty=treaty)
    go(SETTLED)
    odd_record.date = "2019-02-03"
    services.save_event(odd_record, at=MOVED)
    services.after_event_change(odd_record, at=MOVED)
    note = {"weight": "major", "public_note": f"Misread. {ODD}", "row_kind": "event", "row_label": f"Notice {ODD}"}
    Deadline.objects.update(change=Change.objects.create(at=MOVED, kind="corrected", **note))
    assert go(MOVED + timedelta(hours=1)) == 1
    for form in read(relay.mails[1])[1:]:
        assert f"Corrected on record: Notice {ODD}. Misread. {ODD}" in form
    assert links(relay.mails[1]) == OWN_LINKS


def test_a_digest_tells_odd_names_as_they_stand(odd_record, treaty, follow, relay):
    reader = follow(treaty=treaty)
    choose_delivery(reader, {"rhythm": Subscriber.Rhythm.DAILY}, at=NOTICE)
    assert go(SETTLED) == 0
    assert go(NOTICE + timedelta(days=1)) == 1
    assert Deadline.objects.get().title in read(relay.mails[0])[1]
    assert links(relay.mails[0]) == OWN_LINKS
    assert not Alert.objects.filter(state="failed").exists()


@pytest.mark.parametrize("link", ["/alerts/preview/", r"/\1\g<0>/"])
def test_a_preview_tells_odd_names_as_they_stand(odd_record, link):
    mail = shown(sample_of("started"), link=link)
    assert Deadline.objects.get().title in " ".join(mail.text.split())
    assert mail.text.count(link) == len(OWN_LINKS)


@pytest.mark.parametrize(("language", "told"), [("fr", '<span lang="en">%s</span></p>'), ("en-gb", ": %s</p>")])
def test_a_title_says_that_it_is_english_in_a_mail_that_is_not(enter, treaty, follow, relay, language, told):
    follow(treaty=treaty)
    Subscriber.objects.update(language=language)
    enter(at=NOTICE)
    assert go(SETTLED) == 1
    formatted = relay.mails[0].get_body(("html",)).get_content()
    assert told % Deadline.objects.get().title in formatted


def test_a_title_from_right_to_left_turns_no_date_beside_it(treaty, follow, enter, relay):
    follow(treaty=treaty)
    enter(at=NOTICE)
    title = "\N{HEBREW LETTER ALEF}\N{HEBREW LETTER BET}"
    Deadline.objects.update(title=title)
    assert go(SETTLED) == 1
    assert relay.mails[0]["Subject"] == f"Pact: clock started, 181 days left: \u2068{title}\u2069, 2 August 2019"
    assert f"A clock has started: \u2068{title}\u2069" in read(relay.mails[0])[1]


@pytest.mark.parametrize("control", ["\u202e", "\u2067", "\u2069\u202e", "\u200f"])
def test_no_title_can_turn_what_follows_it(treaty, follow, enter, relay, control):
    follow(treaty=treaty)
    enter(at=NOTICE)
    Deadline.objects.update(title=f"Leaves{control} it")
    assert go(SETTLED) == 1
    assert relay.mails[0]["Subject"].endswith(": Leaves it, 2 August 2019")
