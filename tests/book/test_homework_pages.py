"""The pages of the homework: what they show, what they offer, and that SOLUTIONS=0 leaves every solution out of the site.

The same book is a clone in which a student works: its builds and `make clean` leave everything of the student's alone.
"""

import ast
import inspect
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import nbformat
import pytest
import yaml

from grader.author.exercises import Exercise, chosen
from grader.author.notebooks import notebook_text
from grader.author.questions import Choice
from tests.book.makefile import make

pytestmark = pytest.mark.book

EXERCISES = chosen(Path("exercises"))
PAGES = "chapters/homework"
# Where the README says to work.
STUDENTS = re.search(
    r"homework is in the folder .*?`(chapters/[\w-]+)`", Path("README.md").read_text(encoding="utf-8"), re.DOTALL
)[1]
# Where `make lab` puts the chapters.
CHAPTERS = "chapters/my-chapters"


def slug(exercise: Exercise) -> str:
    return exercise.folder.name.replace("_", "-")


def clone(book: Path) -> None:
    """Make a clone whose book is a front page and all homework. Its JupyterLab only says what it was to open."""
    for name in ("_ext", "lecturekit", "grader", "exercises", "scripts"):
        shutil.copytree(name, book / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", ".gitignore", "_config.yml", "requirements.txt", "benchmarks/samplers.svg"):
        (book / name).parent.mkdir(exist_ok=True)
        shutil.copy(name, book / name)
    toc = yaml.safe_load(Path("_toc.yml").read_text(encoding="utf-8"))
    toc["parts"] = [part for part in toc["parts"] if part["caption"] == "Homework"]
    (book / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    (book / "chapters").mkdir()
    (book / "chapters" / "index.md").write_text("# A book\n", encoding="utf-8")
    (book / "chapters" / "references.bib").touch()
    (book / ".venv" / "bin").mkdir(parents=True)
    programs = Path(sys.executable).parent
    for name, runs in {
        "python": f"exec '{sys.executable}'",
        "jupyter-book": f"exec '{programs / 'jupyter-book'}'",
        "jupyter-lab": "echo",
    }.items():
        (book / ".venv" / "bin" / name).write_text(f'#!/bin/sh\n{runs} "$@"\n', encoding="utf-8")
        (book / ".venv" / "bin" / name).chmod(0o755)


def said(book: Path, *arguments: str) -> str:
    """Run make in the clone, all installed already, and return what it says."""
    installed = ("-o", ".venv/installed.stamp", "-o", "node_modules/installed.stamp")
    done = make(book, *installed, *arguments, PYTHONPATH=str(book))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(book: Path, solutions: str) -> Path:
    """Build the book, and return a copy of the site."""
    (book / "chapters" / "index.md").touch()  # a reason to build
    assert "jupyter-book build" in said(book, "book", f"SOLUTIONS={solutions}")
    return shutil.copytree(book / "_build" / "html", book / f"site-{solutions}")


def answer(notebook: Path) -> None:
    """Answer the first question, and save."""
    content = nbformat.read(notebook, 4)
    cell = next(cell for cell in content.cells if cell.cell_type == "code" and "homework.check" in cell.source)
    cell.source = f"answer = {len(cell.source)}\n{cell.source}"
    nbformat.write(content, notebook)


def work(book: Path) -> None:
    """Do what students do: answer a notebook, copy it, write beside it; also where they worked before they had a folder."""
    for folder in (book / STUDENTS, book / PAGES):
        folder.mkdir(exist_ok=True)
        (folder / "03_shrinkage.ipynb").write_text(notebook_text(EXERCISES[2].folder), encoding="utf-8")
        answer(folder / "03_shrinkage.ipynb")
        shutil.copy(folder / "03_shrinkage.ipynb", folder / "03_shrinkage-Copy1.ipynb")
        (folder / "notes.md").write_text("# Mine\n", encoding="utf-8")
        (folder / "03-shrinkage-solution.md").write_text("# From an earlier build, and -solution notes\n", encoding="utf-8")
    front = book / CHAPTERS / "index.ipynb"
    front.write_text(front.read_text(encoding="utf-8").replace("A book", "My book"), encoding="utf-8")


def kept(book: Path) -> dict[str, bytes]:
    return {
        path.relative_to(book).as_posix(): path.read_bytes()
        for folder in (STUDENTS, PAGES, CHAPTERS)
        for path in (book / folder).rglob("*")
        if path.is_file()
    }


@dataclass(frozen=True)
class Told:
    """What a clone's commands said, and the student's files before and after them."""

    lab: str
    second_lab: str
    second_build: str
    clean: str
    before: dict[str, bytes]
    after: dict[str, bytes]


@pytest.fixture(scope="module")
def student(tmp_path_factory) -> tuple[Path, Told]:
    """A clone, in which a student has worked: built with solutions and then, in the same place, without; then cleaned."""
    book = tmp_path_factory.mktemp("book")
    clone(book)
    lab = said(book, "lab")
    work(book)
    build(book, "1")
    answer(book / STUDENTS / "03_shrinkage.ipynb")
    before = kept(book)
    second_build = said(book, "book", "SOLUTIONS=1")
    second_lab = said(book, "lab")
    build(book, "0")
    clean = said(book, "clean")
    return book, Told(lab, second_lab, second_build, clean, before, kept(book))


@pytest.fixture(scope="module")
def sites(student) -> tuple[Path, Path]:
    """The site with solutions, and the one without."""
    return student[0] / "site-1", student[0] / "site-0"


def squeezed(text: str) -> str:
    """What a page, a notebook or a source says, without markup, escapes and spaces."""
    return re.sub(r"\s|\\n|\\(?=\")", "", unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", text)))


def files(site: Path) -> dict[str, str]:
    return {path.relative_to(site).as_posix(): path.read_text("utf-8", "replace") for path in site.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def without(sites) -> dict[str, str]:
    """Every file of the site without solutions, and every file of the student's: the package, and the notebooks."""
    package = {
        path.as_posix(): path.read_text("utf-8", "replace") for path in Path("lecturekit").rglob("*.*") if path.is_file()
    }
    notebooks = {f"{exercise.folder.name}.ipynb": notebook_text(exercise.folder) for exercise in EXERCISES}
    return files(sites[1]) | package | notebooks


@pytest.fixture(scope="module")
def said_without(without) -> dict[str, str]:
    """The same, squeezed."""
    return {name: squeezed(text) for name, text in without.items()}


@pytest.fixture(scope="module")
def said_with(sites) -> dict[str, str]:
    """Every file of the site with solutions, squeezed."""
    return {name: squeezed(text) for name, text in files(sites[0]).items()}


def sources(exercise: Exercise) -> list[str]:
    """The bodies, squeezed, of all functions in an exercise's questions.py that are long enough to be nobody else's."""
    text = (exercise.folder / "questions.py").read_text(encoding="utf-8")
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            found.append(squeezed("\n".join(text.splitlines()[body[0].lineno - 1 : node.end_lineno])))
    return [source for source in found if len(source) > 60]


def expected_values(exercise: Exercise) -> set[str]:
    """The right answers on public probes and for every variant, as far as their digits belong to nothing else."""
    keys = [one for key in exercise.pack().keys.values() for one in (key if isinstance(key, tuple) else [key])]
    return {number[:9] for key in keys for number in re.findall(r"\d\.\d{8,}", repr(getattr(key, "expected", ())))}


@pytest.mark.parametrize("exercise", EXERCISES, ids=slug)
def test_a_homework_page_shows_the_notebook_and_offers_it(sites, exercise):
    for site in sites:
        page = (site / PAGES / f"{slug(exercise)}.html").read_text(encoding="utf-8")
        link = re.search(rf'href="([^"]+/{exercise.folder.name}\.ipynb)"', page)[1]
        offered = (site / PAGES / link).resolve().read_text(encoding="utf-8")
        assert offered == notebook_text(exercise.folder)
        assert len(nbformat.reads(offered, 4).cells) > len(exercise.questions)
        for question in exercise.questions:
            assert f'homework.check("{question.name}",{question.name})' in squeezed(page)
        assert STUDENTS in page


def test_lab_puts_every_notebook_into_the_students_folder_and_opens_the_one_above(student):
    told = student[1]
    assert told.lab.splitlines()[-1].endswith(f" {Path(STUDENTS).parent}")
    for exercise in EXERCISES:
        name = f"{exercise.folder.name}.ipynb"
        assert name in told.lab
        # The third was answered since.
        is_blank = told.before[f"{STUDENTS}/{name}"].decode() == notebook_text(exercise.folder)
        assert is_blank == (exercise.number != "03")


def test_lab_puts_the_chapters_beside_the_homework_and_keeps_what_was_changed_in_them(student):
    told = student[1]
    assert f"The book is in {CHAPTERS}: index.ipynb copied there." in told.lab.splitlines()
    assert b"My book" in told.after[f"{CHAPTERS}/index.ipynb"]
    assert "every notebook was there already" in told.second_lab
    assert nbformat.reads(told.after[f"{CHAPTERS}/index.ipynb"].decode(), 4).cells[0].source == "# My book"


def test_git_ignores_the_students_folder(student):
    subprocess.run(["git", "init", "-q"], cwd=student[0], check=True)
    names = [f"{folder}/any.ipynb" for folder in (STUDENTS, PAGES, CHAPTERS)]
    ignored = subprocess.run(["git", "check-ignore", *names], cwd=student[0], check=True, capture_output=True, text=True)
    assert ignored.stdout.splitlines() == names


def test_neither_builds_nor_clean_touch_what_a_student_has_made(student):
    told = student[1]
    for folder in (STUDENTS, PAGES):
        for name in ("03_shrinkage.ipynb", "03_shrinkage-Copy1.ipynb", "notes.md", "03-shrinkage-solution.md"):
            assert f"{folder}/{name}" in told.before
    assert told.after == told.before


def test_a_students_work_is_neither_a_page_nor_a_reason_to_build(student):
    book, told = student
    assert "jupyter-book build" not in told.second_build
    assert [name for name in files(book / "site-0") if re.search("notes|Copy1|my-homework", name)] == []


def test_clean_says_what_it_removes_and_leaves_nothing_of_a_build(student):
    book, told = student
    removed = re.findall(r"^Removed (.+)\.$", told.clean, re.MULTILINE)
    assert {"_build/html", "_build/homework", "_build", ".venv"} <= set(removed)
    assert len(removed) == len(told.clean.splitlines())
    assert [name for name in removed if (book / name).exists()] == []


@pytest.mark.parametrize("exercise", EXERCISES, ids=slug)
def test_a_page_of_solutions_shows_the_references_and_every_misconception(sites, exercise):
    page = squeezed((sites[0] / PAGES / f"{slug(exercise)}-solution.html").read_text(encoding="utf-8"))
    for question in exercise.questions:
        if not isinstance(question, Choice):
            assert squeezed(inspect.getsource(question.reference)) in page
        for misconception in question.misconceptions:
            # Sphinx sets other quotation marks.
            assert max(re.split(r"['\"`]", squeezed(misconception.name)[1:]), key=len) in page


def test_without_solutions_no_page_of_them_is_left_anywhere(sites):
    assert sum("-solution" in name for name in files(sites[0])) >= 2 * len(EXERCISES)
    found = {name: text for name, text in files(sites[1]).items() if name.startswith((PAGES, f"_sources/{PAGES}", "search"))}
    assert len(found) > 2 * len(EXERCISES)
    assert [name for name in files(sites[1]) if "-solution" in name] == []
    assert [name for name, text in found.items() if "-solution" in text] == []


def names_of_files_with(pieces: list[str], said: dict[str, str]) -> list[str]:
    return [name for name, text in said.items() if any(piece in text for piece in pieces)]


@pytest.mark.parametrize("exercise", EXERCISES, ids=slug)
def test_no_reference_is_in_what_a_student_has(said_without, said_with, exercise):
    own = sources(exercise)
    assert len(own) >= 3
    assert names_of_files_with(own, said_without) == []
    # Where they are, the same search finds them.
    solution = f"{PAGES}/{slug(exercise)}-solution"
    assert {f"{solution}.html", f"_sources/{solution}.md"} <= set(names_of_files_with(own, said_with))


@pytest.mark.parametrize("exercise", EXERCISES, ids=slug)
def test_no_expected_value_is_in_what_a_student_has(without, exercise):
    values = expected_values(exercise)
    assert len(values) > 10
    found = {name: values & {number[:9] for number in re.findall(r"\d\.\d{7,}", text)} for name, text in without.items()}
    assert {name: numbers for name, numbers in found.items() if numbers} == {}


@pytest.mark.parametrize("exercise", EXERCISES, ids=slug)
def test_no_hint_is_in_what_a_student_has(said_without, said_with, exercise):
    hints = [misconception.hint for question in exercise.questions for misconception in question.misconceptions]
    # Sphinx sets other quotation marks.
    pieces = [max(re.split(r"['\"`]", squeezed(hint)), key=len) for hint in hints]
    assert names_of_files_with(pieces, said_without) == []
    # Where they are, the same search finds each of them.
    page = said_with[f"{PAGES}/{slug(exercise)}-solution.html"]
    assert [piece for piece in pieces if piece not in page] == []
