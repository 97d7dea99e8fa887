"""The content of a register, from a file or from an address that the operator gives; nothing else asks the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from events.importing.formats import MOST_BYTES
from events.importing.register import RegisterError

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 30
_CALLED = "TreatyWatch (register import, started by an operator)"


def read_file(path: Path) -> bytes:
    """Return a file's content.

    Raises:
        RegisterError: if it cannot be read.

    """
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise RegisterError(f"{path} cannot be read: {error.strerror}.") from error


def fetch(address: str) -> bytes:
    """Return what lies at an https address, within the limits of time and size.

    Raises:
        RegisterError: if the address is not https, does not answer in time, or answers with more than is allowed.

    """
    _refuse_unsafe(address)
    opener = build_opener(_OnlyHttps())
    try:
        with opener.open(Request(address, headers={"User-Agent": _CALLED}), timeout=_SECONDS) as answer:  # noqa: S310 - https only
            content: bytes = answer.read(MOST_BYTES + 1)
    except (URLError, TimeoutError, ValueError) as error:
        raise RegisterError(f"{address} does not answer: {getattr(error, 'reason', error)}.") from error
    return content


def _refuse_unsafe(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise RegisterError(f"“{address}” is no https address.")


class _OnlyHttps(HTTPRedirectHandler):
    """Follows a redirect to https only."""

    def redirect_request(self, *told: Any) -> Request | None:
        """Look at the new address, the last of what is told, before it is asked."""
        _refuse_unsafe(told[-1])
        return super().redirect_request(*told)
