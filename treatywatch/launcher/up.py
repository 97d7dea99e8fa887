"""`./tw up`: everything running, the shipped record loaded, an address to open."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import webbrowser
from typing import TYPE_CHECKING, NoReturn

from treatywatch.launcher.environment import RUNTIME, ensure_environment
from treatywatch.launcher.places import (
    PYTHON,
    ROOT,
    LauncherError,
    run_directory,
    say,
    tail,
    write_private,
)
from treatywatch.launcher.processes import START_SECONDS, Program, log_file, remember, stop_leftovers, wait_until
from treatywatch.launcher.servers import Servers
from treatywatch.launcher.valkey import free_port, port_answers
from treatywatch.launcher.web import web_command

if TYPE_CHECKING:
    import argparse
    from pathlib import Path
    from typing import TextIO

SETTLE_SECONDS_WHEN_EMBEDDED = "60"
_RESTART_PAUSE = 2.0
_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


class StopRequestedError(Exception):
    """Ctrl-C or SIGTERM."""


def up(options: argparse.Namespace) -> int:
    """Run until told to stop."""
    lock = _take_lock(run_directory() / "lock")
    signal.signal(signal.SIGTERM, _request_stop)
    signal.signal(signal.SIGINT, _request_stop)
    servers = Servers()
    record = run_directory() / "processes.json"
    try:
        stop_leftovers(record)
        _require_free_port(options.host, options.port)
        ensure_environment(RUNTIME)
        _start_all(servers, options, record)
        _welcome(options, servers.environment)
        _watch(servers, record)
    except StopRequestedError:
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        say("Stopping …")
        servers.stop()
        (run_directory() / "environment.json").unlink(missing_ok=True)
        record.unlink(missing_ok=True)
        lock.close()
        say("Stopped.")


def _request_stop(_signal: int, _frame: object) -> None:
    raise StopRequestedError


def _take_lock(path: Path) -> TextIO:
    lock = path.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise LauncherError("TreatyWatch is already running from this directory; stop that one first.") from error
    return lock


def _require_free_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise LauncherError(f"Port {port} is busy; choose another with --port.") from error
            raise LauncherError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error


def _start_all(servers: Servers, options: argparse.Namespace, record: Path) -> None:
    say("Starting the database and the broker …")
    servers.start(run_directory())
    remember(servers.programs, record)
    _configure(servers, options)
    for sentence, arguments in (
        ("Bringing the database up to date …", ["migrate", "--verbosity", "0"]),
        ("Collecting static files …", ["collectstatic", "--noinput", "--verbosity", "0"]),
        ("Loading the shipped record …", ["load_record", "--first-time"]),
    ):
        say(sentence)
        manage(arguments, servers.environment)
    password = manage(["ensure_editor"], servers.environment).strip()
    for program in _our_programs(servers.environment, options):
        program.start()
        servers.programs.append(program)
        remember(servers.programs, record)
    say("Waiting for the first page and the first task …")
    by_name = {program.name: program for program in servers.programs}
    wait_until(lambda: _page_answers(options), by_name["web server"], what="The web server")
    _wait_for_worker(servers.environment, by_name["worker"])
    if password:
        print(password, flush=True)


def _configure(servers: Servers, options: argparse.Namespace) -> None:
    """Fill in what the environment leaves open, and keep it for `./tw manage`."""
    environment = servers.environment
    environment.setdefault("TW_EMBEDDED", "1")
    if options.host not in _THIS_MACHINE:
        environment.setdefault("SECOND_FACTOR", "1")
    environment.setdefault("PUBLIC_URL", _address(options).rstrip("/"))
    environment.setdefault("STATIC_ROOT", str(run_directory() / "static"))
    environment.setdefault("ALLOWED_HOSTS", f"127.0.0.1,localhost,[::1],{options.host}")
    if not environment.get("EMAIL_URL"):
        _start_mail_sink(servers)
        environment.setdefault("ALERTS_SETTLE_SECONDS", SETTLE_SECONDS_WHEN_EMBEDDED)
        environment.setdefault("ALERTS_DISPATCH_SECONDS", "10")
    names = sorted(set(environment) - set(os.environ) | {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY"})
    write_private(run_directory() / "environment.json", json.dumps({name: environment[name] for name in names}))


def _start_mail_sink(servers: Servers) -> None:
    port, mail = free_port(), run_directory() / "mail"
    mail.mkdir(mode=0o700, exist_ok=True)
    sink = Program(
        "mail sink",
        [str(PYTHON), "-m", "treatywatch.mailsink", "--port", str(port), "--dir", str(mail)],
        servers.environment,
        log_file("mail-sink"),
    )
    sink.start()
    servers.programs.append(sink)
    wait_until(lambda: port_answers(port), sink, what="The mail sink")
    servers.environment |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAILBOX_DIR": str(mail)}


def _our_programs(environment: dict[str, str], options: argparse.Namespace) -> list[Program]:
    celery = [str(PYTHON), "-m", "celery", "-A", "treatywatch.celery_app"]
    beat = ["beat", "--loglevel", "INFO", "--schedule", str(run_directory() / "beat-schedule"), "--pidfile="]
    commands = {
        "web server": web_command("treatywatch.wsgi:application", options.host, options.port),
        "worker": [
            *celery,
            "worker",
            "--loglevel",
            "INFO",
            "--concurrency",
            "2",
            "--without-gossip",
            "--without-mingle",
        ],
        "beat": [*celery, *beat],
    }
    return [Program(name, command, environment, log_file(name.replace(" ", "-"))) for name, command in commands.items()]


def manage(arguments: list[str], environment: dict[str, str]) -> str:
    """Run manage.py to its end and return what it printed.

    Raises:
        LauncherError: if it fails, with its last words.

    """
    log = log_file("manage")
    with log.open("ab") as errors:
        result = subprocess.run(
            [str(PYTHON), str(ROOT / "manage.py"), *arguments],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            check=False,
        )
    if result.returncode:
        raise LauncherError(f"“{arguments[0]}” failed; the last lines of {log}:\n{tail(log)}")
    return result.stdout


def _address(options: argparse.Namespace) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(options.host, options.host)
    return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{options.port}/"


def _page_answers(options: argparse.Namespace) -> bool:
    try:
        with urllib.request.urlopen(_address(options) + "health/ready", timeout=5) as answer:  # noqa: S310
            return answer.status == 200  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


def _wait_for_worker(environment: dict[str, str], worker: Program) -> None:
    ask = f"from treatywatch.celery_app import app, ping; print(ping.delay().get(timeout={START_SECONDS}))"
    result = subprocess.run(
        [str(PYTHON), "-c", ask], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if "pong" not in result.stdout:
        raise LauncherError(f"The worker answers no task; the last lines of {worker.log}:\n{tail(worker.log)}")


def _welcome(options: argparse.Namespace, environment: dict[str, str]) -> None:
    address = _address(options)
    say("TreatyWatch is running.")
    print(f"  Timelines   {address}treaties/inf/")
    print(f"  Editing     {address}admin/   (user “editor”)")
    if environment.get("MAILBOX_DIR"):
        print(f"  Mailbox     {address}mailbox/   (all mail stays on this machine)")
        print(f"  Alerts wait {environment['ALERTS_SETTLE_SECONDS']} s after a change before they are mailed.")
    print("  Ctrl-C stops everything.", flush=True)
    if options.browser:
        webbrowser.open(address)


def _watch(servers: Servers, record: Path) -> NoReturn:
    """Restart what ends unexpectedly, and say so."""
    while True:
        time.sleep(0.5)
        for program in servers.programs:
            if program.has_ended():
                say(
                    f"The {program.name} ended unexpectedly; starting it again. Its last lines:\n{tail(program.log, 5)}"
                )
                time.sleep(_RESTART_PAUSE)
                program.start()
                remember(servers.programs, record)
