"""`./tw up`: starts, refuses in a sentence, survives a kill, leaves nothing."""

from __future__ import annotations

import json
import signal
import socket

import pytest

from treatywatch.chaos.checkout import Checkout, alive

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    checkout = Checkout(tmp_path_factory.mktemp("launcher"))
    yield checkout
    checkout.remove()


def test_the_life_of_an_installation(checkout):
    said = checkout.up()
    assert "Sign in as “editor” with the password" in said
    assert "INF Treaty" in checkout.page("/treaties/inf/")
    assert "178" in checkout.page("/treaties/inf/?as_of=2019-02-05")

    second = checkout.command("up", "--port", str(checkout.port))
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr == "tw: TreatyWatch is already running from this directory; stop that one first.\n"

    assert checkout.command("manage", "shell", "-c", "print('inside')").stdout.endswith("inside\n")
    state = checkout.directory / ".run"
    assert state.stat().st_mode & 0o777 == 0o700
    assert checkout.command("manage", "shell", "-c", MAKE_A_DRAFT).returncode == 0

    children = checkout.children()
    assert len(children) == 6, "PostgreSQL, Valkey, mail sink, web server, worker, beat"
    checkout.stop(signal.SIGKILL)
    assert not alive(children), "what a killed launcher started dies with it"

    said = checkout.up()
    assert "password" not in said, "the password is shown once"
    kept = checkout.command("manage", "shell", "-c", "from treaties.models import Party; print(Party.objects.count())")
    assert int(kept.stdout.split()[-1]) > 1
    assert "Atlantis" in checkout.page("/parties/"), "data survive"

    children = checkout.children()
    assert checkout.stop(signal.SIGTERM) == 0
    assert not alive(children, within=2)
    assert checkout.log.read_text().rstrip().endswith("Stopped.")
    assert not (state / "environment.json").exists()


MAKE_A_DRAFT = "from treaties.models import Party; Party.objects.create(slug='atlantis', name='Atlantis')"


def test_a_busy_port_is_one_sentence(checkout):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        refused = checkout.command("up", "--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == f"tw: Port {port} is busy; choose another with --port."


def test_a_bench_tells_its_progress_beside_its_figures(checkout):
    measured = checkout.command("bench", "clocks", "--json", "--dates", "200", "--rows", "500")
    assert "Measuring …" in measured.stderr
    assert all(figure > 0 for figure in json.loads(measured.stdout).values())


def test_help_documents_every_option(checkout):
    said = checkout.command("up", "--help").stdout
    for option in ("--port", "--host", "--no-browser"):
        assert option in said
    for command in ("up", "test", "check", "bench", "manage"):
        assert command in checkout.command("--help").stdout
