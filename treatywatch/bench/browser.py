"""`./tw bench browser`: when a treaty's page is ready in a browser, beside a plain page of the same entries.

Both are asked warm of the same web server by one chromium, its cache off, in turn: what another program takes slows
both. Each opening has a window of its own, as for a reader who comes from elsewhere: the page gets the focus while it
loads, and its fonts are fetched anew. Ready is when it has loaded and been drawn, two frames after its load event.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import django
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from treatywatch.bench import _plain
from treatywatch.bench._telling import tell
from treatywatch.bench._web import served
from treatywatch.launcher.places import LauncherError
from treatywatch.launcher.testing import find_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, CDPSession, Page, Playwright, ViewportSize

_READY = """addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(() => {
  window.isReadyAfter = performance.now();
})));"""


@dataclass(frozen=True)
class _Profile:
    """A reader's device: its screen in pixels, how many times slower it computes, and whether it is on a mobile net."""

    name: str
    width: int
    height: int
    slowdown: int = 1
    is_mobile: bool = False


_PROFILES = (_Profile("desk", 1280, 900), _Profile("phone", 375, 800, slowdown=4, is_mobile=True))
# 10 Mbit/s in bytes a second, and 40 ms there and back.
_MOBILE_NET = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tw bench browser", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--times", type=int, default=25, help="each page is opened (default: %(default)s)")
    options = parser.parse_args()
    django.setup()
    figures = _measure(options)
    tell(figures, as_json=options.json)


def _measure(options: argparse.Namespace) -> dict[str, float]:
    from treatywatch.bench import _record

    call_command("collectstatic", interactive=False, verbosity=0)
    # What it says is not for who reads the figures.
    call_command("load_record", stdout=io.StringIO())
    _record.fill(1, at=datetime.now(UTC))
    slugs = ("inf", _record.LONG)
    figures: dict[str, float] = {}
    with (
        served("treatywatch.wsgi:application") as site,
        served(f"{_plain.__name__}:application", PLAIN_PAGES=",".join(slugs)) as plain,
        sync_playwright() as playwright,
    ):
        for profile in _PROFILES:
            for slug in slugs:
                ours, other = f"http://127.0.0.1:{site.port}/treaties/{slug}/", f"http://127.0.0.1:{plain.port}/{slug}"
                opened = list(_opened_in_turn(playwright, profile, (ours, other), options.times))
                figures |= _figures(f"{slug}, {profile.name}", opened)
    return figures


@dataclass(frozen=True)
class _Opened:
    """One opening of a page: after how many milliseconds it was ready, and how many bytes came over the net."""

    milliseconds: float
    bytes: float


def _opened_in_turn(
    playwright: Playwright, profile: _Profile, addresses: tuple[str, str], times: int
) -> Iterator[tuple[_Opened, ...]]:
    path = find_chromium()
    if path is None:
        raise LauncherError("There is no chromium on this machine.")
    flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    browser = playwright.chromium.launch(executable_path=path, args=flags)
    for number in range(times + 1):
        # Who comes first changes, so that what an opening leaves behind slows both alike.
        turn = addresses if number % 2 else addresses[::-1]
        opened = {address: _open(browser, profile, address) for address in turn}
        # The first openings fill the caches of the servers.
        if number:
            yield tuple(opened[address] for address in addresses)
    browser.close()


def _wire(page: Page, profile: _Profile) -> CDPSession:
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.send("Emulation.setCPUThrottlingRate", {"rate": profile.slowdown})
    if profile.is_mobile:
        wire.send("Network.emulateNetworkConditions", _MOBILE_NET)
    return wire


def _open(browser: Browser, profile: _Profile, address: str) -> _Opened:
    screen: ViewportSize = {"width": profile.width, "height": profile.height}
    page = browser.new_page(viewport=screen, bypass_csp=True)
    page.add_init_script(_READY)
    came: list[float] = []

    def note(event: dict[str, Any]) -> None:
        came.append(event["encodedDataLength"])

    _wire(page, profile).on("Network.loadingFinished", note)
    page.goto(address)
    page.wait_for_function("window.isReadyAfter > 0")
    milliseconds = page.evaluate("window.isReadyAfter")
    page.close()
    return _Opened(milliseconds, sum(came))


def _figures(name: str, opened: list[tuple[_Opened, ...]]) -> dict[str, float]:
    ours, plain = ([pair[place].milliseconds for pair in opened] for place in (0, 1))
    middle, least = statistics.median(ours), statistics.median(plain)
    return {
        f"{name}, ready ms (median)": round(middle),
        f"{name}, ready ms (fastest)": round(min(ours)),
        f"{name}, ready ms (slowest)": round(max(ours)),
        f"{name}, plain page, ready ms (median)": round(least),
        f"{name}, ratio to the plain page": round(middle / least, 2),
        f"{name}, kB transferred": round(statistics.median(pair[0].bytes for pair in opened) / 1000, 1),
    }


if __name__ == "__main__":
    main()
