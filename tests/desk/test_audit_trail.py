"""The audit trail: each sign-in, refusal and change of an account is in it, and nobody takes anything out of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import InternalError, connection, transaction
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from alerts.models import Subscriber
from tests.desk.test_accounts import PASSWORD, account, code_now, enrolled, sign_in
from treaties.models import EditorAssignment
from treatywatch.accounts.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR
from treatywatch.models import AuditEntry

pytestmark = pytest.mark.django_db


def told(**about):
    return list(AuditEntry.objects.filter(**about).order_by("pk").values_list("what", flat=True))


@pytest.fixture
def chief(client):
    """Return the browser of an administrator who has signed in; what made them is not told below."""
    client.force_login(account("chief", ADMINISTRATOR))
    return client


@pytest.fixture
def forget_so_far():
    """Start the trail at what a test does itself."""

    def _forget():
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE treatywatch_auditentry")

    return _forget


def test_signing_in_failing_and_signing_out_are_told_with_the_address(client, forget_so_far):
    account("editor", CONTRIBUTOR)
    forget_so_far()
    sign_in(client, "editor", password="guess")
    sign_in(client, "editor")
    client.post("/admin/logout/")
    assert told(account="editor") == ["sign_in_failed", "signed_in", "signed_out"]
    assert set(AuditEntry.objects.values_list("network", flat=True)) == {"127.0.0.1"}


def test_a_name_that_nobody_has_is_told_too_and_no_password_ever(client):
    sign_in(client, "root", password="hunter2-hunter2")
    entry = AuditEntry.objects.get(what="sign_in_failed")
    assert (entry.account, entry.by) == ("root", "")
    assert "hunter2" not in str(list(AuditEntry.objects.values()))


def test_guessing_ends_in_an_entry_that_says_so(client):
    account("editor", EDITOR)
    for _ in range(8):
        sign_in(client, "editor", password="guess")
    assert told(account="editor", what="sign_in_failed") == 8 * ["sign_in_failed"]
    assert told(account="editor", what="locked_out")


def test_the_second_factor_is_told_from_its_setting_up_to_its_removal(client, settings, forget_so_far):
    settings.SECOND_FACTOR = True
    editor = account("editor", EDITOR)
    forget_so_far()
    sign_in(client, "editor")
    device = TOTPDevice.objects.get(user=editor)
    client.post("/admin/second-factor/", {"code": code_now(device)})
    assert told(account="editor") == ["signed_in", "factor_set", "codes_made"]
    client.logout()
    sign_in(client, "editor")
    client.post("/admin/second-factor/", {"code": "000000"})
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    client.post("/admin/second-factor/", {"code": code_now(device, drift=1)})
    assert told(account="editor")[-2:] == ["code_refused", "code_given"]
    TOTPDevice.objects.get().delete()
    assert told(account="editor")[-1] == "factor_removed"


def test_who_removes_anothers_second_factor_is_named(chief):
    device = enrolled(account("editor", EDITOR))
    chief.post(f"/admin/otp_totp/totpdevice/{device.pk}/delete/", {"post": "yes"})
    entry = AuditEntry.objects.get(what="factor_removed")
    assert (entry.account, entry.by) == ("editor", "chief")


def test_a_password_a_role_and_a_name_that_change_are_told_and_by_whom(chief, forget_so_far, treaty):
    user = User.objects.create_user("bert", password=PASSWORD)
    forget_so_far()
    counts = {"assignments-TOTAL_FORMS": 1, "assignments-INITIAL_FORMS": 0, "assignments-0-treaty": treaty.pk}
    sent = {"username": "bert", "is_active": "on", "is_staff": "on", "first_name": "Bert"} | counts
    sent |= {"groups": [Group.objects.get(name=EDITOR).pk], "date_joined_0": "2019-01-01", "date_joined_1": "12:00:00"}
    chief.post(f"/admin/auth/user/{user.pk}/change/", sent)
    new = {"password1": "a quite different phrase", "password2": "a quite different phrase", "usable_password": "true"}
    chief.post(f"/admin/auth/user/{user.pk}/password/", new)
    found = AuditEntry.objects.filter(account="bert").order_by("pk")
    assert [(one.what, one.told) for one in found] == [
        ("account_changed", "first_name:  → Bert; is_staff: False → True"),
        ("rights_changed", "given: Editor"),
        ("rights_changed", "limited to: Pact"),
        ("password_changed", ""),
    ]
    assert {one.by for one in found} == {"chief"}
    EditorAssignment.objects.get().delete()
    user.delete()
    assert told(account="bert")[-2:] == ["rights_changed", "account_deleted"]


def test_a_new_account_and_the_rights_of_a_group_are_told(forget_so_far):
    forget_so_far()
    User.objects.create_superuser("root", password=PASSWORD)
    Group.objects.get(name=EDITOR).permissions.clear()
    assert told() == ["account_made", "rights_changed"]
    assert AuditEntry.objects.get(what="rights_changed").account == EDITOR


def test_what_the_desk_refused_is_told(client, enter):
    event = enter()
    client.force_login(account("anna", CONTRIBUTOR))
    client.post(f"/admin/events/event/{event.pk}/delete/")
    entry = AuditEntry.objects.get(what="refused")
    assert (entry.by, entry.told) == ("anna", f"POST /admin/events/event/{event.pk}/delete/")


def test_what_is_done_with_others_addresses_is_told_without_naming_them(chief, follow, treaty):
    follow(treaty=treaty)
    reader = Subscriber.objects.get()
    chief.post("/admin/alerts/subscriber/", {"action": "unsubscribe", "_selected_action": [reader.pk], "index": "0"})
    entry = AuditEntry.objects.get(what="acted")
    assert (entry.by, entry.told) == ("chief", f"/admin/alerts/subscriber/ unsubscribe {reader.pk}")


@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEntry.objects.update(by="somebody else"),
        lambda: AuditEntry.objects.all().delete(),
        lambda: AuditEntry.objects.update(at=timezone.now() - timedelta(days=4000)),
    ],
)
def test_the_database_lets_nobody_change_or_empty_it(change):
    account("editor", EDITOR)
    before = list(AuditEntry.objects.values())
    with pytest.raises(InternalError, match="Cannot"), transaction.atomic():
        change()
    assert list(AuditEntry.objects.values()) == before


def test_what_is_older_than_a_year_may_be_deleted_and_no_more():
    now = timezone.now()
    for days in (360, 370):
        AuditEntry.objects.create(at=now - timedelta(days=days), what="signed_in", account=str(days))
    AuditEntry.objects.filter(at__lt=now - timedelta(days=366)).delete()
    assert AuditEntry.objects.filter(account="360").exists()
    assert not AuditEntry.objects.filter(account="370").exists()


@pytest.mark.parametrize("role", [CONTRIBUTOR, EDITOR, ADMINISTRATOR, "superuser"])
def test_no_role_has_a_way_to_change_it_at_the_desk(role):
    user = User.objects.create_superuser("root") if role == "superuser" else account(role.lower(), role)
    client = Client()
    client.force_login(user)
    entry = AuditEntry.objects.first()
    for what in ("add/", f"{entry.pk}/delete/", f"{entry.pk}/change/"):
        assert client.post(f"/admin/treatywatch/auditentry/{what}", {"post": "yes", "by": "x"}).status_code == 403
    client.post("/admin/treatywatch/auditentry/", {"action": "delete_selected", "_selected_action": [entry.pk]})
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_administrators_read_it_and_nobody_below_them(chief):
    answer = chief.get("/admin/treatywatch/auditentry/?what__exact=signed_in")
    assert [one.account for one in answer.context["cl"].result_list] == ["chief"]
    chief.force_login(account("editor", EDITOR))
    assert chief.get("/admin/treatywatch/auditentry/").status_code == 403
