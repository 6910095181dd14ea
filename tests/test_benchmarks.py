"""The benchmarks do not wait for ever for what does not come."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import grading
from benchmarks.methods import report, worker
from benchmarks.peers import playground


def python(code):
    return subprocess.Popen([sys.executable, "-c", code])


def test_waiting_ends_with_what_was_waited_for(tmp_path):
    journal = tmp_path / "grades.journal"
    with python(f"open({str(journal)!r}, 'w').write('head\\n1\\n2\\n')") as process:
        grading.wait_for_lines(journal.with_suffix(".csv"), 2, process)
    assert journal.read_text().count("\n") == 3


def test_waiting_for_a_run_that_has_ended_says_so(tmp_path):
    with (
        python("raise SystemExit(7)") as process,
        pytest.raises(RuntimeError, match=r"2 notebooks in .*grades\.journal: not so .* ended with exit status 7"),
    ):
        grading.wait_for_lines(tmp_path / "grades.csv", 2, process)


def test_waiting_for_a_run_that_does_nothing_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(grading, "PATIENCE", 0.3)
    with python("import time; time.sleep(60)") as process:
        with pytest.raises(RuntimeError, match=r"not so after 0\.3 s at most; the process is still at work"):
            grading.wait_for_lines(tmp_path / "grades.csv", 2, process)
        process.kill()


def test_children_that_always_come_back_are_given_up(monkeypatch):
    started = []

    def another():
        started.append(os.posix_spawn(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)"], {}))
        return [started[-1]]

    monkeypatch.setattr(playground, "_children", another)
    monkeypatch.setattr(playground, "PATIENCE", 0.3)
    with pytest.raises(RuntimeError, match=r"processes \[\d+\] are left after 0\.3 s of killing"):
        playground._end_children()
    os.kill(started[-1], signal.SIGKILL)
    os.waitpid(started[-1], 0)
    assert len(started) > 1


def test_walkers_that_move_as_one_are_worth_one_chain():
    alone = np.random.default_rng(1).normal(size=(1, 4000))
    together = np.repeat(alone, 32, axis=0) + 1e-9 * np.random.default_rng(2).normal(size=(32, 4000))
    assert worker.effective(together, ensemble=True) == pytest.approx(4000, rel=0.1)
    apart = np.random.default_rng(3).normal(size=(32, 4000))
    assert worker.effective(apart, ensemble=True) == pytest.approx(32 * 4000, rel=0.1)


def test_one_waits_for_400_effective_draws_of_a_run_that_converged():
    run = {"set_up": 2.0, "run": 3.0, "effective": 100.0}
    assert report.wait(run) == 14
    assert report.wait(run | {"effective": 4000.0}) == 5
    assert report.wait(run | {"converged": False}) is None
    assert report.wait({"ended": "over time"}) is None
