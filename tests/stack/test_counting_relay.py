"""The relay of the benches: it must hold an honest SMTP conversation, or their ceilings mean nothing."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import time

import pytest

from tests.other_session import PATIENCE
from treatywatch.mailsink.counting import CountingConversation, CountingSink, loop_with_fine_sleep

ENVELOPE = b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"
DELAY = 0.05  # seconds


@pytest.fixture(params=[0, DELAY], ids=["at once", "later"])
def sink(request):
    with CountingSink(delay=request.param, processes=1) as sink:
        yield sink


@pytest.fixture
def line(sink):
    with socket.create_connection(("127.0.0.1", sink.port), PATIENCE) as line:
        assert line.recv(1000) == b"220 sink\r\n"
        yield line


def test_smtplib_is_answered_command_by_command(sink):
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=PATIENCE) as client:
        assert client.sendmail("a@example.org", ["b@example.org"], b"Subject: a\r\n\r\nb\r\n") == {}
        assert client.has_extn("pipelining")
        assert client.quit() == (221, b"Bye")
    assert sink.taken == 1


class Pieces(asyncio.Transport):
    """A line that shows in which pieces it was written to; over TCP the receiver cannot tell."""

    def __init__(self):
        super().__init__()
        self.written = []

    def is_closing(self):
        return False

    def write(self, data):
        self.written.append(data)


def test_a_group_of_commands_is_answered_in_one_piece():
    line, relay = Pieces(), CountingConversation([0], 0, delay=0)
    relay.connection_made(line)
    relay.data_received(ENVELOPE)
    relay.data_received(b"Subject: a\r\n\r\nb\r\n.\r\n" + ENVELOPE)
    assert line.written == [
        b"220 sink\r\n",
        b"250 OK\r\n250 OK\r\n354 Go on\r\n",
        b"250 OK\r\n250 OK\r\n250 OK\r\n354 Go on\r\n",
    ]


def test_counted_is_a_message_and_not_its_envelope(sink, line):
    line.sendall(ENVELOPE)
    assert line.recv(1000).startswith(b"250 OK\r\n")
    assert sink.taken == 0
    line.sendall(b"Subject: a\r\n\r\nb\r\n.\r\n")
    assert line.recv(1000) == b"250 OK\r\n"
    assert sink.taken == 1


def test_a_message_cut_off_is_not_counted(sink, line):
    line.sendall(ENVELOPE + b"Subject: a\r\n\r\nb\r\n.")
    assert line.recv(1000).endswith(b"354 Go on\r\n")
    line.close()
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=PATIENCE):
        assert sink.taken == 0


def test_each_answer_takes_its_time():
    with (
        CountingSink(delay=DELAY, processes=1) as sink,
        socket.create_connection(("127.0.0.1", sink.port), PATIENCE) as line,
    ):
        line.recv(1000)
        began = time.monotonic()
        for said in (ENVELOPE, b"Subject: a\r\n\r\nb\r\n.\r\n"):
            line.sendall(said)
            line.recv(1000)
        assert time.monotonic() - began >= 2 * DELAY


def test_an_answer_never_waits_for_a_whole_millisecond_to_end():
    async def shortest_sleep():
        began, lengths = time.perf_counter(), []
        for _ in range(200):
            await asyncio.sleep(0.0001)
            lengths.append(time.perf_counter() - began)
            began = time.perf_counter()
        return min(lengths)

    with asyncio.Runner(loop_factory=loop_with_fine_sleep) as runner:
        assert runner.run(shortest_sleep()) < 0.001
