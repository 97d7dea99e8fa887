"""Who may reach what at the desk: every address that it answers, every role, looking and sending."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import URLResolver
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from alerts.models import Alert, BounceReport, FormMail
from events import services
from events.bulk.imports import upload
from events.editorial.kinds import KINDS
from events.models import Change, Intake, Proposal, Statement
from tests.conftest import FEBRUARY_2019
from treaties.archiving import keep_copy
from treaties.models import Official, Participation
from treatywatch.accounts.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR

pytestmark = pytest.mark.django_db
NO_ROLE = "no role"
REFUSED = 403
NOTHING_THERE = {REFUSED, 404, 405}

# What each role may at the lists and rows of a model: look at the list, add, look at a row, send its form, look at its
# history, delete. In this order: contributor, editor, administrator; whoever has no role may nothing anywhere.
_RECORD = ("list add row send history", "list add row send history delete", "list add row send history delete")
_LOOKED_AT = ("", "list row history", "list row history")
_ACCOUNTS = ("", "", "list add row send history delete")
MAY = {
    "events_event": _RECORD,
    "events_statement": _RECORD,
    "events_intake": ("list add row history", "list add row history delete", "list add row history delete"),
    "events_bulkimport": 3 * ("list add row send history",),
    "events_deadline": ("list row history", "list row send history", "list row send history"),
    "events_proposal": ("list row send history", "list row send history", "list row send history"),
    "events_change": _LOOKED_AT,
    "treaties_treaty": _RECORD,
    # A clause whose clocks are on record stays.
    "treaties_provision": 3 * ("list add row send history",),
    "treaties_participation": _RECORD,
    "treaties_party": _RECORD,
    "treaties_official": _RECORD,
    "treaties_source": _RECORD,
    "alerts_alert": _LOOKED_AT,
    "alerts_subscriber": ("", "list row send history", "list row send history"),
    "alerts_subscription": _LOOKED_AT,
    "alerts_formmail": _LOOKED_AT,
    "alerts_bouncereport": _LOOKED_AT,
    "auth_user": _ACCOUNTS,
    "auth_group": _ACCOUNTS,
    "otp_totp_totpdevice": _ACCOUNTS,
    "otp_static_staticdevice": _ACCOUNTS,
    "axes_accessattempt": ("", "", "list row send history delete"),
    "treatywatch_auditentry": ("", "", "list row history"),
}
_WORDS = {"changelist": "list", "change": "row"}
# Addresses of our own and of the site: who is let in, in the same order, after whoever has no role.
ALL, ROLES_ONLY, EDITORS_ONLY, NOBODY = (True,) * 4, (False, True, True, True), (False, False, True, True), (False,) * 4
OTHERS = {
    "index": ALL, "guide": ALL, "kept-work": ALL, "second-factor": ALL, "recovery-codes": ALL, "jsi18n": ALL,
    "login": ALL, "password_change": ALL, "password_change_done": ALL,
    # Of these each asks further, by what is to be shown.
    "view_on_site": ALL, "app_list": ALL,
    "events_event_advice": ROLES_ONLY, "events_statement_advice": ROLES_ONLY, "events_bulkimport_export": ROLES_ONLY,
    "events_bulkimport_decide": ROLES_ONLY, "events_intake_decide": ROLES_ONLY, "treaties_source_copy": ROLES_ONLY,
    "alerts_alert_try": EDITORS_ONLY,
    "auth_user_password_change": (False, False, False, True),
    "autocomplete": NOBODY, "otp_totp_totpdevice_config": NOBODY, "otp_totp_totpdevice_qrcode": NOBODY,
}  # fmt: skip
# These need no more than a name: signing out is for whoever is in, and the last answers 404 to what leads nowhere.
LEFT_OUT = {"logout", None}


def every_address(patterns=None, prefix=""):
    """Yield name and route of each address below /admin/."""
    for one in admin.site.urls[0] if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from every_address(one.url_patterns, prefix + str(one.pattern))
        elif one.name not in LEFT_OUT:
            yield one.name, prefix + str(one.pattern)


def of_a_model(name):
    """Return the model of an address and what one does there; None for the others."""
    found = re.fullmatch(r"(.+)_(changelist|add|change|history|delete)", name)
    return (found[1], found[2]) if found and found[1] in MAY else None


def model_called(name):
    return next(one for one in admin.site._registry if f"{one._meta.app_label}_{one._meta.model_name}" == name)


@pytest.fixture
def rows(enter, treaty, party, source, follow):
    """Make a row of everything that the desk lists; returns the key of one each."""
    event = enter()
    Participation.objects.create(treaty=treaty, party=party)
    speaker = Official.objects.create(slug="envoy", name="R. Hentzau", office="Envoy", party=party)
    said = Statement(slug="said", date="2019-02-04", title="No", kind="denial", stance="denies", speaker=speaker)
    services.save_event(said, at=FEBRUARY_2019)
    follow(treaty=treaty)
    reader = apps.get_model("alerts", "Subscriber").objects.get()
    times = {"planned_at": FEBRUARY_2019, "due_at": FEBRUARY_2019, "not_after": FEBRUARY_2019 + timedelta(days=1)}
    Alert.objects.create(subscriber=reader, kind="statement", event=event, message_id="<1@example.org>", **times)
    BounceReport.objects.create(received_at=FEBRUARY_2019, kind="permanent", subscriber=reader, digest="x")
    FormMail.objects.create(
        kind="link", email="anna@example.org", language="en", message_id="<2@x>", asked_at=FEBRUARY_2019,
        due_at=FEBRUARY_2019,
    )  # fmt: skip
    copy = keep_copy(source, b"Text", file_name="a.txt", read_on=FEBRUARY_2019.date())
    Intake.objects.create(source=source, copy=copy, published_on="2019-02-02", pasted_at=FEBRUARY_2019)
    Change.objects.create(at=FEBRUARY_2019, kind="corrected", weight="minor", row_kind="event", row_label="x")
    upload("parties", "a.csv", b"slug,name\nruritania,Ruritania\n", user=None, at=FEBRUARY_2019)
    user = User.objects.create_user("somebody")
    for model in (TOTPDevice, StaticDevice):
        model.objects.create(user=user, name="x")
    AccessAttempt.objects.create(username="x", ip_address="192.0.2.1", failures_since_start=1)
    return {name: model_called(name)._base_manager.values_list("pk", flat=True).first() for name in MAY} | {
        "auth_user": user.pk,
        "events_event": event.pk,
        "otp": None,
    }


def filled_in(route, key):
    known = {"<slug:name>": "parties", "<slug:kind>": "csv", "<path:object_id>": str(key)}
    return "/admin/" + re.sub(r"<[^>]*>", lambda found: known.get(found[0], "1"), route).removesuffix("$")


def test_the_table_names_every_address_of_the_desk():
    known = {name for name, _ in every_address() if of_a_model(name) is None}
    # What is registered without a row in the table shows up here as a name that nobody has thought about.
    assert known == set(OTHERS)
    assert {of_a_model(name)[0] for name, _ in every_address() if of_a_model(name)} == set(MAY)


def test_a_stranger_is_let_in_nowhere(client, rows):
    for name, route in every_address():
        address = filled_in(route.replace("(?P<app_label>auth|", "auth|"), rows.get((of_a_model(name) or [""])[0], 1))
        for method in ("get", "post"):
            if name not in {"login", "app_list"}:
                answer = getattr(client, method)(address)
                assert (answer.status_code, answer.url[:13]) == (302, "/admin/login/"), f"{method} {address}"


@pytest.mark.parametrize("role", [NO_ROLE, CONTRIBUTOR, EDITOR, ADMINISTRATOR])
def test_each_role_reaches_what_it_may_and_nothing_else(who, rows, role):
    client = who(role)
    mine = Proposal.objects.create(
        row_kind="event", row_id=rows["events_event"], row_label="x", values={}, base={}, made_by=client.user,
        made_at=FEBRUARY_2019, state_since=FEBRUARY_2019,
    )  # fmt: skip
    rows["events_proposal"] = mine.pk
    place = [NO_ROLE, CONTRIBUTOR, EDITOR, ADMINISTRATOR].index(role)
    wrong = []
    for name, route in every_address():
        model, act = of_a_model(name) or ("", "")
        if name == "app_list":
            continue
        address = filled_in(route, rows[model] if model else 1)
        for method in ("get", "post"):
            may = may_at(name, model, act, method, place)
            status = getattr(client, method)(address).status_code
            if status == REFUSED if may else status not in NOTHING_THERE:
                wrong.append(f"{method} {address}: {status}")
    assert not wrong


def may_at(name, model, act, method, place):
    if not model:
        return OTHERS[name][place]
    allowed = MAY[model][place - 1].split() if place else []
    # Sending the history of a row restores a version.
    sends = method == "post" and (act == "change" or (act == "history" and model.partition("_")[2] in KINDS))
    return ("send" if sends else _WORDS.get(act, act)) in allowed
