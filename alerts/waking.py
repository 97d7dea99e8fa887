"""Asking a worker to do now what beat would ask for within a minute."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kombu.exceptions import OperationalError

if TYPE_CHECKING:
    from celery import Task

logger = logging.getLogger(__name__)


def wake(task: Task) -> None:
    """Put the task into the queue; while the broker is down only the minute until beat's next turn is lost."""
    try:
        task.delay()
    except OperationalError as error:
        logger.warning("The broker does not answer, so %s waits for its regular turn: %s", task.name, error)
