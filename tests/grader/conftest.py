"""The sandboxes in which the tests run notebooks."""

from dataclasses import replace

import pytest

from grader.jail.cgroups import homes
from grader.jail.sandbox import Jail
from tests.grader.classroom import LIMITS, without_groups


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Lock notebooks up as the grader does on this machine, and where that is in control groups also without them."""
    if "jail" in metafunc.fixturenames:
        modes = ["groups", pytest.param("limits", marks=pytest.mark.slow)] if homes() else ["limits"]
        metafunc.parametrize("jail", modes, indirect=True, scope="session")


@pytest.fixture(scope="session")
def jail(request: pytest.FixtureRequest) -> Jail:
    return Jail(LIMITS) if request.param == "groups" else without_groups(Jail(LIMITS))


@pytest.fixture(scope="session")
def strict(jail: Jail) -> Jail:
    """The same jail with little patience, for those who are going to use it up."""
    strict = Jail(replace(LIMITS, cell=2, answer=1, submission=20))
    return strict if jail.homes else without_groups(strict)
