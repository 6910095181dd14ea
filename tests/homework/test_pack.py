"""Packs: the same as the exercises say, the same bytes for the same questions, and nothing in them to read.

Making all of them takes 20 seconds: every day they are compared in a few variants of the data, and by `make test-all` in all.
"""

import dataclasses
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from grader.__main__ import main
from grader.author import exercises
from grader.author.exercises import Exercise, chosen, load
from lecturekit.homework.key import ChoiceKey, FunctionKey, Key
from lecturekit.homework.pack import PACKS, VARIANTS, from_bytes, read, to_bytes
from tests.grader.classroom import EXERCISES as SMALL

COMMITTED = {Path(str(PACKS), file.name) for file in PACKS.iterdir() if file.name.endswith(".pack")}
EXERCISES = chosen(Path("exercises"))


@pytest.fixture(params=EXERCISES, ids=lambda exercise: exercise.number)
def exercise(request):
    return request.param


@cache
def committed(number):
    return read(number)


@pytest.fixture
def pack(exercise):
    return committed(exercise.number)


def close(first, second, allowed=0.0):
    """Whether two packs, or two parts of one, hold the same, up to the last digits that differ from machine to machine.

    An output is as exact as the quadrature that it may come from, whose panels differ with the last bit of the peak: to a
    millionth of what its question allows.
    """
    if first is second:
        return True
    if isinstance(first, Key) and isinstance(second, Key):
        if isinstance(first, ChoiceKey) or isinstance(second, ChoiceKey):
            return first == second
        allowed = [tolerance.abs for tolerance in first.tolerances]
        pairs = zip(outputs(first), outputs(second), strict=False)  # of equally many, if all the rest is the same
        return close(all_but_outputs(first), all_but_outputs(second)) and all(close(a, b, allowed) for a, b in pairs)
    if dataclasses.is_dataclass(first):
        return type(first) is type(second) and close(vars(first), vars(second))
    if isinstance(first, dict):
        return list(first) == list(second) and all(close(first[name], second[name], of_part(allowed, name)) for name in first)
    if isinstance(first, (tuple, list)):  # the exercise's tuples reach a student as lists, in the notebook and in the grader
        return (
            isinstance(second, (tuple, list))
            and len(first) == len(second)
            and all(close(a, b, of_part(allowed, i)) for i, (a, b) in enumerate(zip(first, second, strict=True)))
        )
    if isinstance(first, (float, np.ndarray)) and isinstance(second, (float, np.ndarray)):
        floor = 1e-12 + 1e-6 * np.asarray(allowed)
        same = np.array_equal(first, second, equal_nan=True)  # which is quickly said
        return same or (
            np.shape(first) == np.shape(second) and np.allclose(first, second, rtol=1e-9, atol=floor, equal_nan=True)
        )
    return type(first) is type(second) and first == second


def outputs(key):
    return [key.expected, *(wrong.outputs for wrong in key.wrong)]


def all_but_outputs(key):
    return vars(key) | {"expected": len(key.expected), "wrong": [(wrong.name, wrong.hint) for wrong in key.wrong]}


def of_part(allowed, name):
    return allowed[name] if isinstance(allowed, (dict, tuple, list)) else allowed


def shifted(answer, allowed, by):
    """Return an answer, every number in it that is not a whole one changed by a part of what is allowed."""
    if isinstance(answer, dict):
        return {name: shifted(part, of_part(allowed, name), by) for name, part in answer.items()}
    if isinstance(answer, tuple):
        return tuple(shifted(part, of_part(allowed, i), by) for i, part in enumerate(answer))
    return answer + by * np.asarray(allowed) if np.any(allowed) and not isinstance(answer, int) else answer


def test_every_exercise_has_its_pack_and_no_pack_is_left_over():
    assert {path.name for path in COMMITTED} == {f"{exercise.number}.pack" for exercise in EXERCISES}


def first(pack, n):
    """The pack as it would be with so many variants of the data."""
    keys = {name: key[:n] if isinstance(key, tuple) else key for name, key in pack.keys.items()}
    return dataclasses.replace(pack, data=pack.data[:n], keys=keys)


@pytest.mark.parametrize("variants", [2, pytest.param(VARIANTS, marks=pytest.mark.slow)])
def test_the_committed_pack_is_that_of_the_exercise(exercise, pack, variants, monkeypatch):
    monkeypatch.setattr(exercises, "VARIANTS", variants)
    made = exercise.make_pack()
    assert close(first(pack, variants), first(made, variants)), "run: python -m grader pack"


