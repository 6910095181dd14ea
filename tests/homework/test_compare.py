"""Comparisons: in kind first, then number by number, within the tolerance and no further."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecturekit.homework.codec import Labeled, Other
from lecturekit.homework.compare import compare, describe
from lecturekit.homework.key import Tolerance
from lecturekit.homework.result import VERDICTS

EXACT = Tolerance(rel=0)
THREE = np.array([1.0, -2.0, 0.0])


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        (0.5, 0.5),
        (2, 2.0),
        (2.0, 2),
        (0.5, np.array(0.5)),
        (THREE, [1, -2, 0]),
        (THREE, np.array([1, -2, 0])),
        (np.array([True, False]), [True, False]),
        (True, True),
        (True, np.array(True)),
        ("north", "north"),
        ((THREE, 1.0), [THREE, 1.0]),
        ((THREE, THREE), np.array([THREE, THREE])),
        ({"a": 1.0, "b": THREE}, {"b": [1, -2, 0], "a": 1}),
        (-np.inf, -np.inf),
        (np.array([-np.inf, 1.0]), np.array([-np.inf, 1.0])),
        (np.empty((0, 3)), np.empty((0, 3))),
        # What stands for nothing else.
        (0.5, [0.5]),
        (True, 1),
        (np.array([True, False]), [1, 0.0]),
        (THREE, [[1], [-2], [0]]),
        (THREE, np.array([[1, -2, 0]])),
        ({"a": 1.0, "b": 2.0}, Labeled(a=1.0, b=2.0)),
        (THREE, Labeled(a=1.0, b=-2.0, c=0.0)),
        ((1.0, 2.0), Labeled(a=1.0, b=2.0)),
    ],
    ids=repr,
)
def test_accepts_the_same_in_another_form(expected, given):
    assert compare(expected, given, EXACT).right


@pytest.mark.parametrize(
    ("expected", "given", "kind", "said"),
    [
        (0.5, None, "none", ""),
        (0.5, "0.5", "type", "a text"),
        (0.5, Other("function"), "type", "a value of type `function`"),
        (0.5, {"a": 0.5}, "type", "a dict"),
        (0.5, True, "type", "True or False"),
        (True, 2, "type", "a single number"),
        (True, "yes", "type", "a text"),
        ("north", 1, "type", "a single number"),
        (0.5, [0.5, 0.5], "shape", "an array of shape (2,)"),
        (THREE, np.ones((3, 3)), "shape", "an array of shape (3, 3)"),
        (THREE, 0.5, "shape", "a single number"),
        (THREE, [1.0, 2.0], "shape", "an array of shape (2,)"),
        (THREE, [[1.0], [2.0, 3.0]], "type", "rows of different lengths"),
        (THREE, ["a", "b", "c"], "type", "something else than numbers"),
        (THREE, [1.0, None, 0.0], "type", "something else than numbers"),
        (THREE, [True, False, True], "type", "truth values"),
        (np.array([True, False]), [1, 0.5], "type", "an array of shape (2,)"),
        ((THREE, 1.0), 0.5, "type", "a single number"),
        ((THREE, 1.0), [1.0], "shape", "an array of shape (1,)"),
        ({"a": 1.0}, 1.0, "type", "a single number"),
        ({"a": 1.0}, {}, "names", "an empty dict"),
        ({"a": 1.0}, {"a": 1.0, "b": 2.0}, "names", '"b"'),
    ],
    ids=repr,
)
def test_says_what_is_wrong_in_kind(expected, given, kind, said):
    verdict = compare(expected, given, Tolerance())
    assert (verdict.kind, verdict.right) == (kind, False)
    assert said in verdict.found
    assert kind == "none" or verdict.wanted


def test_says_where_and_in_which_direction_the_first_number_differs():
    verdict = compare(np.array([[1.0, 2.0], [3.0, 4.0]]), [[1.0, 2.0], [3.5, 3.0]], Tolerance())
    assert (verdict.kind, verdict.index, verdict.given, verdict.direction) == ("value", (1, 0), 3.5, "too large")
    assert (verdict.wrong, verdict.size) == (2, 4)
    assert compare(1.0, 0.5, Tolerance()).direction == "too small"
    assert compare("north", "south", Tolerance()).direction == ""


def test_says_nan_and_infinity_before_numbers():
    assert compare(THREE, [9.0, np.nan, np.inf], Tolerance()).kind == "nan"
    assert compare(THREE, [9.0, -2.0, np.inf], Tolerance()).kind == "infinite"
    assert compare(THREE, [9.0, np.nan, np.inf], Tolerance()).index == (1,)


def test_an_expected_infinity_is_wanted_and_no_other():
    assert compare(-np.inf, np.inf, Tolerance()).direction == "too large"
    assert compare(-np.inf, -1e300, Tolerance(rel=1.0, abs=np.inf)).kind == "value"


def test_a_whole_number_beyond_64_bits_is_infinite():
    assert compare(1.0, 10**300, Tolerance()).kind == "infinite"
    assert compare(1.0, -(10**300), Tolerance()).given == -np.inf


def test_knows_an_answer_that_is_right_but_for_its_sign():
    assert compare(THREE, -THREE, Tolerance()).opposite
    assert not compare(THREE, [-1.0, 2.0, 1.0], Tolerance()).opposite
    assert compare({"a": 1.0, "b": 0.0}, {"a": -1.0, "b": 0.0}, Tolerance()).opposite
    assert not compare({"a": 1.0, "b": 2.0}, {"a": -1.0, "b": 3.0}, Tolerance()).opposite
    assert not compare({"a": 1.0, "b": 2.0}, {"a": -1.0, "b": 2.0}, Tolerance()).opposite
    assert compare({"a": 1.0, "b": True}, {"a": -1.0, "b": True}, Tolerance()).opposite


def test_a_whole_number_is_neither_too_large_nor_too_small():
    assert compare(3, 4, Tolerance()).direction == ""
    assert compare(np.array([3, 1]), [1, 3], Tolerance()).direction == ""


def test_says_how_close_an_answer_is_and_how_close_it_has_to_be():
    verdict = compare({"a": 2.0, "b": THREE}, {"a": 2.004, "b": THREE * 1.001}, Tolerance(rel=1e-4))
    assert verdict.off == pytest.approx(0.002)
    assert verdict.asked == pytest.approx(1e-4)
    assert compare(2.0, 2.004, Tolerance(rel=0, abs=0.002)).asked == pytest.approx(0.001)
    assert compare(0.0, 1e-9, Tolerance()).off == np.inf
    assert compare(3, 4, Tolerance()).off == np.inf
    assert compare((1.0, "north"), (1.001, "south"), Tolerance()).off == np.inf


def test_names_the_part_that_is_most_gravely_wrong():
    expected = {"mean": THREE, "sd": (1.0, THREE)}
    assert compare(expected, {"mean": THREE + 1, "sd": [1.0, [1.0, -2.0, np.nan]]}, Tolerance()).part == '["sd"][1]'
    assert compare(expected, {"mean": THREE + 1, "sd": [2.0, THREE]}, Tolerance()).part == '["mean"]'


def test_every_kind_is_ranked():
    assert VERDICTS[-1] == "right"
    assert len(set(VERDICTS)) == len(VERDICTS)


@given(st.floats(-1e6, 1e6), st.floats(0, 0.1), st.floats(0, 10), st.floats(-2, 2))
def test_accepts_within_the_tolerance_and_not_beyond(right, rel, bound, part):
    allowed = bound + rel * abs(right)
    answer = right + part * allowed
    # At the edge, and where nothing is allowed, the rounding of the sum decides.
    if abs(abs(part) - 1) * allowed > 1e-9:
        assert compare(right, answer, Tolerance(rel, bound)).right == (abs(part) < 1)


def test_a_tolerance_may_have_the_form_of_the_answer():
    expected = {"mean": np.array([1.0, 2.0]), "sd": (1.0, 2.0)}
    tolerance = Tolerance(rel=0, abs={"mean": np.array([0.1, 0.5]), "sd": (0.1, 0.5)})
    assert compare(expected, {"mean": [1.05, 2.4], "sd": [1.05, 2.4]}, tolerance).right
    assert compare(expected, {"mean": [1.2, 2.4], "sd": [1.05, 2.4]}, tolerance).part == '["mean"]'
    assert compare(expected, {"mean": [1.05, 2.4], "sd": [1.2, 2.4]}, tolerance).part == '["sd"][0]'


def test_single_precision_passes_at_the_usual_tolerance():
    exact = np.linspace(0.1, 3, 50) / 7
    assert compare(exact, exact.astype(np.float32).astype(float), Tolerance()).right


@pytest.mark.parametrize(
    "value", [None, True, "a", {}, 1, np.zeros(3), np.array([True]), Other("Quantity"), [[1], [1, 2]]], ids=repr
)
def test_describes_whatever_comes(value):
    assert describe(value)
