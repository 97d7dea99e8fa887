"""Start-up wiring: the Celery app must exist before any task is declared."""

from django.apps import AppConfig


class TreatyWatchConfig(AppConfig):
    """Binds shared tasks to our Celery app; treatywatch/__init__.py stays importable without dependencies."""

    name = "treatywatch"

    def ready(self) -> None:
        from treatywatch import celery_app  # noqa: F401
