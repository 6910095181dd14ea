"""A small homework, notebooks for it made on the spot, and sandboxes with little patience."""

import json
import os
import re
from functools import cache
from pathlib import Path

from grader.author.exercises import load
from grader.classroom.formats import typed_id
from grader.classroom.grade import Job, grade
from grader.classroom.run import keys_for
from grader.jail.sandbox import Jail
from lecturekit.homework.choice import REASONS, STATEMENTS
from lecturekit.homework.key import FunctionKey
from lecturekit.homework.limits import Limits
from lecturekit.homework.pack import Pack, variant_of
from lecturekit.homework.result import Result

EXERCISES = Path(__file__).parent / "fixtures" / "exercises"
SEED = 7
NOBODY = 65534
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


def ipynb(*cells: str, student: str = "") -> str:
    """The text of a notebook with these code cells; of a student's own, their id and their letters stand in there."""
    if student:
        own = _keys()[0].key("why", student)
        a, i = STATEMENTS[own.statements.index("They shrink.")], REASONS[own.reasons.index("Because of the others.")]
        b, ii = ("b" if a == "a" else "a"), ("ii" if i == "i" else "i")
        places = {"whatever they type": student, "('a', 'i')": f"('{a}', '{i}')", "('b', 'i')": f"('{b}', '{i}')"}
        places |= {"('a', 'ii')": f"('{a}', '{ii}')"}
        cells = tuple(re.sub("|".join(map(re.escape, places)), lambda found: places[found[0]], cell) for cell in cells)
    listed = [{"cell_type": "code", "source": cell.splitlines(keepends=True), "metadata": {}, "outputs": []} for cell in cells]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def without_groups(jail: Jail) -> Jail:
    """The jail as it would be on a machine that lets one make no control groups."""
    jail.homes = []
    return jail


def plain_user(*paths: Path) -> list[str]:
    """What a command begins with to run as a plain user; root lets that user in to these paths, and gives it the last one."""
    if os.getuid():
        return []
    for path in paths:
        for folder in (path, *path.parents):
            if folder.name.startswith(("pytest-", "popen-")) or folder in (path, path.parent):
                folder.chmod(0o755)
    os.chown(paths[-1], NOBODY, NOBODY)
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


@cache
def _keys() -> tuple[Pack, dict[str, FunctionKey]]:
    exercise = load(EXERCISES / "90_small")
    return exercise.pack(), exercise.private_keys(SEED)


def job(*cells: str, student: str = "anna") -> Job:
    """What grades a notebook with these cells."""
    pack, private = _keys()
    typed = typed_id(list(cells)) or student
    return Job(typed, list(cells), pack.data[variant_of("90", typed)], keys_for(pack, private, typed))


def graded(jail: Jail, *cells: str, student: str = "anna") -> dict[str, Result]:
    """The results of a notebook with these cells, by question."""
    return {result.question: result for result in grade(job(*cells, student=student), jail)}
