"""The reference data."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class TreatiesConfig(AppConfig):
    """Registers the app, and keeps the views of the past in step with the tables."""

    name = "treaties"
    verbose_name = _("Treaties, parties, sources")

    def ready(self) -> None:
        from treaties.as_known import drop_views, make_views

        pre_migrate.connect(drop_views, sender=self, dispatch_uid="drop views of the past")
        post_migrate.connect(make_views, sender=self, dispatch_uid="make views of the past")
