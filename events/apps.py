"""The record of events, statements and deadlines."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Registers the app, and has the database watch the record's tables."""

    name = "events"
    verbose_name = _("What happened")

    def ready(self) -> None:
        from events.generation import watch_tables

        post_migrate.connect(watch_tables, sender=self, dispatch_uid="events.watch_tables")
