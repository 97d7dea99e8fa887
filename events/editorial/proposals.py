"""Proposals: values that wait for a second pair of eyes while the row stays as it is.

Every step is a compare-and-set of the proposal's state, so that two reviewers, or a reviewer and the clock, cannot
both publish it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from events.editorial.edits import Decision, Edit, EditError, MovedMeanwhileError, NotAllowedError, because, commit
from events.editorial.kinds import KINDS, RowKind
from events.editorial.permission import PUBLISH, may_publish
from events.editorial.values import Values, changed, child_lines, in_words, merged, values_of, with_new_children
from events.models import Proposal
from events.services import ConcurrentChangeError
from treaties.models import Treaty

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from events.models import Change

OPEN = [Proposal.State.WAITING, Proposal.State.RETURNED, Proposal.State.SCHEDULED]
REVIEWABLE = [Proposal.State.WAITING, Proposal.State.SCHEDULED]


class AlreadyDecidedError(Exception):
    """Somebody else decided on the proposal first; nothing was done."""


@dataclass(frozen=True)
class Field:
    """One proposed field: as it was when proposed, as it is live, as it would be; in words."""

    name: str
    base: str
    live: str
    proposed: str

    @property
    def live_moved(self) -> bool:
        """Say whether somebody has changed the live field since, and not to what is proposed."""
        return self.live not in (self.base, self.proposed)


@transaction.atomic
def propose(
    kind: RowKind,
    row: Any | None,
    values: Values,
    *,
    user: Any,
    at: datetime,
    decision: Decision,
    label: str = "",
) -> Proposal:
    """Put values up for review: for a row that stands, or for a new one. An author's open proposal is replaced.

    Raises:
        EditError: if they are the row's own values already.

    """
    base = values_of(kind, row) if row is not None else {}
    wanted = changed(base, with_new_children(kind, base, values))
    if not wanted:
        raise EditError(_("This is how the row stands already: there is nothing to propose."))
    pk = row.pk if row is not None else None
    told = {
        "row_label": (label or str(row))[:300],
        "base": base,
        "values": wanted,
        "made_at": at,
        "reason": decision.reason,
        "state": Proposal.State.WAITING,
        "state_since": at,
        "publish_at": None,
        "comment": "",
        "weight": decision.weight,
        "public_note": decision.public_note,
        "mail_held": decision.mail_held,
    }
    with because(user=user, note=decision.reason):
        proposal = _open_one(kind, pk, user) or Proposal(row_kind=kind.name, row_id=pk, made_by=user)
        for name, value in told.items():
            setattr(proposal, name, value)
        proposal.save()
        proposal.treaties.set(kind.treaties_of(pk, base) | kind.treaties_of(pk, base | wanted))
    return proposal


def _open_one(kind: RowKind, pk: int | None, user: Any) -> Proposal | None:
    rows = Proposal.objects.select_for_update().filter(row_kind=kind.name, row_id=pk, made_by=user, state__in=OPEN)
    return rows.first() if pk is not None else None


def waiting_for(user: Any) -> QuerySet[Proposal]:
    """Return what waits for this user's review, the longest waiting first; none for who may not publish."""
    rows = Proposal.objects.filter(state=Proposal.State.WAITING).order_by("state_since")
    if not user.has_perm(PUBLISH):
        return rows.none()
    assigned = list(user.assignments.values_list("treaty", flat=True))
    if not assigned:
        return rows
    return rows.filter(treaties__in=assigned).exclude(treaties__in=_others(assigned)).distinct()


def _others(assigned: Iterable[int]) -> Any:
    return Treaty.objects.exclude(pk__in=assigned)


def open_for(kind: RowKind, pk: int | None) -> QuerySet[Proposal]:
    """Return the proposals for a row that nobody has decided on yet."""
    rows = Proposal.objects.filter(row_kind=kind.name, row_id=pk, state__in=OPEN)
    return rows.select_related("made_by").order_by("state_since")


def visible_to(user: Any) -> Q:
    """Return the condition for the proposals that a user may look at: their own, and all for who publishes."""
    return Q() if user.has_perm(PUBLISH) else Q(made_by=user)


def edit_of(proposal: Proposal) -> Edit:
    """Return the edit that the proposal would be if it were made now, onto the row as it stands.

    Raises:
        EditError: if the row is gone.

    """
    kind = KINDS[proposal.row_kind]
    if proposal.row_id is None:
        return Edit(kind, added=(proposal.values,))
    live = _live(proposal)
    if live is None:
        raise EditError(_("The row is no longer on record; the proposal can only be dropped."))
    return Edit(kind, {proposal.row_id: merged(kind, proposal.base, proposal.values, live)})


def _live(proposal: Proposal) -> Values | None:
    kind = KINDS[proposal.row_kind]
    row = kind.model._base_manager.filter(pk=proposal.row_id).first()
    return values_of(kind, row) if row else None


def fields_of(proposal: Proposal) -> list[Field]:
    """Return the proposed fields side by side with the base and the live row; of a draft or a new row, all of it."""
    kind = KINDS[proposal.row_kind]
    live = (_live(proposal) if proposal.row_id else None) or {}
    if live and kind.is_public(proposal.row_id, live):
        names, old = list(proposal.values), live
    else:
        names, old = list({**live, **proposal.values}), {}
    proposed = live | proposal.values
    found = [
        Field(
            kind.label_of(name),
            _words(kind, name, proposal.base.get(name) if old else None),
            _words(kind, name, old.get(name)),
            _words(kind, name, proposed.get(name)),
        )
        for name in names
    ]
    return [one for one in found if one.base or one.live or one.proposed]


