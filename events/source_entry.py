"""A source named while an entry is made: the one on record, or a new one, written together with what rests on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.text import slugify
from django.utils.translation import gettext as _

from events.entry_names import free_slug
from treaties.models import Source
from treaties.same_page import same_page

if TYPE_CHECKING:
    from datetime import date

_SLUG_LENGTH = 100


@dataclass(frozen=True)
class NamedSource:
    """A published text as an editor names it; `url` is empty for a text without an address, the day if not known."""

    url: str
    publisher: str
    title: str
    published_on: date | None = None
    language: str = "en"

    def __bool__(self) -> bool:
        """Say whether anything was named."""
        return any((self.url, self.publisher, self.title, self.published_on))

    def on_record(self) -> Source | None:
        """Return the source that has this page, whatever the spelling of its address; None if it would be new."""
        if self.url:
            return same_page(self.url)
        return Source.objects.filter(
            url="", publisher=self.publisher, title=self.title, published_on=self.published_on
        ).first()

    def faults(self) -> dict[str, str]:
        """Return part → sentence for whatever keeps readers from finding a new source; empty when all is well."""
        faults = {}
        if self.url and urlsplit(self.url).scheme not in {"http", "https"}:
            faults["url"] = _("“%(url)s” is no address of a page; it begins with https://.") % {"url": self.url}
        if not self.publisher:
            faults["publisher"] = _("This page is not on record yet: name its publisher.")
        if not self.title:
            faults["title"] = _("This page is not on record yet: give its title.")
        return faults


def enter_source(named: NamedSource, *, read_on: date) -> Source:
    """Return the source on record, or add it; call it in the transaction of the row that rests on it.

    Raises:
        IntegrityError: if somebody else adds the same page at this moment.

    """
    wanted = slugify(f"{named.publisher} {named.published_on or ''} {named.title}")[:_SLUG_LENGTH]
    return named.on_record() or Source.objects.create(
        slug=free_slug(wanted, Source.objects),
        publisher=named.publisher,
        title=named.title,
        url=named.url,
        published_on=named.published_on,
        language=named.language,
        read_on=read_on,
    )
