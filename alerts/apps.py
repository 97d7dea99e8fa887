"""The alerts listen to the record."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Wires the plan to every change of a clock."""

    name = "alerts"

    def ready(self) -> None:
        """Connect the receivers."""
        from alerts import receivers  # noqa: F401
