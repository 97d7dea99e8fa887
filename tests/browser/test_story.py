"""The whole way: an analyst subscribes, an editor enters a notice, the page changes, the mail arrives, once."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pytest

pytestmark = pytest.mark.browser


def mails_to(page, address):
    page.goto("/mailbox/")
    return page.locator("li, tr").filter(has_text=address)


def wait_for_mail(page, address, subject, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = mails_to(page, address).filter(has_text=subject)
        if found.count():
            return found
        page.wait_for_timeout(500)
    raise AssertionError(page.inner_text("body"))


def choose(page, field, text):
    """Pick the first match of an autocomplete field, with the keyboard only."""
    page.click(f".field-{field} .select2-selection")
    page.keyboard.type(text)
    page.wait_for_selector(f".select2-results__option--highlighted:has-text('{text}')")
    page.keyboard.press("Enter")


def sign_in(page, site):
    page.goto("/admin/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", site.password())
    page.click("[type=submit]")
    page.wait_for_selector("#user-tools")


def test_from_subscribing_to_the_alert_in_the_inbox(page, site):
    reader = "reader@example.org"
    page.goto("/treaties/npt/")
    page.click("text=Follow by mail")
    page.fill("[name=email]", reader)
    page.click("main button")
    wait_for_mail(page, reader, "Confirm").get_by_role("link").first.click()
    page.goto(re.search(r"http\S+/alerts/confirm/\S+", page.inner_text("body"))[0])
    page.click("main button")

    sign_in(page, site)
    today = datetime.now(UTC).date()
    page.goto("/admin/events/event/add/")
    page.select_option("#id_kind", "notice_of_withdrawal")
    choose(page, "actor", "Russia")
    page.fill("#id_date", today.isoformat())
    page.fill("#id_title", "Trial notice of withdrawal")
    choose(page, "treaties", "NPT")
    choose(page, "sources", "RFE/RL")
    page.select_option("#id_publication", "published")
    page.click("[name=_save] >> nth=0")
    assert "Russia withdrawal takes effect" in page.inner_text("main"), "shown before it is done"
    assert "1 person would be mailed" in page.inner_text("main")
    page.click("[name=_confirm]")
    assert "Clock: Russia withdrawal takes effect" in page.inner_text(".messagelist")

    page.goto("/treaties/npt/")
    assert "days left" in page.inner_text(".clock >> nth=0")
    assert "Trial notice of withdrawal" in page.inner_text("main")
    found = wait_for_mail(page, reader, "NPT: clock started")
    assert found.count() == 1
    page.wait_for_timeout(3000)
    assert mails_to(page, reader).filter(has_text="clock started").count() == 1, "once"
