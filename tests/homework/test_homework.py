"""The student's side, on homework 3: data of one's own, checks that answer and never raise, a score."""

import time

import numpy as np
import pytest

from lecturekit.homework import Homework
from lecturekit.homework.limits import Limits
from lecturekit.homework.pack import VARIANTS, variant_of

# The right statement of a choice.
RICH = "Add up, over all stars, the posterior probability of lying above the limit."


@pytest.fixture
def homework():
    return Homework("03", student="maria")


def right_shares(sigma, tau):
    total = np.sum(sigma**-2) + tau**-2
    return sigma**-2 / total, tau**-2 / total


def right_james_stein(y, sigma):
    pull = min(1, (y.size - 3) * sigma**2 / np.sum((y - y.mean()) ** 2))
    return y + pull * (y.mean() - y)


def test_data_belong_to_the_student(homework):
    again, other = Homework("03", student=" Maria "), Homework("03", student="jan")
    assert np.array_equal(homework.data("observed")["y"], again.data("observed")["y"])
    assert not np.array_equal(homework.data("observed")["y"], other.data("observed")["y"])


def test_data_that_a_student_changes_stay_as_they_were(homework):
    homework.data("observed")["y"][:] = 0
    assert homework.data("observed")["y"].any()


def test_data_have_five_digits(homework):
    for values in (homework.data("observed")["y"], homework.data("simulation")["sigma"]):
        assert [float(f"{value:.4e}") for value in values] == values.tolist()


def test_students_spread_over_all_variants():
    variants = [variant_of("03", f"student{i}") for i in range(2000)]
    assert set(variants) == set(range(VARIANTS))
    # Each has a Binomial number of 2000 students, of mean 31 and sd 5.5: none is six sd away.
    counts = np.bincount(variants)
    assert counts.min() > 0
    assert counts.max() < 31.25 + 6 * 5.5
    assert variants != [variant_of("04", f"student{i}") for i in range(2000)]


@pytest.mark.parametrize("student", ["your id here", " Your ID here", "", "  ", 3])
def test_an_id_is_asked_for(student):
    with pytest.raises(ValueError, match="expected your own id"):
        Homework("03", student=student)


def test_what_there_is_not_is_named(homework):
    with pytest.raises(ValueError, match=r"expected one of .*03"):
        Homework("99", student="maria")
    with pytest.raises(ValueError, match="expected one of 'simulation', 'observed'"):
        homework.data("nothing")
    with pytest.raises(ValueError, match="expected one of 'shares', 'second_night'"):
        homework.check("nothing", 3)


def test_the_score_is_that_of_the_last_checks(homework):
    assert homework.score().total == 0
    homework.check("shares", right_shares)
    assert homework.score().total == 2
    homework.check("shares", lambda sigma, tau: (0 * sigma, 1.0))
    assert homework.score().total == 0
    homework.check("shares", right_shares)
    homework.check("rich", "abcd"[homework.statements("rich").key.statements.index(RICH)])
    score = homework.score()
    assert (score.total, score.of) == (3, 20)
    assert [line.split()[0] for line in str(score).splitlines()[1:-2]] == [name for name, _, _ in score.questions]
    assert "3 of 20" in str(score)


def test_the_arguments_of_the_call_that_went_wrong_can_be_had(homework):
    note = homework.check("shares", lambda sigma, tau: (right_shares(sigma, tau)[0] + 0.5, 0.0)).result.note
    (sigma, tau) = homework.arguments("shares")
    assert f"`sigma = [{sigma[0]:.4g}]`, `tau = {tau:.4g}`" in note
    homework.check("shares", right_shares)
    note = homework.check("james_stein", lambda y, sigma: right_james_stein(y, sigma) if y.size < 6 else y).result.note
    assert note.endswith('`homework.arguments("james_stein")` gives these arguments whole.')
    y, sigma = homework.arguments("james_stein")
    assert y.size > 5
    for name in ("shares", "rich", "nothing"):
        with pytest.raises(ValueError, match="for which call it is wrong"):
            homework.arguments(name)


def test_a_right_answer_that_is_too_slow_for_the_grading_is_told_so(homework, monkeypatch):
    assert "makes many" not in homework.check("shares", right_shares).result.note
    monkeypatch.setattr("lecturekit.homework.homework.SLOW", 0.001)

    def slow_shares(sigma, tau):
        time.sleep(0.01)
        return right_shares(sigma, tau)

    result = homework.check("shares", slow_shares).result
    assert result.points == result.of
    assert f"stops after {Limits.submission:g} in all" in result.note


class Stubborn:
    """Equal to everything, and cannot be looked at."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __array__(self, *arguments, **keywords):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "answer", [Stubborn(), ..., object(), 1j, {1: 2}, "x" * 30_000, np.ma.masked_array([1.0], mask=[True]), [[]]], ids=range(8)
)
def test_no_answer_makes_a_check_raise(homework, answer):
    for name in ("shares", "who_pays", "averaged", "rich"):
        feedback = homework.check(name, answer)
        assert feedback.result.points == 0
        assert str(feedback)
        assert feedback._repr_html_()
    assert homework.check("shares", lambda sigma, tau: answer).result.points == 0


def test_statements_are_shown_with_the_letters_that_a_check_takes(homework):
    shown = str(homework.statements("rich"))
    assert shown == homework.statements("rich")._repr_markdown_()
    letter = next(line[4] for line in shown.splitlines() if line.endswith(RICH))
    assert "Now say why" in homework.check("rich", letter).result.note
    assert str(Homework("03", student="jan").statements("rich")) != shown
    for name in ("shares", "nothing"):
        with pytest.raises(ValueError, match="a question that offers statements"):
            homework.statements(name)


def test_a_function_of_the_data_can_be_called_with_what_it_was_asked_about(homework):
    note = homework.check("who_pays", lambda data: {"worse": data["y"] > 0, "ratio": 1.0}).result.note
    assert note.endswith('`homework.arguments("who_pays")` gives these arguments whole.')
    (data,) = homework.arguments("who_pays")
    assert np.array_equal(data["y"], homework.data("simulation")["y"])
