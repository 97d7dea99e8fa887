"""Start-up wiring: the Celery app must exist before any task is declared."""

from django.apps import AppConfig


class TreatyWatchConfig(AppConfig):
    """Binds shared tasks to our Celery app; treatywatch/__init__.py stays importable without dependencies."""

    name = "treatywatch"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import post_migrate

        from treatywatch import celery_app, checks  # noqa: F401
        from treatywatch.accounts import audit_trail, roles, sign_in_limits

        post_migrate.connect(roles.grant, dispatch_uid="treatywatch.accounts.roles")
        user_logged_in.connect(sign_in_limits.begin, dispatch_uid="treatywatch.accounts.sign_in_limits")
        audit_trail.listen()
