"""What search engines are told: which pages there are, and which to leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.http import HttpResponse
from django.urls import reverse

from events.models import Deadline, Event
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest

_LISTS = ("front", "treaties", "parties", "statements", "deadlines", "exit-clauses", "calculator", "coverage", "method")


class _Lists(Sitemap):
    def items(self) -> list[str]:
        return list(_LISTS)

    def location(self, item: str) -> str:
        return reverse(item)


class _Rows(Sitemap):
    """Pages of rows; the newest come first, so that the last file is the one that seldom changes."""

    rows: QuerySet[Any]

    def items(self) -> QuerySet[Any]:
        return self.rows.all()


class _Treaties(_Rows):
    rows = Treaty.objects.published().order_by("pk")


class _Parties(_Rows):
    rows = Party.objects.order_by("pk")


class _Events(_Rows):
    rows = Event.objects.published().only("slug", "changed_at").order_by("pk")

    def lastmod(self, item: Event) -> datetime:
        return item.changed_at


class _Deadlines(_Rows):
    rows = Deadline.objects.on_record().only("slug", "changed_at").order_by("pk")

    def lastmod(self, item: Deadline) -> datetime:
        return item.changed_at


_SECTIONS: dict[str, type[Sitemap] | Sitemap] = {
    "lists": _Lists,
    "treaties": _Treaties,
    "parties": _Parties,
    "events": _Events,
    "deadlines": _Deadlines,
}
_ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /alerts/
Disallow: /mailbox/
Disallow: /*?
Allow: /sitemap-*.xml?p=

Sitemap: {address}
"""


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """List the files of the sitemap, each of at most 50,000 pages."""
    return views.index(request, sitemaps=_SECTIONS, sitemap_url_name="sitemap-section")


def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """List the pages of one kind."""
    return views.sitemap(request, sitemaps=_SECTIONS, section=section)


def robots(_request: HttpRequest) -> HttpResponse:
    """Tell robots what to leave alone: forms, and the endless combinations of filters."""
    text = _ROBOTS.format(address=settings.PUBLIC_URL + reverse("sitemap"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
