"""The three roles of the desk as groups, brought up to date by every migration.

A contributor writes drafts and proposals, an editor publishes, an administrator also looks after the accounts. Nothing
is taken from a group that somebody has given more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions

if TYPE_CHECKING:
    from django.apps import AppConfig
    from django.apps.registry import Apps

CONTRIBUTOR, EDITOR, ADMINISTRATOR = "Contributor", "Editor", "Administrator"
_RECORD = {
    "treaties": (
        "treaty",
        "provision",
        "participation",
        "participationact",
        "party",
        "official",
        "source",
        "archivedcopy",
    ),
    "events": ("event", "statement", "disputedreading", "intake", "intakefinding", "bulkimport"),
}
_ADMINISTERED = ("treaties", "events", "alerts", "auth", "axes", "otp_totp", "otp_static", "treatywatch")


def _granted(app: str, code: str) -> list[str]:
    """Return the roles that a permission belongs to."""
    what, _, model = code.partition("_")
    if app == "treatywatch":
        # The audit trail: whoever looks after accounts reads it, and nobody writes it by hand.
        return [ADMINISTRATOR] if what == "view" else []
    roles = [ADMINISTRATOR] if app in _ADMINISTERED else []
    if model in _RECORD.get(app, ()):
        roles += [CONTRIBUTOR] if what in {"view", "add", "change"} else []
        roles += [EDITOR]
    elif app == "events":
        roles += [CONTRIBUTOR] if code in {"view_proposal", "view_deadline"} else []
        roles += [EDITOR] if what in {"view", "change", "publish"} else []
    elif app == "alerts":
        roles += [EDITOR] if what in {"view", "change"} else []
    return roles


def grant(*, app_config: AppConfig, using: str, verbosity: int, apps: Apps = installed, **_signal: Any) -> None:
    """Give each role the permissions of one app's models; called when the app has been migrated.

    Emptying the database, as tests do, calls it too, without a state of the models.
    """
    if app_config.label not in _ADMINISTERED:
        return
    create_permissions(app_config, verbosity=verbosity, using=using, apps=apps)
    group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    permissions = permission_model.objects.using(using).filter(content_type__app_label=app_config.label)
    wanted: dict[str, list[Any]] = {CONTRIBUTOR: [], EDITOR: [], ADMINISTRATOR: []}
    for permission in permissions:
        for role in _granted(app_config.label, permission.codename):
            wanted[role].append(permission)
    for role, given in wanted.items():
        group, _ = group_model.objects.using(using).get_or_create(name=role)
        group.permissions.add(*given)
