"""What a chapter needs beside its numbers: computed values for its prose, and its check-yourself questions."""

from __future__ import annotations

import json
import random
from importlib.resources import files

from IPython.display import display
from jupyterquiz import display_quiz

__all__ = ["quiz", "record"]


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


def quiz(chapter: str) -> None:
    """Show the check-yourself questions of a chapter, by its file's name, for example "04-metallicities".

    They live in lecturekit/quizzes as JupyterQuiz's JSON, and work in the built page without a kernel.
    ValueError if the chapter has none.
    """
    source = files("lecturekit") / "quizzes" / f"{chapter}.json"
    if not source.is_file():
        raise ValueError(f"chapter: got {chapter!r}; expected the name of a file in lecturekit/quizzes.")
    # JupyterQuiz names its container by the global generator; held still, the page comes out the same on every run.
    state = random.getstate()
    random.seed(chapter)
    display_quiz(json.loads(source.read_text(encoding="utf-8")), shuffle_answers=False, max_width=800)
    random.setstate(state)
