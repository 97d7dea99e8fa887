"""The receiving side of an SMTP conversation, faster than any sender; its owner decides the answers."""

from __future__ import annotations

import asyncio
from typing import cast

_END = b"\r\n.\r\n"
_READY = b"220 sink"
_OK = b"250 OK"


class Conversation(asyncio.Protocol):
    """One client's connection. Override what it answers; None answers nothing (yet)."""

    def __init__(self) -> None:
        self._pending = b""
        self._searched = 0
        self.is_in_data = False
        self._has_sender, self._recipients = False, 0

    def greeting(self) -> bytes | None:
        """Return what a new client is told."""
        return _READY

    def on_command(self, verb: bytes, line: bytes) -> bytes | None:  # noqa: ARG002 - a hook's signature
        """Answer any command but EHLO, DATA and QUIT; `verb` is in capitals."""
        return _OK

    def on_message(self, content: bytes) -> bytes | None:  # noqa: ARG002 - a hook's signature
        """Answer a message, after its final dot."""
        return _OK

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self.transport = cast("asyncio.Transport", transport)
        self.say(self.greeting())

    def say(self, answer: bytes | None) -> None:
        """Send one line; nothing to a client that has gone."""
        if answer is not None and not self.transport.is_closing():
            self.transport.write(answer + b"\r\n")

    def hang_up(self) -> None:
        """End the conversation, after what has been said."""
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Take what came, line by line or message by message."""
        self._pending += data
        while self._take_message() if self.is_in_data else self._take_line():
            pass

    def _take_line(self) -> bool:
        line, ending, rest = self._pending.partition(b"\r\n")
        if not ending or self.transport.is_closing():
            return False
        self._pending = rest
        verb = line[:4].upper()
        if verb == b"DATA" and not self._recipients:
            self.say(b"554 5.5.1 No valid recipients")
        elif verb == b"DATA":
            self.is_in_data, self._searched = True, 0
            # An empty message is a dot at once: the line break before it is the one that ended DATA.
            self._pending = b"\r\n" + rest
            self.say(b"354 Go on")
        elif verb == b"QUIT":
            self.say(b"221 Bye")
            self.hang_up()
        elif verb == b"EHLO":
            self.say(b"250-sink\r\n250 PIPELINING")
        else:
            self._answer(verb, line)
        return True

    def _answer(self, verb: bytes, line: bytes) -> None:
        if verb == b"RCPT" and not self._has_sender:
            self.say(b"503 5.5.1 MAIL first")
            return
        answer = self.on_command(verb, line)
        if verb == b"RCPT":
            self._recipients += answer == _OK
        elif verb in (b"MAIL", b"RSET"):
            self._has_sender, self._recipients = verb == b"MAIL" and answer == _OK, 0
        self.say(answer)

    def _take_message(self) -> bool:
        found = self._pending.find(_END, self._searched)
        if found < 0:
            self._searched = max(0, len(self._pending) - len(_END) + 1)
            return False
        content, self._pending = self._pending[2:found], self._pending[found + len(_END) :]
        self.is_in_data, self._has_sender, self._recipients = False, False, 0
        self.say(self.on_message(content))
        return True
