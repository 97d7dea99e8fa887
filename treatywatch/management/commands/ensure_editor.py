"""Make the first editor account, once."""

from __future__ import annotations

import secrets

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Makes the account "editor" with a random password, printed this once; does nothing if it exists."""

    help = "Make the account “editor” with a random password, printed once; do nothing if it exists."

    def handle(self, *_args: object, **_options: object) -> None:
        users = get_user_model().objects
        if users.filter(username="editor").exists():
            return
        password = secrets.token_urlsafe(15)
        users.create_superuser("editor", password=password)
        self.stdout.write(f"  Sign in as “editor” with the password {password} (shown only now).")
