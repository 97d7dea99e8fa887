"""What was asked for on a form and is mailed by a worker."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alerts.models.subscriptions import Subscription
from events.models import Deadline
from treaties.models import Party, Treaty


class FormMail(models.Model):
    """A confirmation, or the link to one's page, that somebody asked for; gone once it has been answered.

    The form looks nothing up and mails nothing: neither its answer nor its haste tells a stranger anything of the
    address. A worker finds out what is due to it, if anything.
    """

    class Kind(models.TextChoices):
        CONFIRMATION = "confirmation", _("Confirmation")
        LINK = "link", _("Link to one's page")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=8, help_text="In which whoever asked was reading.")
    treaty = models.ForeignKey(Treaty, null=True, on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, null=True, on_delete=models.CASCADE, related_name="+")
    deadline = models.ForeignKey(Deadline, null=True, on_delete=models.CASCADE, related_name="+")
    chosen = models.JSONField(default=dict, help_text="The checked columns of the wish and of the subscriber.")
    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.CASCADE, related_name="+", help_text="The wish that it made."
    )
    message_id = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not to be tried before; whoever tries it moves this on.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(email__regex=r"[\r\n]"), name="form_mail_address_is_one_line"),
            models.CheckConstraint(condition=Q(kind__in=["confirmation", "link"]), name="form_mail_kind_is_known"),
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="form_mail_by_turn")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, asked {self.asked_at:%d %b %Y, %H:%M}"
