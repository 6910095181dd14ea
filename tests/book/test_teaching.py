"""The run sheets agree with the chapters: minutes that add up, and every prediction of a chapter among the questions."""

import re
from pathlib import Path

import pytest

CHAPTERS = Path("chapters")
SHEET = re.compile(
    r"^\*Core path: (?P<core>\d+) minutes\. In full: (?P<full>\d+) minutes\.\* \{doc\}`(?P<chapter>[\w-]+)`$", re.MULTILINE
)
NAMES = sorted(path.stem for path in CHAPTERS.glob("[0-9][0-9]-*.md"))
CORE_PATH = 240


def sheets() -> dict[str, tuple[int, int, str]]:
    """Return the minutes of the core path, the minutes in full and the text of each run sheet, by its chapter."""
    page = (CHAPTERS / "teaching.md").read_text(encoding="utf-8")
    found = [(SHEET.search(part), part) for part in re.split(r"^## ", page, flags=re.MULTILINE)]
    return {head["chapter"]: (int(head["core"]), int(head["full"]), part) for head, part in found if head}


def test_every_chapter_has_a_run_sheet():
    assert list(sheets()) == NAMES


def test_the_core_path_takes_four_hours():
    assert sum(core for core, _, _ in sheets().values()) == CORE_PATH


@pytest.mark.parametrize("name", NAMES)
def test_the_steps_of_a_run_sheet_add_up(name):
    core, _, sheet = sheets()[name]
    assert sum(map(int, re.findall(r"^\d+\. \*\*(\d+) min\.\*\*", sheet, re.MULTILINE))) == core


@pytest.mark.parametrize("name", NAMES)
def test_a_run_sheet_and_its_chapter_name_the_same_time(name):
    chapter = (CHAPTERS / f"{name}.md").read_text(encoding="utf-8")
    (minutes,) = re.findall(r"\*\*Time:\*\* (?:about )?(\d+) minutes", chapter)
    assert sheets()[name][1] == int(minutes)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_sheet_asks_what_its_chapter_asks(name):
    chapter = (CHAPTERS / f"{name}.md").read_text(encoding="utf-8")
    questions = re.findall(r"^\S.*\n: ", sheets()[name][2], re.MULTILINE)
    assert len(questions) == chapter.count("{admonition} Predict first")
