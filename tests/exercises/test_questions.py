"""What every question promises: the right answers pass, and every misconception fails, each with its own words.

What the judge does whatever the question is tried on one question of each form (`a_function`, `a_choice`, ...).
"""

from itertools import islice

import numpy as np
import pytest

from grader.author.keys import function_key
from grader.author.questions import Function
from lecturekit.homework import calls
from lecturekit.homework.calls import answers
from lecturekit.homework.judge import judge

# Keys of a question for which its functions are called here: the public one and three private ones, or of the 64 variants of
# a value as many. What they give for the others is in the pack, which tests/homework/test_pack.py compares with a new one.
CALLED = 4


def answer_with(function, data):
    """The answer of an implementation: itself, or its value for a student's data."""
    return function if data is None else function(data)


def test_the_reference_gets_full_points(computed):
    for key, data in islice(computed.with_data(), CALLED):
        result = judge(key, answers(key, answer_with(computed.question.reference, data)))
        assert (result.status, result.points) == ("ok", computed.question.points), result.note


def test_the_right_choice_gets_full_points(choice):
    question = choice.question
    for key, _ in choice.with_data():
        for pair in ((question.answer, question.reason), [question.answer, question.reason]):
            assert judge(key, answers(key, pair)).points == question.points


def test_every_misconception_fails_with_its_own_hint(computed):
    for key, data in islice(computed.with_data(), CALLED):
        for misconception in computed.question.misconceptions:
            result = judge(key, answers(key, answer_with(misconception.wrong, data)))
            assert (result.status, result.points, result.misconception) == ("wrong", 0, misconception.name), result.note
            assert misconception.hint in result.note


def test_every_misconception_fails_with_its_own_hint_whatever_the_data(value):
    expected = [("wrong", misconception.name) for misconception in value.question.misconceptions]
    for key, _ in value.with_data():
        results = [judge(key, answers(key, wrong.outputs[0])) for wrong in key.wrong]
        assert [(result.status, result.misconception) for result in results] == expected


def test_every_wrong_choice_fails_with_its_own_hint(choice):
    question = choice.question
    ((key, _),) = choice.with_data()
    for misconception in question.misconceptions:
        is_statement = misconception.wrong in question.options
        pair = (misconception.wrong, question.reason) if is_statement else (question.answer, misconception.wrong)
        result = judge(key, answers(key, pair))
        assert (result.status, result.misconception) == ("wrong", misconception.name)
        assert misconception.hint in result.note
        assert result.points == (0 if is_statement else question.points / 2)


def test_there_are_two_independent_right_solutions(function):
    assert len(function.alternatives()) >= 2


def test_independent_right_solutions_get_full_points(function):
    for alternative in function.alternatives():
        for key, _ in function.with_data():
            result = judge(key, answers(key, alternative))
            assert result.status == "ok", f"{alternative.__name__}: {result.note}"


@pytest.mark.slow
def test_no_verdict_on_a_right_solution_hangs_on_the_seed(function):
    for seed in range(200):
        key = function_key(function.question, np.random.default_rng(seed))
        for alternative in function.alternatives():
            assert judge(key, answers(key, alternative)).status == "ok", (alternative.__name__, seed)


def test_what_is_wrong_on_an_edge_is_told_so_by_the_public_probes(function):
    """Else the notebook would call correct what the grading does not, for some students and not for others."""
    key, _ = next(function.with_data())
    for half_right in function.half_right():
        assert judge(key, answers(key, half_right)).points == 0, half_right.__name__


def test_every_alternative_belongs_to_a_function(exercise):
    assert set(exercise.alternatives) == {question.name for question in exercise.questions if isinstance(question, Function)}


def test_a_vectorised_function_has_arrays_among_its_probes(vectorised):
    assert any(isinstance(argument, np.ndarray) for probe in vectorised.question.probes for argument in probe)


def test_no_answer_from_another_students_data_could_be_ones_own(value):
    # tests/homework/test_judge.py has it that the pack says so rightly, for answers near each other and far apart.
    assert value.question.name in value.pack().apart


