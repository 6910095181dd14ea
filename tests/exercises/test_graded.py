"""Every homework, graded as a class is: right answers get all points out of a sandbox, and blank ones none.

The right notebook is the exercise's own questions.py, with stand-ins for the classes of questions that take the references out.
"""

import csv
import json
from pathlib import Path

import pytest

from grader.__main__ import main
from grader.author.exercises import chosen
from grader.author.questions import Choice
from lecturekit.homework.choice import REASONS, STATEMENTS

pytestmark = pytest.mark.sandbox
# Each sixth is enough for every day: what the judge says of every right answer is tested in test_questions, with no sandbox.
HOMEWORK = [
    pytest.param(exercise, id=exercise.folder.name, marks=[pytest.mark.slow] if place % 6 else [])
    for place, exercise in enumerate(chosen(Path("exercises")))
]

STAND_INS = """
import itertools
import sys
import types

class Asked:
    def __init__(self, name="", points=0, **fields):
        self.__dict__.update(fields, name=name)

class Choice(Asked): ...

module = types.ModuleType("grader.author.questions")
module.Analysis = module.Function = module.Misconception = module.Tolerance = lambda *args, **fields: Asked(*args[:1], **fields)
module.Choice = Choice
module.attempts = lambda what: itertools.count()
keys = types.ModuleType("grader.author.keys")
keys.answers_apart = lambda *arguments: True
sys.modules |= {module.__name__: module, keys.__name__: keys}
"""
ANSWERS = """
from lecturekit.homework import Homework

homework = Homework("{number}", student="anna")
letters = {letters!r}
for asked in QUESTIONS:
    globals()[asked.name] = letters[asked.name] if isinstance(asked, Choice) else asked.reference
"""


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def right_letters(homework):
    """The right answers to the choices, as the student has their letters."""
    found = {}
    for question in homework.questions:
        if isinstance(question, Choice):
            key = homework.pack().key(question.name, "anna")
            statement = key.statements.index(question.options[question.answer])
            found[question.name] = STATEMENTS[statement], REASONS[key.reasons.index(question.reasons[question.reason])]
    return found


@pytest.mark.parametrize("homework", HOMEWORK)
def test_right_answers_get_all_points_and_the_notebook_as_handed_out_gets_none(homework, tmp_path):
    handed_in = tmp_path / "submissions"
    handed_in.mkdir()
    questions = (homework.folder / "questions.py").read_text()
    (handed_in / "anna.ipynb").write_text(
        notebook(STAND_INS, questions, ANSWERS.format(number=homework.number, letters=right_letters(homework)))
    )
    (handed_in / "blank.md").write_text((homework.folder / "notebook.md").read_text())
    given = ["grade", str(handed_in), "--homework", homework.number, "-o", str(tmp_path / "grades.csv"), "--seed", "1"]
    assert main(given) == 0
    with (tmp_path / "grades.csv").open(newline="") as lines:
        table = list(csv.DictReader(lines))
    asked = [(question.name, str(question.points)) for question in homework.questions]
    anna, blank = ([row for row in table if row["student"] == student] for student in ("anna", "blank"))
    assert [(row["question"], row["of"]) for row in anna] == [(row["question"], row["of"]) for row in blank] == asked
    assert [(row["points"], row["status"], row["note"]) for row in anna] == [(points, "ok", "") for _, points in asked]
    assert {(row["points"], row["status"]) for row in blank} == {("0", "missing")}
