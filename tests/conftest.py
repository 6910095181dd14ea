"""What concerns every test: what happens where there is no browser or no sandbox, that no test is timed; and a cluster."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import REMEDY, find_browser
from hypothesis import settings
from sandbox import lacks

from tests.workers import two_workers

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

CI = os.environ.get("CI") == "true"
# Marker of a test -> what this machine lacks for it.
LACKS = {"browser": None if find_browser() else f"no browser was found; {REMEDY}", "sandbox": lacks()}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for marker, reason in LACKS.items():
        if reason and CI:
            raise pytest.UsageError(f"CI does without no test, but {reason}")
        for item in items:
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_unconfigure() -> None:
    for marker, reason in LACKS.items():
        if reason and not CI:
            print(f"The {marker} tests were skipped: {reason}")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """The address of a Dask scheduler on this machine, and its two workers."""
    with two_workers(tmp_path) as started:
        yield started
