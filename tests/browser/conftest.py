"""A running TreatyWatch and a real chromium to look at it."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.steps import PATIENCE
from treatywatch.chaos.checkout import Checkout
from treatywatch.launcher.testing import find_chromium

SCREEN = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    checkout = Checkout(tmp_path_factory.mktemp("site"))
    checkout.up()
    yield checkout
    checkout.remove()


# Not for the whole session: while Playwright's loop runs, Django refuses the database to this thread.
@pytest.fixture(scope="module")
def chromium():
    path = find_chromium()
    if path is None:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        # Chromium's sandbox refuses to run as root.
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def visit(site, chromium):
    """Return a function that lets somebody come to the site: a page in a browser that knows and keeps nothing yet."""
    visits = []

    def _visit(**options):
        context = chromium.new_context(**{"viewport": SCREEN, "base_url": site.address} | options)
        context.set_default_timeout(PATIENCE * 1000)
        visits.append(context)
        return context.new_page()

    yield _visit
    for context in visits:
        context.close()


@pytest.fixture
def page(visit):
    """Open a page whose console must stay without errors: a refused script or style shows there."""
    page, faults = visit(), []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.context.close()
    assert not faults
