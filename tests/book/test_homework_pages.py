"""The pages of the homework: what they show, what they offer, and that SOLUTIONS=0 leaves every solution out of the site."""

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import nbformat
import pytest
import yaml

from lecturekit.grading.exercises import Exercise, chosen
from lecturekit.grading.notebook import notebook_text
from lecturekit.grading.questions import Choice, Value

pytestmark = pytest.mark.book

EXERCISES = chosen(Path("exercises"))
PAGES = "chapters/homework"


def slug(exercise: Exercise) -> str:
    return exercise.folder.name.replace("_", "-")


def build(book: Path, solutions: str) -> Path:
    """Build the book, and return a copy of the site."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", book, "-n", "-W", "--keep-going"]
    environment = os.environ | {"SOLUTIONS": solutions}
    done = subprocess.run(command, capture_output=True, text=True, cwd=book, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return shutil.copytree(book / "_build" / "html", book / f"site-{solutions}")


@pytest.fixture(scope="module")
def sites(tmp_path_factory) -> tuple[Path, Path]:
    """A book of a front page and all homework, built with solutions and then, in the same place, without."""
    book = tmp_path_factory.mktemp("book")
    for name in ("_ext", "lecturekit", "exercises"):
        shutil.copytree(name, book / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "requirements.txt"):
        shutil.copy(name, book)
    toc = yaml.safe_load(Path("_toc.yml").read_text(encoding="utf-8"))
    toc["parts"] = [part for part in toc["parts"] if part["caption"] == "Homework"]
    (book / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    (book / "chapters").mkdir()
    (book / "chapters" / "index.md").write_text("# A book\n", encoding="utf-8")
    (book / "chapters" / "references.bib").touch()
    return build(book, "1"), build(book, "0")


def squeezed(text: str) -> str:
    """What a page, a notebook or a source says, without markup, escapes and spaces."""
    return re.sub(r"\s|\\n|\\(?=\")", "", unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", text)))


def files(site: Path) -> dict[str, str]:
    return {path.relative_to(site).as_posix(): path.read_text("latin-1") for path in site.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def without(sites) -> dict[str, str]:
    """Every file of the site without solutions, and every file of the student's: the package, and the notebooks."""
    package = {path.as_posix(): path.read_text("latin-1") for path in Path("lecturekit").rglob("*.*") if path.is_file()}
    notebooks = {f"{exercise.folder.name}.ipynb": notebook_text(exercise) for exercise in EXERCISES}
    return files(sites[1]) | package | notebooks


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
    pack = exercise.pack()
    keys = [pack.key(name, 0) for name in pack.keys] + [
        pack.key(question.name, variant)
        for question in exercise.questions
        if isinstance(question, Value)
        for variant in range(len(pack.data))
    ]
    return {number[:9] for key in keys for number in re.findall(r"\d\.\d{8,}", repr(key.expected))}


@pytest.mark.parametrize("exercise", EXERCISES, ids=slug)
def test_a_homework_page_shows_the_notebook_and_offers_it(sites, exercise):
    for site in sites:
        page = (site / PAGES / f"{slug(exercise)}.html").read_text(encoding="utf-8")
        link = re.search(rf'href="([^"]+/{exercise.folder.name}\.ipynb)"', page)[1]
        offered = (site / PAGES / link).resolve().read_text(encoding="utf-8")
        assert offered == notebook_text(exercise)
        assert len(nbformat.reads(offered, 4).cells) > len(exercise.questions)
        for question in exercise.questions:
            assert f'homework.check("{question.name}",{question.name})' in squeezed(page)


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


def names_of_files_with(sources: list[str], files: dict[str, str]) -> list[str]:
    return [name for name, text in files.items() if any(source in page for page in [squeezed(text)] for source in sources)]


@pytest.mark.parametrize("exercise", EXERCISES, ids=slug)
def test_no_reference_is_in_what_a_student_has(without, sites, exercise):
    own = sources(exercise)
    assert len(own) >= 3
    assert names_of_files_with(own, without) == []
    # Where they are, the same search finds them.
    solution = f"{PAGES}/{slug(exercise)}-solution"
    assert {f"{solution}.html", f"_sources/{solution}.md"} <= set(names_of_files_with(own, files(sites[0])))


@pytest.mark.parametrize("exercise", EXERCISES, ids=slug)
def test_no_expected_value_is_in_what_a_student_has(without, exercise):
    values = expected_values(exercise)
    assert len(values) > 10
    found = {name: values & {number[:9] for number in re.findall(r"\d\.\d{7,}", text)} for name, text in without.items()}
    assert {name: numbers for name, numbers in found.items() if numbers} == {}


@pytest.mark.parametrize("exercise", EXERCISES, ids=slug)
def test_no_hint_is_in_what_a_student_has(without, sites, exercise):
    hints = [misconception.hint for question in exercise.questions for misconception in question.misconceptions]
    # Sphinx sets other quotation marks.
    pieces = [max(re.split(r"['\"`]", squeezed(hint)), key=len) for hint in hints]
    assert names_of_files_with(pieces, without) == []
    # Where they are, the same search finds each of them.
    page = {"page": (sites[0] / PAGES / f"{slug(exercise)}-solution.html").read_text(encoding="utf-8")}
    assert [piece for piece in pieces if not names_of_files_with([piece], page)] == []
