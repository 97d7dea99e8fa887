"""History of every row by database triggers, so that bulk updates and imports are recorded too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import pghistory
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Callable

ModelClass = TypeVar("ModelClass", bound="type[models.Model]")
# The label of a version that says: from here on the row is gone.
DELETED = "delete"


def keep_history(model: ModelClass, *, in_order: tuple[str, ...] = ()) -> ModelClass:
    """Record each version of the model's rows in `<Model>History`, reached from a row as `.<model>_history`.

    The name says "history" because pghistory's default suffix, "Event", is a model of ours. Only the columns of
    the model's own table are recorded: a Statement's inherited columns have their history as an Event. That a row
    was deleted is recorded too, else it would seem to stand for ever. `in_order` are the keys of a list that may be
    long in the past too, and is walked along an index.
    """
    name = model.__name__
    track: Callable[[ModelClass], ModelClass] = pghistory.track(
        *_trackers(),
        model_name=f"{name}History",
        fields=[field.name for field in model._meta.local_fields],
        obj_field=pghistory.ObjForeignKey(related_name=f"{name.lower()}_history"),
        meta={"indexes": _indexes(model, in_order)},
    )
    return track(model)


def keep_history_in_order(*keys: str) -> Callable[[ModelClass], ModelClass]:
    """Return what keeps a model's history so that its rows can be listed by these keys as they stood in the past."""
    return partial(keep_history, in_order=keys)


def _indexes(model: type[models.Model], in_order: tuple[str, ...]) -> list[models.Index]:
    name = model.__name__.lower()
    has_slug = any(field.name == "slug" for field in model._meta.local_fields)
    # A past page is found by the address that it had then.
    by_slug = [models.Index(fields=["slug"], name=f"{name}_history_by_slug")] if has_slug else []
    return by_slug + ([models.Index(fields=in_order, name=f"{name}_history_in_order")] if in_order else [])


def keep_link_history(links: ModelClass) -> ModelClass:
    """Record when each link of a many-to-many relation was made and taken away; `links` is a proxy of its table."""
    track: Callable[[ModelClass], ModelClass] = pghistory.track(
        *_trackers(),
        model_name=f"{links.__name__}History",
        obj_field=pghistory.ObjForeignKey(related_name=f"{links.__name__.lower()}_history"),
    )
    return track(links)


def _trackers() -> list[Any]:
    return [pghistory.InsertEvent("insert"), pghistory.UpdateEvent("update"), pghistory.DeleteEvent(DELETED)]
