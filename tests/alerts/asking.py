"""Subscribing as a visitor does, and the worker's answer to it."""

from __future__ import annotations

from django.utils import timezone

from alerts.form_answers import answer_forms


def ask(client, email="anna@example.org", zone="Europe/Vienna", address="/alerts/subscribe/?treaty=pact", **chosen):
    """Send the form for an address, have the worker answer it, and return the page that the visitor sees."""
    chosen = {"kinds": ["started", "lead"], "lead_days": "30, 7", "rhythm": "immediate", "language": "en-gb"} | chosen
    answer = client.post(address, {"email": email, "time_zone": zone} | chosen)
    answer_forms(clock=timezone.now)
    return answer
