"""What concerns every test: what happens where there is no browser or no sandbox, that no test is timed; and a cluster."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from scripts.browser import REMEDY, find_browser
from scripts.sandbox import lacks
from tests.workers import two_workers

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

CI = os.environ.get("CI") == "true"
# Marker of a test -> what this machine lacks for it.
LACKS = {"browser": None if find_browser() else f"no browser was found; {REMEDY}", "sandbox": lacks()}


# A page or an explorer of the built book is opened once: all that is asked of it runs on one worker, one after the other.
ONCE = ("visited", "which")
# Where the tests of one homework share its pack and its private probes.
HOMEWORK = ("tests/exercises", "tests/homework")
# Where the tests of `make check` lie.
NUMBERS = ("tests", "tests/exact", "tests/homework", "tests/explore")
# Where `make test` looks for those that lock up a notebook.
LOCKING = ("tests/grader", "tests/exercises")


# Groups are named before pytest-xdist reads them; pytest itself then sorts by the numbers of the parameters.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    first: dict[str, int] = {}
    places = {id(item): place for place, item in enumerate(items)}  # pytest-xdist changes the hash of an item
    for place, item in enumerate(items):
        if "built" in item.fixturenames:
            item.add_marker("book")
        if folder(item) in NUMBERS and not any(item.get_closest_marker(marker) for marker in ("browser", "sandbox", "slow")):
            item.add_marker("numbers")
        if item.get_closest_marker("sandbox") and folder(item) not in LOCKING:
            raise pytest.UsageError(f"{item.nodeid} locks up a notebook; expected such tests in {' or '.join(LOCKING)}")
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group(item)))
        first.setdefault(name(item), place)
    yield
    mark_what_is_lacking(items)
    # What takes long comes first, so that no worker is left alone with it at the end. Within a group the order is the file's.
    items.sort(key=lambda item: (not item.get_closest_marker("browser"), first[name(item)], places[id(item)]))


def mark_what_is_lacking(items: list[pytest.Item]) -> None:
    """Of the tests that were chosen, skip what this machine cannot run, and in CI refuse to."""
    for marker, reason in LACKS.items():
        chosen = [item for item in items if item.get_closest_marker(marker)]
        if chosen and reason and CI:
            raise pytest.UsageError(f"CI does without no test, but {reason}")
        for item in chosen:
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


def name(item: pytest.Item) -> str:
    """Return the name of the group that a test belongs to."""
    return item.get_closest_marker("xdist_group").args[0]


def folder(item: pytest.Item) -> str:
    """Return the folder of a test's file, seen from the root."""
    return item.path.parent.relative_to(item.config.rootpath).as_posix()


def group(item: pytest.Item) -> str:
    """Return what a test shares its expensive fixtures with: its file, or the page, the explorer or the homework it asks."""
    file = item.path.relative_to(item.config.rootpath).as_posix()
    asked = item.callspec.params if hasattr(item, "callspec") else {}
    found = [asked[name] for name in ONCE if name in asked]
    if folder(item) in HOMEWORK:
        found += [
            one.number for one in (getattr(value, "exercise", value) for value in asked.values()) if hasattr(one, "number")
        ]
    return f"{file} {found[0]}" if found else file


def pytest_unconfigure() -> None:
    for marker, reason in LACKS.items():
        if reason and not CI:
            print(f"The {marker} tests were skipped: {reason}")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """The address of a Dask scheduler on this machine, and its two workers."""
    with two_workers(tmp_path) as started:
        yield started
