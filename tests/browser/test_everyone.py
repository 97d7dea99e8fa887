"""The pages for everyone: axe finds no fault, and what axe cannot see holds too, in every language."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import SCREEN
from tests.browser.steps import click_through
from tests.pages import PAGES

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NARROWEST = 320


@pytest.fixture(scope="module")
def reader(visit):
    """Open one page for all checks; axe itself is a script that our policy refuses."""
    return visit(bypass_csp=True)


@pytest.fixture
def narrow(reader):
    reader.set_viewport_size({"width": NARROWEST, "height": 800})
    yield reader
    reader.set_viewport_size(SCREEN)


def faults(page, axe, address):
    found = axe.run(page, options=RULES).response["violations"]
    return [f"{address}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def test_axe_finds_no_fault_on_any_page_in_either_theme(reader):
    axe, found = Axe(), []
    for address in [*PAGES, *(f"/fr{address}" for address in PAGES[::6])]:
        reader.goto(address)
        for scheme in ("light", "dark"):
            reader.emulate_media(color_scheme=scheme)
            found += faults(reader, axe, f"{address} ({scheme})")
    assert not found, "\n".join(found)


def test_every_page_reflows_at_320_pixels(narrow):
    found = []
    # French words are the longer ones.
    for address in [*PAGES[::4], *(f"/fr{address}" for address in PAGES)]:
        narrow.goto(address)
        if narrow.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(address)
    assert not found


# A link within a sentence may be as small as its line (WCAG 2.2, success criterion 2.5.8).
SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")].filter((one) => {
  const box = (one.closest("label") || one).getBoundingClientRect();
  const alone = getComputedStyle(one).display !== "inline";
  return alone && box.width > 0 && (box.width < 24 || box.height < 24) && !one.closest(".skip, svg");
}).map((one) => one.outerHTML.slice(0, 120))"""


def test_no_target_is_too_small_for_a_finger(narrow):
    found = {}
    for address in PAGES:
        narrow.goto(address)
        small = narrow.evaluate(SMALL)
        if small:
            found[address] = small
    assert not found


# Every line of text that can be seen, cut to the box it scrolls in, and each two of them that lie on one another.
OVERLAPS = """() => {
  const lines = [], range = document.createRange();
  const cut = (box, frame) => {
    const left = Math.max(box.left, frame.left), right = Math.min(box.right, frame.right);
    const top = Math.max(box.top, frame.top), bottom = Math.min(box.bottom, frame.bottom);
    return { left, right, top, bottom };
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode, holder = text.parentElement, closed = holder.closest("details:not([open])");
    if (!text.data.trim() || holder.closest(".vh, .skip, option, title, desc") || !holder.checkVisibility()) continue;
    if (closed && !holder.closest("summary")) continue;
    const head = holder.closest("thead");
    if (head && getComputedStyle(head).clipPath !== "none") continue;
    const frame = holder.closest(".tablebox, .strip")?.getBoundingClientRect();
    range.selectNodeContents(text);
    for (const found of range.getClientRects()) {
      const box = frame ? cut(found, frame) : found;
      if (box.right - box.left > 1 && box.bottom - box.top > 1) lines.push({ box, words: text.data.trim().slice(0, 40) });
    }
  }
  lines.sort((one, other) => one.box.top - other.box.top);
  const overlaps = [];
  lines.forEach((one, place) => {
    for (const other of lines.slice(place + 1)) {
      if (other.box.top > one.box.bottom - 4) break;
      const both = cut(one.box, other.box);
      if (both.right - both.left > 2 && both.bottom - both.top > 4) overlaps.push(`${one.words} on ${other.words}`);
    }
  });
  return overlaps;
}"""
# Short axes crowd the names of their strip; a matrix of all parties, its head.
CROWDED = ["/treaties/seabed/", "/treaties/npt/", "/treaties/new-start/", "/matrix/?group=all"]


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_no_text_lies_on_other_text(reader, width):
    reader.set_viewport_size({"width": width, "height": 900})
    found = []
    for address in [*PAGES, *CROWDED, *(f"/fr{address}" for address in [*PAGES[::3], *CROWDED])]:
        reader.goto(address)
        # What stands below the screen has no place yet, unless it is laid out.
        reader.add_style_tag(content=".year, .ev > li, .srcs { content-visibility: visible !important }")
        found += [f"{address}: {words}" for words in reader.evaluate(OVERLAPS)]
    reader.set_viewport_size(SCREEN)
    assert not found, "\n".join(found)


STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    name: (one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent || "").trim(),
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    marked: style.outlineStyle !== "none" || style.boxShadow !== "none" || one.matches("svg *"),
    html: one.outerHTML.slice(0, 120),
  };
}"""


@pytest.mark.parametrize("address", ["/", "/treaties/inf/", "/search/?q=missile", "/fr/deadlines/"])
def test_every_stop_of_the_keyboard_has_a_name_is_seen_and_is_marked(reader, address):
    reader.goto(address)
    for _ in range(40):
        reader.keyboard.press("Tab")
        stop = reader.evaluate(STOP)
        if stop is None:
            break
        assert stop["name"], stop
        assert stop["seen"], stop
        assert stop["marked"], stop


def test_nothing_moves_for_who_wants_less_motion(reader):
    reader.emulate_media(reduced_motion="reduce")
    reader.goto("/treaties/inf/")
    assert reader.evaluate("document.getAnimations().length") == 0
    assert reader.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    reader.emulate_media(reduced_motion="no-preference")


def test_forced_colours_keep_every_word_and_the_bars(reader):
    reader.emulate_media(forced_colors="active")
    reader.goto("/treaties/inf/?as_of=2019-02-05")
    assert reader.is_visible(".badge")
    bar = reader.evaluate("getComputedStyle(document.querySelector('.clock rect.dl')).fill")
    ground = reader.evaluate("getComputedStyle(document.querySelector('.clock rect.track')).fill")
    assert bar != ground
    reader.emulate_media(forced_colors="none")


def test_a_reader_searches_by_keyboard_alone(reader):
    reader.goto("/")
    reader.focus("#find")
    reader.keyboard.type("INF")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/search/?q=INF")
    first = reader.locator(".found a").first
    assert "INF" in first.inner_text()
    first.focus()
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/treaties/inf/")


def test_search_works_on_a_phone_without_scripts(visit):
    page = visit(java_script_enabled=False, viewport={"width": 375, "height": 700})
    page.goto("/fr/")
    page.fill("#find", "missile -test")
    click_through(page, ".find button")
    assert page.locator(".found mark").first.is_visible()
