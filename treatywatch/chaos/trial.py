"""The trial: alerts go out through a troubled relay while everything that sends them is killed, again and again."""

from __future__ import annotations

import json
import random
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import environ
import psycopg2

from treatywatch.chaos import relay
from treatywatch.chaos.assault import Assault
from treatywatch.chaos.checkout import Checkout
from treatywatch.chaos.tally import Tally
from treatywatch.launcher.places import PYTHON
from treatywatch.launcher.valkey import free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LEASE_SECONDS = 5
_SETTINGS = {
    "EMAIL_TIMEOUT": "2",
    "ALERTS_LEASE_SECONDS": str(LEASE_SECONDS),
    "ALERTS_BATCH_SIZE": "50",
}
_PAUSES = (0.1, 0.6)
_MAILS_BETWEEN = 250
_LONGEST_PAUSE = 8
_LEAVERS_AT_ONCE = 3
_PATIENCE = 300
# A mail that met trouble waits for minutes; a trial does not.
_HURRY = "UPDATE alerts_alert SET due_at = now() WHERE state = 'pending' AND due_at > now() AND not_after > now()"
_UNFINISHED = "SELECT count(*) FROM alerts_alert WHERE state IN ('pending', 'claimed')"


@dataclass(frozen=True)
class Terms:
    """How many alerts in a wave, for how many seconds the killing goes on, the seed.

    There are further waves while it goes on; it ends when everything has been killed once, at the earliest. Of a
    thousand mails the relay takes `cut_answers` and then hangs up or falls silent, each of which costs a repeat.
    """

    alerts: int
    seconds: float
    seed: int
    cut_answers: int = 0


def run(terms: Terms, directory: Path, *, tell: Callable[[str], None]) -> dict[str, Any]:
    """Run a trial in a directory of its own and return its figures; `tell` is told how it goes.

    A KeyboardInterrupt ends it early, with the figures so far.
    """
    chance = random.Random(terms.seed)  # noqa: S311 - no secret
    journal, port = directory / "journal", free_port()
    mail_relay = relay.start(journal, port, seed=terms.seed, cut_answers=terms.cut_answers)
    site = Checkout(directory, EMAIL_URL=f"smtp://127.0.0.1:{port}", **_SETTINGS)
    assault = Assault(site, chance, nap=LEASE_SECONDS + 1)
    trial = _Trial(terms, site, assault, port, Tally(journal), chance, tell)
    try:
        tell("Starting an installation …")
        site.up()
        assault.start_second_beat()
        trial.go()
    except KeyboardInterrupt:
        tell("Interrupted.")
    finally:
        assault.end()
        site.remove()
        mail_relay.kill()
        mail_relay.wait()
    return trial.figures()


@dataclass
class _Trial:
    _terms: Terms
    _site: Checkout
    _assault: Assault
    _relay_port: int
    _tally: Tally
    _chance: random.Random
    _tell: Callable[[str], None]
    _leavers: list[tuple[str, str]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def go(self) -> None:
        """Send wave after wave under fire, then let the last one arrive in peace."""
        self._began = time.monotonic()
        wave = 0
        while time.monotonic() - self._began < self._terms.seconds or not self._assault.is_complete:
            if not self._tally.missing:
                wave += 1
                self._send_wave(wave)
            self._turn(self._assault.strike())
            self._let_mail_flow()
        end = time.monotonic() + _PATIENCE
        while (self._tally.missing or self._unfinished()) and time.monotonic() < end:
            self._turn("")

    def _let_mail_flow(self) -> None:
        """Wait until some mails have gone through, so that the next blow hits others on their way."""
        wanted = len(self._tally.missing) - self._chance.randrange(_MAILS_BETWEEN)
        end = time.monotonic() + _LONGEST_PAUSE
        while len(self._tally.missing) > wanted and time.monotonic() < end:
            self._turn("")

    def figures(self) -> dict[str, Any]:
        """Return what the relay's journal says, and what was done."""
        self._tally.read()
        deeds = {"kills": self._assault.kills, "deeds": dict(sorted(self._assault.done.items()))}
        return self._tally.figures() | deeds | {"seconds": round(time.monotonic() - self._began)}

    def _send_wave(self, number: int) -> None:
        command = [str(PYTHON), "-m", "treatywatch.chaos.readers", f"wave-{number}", str(self._terms.alerts)]
        while True:
            made = subprocess.run(
                command, env=self._site.inner_environment(), capture_output=True, text=True, check=False
            )
            if made.returncode == 0:
                break
            # The database is being killed just now; nothing of the wave was kept.
            self._turn("")
        answer = json.loads(made.stdout.splitlines()[-1])
        self._tally.expect(answer["addresses"])
        self._leavers += [(address, path) for address, path in answer["ways_out"]]
        self._chance.shuffle(self._leavers)

    def _turn(self, deed: str) -> None:
        """Live through a moment: some readers leave, sleepers wake, what waits for minutes is hurried on."""
        end = time.monotonic() + self._chance.uniform(*_PAUSES)
        for _ in range(_LEAVERS_AT_ONCE):
            self._let_one_leave()
        self._assault.wake_sleepers()
        self._ask(_HURRY)
        self._tally.read()
        self._tell(self._line(deed))
        time.sleep(max(0, end - time.monotonic()))

    def _let_one_leave(self) -> None:
        if not self._leavers:
            return
        address, path = self._leavers.pop()
        try:
            request = urllib.request.Request(self._site.address + path, data=b"List-Unsubscribe=One-Click")  # noqa: S310
            with urllib.request.urlopen(request, timeout=5):  # noqa: S310 - our own address
                # A mail may have begun before, and its envelope lie before a relay that had no time to read it.
                relay.catch_up(self._relay_port)
                self._tally.has_left(address, time.time())
        except (urllib.error.URLError, OSError):
            self._leavers.insert(0, (address, path))

    def _unfinished(self) -> bool:
        answer = self._ask(_UNFINISHED)
        return answer is None or bool(answer[0])

    def _ask(self, statement: str) -> tuple[Any, ...] | None:
        """Run one statement in the installation's database; None if it is down, or has no answer."""
        try:
            named = environ.Env.db_url_config(self._site.inner_environment()["DATABASE_URL"])
            connection = psycopg2.connect(host=named["HOST"], user=named["USER"], dbname=named["NAME"])
        except (psycopg2.OperationalError, FileNotFoundError):
            return None
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone() if cursor.description else None
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            return None
        finally:
            connection.close()

    def _line(self, deed: str) -> str:
        counts, seconds = self._tally.figures(), time.monotonic() - self._began
        settled = counts["planned"] - counts["lost"]
        return (
            f"{seconds:4.0f} s  {settled:6d} of {counts['planned']} settled  {counts['repeats']:3d} repeats  "
            f"{self._assault.kills:3d} kills  {deed}"
        ).rstrip()
