"""A notebook asks what its questions.py answers, gives nothing away, and is worth nothing as long as nothing is done in it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.author.exercises import chosen
from grader.author.notebooks import headings, notebook_text, read_notebook, title
from lecturekit.homework import Homework
from lecturekit.homework.homework import PLACEHOLDER
from scripts.toc import pages


def code(exercise):
    return [cell.source for cell in read_notebook(exercise.folder).cells if cell.cell_type == "code"]


def prose(exercise):
    return "\n\n".join(cell.source for cell in read_notebook(exercise.folder).cells if cell.cell_type == "markdown")


def test_there_is_one_for_each_chapter_and_enough_to_do():
    exercises = chosen(Path("exercises"))
    chapters = sorted(path.name[:2] for path in Path("chapters").glob("[0-9][0-9]-*.md"))
    assert [exercise.number for exercise in exercises] == chapters == [f"{number:02}" for number in range(1, 12)]
    assert sum(len(exercise.questions) for exercise in exercises) >= 45


def test_it_asks_every_question_once_and_in_order(exercise):
    checks = re.findall(r'^homework\.check\("(\w+)", (\w+)\)$', "\n".join(code(exercise)), re.MULTILINE)
    assert checks == [(question.name, question.name) for question in exercise.questions]
    assert list(headings(exercise.folder)) == [question.name for question in exercise.questions]
    assert len(set(headings(exercise.folder).values())) == len(exercise.questions)


def test_it_opens_with_the_students_id_and_ends_with_the_score(exercise):
    assert f'homework = Homework("{exercise.number}", student="{PLACEHOLDER}")' in code(exercise)
    assert code(exercise)[-1] == "homework.score()"
    assert re.match(rf"Homework {int(exercise.number)}: \w", title(exercise.folder))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_as_it_is_handed_out_it_runs_and_is_worth_nothing(exercise):
    names = {}
    for cell in code(exercise):
        exec(cell.replace(PLACEHOLDER, "somebody"), names)
    homework = names["homework"]
    assert isinstance(homework, Homework)
    score = homework.score()
    assert (score.total, score.of) == (0, sum(question.points for question in exercise.questions))
    assert [result.status for _, _, result in score.questions] == ["missing"] * len(exercise.questions)


def test_it_shows_the_statements_of_a_choice_before_it_asks_for_the_answer(choice):
    name, cells = choice.question.name, code(choice.exercise)
    at = cells.index(f'homework.statements("{name}")')
    assert cells[at + 1].startswith(f"{name} = None")
    assert cells[at + 2] == f'homework.check("{name}", {name})'
    # In an order that is not the student's they would be read for the letters that they do not have.
    assert [
        text for text in {**choice.question.options, **choice.question.reasons}.values() if text in prose(choice.exercise)
    ] == []


def test_it_says_how_long_it_takes(exercise):
    first = read_notebook(exercise.folder).cells[0].source.split("\n\n")[1]
    (minutes,) = re.findall(r"Plan about (\d+) minutes\.$", first)
    assert 30 <= int(minutes) <= 180


def test_it_asks_for_a_figure_and_says_what_to_look_for(exercise):
    cells = read_notebook(exercise.folder).cells
    (asked,) = [place for place, cell in enumerate(cells) if re.search(r"^## (\d+\. )?Draw ", cell.source, re.MULTILINE)]
    assert any(cell.cell_type == "code" and cell.source.startswith("# Draw it here") for cell in cells[asked : asked + 3])
    listed = re.findall(r"^- \[ \] \S", "\n".join(cell.source for cell in cells[asked : asked + 4]), re.MULTILINE)
    assert 4 <= len(listed) <= 6


def test_its_text_needs_no_extension_of_jupyter(exercise):
    assert re.findall(r"^:::|^```\{|\{\w+\}`", prose(exercise), re.MULTILINE) == []


def test_the_same_text_gives_the_same_file_in_each_process(tmp_path):
    numbers = ["02", "03"]
    command = [sys.executable, "-m", "grader", "notebook", "-o", str(tmp_path), *numbers]
    # The order of a set there is another one than here.
    subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "1"}, stdout=subprocess.DEVNULL, check=True)
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    here = chosen(Path("exercises"), numbers)
    assert written == {f"{exercise.folder.name}.ipynb": notebook_text(exercise.folder) for exercise in here}


def test_it_has_a_page_in_the_book_and_its_solutions_one_below(exercise):
    name = exercise.folder.name.replace("_", "-")
    listed = pages()
    at = listed.index(f"chapters/homework/{name}")
    assert listed[at + 1] == f"chapters/homework/{name}-solution"


def test_its_chapter_leads_to_it(exercise):
    name = exercise.folder.name.replace("_", "-")
    (chapter,) = Path("chapters").glob(f"{exercise.number}-*.md")
    assert f"{{doc}}`homework/{name}`" in chapter.read_text(encoding="utf-8").partition("\n## Homework\n")[2]
