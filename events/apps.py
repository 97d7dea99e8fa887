"""The record of events, statements and deadlines."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Registers the app."""

    name = "events"
