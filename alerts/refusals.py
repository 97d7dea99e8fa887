"""What a mail system's refusal means: whether it is for good, and whether the address itself is bad."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass

_PERMANENT = 500
# "No such mailbox" and its kin (RFC 5321), asked only where no enhanced status says it more exactly.
_BAD_ADDRESS = {550, 551, 553}
# Enhanced status codes (RFC 3463) that blame the address itself: those of addresses, and a mailbox that is disabled. A
# full mailbox, a policy or an unnamed fault may pass.
_BAD_ADDRESS_STATUS = ("5.1.", "5.2.1")
# These two are of addresses as well, but of the sender's.
_BAD_SENDER_STATUS = {"5.1.7", "5.1.8"}
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class Refusal:
    """What the relay answered instead of taking a mail.

    `status` is its enhanced status code, if it gave one. `is_ours` says that it refuses us and not this mail: the
    sender, the sign-in or the connection. `is_of_recipient` says that it refuses the address of the reader.
    """

    code: int
    words: str
    status: str
    is_ours: bool
    is_of_recipient: bool

    def __str__(self) -> str:
        return f"The relay answered {self.code}: {self.words}"

    @property
    def is_for_good(self) -> bool:
        """Say whether to try again is in vain.

        What is our own fault is to be mended in the settings: no subscriber may pay for it.
        """
        return self.code >= _PERMANENT and not self.is_ours

    @property
    def blames_address(self) -> bool:
        """Say whether the address itself is bad, so that nothing more should be mailed to it."""
        if not self.is_for_good:
            return False
        return blames_address(self.status) if self.status else self.is_of_recipient and self.code in _BAD_ADDRESS


def refusal_of(error: Exception) -> Refusal | None:
    """Return what the relay answered; None if it did not answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _read(code, said, is_of_recipient=True)
    if isinstance(error, smtplib.SMTPResponseException):
        return _read(error.smtp_code, error.smtp_error, is_ours=not isinstance(error, smtplib.SMTPDataError))
    return None


def _read(code: int, said: bytes | str, *, is_ours: bool = False, is_of_recipient: bool = False) -> Refusal:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    status = _STATUS.match(words)
    return Refusal(code, words, status[0] if status else "", is_ours=is_ours, is_of_recipient=is_of_recipient)


def blames_address(status: str) -> bool:
    """Say whether an enhanced status code blames the recipient's address itself."""
    return status.startswith(_BAD_ADDRESS_STATUS) and status not in _BAD_SENDER_STATUS
