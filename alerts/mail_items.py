"""What one alert shows, ready for the templates: alone in its mail, or as one of the items of a digest."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from alerts.direction import apart
from alerts.models import AlertKind
from alerts.wording import cause_words, count_words, due_words, gone_words, headline, subject, why_words
from events.clause_words import phrase_words
from events.dates import wording
from treaties.day_words import day_words

if TYPE_CHECKING:
    from alerts.models import Alert
    from alerts.wording import Facts
    from events.models import Deadline, Event
    from treaties.models import Party, Treaty


@dataclass(frozen=True)
class MailItem:
    """The words of one alert; an empty one is not shown. Addresses are absolute.

    `title` and `note` are the record's own words in the headline and in the cause, in English.
    """

    subject: str
    name: str
    headline: str
    title: str
    page: str
    page_label: str
    because: str
    count: str = ""
    date: str = ""
    was: str = ""
    why_label: str = ""
    why: str = ""
    cause: str = ""
    note: str = ""
    caution: str = ""
    speaker: str = ""
    quotation: str = ""
    name_page: str = ""
    readings: list[tuple[str, str]] = field(default_factory=list)


def item_of(alert: Alert, facts: Facts) -> MailItem:
    """Return what the alert shows to a reader for whom these are the facts."""
    if alert.event is not None:
        return _statement(alert.event, facts)
    if alert.deadline is None:
        raise ValueError("A digest has items; it is none itself.")
    return _clock(alert.deadline, facts)


def _address(row: Deadline | Event | Party | Treaty) -> str:
    return settings.PUBLIC_URL + row.get_absolute_url()


def _clock(deadline: Deadline, facts: Facts) -> MailItem:
    treaty, gone = deadline.provision.treaty, facts.kind == AlertKind.WITHDRAWN
    # A date that has come corrects too, where a minor change had moved it and no mail had told so.
    corrects = facts.kind in {AlertKind.MOVED, AlertKind.WITHDRAWN, AlertKind.TOOK_EFFECT}
    return MailItem(
        subject=subject(deadline, facts),
        name=apart(str(treaty)),
        name_page=_address(treaty),
        headline=headline(deadline, facts),
        title=apart(deadline.title),
        count="" if gone else count_words(facts.days),
        date="" if gone else due_words(deadline),
        was=day_words(facts.previous_due) if corrects and facts.previous_due else "",
        why_label=_("Why?") if gone else _("Why this date?"),
        why=gone_words(deadline) if gone else why_words(deadline),
        cause=cause_words(deadline.change) if corrects else "",
        note=apart(deadline.change.public_note) if corrects and deadline.change else "",
        caution="" if _is_verified(deadline) else _("What this date rests on has not been read in its source yet."),
        readings=[(phrase_words(one["holder"]), _reading(one["due"])) for one in deadline.readings],
        page=_address(deadline),
        page_label=_("Every step of the computation, and the sources"),
        because=facts.because,
    )


def _is_verified(deadline: Deadline) -> bool:
    causes = [cause for cause in (deadline.trigger, deadline.act) if cause]
    return all(cause.verified for cause in causes)


def _reading(due: str | None) -> str:
    return day_words(date.fromisoformat(due)) if due else _("never")


def _statement(event: Event, facts: Facts) -> MailItem:
    said = event.statement
    speaker = str(said.speaker) if said.speaker else said.body
    treaty = event.treaties.published().order_by("short_name").first()
    about = treaty or event.actor
    name, title = apart(str(about or speaker)), apart(event.title)
    return MailItem(
        subject=" ".join((_("%(treaty)s: new statement: %(title)s") % {"treaty": name, "title": title}).split()),
        name=name,
        name_page=_address(about) if about else "",
        headline=title,
        title=title,
        speaker=speaker,
        date=wording(event),
        quotation=said.quotation,
        caution="" if event.verified else _("This has not been read in its source yet."),
        page=_address(event),
        page_label=_("The statement on record, with its source"),
        because=facts.because,
    )
