"""What concerns every test: what happens where there is no browser, and that no test is timed."""

import os

import pytest
from browser import REMEDY, find_browser
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

BROWSER = find_browser()
CI = os.environ.get("CI") == "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if BROWSER is not None:
        return
    if CI:
        raise pytest.UsageError(f"no browser was found, and CI does without no test; {REMEDY}")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no browser was found"))


def pytest_unconfigure() -> None:
    if BROWSER is None and not CI:
        print(f"The browser tests were skipped: no browser was found. To run them, {REMEDY}")
