"""What an instructor and a student get to read."""

import csv
import io
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from grader.classroom.pages import write_feedback, write_summary
from grader.classroom.report import COLUMNS, Row, Run
from grader.classroom.submissions import File, Submission, shown
from lecturekit.homework.result import Result, Status

TAU = "standard deviations stand where variances belong"
FALLEN = {"anna": ("ok", ""), "bo": ("wrong", TAU), "carl": ("wrong", TAU), "dora": ("wrong", "σ is <b>not</b> squared"),
          "emil": ("died", ""), "fay": ("missing", ""), "gus": ("wrong", "")}  # fmt: skip


def run(*students: tuple[str, str, str, str]) -> Run:
    """A run of a single question: file, status, misconception, note."""
    rows = []
    for file, status, misconception, note in students:
        result = Result("weight", 2 if status == "ok" else 0, 2, Status(status), misconception, note)
        rows.append(Row("90", Submission(shown(Path(file).stem), File((file,), Path("somewhere", file))), result))
    return Run("90", 7, "digest", False, tuple(rows))


@pytest.fixture
def summary(tmp_path):
    path = tmp_path / "grades.html"
    write_summary(run(*((f"{student}.ipynb", *fallen, "A `note` <i>.") for student, fallen in FALLEN.items())), path)
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_the_summary_counts_who_fell_to_which_misconception(summary):
    bars = [(row.th.text, int(row.td.text)) for row in summary.table("tr")]
    assert bars[:3] == [("right", 1), (TAU, 2), ("σ is <b>not</b> squared", 1)]
    assert dict(bars[3:]) == {"died": 1, "missing": 1, "wrong in another way": 1}
    widths = [int(row.rect["width"]) for row in summary.table("tr")]
    assert widths[1] == max(widths)
    assert widths[1] == pytest.approx(2 * widths[0], abs=1)


def test_the_summary_lists_what_a_human_has_to_see(summary):
    (line,) = summary.ul("li")
    assert line.text == "emil, weight: died. A note <i>."


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_cell_of_the_table_is_a_formula(tmp_path, cell):
    run((f"{cell}.ipynb", "raised", "", cell)).write(tmp_path / "grades.csv")
    head, row = csv.reader(io.StringIO((tmp_path / "grades.csv").read_text(encoding="utf-8-sig")))
    assert tuple(head) == COLUMNS
    assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for value in row)


def test_a_student_reads_of_each_question_and_of_the_total(tmp_path):
    write_feedback(run(("anna.ipynb", "wrong", TAU, "This is what you get if `tau` <b>is</b> not squared.")), tmp_path)
    page = BeautifulSoup((tmp_path / "anna.html").read_text(encoding="utf-8"), "html.parser")
    assert page.h1.text == "Homework 90: anna"
    assert "0 of 2 points" in page.text
    assert "This is what you get if tau <b>is</b> not squared." in page.text
    assert page.b is None


HOSTILE = ["../../escape.ipynb", "<script>alert(1)</script>.ipynb", "a/b", "..", "new\nline.ipynb", "é" * 200 + ".ipynb"]


def test_every_student_has_a_page_of_a_harmless_name(tmp_path):
    files = ["anna.ipynb", "Anna.ipynb", "anna.md", *(name.replace("/", "∕") for name in HOSTILE), "💥.ipynb", "💣.ipynb"]
    folder = tmp_path / "pages"
    write_feedback(run(*((file, "ok", "", "") for file in files)), folder)
    pages = [page.name for page in folder.iterdir()]
    assert len({page.lower() for page in pages}) == len(files)
    assert all(page.isascii() and page.isprintable() and len(page) < 120 and page[0] != "." for page in pages)
    for page in folder.iterdir():
        assert BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").script is None
    assert [path.name for path in tmp_path.iterdir()] == ["pages"]


def test_nothing_in_a_page_asks_another_host(tmp_path):
    write_feedback(run(("anna.ipynb", "ok", "", "")), tmp_path)
    assert "http" not in (tmp_path / "anna.html").read_text(encoding="utf-8")
