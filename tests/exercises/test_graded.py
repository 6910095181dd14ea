"""Every homework, graded as a class is: right answers get all points out of a sandbox, and blank ones none.

The right notebook is the exercise's own questions.py, with stand-ins for the classes of questions that take the references out.
"""

import csv
import json
from pathlib import Path

import pytest

from lecturekit.grading.__main__ import main

pytestmark = pytest.mark.sandbox

EXERCISES = Path("exercises")
FOLDERS = sorted(path.parent for path in EXERCISES.glob("*/questions.py"))
STAND_INS = """
import sys
import types

class Asked:
    def __init__(self, name="", points=0, **fields):
        self.__dict__.update(fields, name=name)

class Value(Asked): ...
class Choice(Asked): ...

module = types.ModuleType("lecturekit.grading.questions")
module.Function = module.Misconception = module.Tolerance = lambda *args, **fields: Asked(*args[:1], **fields)
module.Value, module.Choice = Value, Choice
sys.modules[module.__name__] = module
"""
ANSWERS = """
from lecturekit.grading import Homework

homework = Homework("{number}", student="anyone")
for asked in QUESTIONS:
    if isinstance(asked, Choice):
        answer = asked.answer, asked.reason
    else:
        answer = asked.reference(homework.data(asked.data)) if isinstance(asked, Value) else asked.reference
    globals()[asked.name] = answer
"""


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def table(request, tmp_path_factory) -> list[dict[str, str]]:
    """The rows of two students with right answers, and of one who handed in what was handed out."""
    folder = tmp_path_factory.mktemp("class")
    handed_in = folder / "submissions"
    handed_in.mkdir()
    number = request.param.name[:2]
    right = notebook(STAND_INS, (request.param / "questions.py").read_text(), ANSWERS.format(number=number))
    for student in ("anna", "bo"):
        (handed_in / f"{student}.ipynb").write_text(right)
    (handed_in / "blank.md").write_text((request.param / "notebook.md").read_text())
    given = ["grade", str(handed_in), "--homework", number, "-o", str(folder / "grades.csv"), "--seed", "1"]
    assert main(given) == 0
    with (folder / "grades.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("student", ["anna", "bo"])
def test_right_answers_get_all_points(table, student):
    rows = [row for row in table if row["student"] == student]
    assert [(row["status"], row["note"]) for row in rows] == [("ok", "")] * len(rows)
    assert [row["points"] for row in rows] == [row["of"] for row in rows]
    assert rows


def test_the_notebook_as_handed_out_gets_none(table):
    rows = [row for row in table if row["student"] == "blank"]
    assert {row["points"] for row in rows} == {"0"}
    assert {row["status"] for row in rows} == {"missing"}
