"""The whole way: an analyst subscribes, an editor enters a notice, the page changes, the mail arrives, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.browser.steps import choose, click_through, link_in_mail, mails_to, sign_in, wait_for_mail

pytestmark = pytest.mark.browser


def test_from_subscribing_to_the_alert_in_the_inbox(page, site):
    reader = "reader@example.org"
    page.goto("/treaties/npt/")
    click_through(page, "text=Follow by mail")
    page.fill("[name=email]", reader)
    click_through(page, "main button")
    page.goto(link_in_mail(page, reader, "Confirm", "/alerts/confirm/"))
    click_through(page, "main button")

    sign_in(page, site)
    # Yesterday has begun in every zone, today not yet in that of the treaty.
    given = datetime.now(UTC).date() - timedelta(days=1)
    page.goto("/admin/events/event/add/")
    page.select_option("#id_kind", "notice_of_withdrawal")
    choose(page, "actor", "Russia")
    page.fill("#id_date", given.isoformat())
    page.fill("#id_title", "Trial notice of withdrawal")
    choose(page, "treaties", "NPT")
    choose(page, "sources", "RFE/RL")
    page.select_option("#id_publication", "published")
    click_through(page, "[name=_save] >> nth=0")
    assert "Russia withdrawal takes effect" in page.inner_text("main"), "shown before it is done"
    assert "1 person would be mailed" in page.inner_text("main")
    click_through(page, "[name=_confirm]")
    assert "Clock: Russia withdrawal takes effect" in page.inner_text(".messagelist")

    page.goto("/treaties/npt/")
    assert "days left" in page.inner_text(".clock >> nth=0")
    assert "Trial notice of withdrawal" in page.inner_text("main")
    found = wait_for_mail(page, reader, "NPT: clock started")
    assert found.count() == 1
    page.wait_for_timeout(3000)
    assert mails_to(page, reader).filter(has_text="clock started").count() == 1, "once"
