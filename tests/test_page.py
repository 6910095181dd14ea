import builtins
import json
from importlib.resources import files

import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from lecturekit.page import quiz, record

QUIZZES = sorted(path.name.removesuffix(".json") for path in (files("lecturekit") / "quizzes").iterdir())


@pytest.fixture(autouse=True)
def _shell():
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()
    # IPython leaves this behind, and astropy then looks for a shell that is gone.
    vars(builtins).pop("__IPYTHON__", None)


def test_a_recorded_value_is_hidden_output_with_its_name():
    with capture_output() as captured:
        record(c04_tau="0.055", c04_mu="-0.19")
    first, second = captured.outputs
    assert first.data == {"application/papermill.record/text/plain": "'0.055'"}
    assert first.metadata["scrapbook"]["name"] == "c04_tau"
    assert second.metadata["scrapbook"]["name"] == "c04_mu"


def test_only_text_is_recorded():
    with pytest.raises(ValueError, match=r"c04_tau: got 0\.055; expected text"):
        record(c04_tau=0.055)


@pytest.mark.parametrize("chapter", QUIZZES)
def test_a_quiz_is_a_form_that_needs_no_script(chapter):
    page = BeautifulSoup(quiz(chapter).data, "html.parser")
    assert page.find("script") is None
    for choice in page.select(".choice"):
        button, label = choice.find("input"), choice.find("label")
        assert label["for"] == button["id"]
        assert choice.select_one("[aria-live=polite] > p").get_text()
    names = {button["name"] for button in page.select("input")}
    assert len(names) == len(page.select("fieldset"))
    assert "$" not in page.get_text()


@pytest.mark.parametrize("chapter", QUIZZES)
def test_every_question_has_one_right_choice_and_every_choice_says_why(chapter):
    questions = json.loads((files("lecturekit") / "quizzes" / f"{chapter}.json").read_text(encoding="utf-8"))
    assert 2 <= len(questions) <= 4
    for question in questions:
        assert sum(answer["correct"] for answer in question["answers"]) == 1
        assert all(len(answer["feedback"]) > 30 for answer in question["answers"])


def test_a_chapter_without_questions_is_named():
    with pytest.raises(ValueError, match="chapter: got '99-nothing'"):
        quiz("99-nothing")
