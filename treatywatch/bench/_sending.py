"""How many mails a second: the bare ceiling, the outbox, and the other ways that Django and Celery offer."""

from __future__ import annotations

import email
import email.policy
import multiprocessing
import os
import smtplib
import socket
import subprocess
import time
from contextlib import contextmanager
from itertools import count
from statistics import median
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection, send_mail
from django.db import connection
from django.utils import timezone

from alerts.delivery import send_due
from alerts.models import Alert
from alerts.services.outbox import cancel, claim
from alerts.services.planning import plan
from treatywatch.chaos.readers import gather, give_notice, invent_treaty
from treatywatch.forking import set_heap_aside
from treatywatch.launcher.places import PYTHON, ROOT
from treatywatch.mailsink.counting import CountingSink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

_ROUNDS = 3
_ALTERNATIONS = 5
_FEW = 300
_SENDER, _READER = "alerts@localhost", "reader@example.org"
_names = (f"bench-{number}" for number in count())


def against_instant_relay(alerts: int) -> dict[str, float]:
    """Return mails a second of every way to send, to a relay that answers at once, and each ratio to the ceiling."""
    with _relay(0) as sink:
        message = _one_message()
        ceilings = [_rate(2000, lambda: _bare(sink.port, message, 2000))]
        ours = []
        # Interleaved: a noisy machine slows every contestant alike.
        for _ in range(_ROUNDS):
            ours.append(_sent_by_us(alerts // _ROUNDS))
            ceilings.append(_rate(2000, lambda: _bare(sink.port, message, 2000)))
        ceiling = max(ceilings)
        others = _others(message)
        figures = {
            "relay itself, mails a second": round(_rate(5000, lambda: _blast(sink.port, message, 5000))),
            "bare smtplib on one connection, mails a second": round(ceiling),
            "alerts end to end, mails a second": round(max(ours)),
        }
    ratios = {"alerts end to end, of the ceiling": max(ours) / ceiling} | {
        f"{name}, of the ceiling": rate / ceiling for name, rate in others.items()
    }
    return figures | {name: round(ratio, 3) for name, ratio in ratios.items()}


def against_slow_relay(alerts: int) -> dict[str, float]:
    """Return the ratios with a relay that takes 1 ms for each answer: one worker to smtplib, and two workers to one.

    One worker and two send so many alerts each, by turns; of the ratios of neighbours the median counts.
    """
    ceilings, by_one, gains = [], [], []
    with _relay(0.001) as sink:
        message = _one_message()
        for _ in range(_ALTERNATIONS):
            ceilings.append(_rate(500, lambda: _bare(sink.port, message, 500)))
            by_one.append(_sent_by_workers(sink, alerts, workers=1))
            gains.append(_sent_by_workers(sink, alerts, workers=2) / by_one[-1])
    return {
        "1 ms an answer: bare smtplib, mails a second": round(max(ceilings)),
        "1 ms an answer: alerts, of the ceiling": round(median(by_one) / max(ceilings), 3),
        f"1 ms an answer: two workers, of one (median of {_ALTERNATIONS} by turns)": round(median(gains), 2),
        "1 ms an answer: two workers, of one (least)": round(min(gains), 2),
    }


@contextmanager
def _relay(delay: float) -> Iterator[CountingSink]:
    with CountingSink(delay=delay) as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        yield sink


def _rate(mails: int, send: Callable[[], object]) -> float:
    began = time.perf_counter()
    send()
    return mails / (time.perf_counter() - began)


def _plan_alerts(alerts: int) -> None:
    at = timezone.now()
    settings.ALERTS_SETTLE_SECONDS = 0
    treaty = invent_treaty(next(_names))
    gather(treaty, alerts, at=at)
    give_notice(treaty, at=at)
    plan(at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _one_message() -> bytes:
    """Return a mail as the outbox sends it."""
    _plan_alerts(1)
    taken: list[bytes] = []

    class Keeper:
        def send(
            self,
            address: str,  # noqa: ARG002
            message: bytes,
            *,
            sender: str,  # noqa: ARG002
            may_begin: Callable[[], bool],
            may_go: Callable[[], bool],
        ) -> None:
            if may_begin() and may_go():
                taken.append(message)

    from alerts.delivery import deliver

    deliver(claim(at=timezone.now(), limit=1), Keeper(), clock=timezone.now)
    return taken[0]


def _bare(port: int, message: bytes, mails: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as relay:
        for _ in range(mails):
            relay.sendmail(_SENDER, [_READER], message)


def _blast(port: int, message: bytes, mails: int) -> None:
    """Send without waiting for answers, and read them all at the end: the relay alone sets the pace."""
    mail = b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n" + message + b"\r\n.\r\n"
    with socket.create_connection(("127.0.0.1", port)) as line:
        answers = multiprocessing.Process(target=_read_answers, args=(line, 4 * mails + 2))
        answers.start()
        for _ in range(mails):
            line.sendall(mail)
        line.sendall(b"QUIT\r\n")
        answers.join()


def _read_answers(line: socket.socket, expected: int) -> None:
    seen = 0
    while seen < expected and (data := line.recv(65536)):
        seen += data.count(b"\n")


def _sent_by_us(alerts: int) -> float:
    """Plan so many alerts, send them, and return how many a second were sent."""
    _plan_alerts(alerts)
    began = time.perf_counter()
    sent = send_due(clock=timezone.now, batch_size=settings.ALERTS_BATCH_SIZE)
    return sent / (time.perf_counter() - began)


def _sent_by_workers(sink: CountingSink, alerts: int, *, workers: int) -> float:
    """Let so many processes send what is planned, and return how many mails a second the relay took.

    Both numbers of workers are measured alike: with the start of their processes, to the end of the last one.
    """
    _plan_alerts(alerts)
    with connection.cursor() as cursor:
        # What planning has left to be written must not be written beside the first mails.
        cursor.execute("CHECKPOINT")
    connection.close()
    # As a real worker does before it forks; done before the time counts, for one and two alike.
    set_heap_aside()
    before, began = sink.taken, time.perf_counter()
    processes = [multiprocessing.Process(target=_work) for _ in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return (sink.taken - before) / (time.perf_counter() - began)


def _work() -> None:
    connection.close()
    send_due(clock=timezone.now, batch_size=settings.ALERTS_BATCH_SIZE)


def _others(message: bytes) -> dict[str, float]:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    return {
        "Django send_mail, one message a call": _rate(_FEW, lambda: _send_mails(parsed)),
        "Django send_messages, batches of 100": _rate(_FEW, lambda: _send_messages(parsed)),
        "Celery, one task a message": _by_tasks(),
    }


def _bodies(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return (plain.get_content() if plain else ""), (html.get_content() if html else "")


def _send_mails(message: EmailMessage) -> None:
    plain, html = _bodies(message)
    for _ in range(_FEW):
        send_mail(message["Subject"], plain, _SENDER, [_READER], html_message=html)


def _send_messages(message: EmailMessage) -> None:
    plain, html = _bodies(message)
    for _ in range(_FEW // 100):
        mails = []
        for _ in range(100):
            mail = EmailMultiAlternatives(message["Subject"], plain, _SENDER, [_READER])
            mail.attach_alternative(html, "text/html")
            mails.append(mail)
        get_connection().send_messages(mails)


def _by_tasks() -> float:
    """Send each mail by a task of its own, which renders and sends it, through a real worker with two processes."""
    from treatywatch.bench._naive import send_one

    _plan_alerts(_FEW)
    keys = list(Alert.objects.filter(state=Alert.State.PENDING).values_list("pk", flat=True)[:_FEW])
    command = [str(PYTHON), "-m", "celery", "-A", "treatywatch.bench._naive", "worker", "-c", "2", "-Q", "naive"]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        send_one.apply_async((keys[0],), queue="naive").get(timeout=60)
        return _rate(len(keys), lambda: _finish(keys))
    finally:
        worker.terminate()
        worker.wait()
        # That worker knows no outbox: what it has mailed must not wait there for the next contestant.
        cancel(Alert.objects.filter(pk__in=keys), reason="Sent by the bench's other way.", at=timezone.now())


def _finish(keys: list[int]) -> None:
    from treatywatch.bench._naive import send_one

    for result in [send_one.apply_async((key,), queue="naive") for key in keys]:
        result.get(timeout=60)
