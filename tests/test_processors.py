"""The command that repeats the tests of numbers with the kernels of other processors: what it runs, and what it says."""

import sys
from pathlib import Path

import pytest

from scripts import processors

KINDS = ("==== Common", "==== plain, NumPy without")


def command(code: int) -> list[str]:
    """What stands for pytest, and ends with a code."""
    return [sys.executable, "-c", f"raise SystemExit({code})"]


@pytest.fixture
def common(monkeypatch):
    """The kernels of one kind, which every processor can run."""
    here = processors.chosen()
    monkeypatch.setattr(processors, "KERNELS", {"Common": (here["has"][0], set(here["kernels"]))})


@pytest.mark.usefixtures("common")
@pytest.mark.parametrize(("code", "said"), [(0, "passed"), (1, "FAILED (pytest ended with 1)")])
def test_every_kind_is_run_and_a_failure_is_one_of_all(capfd, code, said):
    assert processors.main("all", command(code)) == code
    out = capfd.readouterr().out
    assert all(kind in out for kind in KINDS)
    assert out.count(said) == len(KINDS)


def test_kernels_that_this_processor_cannot_run_are_named_and_are_no_failure(capfd, monkeypatch):
    monkeypatch.setattr(processors, "KERNELS", {"Future": ("AVX9000", {"Future"})})
    assert processors.main("all", command(0)) == 0
    assert "Future: not run: this processor has no AVX9000" in capfd.readouterr().out


def test_kernels_that_did_not_take_effect_are_a_failure(capfd, monkeypatch):
    monkeypatch.setattr(processors, "KERNELS", {"Nonsense": (processors.chosen()["has"][0], {"Nonsense"})})
    assert processors.main("all", command(0)) == 1
    assert "Nonsense: FAILED" in capfd.readouterr().out


def test_the_numeric_tests_are_there():
    assert all(Path(path).exists() for path in processors.NUMERIC)


@pytest.mark.usefixtures("common")
def test_one_kind_is_run_alone(capfd):
    assert processors.main("Common", command(0)) == 0
    out = capfd.readouterr().out
    assert [kind in out for kind in KINDS] == [True, False]


def test_a_kind_that_is_not_known_is_refused():
    with pytest.raises(SystemExit, match="got 'Nonsense'; expected one of Nehalem, Haswell, Zen, SkylakeX, plain and all"):
        processors.main("Nonsense", command(0))
