"""Changes of the record that wait for a second pair of eyes."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from events.models.changes import Change
from treaties.history import keep_history
from treaties.models import Treaty


@keep_history
class Proposal(models.Model):
    """Values that somebody would give a row; the row itself stays as it is until an editor publishes them.

    `base` holds all values of the row when the proposal was made, `values` only those that it would change, both as
    events.editorial.values writes them. Approving compares `base` with the row as it is then.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for review"
        RETURNED = "returned", "Returned with a comment"
        SCHEDULED = "scheduled", "Scheduled"
        PUBLISHED = "published", "Published"
        DROPPED = "dropped", "Dropped"

    row_kind = models.CharField(max_length=40, help_text="What would be changed: event, statement, provision, …")
    row_id = models.BigIntegerField(null=True, help_text="Empty where the proposal would add a row.")
    row_label = models.CharField(max_length=300)
    base = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    values = models.JSONField(encoder=DjangoJSONEncoder)
    treaties = models.ManyToManyField(Treaty, blank=True, related_name="proposals")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="proposals_made"
    )
    made_at = models.DateTimeField()
    reason = models.TextField(blank=True, help_text="What the reviewer should know.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    state_since = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals_reviewed"
    )
    comment = models.TextField(blank=True, help_text="Why it was returned, for whoever made it.")
    weight = models.CharField(max_length=5, choices=Change.Weight.choices, default=Change.Weight.MAJOR)
    public_note = models.TextField(blank=True, help_text="Why, for readers and for the mail that corrects a date.")
    mail_held = models.BooleanField(default=False)
    publish_at = models.DateTimeField(null=True, blank=True)
    publish_zone = models.CharField(max_length=60, default="UTC", help_text="IANA zone in which the hour was chosen.")
    expected = models.CharField(
        max_length=64, blank=True, help_text="Digest of what was shown when it was scheduled; it must still be so."
    )
    change = models.OneToOneField(
        Change,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="proposal",
        help_text="What became of it.",
    )

    class Meta:
        ordering = ["-state_since", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(publish_at__isnull=False), name="proposal_scheduled_says_when"
            ),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(comment=""), name="proposal_returned_says_why"),
            models.UniqueConstraint(
                fields=["row_kind", "row_id", "made_by"],
                condition=Q(state__in=["waiting", "returned", "scheduled"], row_id__isnull=False),
                name="proposal_one_open_for_a_row_and_author",
            ),
        ]
        indexes = [
            models.Index(fields=["state_since"], condition=Q(state="waiting"), name="proposal_waiting_since"),
            models.Index(fields=["publish_at"], condition=Q(state="scheduled"), name="proposal_scheduled_for"),
        ]

    def __str__(self) -> str:
        return self.row_label
