"""A plain page of a treaty's entries: the least that a browser can be asked, the measure of `./tw bench browser`.

The newest hundred entries, each with its day, kind, title, summary, parties and sources, the number of events of each
year and a form to filter them: no picture, no script, and a style sheet of a few lines.
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

NEWEST = 100
_STYLE = b"""body{font:16px/1.5 system-ui,sans-serif;margin:0}header,main{max-width:70rem;margin:0 auto;padding:0 1rem}
ol,.years{list-style:none;padding:0}.years{display:flex;flex-wrap:wrap;gap:.4rem}h3{font-size:1rem;margin:.1rem 0}
.meta{color:#444;margin:0;font-size:.9rem}article{border-left:3px solid #1d70b8;padding:.3rem .8rem;margin:.6rem 0}
section{content-visibility:auto;contain-intrinsic-size:auto 1400px}"""
_ENTRY = (
    '<li><article id="{}"><p class="meta"><time datetime="{}">{}</time> <span>{}</span></p><h3><a href="{}">{}</a></h3>'
    '<p>{}</p><p class="meta">{} · {}</p></article></li>'
)
_HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{0}</title>'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="stylesheet" href="/style.css">'
)
_PAGE = _HEAD + (
    '</head><body><header><h1>{0}</h1></header><main><form><label>Kind <select name="kind"><option>Any</select></label>'
    '<label>Text <input name="q"></label><label>From <input name="from"></label><label>To <input name="to"></label>'
    '<button>Apply</button></form><ul class="years">{1}</ul>{2}</main></body></html>'
)


def page_of(slug: str) -> bytes:
    """Return the plain page of the treaty with this slug."""
    from events.models import Event

    events = Event.objects.published().filter(treaties__slug=slug).order_by("-latest", "-pk")
    years = Counter(latest.year for latest in events.values_list("latest", flat=True))
    newest = events.select_related("actor").prefetch_related("sources")[:NEWEST]
    counts = format_html_join("", '<li><a href="?year={0}">{0} <small>{1}</small></a></li>', years.items())
    sections = format_html_join("", "<section><h2>{}</h2><ol>{}</ol></section>", _by_year(newest))
    return str(format_html(_PAGE, slug, counts, sections)).encode()


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
