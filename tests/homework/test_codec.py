"""Values through the pipe: what comes back is plain, whatever was sent, and everything is capped."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecturekit.homework import codec
from lecturekit.homework.codec import Labeled, Other, TooLargeError, decode, dumps, encode, loads

numbers = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(numbers, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))


def sent(value: object) -> object:
    return decode(loads(dumps(encode(value))))


@given(values)
def test_plain_values_come_back_as_they_were(value):
    assert repr(sent(value)) == repr(value)


@pytest.mark.parametrize(
    "array",
    [
        np.array([[1.5, np.nan], [np.inf, -0.0]]),
        np.arange(6).reshape(2, 3),
        np.array([True, False]),
        np.array(2.5),
        np.zeros((0, 3)),
    ],
    ids=str,
)
def test_arrays_come_back_as_they_were(array):
    back = sent(array)
    assert type(back) is np.ndarray
    assert back.dtype.kind == array.dtype.kind
    np.testing.assert_array_equal(back, array)


def test_an_array_of_texts_comes_as_a_list():
    """As an array each text would take as much room as the longest."""
    assert sent(np.array(["a", "bc"])) == ["a", "bc"]
    assert sent(np.array("a")) == "a"
    assert sent(np.array([["a"], ["b"]])) == Other("ndarray")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        ((1, 2), [1, 2]),
        (range(3), [0, 1, 2]),
        ("\ud800", "?"),
    ],
)
def test_what_has_a_plain_counterpart_becomes_it(value, expected):
    back = sent(value)
    assert back == expected
    assert type(back) is type(expected)


def test_single_precision_becomes_double():
    assert sent(np.array([0.1], dtype=np.float32)).dtype == np.float64


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (print, "builtin_function_or_method"),
        (..., "ellipsis"),
        (1j, "complex"),
        (np.ma.masked_array([1.0], [True]), "MaskedArray"),
        ({1: 2}, "dict"),
        (iter([]), "list_iterator"),
        (np.array(1j), "ndarray"),
    ],
)
def test_anything_else_becomes_the_name_of_its_type(value, name):
    assert sent(value) == Other(name)


class Liar(float):
    """Equal to everything, and printed as whatever one likes."""

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def __repr__(self):
        return "NaN"


def test_no_class_of_the_sender_survives():
    assert type(sent(Liar(2.0))) is float
    assert sent([Liar(2.0)]) == [2.0]


def nested(depth: int) -> list:
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


cycle: list = []
cycle.append(cycle)


@pytest.mark.parametrize(
    "value",
    [10**9000, nested(30), nested(100_000), cycle, [0] * 200_000, np.zeros(200_000), "x" * 30_000, nested(21)],
    ids=["digits", "deep", "very deep", "cycle", "long", "array", "text", "just too deep"],
)
def test_too_large_a_value_is_refused(value):
    with pytest.raises(TooLargeError):
        encode(value)


@pytest.mark.parametrize(
    "text",
    ["", "{", "NaN", "Infinity", "[1,]", '{"a": 1', "[" * 100_000, "\x00", '"\x01"', "[1] [2]", "1" * 9000],
    ids=lambda text: text[:12],
)
def test_malformed_json_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        loads(text)


@pytest.mark.parametrize(
    "encoded",
    [
        {},
        {"float": "1"},
        {"float": "nan", "more": 1},
        {"other": 3},
        {"array": [2], "kind": "f", "items": [1.0]},
        {"array": [-1], "kind": "f", "items": []},
        {"array": [True], "kind": "f", "items": [1.0]},
        {"array": [0, 10**9], "kind": "f", "items": []},
        {"array": [1] * 40, "kind": "f", "items": [1.0]},
        {"array": [1], "kind": "O", "items": [1.0]},
        {"array": [1], "kind": "b", "items": [2]},
        {"array": [1], "kind": "f", "items": [[1.0]]},
        {"array": [1], "kind": "f", "items": ["1.0"]},
        {"array": [1], "kind": "i", "items": [10**30]},
        {"array": [1], "kind": "f", "items": [10**399]},
        nested(30),
        [0] * 200_000,
        "x" * 30_000,
    ],
    ids=lambda encoded: str(encoded)[:40],
)
def test_what_no_encoder_returns_is_refused(encoded):
    with pytest.raises(ValueError, match=r"\w"):
        decode(encoded)


@given(st.recursive(numbers, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_decoding_any_json_gives_a_value_or_a_value_error(tree):
    try:
        back = decode(json.loads(json.dumps(tree)))
    except ValueError:
        return
    assert repr(sent(back)) == repr(back)


def test_the_module_needs_neither_numpy_nor_lecturekit():
    script = "import sys, codec; sys.exit('numpy' in sys.modules or 'dataclasses' in sys.modules)"
    folder = codec.__file__.rpartition("/")[0]
    assert subprocess.run([sys.executable, "-S", "-c", script], cwd=folder, check=False).returncode == 0


@pytest.mark.parametrize(
    ("given", "same_as"),
    [
        (zip([1, 2], [3, 4], strict=True), [[1, 3], [2, 4]]),
        (map(abs, [-1, 2]), [1, 2]),
        ((i for i in (1, 2)), [1, 2]),
        ({"a": 1.0}.values(), [1.0]),
    ],
    ids=["zip", "map", "generator", "values"],
)
def test_what_has_an_order_is_a_list(given, same_as):
    assert decode(encode(given)) == same_as


def test_an_endless_iterator_is_too_large():
    with pytest.raises(TooLargeError):
        encode(number for number in itertools.count())


def test_a_set_is_no_list():
    assert decode(encode({1, 2})) == Other("set")


def test_a_matrix_and_an_array_without_a_masked_value_are_arrays():
    for sent_in in (np.array([[1.0, 2.0]]).view(np.matrix), np.ma.masked_array([[1.0, 2.0]], mask=False)):
        np.testing.assert_array_equal(decode(encode(sent_in)), [[1.0, 2.0]])
    assert decode(encode(np.ma.masked_array([1.0, 2.0], mask=[True, False]))) == Other("MaskedArray")


def test_a_column_with_names_keeps_them_and_one_without_is_an_array():
    named = decode(encode(pd.Series({"mu": 1.0, "tau": 2.0})))
    assert isinstance(named, Labeled)
    assert named == {"mu": 1.0, "tau": 2.0}
    assert isinstance(decode(encode(pd.Series([1.0, 2.0]))), np.ndarray)
