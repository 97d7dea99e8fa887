"""History of every row by database triggers, so that bulk updates and imports are recorded too."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pghistory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db import models

ModelClass = TypeVar("ModelClass", bound="type[models.Model]")


def keep_history(model: ModelClass) -> ModelClass:
    """Record each version of the model's rows in `<Model>History`, reached from a row as `.<model>_history`.

    The name says "history" because pghistory's default suffix, "Event", is a model of ours. Only the columns of
    the model's own table are recorded: a Statement's inherited columns have their history as an Event.
    """
    name = model.__name__
    track: Callable[[ModelClass], ModelClass] = pghistory.track(
        model_name=f"{name}History",
        fields=[field.name for field in model._meta.local_fields],
        obj_field=pghistory.ObjForeignKey(related_name=f"{name.lower()}_history"),
    )
    return track(model)
