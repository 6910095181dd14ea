"""What a person has made is never lost: the notebooks that are handed out, `make clean`, and the environment."""

import shutil
from pathlib import Path

import pytest

from scripts.hand_out import HANDED_OUT, earlier_work, hand_out
from tests.book.makefile import make

NAME = "03_shrinkage.ipynb"
OLD, NEW = {NAME: "blank"}, {NAME: "blank, and better"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A student's folder into which the old notebook was handed out."""
    folder = tmp_path / "my-homework"
    (said,) = hand_out(OLD, folder)
    assert f"{NAME} copied there" in said
    assert (folder / NAME).read_text() == "blank"
    return folder


@pytest.mark.parametrize("theirs", ["blank", "answered"])
def test_a_notebook_that_is_there_is_left_alone_and_a_newer_one_is_named(folder, theirs):
    (folder / NAME).write_text(theirs)
    (said,) = hand_out(OLD, folder)
    assert "every notebook was there already" in said
    for _ in range(2):
        _, changed = hand_out(NEW, folder)
        assert f"Changed since you got it: {NAME}. Yours stays" in changed
        assert (folder / NAME).read_text() == theirs


def test_who_renames_a_notebook_gets_the_newer_one(folder):
    (folder / NAME).rename(folder / "mine.ipynb")
    (said,) = hand_out(NEW, folder)
    assert f"{NAME} copied there" in said
    assert (folder / NAME).read_text() == "blank, and better"
    assert (folder / "mine.ipynb").read_text() == "blank"


def test_a_notebook_that_the_student_put_there_first_is_left_alone_too(tmp_path):
    (tmp_path / NAME).write_text("downloaded and answered")
    (said,) = hand_out(OLD, tmp_path)
    assert "every notebook was there already" in said
    assert len(list(hand_out(NEW, tmp_path))) == 2
    assert (tmp_path / NAME).read_text() == "downloaded and answered"
    assert {path.name for path in tmp_path.iterdir()} == {NAME, HANDED_OUT}


def test_even_a_link_that_leads_nowhere_is_the_students(folder):
    (folder / NAME).unlink()
    (folder / NAME).symlink_to("a-disk-that-is-not-mounted")
    hand_out(OLD, folder)
    assert (folder / NAME).is_symlink()
    assert not (folder / "a-disk-that-is-not-mounted").exists()


def handed_out(notebooks: dict[str, str], folder: Path) -> list[str]:
    """Hand out as the chapters are."""
    return list(hand_out(notebooks, folder, kind="book", renew=True))


def test_a_chapter_that_nobody_has_changed_is_renewed(folder):
    (said,) = handed_out(NEW, folder)
    assert said.endswith(f": {NAME} renewed.")
    assert (folder / NAME).read_text() == "blank, and better"
    (said,) = handed_out(NEW, folder)
    assert "every notebook was there already" in said
    assert {path.name for path in folder.iterdir()} == {NAME, HANDED_OUT}


def test_a_chapter_that_was_changed_is_kept_and_the_newer_one_is_named(folder):
    (folder / NAME).write_text("blank ")
    for _ in range(2):
        _, changed = handed_out(NEW, folder)
        assert f"Changed since you got it: {NAME}. Yours stays" in changed
        assert (folder / NAME).read_text() == "blank "


def test_a_chapter_that_is_a_link_is_the_persons(folder, tmp_path):
    (folder / NAME).rename(tmp_path / "elsewhere.ipynb")
    (folder / NAME).symlink_to(tmp_path / "elsewhere.ipynb")
    assert len(handed_out(NEW, folder)) == 2
    assert (tmp_path / "elsewhere.ipynb").read_text() == "blank"
    assert (folder / NAME).is_symlink()


def test_a_chapter_of_which_nothing_tells_whether_it_was_changed_is_kept(folder):
    shutil.rmtree(folder / HANDED_OUT)
    handed_out(NEW, folder)
    assert len(handed_out({NAME: "blank, and better still"}, folder)) == 2
    assert (folder / NAME).read_text() == "blank"


def test_earlier_work_is_told_from_what_builds_wrote(tmp_path):
    assert earlier_work(OLD, tmp_path / "homework") == []
    for name, text in {NAME: "blank", "03-shrinkage.md": "a page", "03-shrinkage-solution.md": "a page"}.items():
        (tmp_path / name).write_text(text)
    assert earlier_work(OLD, tmp_path) == []
    (tmp_path / NAME).write_text("answered")
    (tmp_path / "data.npy").write_bytes(b"\x93NUMPY")
    assert earlier_work(OLD, tmp_path) == [NAME, "data.npy"]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the Makefile and the scripts."""
    shutil.copy("Makefile", tmp_path)
    shutil.copytree("scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def write(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")


def left(clone: Path) -> set[str]:
    """The files of a clone but for the Makefile and the scripts."""
    files = (path.relative_to(clone) for path in clone.rglob("*") if not path.is_dir())
    return {path.as_posix() for path in files if path.parts[0] not in ("Makefile", "scripts")}


def test_clean_removes_what_make_has_made_and_says_so(clone):
    made = ["_build/html/index.html", "_build/book.stamp", ".venv/created.stamp", ".venv/pyvenv.cfg", "node_modules/x/x.js"]
    write(*(clone / name for name in made))
    done = make(clone, "clean")
    assert done.returncode == 0, done.stderr
    assert left(clone) == set()
    assert set(done.stdout.splitlines()) == {
        f"Removed {name}." for name in ("_build/html", "_build/book.stamp", "_build", ".venv", "node_modules")
    }
    again = make(clone, "clean")
    assert (again.returncode, again.stdout) == (0, "")


@pytest.mark.parametrize(
    ("persons", "named"),
    [
        ("grades.csv", []),
        ("feedback/anna.html", []),
        ("chapters/my-homework/03_shrinkage.ipynb", []),
        ("chapters/homework/03_shrinkage.ipynb", []),
        ("chapters/my-chapters/03-shrinkage.ipynb", []),
        ("_build/my-notes.txt", ["Kept _build", "my-notes.txt"]),
        ("_build/html/.ipynb_checkpoints/03_shrinkage-checkpoint.ipynb", ["Kept _build/html", "Kept _build", "html"]),
        (".venv/pyvenv.cfg", ["Kept .venv"]),
    ],
)
def test_clean_keeps_what_a_person_has_made_and_names_it(clone, persons, named):
    write(clone / persons, clone / "_build" / "jupyter_execute" / "index.ipynb", clone / ".hypothesis" / "example")
    done = make(clone, "clean")
    assert done.returncode == 0, done.stderr
    assert left(clone) == {persons}
    assert [line.partition(":")[0] for line in done.stdout.splitlines() if not line.startswith("Removed ")] == named


def test_clean_takes_away_a_link_and_not_what_it_leads_to(clone, tmp_path_factory):
    shared = tmp_path_factory.mktemp("shared")
    write(shared / "created.stamp")
    (clone / ".venv").symlink_to(shared)
    assert make(clone, "clean").stdout == "Removed .venv.\n"
    assert not (clone / ".venv").is_symlink()
    assert (shared / "created.stamp").exists()


@pytest.fixture
def python(clone: Path) -> Path:
    """A Python that makes an environment of one file, and is interrupted after it if it is told to be."""
    python = clone / "scripts" / "python"
    python.write_text('#!/bin/sh\ncase "$*" in "-m venv .venv") touch .venv/pyvenv.cfg; exit "${INTERRUPTED:-0}";; esac\n')
    python.chmod(0o755)
    return python


def test_an_environment_that_make_has_not_made_is_not_replaced(clone, python):
    write(clone / ".venv" / "pyvenv.cfg", clone / ".venv" / "lib" / "mine.py")
    done = make(clone, ".venv/created.stamp", PYTHON=str(python))
    assert done.returncode != 0
    assert ".venv was made by something else" in done.stderr
    assert left(clone) == {".venv/pyvenv.cfg", ".venv/lib/mine.py"}


def test_making_the_environment_can_be_interrupted_and_is_then_begun_anew(clone, python):
    assert make(clone, ".venv/created.stamp", PYTHON=str(python), INTERRUPTED="130").returncode != 0
    write(clone / ".venv" / "half-done")
    done = make(clone, ".venv/created.stamp", PYTHON=str(python))
    assert done.returncode == 0, done.stderr
    assert left(clone) == {".venv/pyvenv.cfg", ".venv/made-by-make", ".venv/created.stamp"}
