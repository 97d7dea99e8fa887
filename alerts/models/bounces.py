"""What mail systems report of our mails."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from alerts.models.outbox import Alert
from alerts.models.subscribers import Subscriber


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
    alert = models.ForeignKey(
        Alert,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="bounce_reports",
        help_text="Empty for a mail that was asked for on a form.",
    )
    status = models.CharField(max_length=20, blank=True, help_text="Enhanced status code (RFC 3463), such as 5.1.1.")
    reason = models.CharField(max_length=1000, blank=True, help_text="What the other side said, or what is wrong.")
    content = models.TextField(blank=True, help_text="The beginning of what could not be read.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the report: the same one counts once.")

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="bounce_report_counts_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["unmatched", "unreadable"], alert__isnull=True, subscriber__isnull=True)
                | ~Q(kind__in=["unmatched", "unreadable"]) & Q(subscriber__isnull=False),
                name="bounce_report_names_its_reader",
            ),
        ]
        indexes = [models.Index(fields=["kind", "received_at"], name="bounce_report_by_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.received_at:%d %b %Y}"
