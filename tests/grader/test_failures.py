"""Whose fault a lost point may be: what the student reads, and whether a person is called."""

import pytest

from grader.classroom.failures import Failure, judged, whole_cell
from lecturekit.homework import words
from lecturekit.homework.result import Result, Status

SEABORN = Failure(2, 1, Status.RAISED, "ModuleNotFoundError: No module named 'seaborn'", frozenset({"sns"}), machine=True)
OWN = Failure(3, 4, Status.RAISED, "ValueError: no", frozenset({"w"}))
LOST = [status for status in Status if status is not Status.OK]


def result(status: Status = Status.WRONG, note: str = "It is wrong.", **more: str) -> Result:
    return Result("weight", 0, 2, status, note=note, **more)


@pytest.mark.parametrize("status", LOST)
def test_no_status_is_a_silent_zero(status):
    found = judged(result(status), [SEABORN], [])
    assert found.wants_human
    assert "Cell 2, line 1: no module named seaborn where it was graded." in found.note


@pytest.mark.parametrize("status", LOST)
def test_without_a_failure_the_status_alone_decides(status):
    found = judged(result(status), [], [])
    assert found.wants_human is (status not in (Status.WRONG, Status.RAISED, Status.MISSING))
    assert found.note == "It is wrong."


@pytest.mark.parametrize("note", words.UNWRITTEN.values())
def test_what_was_never_written_is_nobodys_fault(note):
    assert not judged(result(Status.MISSING, note), [SEABORN], []).wants_human


def test_a_mistake_known_by_name_is_the_students_own():
    assert not judged(result(misconception="precisions are averaged"), [SEABORN, OWN], []).wants_human


def test_a_failure_of_ones_own_matters_on_the_way_to_the_answer_alone():
    assert judged(result(), [OWN], []) == result()
    for note in (
        "it raised `NameError: name 'w' is not defined`",
        "it raised `NameError: name 'w' is not defined (line 1 of f)`",
    ):
        found = judged(result(Status.RAISED, note), [OWN], [])
        assert found.wants_human
        assert found.note.endswith("Cell 3, line 4: `ValueError: no`.")
    given = Failure(3, 4, Status.RAISED, "ValueError: no", frozenset({"weight"}))
    assert judged(result(), [given], []).wants_human


@pytest.mark.parametrize(
    ("error", "human"),
    [
        ("ModuleNotFoundError: No module named 'seaborn'", True),
        ("FileNotFoundError: [Errno 2] a.csv", True),
        ("AttributeError: module 'numpy' has no attribute 'trapz'", True),
        ("AttributeError: 'list' object has no attribute 'x'", False),
        ("ZeroDivisionError: division by zero", False),
    ],
)
def test_what_an_answer_raises_itself_may_be_the_machines(error, human):
    assert judged(result(Status.RAISED, f"For your data it raised `{error}`."), [], []).wants_human is human


def test_a_cell_that_was_left_out_takes_all_that_it_names():
    left = whole_cell(4, "def weight(s, t):\n    ...", Status.DIED, "It crashed its Python (SIGSEGV).")
    found = judged(result(Status.MISSING, "`weight` is not defined."), [left], [])
    assert found.note.endswith("Cell 4 was left out (died). It crashed its Python (SIGSEGV).")


def test_full_points_need_no_word():
    right = Result("weight", 2, 2, Status.OK)
    assert judged(right, [SEABORN, OWN], ["weight = 1", "weight = 2"]) == right


def test_of_more_causes_than_one_reads_the_first_are_told():
    found = judged(result(), [SEABORN] * 5, [])
    assert found.note.count("seaborn") == 3
    assert found.note.endswith("And 2 more went wrong.")
