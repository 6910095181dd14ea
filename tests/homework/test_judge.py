"""Judgements on a made-up question of each kind: the right answer, the named mistakes, and everything else."""

from dataclasses import replace

import numpy as np
import pytest

from grader.author.keys import analysis_key, answers_apart, choice_key, function_key, rounded
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance
from lecturekit.homework import words
from lecturekit.homework.calls import answers
from lecturekit.homework.choice import Opened, opened, shuffled
from lecturekit.homework.judge import judge
from lecturekit.homework.pack import Pack
from lecturekit.homework.result import Problem, Status
from lecturekit.homework.words import PROBLEMS

HINT = "Which of the two is it?"


def mistake(name, wrong):
    return Misconception(name, wrong, HINT)


DOUBLE = Function(
    "double",
    3,
    reference=lambda x: 2 * x,
    probes=[(1.5,), (np.array([1.0, -2.0, 4.0]),)],
    private=lambda rng: (rng.normal(size=3),),
    private_count=5,
    misconceptions=[mistake("the square is taken", lambda x: x**2), mistake("NaN is returned", lambda x: x * np.nan)],
    vectorised=True,
    solution="Twice.",
)
MEAN = Analysis(
    "mean",
    2,
    data="sky",
    reference=lambda data: float(np.mean(data["y"])),
    misconceptions=[mistake("the median is taken", lambda data: float(np.median(data["y"])))],
    solution="The sum over the number.",
)
WHICH = Choice(
    "which",
    2,
    options={"a": "One.", "b": "Two."},
    answer="b",
    reasons={"i": "Why.", "ii": "Because."},
    reason="i",
    misconceptions=[mistake("one is taken", "a"), mistake("because is a reason", "ii")],
    solution="Why not.",
)
KEY = function_key(DOUBLE, DOUBLE.probes)
SKY = {"y": np.array([1.0, 2.0, 6.0])}


def judged(function):
    return judge(KEY, answers(KEY, function))


def test_right():
    result = judged(lambda x: x + x)
    assert (result.status, result.points, result.of, result.note, result.misconception) == ("ok", 3, 3, "", "")


def test_a_misconception_is_named_before_anything_else():
    result = judged(lambda x: x * x)
    assert (result.status, result.points, result.misconception) == ("wrong", 0, "the square is taken")
    assert result.note == f"This is what you get if the square is taken. {HINT}"
    assert judged(lambda x: x * np.nan).misconception == "NaN is returned"


def test_a_misconception_has_to_match_everywhere():
    result = judged(lambda x: x * x if np.ndim(x) else 2 * x)
    assert (result.status, result.misconception) == ("wrong", "")
    assert "all 3 values are wrong, the first at index 0: it is 1, which is too small." in result.note
    assert "It is right for 1 of 2 inputs." in result.note


def test_the_input_is_named_where_the_answer_differs():
    assert judged(lambda x: 2 * x + 0.5).note == "For `x = 1.5`, it returns 3.5, which is too large."


def test_what_is_wrong_in_kind_comes_before_numbers():
    note = judged(lambda x: 7.0 if np.ndim(x) == 0 else np.array([2.0, np.nan, 8.0])).note
    assert note.startswith("For `x = [1, -2, 4]`, the value at index 1 is NaN.")


def test_a_near_miss_is_told_as_one():
    note = judged(lambda x: 2.004 * x).note
    assert "right to 0.2 %, where 1e-06 is asked for" in note
    assert "close" not in judged(lambda x: 2.1 * x).note
    assert "close" not in judged(lambda x: 2.004 * x if np.ndim(x) else 3 * x).note


def test_a_mistake_that_two_misconceptions_make_is_not_named():
    twins = replace(DOUBLE, misconceptions=[mistake("one", lambda x: x**2), mistake("the other", lambda x: x * x)])
    key = function_key(twins, twins.probes)
    assert judge(key, answers(key, lambda x: x * x)).misconception == ""


@pytest.mark.parametrize(
    "written", [tuple, list, np.array, " ".join, ", ".join, lambda pair: (pair[0].upper(), f" {pair[1]} ")]
)
def test_a_pair_of_letters_may_be_written_as_one_likes(written):
    key = choice_key(WHICH)
    pair = "ab"[key.statements.index("Two.")], ("i", "ii")[key.reasons.index("Why.")]
    assert judge(key, answers(key, written(pair))).points == 2


def test_each_student_has_the_statements_in_an_order_that_depends_on_the_id_alone():
    key = choice_key(WHICH)
    orders = {(shuffled(key, f"student{i}").statements, shuffled(key, f"student{i}").reasons) for i in range(40)}
    assert len(orders) == 4
    assert shuffled(key, " Maria") == shuffled(key, "maria ")


