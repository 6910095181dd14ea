"""Cards and the score: text and HTML that say the same, without color alone, and with nothing of the student's as markup."""

import pytest
from bs4 import BeautifulSoup

from lecturekit.homework.feedback import Feedback, Score, html_text, points, title
from lecturekit.homework.result import Result, Status

RIGHT = Result("weight", 2, 2, Status.OK)
HALF = Result("rich", 0.5, 1, Status.WRONG, "a", "The statement is right.")
OPEN = Result("sigma", 0, 3, Status.WRONG, "", "For `x = 1`, it returns <b>, & so on.")


def soup(shown):
    return BeautifulSoup(shown._repr_html_(), "html.parser")


def words(shown):
    return soup(shown).get_text(" ", strip=True).split()


@pytest.mark.parametrize(
    ("result", "line", "state"),
    [
        (RIGHT, "✓ Correct: weight, 2 of 2 points.", "Correct"),
        (HALF, "◐ Half way: rich, 0.5 of 1 point.", "Half way"),
        (OPEN, "○ Not yet: sigma, 0 of 3 points.", "Not yet"),
    ],
)
def test_a_card_says_the_state_in_words(result, line, state):
    feedback = Feedback(result)
    assert str(feedback).splitlines()[0] == line
    assert repr(feedback) == str(feedback)
    assert title(result) == state
    assert f"{state}" in soup(feedback).strong.get_text()


def test_text_and_html_say_the_same():
    text = str(Feedback(OPEN)).replace("`", " ").replace(":", "").replace(",", "").replace(".", "")
    html = " ".join(words(Feedback(OPEN))).replace(":", "").replace(",", "").replace(".", "")
    assert html.split() == text.split()


def test_what_a_student_wrote_is_no_markup():
    assert soup(Feedback(OPEN)).find("b") is None
    assert html_text("`a < b` & <i>") == "<code>a &lt; b</code> &amp; &lt;i&gt;"


def test_the_states_differ_by_more_than_color():
    lines = {soup(Feedback(result)).div["style"].split("rgb(")[0] for result in (RIGHT, HALF, OPEN)}
    assert len(lines) == 3


def test_styles_survive_where_a_notebook_is_not_trusted():
    assert soup(Feedback(RIGHT)).find(["style", "script"]) is None
    assert not soup(Feedback(RIGHT)).find_all(class_=True)


def test_no_color_of_text_is_set_that_a_dark_page_could_hide():
    for shown in (Feedback(OPEN), Score("03", [("weight", 2, RIGHT)])):
        styles = [element["style"] for element in soup(shown).select("[style]")]
        assert styles
        assert all(not part.strip().startswith("color") for style in styles for part in style.split(";"))


def test_the_score_adds_up():
    score = Score("03", [("weight", 2, RIGHT), ("rich", 1, HALF), ("sigma", 3, OPEN), ("later", 4, None)])
    assert (score.total, score.of) == (2.5, 10)
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in soup(score).select("tbody tr")]
    assert rows == [
        ["weight", "✓ Correct", "2 of 2"],
        ["rich", "◐ Half way", "0.5 of 1"],
        ["sigma", "○ Not yet", "0 of 3"],
        ["later", "not checked yet", "0 of 4"],
    ]
    assert "2.5 of 10" in str(score)
    assert "2.5 of 10 points" in soup(score).strong.get_text()


def test_points_are_written_short():
    assert [points(number) for number in (0, 2, 2.0, 1.5)] == ["0", "2", "2", "1.5"]
