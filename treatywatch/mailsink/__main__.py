"""An SMTP server for `./tw up` that keeps every message in a directory and sends nothing anywhere."""

from __future__ import annotations

import argparse
import asyncio
import os
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope, Session


class Mailbox:
    """Stores each accepted message as one .eml file; it is on disk before the sender is told 250."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Accept a message."""
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}.eml"
        content = envelope.content
        self._write(name, content if isinstance(content, bytes) else str(content).encode())
        return "250 Message kept"

    def _write(self, name: str, content: bytes) -> None:
        draft = self.directory / f".{name}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.directory / name)


async def serve(directory: Path, port: int) -> None:
    """Listen on loopback until the process is told to stop."""
    mailbox = Mailbox(directory)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(mailbox, enable_SMTPUTF8=True), "127.0.0.1", port
    )
    await server.serve_forever()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="treatywatch.mailsink", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    asyncio.run(serve(options.dir, options.port))


if __name__ == "__main__":
    main()
