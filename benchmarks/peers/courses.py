"""A course with the same small assignment in each of three graders, each used as its documentation says.

Every course lies in a folder of its own. It takes a batch of notebooks, grades it, and says what points there are.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from lecturekit.homework.result import Status
from lecturekit.homework.words import PROBLEMS

from .assignment import BLANK, QUESTIONS, RIGHT, SETUP, SETUP_HERE, Answers, notebook
from .playground import MARKER, Ran, run

__all__ = ["COURSES", "Course"]

PEERS = Path(__file__).parent
LIMIT = 240  # seconds for each notebook of a batch: twice what a cell may take here, and eight times what it may in nbgrader
PATIENCE = 240  # seconds for what prepares a course
# Statuses here that say: it did not run as it should.
FAILED = set(PROBLEMS) - {Status.MISSING}
LEFT_OUT = "was left out ("  # what a note says of a cell that ended the notebook


class Course:
    """What the three share; ``python`` is that of the peers' environment."""

    NAME = ""
    # Files that grading has no reason to change.
    KEPT: tuple[str, ...] = ("handed-in/**/*",)

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder, self.python = folder, python

    def prepare(self) -> None:
        """Make the course, with everything but notebooks that were handed in."""
        self.folder.mkdir(parents=True)
        (self.folder / MARKER).touch()
        self._prepare()

    def copied(self, folder: Path) -> Course:
        """Return a copy of the course in another folder."""
        shutil.copytree(self.folder, folder)
        return type(self)(folder, self.python)

    def hand_in(self, batch: str, notebooks: Sequence[str]) -> None:
        """Put notebooks where they are handed in, from students that are named by the batch and a number."""
        for i, content in enumerate(notebooks):
            path = self.folder / self._path(batch, f"{batch}-{i}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")

    def grade(self, batch: str, count: int) -> Ran:
        """Grade a batch of so many notebooks, one after the other."""
        return run(self._command(batch), self.folder, LIMIT * count)

    def _path(self, batch: str, student: str) -> Path:
        return Path("handed-in", batch, f"{student}.ipynb")

    def _must(self, *command: str) -> str:
        """Return the output of a command that has to succeed; RuntimeError with its output if it does not."""
        ran = run(list(command), self.folder, PATIENCE)
        if ran.code != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {ran.code}, expected 0. It said:\n{ran.output}")
        return ran.output

    def _rows(self) -> list[dict[str, str]]:
        """Return the rows of all tables in the course's folder."""
        return [row for path in self.folder.glob("*.csv") for row in csv.DictReader(path.read_text("utf-8").splitlines())]


class Here(Course):
    """`grader`: the command that `make grade` runs, one notebook at a time."""

    NAME = "lecturekit"
    KEPT = (*Course.KEPT, "exercises/**/*")

    def _prepare(self) -> None:
        shutil.copytree(PEERS / "exercises", self.folder / "exercises", ignore=shutil.ignore_patterns("__pycache__"))

    def notebook(self, answers: Answers) -> str:
        """Return a student's notebook."""
        cells = SETUP_HERE, answers.extra, answers.weight, answers.pooled
        return notebook([{"source": source} for source in cells])

    def _command(self, batch: str) -> list[str]:
        command = ["env", f"PYTHONPATH={PEERS.parent.parent}", sys.executable, "-m", "grader", "grade", f"handed-in/{batch}"]
        return [*command, "--homework", "90", "--exercises", "exercises", "-o", f"{batch}.csv", "--jobs", "1"]

    def points(self) -> dict[str, float]:
        """Return the points of every student who has any mark, even if it is 0."""
        points: dict[str, float] = {}
        for row in self._rows():
            points[row["student"]] = points.get(row["student"], 0) + float(row["points"])
        return points

    def flagged(self, student: str, ran: Ran) -> bool:
        """Whether the grader says that something went wrong."""
        rows = [row for row in self._rows() if row["student"] == student]
        return ran.code != 0 or any(row["status"] in FAILED or LEFT_OUT in row["note"] for row in rows)


