"""What search engines are told: which pages there are, and which to leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import override

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


class _ByKey(Paginator):
    """Files of so many keys each: found by the key, however many rows come before, and each keeps its rows."""

    object_list: QuerySet[Any]

    @cached_property
    def num_pages(self) -> int:
        """Return how many files there are."""
        last = self.object_list.order_by("-pk").values_list("pk", flat=True).first() or 1
        return -(-last // self.per_page)

    def page(self, number: int | str) -> Page:
        """Return the rows of a file."""
        end = self.validate_number(number) * self.per_page
        return Page(self.object_list.filter(pk__gt=end - self.per_page, pk__lte=end), end // self.per_page, self)


class _Rows(Sitemap):
    """Pages of rows, the oldest first, so that the last file is the one that changes most."""

    rows: QuerySet[Any]
    # A twentieth of what a file may hold, so that each is made in a tenth of a second.
    limit = 2_500

    def items(self) -> QuerySet[Any]:
        return self.rows.all()

    @property
    def paginator(self) -> _ByKey:
        """Return the files."""
        return _ByKey(self.items(), self.limit)

    def get_latest_lastmod(self) -> datetime | None:
        """Return when the newest of the rows changed, where that is known."""
        if not hasattr(self, "lastmod"):
            return None
        newest: datetime | None = self.rows.order_by("-changed_at").values_list("changed_at", flat=True).first()
        return newest


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
{forms}
Disallow: /*?
Allow: /sitemap-*.xml?p=

Sitemap: {address}
"""


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """List the files of the sitemap, each of at most 2,500 pages."""
    return views.index(request, sitemaps=_SECTIONS, sitemap_url_name="sitemap-section")


def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """List the pages of one kind."""
    return views.sitemap(request, sitemaps=_SECTIONS, section=section)


def robots(_request: HttpRequest) -> HttpResponse:
    """Tell robots what to leave alone: forms, and the endless combinations of filters."""
    forms = "\n".join(f"Disallow: {root}{name}/" for root in _roots() for name in ("alerts", "mailbox"))
    text = _ROBOTS.format(forms=forms, address=settings.PUBLIC_URL + reverse("sitemap"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _roots() -> list[str]:
    """Return where the pages of each language begin: "/", "/fr/"."""
    roots = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            roots.append(reverse("front"))
    return roots
