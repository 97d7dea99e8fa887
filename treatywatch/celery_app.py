"""The Celery application; the beat schedule is in settings.CELERY_BEAT_SCHEDULE."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_before_create_process

from treatywatch.forking import set_heap_aside

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "treatywatch.settings")

app = Celery("treatywatch")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()


@app.task(name="treatywatch.ping", ignore_result=False)
def ping() -> str:
    """Answer "pong": shows that a worker takes tasks and returns results."""
    return "pong"


@worker_before_create_process.connect
def set_heap_aside_before_fork(**_signal: Any) -> None:
    """Let the processes that do a worker's tasks share what it has loaded."""
    set_heap_aside()
