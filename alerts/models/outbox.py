"""The outbox, which promises each mail once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alerts.models.kinds import MAIL_KINDS, AlertKind
from alerts.models.subscribers import Subscriber
from events.models import Deadline, Event


class Alert(models.Model):
    """One mail of the outbox, from plan to sent; the unique keys make it one.

    It is about a deadline in one version, or about a statement in one revision. A digest is a row too, claimed and
    fenced like any other: it carries the rows that were gathered for it, and they are sent when it is.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        GATHERED = "gathered", _("Waiting for the digest")
        CLAIMED = "claimed", _("Claimed")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        HELD = "held", _("Held: delivery unclear")

    NO_LEAD = -1

    # What a mail refers to is checked by triggers, once for all rows that a planner writes, and a digest only where
    # one is named: the migrations `0015_references` and `0018_carriers` tell how they promise what a foreign key does.
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="alerts", db_constraint=False)
    kind = models.CharField(max_length=12, choices=MAIL_KINDS)
    deadline = models.ForeignKey(
        Deadline,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="alerts",
        db_index=False,
        db_constraint=False,
    )
    event = models.ForeignKey(
        Event,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="alerts",
        db_index=False,
        db_constraint=False,
    )
    lead_days = models.SmallIntegerField(default=NO_LEAD, help_text="Days before the date; -1 where no lead applies.")
    version = models.PositiveIntegerField(default=0, help_text="The deadline's version, or the statement's revision.")
    digest_day = models.DateField(null=True, blank=True, help_text="The subscriber's day of a digest.")
    carrier = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="items",
        db_index=False,
        db_constraint=False,
        help_text="Its digest.",
    )
    sample_of = models.CharField(
        max_length=12, choices=AlertKind.choices, blank=True, help_text="The kind that a test mail shows."
    )
    told_due = models.DateField(null=True, help_text="The date that this mail tells, or told.")
    previous_due = models.DateField(null=True, help_text="The date that the subscriber was told before, if another.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not to be sent before.")
    not_after = models.DateTimeField(help_text="Worthless from then on.")
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    smtp_started_at = models.DateTimeField(null=True, blank=True)
    ambiguous = models.BooleanField(default=False, help_text="A try was cut off after SMTP began: it may have arrived.")
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200, null=True, blank=True, help_text="Given by the first claim.")
    last_error = models.TextField(blank=True)
    reason = models.TextField(blank=True, help_text="Why it was cancelled, failed or held.")

    class Meta:
        ordering = ["-planned_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                # In this order it also finds what somebody was told of a clock, and all mails of a clock; planned in
                # the order of subscribers, it grows at one place.
                fields=["deadline", "subscriber", "kind", "lead_days", "version"],
                condition=Q(deadline__isnull=False) & ~Q(kind="test"),
                name="alert_planned_once",
            ),
            models.UniqueConstraint(
                fields=["subscriber", "event", "version"],
                condition=Q(event__isnull=False) & ~Q(kind="test"),
                name="alert_statement_told_once",
            ),
            models.UniqueConstraint(
                fields=["subscriber", "digest_day"], condition=Q(kind="digest"), name="alert_one_digest_a_day"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["started", "lead", "moved", "withdrawn", "took_effect"],
                    deadline__isnull=False,
                    event__isnull=True,
                    digest_day__isnull=True,
                )
                | Q(kind="statement", deadline__isnull=True, event__isnull=False, digest_day__isnull=True)
                | Q(kind="digest", deadline__isnull=True, event__isnull=True, digest_day__isnull=False)
                | Q(kind="test", deadline__isnull=False, event__isnull=True, digest_day__isnull=True)
                | Q(kind="test", deadline__isnull=True, event__isnull=False, digest_day__isnull=True),
                name="alert_is_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind="test") & ~Q(sample_of="") | ~Q(kind="test") & Q(sample_of=""),
                name="alert_test_shows_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["digest", "test"]) | Q(carrier__isnull=True) & ~Q(state="gathered"),
                name="alert_digest_carries_alerts_only",
            ),
            models.CheckConstraint(
                condition=Q(carrier__isnull=True) | Q(state__in=["gathered", "sent", "cancelled"]),
                name="alert_carried_is_not_sent_singly",
            ),
            models.CheckConstraint(
                condition=Q(state="claimed", claim_token__isnull=False, lease_until__isnull=False)
                | ~Q(state="claimed") & Q(claim_token__isnull=True, lease_until__isnull=True),
                name="alert_claim_has_token_and_lease",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="alert_sent_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "cancelled", "held"]) | ~Q(reason=""),
                name="alert_end_gives_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind="lead", lead_days__gte=0)
                | Q(kind="test", sample_of="lead", lead_days__gte=0)
                | ~Q(kind="lead") & Q(lead_days=-1),
                name="alert_lead_days_only_for_leads",
            ),
            models.UniqueConstraint(
                # What waits for its first claim has no name yet, and costs this index nothing.
                fields=["message_id"],
                condition=Q(message_id__isnull=False),
                name="alert_message_id_is_unique",
            ),
            models.CheckConstraint(
                condition=Q(message_id__isnull=False)
                | Q(carrier__isnull=False)
                | ~Q(state__in=["claimed", "sent", "held"]),
                name="alert_leaves_under_a_message_id",
            ),
            models.CheckConstraint(condition=Q(not_after__gt=models.F("due_at")), name="alert_expires_after_it_is_due"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="pending"), name="alert_pending_by_turn"),
            # Not by lease, which every fence renews: a row whose indexed columns stay is updated in place.
            models.Index(fields=["claim_token", "id"], condition=Q(state="claimed"), name="alert_claimed_by_whom"),
            models.Index(fields=["deadline", "version"], condition=Q(state="pending"), name="alert_pending_by_version"),
            models.Index(
                fields=["event"], condition=Q(state="pending", event__isnull=False), name="alert_pending_by_event"
            ),
            models.Index(fields=["sent_at"], condition=Q(state="sent"), name="alert_by_sent"),
            models.Index(fields=["subscriber"], condition=Q(state="gathered"), name="alert_gathered_by_subscriber"),
            models.Index(fields=["planned_at"], condition=Q(state="gathered"), name="alert_gathered_by_planned"),
            models.Index(fields=["carrier"], condition=Q(carrier__isnull=False), name="alert_by_carrier"),
            models.Index(
                fields=["carrier"], condition=Q(state="gathered", carrier__isnull=False), name="alert_read_into_digest"
            ),
            models.Index(fields=["event"], condition=Q(event__isnull=False), name="alert_by_event"),
            models.Index(fields=["state"], condition=Q(state__in=["failed", "held"]), name="alert_in_trouble"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.subscriber}: {self.get_state_display()}"

    @property
    def about(self) -> Deadline | Event | None:
        """Return what it tells of; None for a digest, which tells of several."""
        return self.deadline or self.event
