"""Who wants mail, about what, and the outbox that promises each mail once."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import get_supported_language_variant, gettext
from django.utils.translation import gettext_lazy as _

from events.models import Deadline, Event
from treaties.models import Party, Treaty

DEFAULT_LEAD_DAYS = [90, 30, 7, 1, 0]


def default_lead_days() -> list[int]:
    """Return the lead times of a subscriber who chose none, in days before the date."""
    return list(DEFAULT_LEAD_DAYS)


class AlertKind(models.TextChoices):
    """What a subscriber can ask to be told."""

    STARTED = "started", _("Clock started")
    LEAD = "lead", _("Deadline approaching")
    MOVED = "moved", _("Date moved")
    WITHDRAWN = "withdrawn", _("Date withdrawn")
    TOOK_EFFECT = "took_effect", _("Took effect")
    STATEMENT = "statement", _("New statement")


# Mails of their own, which nobody chooses: one that carries others, and one by which an editor tries the way.
DIGEST, TEST = "digest", "test"
MAIL_KINDS = [*AlertKind.choices, (DIGEST, _("Digest")), (TEST, _("Test"))]


def default_kinds() -> list[str]:
    """Return all that concerns dates: who chooses nothing misses none, and is not flooded with statements."""
    return [str(kind) for kind in AlertKind.values if kind != AlertKind.STATEMENT]


class Subscriber(models.Model):
    """An address, without an account."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for confirmation")
        ACTIVE = "active", _("Active")
        SUPPRESSED = "suppressed", _("Suppressed after a refusal")
        EDITOR = "editor", _("An editor's address, for test mails only")

    class Rhythm(models.TextChoices):
        IMMEDIATE = "immediate", _("each at once")
        DAILY = "daily", _("one mail a day")
        WEEKLY = "weekly", _("one mail a week")

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    email = models.EmailField(max_length=254)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    time_zone = models.CharField(max_length=60, default="UTC", help_text="IANA zone whose morning brings the mail.")
    language = models.CharField(max_length=8, default=settings.LANGUAGE_CODE, choices=settings.LANGUAGES)
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.IMMEDIATE)
    digest_weekday = models.PositiveSmallIntegerField(
        choices=Weekday.choices, default=Weekday.MONDAY, help_text="ISO weekday of a weekly digest."
    )
    digest_hour = models.PositiveSmallIntegerField(default=8, help_text="Hour of the subscriber's zone.")
    empty_digest = models.BooleanField(default=True, help_text="A weekly digest comes even when nothing is due.")
    next_digest_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    suppressed_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="subscriber_address_is_unique"),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(confirmed_at__isnull=False),
                name="subscriber_active_has_confirmed",
            ),
            models.CheckConstraint(condition=~Q(email__regex=r"[\r\n]"), name="subscriber_address_is_one_line"),
            models.CheckConstraint(
                condition=Q(rhythm="immediate", next_digest_at__isnull=True)
                | ~Q(rhythm="immediate") & Q(next_digest_at__isnull=False),
                name="subscriber_digest_is_scheduled",
            ),
            models.CheckConstraint(
                condition=Q(digest_weekday__range=(1, 7), digest_hour__range=(0, 23)),
                name="subscriber_digest_has_day_and_hour",
            ),
        ]
        indexes = [
            models.Index(fields=["next_digest_at"], condition=~Q(rhythm="immediate"), name="subscriber_by_next_digest"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def reading_language(self) -> str:
        """Return the code, of the languages on offer, in which this subscriber is written to."""
        try:
            return get_supported_language_variant(self.language)
        except LookupError:
            return settings.LANGUAGE_CODE


class Subscription(models.Model):
    """One wish of a subscriber; it stays as a row when it ends."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for confirmation")
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="subscriptions")
    everything = models.BooleanField(default=False)
    treaty = models.ForeignKey(Treaty, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions")
    deadline = models.ForeignKey(
        Deadline, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions"
    )
    kinds = ArrayField(models.CharField(max_length=12, choices=AlertKind.choices), default=default_kinds)
    lead_days = ArrayField(models.PositiveSmallIntegerField(), default=default_lead_days, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["subscriber", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(everything=True, treaty__isnull=True, party__isnull=True, deadline__isnull=True)
                    | Q(everything=False, treaty__isnull=False, party__isnull=True, deadline__isnull=True)
                    | Q(everything=False, treaty__isnull=True, party__isnull=False, deadline__isnull=True)
                    | Q(everything=False, treaty__isnull=True, party__isnull=True, deadline__isnull=False)
                ),
                name="subscription_follows_one_thing",
            ),
            models.UniqueConstraint(
                fields=["subscriber", "everything", "treaty", "party", "deadline"],
                condition=~Q(state="ended"),
                nulls_distinct=False,
                name="subscription_once_for_a_thing",
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(confirmed_at__isnull=False),
                name="subscription_active_has_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) | ~Q(state="ended") & Q(ended_at__isnull=True),
                name="subscription_ended_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} follows {self.followed}"

    @property
    def followed(self) -> str:
        """Return the name of what is followed."""
        return gettext("everything") if self.everything else str(self.treaty or self.party or self.deadline)


class Mute(models.Model):
    """What a subscriber has left although a wider wish covers it; it stays as a row when it is lifted."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="mutes")
    treaty = models.ForeignKey(Treaty, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    deadline = models.ForeignKey(Deadline, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["subscriber", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(treaty__isnull=False, deadline__isnull=True)
                | Q(treaty__isnull=True, deadline__isnull=False),
                name="mute_names_one_thing",
            ),
            models.UniqueConstraint(
                fields=["subscriber", "treaty", "deadline"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="mute_once_for_a_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} has left {self.treaty or self.deadline}"


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

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=12, choices=MAIL_KINDS)
    deadline = models.ForeignKey(Deadline, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts")
    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.CASCADE, related_name="alerts", db_index=False
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
    message_id = models.CharField(max_length=200)
    last_error = models.TextField(blank=True)
    reason = models.TextField(blank=True, help_text="Why it was cancelled, failed or held.")

    class Meta:
        ordering = ["-planned_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "kind", "deadline", "lead_days", "version"],
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
            models.UniqueConstraint(fields=["message_id"], name="alert_message_id_is_unique"),
            models.CheckConstraint(condition=Q(not_after__gt=models.F("due_at")), name="alert_expires_after_it_is_due"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="pending"), name="alert_pending_by_turn"),
            # Not by lease, which every fence renews: a row whose indexed columns stay is updated in place.
            models.Index(fields=["claim_token", "id"], condition=Q(state="claimed"), name="alert_claimed_by_whom"),
            models.Index(fields=["deadline"], condition=Q(state="pending"), name="alert_pending_by_deadline"),
            models.Index(
                fields=["deadline", "subscriber"], condition=Q(state="sent") | Q(ambiguous=True), name="alert_told"
            ),
            models.Index(fields=["sent_at"], condition=Q(state="sent"), name="alert_by_sent"),
            models.Index(fields=["subscriber"], condition=Q(state="gathered"), name="alert_gathered_by_subscriber"),
            models.Index(fields=["planned_at"], condition=Q(state="gathered"), name="alert_gathered_by_planned"),
            models.Index(fields=["carrier"], condition=Q(carrier__isnull=False), name="alert_by_carrier"),
            models.Index(fields=["event"], condition=Q(event__isnull=False), name="alert_by_event"),
            models.Index(fields=["state"], condition=Q(state__in=["failed", "held"]), name="alert_in_trouble"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.subscriber}: {self.get_state_display()}"

    @property
    def about(self) -> Deadline | Event | None:
        """Return what it tells of; None for a digest, which tells of several."""
        return self.deadline or self.event


class BounceReport(models.Model):
    """What a mail system reported of a mail of ours; one that could not be read or matched is kept too."""

    class Kind(models.TextChoices):
        HARD = "hard", "Bounced: the address is bad"
        SOFT = "soft", "Bounced: may pass"
        DELAYED = "delayed", "Not delivered yet"
        COMPLAINT = "complaint", "Complaint"
        UNMATCHED = "unmatched", "About no mail of ours"
        UNREADABLE = "unreadable", "Unreadable"

    received_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subscriber = models.ForeignKey(
        Subscriber, null=True, blank=True, on_delete=models.CASCADE, related_name="bounce_reports"
    )
    alert = models.ForeignKey(Alert, null=True, blank=True, on_delete=models.CASCADE, related_name="bounce_reports")
    status = models.CharField(max_length=20, blank=True, help_text="Enhanced status code (RFC 3463), such as 5.1.1.")
    reason = models.CharField(max_length=1000, blank=True, help_text="What the other side said, or what is wrong.")
    content = models.TextField(blank=True, help_text="The beginning of what could not be read.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the report: the same one counts once.")

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="bounce_report_counts_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["unmatched", "unreadable"], alert__isnull=True)
                | ~Q(kind__in=["unmatched", "unreadable"]) & Q(alert__isnull=False, subscriber__isnull=False),
                name="bounce_report_names_its_mail",
            ),
        ]
        indexes = [models.Index(fields=["kind", "received_at"], name="bounce_report_by_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.received_at:%d %b %Y}"


class Heartbeat(models.Model):
    """When a recurring task was last done: a silent beat or worker shows here."""

    DISPATCH = "dispatch"

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}, {self.at}"
