"""Everyday notebooks and odd files: no unfair zero, no lost point without its cause, and a person where there is doubt."""

import csv
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import grader.__main__ as command
from grader.classroom.names import SUFFIXES, who
from lecturekit.homework.limits import Limits
from tests.grader.classroom import EXERCISES, QUESTIONS, plain_user
from tests.grader.everyday import ALL, NOBODYS, corpus
from tests.workers import two_threads

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("everyday")]

CORPUS = corpus()
LIMITS = Limits(cell=20, answer=10, submission=120, memory=1024**3)
# Runs the command with these limits as a plain user.
AS_USER = "import grader.__main__ as c; from lecturekit.homework.limits import Limits; c.Limits = lambda: {}; c.main({})"


@pytest.fixture(scope="session")
def handed_in(tmp_path_factory):
    folder = tmp_path_factory.mktemp("everyday") / "handed-in"
    folder.mkdir()
    for name, (content, _) in CORPUS.items():
        (folder / name).write_bytes(content)
    for name in NOBODYS:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"nobody's")
    return folder


def grade(folder: Path, output: Path, *more: str) -> list[str]:
    given = [
        "grade",
        str(folder),
        "--homework",
        "90",
        "--exercises",
        str(EXERCISES),
        "--seed",
        "5",
        "-o",
        str(output / "grades.csv"),
    ]
    return [*given, "--feedback", str(output / "feedback"), "--jobs", "4", *more]


@pytest.fixture(scope="session")
def graded(handed_in, tmp_path_factory):
    """The folder with the table and the pages, and what the command printed."""
    output = tmp_path_factory.mktemp("graded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "Limits", lambda: LIMITS)
        assert command.main(grade(handed_in, output)) == 0
    return output


@pytest.fixture(scope="session")
def table(graded):
    """The rows of each file, by question."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    with (graded / "grades.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["file"], {})[row["question"]] = row
    return found


def file_in(table: dict[str, dict[str, dict[str, str]]], name: str) -> dict[str, dict[str, str]]:
    """The rows of a file, which may lie in a zip."""
    return next(rows for file, rows in table.items() if file == name or file.startswith(f"{name}/"))


def test_the_corpus_is_large_enough_and_nobody_else_is_in_the_table(table):
    assert len(CORPUS) >= 150
    assert len(table) == len(CORPUS)


@pytest.mark.parametrize("name", CORPUS)
def test_everybody_gets_what_they_deserve(table, name):
    _, deserved = CORPUS[name]
    rows = file_in(table, name)
    lost = {question: row["note"] for question, row in rows.items() if float(row["points"]) < float(row["of"])}
    assert set(lost) == set(deserved.lost), lost
    for question, part in deserved.lost.items():
        assert part.lower() in lost[question].lower()
    assert {question for question, row in rows.items() if row["human"]} == (set(lost) if deserved.flagged else set())


@pytest.mark.parametrize("name", [name for name, (_, deserved) in CORPUS.items() if deserved is not ALL])
def test_the_student_reads_the_cause(graded, table, name):
    row = next(iter(file_in(table, name).values()))
    page = BeautifulSoup((graded / "feedback" / f"{row['student']}.html").read_text(encoding="utf-8"), "html.parser").text
    for part in CORPUS[name][1].lost.values():
        assert part.replace("`", "").lower() in page.lower()


def test_what_is_not_installed_is_listed_for_the_instructor(graded):
    summary = BeautifulSoup((graded / "grades.html").read_text(encoding="utf-8"), "html.parser").text
    assert "my_solution (2)" in summary
    assert "statsmodels (1)" in summary
    assert "seaborn (" not in summary  # it has cost nobody a point


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["user", "limits", "dask"])
def test_everybody_gets_the_same_however_it_is_run(handed_in, graded, tmp_path, monkeypatch, mode):
    given = grade(handed_in, tmp_path)
    if mode == "user":
        code = AS_USER.format(repr(LIMITS), given)
        user = plain_user(handed_in, tmp_path)
        environment = {**os.environ, "HOME": str(tmp_path)}
        done = subprocess.run([*user, sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
    elif mode == "limits":
        monkeypatch.setattr("grader.jail.sandbox.homes", list)
        monkeypatch.setattr(command, "Limits", lambda: LIMITS)
        command.main(given)
    else:
        monkeypatch.setattr(command, "Limits", lambda: LIMITS)
        with two_threads(tmp_path) as scheduler:
            command.main([*given, "--scheduler", scheduler])
    assert (tmp_path / "grades.csv").read_text(encoding="utf-8") == (graded / "grades.csv").read_text(encoding="utf-8")


def test_the_readme_lists_what_is_installed():
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    section = Path("README.md").read_text(encoding="utf-8").partition("**What is installed**")[2].partition("\n\n")[0]
    named = set(re.findall(r"[\w-]+", section))
    assert {re.split(r"[><=]", one)[0] for one in project["dependencies"]} <= named


def test_each_name_in_the_corpus_is_a_student_of_its_own():
    students = [who(name, folder=False).label.casefold() for name in CORPUS]
    assert len(set(students)) == len(students)
    assert SUFFIXES.sub("", "a.ipynb.txt") == "a"
    assert {question for _, deserved in CORPUS.values() for question in deserved.lost} == set(QUESTIONS)
