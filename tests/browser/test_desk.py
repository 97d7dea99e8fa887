"""The desk by keyboard and for everyone: axe finds no fault of ours, and a form that comes back begins where it is wrong."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.steps import choose, sign_in, wait_for_cursor, wait_for_desk
from tests.browser.test_everyone import RULES

pytestmark = pytest.mark.browser
PAGES = [
    "/admin/",
    "/admin/events/statement/",
    "/admin/events/statement/add/",
    "/admin/events/proposal/",
    "/admin/events/bulkimport/add/",
    "/admin/treaties/source/add/",
    "/admin/treaties/participation/1/change/",
    "/admin/alerts/alert/",
]
# The markup of Django's tables of rows and of its search fields, which we do not write.
NOT_OURS = {rule: {"enabled": False} for rule in ("empty-table-header", "label-title-only", "list")}


@pytest.fixture(scope="module")
def desk(site, visit):
    page = visit(bypass_csp=True, reduced_motion="reduce")
    sign_in(page, site)
    return page


def test_axe_finds_no_fault_of_ours_at_the_desk(desk):
    axe, found = Axe(), []
    event = "/admin/events/event/?q=notice"
    desk.goto(event)
    change = desk.get_attribute("#result_list th a", "href").split("?")[0]
    for address in [*PAGES, event, change, change.replace("change/", "history/")]:
        for scheme in ("light", "dark"):
            desk.emulate_media(color_scheme=scheme)
            desk.goto(address)
            wait_for_desk(desk)
            answer = axe.run(desk, options=RULES | {"rules": NOT_OURS}).response["violations"]
            found += [f"{address} ({scheme}): {one['id']}: {one['nodes'][0]['html'][:160]}" for one in answer]
    assert not found, "\n".join(found)


def test_a_statement_is_refused_and_mended_without_the_mouse(desk):
    desk.goto("/admin/")
    while desk.evaluate("document.activeElement.innerText") != "A statement":
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/statement/add/")
    wait_for_cursor(desk, "quotation")
    desk.keyboard.type("We kept every word of it.")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_selector(".errornote")
    wait_for_cursor(desk, "date")
    desk.keyboard.type("2 Feb 2019")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".field-speaker.errors")
    wait_for_cursor(desk, "speaker")
    choose(desk, "speaker", "Lavrov")
    assert desk.input_value("#id_quotation") == "We kept every word of it."


@pytest.fixture
def still_loading(desk, visit):
    """Return a page at the desk that ends loading only when its pictures may come."""
    page, asked = visit(storage_state=desk.context.storage_state()), []

    def hold(picture):
        asked.append(picture)

    page.route("**/*.svg*", hold)
    page.goto("/admin/events/statement/add/", wait_until="commit")
    wait_for_cursor(page, "quotation")
    page.keyboard.type("We kept every word of it.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".errornote")
    assert asked, "the page had loaded"
    yield page
    page.context.close()


def test_the_keys_are_heard_while_the_page_still_loads(still_loading):
    assert still_loading.input_value("#id_quotation") == "We kept every word of it."


def test_whoever_goes_on_while_the_page_still_loads_is_not_led_back(still_loading):
    page = still_loading
    wait_for_cursor(page, "date")
    page.keyboard.type("2 Feb 2019")
    page.focus("#id_title")
    page.unroute_all()
    page.wait_for_load_state()
    wait_for_desk(page)
    page.keyboard.type("No breach")
    assert (page.input_value("#id_date"), page.input_value("#id_title")) == ("2 Feb 2019", "No breach")
