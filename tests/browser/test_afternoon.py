"""An editor's afternoon: sign in with two factors, take in an article, enter a notice, publish, correct it next day."""

from __future__ import annotations

import time
from base64 import b32decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django_otp.oath import TOTP

from tests.browser.steps import choose, click_through, link_in_mail, open_mail, sign_in, wait_for_cursor

pytestmark = pytest.mark.browser
ARTICLE = Path(__file__).parents[1] / "events" / "intake" / "articles" / "open-skies.txt"
READER = "analyst@example.org"
TITLE = "Trial notice under the CWC"
EDITOR, PASSWORD = "ines", "a long afternoon at the desk"


def code(secret, *, later=0):
    """Return what an authenticator with this secret shows now, or so many seconds later (RFC 6238)."""
    bare = secret.replace(" ", "")
    totp = TOTP(b32decode(bare + "=" * (-len(bare) % 8)))
    totp.time = time.time() + later
    return f"{totp.token():06d}"


def follow(page, treaty):
    page.goto(f"/alerts/subscribe/?treaty={treaty}")
    page.fill("[name=email]", READER)
    click_through(page, "main button")
    page.goto(link_in_mail(page, READER, "Confirm", "/alerts/confirm/"))
    click_through(page, "main button")


def make_account(page, site):
    """Let the administrator make an editor's account."""
    sign_in(page, site)
    page.goto("/admin/auth/user/add/")
    page.fill("#id_username", EDITOR)
    for field in ("password1", "password2"):
        page.fill(f"#id_{field}", PASSWORD)
    click_through(page, "[name=_save]")
    page.check("#id_is_staff")
    page.select_option("#id_groups_from", label="Editor")
    page.click("#id_groups_add")
    click_through(page, "[name=_save]")
    sign_out(page)


def sign_out(page):
    click_through(page, "#logout-form button")


def give_password(page):
    page.goto("/admin/")
    page.fill("#id_username", EDITOR)
    page.fill("#id_password", PASSWORD)
    click_through(page, "[type=submit]")


def sign_in_with_both_factors(page):
    """Set an authenticator up, and sign in anew with its next code: each is good for once."""
    give_password(page)
    page.goto("/admin/second-factor/")
    secret = page.inner_text("#secret")
    page.fill("#id_code", code(secret))
    click_through(page, "text=Set it up")
    assert page.locator("#recovery-codes li").count() == 10
    click_through(page, "text=I have kept them")
    sign_out(page)
    give_password(page)
    assert "/second-factor/" in page.url, "the password alone lets nobody in"
    page.fill("#id_code", code(secret, later=30))
    click_through(page, "[type=submit]")


def take_in(page, article):
    page.goto("/admin/events/intake/add/")
    page.fill("#id_text", article)
    page.fill("#id_url", "https://courier.example/open-skies")
    page.fill("#id_publisher", "The Courier")
    page.fill("#id_title", "Washington leaves Open Skies")
    page.fill("#id_published_on", "2020-05-21")
    click_through(page, "[name=_save]")


def confirm(page, **decision):
    """Decide on the page that shows what the edit does."""
    for field, value in decision.items():
        if field == "weight":
            page.check(f"[name=_weight][value={value}]")
        else:
            page.fill(f"[name=_{field}]", value)
    click_through(page, "[name=_confirm]")
    return page.inner_text(".messagelist")


def mail_text(page, subject):
    return " ".join(open_mail(page, READER, subject).split())


def words(day):
    return f"{day.day} {day:%B %Y}"


def accept_a_proposal(page):
    take_in(page, ARTICLE.read_text())
    found = page.locator(".finding", has_text="flagrantly")
    assert "accuses" in found.inner_text()
    click_through(page, found.get_by_role("button", name="Accept and change"))
    assert page.input_value("#id_publication") == "draft"
    assert "flagrantly" in page.input_value("#id_quotation")
    assert "The Courier" in page.inner_text(".field-sources .select2-selection")


def enter_a_notice(page, given):
    """Fill in one screen, a source that is new included, and save with the Enter key."""
    page.goto("/admin/events/event/add/")
    # The cursor stands where the entry begins.
    wait_for_cursor(page, "date")
    page.keyboard.type(given.isoformat())
    page.select_option("#id_kind", "notice_of_withdrawal")
    choose(page, "actor", "Ukraine")
    page.fill("#id_title", TITLE)
    choose(page, "treaties", "CWC")
    page.fill("#id_source_address", "https://courier.example/notice")
    page.fill("#id_source_publisher", "The Courier")
    page.fill("#id_source_title", "A notice of withdrawal")
    page.select_option("#id_publication", "published")
    with page.expect_navigation():
        page.press("#id_title", "Enter")


def test_an_editors_afternoon(page, site):
    follow(page, "cwc")
    make_account(page, site)
    sign_in_with_both_factors(page)
    accept_a_proposal(page)

    # A day later, which it is corrected to, has begun in every zone as well.
    given = datetime.now(UTC).date() - timedelta(days=2)
    told, right = (words(given + timedelta(days=days)) for days in (90, 91))
    enter_a_notice(page, given)
    shown = page.inner_text("main")
    assert told in shown, "shown before it is done"
    assert "1 person would be mailed" in shown
    assert f"Clock: Ukraine withdrawal takes effect: {told}" in confirm(page)
    assert told in mail_text(page, "CWC: clock started")

    page.goto("/admin/events/event/?q=Trial+notice")
    click_through(page, f"#result_list a >> text={TITLE}")
    page.fill("#id_date", (given + timedelta(days=1)).isoformat())
    click_through(page, "[name=_save] >> nth=0")
    shown = page.inner_text("main")
    assert shown.index(told) < shown.index(right), "old, then new"
    assert right in confirm(page, weight="major", note="The note was handed over a day later.")
    corrected = mail_text(page, f"CWC: date moved: was {told}, now {right}")
    assert f"Corrected on record: {given + timedelta(days=1)}: {TITLE}. The note was handed over" in corrected
