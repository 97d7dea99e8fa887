"""Atom feeds (RFC 4287): what is new on the record, the last changed first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events.clause_words import citation_words
from events.dates import wording
from events.exports.export import public_address
from treaties.addresses import in_readers_language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.clock_cards import ClockCard
    from events.models import Change, Event

MOST_ENTRIES = 100
# An Atom feed has to say when it changed, also one that has nothing to tell yet.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# XML has no way to write these.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class FeedEntry:
    """One piece of news; its address is its lasting identity, `updated` tells a reader that it changed."""

    address: str
    title: str
    summary: str
    updated: datetime
    kind: str


def event_entry(event: Event) -> FeedEntry:
    """Return the entry of an event; its date stands in the title, as precise as the record has it."""
    statement = getattr(event, "statement", None)
    quotation = _("“%(quotation)s”") % {"quotation": statement.quotation} if statement and statement.quotation else ""
    sources = _("Source: %(names)s.") % {"names": ", ".join(source.publisher for source in event.listed_sources)}
    told = [event.summary, quotation, sources, "" if event.verified else _("Not yet verified.")]
    return FeedEntry(
        public_address(event.get_absolute_url()),
        _("%(when)s: %(title)s") % {"when": wording(event), "title": event.title},
        " ".join(part for part in told if part),
        event.changed_at,
        str(event.get_kind_display()),
    )


def clock_entry(card: ClockCard) -> FeedEntry:
    """Return the entry of a clock; it counts no days, because a feed is read at any time."""
    deadline = card.deadline
    disputed = _("The date is disputed; the earliest reading is shown.") if deadline.readings else ""
    citation = f"{citation_words(deadline.citation)}." if deadline.citation else ""
    named = {"treaty": deadline.provision.treaty, "title": deadline.title, "due": card.due_wording or card.state_label}
    return FeedEntry(
        public_address(deadline.get_absolute_url()),
        _("%(treaty)s: %(title)s: %(due)s") % named,
        " ".join(part for part in [f"{card.state_label}.", citation, disputed, deadline.override_reason] if part),
        deadline.changed_at,
        _("Deadline"),
    )


def change_entry(change: Change) -> FeedEntry:
    """Return the entry of a change of the published record."""
    return FeedEntry(
        public_address(in_readers_language(change.row_address or "/changes/")) + f"#change-{change.pk}",
        _("%(change)s: %(row)s") % {"change": change.get_kind_display(), "row": change.row_label},
        change.public_note,
        change.at,
        str(change.get_kind_display()),
    )


def feed(title: str, *, page: str, own: str, entries: Iterable[FeedEntry]) -> str:
    """Return the feed at the address `own` of the page at the address `page`."""
    newest = sorted(entries, key=lambda one: (one.updated, one.address), reverse=True)[:MOST_ENTRIES]
    atom = _Feed(
        _writable(title),
        page,
        "",
        language=get_language() or settings.LANGUAGE_CODE,
        author_name="TreatyWatch",
        feed_url=own,
        feed_guid=own,
        feed_copyright=settings.RECORD_LICENCE or None,
        updated=newest[0].updated if newest else _NEVER,
    )
    for one in newest:
        atom.add_item(
            _writable(one.title),
            one.address,
            _writable(one.summary),
            unique_id=one.address,
            updateddate=one.updated,
            categories=[one.kind],
        )
    return atom.writeString("utf-8")


class _Feed(Atom1Feed):
    """Django's Atom feed, which without entries would claim to have been updated just now."""

    def latest_post_date(self) -> datetime:
        """Return when the newest entry changed."""
        updated: datetime = self.feed["updated"]
        return updated


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("", text)
