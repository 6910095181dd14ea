"""The tables that Canvas and Moodle import, and a class of 200 from the README alone."""

import csv
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.classroom.gradebook import write_gradebook
from grader.classroom.report import Row, Run
from grader.classroom.roster import read_roster
from grader.classroom.submissions import File, Submission
from lecturekit.homework.result import Result, Status
from tests.grader.classroom import EXERCISES, plain_user
from tests.grader.everyday import right
from tests.grader.test_handed_in import CANVAS_EXPORT, MOODLE_EXPORT, WORKSHEET


def written(tmp_path, export: str, students: dict[str, float]) -> list[list[str]]:
    """The table that a run of these points gives, with an export as the roster."""
    (tmp_path / "export.csv").write_text(export, encoding="utf-8")
    rows = []
    for student, points in students.items():
        submission = Submission(student, File((f"{student}.ipynb",), Path("x")))
        rows += [Row("03", submission, Result(name, points / 2, 7, Status.WRONG)) for name in "ab"]
    absent = Row("03", Submission("bek", None), Result("a", 0, 7, Status.MISSING))
    write_gradebook(Run("03", 1, "", False, (*rows, absent)), read_roster(tmp_path / "export.csv"), tmp_path / "out.csv")
    return list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig"))))


def test_canvas_gets_its_own_columns_with_the_homeworks_filled_in(tmp_path):
    assert written(tmp_path, CANVAS_EXPORT, {"amueller": 6.5}) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 3 (981)"],
        ["Müller, Anna", "12345", "s-1", "amueller", "A", "6.5"],
        ["Ek, Bo", "12346", "s-2", "bek", "A", ""],
    ]


def test_a_homework_that_canvas_does_not_have_yet_gets_a_column(tmp_path):
    head, first, _ = written(tmp_path, CANVAS_EXPORT.replace("Homework 3 (981)", "Homework 13 (3)"), {"amueller": 3})
    assert (head[-1], first[-1]) == ("Homework 03", "3")
    assert "Homework 13 (3)" not in head


def test_moodle_gets_who_it_is_and_the_points(tmp_path):
    assert written(tmp_path, MOODLE_EXPORT, {"s-1": 7}) == [
        ["First name", "Surname", "ID number", "Email address", "Assignment: Homework 3 (Real)"],
        ["Anna", "Müller", "s-1", "amueller@example.org", "7"],
        ["Bo", "Ek", "s-2", "bek@example.org", ""],
    ]


def test_moodles_worksheet_comes_back_whole(tmp_path):
    assert written(tmp_path, WORKSHEET, {"amueller@example.org": 7}) == [
        ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade"],
        ["Participant 4711", "Anna Müller", "amueller@example.org", "", "7", "7"],
    ]


MOODLE_HEAD = "First name,Surname,ID number,Email address,Assignment: Homework 90 (Real)"
NAMES = ["Müller Anna", "Ek Bo", "Çelik Zoë", "O’Brien Fay", "Łukasik Jan"]


def a_class(folder: Path, system: str) -> tuple[Path, str]:
    """A zip and a gradebook of 200 students, as the system's documentation has them."""
    lines, archive = [], zipfile.ZipFile(folder / "download.zip", "w")
    for i in range(200):
        last, _, first = NAMES[i % len(NAMES)].partition(" ")
        first, login = f"{first}{i}", f"s{i:03}"
        content = right(login)
        if system == "canvas":
            late = "LATE_" if i % 7 == 0 else ""
            name = f"{last}{first}_{late}{5000 + i}_{9000 + i}_03_shrinkage.ipynb".lower().replace("late_", "LATE_")
            lines.append(f'"{last}, {first}",{5000 + i},id-{i},{login},A,')
        else:
            name = f"{first} {last}_{7000 + i}_assignsubmission_file_/03_shrinkage.ipynb"
            lines.append(f"{first},{last},{login},{login}@example.org,-")
        archive.writestr(name, content)
    archive.close()
    head = "Student,ID,SIS User ID,SIS Login ID,Section,Homework 90 (77)" if system == "canvas" else MOODLE_HEAD
    return folder / "download.zip", "\n".join([head, *lines]) + "\n"


@pytest.mark.slow
@pytest.mark.sandbox
@pytest.mark.parametrize("system", ["canvas", "moodle"])
def test_a_class_of_200_is_graded_as_it_comes(tmp_path, system):
    download, export = a_class(tmp_path, system)
    (tmp_path / "export.csv").write_text(export, encoding="utf-8")
    user = plain_user(tmp_path)
    given = ["grade", str(download), "--homework", "90", "--exercises", str(EXERCISES), "-o", str(tmp_path / "grades.csv")]
    given += ["--roster", str(tmp_path / "export.csv"), "--format", system, "--feedback", str(tmp_path / "feedback")]
    environment = {**os.environ, "HOME": str(tmp_path)}
    command = [*user, sys.executable, "-m", "grader", *given]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "200 submissions, 600 rows: 600 ok." in done.stdout
    assert "No row needs a human." in done.stdout
    table = list(csv.reader(io.StringIO((tmp_path / f"grades-{system}.csv").read_text(encoding="utf-8-sig"))))
    assert [row[:-1] for row in table] == [row[:-1] for row in csv.reader(io.StringIO(export))]
    assert {row[-1] for row in table[1:]} == {"7"}
    assert len(list((tmp_path / "feedback").iterdir())) == 200
