"""The audit trail of the desk: who came in, who was refused, whose rights and second factors changed, by whom."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One thing that happened to an account, or was done with others' mail.

    Accounts are named, not referred to: an entry outlives them. No entry is ever changed, and none is deleted before a
    year has passed; the database refuses both to every role, whichever way they are tried.
    """

    class What(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
        LOCKED_OUT = "locked_out", _("Locked out")
        SIGNED_OUT = "signed_out", _("Signed out")
        CODE_GIVEN = "code_given", _("Second factor given")
        CODE_REFUSED = "code_refused", _("Second factor refused")
        FACTOR_SET = "factor_set", _("Second factor set up")
        FACTOR_REMOVED = "factor_removed", _("Second factor removed")
        CODES_MADE = "codes_made", _("Recovery codes made")
        CODES_REMOVED = "codes_removed", _("Recovery codes removed")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        ACCOUNT_MADE = "account_made", _("Account made")
        ACCOUNT_CHANGED = "account_changed", _("Account changed")
        ACCOUNT_DELETED = "account_deleted", _("Account deleted")
        RIGHTS_CHANGED = "rights_changed", _("Rights changed")
        REFUSED = "refused", _("Refused at the desk")
        ACTED = "acted", _("Acted on mail or accounts")

    at = models.DateTimeField(_("when"), db_index=True)
    what = models.CharField(_("what"), max_length=24, choices=What)
    account = models.CharField(_("account"), max_length=150, blank=True, help_text=_("Whom it is about."))
    by = models.CharField(_("by"), max_length=150, blank=True, help_text=_("Empty for strangers and for the program."))
    network = models.CharField(_("address"), max_length=64, blank=True)
    told = models.CharField(_("details"), max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        constraints = [
            models.CheckConstraint(
                name="audit_entry_says_what",
                condition=models.Q(
                    what__in=[
                        "signed_in", "sign_in_failed", "locked_out", "signed_out", "code_given", "code_refused",
                        "factor_set", "factor_removed", "codes_made", "codes_removed", "password_changed",
                        "account_made", "account_changed", "account_deleted", "rights_changed", "refused", "acted",
                    ]
                ),
            )
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="audit_entry_stays_as_it_is", operation=pgtrigger.Update),
            pgtrigger.Protect(
                name="audit_entry_stays_for_a_year",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.at > NOW() - INTERVAL '1 year'"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.get_what_display()}: {self.account or self.by}"
