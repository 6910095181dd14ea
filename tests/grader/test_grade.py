"""One submission: what goes wrong costs what depends on it, and no more."""

from dataclasses import replace

import pytest

from grader.classroom.grade import grade
from grader.jail.sandbox import Jail
from lecturekit.homework.result import Problem, Status
from tests.grader.classroom import LIMITS, POOLED, RIGHT, START, WEIGHT, WHY, graded, job, without_groups

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("grader")]

BLANK = "def weight(sigma, tau):\n    ...\n\ndef pooled(data):\n    ...\n\nwhy = None"


def statuses(jail: Jail, *cells: str) -> list[str]:
    return [result.status for result in graded(jail, *cells).values()]


def test_a_right_notebook_has_all_points(jail):
    results = graded(jail, *RIGHT)
    assert [(result.points, result.of, result.status, result.note) for result in results.values()] == [
        (2, 2, "ok", ""),
        (3, 3, "ok", ""),
        (2, 2, "ok", ""),
    ]


def test_a_notebook_as_handed_out_has_none(jail):
    assert statuses(jail, START, BLANK) == ["missing"] * 3
    assert statuses(jail, START) == ["missing"] * 3


def test_a_statement_that_raises_costs_what_it_gives(jail):
    results = graded(jail, START, f"raise OSError('no')\n{WEIGHT}", "why = 1 / 0")
    assert [result.status for result in results.values()] == ["ok", "missing", "raised"]
    assert "ZeroDivisionError: division by zero (line 1 of cell 3)" in results["why"].note
    assert "Cell 2, line 1: `OSError: no` where it was graded." in results["why"].note
    assert [result.wants_human for result in results.values()] == [False, True, True]


def test_a_blank_is_explained_by_the_cell_that_should_have_filled_it(jail):
    results = graded(jail, START, BLANK, "pooled = 1 / 0")
    assert results["pooled"].status == "raised"
    assert "ZeroDivisionError" in results["pooled"].note
    assert results["why"].status == "missing"


@pytest.mark.parametrize(
    ("fatal", "kind"),
    [
        ("import os\nos._exit(0)", "died"),
        ("import ctypes\nctypes.string_at(1)", "died"),
        ("import signal\nsignal.alarm(0)\nsum(range(10**15))", "timeout"),
        ("import os\nos.closerange(3, 256)", "died"),
    ],
)
def test_a_cell_that_ends_the_notebook_is_left_out_and_the_rest_runs(strict, fatal, kind):
    results = graded(strict, START, WEIGHT, "import os\nos._exit(0)", f"{fatal}\nwhy = ('a', 'i')", POOLED)
    assert [result.status for result in results.values()] == ["ok", "ok", kind]
    assert "Cell 3 was left out (died). It ended its own Python with exit status 0." in results["why"].note
    assert f"Cell 4 was left out ({kind})." in results["why"].note
    assert results["why"].wants_human
    assert results["weight"].note == ""


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("import os\n    os._exit(0)", "died"),
        ("import signal\n    signal.alarm(0)\n    sum(range(10**15))", "timeout"),
        ("while True: pass", "timeout"),
        ("return [0] * 10**10", "memory"),
        ("return list(range(10**6))", "too large"),
        ("raise RuntimeError", "raised"),
    ],
)
def test_an_answer_that_ends_the_notebook_costs_itself_alone(strict, body, kind):
    cells = (START, f"def weight(sigma, tau):\n    {body}", POOLED, WHY)
    assert statuses(strict, *cells) == [kind, "ok", "ok"]


def test_a_function_that_fails_at_some_probe_is_no_right_one(jail):
    source = "calls = []\ndef weight(sigma, tau):\n    calls.append(1)\n    if len(calls) > 5: raise ValueError('tired')\n"
    results = graded(jail, START, source + "    return tau**2 / (tau**2 + sigma**2)")
    assert results["weight"].status == "raised"
    assert "ValueError: tired (line 3 of weight)" in results["weight"].note


def test_the_whole_notebook_has_a_wall_clock_and_what_was_done_before_counts(jail):
    # Three quarters of the time are for cells. Short ones, so that the last of them leaves enough for the questions even where
    # the machine is busy and the first takes long.
    hasty = Jail(replace(LIMITS, submission=12))
    hasty = hasty if jail.homes else without_groups(hasty)
    sleeps = ["import time\ntime.sleep(0.5)"] * 60
    results = graded(hasty, START, WEIGHT, *sleeps, POOLED)
    assert [result.status for result in results.values()] == ["ok", "timeout", "missing"]
    assert "after 9 s for all cells" in results["pooled"].note


def test_a_submission_that_was_not_read_has_a_row_for_each_question(jail):
    results = grade(replace(job(), cells=Problem(Status.UNREADABLE, "The file is empty.")), jail)
    assert [(result.question, result.points, result.status, result.note) for result in results] == [
        (name, 0, "unreadable", "The file is empty.") for name in ("weight", "pooled", "why")
    ]


def test_a_fault_in_judging_is_for_a_human(jail, monkeypatch):
    monkeypatch.setattr("grader.classroom.grade.judge", lambda key, answers: 1 / 0)
    results = graded(jail, *RIGHT)
    assert {(result.points, result.status) for result in results.values()} == {(0, "died")}
    assert results["why"].note == "Judging the answer failed: ZeroDivisionError. A human should look at it."


def test_notes_are_the_same_in_every_run(jail):
    cells = (START, "def weight(sigma, tau):\n    raise ValueError(object())", "pooled = weight.__get__(1)")
    first, second = (list(graded(jail, *cells).values()) for _ in range(2))
    assert first == second
    assert "object at 0x…" in first[0].note
