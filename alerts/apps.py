"""The alerts listen to the record."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    """Wires the plan to every change of a clock."""

    name = "alerts"
    verbose_name = _("Mail")

    def ready(self) -> None:
        """Connect the receivers."""
        from alerts import receivers  # noqa: F401
