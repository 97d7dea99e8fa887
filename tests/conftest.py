"""What every test may rely on: in continuous integration nothing is skipped quietly."""

from __future__ import annotations

import os

import pytest

skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if skipped and os.environ.get("CI") and exitstatus == pytest.ExitCode.OK:
        print(f"\nContinuous integration may not skip: {', '.join(skipped)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
