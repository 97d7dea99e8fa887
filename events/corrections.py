"""What has been corrected since a past instant: field by field, for the rows that a page shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import (
    Change,
    Deadline,
    Event,
    EventParty,
    EventSource,
    EventTreaty,
    Statement,
    StatementTarget,
)
from treaties.as_known import in_the_present, tracked_models
from treaties.day_words import day_words
from treaties.history import DELETED
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db import models

    from events.viewpoint import Viewpoint

# What follows from other fields, or from the mere passing of days, is no correction of its own.
_SILENT = {"id", "event_ptr", "revision", "changed_at", "earliest", "latest", "version", "opened_at", "change"}
_SILENT |= {"published_at", "steps", "life", "state_since", "slug", "trigger", "act", "occurrence"}
_LINKS = (
    (EventSource, "event", "source"),
    (EventTreaty, "event", "treaty"),
    (EventParty, "event", "party"),
    (StatementTarget, "statement", "party"),
)
_LINK_LABELS = {"source": gettext_lazy("sources"), "treaty": gettext_lazy("treaties"), "party": gettext_lazy("parties")}


@dataclass(frozen=True)
class Difference:
    """One field: what it said then, and what it says now."""

    name: str
    before: str
    after: str


@dataclass
class Correction:
    """One row that was changed since: its present name and address, field by field, and the change that tells why."""

    label: str
    address: str
    at: datetime
    differences: list[Difference] = field(default_factory=list)
    change: int | None = None


def corrections_on(
    viewpoint: Viewpoint,
    *,
    treaties: Iterable[Treaty] = (),
    parties: Iterable[Party] = (),
    events: Iterable[int] = (),
    deadlines: Iterable[int] = (),
) -> list[Correction]:
    """Return what was corrected of these rows since the day whose record is read; nothing where the present is."""
    if viewpoint.known_at is None:
        return []
    return corrections_since(
        viewpoint.known_at,
        treaties=[one.pk for one in treaties],
        parties=[one.pk for one in parties],
        events=list(events),
        deadlines=list(deadlines),
    )


def corrections_since(
    instant: datetime, *, treaties: list[int], parties: list[int], events: list[int], deadlines: list[int]
) -> list[Correction]:
    """Return what was corrected of the rows with these ids after the instant, the latest first; constant queries."""
    with in_the_present():
        found = _of_events(instant, events)
        for model, keys in ((Treaty, treaties), (Party, parties), (Deadline, deadlines)):
            found += _of_rows(model, keys, instant).values() if keys else []
        _name_changes(found, instant)
    return sorted(found, key=lambda one: one.at, reverse=True)


def _of_events(instant: datetime, keys: list[int]) -> list[Correction]:
    if not keys:
        return []
    found = _of_rows(Event, keys, instant)
    for key, said in _of_rows(Statement, keys, instant).items():
        if key in found:  # whoever saves a statement saves its event
            found[key].differences.extend(said.differences)
    for links, owner, other in _LINKS:
        _add_links(found, links, owner, other, keys, instant)
    return [one for one in found.values() if one.differences]


def _history(model: type[models.Model]) -> Any:
    return next(history for tracked, history in tracked_models() if tracked is model)._default_manager


def _versions(model: type[models.Model], instant: datetime | None, **of: Any) -> dict[int, Any]:
    rows = _history(model).filter(**of)
    rows = rows.filter(pgh_created_at__lte=instant) if instant else rows
    return {one.pgh_obj_id: one for one in rows.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")}


def _of_rows(model: type[models.Model], keys: list[int], instant: datetime) -> dict[int, Correction]:
    then, now = (_versions(model, when, pgh_obj_id__in=keys) for when in (instant, None))
    found = {}
    for key, before in then.items():
        after = now[key]
        if before.pgh_id != after.pgh_id:
            correction = Correction(_label(after), _address(model, after), after.pgh_created_at)
            correction.differences = _differences(model, before, after)
            found[key] = correction
    return {key: one for key, one in found.items() if one.differences or model is Event}


def _label(version: Any) -> str:
    return next((str(getattr(version, name)) for name in ("title", "short_name", "name") if hasattr(version, name)), "")


def _address(model: type[models.Model], version: Any) -> str:
    folder = {Event: "events", Treaty: "treaties", Party: "parties", Deadline: "deadlines"}.get(model)
    return f"/{folder}/{version.slug}/" if folder else ""


def _differences(model: type[models.Model], before: Any, after: Any) -> list[Difference]:
    if after.pgh_label == DELETED:
        return [Difference(_("On record"), _("yes"), _("no longer"))]
    changed = [
        one
        for one in model._meta.local_fields
        if one.name not in _SILENT and getattr(before, one.attname) != getattr(after, one.attname)
    ]
    told = [one for one in changed if not _is_time_passing(model, one.name, before, after)]
    return [Difference(str(one.verbose_name), _words(one, before), _words(one, after)) for one in told]


def _is_time_passing(model: type[models.Model], name: str, before: Any, after: Any) -> bool:
    states = (before.state, after.state) if model is Deadline else ()
    return name == "state" and states == (Deadline.State.RUNNING, Deadline.State.TOOK_EFFECT)


def _words(column: models.Field, version: Any) -> str:
    value = getattr(version, column.attname)
    if value in (None, "", [], {}):
        return _("empty")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return day_words(value)
    if column.remote_field is not None:
        return str(column.remote_field.model._default_manager.filter(pk=value).first() or value)
    return str(dict(column.flatchoices).get(value, value))


def _add_links(
    found: dict[int, Correction], links: type[models.Model], owner: str, other: str, keys: list[int], instant: datetime
) -> None:
    then, now = (_linked(links, owner, other, keys, when) for when in (instant, None))
    names = _names(links, other, set(chain(*then.values(), *now.values()))) if then != now else {}
    for key, correction in found.items():
        before, after = then.get(key, set()), now.get(key, set())
        if before != after:
            words = [", ".join(sorted(names.get(one, "?") for one in ids)) or _("empty") for ids in (before, after)]
            correction.differences.append(Difference(str(_LINK_LABELS[other]), *words))


def _linked(
    links: type[models.Model], owner: str, other: str, keys: list[int], instant: datetime | None
) -> dict[int, set[int]]:
    linked: dict[int, set[int]] = {}
    for version in _versions(links, instant, **{f"{owner}_id__in": keys}).values():
        if version.pgh_label != DELETED:
            linked.setdefault(getattr(version, f"{owner}_id"), set()).add(getattr(version, f"{other}_id"))
    return linked


def _names(links: type[models.Model], other: str, keys: set[int]) -> dict[int, str]:
    related = links._meta.get_field(other).related_model
    return {one.pk: str(one) for one in related._default_manager.filter(pk__in=keys)}  # type: ignore[union-attr]


def _name_changes(found: list[Correction], instant: datetime) -> None:
    addresses = [one.address for one in found if one.address]
    rows = Change.objects.filter(row_address__in=addresses, at__gt=instant, weight=Change.Weight.MAJOR).order_by("at")
    by_address = dict(rows.values_list("row_address", "pk"))
    for one in found:
        one.change = by_address.get(one.address)