def test_what_is_sealed_can_be_opened_with_its_pair_alone():
    key = choice_key(WHICH)
    assert opened(key, "Two.", "Why.") == Opened(statement=True, reason=True)
    assert opened(key, "Two.", "Because.") == Opened(True, False, "because is a reason", HINT)
    assert opened(key, "One.", "").misconception == "one is taken"
    with pytest.raises(KeyError):
        opened(key, "One.", "One.")
    assert len(key.sealed) == 6
    assert len({len(record) for record in key.sealed.values()}) == 1, "a length would tell which pair is right"
    assert not {HINT, "one is taken"} & set(str(key).split('"'))


def test_the_opposite_sign_is_told():
    assert judged(lambda x: -2 * x).note == words.OPPOSITE
    assert judged(lambda x: -2 * x if np.ndim(x) else 2 * x).note != words.OPPOSITE
    assert "opposite sign" not in judged(lambda x: -2 * x if np.ndim(x) else 2 * x + 1).note
    assert "right but for its sign" in judged(lambda x: -2 * x).note


@pytest.mark.parametrize("function", [lambda x: 2 * float(x), lambda x: 3.0, lambda x: 2 * max(x, -9)], ids=range(3))
def test_what_takes_numbers_alone_is_told_so(function):
    result = judged(function)
    assert result.status in ("wrong", "raised")
    assert "element by element" in result.note


def test_nothing_written_is_missing():
    result = judged(lambda x: None)
    assert (result.status, result.points) == ("missing", 0)
    assert judged(lambda x: ...).status == "missing"
    assert judged(lambda x: 2 * x if np.ndim(x) else None).status == "wrong"


def test_an_exception_says_what_and_for_which_input():
    note = judged(lambda x: 2 * x if np.ndim(x) == 0 else {}["key"]).note
    assert note.startswith("For `x = [1, -2, 4]`, it raised `KeyError: 'key' (line 1 of <lambda>)`.")


def test_an_exit_is_an_exception_and_a_stop_from_the_keyboard_is_not():
    def leave(x):
        raise SystemExit(1)

    def stop(x):
        raise KeyboardInterrupt

    assert judged(leave).status == "raised"
    with pytest.raises(KeyboardInterrupt):
        judged(stop)


def test_arguments_that_a_function_changes_are_its_own():
    def change(x):
        x *= 2
        return x

    assert judged(change).status == "ok"
    assert judged(change).status == "ok"


@pytest.mark.parametrize("status", PROBLEMS)
@pytest.mark.parametrize("key", [KEY, analysis_key(MEAN, SKY), choice_key(WHICH)], ids=["f", "a", "c"])
def test_an_answer_that_never_came_keeps_its_status(key, status):
    result = judge(key, Problem(status, "a note"))
    assert (result.status, result.points, result.misconception) == (status, 0, "")
    assert "a note" in result.note


def test_what_stops_a_question_or_comes_from_a_worker_has_words_for_the_student():
    assert {status for status in Status if status.ends_question or status.from_worker} <= set(PROBLEMS)


def test_an_answer_too_large_is_told_so():
    assert judged(lambda x: np.zeros(200_000)).status == "too large"
    key = choice_key(WHICH)
    assert judge(key, answers(key, list(range(200_000)))).status == "too large"


def test_a_function_of_the_data():
    key = analysis_key(MEAN, SKY)
    assert judge(key, [3.0]).status == "ok"
    assert judge(key, [2.0]).misconception == "the median is taken"
    assert judge(key, [3.1]).note == "For your data it returns 3.1, which is too large."
    assert judge(key, [-3.0]).note.startswith("Every value is right but for its sign.")
    assert judge(key, [None]).status == "missing"


def test_a_function_of_the_data_is_asked_about_other_data_too():
    key = analysis_key(MEAN, SKY).joined(analysis_key(MEAN, {"y": np.array([2.0, 3.0, 7.0])}))
    assert judge(key, answers(key, lambda data: sum(data["y"]) / 3)).status == "ok"
    assert "gives the same for any other" in judge(key, answers(key, lambda data: np.mean(SKY["y"]))).note
    note = judge(key, answers(key, lambda data: 3.0 if data["y"][0] == 1 else 5.0)).note
    assert note == "For other data than yours it returns 5, which is too large. It is right for 1 of 2 data sets."
    note = judge(key, answers(key, lambda data: data["z"])).note
    assert note.startswith("For your data it raised `KeyError: 'z'")