def test_a_pack_that_comes_with_the_package_is_not_made_again(exercise, pack, monkeypatch):
    monkeypatch.setattr(Exercise, "make_pack", None)
    assert close(exercise.pack(), pack)


def test_a_pack_of_other_questions_is_not_used(tmp_path):
    folder = tmp_path / "03_other"
    folder.mkdir()
    (folder / "questions.py").write_text((SMALL / "90_small" / "questions.py").read_text())
    other = load(folder)
    assert list(other.pack().keys) == ["weight", "pooled", "why"]
    (folder / "questions.py").write_text((EXERCISES[2].folder / "questions.py").read_text())
    assert close(load(folder).pack(), read("03"))


def test_a_changed_pack_is_noticed(pack):
    for name, keys in pack.keys.items():
        key = keys[0] if isinstance(keys, tuple) else keys
        more = dataclasses.replace(key, points=key.points + 1)
        changed = (more, *keys[1:]) if isinstance(keys, tuple) else more
        assert not close(dataclasses.replace(pack, keys=pack.keys | {name: changed}), pack)
        if isinstance(key, FunctionKey):
            other = dataclasses.replace(key, expected=(*key.expected[:-1], 0.123))
            assert not close(dataclasses.replace(pack, keys=pack.keys | {name: other}), pack)


def test_a_value_may_differ_by_a_millionth_of_what_its_question_allows_and_not_by_a_thousandth(pack):
    for keys in pack.keys.values():
        if isinstance(keys, tuple) and keys[0].tolerances[0].rel == 0:
            key = keys[0]
            allowed = tuple(tolerance.abs for tolerance in key.tolerances)
            near, far = (dataclasses.replace(key, expected=shifted(key.expected, allowed, by)) for by in (1e-6, 1e-3))
            assert close(key, near)
            assert not close(key, far)


def test_what_is_written_is_read_and_written_as_the_same_bytes(pack):
    text = to_bytes(pack)
    again = from_bytes(pack.homework, text)
    assert close(again, pack)
    assert to_bytes(again) == text


def test_a_pack_is_the_same_bytes_in_each_process():
    script = f"""
import sys
from pathlib import Path
from grader.author.exercises import load
from lecturekit.homework.pack import to_bytes
sys.stdout.buffer.write(to_bytes(load(Path({str(SMALL / "90_small")!r})).make_pack()))
"""
    here = to_bytes(load(SMALL / "90_small").make_pack())
    for seed in ("1", "2"):  # the order of a set is another one in each
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path.cwd())}
        assert subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True).stdout == here


def test_nothing_in_a_pack_can_be_read(pack):
    text = (PACKS / f"{pack.homework}.pack").read_text()
    assert "\n" not in text.strip()
    words = {name for key in pack.keys for name in [key]} | {"weight", "sigma", "expected", "wrong", "hint"}
    assert not [word for word in words if re.search(rf"\b{word}\b", text)]
    assert "This is" not in text


def test_packs_are_written_by_a_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("grader.__main__.PACKS", tmp_path)
    assert main(["pack", "02"]) == 0
    path = tmp_path / "02.pack"
    assert capsys.readouterr().out.split() == [str(path)]
    assert close(from_bytes("02", path.read_bytes()), read("02"))


def test_what_there_is_not_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"expected some of .*03"):
        chosen(Path("exercises"), ["99"])
    with pytest.raises(ValueError, match="expected a folder that holds folders"):
        chosen(tmp_path)


@pytest.mark.parametrize(
    ("folder", "text", "said"),
    [
        ("shrinkage", "", "expected a name such as 03_shrinkage"),
        ("98_empty", "QUESTIONS = []", "expected QUESTIONS, a list"),
        ("98_other", "QUESTIONS = [3]", "expected QUESTIONS, a list"),
        ("98_twice", "from pathlib import Path\n{question}\nQUESTIONS = [Q, Q]", "expected each once"),
        ("98_data", "{question}\nQUESTIONS = [Q]", "expected one of DATA"),
    ],
)
def test_an_exercise_that_is_not_right_is_refused(tmp_path, folder, text, said):
    question = (
        "from grader.author.questions import Analysis, Misconception\n"
        "Q = Analysis('a', 1, data='sky', reference=len, misconceptions=[Misconception('b', len, 'Why?')], solution='So.')"
    )
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "questions.py").write_text(text.format(question=question))
    with pytest.raises(ValueError, match=said):
        load(tmp_path / folder)
