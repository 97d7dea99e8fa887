"""What one would write first: a Celery task a message, which reads, renders and sends it. For comparison only."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail

from treatywatch.celery_app import app


@app.task(name="bench.send_one", ignore_result=False)
def send_one(key: int) -> None:
    """Mail one alert."""
    from alerts.models import Subscriber
    from events.models import Deadline

    deadline = Deadline.objects.select_related("provision__treaty").get(alerts=key)
    reader = Subscriber.objects.get(alerts=key)
    text = f"{deadline.provision.treaty}: {deadline.title}, {deadline.due}\n{settings.PUBLIC_URL}"
    send_mail(deadline.title, text, settings.DEFAULT_FROM_EMAIL, [reader.email], html_message=f"<p>{text}</p>")
