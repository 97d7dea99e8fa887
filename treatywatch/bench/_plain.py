"""A plain page of a treaty's entries: the least that a browser can be asked, the measure of `./tw bench browser`.

What the plainest of the timelines that people use today is made of: the newest hundred entries, each with its day,
kind, title, summary, parties and sources, a strip of bars and a list of the years since 1945, each leading to its
events, and a form to filter them. No script, and a style sheet of a few lines.
"""

from __future__ import annotations

import gzip
import os
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

import django
from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from events.models import Event

NEWEST, _KINDS = 100, 8
# A treaty of few years would else be measured by a lighter page than one of many.
_FIRST_YEAR = 1945
_STYLE = b"""body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#111;background:#fff}
header,main{max-width:70rem;margin:0 auto;padding:0 1rem}
ol{list-style:none;padding:0}h3{font-size:1rem;margin:.1rem 0}.meta{color:#444;margin:0;font-size:.9rem}
.k{border:1px solid #666;padding:0 .3rem}
article{border-left:3px solid #1d70b8;padding:.3rem 0 .3rem .8rem;margin:.6rem 0}
.strip{width:100%;height:auto}.strip rect{fill:#1d70b8}.strip text{font-size:10px;fill:#444}
section{content-visibility:auto;contain-intrinsic-size:auto 1400px}
.years{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem;padding:0}
.skip{position:absolute;left:-999px}.skip:focus{left:0}
@media print{section{content-visibility:visible}}"""
_ENTRY = (
    '<li><article id="{}"><p class="meta"><time datetime="{}">{}</time> <span class="k">{}</span></p>'
    '<h3><a href="{}">{}</a></h3><p>{}</p><p class="meta">{} · Source: {}</p></article></li>'
)
_HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="stylesheet" href="/style.css">'
)
_FORM = (
    '<form method="get" role="search" aria-label="Filter events"><label>Kind <select name="kind"><option>Any</option>'
    '{kinds}</select></label> <label>Text <input name="q" type="search"></label> <label>From <input name="from" '
    'size="10"></label> <label>To <input name="to" size="10"></label> <button>Apply</button></form>'
)
_PAGE = (
    f'{_HEAD}</head><body><a class="skip" href="#list">Skip to events</a><header><h1>{{title}}</h1></header>'
    f'<main>{{strip}}{_FORM}<nav aria-label="Years"><ul class="years">{{years}}</ul></nav><div id="list">'
    "<p>{shown} of {total} events</p>{sections}</div></main></body></html>"
)
_STRIP = (
    '<svg class="strip" viewBox="0 0 {} 72" role="group" aria-labelledby="st" aria-describedby="sd">'
    '<title id="st">Events per year</title><desc id="sd">{} events, {} to {}.</desc>{}{}</svg>'
)
_BAR = '<a href="?year={0}#y{0}"><rect x="{2}" y="{3}" width="8" height="{4}"><title>{0}: {1} events</title></rect></a>'
_TALLEST, _BASE, _STEP = 54, 56, 10


def page_of(slug: str) -> bytes:
    """Return the plain page of the treaty with this slug."""
    from events.models import Event

    events = Event.objects.published().filter(treaties__slug=slug).order_by("-latest", "-pk")
    years = _counted_by_year(latest.year for latest in events.values_list("latest", flat=True))
    newest = events.select_related("actor").prefetch_related("sources")[:NEWEST]
    page = format_html(
        _PAGE,
        title=slug,
        strip=_strip(years),
        kinds=format_html_join("", "<option>{}</option>", sorted((one.label,) for one in Event.Kind)[:_KINDS]),
        years=format_html_join("", '<li><a href="?year={0}">{0} <small>{1}</small></a></li>', years.items()),
        shown=len(newest),
        total=years.total(),
        sections=format_html_join("", '<section id="y{0}"><h2>{0}</h2><ol>{1}</ol></section>', _by_year(newest)),
    )
    return str(page).encode()


def _counted_by_year(years: Iterable[int]) -> Counter[int]:
    counted = Counter(years)
    return Counter({year: counted[year] for year in range(max(counted), min(_FIRST_YEAR, *counted) - 1, -1)})


def _strip(years: Counter[int]) -> str:
    first, last, most = min(years), max(years), max(years.values())
    scaled = ((year, count, round(_TALLEST * count / most, 1)) for year, count in sorted(years.items()))
    bars = ((year, count, (year - first) * _STEP + 1, round(_BASE - high, 1), high) for year, count, high in scaled)
    decades = (((year - first) * _STEP, year) for year in range(first, last + 1) if year % 10 == 0)
    return format_html(
        _STRIP,
        *((last - first + 1) * _STEP, years.total(), first, last),
        format_html_join("", _BAR, bars),
        format_html_join("", '<text x="{}" y="69">{}</text>', decades),
    )


def _by_year(events: Iterable[Event]) -> Iterable[tuple[int, str]]:
    for year, entries in groupby(events, key=lambda one: one.latest.year):
        yield year, format_html_join("", _ENTRY, (_entry(one) for one in entries))


def _entry(one: Event) -> tuple[Any, ...]:
    sources = ", ".join(source.publisher for source in one.sources.all())
    return (
        *(one.slug, one.date, one.latest, one.get_kind_display(), one.get_absolute_url(), one.title),
        *(one.summary, one.actor or "", sources),
    )


def _prepared() -> dict[str, tuple[str, bytes]]:
    django.setup()
    pages = {f"/{slug}": ("text/html; charset=utf-8", page_of(slug)) for slug in os.environ["PLAIN_PAGES"].split(",")}
    return pages | {"/style.css": ("text/css", _STYLE)}


class _Application:
    """Serves the prepared pages, compressed, as fast as a server can."""

    def __init__(self) -> None:
        self._answers = {path: (kind, gzip.compress(body)) for path, (kind, body) in _prepared().items()}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        kind, body = self._answers.get(environ["PATH_INFO"], ("text/plain", b""))
        headers = {"Content-Type": kind, "Content-Length": str(len(body))} | (
            {"Content-Encoding": "gzip"} if body else {}
        )
        start_response("200 OK" if body else "404 Not Found", list(headers.items()))
        return [body]


# Made by the server that serves it, not by the bench that imports this module's names.
application = _Application() if "PLAIN_PAGES" in os.environ else None
