"""The addresses that mail goes to."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext_lazy as _

from treaties.zones import KnowsZone


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
    wishes_revision = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="Moved by the database whenever a wish or a mute changes."
    )

    class Meta:
        ordering = ["email"]
        permissions = [("forget_subscriber", "Can delete all that is stored of a subscriber, on request")]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="subscriber_address_is_unique"),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(confirmed_at__isnull=False),
                name="subscriber_active_has_confirmed",
            ),
            # One zone that the database does not know would stop the planning of everybody's mail.
            models.CheckConstraint(
                condition=KnowsZone("time_zone"),
                name="subscriber_zone_is_known",
                violation_error_message=_("This is not a time zone; write it like Europe/Vienna."),
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
