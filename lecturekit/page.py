"""What a chapter needs beside its numbers: computed values for its prose, and its check-yourself questions."""

from __future__ import annotations

import json
import re
from html import escape
from importlib.resources import files
from typing import Any

from IPython.display import HTML, display

from ._calibration_run import Run, recorded

__all__ = ["calibration_run", "quiz", "record"]


def calibration_run() -> Run:
    """The run of `make calibrate` that chapter 8 draws.

    Examples
    --------
    >>> all(row.n >= 10_000 for row in calibration_run().rows)
    True
    """
    return recorded()


def record(**values: str) -> None:
    """Keep computed values for the prose, which shows them by MyST-NB's role: {glue:text}`name`.

    Every value is text already, formatted where it is computed, so that a page shows no more digits than it means.
    ValueError for anything but text.

    Examples
    --------
    >>> record(c04_tau="0.08")
    {'application/papermill.record/text/plain': "'0.08'"}
    """
    for name, value in values.items():
        if not isinstance(value, str):
            raise ValueError(
                f'{name}: got {value!r}; expected text, formatted as the prose will show it, for example f"{{{name}:.2f}}".'
            )
        # The prefix hides the output itself; MyST-NB finds it by the name in the metadata (as its own glue does).
        prefix = "application/papermill.record/"
        metadata = {"scrapbook": {"name": name, "mime_prefix": prefix}}
        # MyST-NB evaluates what it finds as a literal: as a quoted text it keeps its last zeros.
        display({f"{prefix}text/plain": repr(value)}, raw=True, metadata=metadata)


def quiz(chapter: str) -> HTML:
    """Show the check-yourself questions of a chapter, by its file's name, for example "04-metallicities".

    They live in lecturekit/quizzes as JSON: a list of questions, each with its answers, each with what to say about it.
    The page needs neither a kernel nor a script: a choice is a radio button, and style alone shows its feedback.
    ValueError if the chapter has none.

    Examples
    --------
    >>> "<fieldset>" in quiz("04-metallicities").data
    True
    """
    package = files("lecturekit")
    source = package / "quizzes" / f"{chapter}.json"
    if not source.is_file():
        raise ValueError(f"chapter: got {chapter!r}; expected the name of a file in lecturekit/quizzes.")
    questions = json.loads(source.read_text(encoding="utf-8"))
    body = "".join(_question(f"quiz-{chapter}-{number}", number, question) for number, question in enumerate(questions, 1))
    style = (package / "data" / "quiz.css").read_text(encoding="utf-8")
    # MathJax reads only what has this class; JupyterLab reads everything.
    return HTML(f'<style>\n{style}</style><div class="quiz tex2jax_process">{body}</div>')


def _question(name: str, number: int, question: dict[str, Any]) -> str:
    choices = "".join(_choice(name, index, **answer) for index, answer in enumerate(question["answers"]))
    return f"<fieldset><legend>{number}. {_text(question['question'])}</legend>{choices}</fieldset>"


def _choice(name: str, index: int, answer: str, correct: bool, feedback: str) -> str:
    choice = f"{name}-{index}"
    # A live region that is there from the start: a screen reader says what appears in it, and nothing before the choice.
    verdict, kind = ("Right.", "right") if correct else ("Not so.", "wrong")
    return (
        f'<div class="choice"><input type="radio" name="{name}" id="{choice}">'
        f'<label for="{choice}">{_text(answer)}</label>'
        f'<div class="why" aria-live="polite"><p class="{kind}"><strong>{verdict}</strong> {_text(feedback)}</p></div></div>'
    )


def _text(markup: str) -> str:
    """Text with $math$ as HTML with math in the delimiters that MathJax takes everywhere."""
    return re.sub(r"\$([^$]+)\$", r"\\(\1\\)", escape(markup, quote=False))
