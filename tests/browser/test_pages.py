"""The public pages in a real browser: no fault in the console, no sideways scrolling, usable by keyboard, printable."""

from __future__ import annotations

import pytest

from treatywatch.inlined import STYLES, text_of
from treatywatch.launcher.places import ROOT

pytestmark = pytest.mark.browser

RULES = """texts => texts.map(text => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map(rule => rule.cssText);
})"""

PAGES = [
    "/",
    "/treaties/",
    "/treaties/inf/",
    "/treaties/inf/?as_of=2019-02-05",
    "/parties/",
    "/parties/russia/",
    "/events/us-gives-notice-2019-02-02/",
    "/statements/",
    "/matrix/?group=all",
    "/claims/",
    "/changes/",
    "/about/",
    "/treaties/npt/parties/russia/",
    "/deadlines/",
    "/deadlines/inf-withdrawal-united-states-2019-02-02/",
    "/method/",
    "/coverage/",
    "/exit-clauses/",
    "/calculator/?treaty=inf&kind=withdrawal&party=united-states&on=2019-02-02",
    "/treaties/apmbc/",
    "/treaties/ctbt/",
    "/treaties/npt/?as_of=2003-02-01",
    "/alerts/subscribe/?treaty=inf",
    "/mailbox/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_no_page_scrolls_sideways_or_faults(page, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    for address in PAGES:
        assert page.goto(address).status == 200, address
        too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not too_wide, address


@pytest.mark.parametrize("name", STYLES)
def test_a_sheet_in_a_page_says_what_its_file_says(page, name):
    """Comments and spaces are left out of it; to a browser it is the same."""
    page.goto("/about/")
    written = (ROOT / "static" / name).read_text()
    of_the_file, of_the_page = page.evaluate(RULES, [written, text_of(name)])
    assert len(text_of(name)) < 0.9 * len(written)
    assert len(of_the_file) > 10
    assert of_the_page == of_the_file


def luminance(page, selector, which):
    """Return the brightness, 0 to 255, of an element's text or ground."""
    colour = page.evaluate("([s, w]) => getComputedStyle(document.querySelector(s))[w]", [selector, which])
    red, green, blue = (int(part) for part in colour.strip("rgba()").split(",")[:3])
    return 0.2 * red + 0.7 * green + 0.1 * blue


def test_light_and_dark_differ(page):
    grounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto("/treaties/inf/")
        ground, text = luminance(page, "body", "backgroundColor"), luminance(page, "body", "color")
        assert abs(ground - text) > 150, scheme
        grounds.append(ground)
    assert grounds[0] > 200
    assert grounds[1] < 60


def test_the_keyboard_reaches_the_content_and_the_reason(page):
    page.goto("/treaties/inf/?as_of=2019-02-05")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus(".why summary")
    page.keyboard.press("Enter")
    assert "2 February 2019 + 6 months = 2 August 2019" in page.inner_text(".why")


def test_print_shows_the_reason_and_no_navigation(page):
    page.emulate_media(media="print")
    page.goto("/treaties/inf/?as_of=2019-02-05")
    assert not page.is_visible("header.site nav")
    assert page.is_visible("text=178")


def test_the_page_reads_without_script(visit):
    page = visit(java_script_enabled=False)
    page.goto("/treaties/inf/?as_of=2019-02-05")
    assert "178 days left" in " ".join(page.inner_text(".clock >> nth=0").split())


# A4 less its margins, at 96 pixels an inch.
PAPER = {"width": 703, "height": 1046}


@pytest.fixture
def paper(page):
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    return page


def test_a_printed_page_says_what_it_shows(paper):
    paper.goto("/treaties/inf/?kind=legal&as_of=2019-02-05")
    heading = paper.inner_text("p.printonly >> nth=0")
    for words in ("/treaties/inf/?kind=legal", "as of 5 February 2019", "Legal act"):
        assert words in heading
    assert paper.is_visible("h1")
    assert paper.pdf(format="A4").startswith(b"%PDF")


PRINTED = ["/treaties/inf/", "/fr/treaties/inf/", "/treaties/new-start/", "/statements/"]
# With a running clock, its reason and its ended siblings before the events.
RUNNING = ["/treaties/inf/?as_of=2019-02-05", "/fr/treaties/inf/?as_of=2019-02-05"]


@pytest.mark.parametrize("address", PRINTED + RUNNING)
def test_ten_events_stand_on_the_first_printed_page_with_its_heading(paper, address):
    paper.goto(address)
    bottoms = paper.eval_on_selector_all(
        ".ev > li > article", "all => all.map(one => one.getBoundingClientRect().bottom)"
    )
    assert sum(bottom <= PAPER["height"] for bottom in bottoms) >= 10
    assert address in paper.inner_text("p.printonly >> nth=0")


def test_fifteen_events_fit_on_each_further_printed_page(paper):
    paper.goto("/treaties/inf/")
    heights = paper.eval_on_selector_all(".ev > li", "all => all.map(one => one.getBoundingClientRect().height)")
    assert sum(heights) / len(heights) * 15 <= PAPER["height"]
