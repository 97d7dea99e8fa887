"""What is done to a running installation: every program killed, Valkey flushed, senders put to sleep, tasks doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from treatywatch.launcher.places import PYTHON

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from treatywatch.chaos.checkout import Checkout

_WAKE_UPS = ("alerts.send_due", "alerts.send_due", "alerts.dispatch", "alerts.plan", "alerts.reap")


class Assault:
    """The deeds, and how often each was done. `nap` is for how many seconds a sender sleeps: past its lease."""

    def __init__(self, site: Checkout, chance: random.Random, *, nap: float) -> None:
        self._site, self._chance, self._nap = site, chance, nap
        self._second_beat: subprocess.Popen[bytes] | None = None
        self._sleeping: dict[int, float] = {}
        self._orphaned: set[int] = set()
        self.done: Counter[str] = Counter()
        self.deeds: dict[str, Callable[[], bool]] = {
            "a sender killed": self._kill_sender,
            "the worker killed": lambda: self._kill("worker"),
            "beat killed": lambda: self._kill("beat"),
            "Valkey killed": lambda: self._kill("Valkey"),
            "PostgreSQL killed": lambda: self._kill("PostgreSQL"),
            "the launcher killed": self._kill_launcher,
            "a sender asleep past its lease": self._put_to_sleep,
            "Valkey flushed": self._flush,
            "wake-ups doubled": self._double_wake_ups,
        }
        self._todo: list[str] = []

    @property
    def kills(self) -> int:
        """Return how many processes were killed, or stopped for longer than they may hold a mail."""
        return sum(count for deed, count in self.done.items() if "killed" in deed or "asleep" in deed)

    @property
    def is_complete(self) -> bool:
        """Say whether every deed has been done."""
        return set(self.done) == set(self.deeds)

    def start_second_beat(self) -> None:
        """Run a second beat beside the launcher's: it must change nothing."""
        command = [str(PYTHON), "-m", "celery", "-A", "treatywatch.celery_app", "beat", "--pidfile="]
        schedule = str(self._site.directory / ".run" / "second-beat")
        self._second_beat = subprocess.Popen(
            [*command, "--schedule", schedule],
            env=self._site.inner_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def strike(self) -> str:
        """Do the next deed: all of them in random order, then all again. Returns its name, "" if it could not be."""
        if self._site.has_ended():
            # Killed programs may have kept it from starting; whoever supervises it starts it again.
            self._site.up()
        if not self._todo:
            self._todo = self._chance.sample(sorted(self.deeds), len(self.deeds))
        deed = self._todo.pop()
        if not self.deeds[deed]():
            return ""
        self.done[deed] += 1
        return deed

    def wake_sleepers(self, *, all_of_them: bool = False) -> None:
        """Let those go on who have slept for long enough."""
        for pid, until in list(self._sleeping.items()):
            if all_of_them or time.monotonic() >= until:
                _signal(pid, signal.SIGCONT)
                del self._sleeping[pid]

    def end(self) -> None:
        """Leave nothing of ours behind."""
        self.wake_sleepers(all_of_them=True)
        self._stop_second_beat()
        for pid in self._orphaned:
            _signal(pid, signal.SIGKILL)

    def _kill(self, name: str) -> bool:
        pid = self._site.programs().get(name)
        if pid is None:
            return False
        self._orphaned |= set(_children(pid))
        return _signal(pid, signal.SIGKILL)

    def _senders(self) -> list[int]:
        return _children(self._site.programs().get("worker", 0))

    def _kill_sender(self) -> bool:
        senders = self._senders()
        return bool(senders) and _signal(self._chance.choice(senders), signal.SIGKILL)

    def _put_to_sleep(self) -> bool:
        senders = [pid for pid in self._senders() if pid not in self._sleeping]
        if not senders:
            return False
        pid = self._chance.choice(senders)
        self._sleeping[pid] = time.monotonic() + self._nap
        return _signal(pid, signal.SIGSTOP)

    def _kill_launcher(self) -> bool:
        # Who sleeps cannot obey the launcher's death; it would be killed by the next launcher all the same.
        self.wake_sleepers(all_of_them=True)
        self._stop_second_beat()
        self._orphaned |= set(self._senders())
        self._site.stop(signal.SIGKILL)
        self._site.up()
        self.start_second_beat()
        return True

    def _stop_second_beat(self) -> None:
        if self._second_beat is not None:
            self._second_beat.kill()
            self._second_beat.wait()

    def _flush(self) -> bool:
        try:
            Redis.from_url(self._broker(), socket_timeout=2).flushall()
        except (RedisError, OSError):
            return False
        return True

    def _double_wake_ups(self) -> bool:
        with Celery(broker=self._broker()) as app:
            try:
                for name in _WAKE_UPS:
                    app.send_task(name, retry=False)
            except (OperationalError, RedisError, OSError):
                return False
        return True

    def _broker(self) -> str:
        return self._site.inner_environment()["REDIS_URL"]


def _signal(pid: int, what: int) -> bool:
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        return False
    return True


def _children(parent: int) -> list[int]:
    """Return the ids of a process's children, the forked senders of a worker, as Linux tells them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(path.parent.name))
    return sorted(found)
