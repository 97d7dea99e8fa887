"""What waits for somebody at the desk, on the admin's first page: each a list to go to, and how long it is.

No list is counted further than `COUNTED_AT_MOST`, and nobody is told of one that they may not open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alerts.models import Alert
from alerts.services import outbox
from events.editorial import proposals
from events.models import Change, IntakeFinding, Proposal
from events.rechecks import clocks_ending, clocks_ending_unchecked, treaties_not_reviewed
from treaties.models import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

COUNTED_AT_MOST = 99


@dataclass(frozen=True)
class Queue:
    """Rows that wait for somebody, and the list that shows them."""

    label: str
    address: str
    length: int
    is_urgent: bool = False

    @property
    def words(self) -> str:
        """Return the length, "99+" for one that is longer."""
        return f"{COUNTED_AT_MOST}+" if self.length > COUNTED_AT_MOST else str(self.length)


def queues(user: Any, *, at: datetime) -> list[Queue]:
    """Return what waits at the instant `at`, of what the user may look at."""
    found: Iterable[tuple[str, str, str, QuerySet[Any], bool]] = [
        *_reviews(user),
        *_intake(),
        *_clocks(at),
        *_treaties(at),
        *_sources(),
        *_changes(),
        *_alerts(at),
    ]
    return [
        Queue(label, reverse(f"admin:{model}_changelist") + query, _length(rows), is_urgent)
        for label, model, query, rows, is_urgent in found
        if _may_see(user, model)
    ]


def _may_see(user: Any, model: str) -> bool:
    app, name = model.split("_")
    return any(user.has_perm(f"{app}.{what}_{name}") for what in ("view", "change"))


def _length(rows: QuerySet[Any]) -> int:
    return len(rows.values_list("pk", flat=True)[: COUNTED_AT_MOST + 1])


_Found = tuple[str, str, str, "QuerySet[Any]", bool]


def _reviews(user: Any) -> Iterator[_Found]:
    model, waiting = "events_proposal", "?state__exact=waiting"
    seen = Proposal.objects.filter(proposals.visible_to(user))
    yield _("Waiting for your review"), model, waiting, proposals.waiting_for(user), False
    yield _("Waiting for a review, all"), model, waiting, seen.filter(state=Proposal.State.WAITING), False
    returned = Proposal.objects.filter(state=Proposal.State.RETURNED, made_by=user)
    yield _("Returned to you"), model, "?state__exact=returned", returned, False


def _intake() -> Iterator[_Found]:
    rows = IntakeFinding.objects.filter(state=IntakeFinding.State.OPEN)
    yield _("Proposals of the intake desk to decide"), "events_intake", "?left=open", rows, False


def _clocks(at: datetime) -> Iterator[_Found]:
    model = "events_deadline"
    yield _("Clocks that end within 30 days"), model, "?attention=ending", clocks_ending(at=at), False
    rows = clocks_ending_unchecked(at=at)
    yield _("Of these never checked since they last moved"), model, "?attention=unchecked", rows, True


def _treaties(at: datetime) -> Iterator[_Found]:
    rows = treaties_not_reviewed(at=at).order_by("pk")
    yield _("Treaties not reviewed for half a year"), "treaties_treaty", "?attention=unreviewed", rows, False


def _sources() -> Iterator[_Found]:
    rows = Source.objects.exclude(address_fault="").order_by("pk")
    yield _("Sources whose address is dead"), "treaties_source", "?address=dead", rows, False


def _changes() -> Iterator[_Found]:
    rows = Change.objects.filter(mail_held=True)
    yield _("Changes that hold their mail"), "events_change", "?mail_held__exact=1", rows, False


def _alerts(at: datetime) -> Iterator[_Found]:
    model = "alerts_alert"
    yield _("Mails that failed"), model, "?state__exact=failed", Alert.objects.filter(state=Alert.State.FAILED), True
    held = Alert.objects.filter(state=Alert.State.HELD)
    yield _("Mails held: unclear whether they arrived"), model, "?state__exact=held", held, True
    stuck = Alert.objects.filter(state=Alert.State.CLAIMED, lease_until__lt=at)
    yield _("Mails stuck with a worker"), model, "?attention=stuck", stuck, True
    yield _("Mails that are late"), model, "?attention=late", outbox.late(at=at), True
