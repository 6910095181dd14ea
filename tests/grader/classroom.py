"""A small homework, notebooks for it made on the spot, and sandboxes with little patience."""

import json
from functools import cache
from pathlib import Path

from grader.author.exercises import load
from grader.classroom.grade import Job, grade
from grader.classroom.run import keys_for
from grader.classroom.submissions import typed_id
from grader.jail.sandbox import Jail
from lecturekit.homework.key import FunctionKey
from lecturekit.homework.limits import Limits
from lecturekit.homework.pack import Pack, variant_of
from lecturekit.homework.result import Result

EXERCISES = Path(__file__).parent / "fixtures" / "exercises"
SEED = 7
LIMITS = Limits(cell=15, answer=10, submission=90, memory=600 * 1024**2, disk=8 * 1024**2, processes=24)
START = """
import numpy as np
from lecturekit.homework import Homework
homework = Homework("90", student="whatever they type")
cluster = homework.data("cluster")
"""
WEIGHT = "def weight(sigma, tau):\n    return tau**2 / (tau**2 + sigma**2)\nhomework.check('weight', weight)"
POOLED = """
def pooled(data):
    w = data["sigma"] ** -2
    return {"mean": np.sum(w * data["y"]) / np.sum(w), "sd": np.sum(w) ** -0.5}
"""
WHY = "why = ('a', 'i')\nhomework.score()"
RIGHT = (START, WEIGHT, POOLED, WHY)
QUESTIONS = ("weight", "pooled", "why")


def ipynb(*cells: str) -> str:
    """The text of a notebook with these code cells."""
    listed = [{"cell_type": "code", "source": cell.splitlines(keepends=True), "metadata": {}, "outputs": []} for cell in cells]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def without_groups(jail: Jail) -> Jail:
    """The jail as it would be on a machine that lets one make no control groups."""
    jail.homes = []
    return jail


@cache
def _keys() -> tuple[Pack, dict[str, FunctionKey]]:
    exercise = load(EXERCISES / "90_small")
    return exercise.pack(), exercise.private_keys(SEED)


def job(*cells: str, student: str = "anna") -> Job:
    """What grades a notebook with these cells."""
    pack, private = _keys()
    keys = keys_for(pack, private, student, typed_id(list(cells)))
    return Job(student, list(cells), pack.data[variant_of("90", student)], keys)


def graded(jail: Jail, *cells: str, student: str = "anna") -> dict[str, Result]:
    """The results of a notebook with these cells, by question."""
    return {result.question: result for result in grade(job(*cells, student=student), jail)}
