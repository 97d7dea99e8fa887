"""Claims that a party breaks an obligation, and what was said for and against each: kept by the database itself.

A claim is put together from statements; to do so for every statement on record each time the claims are read would
take longer than to read them. Triggers keep these rows in the transaction that writes the statements
(events/migrations/_claims.py holds the rule); nothing else may write them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from events.models.events import Event
from treaties.models import Party, Treaty


class Claim(models.Model):
    """That a party breaks an obligation under a treaty, whoever says so and however often.

    Its days are the first days on which it can have been made, denied, and met with a charge in return, so that its
    state on any past day can be told.
    """

    treaty = models.ForeignKey(Treaty, on_delete=models.DO_NOTHING, related_name="claims")
    obligation = models.CharField(max_length=240, blank=True)
    obligation_key = models.CharField(max_length=240, blank=True, help_text="The obligation in small letters.")
    accused = models.ForeignKey(
        Party, null=True, on_delete=models.DO_NOTHING, related_name="claims_against", help_text="Empty: not recorded."
    )
    made_on = models.DateField()
    denied_on = models.DateField(null=True)
    countered_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "obligation_key", "accused"], nulls_distinct=False, name="claim_stands_once"
            ),
        ]
        indexes = [
            models.Index(fields=["-made_on", "-id"], name="claim_newest_first"),
            models.Index(fields=["treaty", "-made_on", "-id"], name="claim_under_a_treaty"),
            models.Index(fields=["accused", "-made_on", "-id"], name="claim_against_a_party"),
        ]

    def __str__(self) -> str:
        return f"{self.treaty}: {self.obligation}: {self.accused or ''}"


class ClaimWord(models.Model):
    """One statement in its part in a claim: it alleges, denies, or charges in return."""

    class Part(models.TextChoices):
        ALLEGED = "alleged"
        DENIED = "denied"
        COUNTERED = "countered"

    claim = models.ForeignKey(Claim, on_delete=models.DO_NOTHING, related_name="words")
    # Not taken along when the event goes: the trigger finds by it which claims to put together anew.
    event = models.ForeignKey(Event, on_delete=models.DO_NOTHING, related_name="claim_words")
    part = models.CharField(max_length=10, choices=Part.choices)
    said_on = models.DateField(help_text="The first day on which it can have been said.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "event", "part"], name="claim_word_stands_once"),
            models.CheckConstraint(
                condition=Q(part__in=["alleged", "denied", "countered"]), name="claim_word_part_is_known"
            ),
        ]
        indexes = [models.Index(fields=["claim", "part", "-said_on", "-id"], name="claim_word_newest_first")]

    def __str__(self) -> str:
        return f"{self.part} on {self.said_on}"
