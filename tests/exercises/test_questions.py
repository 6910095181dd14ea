"""What every question promises: the right answers pass, and every misconception fails, each with its own words.

What the judge does whatever the question is tried on one question of each form (`a_function`, `a_choice`, ...).
"""

from itertools import product

import numpy as np
import pytest

from grader.author.keys import answers_apart
from grader.author.questions import Choice, Function
from lecturekit.homework import calls
from lecturekit.homework.calls import answers
from lecturekit.homework.choice import REASONS, STATEMENTS
from lecturekit.homework.judge import judge
from tests.exercises.conftest import SEEDS, STUDENTS, private


def pair(key, statement, reason):
    """The letters of two texts, as a student has them."""
    return STATEMENTS[key.statements.index(statement)], REASONS[key.reasons.index(reason)]


def test_the_reference_gets_full_points(computed):
    for key in computed.all_keys():
        result = judge(key, answers(key, computed.question.reference))
        assert (result.status, result.points) == ("ok", computed.question.points), result.note


def test_the_right_choice_gets_full_points_whatever_its_letters(choice):
    question = choice.question
    right = {
        student: pair(choice.public(student), question.options[question.answer], question.reasons[question.reason])
        for student in STUDENTS
    }
    assert len(set(right.values())) > 1
    for student, letters in right.items():
        for given in (letters, list(letters), ", ".join(letters)):
            assert judge(choice.public(student), answers(choice.public(student), given)).points == question.points


def test_every_misconception_fails_with_its_own_hint(computed):
    key = computed.public()
    for misconception in computed.question.misconceptions:
        result = judge(key, answers(key, misconception.wrong))
        assert (result.status, result.points, result.misconception) == ("wrong", 0, misconception.name), result.note
        assert misconception.hint in result.note


# In a few variants of the data every day, in all of them by `make test-all`.
@pytest.mark.parametrize("step", [pytest.param(16, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)])
def test_every_misconception_fails_with_its_own_hint_for_every_student(analysis, step):
    expected = [("wrong", misconception.name) for misconception in analysis.question.misconceptions]
    for key in analysis.pack().keys[analysis.question.name][::step]:
        results = [judge(key, wrong.outputs) for wrong in key.wrong]
        assert [(result.status, result.misconception) for result in results] == expected


def test_answers_that_are_wrong_lie_more_than_two_tolerances_off_for_every_student(analysis):
    """Wherever a data set is drawn: those that nobody knows are drawn in the same way."""
    for sets in analysis.pack().data[::16]:
        assert answers_apart(analysis.question, sets[analysis.question.data])


def test_every_wrong_choice_fails_with_its_own_hint(choice):
    question, key = choice.question, choice.public()
    wrong = {misconception.wrong: misconception for misconception in question.misconceptions}
    for statement, reason in product(question.options, question.reasons):
        if (statement, reason) != (question.answer, question.reason):
            result = judge(key, answers(key, pair(key, question.options[statement], question.reasons[reason])))
            misconception = wrong[reason if statement == question.answer else statement]
            assert (result.status, result.misconception) == ("wrong", misconception.name)
            assert misconception.hint in result.note
            assert result.points == (question.points / 2 if statement == question.answer else 0)


def test_the_lengths_of_statements_and_reasons_tell_nothing(choice):
    question = choice.question
    for texts, right in ((question.options, question.answer), (question.reasons, question.reason)):
        lengths = {letter: len(text) for letter, text in texts.items()}
        assert max(lengths.values()) <= 1.5 * min(lengths.values())
        assert lengths[right] < max(lengths.values())


def test_there_are_two_independent_right_solutions(computed):
    assert len(computed.alternatives()) >= 2


def test_independent_right_solutions_get_full_points(computed):
    for alternative in computed.alternatives():
        for key in computed.all_keys():
            result = judge(key, answers(key, alternative))
            assert result.status == "ok", f"{alternative.__name__}: {result.note}"


@pytest.mark.slow
def test_no_verdict_on_a_right_solution_hangs_on_the_seed(computed):
    """Of the private probes: of data sets, which take long to draw, with fewer seeds."""
    seeds = 200 if isinstance(computed.question, Function) else 10
    for seed in range(seeds):
        key = computed.exercise.private_key(computed.question, seed)
        for alternative in computed.alternatives():
            assert judge(key, answers(key, alternative)).status == "ok", (alternative.__name__, seed)


