"""What an exercise draws until it meets a condition: the drawing ends, whatever the condition is."""

import ast
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.author import questions
from grader.author.exercises import load

FILES = sorted(Path("exercises").glob("*/questions.py"))


def rejecting(file):
    """The functions of a file that draw anew until something holds, by name, and their first arguments."""
    functions = [node for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)]
    return {node.name: node.args.args[0].arg for node in functions if "attempts(" in ast.unparse(node)}


DRAWS = [(file, name, first) for file in FILES for name, first in rejecting(file).items()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_no_loop_goes_on_without_a_condition(file):
    loops = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.While)]
    assert not [ast.unparse(loop) for loop in loops if isinstance(loop.test, ast.Constant)]


@pytest.mark.parametrize(("file", "name", "first"), DRAWS, ids=[f"{file.parent.name}-{name}" for file, name, _ in DRAWS])
def test_a_condition_that_nothing_meets_is_said(file, name, first, monkeypatch):
    load(file.parent)
    draw = getattr(sys.modules[f"exercise_{file.parent.name}"], name)
    monkeypatch.setattr(questions, "TRIES", 0)
    arguments = [np.random.default_rng(1)] if first == "rng" else ["none", np.random.default_rng(1)]
    with pytest.raises(ValueError, match=rf"^{name}: none of 0 draws met its condition; expected one that does"):
        draw(*arguments)


def test_every_exercise_that_draws_until_something_holds_is_found():
    assert len(DRAWS) >= 10
