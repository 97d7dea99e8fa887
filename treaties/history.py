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


def keep_history(model: ModelClass, *, indexes: tuple[models.Index, ...] = ()) -> ModelClass:
    """Record each version of the model's rows in `<Model>History`, reached from a row as `.<model>_history`.

    The name says "history" because pghistory's default suffix, "Event", is a model of ours. Only the columns of
    the model's own table are recorded: a Statement's inherited columns have their history as an Event. That a row
    was deleted is recorded too, else it would seem to stand for ever. `indexes` are those of the model by which long
    lists of the past are walked or searched too.
    """
    name = model.__name__
    track: Callable[[ModelClass], ModelClass] = pghistory.track(
        *_trackers(),
        model_name=f"{name}History",
        fields=[field.name for field in model._meta.local_fields],
        obj_field=pghistory.ObjForeignKey(related_name=f"{name.lower()}_history"),
        meta={"indexes": [*_by_slug(model), *indexes]},
    )
    return track(model)


def keep_history_with(*indexes: models.Index) -> Callable[[ModelClass], ModelClass]:
    """Return what keeps a model's history with these indexes: of lists that may be long in the past too."""
    return partial(keep_history, indexes=indexes)


def _by_slug(model: type[models.Model]) -> list[models.Index]:
    # A past page is found by the address that it had then.
    has_slug = any(field.name == "slug" for field in model._meta.local_fields)
    return [models.Index(fields=["slug"], name=f"{model.__name__.lower()}_history_by_slug")] if has_slug else []


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
