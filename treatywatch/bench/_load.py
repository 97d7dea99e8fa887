"""Asks a server the same thing on kept-alive connections, as fast as it answers."""

from __future__ import annotations

import re
import selectors
import socket
import time
from dataclasses import dataclass, field


@dataclass
class Asked:
    """What is asked of which port."""

    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200

    def request(self) -> bytes:
        """Return the request as it goes over the wire."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


@dataclass
class Reply:
    """A reply on its way in."""

    head: bytes
    length: int

    @property
    def status(self) -> int:
        """Return the status code."""
        return int(self.head[9:12])

    @property
    def body_length(self) -> int:
        """Return how many bytes of body are said to follow."""
        said = _LENGTH.search(self.head)
        return int(said[1]) if said else 0

    def header(self, name: str) -> str:
        """Return a header, "" if it is not there."""
        for line in self.head.decode("latin-1").split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name:
                return value.strip()
        return ""


# Every connection reads into this one: a fresh buffer for each read is given back to the system each time, and the page
# faults of getting it again cost three times what reading does, the more the longer the reply.
_BUFFER = bytearray(1 << 18)
_LONGEST_HEAD = 8192
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Connection:
    """One kept-alive connection; all of them belong to one thread."""

    def __init__(self, asked: Asked) -> None:
        self.socket = socket.create_connection(("127.0.0.1", asked.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = asked.request()
        self._head, self._came = b"", 0
        self._reply: Reply | None = None

    def send(self) -> None:
        """Ask once more."""
        self._head, self._came, self._reply = b"", 0, None
        self.socket.sendall(self._request)

    def receive(self) -> Reply | None:
        """Take in what has come; return the reply once it is whole."""
        came = self.socket.recv_into(_BUFFER)
        self._came += came
        if self._reply is None:
            # Only the head is kept; to put together what nobody reads would measure this program, not the server.
            self._head += _BUFFER[: min(came, _LONGEST_HEAD)]
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return None
            self._reply = Reply(self._head[:end], 0)
            # A 304 has no body, whatever it says about one.
            self._reply.length = end + 4 + (0 if self._reply.status == 304 else self._reply.body_length)  # noqa: PLR2004
        return self._reply if self._came >= self._reply.length else None

    def ask(self) -> Reply:
        """Ask, and wait for the whole reply."""
        self.send()
        while (reply := self.receive()) is None:
            pass
        return reply


def requests_a_second(asked: Asked, *, connections: int, seconds: float) -> float:
    """Return how many requests a second the server answers on so many connections.

    Raises:
        RuntimeError: if it answers anything but the status expected.

    """
    selector, answered = selectors.DefaultSelector(), 0
    for one in [Connection(asked) for _ in range(connections)]:
        selector.register(one.socket, selectors.EVENT_READ, one)
        one.send()
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        for key, _ in selector.select(1):
            reply = key.data.receive()
            if reply is not None:
                _expect(asked, reply)
                answered += 1
                key.data.send()
    elapsed = time.perf_counter() - began
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return answered / elapsed


def milliseconds(asked: Asked, *, times: int) -> list[float]:
    """Return how long each of so many requests took, one after the other on one connection, sorted."""
    connection, taken = Connection(asked), []
    for _ in range(times):
        began = time.perf_counter()
        _expect(asked, connection.ask())
        taken.append((time.perf_counter() - began) * 1000)
    connection.socket.close()
    return sorted(taken)


def _expect(asked: Asked, reply: Reply) -> None:
    if reply.status != asked.status:
        raise RuntimeError(f"{asked.path} was answered {reply.status} instead of {asked.status}.")
