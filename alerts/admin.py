"""Watching the outbox, and helping subscribers: no address is added here, because only its owner may confirm it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import path
from django.utils import timezone

from alerts.forgetting import forget_chosen
from alerts.models import Alert, BounceReport, FormMail, Subscriber, Subscription
from alerts.services import outbox, runs, subscribing
from alerts.services.digests import choose_delivery
from alerts.trying import try_mail
from treaties.long_lists import LongList, treaty_filter

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern


class NeedsAttention(admin.SimpleListFilter):
    """Rows that an editor should look at."""

    title = "attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Alert]) -> list[tuple[str, str]]:  # noqa: ARG002
        """Return the choices."""
        return [("late", "Late"), ("stuck", "Stuck with a worker"), ("retrying", "Tried and not yet sent")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Alert]) -> QuerySet[Alert] | None:  # noqa: ARG002
        """Keep the rows chosen."""
        now = timezone.now()
        chosen = {
            "late": Q(pk__in=outbox.late(at=now)),
            "stuck": Q(state=Alert.State.CLAIMED, lease_until__lt=now),
            "retrying": Q(state=Alert.State.PENDING, attempts__gt=0),
        }.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


@admin.register(Alert)
class AlertAdmin(LongList):
    """The outbox, as it is; rows are moved by actions only."""

    list_display = ["subscriber", "kind", "lead_days", "subject", "state", "due_at", "sent_at", "attempts", "trouble"]
    list_filter = ["state", "kind", NeedsAttention, "ambiguous"]
    list_select_related = ["subscriber", "deadline", "event"]
    search_fields = ["subscriber__email", "message_id", "deadline__title"]
    actions = ["retry", "cancel"]

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which an editor looks at mails and sends one to their own address."""
        view = self.admin_site.admin_view(self.try_mail)
        return [path("try/", view, name="alerts_alert_try"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, in which each mail that the relay took is sent, though its worker is at the next ones."""
        runs.fold_open(at=timezone.now())
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one mail, as the list does."""
        runs.fold_open(at=timezone.now())
        return super().changeform_view(request, object_id, form_url, extra_context)

    def try_mail(self, request: HttpRequest) -> HttpResponse:
        """Preview a mail, or send it through the real way to the editor's own address."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "title": "Look at a mail, or send yourself a test"}
        return try_mail(request, context)

    @admin.display(description="about", ordering="deadline")
    def subject(self, alert: Alert) -> str:
        """Return what the mail is about."""
        return str(alert.about or "several")

    @admin.display(description="trouble")
    def trouble(self, alert: Alert) -> str:
        """Return what went wrong."""
        return alert.reason or alert.last_error

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Planning alone adds rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Alert | None = None) -> bool:
        """Allow actions on the list, but no editing of a row."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Alert | None = None) -> bool:  # noqa: ARG002
        """A row is the proof that a mail was sent once."""
        return False

    @admin.action(description="Try again now (failed and held rows)", permissions=["change"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        """Let rows be tried again."""
        # Counted first: in a list of the failed, none is left that this has set going again.
        total = queryset.count()
        count = outbox.retry(queryset, at=timezone.now())
        rest = "; the others wait already, were sent or cancelled, or would come too late" if count < total else ""
        messages.info(request, f"{count} of {total} rows will be tried again{rest}.")

    @admin.action(description="Cancel (waiting and held rows)", permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        """Stop rows."""
        total = queryset.count()
        count = outbox.cancel(queryset, reason=f"Cancelled by {request.user}.", at=timezone.now())
        rest = "; the others were no longer waiting" if count < total else ""
        messages.info(request, f"{count} of {total} rows were cancelled{rest}.")


class SubscriptionInline(admin.TabularInline):
    """What a subscriber follows."""

    model = Subscription
    fields = ("followed", "kinds", "lead_days", "state", "confirmed_at", "ended_at")
    readonly_fields = ("followed", "kinds", "lead_days", "state", "confirmed_at", "ended_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Subscriber | None = None) -> bool:  # noqa: ARG002
        """Only the owner of an address subscribes it."""
        return False


@admin.register(Subscriber)
class SubscriberAdmin(LongList):
    """Addresses."""

    list_display = ["email", "state", "time_zone", "created_at", "confirmed_at"]
    list_filter = ["state", "language"]
    search_fields = ["email"]
    fields = ["email", "state", "suppressed_reason", "time_zone", "language", "created_at", "confirmed_at"]
    readonly_fields = ["email", "state", "suppressed_reason", "created_at", "confirmed_at"]
    inlines = [SubscriptionInline]
    actions = ["unsubscribe", "lift_suppression", "forget"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Only the owner of an address subscribes it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Subscriber | None = None) -> bool:  # noqa: ARG002
        """Its owner deletes what is stored of an address, on their page; the action serves those who write a letter."""
        return False

    def save_model(self, request: HttpRequest, obj: Subscriber, form: Any, change: bool) -> None:  # noqa: ARG002
        """Change zone and language as their own page does, so that the next digest follows."""
        choose_delivery(obj, {name: form.cleaned_data[name] for name in form.changed_data}, at=timezone.now())

    def has_forget_permission(self, request: HttpRequest) -> bool:
        """Say whether this account may delete subscribers who have asked for it."""
        return request.user.has_perm("alerts.forget_subscriber")

    @admin.action(description="Delete everything, as its owner has asked", permissions=["forget"])
    def forget(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> HttpResponse | None:
        """Ask, and then delete the chosen by the same service as their own page does."""
        return forget_chosen(request, queryset, self.admin_site.each_context(request))

    @admin.action(description="Unsubscribe from everything", permissions=["change"])
    def unsubscribe(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        """End all wishes of the chosen."""
        ended = sum(subscribing.unsubscribe(subscriber, at=timezone.now()) for subscriber in queryset)
        messages.info(request, f"{ended} subscriptions ended.")

    @admin.action(description="Lift the suppression", permissions=["change"])
    def lift_suppression(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        """Mail an address again that had refused."""
        messages.info(request, f"{subscribing.lift_suppression(queryset)} addresses will be mailed again.")


@admin.register(Subscription)
class SubscriptionAdmin(LongList):
    """Wishes, to search and look at; their owner changes them."""

    list_display = ["subscriber", "followed", "state", "confirmed_at", "ended_at", "ended_reason"]
    list_filter = ["state", "everything", treaty_filter("treaty")]
    list_select_related = ["subscriber", "treaty", "party", "deadline"]
    search_fields = ["subscriber__email", "treaty__short_name", "party__name"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Only the owner of an address subscribes it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:  # noqa: ARG002
        """Only the owner of an address changes a wish."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:  # noqa: ARG002
        """An ended wish stays as a row."""
        return False


@admin.register(FormMail)
class FormMailAdmin(LongList):
    """What was asked for on forms and is not mailed yet, to look at; a row goes once it is answered."""

    list_display = ["kind", "email", "asked_at", "due_at", "attempts", "last_error"]
    list_filter = ["kind"]
    search_fields = ["email"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Only forms ask."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: FormMail | None = None) -> bool:  # noqa: ARG002
        """A worker tries it; nobody else changes it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FormMail | None = None) -> bool:  # noqa: ARG002
        """Whoever asked is answered."""
        return False


@admin.register(BounceReport)
class BounceReportAdmin(LongList):
    """What mail systems reported; suppressions that followed are lifted at the subscriber."""

    list_display = ["received_at", "kind", "subscriber", "status", "reason"]
    list_filter = ["kind"]
    list_select_related = ["subscriber"]
    search_fields = ["subscriber__email", "reason"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Reports come from mail systems."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: BounceReport | None = None) -> bool:  # noqa: ARG002
        """A report is read as it came."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: BounceReport | None = None) -> bool:  # noqa: ARG002
        """A report is why an address is no longer mailed."""
        return False
