"""Steps of people in a browser. Each ends when its effect is there, however slow the machine: no test waits for a time."""

from __future__ import annotations

import re
import time

# Long enough for a machine that has much else to do; whoever waits for a state goes on as soon as it is there.
PATIENCE = 180  # seconds


def click_through(page, target):
    """Click what leads to another page (a selector or a locator), and wait until all of that has loaded."""
    with page.expect_navigation():
        (page.locator(target) if isinstance(target, str) else target).click()


def wait_for_cursor(page, field):
    """The browser gives a field the cursor when it first draws the page, which may be after everything has loaded."""
    page.wait_for_selector(f".field-{field}:focus-within")


def wait_for_frame(page):
    """Wait until the page has been drawn: only then it is known what of it is out of sight."""
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def wait_for_desk(page):
    """Wait until the desk's scripts have made their fields and named them, which may be after the page has loaded."""
    page.evaluate("new Promise((ready) => (window.django?.jQuery ? window.django.jQuery(() => ready()) : ready()))")


def mails_to(page, address):
    page.goto("/mailbox/")
    return page.locator("li, tr").filter(has_text=address)


def wait_for_mail(page, address, subject):
    """Return the line of the mailbox that shows the mail."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = mails_to(page, address).filter(has_text=subject)
        if found.count():
            return found
        page.wait_for_timeout(250)
    raise AssertionError(page.inner_text("body"))


def open_mail(page, address, subject):
    """Open the mail as soon as it has come, and return its text."""
    click_through(page, wait_for_mail(page, address, subject).get_by_role("link").first)
    return page.inner_text("main")


def link_in_mail(page, address, subject, path):
    """Return the link in the mail whose address begins with this path."""
    return re.search(rf"http\S+{path}\S+", open_mail(page, address, subject))[0]


def choose(page, field, text):
    """Pick the first match of an autocomplete field, with the keyboard only."""
    page.click(f".field-{field} .select2-selection")
    page.keyboard.type(text)
    page.wait_for_selector(f".select2-results__option--highlighted:has-text('{text}')")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".field-{field} .select2-selection:has-text('{text}')")


def sign_in(page, site):
    page.goto("/admin/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", site.password())
    click_through(page, "[type=submit]")
    page.wait_for_selector("#user-tools")
