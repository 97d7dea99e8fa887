"""A mail relay for measuring: several processes on one port that take everything, count it and keep nothing."""

from __future__ import annotations

import asyncio
import multiprocessing
import selectors
import socket
from typing import TYPE_CHECKING

from treatywatch.launcher.valkey import free_port
from treatywatch.mailsink.conversation import Conversation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType
    from typing import Any, Self


class CountingConversation(Conversation):
    """One client; `delay` (seconds) passes before each answer, as on a line to a relay further away.

    What came at once is answered at once, in one write, as RFC 2920 (section 3.2) asks of a relay that pipelines.
    """

    def __init__(self, counts: Sequence[int], number: int, delay: float) -> None:
        super().__init__()
        self._counts: Any = counts
        self._number, self._delay = number, delay
        self._answers: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        super().connection_made(transport)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Take all that came, then answer it."""
        super().data_received(data)
        self._flush()

    def say(self, answer: bytes | None) -> None:
        """Keep the answer until all that came is taken."""
        if answer is not None:
            self._answers.append(answer)

    def hang_up(self) -> None:
        """End the conversation when everything is answered."""
        self._flush()
        self._when_due(self.transport.close)

    def _flush(self) -> None:
        if self._answers:
            together, self._answers = b"\r\n".join(self._answers), []
            self._when_due(super().say, together)

    def _when_due(self, act: Callable[..., None], *arguments: bytes) -> None:
        """Act when the line has carried it there."""
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, act, *arguments)
        else:
            act(*arguments)

    def on_message(self, content: bytes) -> bytes | None:
        """Count."""
        self._counts[self._number] += 1
        return super().on_message(content)


class CountingSink:
    """The running relay: its `port`, and how many messages it has taken. `delay` is in seconds."""

    def __init__(self, *, delay: float = 0, processes: int = 2) -> None:
        self.port = free_port()
        self._counts = multiprocessing.Array("q", processes, lock=False)
        self._processes = [
            multiprocessing.Process(target=_serve, args=(self.port, self._counts, number, delay), daemon=True)
            for number in range(processes)
        ]

    @property
    def taken(self) -> int:
        """Return how many messages have been taken."""
        return sum(self._counts)

    def __enter__(self) -> Self:
        for process in self._processes:
            process.start()
        while not _answers(self.port):
            pass
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
            process.join()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _serve(port: int, counts: Sequence[int], number: int, delay: float) -> None:
    with asyncio.Runner(loop_factory=loop_with_fine_sleep) as runner:
        runner.run(_listen(port, counts, number, delay))


def loop_with_fine_sleep() -> asyncio.AbstractEventLoop:
    """Return an event loop that sleeps to the microsecond.

    With epoll, asyncio sleeps whole milliseconds, rounded up, and anew whenever something arrives: of two clients each
    would be answered the later for the other's being there.
    """
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


async def _listen(port: int, counts: Sequence[int], number: int, delay: float) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: CountingConversation(counts, number, delay), "127.0.0.1", port, reuse_port=True
    )
    await server.serve_forever()