def _words(kind: RowKind, name: str, value: Any) -> str:
    if any(child.name == name for child in kind.children):
        return child_lines(kind, name, value)
    return in_words(kind, name, value)


@transaction.atomic
def publish(proposal: Proposal, *, user: Any, decision: Decision, expected: str, at: datetime) -> list[Change]:
    """Make the proposed edit, exactly as the reviewer was shown it; returns the changes recorded.

    Raises:
        AlreadyDecidedError: if somebody else decided first.
        MovedMeanwhileError: if the edit would no longer do what has the digest `expected`.
        NotAllowedError: if the user may not publish it.
        EditError: if it may not stand, or the decision lacks something.

    """
    _require_reviewer(proposal, user)
    _decide(proposal, REVIEWABLE, at=at, state=Proposal.State.PUBLISHED, reviewed_by=user, publish_at=None)
    changes = commit(edit_of(proposal), user=user, at=at, decision=decision, expected=expected)
    Proposal.objects.filter(pk=proposal.pk).update(change=changes[0] if changes else None)
    return changes


@transaction.atomic
def return_to_author(proposal: Proposal, *, user: Any, comment: str, at: datetime) -> None:
    """Send the proposal back with a comment.

    Raises:
        EditError: if there is no comment.
        AlreadyDecidedError: if somebody else decided first.
        NotAllowedError: if the user may not review it.

    """
    _require_reviewer(proposal, user)
    if not comment.strip():
        raise EditError(_("Say what should be changed: the comment goes back with it."))
    _decide(
        proposal, REVIEWABLE, at=at, state=Proposal.State.RETURNED, reviewed_by=user, comment=comment, publish_at=None
    )


@transaction.atomic
def schedule(
    proposal: Proposal, *, user: Any, decision: Decision, expected: str, publish_at: datetime, zone: str, at: datetime
) -> None:
    """Let the proposal be published at an instant, if it then still does what has the digest `expected`.

    `zone` names the IANA zone in which the hour was chosen, to show it again.

    Raises:
        EditError: if the instant has passed.
        AlreadyDecidedError: if somebody else decided first.
        NotAllowedError: if the user may not publish it.

    """
    _require_reviewer(proposal, user)
    if publish_at <= at:
        raise EditError(_("That time has passed already."))
    _decide(
        proposal,
        REVIEWABLE,
        at=at,
        state=Proposal.State.SCHEDULED,
        reviewed_by=user,
        publish_at=publish_at,
        publish_zone=zone,
        weight=decision.weight,
        public_note=decision.public_note,
        mail_held=decision.mail_held,
        expected=expected,
    )


@transaction.atomic
def drop(proposal: Proposal, *, user: Any, at: datetime) -> None:
    """Take a proposal back: its author may, and whoever may review it.

    Raises:
        AlreadyDecidedError: if it has been decided on.
        NotAllowedError: if it is not the user's to drop.

    """
    if proposal.made_by_id != user.pk:
        _require_reviewer(proposal, user)
    _decide(proposal, OPEN, at=at, state=Proposal.State.DROPPED, publish_at=None)


def publish_due(*, at: datetime) -> int:
    """Publish every scheduled proposal whose time has come, each once and on its own; returns how many.

    One that would do something else than was approved, or may no longer stand, waits for review again.
    """
    due = Proposal.objects.filter(state=Proposal.State.SCHEDULED, publish_at__lte=at).order_by("publish_at", "pk")
    return sum(_publish_one(key, at=at) for key in list(due.values_list("pk", flat=True)))


def _publish_one(key: int, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            # Whoever comes second skips the row, or finds its state changed.
            rows = Proposal.objects.select_for_update(skip_locked=True, of=("self",))
            proposal = rows.filter(pk=key, state=Proposal.State.SCHEDULED).first()
            if proposal is None:
                return False
            decision = Decision(proposal.weight, proposal.public_note, proposal.mail_held)
            publish(proposal, user=proposal.reviewed_by, decision=decision, expected=proposal.expected, at=at)
    except (MovedMeanwhileError, EditError, NotAllowedError, ConcurrentChangeError) as error:
        comment = _("It was not published when its time came: %(reason)s") % {"reason": error}
        Proposal.objects.filter(pk=key, state=Proposal.State.SCHEDULED).update(
            state=Proposal.State.WAITING, state_since=at, comment=comment, publish_at=None
        )
        return False
    return True


def _require_reviewer(proposal: Proposal, user: Any) -> None:
    concerned = proposal.treaties.values_list("pk", flat=True)
    if user is None or not may_publish(user, concerned):
        raise NotAllowedError(_("You may not review this."))


def _decide(proposal: Proposal, states: list[Any], *, at: datetime, **values: Any) -> None:
    rows = Proposal.objects.filter(pk=proposal.pk, state__in=states, state_since=proposal.state_since)
    if not rows.update(state_since=at, **values):
        raise AlreadyDecidedError(_("Somebody else has decided on this proposal, or changed it; look at it again."))
    proposal.refresh_from_db()
