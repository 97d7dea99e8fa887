"""Who works at the desk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

NOW = datetime(2019, 2, 5, 12, tzinfo=UTC)


@pytest.fixture
def editor(db):
    editor = User.objects.create_user("editor", is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="publish_record"))
    return editor


@pytest.fixture
def contributor(db):
    return User.objects.create_user("contributor", is_staff=True)


@pytest.fixture
def who(db):
    """Return a function that signs in somebody of a role."""

    def _who(role, name=None):
        user, _ = User.objects.get_or_create(username=name or role.lower(), defaults={"is_staff": True})
        user.groups.set(Group.objects.filter(name=role))
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    return _who
