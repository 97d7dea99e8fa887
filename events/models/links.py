"""The links of an event that have a history of their own: its sources, treaties, parties, and a statement's targets."""

from __future__ import annotations

from events.models.events import Event, Statement
from treaties.history import keep_link_history


@keep_link_history
class EventSource(Event.sources.through):  # type: ignore[name-defined]
    """An event rests on a source."""

    class Meta:
        proxy = True


@keep_link_history
class EventTreaty(Event.treaties.through):  # type: ignore[name-defined]
    """An event concerns a treaty."""

    class Meta:
        proxy = True


@keep_link_history
class EventParty(Event.parties.through):  # type: ignore[name-defined]
    """An event concerns a party that did not act in it."""

    class Meta:
        proxy = True


@keep_link_history
class StatementTarget(Statement.targets.through):  # type: ignore[name-defined]
    """A statement is aimed at a party."""

    class Meta:
        proxy = True
