"""How a reader goes about: filters and takes them back, looks from a past day, goes by keyboard over the strip."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.browser.steps import click_through

pytestmark = pytest.mark.browser


def query(page):
    return page.url.partition("?")[2].partition("#")[0]


def test_filtering_and_taking_it_back(page):
    page.goto("/treaties/inf/")
    page.check("input[name=kind][value=claim]")
    page.select_option("#party", "russia")
    click_through(page, ".filters button")
    assert query(page) == "kind=claim&party=russia"
    assert page.locator("main .ev > li:not(.claim)").count() == 0
    click_through(page, ".chips a:has-text('Compliance claim')")
    assert query(page) == "party=russia"
    click_through(page, ".chips a")
    assert query(page) == ""


def test_looking_from_a_past_day_and_back(page):
    page.goto("/treaties/inf/")
    page.click(".viewpoint summary")
    page.fill("#as_of", "2019-02-05")
    click_through(page, ".viewpoint button")
    assert query(page) == "as_of=2019-02-05"
    assert "178 days left" in " ".join(page.inner_text(".clock >> nth=0").split())
    click_through(page, ".asof a")
    assert query(page) == ""


def test_the_record_as_known_today_says_that_nothing_changed_since(page):
    today = datetime.now(UTC).date().isoformat()
    page.goto(f"/events/us-gives-notice-2019-02-02/?known={today}")
    assert "Nothing shown here has been changed since." in page.inner_text(".known")


def test_the_strip_is_crossed_by_keyboard_in_a_dozen_steps_and_leads_to_its_events(page):
    page.goto("/treaties/inf/")
    links = page.locator(".strip .wide svg a[aria-label]")
    assert 1 < links.count() <= 12
    links.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("from="))
    assert page.locator(".ev > li").count() > 0


def test_a_cell_of_the_matrix_leads_to_the_act_that_set_it(page):
    page.goto("/matrix/?q=NPT")
    click_through(page, "td a[href*='/npt/parties/france/#']")
    assert page.locator("tr:target").count() == 1


def test_ended_clocks_stand_behind_one_line_and_what_runs_before_it(page):
    page.goto("/treaties/inf/?as_of=2019-02-05")
    assert page.locator(".clock:visible h3").all_inner_texts() == [
        "United States withdrawal takes effect",
        "Russia withdrawal",
    ]
    ended = page.locator("details.ended")
    assert "3 clocks have ended, the latest: On-site inspections under the INF Treaty end" in ended.inner_text()
    page.focus(".ended > summary")
    page.keyboard.press("Enter")
    assert ended.locator(".clock:visible").count() == 3
    page.emulate_media(media="print")
    page.reload()
    assert ended.locator(".clock").first.is_visible()


# The end of a timeline, far below the first screen: a browser draws none of it before it is needed.
FAR = "[...document.querySelectorAll('.ev article')].at(-1)"
DRAWN = f"{FAR}.checkVisibility({{contentVisibilityAuto: true}})"
TOP = f"{FAR}.getBoundingClientRect().top"
LAST_SOURCE = "document.querySelector('.srcs > li:last-child')"


def test_years_and_sources_out_of_sight_are_not_drawn_and_leave_about_the_room_that_they_take(page):
    page.goto("/treaties/inf/")
    assert not page.evaluate(DRAWN)
    assert not page.evaluate(f"{LAST_SOURCE}.checkVisibility({{contentVisibilityAuto: true}})")
    before = page.evaluate("document.documentElement.scrollHeight")
    page.eval_on_selector_all(
        ".year, .ev > li, .srcs", "all => all.forEach(one => { one.style.contentVisibility = 'visible' })"
    )
    after = page.evaluate("document.documentElement.scrollHeight")
    assert 0.8 < before / after < 1.25


def test_the_address_of_an_event_far_down_leads_to_it(page):
    page.goto("/treaties/inf/")
    slug = page.evaluate(f"{FAR}.id")
    page.goto("about:blank")
    page.goto(f"/treaties/inf/#{slug}")
    page.wait_for_function(f"{DRAWN} && {TOP} >= 0 && {TOP} < innerHeight / 2")


def test_the_address_of_a_source_leads_to_it(page):
    page.goto("/treaties/inf/")
    source = page.evaluate(f"{LAST_SOURCE}.id")
    page.goto("about:blank")
    page.goto(f"/treaties/inf/#{source}")
    box = f"{LAST_SOURCE}.getBoundingClientRect()"
    page.wait_for_function(f"{box}.height > 0 && {box}.top >= 0 && {box}.bottom < innerHeight")


def test_words_far_down_are_found_in_the_page(page):
    page.goto("/treaties/inf/")
    assert page.evaluate(f"window.find({FAR}.querySelector('h4').textContent)")
    page.wait_for_function(f"{DRAWN} && {TOP} < innerHeight")


@pytest.mark.parametrize("address", ["/treaties/inf/", "/fr/search/?q=missile", "/embed/treaties/inf/"])
def test_a_page_waits_for_no_second_file(page, address):
    """Style sheet and script come within it; a browser fetches only the site's sign besides."""
    asked = []
    page.on("request", lambda request: asked.append(request.resource_type))
    page.goto(address)
    assert set(asked) <= {"document", "other"}
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 1


FACES = """() => [...new Set([...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).map((one) => {
    const { fontFamily, fontSize, fontStyle, fontWeight } = getComputedStyle(one);
    return [fontFamily, fontSize, fontStyle, fontWeight].join(" ");
  }))]"""


@pytest.mark.parametrize("width", [375, 1280])
def test_a_treatys_page_asks_for_few_fonts(page, width):
    """A browser fetches a font anew for each size and weight before it can draw the page."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/treaties/inf/")
    faces = page.evaluate(FACES)
    assert len(faces) <= 10, faces
