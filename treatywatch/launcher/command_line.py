"""The words that `./tw` understands."""

from __future__ import annotations

import argparse
import errno
import json
import os
import subprocess
import sys

from treatywatch.launcher.places import PYTHON, ROOT, LauncherError, run_directory

_EPILOG = """\
DATABASE_URL, REDIS_URL and EMAIL_URL, when set, name servers to use instead of the embedded ones.
State (database, logs, mail, keys) lives in .run/; docs/operating.md lists every setting.
"""


def main(arguments: list[str]) -> int:
    """Do what the arguments say; return the exit code. Every fault is one sentence, never a traceback."""
    try:
        return _dispatch(arguments)
    except LauncherError as error:
        print(f"tw: {error}", file=sys.stderr)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            raise
        reason = "The disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "Not allowed to write"
        print(f"tw: {reason}: {error.filename or ROOT}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("tw: stopped.", file=sys.stderr)
    return 1


def _dispatch(arguments: list[str]) -> int:
    # pytest's and manage.py's own arguments pass through untouched.
    match arguments:
        case ["test", *rest]:
            from treatywatch.launcher.testing import test

            return test(rest)
        case ["manage", *rest]:
            return _manage(rest)
    options = _parser().parse_args(arguments)
    if options.command == "up":
        from treatywatch.launcher.up import up

        return up(options)
    if options.command == "bench":
        from treatywatch.launcher.benching import bench

        return bench(options.name, options.rest)
    from treatywatch.launcher.checking import check

    return check()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tw",
        description="Run and maintain TreatyWatch.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="start everything and print the address to open", epilog=_EPILOG)
    up.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    up.add_argument("--port", type=_port, default=8000, help="port to listen on (default: %(default)s)")
    up.add_argument(
        "--browser",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="open the front page in a browser (default: --no-browser)",
    )
    commands.add_parser("test", help="run all tests on throwaway servers; takes pytest's arguments")
    commands.add_parser("check", help="lint, types, architecture, migrations, deployment settings, audit")
    bench = commands.add_parser("bench", help="measure, as ratios to a ceiling of the same run")
    bench.add_argument("name", metavar="NAME")
    bench.add_argument("rest", nargs=argparse.REMAINDER, metavar="[--json …]")
    commands.add_parser("manage", help="manage.py inside the environment")
    return parser


def _port(text: str) -> int:
    highest = 65535
    if not text.isdecimal() or not 1 <= int(text) <= highest:
        raise argparse.ArgumentTypeError(f"“{text}” is not a port (1 to {highest})")
    return int(text)


def _manage(arguments: list[str]) -> int:
    """Run manage.py against the running servers, or against our own data for as long as it takes."""
    return _with_servers([str(PYTHON), str(ROOT / "manage.py"), *arguments])


def _with_servers(command: list[str]) -> int:
    from treatywatch.launcher.environment import RUNTIME, ensure_environment

    ensure_environment(RUNTIME)
    running = run_directory() / "environment.json"
    if running.exists():
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **json.loads(running.read_text())}
        return subprocess.run(command, env=environment, check=False).returncode
    return _with_own_servers(command)


def _with_own_servers(command: list[str]) -> int:
    from treatywatch.launcher.servers import Servers

    servers = Servers()
    try:
        servers.start(run_directory())
        servers.environment.setdefault("EMAIL_URL", "smtp://127.0.0.1:25")
        servers.environment.setdefault("TW_EMBEDDED", "1")
        return subprocess.run(command, env=servers.environment, check=False).returncode
    finally:
        servers.stop()
