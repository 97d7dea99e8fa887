"""What one would write first: a Celery task a message, which reads, renders and sends it. For comparison only."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail

from treatywatch.celery_app import app


@app.task(name="bench.send_one", ignore_result=False)
def send_one(key: int) -> None:
    """Mail one alert."""
    from django.template.loader import render_to_string

    from alerts.models import Alert

    alert = Alert.objects.select_related("subscriber", "deadline__provision__treaty").get(pk=key)
    deadline = alert.deadline
    html = render_to_string("events/_sources.html", {"deadline": deadline})
    text = f"{deadline.provision.treaty}: {deadline.title}, {deadline.due}\n{settings.PUBLIC_URL}"
    send_mail(deadline.title, text, settings.DEFAULT_FROM_EMAIL, [alert.subscriber.email], html_message=html)
