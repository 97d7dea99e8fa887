"""The accounts of the desk: role by group, the treaties that an editor may be limited to, and who came in when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axes.admin import AccessAttemptAdmin
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User

from treaties.long_lists import LongList
from treaties.models import EditorAssignment
from treatywatch.models import AuditEntry

if TYPE_CHECKING:
    from django.http import HttpRequest

admin.site.unregister(User)
# Deleting a row of these lets a locked account try again; what else Axes could keep, the audit trail tells.
admin.site.register(AccessAttempt, AccessAttemptAdmin)

# With these somebody could give themselves, or anybody else, what no role has.
_ONLY_FOR_SUPERUSERS = {"is_superuser", "user_permissions"}


class AssignmentInline(admin.TabularInline):
    """The treaties that an editor publishes on; none means all."""

    model = EditorAssignment
    autocomplete_fields = ["treaty"]
    extra = 0


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts; whoever is none touches no superuser and makes nobody one."""

    inlines = [AssignmentInline]
    list_display = ["username", "get_full_name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse a superuser's account, and so its password, to who is none."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse a superuser's account to who is none."""
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave superusers out of what who is none can choose: an action asks of no single row."""
        rows = super().get_queryset(request)
        return rows if _is_super(request) else rows.filter(is_superuser=False)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Offer a role, and what goes beyond the roles to superusers only."""
        fieldsets = super().get_fieldsets(request, obj)
        if _is_super(request):
            return fieldsets
        return [
            (title, {**options, "fields": [one for one in options["fields"] if one not in _ONLY_FOR_SUPERUSERS]})
            for title, options in fieldsets
        ]


def _is_super(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _may_touch(request: HttpRequest, account: User | None) -> bool:
    return account is None or not account.is_superuser or _is_super(request)


@admin.register(AuditEntry)
class AuditEntryAdmin(LongList):
    """The audit trail, to look at."""

    list_display = ["at", "what", "account", "by", "network", "told"]
    list_filter = ["what"]
    search_fields = ["account", "by", "network", "told"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """What happens writes it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:  # noqa: ARG002
        """Nobody rewrites what happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:  # noqa: ARG002
        """Nobody makes it not have happened."""
        return False
