"""Who publishes signs in with two factors; guessing is locked out; a sign-in that ran out loses nobody's work."""

from __future__ import annotations

import html
import time

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.checks import run_checks
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from events.models import Event
from treatywatch.accounts.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def account(name, *roles):
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


@pytest.fixture
def strict(settings):
    settings.SECOND_FACTOR = True


def sign_in(client, name, password=PASSWORD, target="/admin/"):
    sent = {"username": name, "password": password, "next": target}
    return client.post(f"/admin/login/?next={target}", sent, follow=True)


def code_now(device, drift=0):
    totp = TOTP(device.bin_key)
    totp.time = time.time() + 30 * drift
    return f"{totp.token():06d}"


def enrolled(user):
    return TOTPDevice.objects.create(user=user, name="authenticator", confirmed=True)


def words(answer):
    return html.unescape(answer.content.decode())


def test_an_editor_sets_up_a_second_factor_at_the_first_sign_in(client, strict):
    editor = account("editor", EDITOR)
    answer = sign_in(client, "editor", target="/admin/events/event/")
    assert "Scan this with an authenticator" in words(answer)
    assert "data:image/svg+xml" in words(answer)
    assert client.get("/admin/events/event/").status_code == 302, "until then the desk is closed"
    device = TOTPDevice.objects.get(user=editor)
    sent = {"code": code_now(device), "next": "/admin/events/event/"}
    answer = client.post("/admin/second-factor/", sent)
    assert len(answer.context["codes"]) == 10
    assert answer.context["next"] == "/admin/events/event/"
    assert client.get("/admin/events/event/").status_code == 200


@pytest.mark.parametrize("name", ["x" * 151, "é" * 3000, "a\0b"])
def test_a_name_that_nobody_can_have_is_refused_in_words(client, name):
    answer = sign_in(client, name)
    assert answer.status_code == 200
    assert any(word in words(answer) for word in ("at most 150 characters", "Null characters are not allowed"))


def test_then_a_code_is_asked_at_every_sign_in(client, strict):
    device = enrolled(account("editor", EDITOR))
    answer = sign_in(client, "editor")
    assert "Type the code that your authenticator shows" in words(answer)
    wrong = client.post("/admin/second-factor/", {"code": "000000"})
    assert "That code is not right" in words(wrong)
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    client.post("/admin/second-factor/", {"code": code_now(device)})
    assert client.get("/admin/").status_code == 200


def test_a_recovery_code_is_good_once(client, strict):
    editor = account("editor", EDITOR)
    sign_in(client, "editor")
    device = TOTPDevice.objects.get(user=editor)
    codes = client.post("/admin/second-factor/", {"code": code_now(device)}).context["codes"]
    for expected in (200, 302):
        client.logout()
        sign_in(client, "editor")
        client.post("/admin/second-factor/", {"code": codes[0]})
        assert client.get("/admin/").status_code == expected


def test_a_code_is_good_once(client, strict):
    device = enrolled(account("editor", EDITOR))
    code = code_now(device)
    for expected in (200, 302):
        sign_in(client, "editor")
        client.post("/admin/second-factor/", {"code": code})
        assert client.get("/admin/").status_code == expected
        client.logout()


def test_a_contributor_needs_none_but_may_have_one(client, strict):
    user = account("contributor", CONTRIBUTOR)
    assert sign_in(client, "contributor").status_code == 200
    assert client.get("/admin/").status_code == 200
    enrolled(user)
    client.logout()
    assert "Type the code" in words(sign_in(client, "contributor"))


def test_an_administrator_of_accounts_needs_one(client, strict):
    account("admin", ADMINISTRATOR)
    assert "Scan this" in words(sign_in(client, "admin"))


def test_on_one_machine_a_password_is_enough_until_one_is_set_up(client, settings):
    settings.SECOND_FACTOR = False
    user = account("editor", EDITOR)
    sign_in(client, "editor")
    assert client.get("/admin/").status_code == 200
    assert "Scan this" in words(client.get("/admin/second-factor/"))
    client.logout()
    enrolled(user)
    assert "Type the code" in words(sign_in(client, "editor"))


def test_guessing_passwords_is_locked_out(client):
    account("editor", EDITOR)
    for _ in range(8):
        last = sign_in(client, "editor", password="guess")
    assert last.status_code == 429
    assert sign_in(client, "editor").status_code == 429, "even with the right one"
    assert "Too many failed sign-ins" in words(sign_in(client, "editor"))


def test_guessing_codes_is_locked_out_although_the_password_is_right(client, strict):
    device = enrolled(account("editor", EDITOR))
    sign_in(client, "editor")
    for _ in range(8):
        TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
        last = client.post("/admin/second-factor/", {"code": "000000"})
    assert last.status_code == 429
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post("/admin/second-factor/", {"code": code_now(device)}).status_code == 429
    assert client.get("/admin/").status_code == 302


def test_a_stranger_and_a_reader_with_an_account_are_kept_out(client):
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/second-factor/").status_code == 302
    User.objects.create_user("reader", password=PASSWORD)
    client.force_login(User.objects.get(username="reader"))
    for address in ("/admin/", "/admin/events/event/", "/admin/second-factor/", "/admin/recovery-codes/"):
        assert client.get(address).status_code == 302, address


def test_passwords_have_rules(client):
    user = account("admin", ADMINISTRATOR)
    client.force_login(user)
    for weak in ("short", "123456789012", "administrator", "password1234"):
        sent = {"old_password": PASSWORD, "new_password1": weak, "new_password2": weak}
        assert client.post("/admin/password_change/", sent).status_code == 200, weak
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_public_installation_without_second_factor_fails_its_checks(settings):
    settings.SECOND_FACTOR, settings.EMBEDDED = False, False
    assert "treatywatch.E001" in [one.id for one in run_checks(include_deployment_checks=True)]
    settings.SECOND_FACTOR = True
    assert "treatywatch.E001" not in [one.id for one in run_checks(include_deployment_checks=True)]


