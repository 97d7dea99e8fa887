"""The Celery application; the beat schedule is in settings.CELERY_BEAT_SCHEDULE."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "treatywatch.settings")

app = Celery("treatywatch")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()


@app.task(name="treatywatch.ping", ignore_result=False)
def ping() -> str:
    """Answer "pong": shows that a worker takes tasks and returns results."""
    return "pong"
