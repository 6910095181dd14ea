"""Every exercise and every question that there is, found in exercises/, and one question of each form."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from grader.author.exercises import Exercise, chosen
from grader.author.questions import Analysis, Choice, Function, Question
from lecturekit.homework.key import ChoiceKey, FunctionKey, Key
from lecturekit.homework.pack import Pack, read

EXERCISES = chosen(Path("exercises"))
SEEDS = (1, 2, 3)
# What a test asks for by these names is tried on each of them, and with `a_` or `an_` before the name on one of each form.
KINDS = {
    "function": lambda question: isinstance(question, Function),
    "vectorised": lambda question: isinstance(question, Function) and question.vectorised,
    "analysis": lambda question: isinstance(question, Analysis),
    "choice": lambda question: isinstance(question, Choice),
    "computed": lambda question: isinstance(question, (Function, Analysis)),
}
STUDENTS = ("anna", "bo", "chi", "dilara")


@cache
def packed(exercise_number: str) -> Pack:
    """The pack that comes with the package: tests/homework/test_pack.py makes it anew, and compares."""
    return read(exercise_number)


@cache
def private(exercise_number: str, seed: int) -> dict:
    (exercise,) = [exercise for exercise in EXERCISES if exercise.number == exercise_number]
    return exercise.private_keys(seed)


class Asked:
    """One question of one exercise, with the keys that its answers meet."""

    def __init__(self, exercise: Exercise, question: Question) -> None:
        self.exercise, self.question = exercise, question
        self.id = f"{exercise.number}-{question.name}"

    def public(self, student: str = STUDENTS[0]) -> Key:
        """What the notebook of a student compares with."""
        return self.pack().key(self.question.name, student)

    def all_keys(self) -> Iterator[Key]:
        """Yield what answers are compared with: public probes, and private ones with some seeds."""
        yield self.public()
        if not isinstance(self.question, Choice):
            for seed in SEEDS:
                yield private(self.exercise.number, seed)[self.question.name]

    def pack(self) -> Pack:
        return packed(self.exercise.number)

    def alternatives(self) -> list:
        return self.exercise.alternatives.get(self.question.name, [])

    def half_right(self) -> list:
        return self.exercise.half_right.get(self.question.name, [])


def form(key: Key) -> tuple:
    """What form of question a key is of: its kind, whether it takes arrays for numbers, and what type its answer has."""
    if isinstance(key, ChoiceKey):
        return (ChoiceKey,)
    return FunctionKey, bool(key.data), key.vectorised, type(key.expected[0])


QUESTIONS = [Asked(exercise, question) for exercise in EXERCISES for question in exercise.questions]


@cache
def one_of_each_form() -> list[Asked]:
    """The first question of each form."""
    found = {}
    for asked in QUESTIONS:
        found.setdefault(form(asked.public()), asked)
    return list(found.values())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name in metafunc.fixturenames:
        if (wanted := KINDS.get(re.sub("^an?_", "", name))) is not None:
            asked = [
                one for one in (one_of_each_form() if name.startswith(("a_", "an_")) else QUESTIONS) if wanted(one.question)
            ]
            metafunc.parametrize(name, asked, ids=[one.id for one in asked])
    if "exercise" in metafunc.fixturenames:
        metafunc.parametrize("exercise", EXERCISES, ids=[exercise.folder.name for exercise in EXERCISES])


@pytest.fixture
def all_computed() -> list[Asked]:
    return [asked for asked in QUESTIONS if not isinstance(asked.question, Choice)]
