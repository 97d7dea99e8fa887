"""An edit is rehearsed in a transaction that is undone, and committed only if it would still do what was shown."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from events import services
from events.editorial.impact import Impact, Look
from events.editorial.permission import may_commit
from events.editorial.writing import EditError, delete, write
from events.models import Change, Deadline, Event
from events.signals import mail_forecast_asked
from treaties.models import Treaty

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from events.editorial.impact import RowImpact
    from events.editorial.kinds import RowKind
    from events.editorial.values import Values


class MovedMeanwhileError(Exception):
    """The edit would not do what was shown any more; nothing was written. `impact` is what it would do now."""

    def __init__(self, impact: Impact) -> None:
        super().__init__(
            _("The record has moved since you were shown what this does. Nothing was saved; look at it again.")
        )
        self.impact = impact


class NotAllowedError(Exception):
    """The user may not change what readers see here; it can be proposed."""


@dataclass(frozen=True)
class Decision:
    """What the editor decided: how much it weighs, what readers are told, whether mail waits, what reviewers read."""

    weight: str = Change.Weight.MAJOR
    public_note: str = ""
    mail_held: bool = False
    reason: str = ""

    def missing(self, impact: Impact) -> str:
        """Return which part of the decision is missing, "weight" or "note"; empty if none is."""
        if not impact.corrects:
            return ""
        if self.weight not in Change.Weight.values:
            return "weight"
        return "note" if self.weight == Change.Weight.MAJOR and not self.public_note.strip() else ""

    def fault(self, impact: Impact) -> str:
        """Return what is missing from the decision, as a sentence; empty if nothing is."""
        return {
            "": "",
            "weight": _("Say whether this is a minor or a major change."),
            "note": _("A major change is told to readers: write a public note that says why."),
        }[self.missing(impact)]


@dataclass(frozen=True)
class Edit:
    """Values for rows of one kind: by key, None as the values to delete; `added` holds those of new rows."""

    kind: RowKind
    values: dict[int, Values | None] = field(default_factory=dict)
    added: tuple[Values, ...] = ()

    def look(self) -> Look:
        """Look at the rows and clocks as they are, and lock them."""
        look = Look(self.kind, self.values)
        for values in [*self.values.values(), *self.added]:
            look.also(self.kind.treaties_of(None, values))
        return look

    def run(self, *, at: datetime) -> list[Any]:
        """Write everything; returns the rows that were added.

        Raises:
            EditError: if the values may not stand.

        """
        with services.recomputed_once(at=at):
            delete(self.kind, [pk for pk, values in self.values.items() if values is None], at=at)
            for pk, values in self.values.items():
                if values is not None:
                    write(self.kind, pk, values, at=at)
            return [write(self.kind, None, values, at=at) for values in self.added]


def rehearse(edit: Edit, *, user: Any, at: datetime, decision: Decision | None = None) -> Impact:
    """Return what the edit would do; nothing of it stays.

    Raises:
        EditError: if the values may not stand.

    """
    with transaction.atomic():
        look = edit.look()
        impact = look.measure(edit.run(at=at))
        impact = forecast(impact, user=user, decision=decision or Decision(), at=at)
        transaction.set_rollback(True)
    return impact


@transaction.atomic
def commit(edit: Edit, *, user: Any, at: datetime, decision: Decision, expected: str) -> list[Change]:
    """Write the edit exactly as it was shown, with the editor's decision; returns the changes recorded.

    Raises:
        MovedMeanwhileError: if it would no longer do what has the digest `expected`.
        NotAllowedError: if the user may not change what readers see here.
        EditError: if the values may not stand, or the decision lacks something.

    """
    look = edit.look()
    with because(user=user, note=decision.public_note):
        impact = look.measure(edit.run(at=at))
    if impact.digest != expected:
        raise MovedMeanwhileError(impact)
    return settle(impact, user=user, decision=decision, at=at)


def settle(impact: Impact, *, user: Any, decision: Decision, at: datetime) -> list[Change]:
    """Check who did it and what was decided, and record the changes of an edit just made in this transaction.

    Raises:
        NotAllowedError: if the user may not change what readers see here.
        EditError: if the decision lacks something.

    """
    if not may_commit(user, impact):
        raise NotAllowedError(_("You may not publish this; send it to review."))
    fault = decision.fault(impact)
    if fault:
        raise EditError(fault)
    return _record(impact, user=user, decision=decision, at=at)


def forecast(impact: Impact, *, user: Any, decision: Decision, at: datetime) -> Impact:
    """Return the impact with the mails that it would bring; call it in a transaction that will be undone."""
    with transaction.atomic():
        _record(impact, user=user, decision=_sayable(decision), at=at)
        about: dict[str, list[int]] = {"deadline_ids": _moved(impact), "event_ids": _now_public(impact)}
        answers: Any = mail_forecast_asked.send(sender=Change, **about, at=at)
        transaction.set_rollback(True)
    return replace(impact, mail=[one for _receiver, mails in answers for one in mails or []])


def _sayable(decision: Decision) -> Decision:
    # Before the editor has decided, the mail is shown as a major change's, with a mark where the note will stand.
    weight = decision.weight if decision.weight in Change.Weight.values else Change.Weight.MAJOR
    note = decision.public_note.strip() or _("(your public note)")
    return Decision(weight, note, mail_held=False)


def _record(impact: Impact, *, user: Any, decision: Decision, at: datetime) -> list[Change]:
    changes = [_change(row, impact, user=user, decision=decision, at=at) for row in impact.public_rows]
    if changes:
        # Several rows changed at once share one decision: any of their changes tells it.
        Deadline.objects.filter(pk__in=_moved(impact)).update(change=changes[0])
    return changes


def _moved(impact: Impact) -> list[int]:
    """Return the clocks with a new version, and those that are new."""
    return [
        one.after.pk for one in impact.moves if one.after and (not one.before or one.after.version > one.before.version)
    ]


def _now_public(impact: Impact) -> list[int]:
    """Return the events that readers see from now on, those of a treaty that is published with it included."""
    published = [row for row in impact.public_rows if row.change_kind == Change.Kind.PUBLISHED]
    events = [row.pk for row in published if issubclass(row.kind.model, Event) and row.pk]
    treaties = [row.pk for row in published if row.kind.model is Treaty]
    return events + list(Event.objects.filter(treaties__in=treaties).values_list("pk", flat=True) if treaties else [])


def _change(row: RowImpact, impact: Impact, *, user: Any, decision: Decision, at: datetime) -> Change:
    is_new = row.change_kind == Change.Kind.PUBLISHED
    change = Change.objects.create(
        at=at,
        made_by=user if getattr(user, "pk", None) else None,
        kind=row.change_kind or "",
        # Something newly published corrects nothing; whatever clock it starts is news in full.
        weight=Change.Weight.MAJOR if is_new else decision.weight,
        public_note=decision.public_note.strip(),
        mail_held=decision.mail_held,
        row_kind=row.kind.name,
        row_label=row.label[:300],
        row_address=row.address,
        differences=[] if is_new else [one.as_json() for one in row.differences],
        moves=[one.as_json() for one in impact.moves],
    )
    change.treaties.set(row.treaties)
    return change


@contextmanager
def because(*, user: Any, note: str = "", **more: Any) -> Iterator[None]:
    """Let the history say who made the versions written within, and why."""
    with pghistory.context(user=getattr(user, "pk", None), note=note, **more):
        yield