def test_what_can_be_read_in_a_pack_earns_nothing(computed):
    """A function that knows every public input of every student, and answers any other as the nearest of them."""
    public = computed.pack().keys[computed.question.name]
    known = {
        repr(one.inputs[i]): one.expected[i]
        for one in (public if isinstance(public, tuple) else [public])
        for i in range(len(one.inputs))
    }

    def by_heart(*arguments):
        return known.get(repr(tuple(arguments)), next(iter(known.values())))

    assert judge(computed.public(), answers(computed.public(), by_heart)).status == "ok"
    for seed in SEEDS:
        key = computed.public().joined(private(computed.exercise.number, seed)[computed.question.name])
        assert judge(key, answers(key, by_heart)).points == 0


def test_what_is_wrong_on_an_edge_is_told_so_by_the_public_probes(computed):
    """Else the notebook would call correct what the grading does not, for some students and not for others."""
    key = computed.public()
    for half_right in computed.half_right():
        assert judge(key, answers(key, half_right)).points == 0, half_right.__name__


def test_every_alternative_belongs_to_a_question(exercise):
    assert set(exercise.alternatives) == {question.name for question in exercise.questions if not isinstance(question, Choice)}


def test_a_vectorised_function_has_arrays_among_its_probes(vectorised):
    assert any(isinstance(argument, np.ndarray) for probe in vectorised.question.probes for argument in probe)


def test_a_function_of_the_data_that_always_gives_ones_own_answer_is_told_so(an_analysis):
    key = an_analysis.public()
    result = judge(key, answers(key, lambda data: key.expected[0]))
    assert result.points == 0
    assert f"not from `{an_analysis.question.data}`" in result.note


def test_numbers_for_a_function_of_the_data_are_told_so(an_analysis):
    key = an_analysis.public()
    result = judge(key, answers(key, key.expected[0]))
    assert result.status == "missing"
    assert f"`def {key.name}(data): ...`" in result.note


def test_a_choice_without_a_reason_gets_half(a_choice):
    key, question = a_choice.public(), a_choice.question
    letter = STATEMENTS[key.statements.index(question.options[question.answer])]
    result = judge(key, answers(key, letter))
    assert result.points == question.points / 2
    assert "say why" in result.note


@pytest.mark.parametrize("given", [("z", "i"), ("i", "a"), 3, ("a", "i", "ii"), ["a", 1]], ids=str)
def test_what_is_no_pair_of_letters_is_told_so(a_choice, given):
    key = a_choice.public()
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
    key = a_computed.public()
    result = judge(key, answers(key, lambda *arguments: leaves(reference(*arguments), change)))
    assert (result.points, result.misconception) == (0, "")
    assert said in result.note


def test_a_function_that_raises_is_told_what_and_where(a_function):
    def wrong(*arguments):
        return [][3]

    key = a_function.public()
    result = judge(key, answers(key, wrong))
    assert (result.status, result.points) == ("raised", 0)
    assert "IndexError: list index out of range (line 2 of wrong)" in result.note
    assert f"`{key.parameters[0]} = " in result.note


def test_a_function_that_never_ends_is_stopped_and_told_so(a_function, monkeypatch):
    monkeypatch.setattr(calls, "SECONDS", 0.05)

    def endless(*arguments):
        while True:
            pass

    key = a_function.public()
    result = judge(key, answers(key, endless))
    assert (result.status, result.points) == ("timeout", 0)
    assert "still running after 0.05 seconds" in result.note


def test_a_function_of_no_arguments_is_told_so(a_function):
    key = a_function.public()
    result = judge(key, answers(key, lambda: 0.0))
    assert result.status == "raised"
    assert "takes 0 positional arguments" in result.note


def test_a_function_must_not_be_called_by_the_student(a_function):
    key = a_function.public()
    result = judge(key, answers(key, 0.3))
    assert result.status == "missing"
    assert f'homework.check("{key.name}", {key.name})' in result.note


def test_what_takes_numbers_alone_is_told_so(a_vectorised):
    def of_the_first(*arguments):
        return float(np.ravel(a_vectorised.question.reference(*(np.ravel(argument)[0] for argument in arguments)))[0])

    key = a_vectorised.public()
    assert "element by element" in judge(key, answers(key, of_the_first)).note
