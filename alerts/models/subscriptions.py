"""What each subscriber follows, and what they have left."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts.direction import apart
from alerts.models.kinds import AlertKind, default_kinds, default_lead_days
from alerts.models.subscribers import Subscriber
from events.models import Deadline
from treaties.day_words import day_words
from treaties.models import Party, Treaty


def followed_words(treaty: Treaty | None, party: Party | None, deadline: Deadline | None) -> str:
    """Return the name of the one that is not None, a deadline with its day; or that it is everything."""
    if deadline is not None:
        title = apart(deadline.title)
        return f"{title} ({day_words(deadline.due)})" if deadline.due else title
    return apart(str(treaty or party or gettext("everything")))


class Subscription(models.Model):
    """One wish of a subscriber; it stays as a row when it ends."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for confirmation")
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="subscriptions")
    everything = models.BooleanField(default=False)
    treaty = models.ForeignKey(
        Treaty, null=True, blank=True, on_delete=models.PROTECT, related_name="subscriptions", db_index=False
    )
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="subscriptions", db_index=False
    )
    deadline = models.ForeignKey(
        Deadline, null=True, blank=True, on_delete=models.PROTECT, related_name="subscriptions", db_index=False
    )
    kinds = ArrayField(models.CharField(max_length=12, choices=AlertKind.choices), default=default_kinds)
    lead_days = ArrayField(models.PositiveSmallIntegerField(), default=default_lead_days, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    time_zone = models.CharField(
        max_length=60,
        default="UTC",
        db_default="UTC",
        editable=False,
        help_text="Its reader's, kept so by the database.",
    )
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
        # Each wish is in one of these, under its zone and its days: a sweep finds those whose turn has come among all
        # who follow the same, and reads no others.
        indexes = [
            models.Index(
                fields=[followed, "state", "time_zone", "lead_days"],
                condition=Q(**{f"{followed}__isnull": False}),
                name=f"subscription_of_{followed}",
            )
            for followed in ("treaty", "party", "deadline")
        ] + [
            models.Index(
                fields=["state", "time_zone", "lead_days"],
                condition=Q(everything=True),
                name="subscription_of_everything",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} follows {self.followed}"

    @property
    def followed(self) -> str:
        """Return the name of what is followed."""
        return followed_words(self.treaty, self.party, self.deadline)


class Mute(models.Model):
    """What a subscriber has left although a wider wish covers it; it stays as a row when it is lifted."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="mutes")
    treaty = models.ForeignKey(Treaty, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    deadline = models.ForeignKey(Deadline, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
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
