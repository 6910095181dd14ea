"""Questions are checked when they are made, and what is wrong with one is named."""

import pytest

from grader.author.questions import TRIES, Analysis, Choice, Function, Misconception, Tolerance, attempts

MISTAKE = Misconception("it is doubled", lambda x: 2 * x, "Why twice?")
FUNCTION = {
    "name": "same",
    "points": 1,
    "reference": lambda x: x,
    "probes": [(1.0,)],
    "private": lambda rng: (rng.random(),),
    "misconceptions": [MISTAKE],
    "solution": "Itself.",
}
ANALYSIS = {
    "name": "same",
    "points": 1,
    "data": "sky",
    "reference": lambda data: data["y"],
    "misconceptions": [MISTAKE],
    "solution": "Itself.",
}
CHOICE = {
    "name": "which",
    "points": 2,
    "options": {"a": "One.", "b": "Two."},
    "answer": "b",
    "reasons": {"i": "Why.", "ii": "Because."},
    "reason": "i",
    "misconceptions": [Misconception("one is taken", "a", "Why one?"), Misconception("because", "ii", "Why?")],
    "solution": "Two.",
}


def test_good_questions_are_made():
    assert Function(**FUNCTION).parameters == ("x",)
    assert Analysis(**ANALYSIS).tolerance == Tolerance()
    assert Choice(**CHOICE).answer == "b"


@pytest.mark.parametrize(
    ("kind", "fields", "change", "said"),
    [
        (Function, FUNCTION, {"name": "not a name"}, "expected a Python name"),
        (Function, FUNCTION, {"points": 0}, "expected a whole number > 0"),
        (Function, FUNCTION, {"points": 1.5}, "expected a whole number > 0"),
        (Function, FUNCTION, {"solution": " "}, "expected a few sentences"),
        (Function, FUNCTION, {"misconceptions": []}, "expected at least one"),
        (Function, FUNCTION, {"misconceptions": [MISTAKE, MISTAKE]}, "'it is doubled' is there twice"),
        (Function, FUNCTION, {"misconceptions": [Misconception("a", "b", "Why?")]}, "expected a function"),
        (Function, FUNCTION, {"probes": []}, "expected at least one tuple"),
        (Function, FUNCTION, {"probes": [1.0]}, "expected a tuple of arguments"),
        (Function, FUNCTION, {"probes": [(1.0, 2.0)]}, "does not fit the reference"),
        (Analysis, ANALYSIS, {"misconceptions": []}, "expected at least one"),
        (Choice, CHOICE, {"answer": "c"}, "expected one of a, b"),
        (Choice, CHOICE, {"reason": "a"}, "expected one of i, ii"),
        (Choice, CHOICE, {"reasons": {"i": "Why.", "a": "Because."}}, "'a' is there twice"),
        (Choice, CHOICE, {"reasons": {"i": "One.", "ii": "Because."}}, "'One.' is there twice"),
        (Choice, CHOICE, {"misconceptions": CHOICE["misconceptions"][:1]}, r"expected one for each of \['a', 'ii'\]"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_question_is_refused(kind, fields, change, said):
    with pytest.raises(ValueError, match=said):
        kind(**fields | change)


@pytest.mark.parametrize(
    ("name", "hint", "said"),
    [
        ("", "Why?", "expected a clause"),
        ("It is.", "Why?", "expected a clause"),
        ("it is", "no sentence", "expected whole sentences"),
    ],
)
def test_a_bad_misconception_is_refused(name, hint, said):
    with pytest.raises(ValueError, match=said):
        Misconception(name, lambda x: x, hint)


def test_attempts_are_counted_and_end():
    counted = attempts("draw_stars")
    assert [next(counted) for _ in range(TRIES)] == list(range(TRIES))
    with pytest.raises(ValueError, match=r"draw_stars: none of 10000 draws met its condition; expected one that does"):
        next(counted)


def test_a_negative_tolerance_is_refused():
    with pytest.raises(ValueError, match="expected a number >= 0"):
        Tolerance(rel=-1)
