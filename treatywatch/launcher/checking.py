"""`./tw check`: style, types, architecture, migrations, deployment settings, known vulnerabilities."""

from __future__ import annotations

import secrets
import subprocess

from treatywatch.launcher.environment import DEVELOPMENT, ensure_environment
from treatywatch.launcher.places import PYTHON, REQUIREMENTS, ROOT, VENV, say
from treatywatch.launcher.throwaway import throwaway_servers

_NOT_AUDITED = "could not be audited"
_NO_NETWORK = ("ConnectionError", "Max retries", "NameResolution", "ServiceError", "timed out", "Connection")


def check() -> int:
    """Run every check to its end and return 1 if one failed."""
    ensure_environment(DEVELOPMENT)
    with throwaway_servers("check") as servers:
        failed = [name for name, command in _checks().items() if not _passes(name, command, servers.environment)]
        failed += [] if _audit_passes() else ["pip-audit"]
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def _checks() -> dict[str, list[str]]:
    tool = VENV / "bin"
    manage = [str(PYTHON), "manage.py"]
    return {
        "ruff": [str(tool / "ruff"), "check", "."],
        "format": [str(tool / "ruff"), "format", "--check", "."],
        "types": [str(tool / "mypy")],
        "architecture": [str(tool / "lint-imports")],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "deployment": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
    }


def _production(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of a production host, so that `check --deploy` looks at production's settings."""
    return environment | {
        "TW_EMBEDDED": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "PUBLIC_URL": "https://treatywatch.example",
        "ALLOWED_HOSTS": "treatywatch.example",
        "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
    }


def _passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    say(f"Checking {name} …")
    return subprocess.run(command, cwd=ROOT, env=_production(environment), check=False).returncode == 0


def _audit_passes() -> bool:
    """Ask the vulnerability database about the pinned versions; without a network, say that this was left out."""
    say("Checking pip-audit …")
    command = [
        str(PYTHON),
        "-m",
        "pip_audit",
        "--disable-pip",
        "--require-hashes",
        "--progress-spinner",
        "off",
        "--timeout",
        "10",
        "-r",
        str(REQUIREMENTS / "runtime.lock"),
    ]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode and any(sign in result.stderr for sign in _NO_NETWORK):
        say("The vulnerability database cannot be reached: pip-audit was left out.")
        return True
    unknown = result.stdout.count(_NOT_AUDITED)
    if unknown:
        say(f"The package index here has no vulnerability data for {unknown} packages: they were not audited.")
    if result.returncode or not unknown:
        print(result.stdout + result.stderr, end="")
    return result.returncode == 0
