"""The desk's first page: what waits for whoever has signed in, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from events.editorial.permission import PUBLISH
from events.editorial.proposals import waiting_for
from events.models import Change, Proposal

if TYPE_CHECKING:
    from django.db.models import QuerySet

# As many as are read at a glance; the list itself has the rest.
_SHOWN = 10


@dataclass(frozen=True)
class Row:
    """One thing to look at: its name, its address at the desk, and a word on it."""

    label: str
    address: str
    words: str


@dataclass(frozen=True)
class Section:
    """Things of one kind; `address` leads to all of them."""

    title: str
    address: str
    rows: list[Row]


def sections(user: Any) -> list[Section]:
    """Return the sections that have something in them, the most pressing first."""
    own = Proposal.objects.filter(made_by=user)
    found = [
        _proposals(_("Waits for your review"), "waiting", waiting_for(user)),
        _proposals(_("Returned to you"), "returned", own.filter(state=Proposal.State.RETURNED)),
        _proposals(_("Scheduled"), "scheduled", own.none() if not user.has_perm(PUBLISH) else _scheduled()),
        _held() if user.has_perm(PUBLISH) else Section("", "", []),
    ]
    return [one for one in found if one.rows]


def _scheduled() -> QuerySet[Proposal]:
    return Proposal.objects.filter(state=Proposal.State.SCHEDULED).order_by("publish_at")


def _proposals(title: str, state: str, rows: QuerySet[Proposal]) -> Section:
    address = reverse("admin:events_proposal_changelist")
    return Section(
        title, f"{address}?state__exact={state}", [_row(one) for one in rows.select_related("made_by")[:_SHOWN]]
    )


def _row(one: Proposal) -> Row:
    when = f"{one.publish_at:%Y-%m-%d %H:%M} UTC" if one.publish_at else timesince(one.state_since)
    return Row(one.row_label, reverse("admin:events_proposal_change", args=[one.pk]), f"{one.made_by}, {when}")


def _held() -> Section:
    rows = Change.objects.filter(mail_held=True)[:_SHOWN]
    address = reverse("admin:events_change_changelist")
    told = [Row(one.row_label, reverse("admin:events_change_change", args=[one.pk]), timesince(one.at)) for one in rows]
    return Section(_("Mail that is held"), f"{address}?mail_held__exact=1", told)
