"""Why a mail was not sent, in its reader's words: the outbox keeps reasons for editors, in English."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

_KNOWN = {
    "The clock changed before this was sent.": gettext_noop("The date changed before this was sent."),
    "The statement changed before this was sent.": gettext_noop("The statement changed before this was sent."),
    "It could not be sent in time.": gettext_noop("It could not be sent in time."),
    "It may have arrived in a digest that was not sent again.": gettext_noop("It may have come in an earlier mail."),
    "The subscriber no longer wants this, or it is no longer public.": gettext_noop(
        "You no longer wanted it, or it is no longer on record."
    ),
    "The subscriber wants each mail at once.": gettext_noop("You chose to get each mail at once."),
    "The subscriber left.": gettext_noop("You left."),
    "Nothing was due.": gettext_noop("Nothing was due."),
    "The address refuses mail.": gettext_noop("Your address refused mail."),
    "No try succeeded in time.": gettext_noop("It could not be sent in time."),
    "The worker ended after SMTP had begun.": gettext_noop("It is unclear whether it arrived."),
    "Cancelled by ": gettext_noop("Stopped by an editor."),
}


def end_words(reason: str) -> str:
    """Return the reason in the active language; what a mail system said is told as it was said."""
    known = next((words for begins, words in _KNOWN.items() if reason.startswith(begins)), None)
    return gettext(known) if known else reason