def test_a_tolerance_may_depend_on_the_data():
    loose = Analysis(
        "mean",
        1,
        data="sky",
        reference=MEAN.reference,
        misconceptions=MEAN.misconceptions,
        tolerance=lambda data, answer: Tolerance(rel=0, abs=len(data["y"]) * answer),
        solution="See above.",
    )
    assert judge(analysis_key(loose, {"y": np.array([1.0, 3.0])}), [5.9]).status == "ok"
    assert judge(analysis_key(loose, {"y": np.array([1.0, 3.0])}), [6.1]).status == "wrong"


def test_answers_that_lie_close_are_not_apart():
    rough = replace(MEAN, tolerance=Tolerance(rel=0, abs=0.1))
    assert answers_apart(rough, {"y": np.array([1.0, 2.0, 3.7])})
    assert not answers_apart(rough, {"y": np.array([1.0, 2.0, 3.5])})
    assert answers_apart(rough, {"y": np.array([1.0, 2.0, 3.5])}, tolerances=1)


OWN_BOUNDS = Analysis(
    "halves",
    1,
    data="sky",
    reference=lambda data: data["y"] / 2,
    misconceptions=[mistake("they are doubled", lambda data: 2 * data["y"])],
    tolerance=lambda data, answer: Tolerance(rel=0, abs=0.01 * np.arange(1, 1 + len(answer))),
    solution="Half of each.",
)


def test_variants_of_different_lengths_each_have_their_own_array_of_tolerances():
    data = [{"sky": {"y": first + np.arange(length)}} for first, length in ((21.0, 2), (31.0, 3), (41.0, 3))]
    keys = tuple(analysis_key(OWN_BOUNDS, sets["sky"]) for sets in data)
    key = Pack("90", tuple(data), {"halves": keys}, "").key("halves", "anna")
    assert sorted(len(expected) for expected in key.expected) == [2, 3, 3]
    bounds = [tolerance.abs for tolerance in key.tolerances]
    assert judge(key, [right + 0.9 * bound for right, bound in zip(key.expected, bounds, strict=True)]).status == "ok"
    note = judge(key, [right + 1.1 * bound for right, bound in zip(key.expected, bounds, strict=True)]).note
    assert note.startswith("For your data all ")


@pytest.mark.parametrize(
    ("reference", "wrong", "bound", "said"),
    [
        (lambda data: data["y"], lambda data: 2 * data["y"], np.ones(2), "the reference gives"),
        (lambda data: data["y"][0], lambda data: 2 * data["y"][0], np.ones(3), "the reference gives"),
        (lambda data: data["y"], lambda data: data["y"][1:], np.ones(3), "'it is wrong' gives"),
        (lambda data: {"a": 1.0, "b": 2.0}, lambda data: {"a": 2.0, "b": 2.0}, {"a": 1.0}, "the reference gives"),
        (lambda data: (1.0, 2.0), lambda data: (1.0, 1.0), (1.0,), "the reference gives"),
    ],
    ids=["length", "number", "misconception", "dict", "tuple"],
)
def test_a_tolerance_that_does_not_fit_is_refused(reference, wrong, bound, said):
    misfit = replace(
        OWN_BOUNDS, reference=reference, misconceptions=[mistake("it is wrong", wrong)], tolerance=Tolerance(abs=bound)
    )
    with pytest.raises(ValueError, match=f"tolerance of halves: .*{said}"):
        analysis_key(misfit, {"y": np.array([1.0, 2.0, 3.0])})


def test_a_functions_tolerance_has_to_fit_every_probe():
    with pytest.raises(ValueError, match=r"tolerance of double: .*the reference gives"):
        function_key(replace(DOUBLE, tolerance=Tolerance(abs=np.ones(3))), DOUBLE.probes)


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        (lambda x: x * np.nan, "expected an answer without NaN"),
        (lambda x: None, "TypeError"),
        (lambda x: 1 / 0, "ZeroDivisionError"),
    ],
    ids=["NaN", "None", "raises"],
)
def test_a_reference_that_gives_no_answer_is_refused(reference, said):
    broken = Function(
        "broken",
        1,
        reference=reference,
        probes=[(1.0,)],
        private=lambda rng: (1.0,),
        misconceptions=DOUBLE.misconceptions,
        solution="None.",
    )
    with pytest.raises(ValueError, match=said):
        function_key(broken, broken.probes)


def test_rounding_keeps_the_digits_that_it_should():
    value = rounded({"a": np.array([123456.789, 1e-9 / 3]), "b": (True, "x", 7), "c": np.float32(0.5)}, 5)
    assert value["a"].tolist() == [123460.0, 3.3333e-10]
    assert value["b"] == (True, "x", 7)
    assert type(value["c"]) is float
    assert rounded(np.array([[1, 2]], np.uint8), 5).dtype == np.int64
    with pytest.raises(TypeError, match="expected a number"):
        rounded([object()], 5)
