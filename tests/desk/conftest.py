"""Who works at the desk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission, User

NOW = datetime(2019, 2, 5, 12, tzinfo=UTC)


@pytest.fixture
def editor(db):
    editor = User.objects.create_user("editor", is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="publish_record"))
    return editor


@pytest.fixture
def contributor(db):
    return User.objects.create_user("contributor", is_staff=True)