@pytest.fixture
def typed(party, treaty, source):
    return {
        "kind": "report",
        "actor": party.pk,
        "date": "2 Feb 2019",
        "title": "A long afternoon's work",
        "treaties": [treaty.pk],
        "sources": [source.pk],
        "publication": "published",
        "date_basis": "stated",
    }


def test_what_was_sent_after_the_sign_in_ran_out_is_kept_for_its_author(client, typed):
    account("editor", EDITOR)
    sign_in(client, "editor")
    Session.objects.all().delete()
    answer = client.post("/admin/events/event/add/?_changelist_filters=q", typed)
    assert answer.url == "/admin/login/?next=%2Fadmin%2Fkept-work%2F"
    assert not Event.objects.exists()
    assert "What you had typed is kept" in words(client.get(answer.url))
    answer = sign_in(client, "editor", target="/admin/kept-work/")
    assert "A long afternoon's work" in words(answer)
    work = answer.context["works"][0].work
    assert work["send_to"] == "/admin/events/event/add/?_changelist_filters=q"
    again = dict(work["fields"]) | {"_kept": work["key"]}
    client.post(work["send_to"], again | {"title": ""})
    assert client.get("/admin/kept-work/").status_code == 200, "a refused form has gone nowhere"
    client.post(work["send_to"], again)
    assert Event.objects.get().title == "A long afternoon's work"
    assert client.get("/admin/kept-work/").status_code == 302, "it is not kept any longer"


def test_each_of_two_forms_is_kept(client, typed):
    account("editor", EDITOR)
    sign_in(client, "editor")
    Session.objects.all().delete()
    client.post("/admin/events/event/add/", typed)
    client.post("/admin/events/event/add/", typed | {"title": "The second tab"})
    kept = words(sign_in(client, "editor", target="/admin/kept-work/"))
    assert "A long afternoon's work" in kept
    assert "The second tab" in kept


def test_nobody_else_is_shown_it(client, typed):
    account("editor", EDITOR)
    account("other", EDITOR)
    sign_in(client, "editor")
    Session.objects.all().delete()
    client.post("/admin/events/event/add/", typed)
    assert "A long afternoon" not in words(sign_in(client, "other", target="/admin/kept-work/"))


def test_a_stranger_leaves_nothing_and_passwords_are_not_kept(client, typed):
    assert "kept-work" not in client.post("/admin/events/event/add/", typed).url
    account("editor", EDITOR)
    sign_in(client, "editor")
    Session.objects.all().delete()
    sent = {"old_password": PASSWORD, "new_password1": "x", "new_password2": "x"}
    assert "kept-work" not in client.post("/admin/password_change/", sent).url
    assert not Session.objects.exists()


def grow_old(client, **seconds):
    session = client.session
    for name, by in seconds.items():
        session[name] -= by
    session.save()


@pytest.mark.parametrize(
    ("seconds", "status"),
    [
        ({"seen_at": 59 * 60}, 200),
        ({"seen_at": 60 * 60}, 302),
        ({"signed_in_at": 12 * 60 * 60 - 60}, 200),
        ({"signed_in_at": 12 * 60 * 60}, 302),
    ],
)
def test_a_sign_in_ends_after_an_hour_unused_and_after_twelve_however_busy(client, seconds, status):
    client.force_login(account("editor", EDITOR))
    grow_old(client, **seconds)
    assert client.get("/admin/events/event/").status_code == status
    assert client.get("/admin/").status_code == status, "and does not come back by being asked again"


def test_whoever_is_at_work_stays_signed_in(client):
    client.force_login(account("editor", EDITOR))
    for _ in range(3):
        grow_old(client, seen_at=50 * 60)
        assert client.get("/admin/events/event/").status_code == 200


def test_an_unused_sign_in_that_ends_takes_no_work_with_it(client, typed):
    account("editor", EDITOR)
    sign_in(client, "editor")
    client.post("/admin/events/event/999999/change/", typed | {"title": "Kept before"})
    grow_old(client, seen_at=60 * 60)
    assert "kept-work" in client.post("/admin/events/event/add/", typed).url
    kept = words(sign_in(client, "editor", target="/admin/kept-work/"))
    assert "A long afternoon's work" in kept
    assert "Kept before" in kept


def test_a_sign_in_gets_a_session_of_its_own(client):
    client.get("/admin/login/")
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    account("editor", EDITOR)
    sign_in(client, "editor")
    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(pk=planted).exists()


def test_a_new_password_signs_out_everywhere_else(client):
    account("editor", EDITOR)
    elsewhere = Client()
    for one in (client, elsewhere):
        sign_in(one, "editor")
    new = "a quite different phrase"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", sent).status_code == 302
    assert client.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302


def test_whoever_is_switched_off_is_out_at_once(client):
    user = account("editor", EDITOR)
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\\\evil.example", "javascript:alert(1)", "https:evil.example"],
)
def test_a_sign_in_leads_to_no_other_site(client, target, strict):
    device = enrolled(account("editor", EDITOR))
    sent = {"username": "editor", "password": PASSWORD, "next": target}
    answer = client.post("/admin/login/", sent)
    assert "evil" not in answer.url
    assert "javascript" not in answer.url
    answer = client.post("/admin/second-factor/", {"code": code_now(device), "next": target})
    assert answer.url == "/admin/"
