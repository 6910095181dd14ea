"""What goes wrong beside the notebooks ends in one line that says what to do, and loses no work."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.__main__ import main
from grader.classroom.journal import Journal
from lecturekit.homework.limits import Limits, told
from tests.grader.classroom import EXERCISES, plain_user
from tests.grader.everyday import right

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("operations")]


def arguments(folder: Path, output: Path, *more: str) -> list[str]:
    return ["grade", str(folder), "--homework", "90", "--exercises", str(EXERCISES), "-o", str(output), "--seed", "5", *more]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "handed-in"
    folder.mkdir()
    (folder / "anna.ipynb").write_text(right("anna"))
    return folder


def said(capsys) -> str:
    """What the command printed about its error: one line."""
    lines = capsys.readouterr().err.strip().splitlines()
    (line,) = [line for line in lines if "notebooks/s" not in line]
    return line


@pytest.mark.parametrize("more", [(), ("--roster", "roster.csv")])
def test_an_empty_folder(tmp_path, capsys, monkeypatch, more):
    monkeypatch.chdir(tmp_path)
    Path("roster.csv").write_text("student\nanna\n")
    (tmp_path / "empty").mkdir()
    assert main(arguments(tmp_path / "empty", tmp_path / "grades.csv", *more)) == 2
    assert "holds no file that somebody handed in; expected a folder of notebooks" in said(capsys)


@pytest.mark.parametrize("text", ['{"seed"\n{}\n', "ü\n", "\0\n", None])
def test_a_damaged_journal(folder, tmp_path, capsys, monkeypatch, text):
    journal = tmp_path / "grades.journal"
    if text is None:  # this very run's, with a line that is whole and makes no sense
        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", lambda path: None)
            assert main(arguments(folder, tmp_path / "grades.csv")) == 0
        text = journal.read_text().splitlines()[0] + '\n{"of": "x", "results": [{"a": 1}]}\n'
    journal.write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert main(arguments(folder, tmp_path / "grades.csv")) == 2
    assert "is damaged, so that nothing can be resumed; remove it, and give the same command again" in said(capsys)
    journal.unlink()
    assert main(arguments(folder, tmp_path / "grades.csv")) == 0


@pytest.mark.parametrize("where", ["_write", "grader.classroom.report.write_text", "grader.classroom.pages.write_text"])
def test_a_full_disk(folder, tmp_path, capsys, monkeypatch, where):
    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "grades.journal")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, where, full) if where == "_write" else patch.setattr(where, full)
        assert main(arguments(folder, tmp_path / "grades.csv", "--feedback", str(tmp_path / "feedback"))) == 2
    assert "The disk is full (grades.journal). Make room, and give the same command again: it resumes" in said(capsys)
    assert main(arguments(folder, tmp_path / "grades.csv", "--feedback", str(tmp_path / "feedback"))) == 0


def test_a_disk_that_is_really_full(folder, tmp_path):
    if os.getuid():
        pytest.skip("only root may mount a disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    command = f'mount -t tmpfs -o size=4k full {disk} && head -c 4096 /dev/zero >{disk}/a; exec {sys.executable} -m grader "$@"'
    given = arguments(folder, disk / "grades.csv")
    done = subprocess.run(["unshare", "-m", "sh", "-c", command, "sh", *given], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "The disk is full" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_may_not_be_written(folder, tmp_path):
    (tmp_path / "theirs").mkdir(mode=0o555)
    user = plain_user(folder)
    tmp_path.chmod(0o755)
    given = arguments(folder, tmp_path / "theirs" / "grades.csv")
    done = subprocess.run([*user, sys.executable, "-m", "grader", *given], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"{tmp_path / 'theirs'} may not be written to; choose other folders by -o and --feedback." in done.stderr
    assert done.stderr.count("\n") == 1


def test_feedback_that_is_a_file_is_named_before_anything_runs(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("grader.__main__.grade_all", None)
    (tmp_path / "feedback").touch()
    assert main(arguments(folder, tmp_path / "grades.csv", "--feedback", str(tmp_path / "feedback"))) == 2
    assert f"{tmp_path / 'feedback'}: File exists." in said(capsys)


def test_a_second_run_beside_its_own_output_grades_the_same_people(folder, capsys):
    more = ("--feedback", str(folder / "feedback"))
    assert main(arguments(folder, folder / "grades.csv", *more)) == 0
    first = (folder / "grades.csv").read_bytes()
    assert main(arguments(folder, folder / "grades.csv", *more)) == 0
    assert (folder / "grades.csv").read_bytes() == first
    assert main(arguments(folder, folder / "again.csv")) == 0
    assert (folder / "again.csv").read_bytes() == first
    assert "1 submissions, 3 rows: 3 ok." in capsys.readouterr().out


def test_the_format_of_a_gradebook_needs_its_export(folder, tmp_path, capsys):
    assert main(arguments(folder, tmp_path / "grades.csv", "--format", "canvas")) == 2
    assert "format: canvas needs the gradebook that Canvas exports: --roster FILE.csv; got None." in said(capsys)


def test_the_table_shows_its_accents_in_a_spreadsheet_and_pandas_reads_it(tmp_path):
    import pandas

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Grüße.ipynb").write_text(right("Grüße"))
    assert main(arguments(tmp_path / "in", tmp_path / "grades.csv")) == 0
    assert (tmp_path / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    table = pandas.read_csv(tmp_path / "grades.csv")
    assert list(table.columns[:2]) == ["homework", "student"]
    assert set(table["student"]) == {"Grüße"}


def test_students_are_told_the_limits_that_the_grading_has():
    assert f"a cell of your notebook may take {Limits().cell / 60:g} minutes" in told()
    with pytest.raises(ValueError, match=r"limits: cell is -1; expected a number greater than zero, in limits\.toml"):
        Limits(cell=-1)
