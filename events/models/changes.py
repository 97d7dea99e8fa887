"""What editors changed of the published record: told to readers, and heeded by the mails."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from treaties.models import Treaty


class Change(models.Model):
    """One editor's change of what readers could see: who, when, why, and which clocks it moved.

    A major change comes with a public note, is listed under /changes/ and corrects what subscribers were told; a
    minor one is recorded only. Mail about the clocks that it moved waits while it is held.
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published", _("Published")
        CORRECTED = "corrected", _("Corrected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Weight(models.TextChoices):
        MINOR = "minor", _("Minor: recorded only")
        MAJOR = "major", _("Major: listed, and mailed to those who were told otherwise")

    at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="record_changes"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    weight = models.CharField(max_length=5, choices=Weight.choices)
    public_note = models.TextField(blank=True, help_text="Why, for readers and for the mail that corrects a date.")
    mail_held = models.BooleanField(
        default=False, help_text="No mail about the clocks it moved goes out until released."
    )
    mail_released_at = models.DateTimeField(null=True, blank=True, editable=False)
    row_kind = models.CharField(max_length=40, help_text="What was changed: event, statement, provision, treaty, …")
    row_label = models.CharField(max_length=300)
    row_address = models.CharField(max_length=300, blank=True, help_text="Its public page, if it has one.")
    treaties = models.ManyToManyField(Treaty, blank=True, related_name="changes")
    differences = models.JSONField(
        default=list, encoder=DjangoJSONEncoder, help_text="Field by field: name, before, after."
    )
    moves = models.JSONField(
        default=list, encoder=DjangoJSONEncoder, help_text="Clock by clock: slug, title, before, after."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        permissions = [("publish_record", "Can publish, correct and withdraw what readers see")]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight="minor") | Q(kind="published") | ~Q(public_note=""),
                name="change_major_says_why",
            ),
            models.CheckConstraint(
                condition=Q(mail_held=False) | Q(mail_released_at__isnull=True),
                name="change_is_held_or_released",
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="change_newest_first"),
            models.Index(
                fields=["mail_released_at"],
                condition=Q(mail_held=True) | Q(mail_released_at__isnull=False),
                name="change_held_or_released",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.row_label}"