class Nbgrader(Course):
    """nbgrader: generate_assignment, then autograde, with its own limit of 30 s for a cell; the scores by its API."""

    NAME = "nbgrader"
    KEPT = ("source/**/*", "release/**/*", "submitted/**/*", "nbgrader_config.py")

    def _prepare(self) -> None:
        (self.folder / "nbgrader_config.py").write_text(
            'c = get_config()\nc.CourseDirectory.course_id = "course"\nc.ClearSolutions.code_stub = {"python": "..."}\n'
        )
        cells = [{"source": SETUP}]
        for question in QUESTIONS:
            seen, hidden = question.tests
            tests = f"{seen}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
            cells.append({"source": _with_solution(question.name), "metadata": _nbgrader(question.name, solution=True)})
            graded = _nbgrader(f"test_{question.name}", grade=True, locked=True, points=question.points)
            cells.append({"source": tests, "metadata": graded})
        source = self.folder / "source" / "small" / "small.ipynb"
        source.parent.mkdir(parents=True)
        source.write_text(notebook(cells))
        self._must(*self._nbgrader("generate_assignment", "small"))

    def notebook(self, answers: Answers) -> str:
        """Return a student's notebook."""
        return _filled(self.folder / "release" / "small" / "small.ipynb", answers)

    def _path(self, batch: str, student: str) -> Path:
        return Path("submitted", student, "small", "small.ipynb")

    def _nbgrader(self, *arguments: str) -> list[str]:
        return [str(self.python), "-m", "nbgrader", *arguments]

    def _command(self, batch: str) -> list[str]:
        return self._nbgrader("autograde", "small", f"--student={batch}-*")

    def points(self) -> dict[str, float]:
        """Return the points of every student who has any mark, even if it is 0."""
        return json.loads(self._must(str(self.python), str(PEERS / "nbgrader_marks.py")))

    def flagged(self, student: str, ran: Ran) -> bool:
        """Whether the grader says that something went wrong."""
        return ran.code != 0


class Otter(Course):
    """otter-grader: assign, then its API without containers, which need Docker; no limit of time comes with that."""

    NAME = "otter-grader"
    KEPT = (*Course.KEPT, "small.ipynb", "dist/**/*")

    def _prepare(self) -> None:
        cells = [_raw("# ASSIGNMENT CONFIG\nname: small"), {"source": SETUP}]
        for question in QUESTIONS:
            seen, hidden = question.tests
            cells += [
                _raw(f"# BEGIN QUESTION\nname: {question.name}\npoints: {question.points}"),
                _raw("# BEGIN SOLUTION"),
                {"source": f"{getattr(RIGHT, question.name)}  # SOLUTION"},
                _raw("# END SOLUTION"),
                _raw("# BEGIN TESTS"),
                {"source": seen},
                {"source": f"# HIDDEN\n{hidden}"},
                _raw("# END TESTS"),
                _raw("# END QUESTION"),
            ]
        (self.folder / "small.ipynb").write_text(notebook(cells))
        self._must(str(self.python), "-m", "otter", "assign", "small.ipynb", "dist", "--no-pdfs")

    def notebook(self, answers: Answers) -> str:
        """Return a student's notebook."""
        return _filled(self.folder / "dist" / "student" / "small.ipynb", answers)

    def _path(self, batch: str, student: str) -> Path:
        return Path("handed-in", batch, student, "small.ipynb")  # the name is in its first cell

    def _command(self, batch: str) -> list[str]:
        (autograder,) = (self.folder / "dist" / "autograder").glob("*.zip")
        handed_in = sorted((self.folder / "handed-in" / batch).glob("*/*"))
        return [str(self.python), str(PEERS / "otter_grade.py"), str(autograder), f"{batch}.csv", *map(str, handed_in)]

    def points(self) -> dict[str, float]:
        """Return the points of every student who has any mark, even if it is 0."""
        return {row["student"]: float(row["points"]) for row in self._rows() if row["points"]}

    def flagged(self, student: str, ran: Ran) -> bool:
        """Whether the grader says that something went wrong."""
        return ran.code != 0 or any(row["problem"] for row in self._rows() if row["student"] == student)


COURSES = (Here, Nbgrader, Otter)


def _with_solution(question: str) -> str:
    """Return a blank answer that holds the right one between the marks of nbgrader, which takes it out again."""
    first, last = getattr(BLANK, question).splitlines()[0], getattr(RIGHT, question).splitlines()[-1]
    indent = last[: len(last) - len(last.lstrip())]
    return f"{first}\n{indent}### BEGIN SOLUTION\n{last}\n{indent}### END SOLUTION"


def _nbgrader(name: str, *, solution: bool = False, grade: bool = False, locked: bool = False, **more: int) -> dict:
    cell = {"grade_id": name, "solution": solution, "grade": grade, "locked": locked, "task": False, "schema_version": 3}
    return {"nbgrader": cell | more}


def _raw(text: str) -> dict:
    return {"cell_type": "raw", "source": text}


def _filled(released: Path, answers: Answers) -> str:
    """Return what a student makes of the notebook that a peer has released: stubs are replaced, a cell is added."""
    content = json.loads(released.read_text(encoding="utf-8"))
    stubs = {getattr(BLANK, question.name).splitlines()[0]: getattr(answers, question.name) for question in QUESTIONS}
    cells = []
    for cell in content["cells"]:
        lines = "".join(cell["source"]).splitlines()
        cells.append(cell | ({"source": stubs[lines[0]]} if lines and lines[0] in stubs else {}))
        if lines == SETUP.splitlines():
            cells += json.loads(notebook([{"source": answers.extra}]))["cells"]
    return json.dumps(content | {"cells": cells})
