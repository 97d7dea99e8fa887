"""A mail relay that refuses, stalls, hangs up and dawdles at random, and writes down what it took before it says so.

Each line of its journal is a JSON list: what happened, at which second since 1970, to which address, under which
Message-ID, and when the conversation about that mail began.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from treatywatch.launcher.places import PYTHON, ROOT, LauncherError
from treatywatch.launcher.valkey import port_answers
from treatywatch.mailsink.conversation import Conversation

if TYPE_CHECKING:
    from collections.abc import Mapping

# Of a thousand mails, how many meet which trouble; the others are taken at once. What is not taken is no mail.
TROUBLES = {
    "busy at the sender": 3,
    "hangs up at the sender": 2,
    "busy at the recipient": 4,
    "hangs up at the recipient": 2,
    "hangs up in the message": 4,
    "hangs up after the final dot": 3,
    "stalls after the final dot": 1,
    "busy at the message": 10,
    "closing": 2,
    "refuses the message": 3,
    "slow": 25,
    "hangs up after its answer": 3,
}
# Taken, but the client is not told: whether by silence or by hanging up, it cannot know (RFC 1047). Only on request;
# of the mails whose answer is cut, each trouble has this part.
CUT = {"hangs up after taking it": 0.8, "stalls after taking it": 0.2}
_SLOW_SECONDS = (0.05, 0.3)
_BUSY_GREETINGS = 0.03


def is_refused(address: str) -> bool:
    """Say whether the relay knows no such mailbox."""
    return address.startswith("gone-")


class Journal:
    """What the relay did, a line each, on its way to disk before the client is told."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, what: str, address: str, message_id: str, begun: float) -> None:
        """Add a line."""
        os.write(self._file, json.dumps([what, time.time(), address, message_id, begun]).encode() + b"\n")


class TroubledConversation(Conversation):
    """One client's connection to such a relay."""

    def __init__(self, journal: Journal, chance: random.Random, troubles: Mapping[str, float]) -> None:
        super().__init__()
        self._journal, self._chance, self._troubles = journal, chance, troubles
        self._trouble, self._address, self._begun = "", "", 0.0

    def greeting(self) -> bytes | None:
        """Now and then be too busy to talk at all."""
        return b"421 4.3.2 busy" if self._chance.random() < _BUSY_GREETINGS else super().greeting()

    def on_command(self, verb: bytes, line: bytes) -> bytes | None:
        """Answer the envelope."""
        if verb == b"MAIL":
            self._trouble, self._begun = _any_trouble(self._troubles, self._chance), time.time()
            return self._on_sender()
        if verb == b"RCPT":
            return self._on_recipient(line)
        return super().on_command(verb, line)

    def _on_sender(self) -> bytes | None:
        if self._trouble == "hangs up at the sender":
            self.transport.abort()
            return None
        return b"451 4.3.0 busy" if self._trouble == "busy at the sender" else b"250 OK"

    def _on_recipient(self, line: bytes) -> bytes | None:
        self._address = line.partition(b"<")[2].partition(b">")[0].decode("ascii", "replace")
        if is_refused(self._address):
            self._note("refused", "")
            return b"550 5.1.1 no such mailbox"
        if self._trouble == "hangs up at the recipient":
            self.transport.abort()
            return None
        if self._trouble == "busy at the recipient":
            return b"452 4.2.2 mailbox busy"
        return b"250 OK"

    def data_received(self, data: bytes) -> None:
        """Hang up within the message, where that is the trouble."""
        if self.is_in_data and self._trouble == "hangs up in the message":
            self.transport.abort()
            return
        super().data_received(data)

    def on_message(self, content: bytes) -> bytes | None:
        """Take the message, or not, and answer, or not."""
        answers = {"busy at the message": b"451 4.3.0 busy", "closing": b"421 4.3.2 closing"}
        if self._trouble in answers:
            return answers[self._trouble]
        if self._trouble == "stalls after the final dot":
            return None
        if self._trouble == "hangs up after the final dot":
            self.transport.abort()
            return None
        return self._take(_message_id(content))

    def _take(self, message_id: str) -> bytes | None:
        if self._trouble == "refuses the message":
            self._note("refused", message_id)
            return b"554 5.7.1 not this one"
        self._note("cut" if self._trouble in CUT else "taken", message_id)
        if self._trouble == "hangs up after taking it":
            self.transport.abort()
        elif self._trouble == "hangs up after its answer":
            self.say(b"250 OK")
            self.transport.close()
        elif self._trouble == "slow":
            asyncio.get_running_loop().call_later(self._chance.uniform(*_SLOW_SECONDS), self.say, b"250 OK")
        elif self._trouble != "stalls after taking it":
            return b"250 OK"
        return None

    def _note(self, what: str, message_id: str) -> None:
        self._journal.write(what, self._address, message_id, self._begun)


def _any_trouble(troubles: Mapping[str, float], chance: random.Random) -> str:
    left = chance.uniform(0, 1000)
    for trouble, weight in troubles.items():
        left -= weight
        if left < 0:
            return trouble
    return ""


def _message_id(content: bytes) -> str:
    head = content.partition(b"\r\n\r\n")[0]
    named = (line.partition(b":")[2] for line in head.splitlines() if line.lower().startswith(b"message-id:"))
    return next(named, b"").strip().decode("ascii", "replace")


async def serve(port: int, journal: Journal, chance: random.Random, troubles: Mapping[str, float]) -> None:
    """Listen on loopback until the process is told to stop."""
    server = await asyncio.get_running_loop().create_server(
        lambda: TroubledConversation(journal, chance, troubles), "127.0.0.1", port
    )
    await server.serve_forever()


def start(journal: Path, port: int, *, seed: int, cut_answers: int = 0) -> subprocess.Popen[bytes]:
    """Run the relay in a process of its own and return it when it answers; of a thousand mails it cuts so many answers.

    Raises:
        LauncherError: if it does not start.

    """
    arguments = ["--port", str(port), "--journal", str(journal), "--seed", str(seed), "--cut-answers", str(cut_answers)]
    relay = subprocess.Popen([str(PYTHON), "-m", "treatywatch.chaos.relay", *arguments], cwd=ROOT)
    while not port_answers(port):
        if relay.poll() is not None:
            raise LauncherError("The relay of the trial did not start.")
        time.sleep(0.05)
    return relay


def catch_up(port: int) -> None:
    """Wait until the relay has read all that had reached it before: it greets whoever comes after that."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.recv(1)


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="treatywatch.chaos.relay", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--cut-answers", type=int, default=0, help="of a thousand mails, how many it takes unanswered")
    options = parser.parse_args()
    troubles = TROUBLES | {trouble: part * options.cut_answers for trouble, part in CUT.items()}
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    asyncio.run(serve(options.port, Journal(options.journal), chance, troubles))


if __name__ == "__main__":
    main()
