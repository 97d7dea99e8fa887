"""The changes that readers have been told of, or that were only recorded; held mail is released here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.editorial.held_mail import release_mail
from events.editorial.permission import may_publish
from events.models import Change
from treaties.long_lists import LongList, treaty_filter

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString


@admin.register(Change)
class ChangeAdmin(LongList):
    """Changes, to look at; nobody rewrites what was told."""

    list_display = ["at", "row_label", "kind", "weight", "made_by", "mail_held", "public_note"]
    list_filter = ["mail_held", "kind", "weight", treaty_filter("treaties")]
    list_select_related = ["made_by"]
    search_fields = ["row_label", "public_note"]
    readonly_fields = ("at", "made_by", "kind", "weight", "row_label", "public_note", "mail_held", "what", "clocks")
    actions = ["release"]

    class Media:
        css = {"all": ["desk.css", "desk-impact.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """A change comes with what it changed."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Change | None = None) -> bool:
        """Allow the action on the list, but no editing of a row."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Change | None = None) -> bool:  # noqa: ARG002
        """What was told stays told."""
        return False

    @admin.display(description=gettext_lazy("what"))
    def what(self, change: Change) -> SafeString:
        """Return field by field what was changed."""
        return _table(change.differences, "name")

    @admin.display(description=gettext_lazy("clocks"))
    def clocks(self, change: Change) -> SafeString:
        """Return clock by clock what moved."""
        return _table(change.moves, "title")

    @admin.action(description=gettext_lazy("Release the mail that they hold"), permissions=["change"])
    def release(self, request: HttpRequest, queryset: QuerySet[Change]) -> None:
        """Let the mail go out."""
        allowed = [one for one in queryset if may_publish(request.user, one.treaties.values_list("pk", flat=True))]
        count = sum(release_mail(one, at=timezone.now()) for one in allowed)
        messages.info(request, _("%(count)s held mails released.") % {"count": count})


def _table(rows: list[dict[str, Any]], name: str) -> SafeString:
    return format_html_join(
        "", "<p>{}: {} → {}</p>", ([row[name], row["before"] or _("empty"), row["after"] or _("empty")] for row in rows)
    )
