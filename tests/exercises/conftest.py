"""Every exercise and every question that there is, found in exercises/."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lecturekit.grading.exercises import Exercise, chosen
from lecturekit.grading.pack import Pack
from lecturekit.grading.questions import Choice, Function, Question, Value

EXERCISES = chosen(Path("exercises"))
SEEDS = (1, 2, 3)


@cache
def packed(exercise_number: str) -> Pack:
    (exercise,) = [exercise for exercise in EXERCISES if exercise.number == exercise_number]
    return exercise.pack()


@cache
def private(exercise_number: str, seed: int) -> dict:
    (exercise,) = [exercise for exercise in EXERCISES if exercise.number == exercise_number]
    return exercise.private_keys(seed)


class Asked:
    """One question of one exercise, with the keys that its answers meet."""

    def __init__(self, exercise: Exercise, question: Question) -> None:
        self.exercise, self.question = exercise, question
        self.id = f"{exercise.number}-{question.name}"

    def with_data(self) -> Iterator[tuple]:
        """Yield keys with the data that they are for: public and private ones of a function, all variants of a value."""
        name, pack = self.question.name, packed(self.exercise.number)
        if isinstance(self.question, Value):
            for variant, data in enumerate(pack.data):
                yield pack.key(name, variant), data[self.question.data]
            return
        yield pack.key(name, 0), None
        if isinstance(self.question, Function):
            for seed in SEEDS:
                yield private(self.exercise.number, seed)[name], None

    def alternatives(self) -> list:
        return self.exercise.alternatives.get(self.question.name, [])


QUESTIONS = [Asked(exercise, question) for exercise in EXERCISES for question in exercise.questions]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    kinds = {"function": Function, "value": Value, "choice": Choice, "computed": (Function, Value)}
    for name, kind in kinds.items():
        if name in metafunc.fixturenames:
            asked = [asked for asked in QUESTIONS if isinstance(asked.question, kind)]
            metafunc.parametrize(name, asked, ids=[one.id for one in asked])
    if "exercise" in metafunc.fixturenames:
        metafunc.parametrize("exercise", EXERCISES, ids=[exercise.folder.name for exercise in EXERCISES])


@pytest.fixture
def all_computed() -> list[Asked]:
    return [asked for asked in QUESTIONS if not isinstance(asked.question, Choice)]
