"""History of every row by database triggers, so that bulk updates and imports are recorded too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pghistory
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Callable

ModelClass = TypeVar("ModelClass", bound="type[models.Model]")
# The label of a version that says: from here on the row is gone.
DELETED = "delete"


def keep_history(model: ModelClass) -> ModelClass:
    """Record each version of the model's rows in `<Model>History`, reached from a row as `.<model>_history`.

    The name says "history" because pghistory's default suffix, "Event", is a model of ours. Only the columns of
    the model's own table are recorded: a Statement's inherited columns have their history as an Event. That a row
    was deleted is recorded too, else it would seem to stand for ever.
    """
    name = model.__name__
    has_slug = any(field.name == "slug" for field in model._meta.local_fields)
    track: Callable[[ModelClass], ModelClass] = pghistory.track(
        *_trackers(),
        model_name=f"{name}History",
        fields=[field.name for field in model._meta.local_fields],
        obj_field=pghistory.ObjForeignKey(related_name=f"{name.lower()}_history"),
        # A past page is found by the address that it had then.
        meta={"indexes": [models.Index(fields=["slug"], name=f"{name.lower()}_history_by_slug")]} if has_slug else {},
    )
    return track(model)


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