def test_an_answer_from_another_students_data_is_recognized(value):
    first, second = [key for key, _ in value.with_data()][:2]
    result = judge(first, answers(first, second.expected))
    assert (result.status, result.points) == ("wrong data", 0)


def test_a_choice_without_a_reason_gets_half(a_choice):
    ((key, _),) = a_choice.with_data()
    result = judge(key, answers(key, a_choice.question.answer))
    assert result.points == a_choice.question.points / 2
    assert "say why" in result.note


@pytest.mark.parametrize("given", [("z", "i"), ("i", "a"), 3, ("a", "i", "ii"), ["a", 1]], ids=str)
def test_what_is_no_pair_of_letters_is_told_so(a_choice, given):
    ((key, _),) = a_choice.with_data()
    result = judge(key, answers(key, given))
    assert (result.points, result.misconception) == (0, "")
    assert "Give two of the letters" in result.note


def leaves(answer, change):
    """An answer with every array and number in it changed."""
    if isinstance(answer, dict):
        return {name: leaves(part, change) for name, part in answer.items()}
    if isinstance(answer, tuple):
        return tuple(leaves(part, change) for part in answer)
    return change(answer)


def all_of(value):
    return lambda answer: np.full(np.shape(answer), value) if np.shape(answer) else value


def with_one_more(answer):
    return np.append(answer, 0.0) if np.shape(answer) else np.array([answer, answer])


WRONG_IN_KIND = {
    "NaN": (all_of(np.nan), "NaN"),
    "infinity": (all_of(np.inf), "inf"),
    "a wrong shape": (with_one_more, "shape"),
    "texts": (lambda answer: "0.5", "a text"),
    "None": (lambda answer: None, "None"),
}


@pytest.mark.parametrize("kind", WRONG_IN_KIND)
def test_an_answer_that_is_wrong_in_kind_is_told_so(a_computed, kind):
    change, said = WRONG_IN_KIND[kind]
    reference = a_computed.question.reference
    key, data = next(a_computed.with_data())
    result = judge(key, answers(key, answer_with(lambda *arguments: leaves(reference(*arguments), change), data)))
    assert (result.points, result.misconception) == (0, "")
    assert said in result.note


def test_a_function_that_raises_is_told_what_and_where(a_function):
    def wrong(*arguments):
        return [][3]

    key, _ = next(a_function.with_data())
    result = judge(key, answers(key, wrong))
    assert (result.status, result.points) == ("raised", 0)
    assert "IndexError: list index out of range (line 2 of wrong)" in result.note
    assert f"`{key.parameters[0]} = " in result.note


def test_a_function_that_never_ends_is_stopped_and_told_so(a_function, monkeypatch):
    monkeypatch.setattr(calls, "SECONDS", 0.05)

    def endless(*arguments):
        while True:
            pass

    key, _ = next(a_function.with_data())
    result = judge(key, answers(key, endless))
    assert (result.status, result.points) == ("timeout", 0)
    assert "still running after 0.05 seconds" in result.note


def test_a_function_of_no_arguments_is_told_so(a_function):
    key, _ = next(a_function.with_data())
    result = judge(key, answers(key, lambda: 0.0))
    assert result.status == "raised"
    assert "takes 0 positional arguments" in result.note


def test_a_function_must_not_be_called_by_the_student(a_function):
    key, _ = next(a_function.with_data())
    result = judge(key, answers(key, 0.3))
    assert result.status == "missing"
    assert f'homework.check("{key.name}", {key.name})' in result.note


def test_what_takes_numbers_alone_is_told_so(a_vectorised):
    def of_the_first(*arguments):
        return float(np.ravel(a_vectorised.question.reference(*(np.ravel(argument)[0] for argument in arguments)))[0])

    key, _ = next(a_vectorised.with_data())
    assert "element by element" in judge(key, answers(key, of_the_first)).note
