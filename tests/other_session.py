"""Two who work at once: the other one's work waits for a lock of ours."""

from __future__ import annotations

import threading
import time

from django.db import Error, connection

# Long enough for a machine that has much else to do; whoever waits for a state goes on as soon as it is there.
PATIENCE = 60  # seconds
_WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


class OtherSession(threading.Thread):
    """Another session, whose work waits for a lock of ours when it is returned."""

    def __init__(self, work):
        super().__init__()
        self.work, self.error = work, None
        self.start()
        with connection.cursor() as cursor:
            waiting, end = 0, time.monotonic() + PATIENCE
            while not waiting and time.monotonic() < end and self.is_alive():
                cursor.execute(_WAITS)
                (waiting,) = cursor.fetchone()
        assert waiting, self.error or "it did not wait"

    def run(self):
        try:
            self.work()
        except Error as error:
            self.error = error
        finally:
            connection.close()

    def outcome(self):
        self.join()
        return self.error
