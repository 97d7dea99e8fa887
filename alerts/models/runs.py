"""What a worker notes on its way."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class DeliveryRun(models.Model):
    """How far a worker has come with the mails of one claim, in a row that is cheap to write for every mail.

    What it says of a mail goes before what the mail's own row says, until it is folded into that row. It names mails
    by number only: a reader may delete everything meanwhile.
    """

    token = models.UUIDField(primary_key=True, help_text="The claim's.")
    stepped_at = models.DateTimeField(help_text="When the latest mail passed its fence, or the claim was made.")
    underway = models.BigIntegerField(null=True, help_text="The mail whose SMTP has begun.")
    accepted = ArrayField(models.BigIntegerField(), default=list, help_text="Taken by the relay, and not yet folded.")

    # No index beside the key: a row whose indexed columns stay is updated in place.

    def __str__(self) -> str:
        return f"{self.token}, {self.stepped_at}"
