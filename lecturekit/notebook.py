"""What a chapter needs beside its numbers: computed values for its prose, and its check-yourself questions."""

from __future__ import annotations

import json
import re
from html import escape
from importlib.resources import files
from typing import Any

from IPython.display import HTML, display

__all__ = ["quiz", "record"]

QUIZ_STYLE = """
.quiz fieldset { border: 1px solid #8884; border-radius: 0.4rem; margin: 1rem 0; padding: 0.6rem 1rem 0.9rem; min-width: 0; }
.quiz legend { float: left; width: 100%; font-size: 1em; font-weight: 600; margin: 0 0 0.5rem; }
.quiz .choice { clear: both; display: grid; grid-template-columns: auto 1fr; gap: 0 0.6rem; padding: 0.25rem 0; }
.quiz .choice input { margin: 0.35em 0 0; width: 1.1em; height: 1.1em; }
.quiz .choice label { margin: 0; }
.quiz .choice .why { grid-column: 2; }
.quiz .choice p { display: none; margin: 0.35rem 0; padding: 0.1rem 0 0.1rem 0.8rem; border-left: 4px solid; }
.quiz .choice input:checked ~ .why p { display: block; }
.quiz .choice p.right { border-color: #009E73; }
.quiz .choice p.wrong { border-color: #D55E00; border-left-style: double; border-left-width: 6px; }
@media print { .quiz .choice p { display: block; } }
"""


def record(**values: str) -> None:
    """Keep computed values for the prose, which shows them by MyST-NB's role: {glue:text}`name`.

    Every value is text already, formatted where it is computed, so that a page shows no more digits than it means.
    ValueError for anything but text.
    """
    for name, value in values.items():
        if not isinstance(value, str):
            raise ValueError(
                f'{name}: got {value!r}; expected text, formatted as the prose shall show it, for example f"{{{name}:.2f}}".'
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
    """
    source = files("lecturekit") / "quizzes" / f"{chapter}.json"
    if not source.is_file():
        raise ValueError(f"chapter: got {chapter!r}; expected the name of a file in lecturekit/quizzes.")
    questions = json.loads(source.read_text(encoding="utf-8"))
    body = "".join(_question(f"quiz-{chapter}-{number}", number, question) for number, question in enumerate(questions, 1))
    # MathJax reads only what has this class; JupyterLab reads everything.
    return HTML(f'<style>{QUIZ_STYLE}</style><div class="quiz tex2jax_process">{body}</div>')


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
