import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecturekit import Measurements, Truth
from lecturekit._arrays import check_rng

FINITE = st.floats(-1e100, 1e100)
POSITIVE = st.floats(1e-100, 1e100)


@given(st.lists(st.tuples(FINITE, POSITIVE), min_size=1, max_size=30))
def test_any_finite_values_with_positive_errors_are_kept_exactly(pairs):
    y, sigma = map(list, zip(*pairs, strict=True))
    data = Measurements(y, sigma)
    assert data.y.tolist() == y
    assert data.sigma.tolist() == sigma
    assert len(data) == len(data.labels) == len(y)


@given(st.lists(FINITE, min_size=1, max_size=9), st.sampled_from([np.nan, np.inf, -np.inf]), st.data())
def test_a_value_that_is_not_finite_is_named_with_its_index(y, bad, data):
    at = data.draw(st.integers(0, len(y) - 1))
    y[at] = bad
    with pytest.raises(ValueError, match=rf"y\[{at}\] = .*expected a finite number"):
        Measurements(y, np.ones(len(y)))


@given(st.lists(POSITIVE, min_size=1, max_size=9), st.floats(max_value=0.0, allow_nan=False), st.data())
def test_an_error_that_is_not_positive_is_named_with_its_index(sigma, bad, data):
    at = data.draw(st.integers(0, len(sigma) - 1))
    sigma[at] = bad
    with pytest.raises(ValueError, match=rf"sigma\[{at}\] = .*expected"):
        Measurements(np.zeros(len(sigma)), sigma)


@given(st.integers(1, 9), st.integers(1, 9))
def test_lengths_that_differ_are_both_named(n_y, n_sigma):
    if n_y == n_sigma:
        Measurements(np.zeros(n_y), np.ones(n_sigma))
    else:
        with pytest.raises(ValueError, match=f"sigma: got length {n_sigma}, but y has length {n_y}"):
            Measurements(np.zeros(n_y), np.ones(n_sigma))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([], "y: got an empty array"),
        (3.0, r"y: got an array of shape \(\)"),
        ([[1.0, 2.0]], r"y: got an array of shape \(1, 2\)"),
        (["1", "2"], "y: got values of type"),
        ([1j, 2j], "y: got values of type complex128"),
        ([None, 1.0], "y: got values of type object"),
        ([True, False], "y: got values of type bool"),
        ([[1.0], [1.0, 2.0]], "y: not a rectangular array"),
        (np.ma.masked_array([1.0, 2.0], mask=[False, True]), "y: has masked values"),
    ],
)
def test_what_is_not_a_vector_of_numbers_is_refused(y, message):
    with pytest.raises(ValueError, match=message):
        Measurements(y, [1.0, 1.0])


def test_labels_and_truth_must_match_the_objects():
    with pytest.raises(ValueError, match="labels: got length 1"):
        Measurements([1, 2], [1, 1], labels=["a"])
    with pytest.raises(ValueError, match=r"truth\.theta: got length 3"):
        Measurements([1, 2], [1, 1], truth=Truth(theta=np.zeros(3)))


def test_true_values_are_an_array_whatever_they_were_given_as():
    given = [0.5, 1.5, 2.5]
    data = Measurements([1, 2, 3], [1, 1, 1], truth=Truth(theta=given))
    given[0] = 99
    np.testing.assert_array_equal(data.true_theta[np.array([2, 0])], [2.5, 0.5])
    with pytest.raises(ValueError, match="read-only"):
        data.true_theta[0] = 99


@pytest.mark.parametrize(
    ("theta", "message"),
    [
        ([0.0, np.nan], r"truth\.theta\[1\] = nan: expected a finite number"),
        ([[0.0], [1.0]], r"truth\.theta: got an array of shape \(2, 1\); expected one dimension"),
        (["a", "b"], r"truth\.theta: got values of type <U1; expected real numbers"),
    ],
)
def test_true_values_that_are_not_a_vector_of_numbers_are_refused(theta, message):
    with pytest.raises(ValueError, match=message):
        Truth(theta=theta)


def test_true_values_that_are_not_known_are_asked_for_by_name():
    for truth in (None, Truth(mu=1.0)):
        with pytest.raises(ValueError, match="truth: got none with theta; expected data whose true values are known"):
            _ = Measurements([1, 2], [1, 1], truth=truth).true_theta


def test_measurements_do_not_change():
    y = np.array([1.0, 2.0])
    data = Measurements(y, [1, 1])
    y[0] = 99
    assert data.y[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        data.y[0] = 5
    with pytest.raises(AttributeError):
        data.y = y


def test_repeats_become_their_mean_and_its_standard_error():
    data = Measurements.from_repeats([[1.0, 2.0, 3.0], [4.0, 8.0]], labels=["a", "b"], unit="m/s")
    assert data.y.tolist() == [2.0, 6.0]
    np.testing.assert_allclose(data.sigma, [1 / np.sqrt(3), np.sqrt(8) / np.sqrt(2)])
    assert data.labels == ("a", "b")


@pytest.mark.parametrize("group", [[1.0], [2.0, 2.0], []])
def test_repeats_without_scatter_are_refused(group):
    with pytest.raises(ValueError, match=r"repeats\[1\]"):
        Measurements.from_repeats([[1.0, 2.0], group])


def test_the_axis_label_has_the_unit_only_if_there_is_one():
    assert Measurements([1], [1], quantity="[Fe/H]", unit="dex").axis_label == "[Fe/H] (dex)"
    assert Measurements([1], [1], quantity="batting average").axis_label == "batting average"


@pytest.mark.parametrize("rng", [0, None, np.random.RandomState(0), np.random])
def test_only_a_generator_is_a_generator(rng):
    with pytest.raises(ValueError, match=r"rng: got .*default_rng"):
        check_rng(rng)
