"""One small assignment in the three forms: a function, and a value from data that the notebook gives.

The two peers get the same data, stubs and tests. Each question has a test that students see and one that they do not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

__all__ = ["ATTACKS", "BLANK", "POINTS", "QUESTIONS", "RIGHT", "SETUP", "WRONG", "Answers", "attack", "notebook"]

ATTACKS = Path(__file__).with_name("attacks")
REACH = "from benchmarks.peers.reach import courses\n"  # in a notebook there is no such module: its text takes the place
SETUP = """import numpy as np

y = np.array([0.12, -0.05, 0.31, 0.07, 0.18])
sigma = np.array([0.05, 0.10, 0.20, 0.08, 0.12])"""
# The same cell here, where the data are the student's own.
SETUP_HERE = """import numpy as np
from lecturekit.homework import Homework

homework = Homework("90", student="anyone")
y, sigma = (homework.data("stars")[name] for name in ("y", "sigma"))"""


@dataclass(frozen=True)
class Question:
    """A name, its points, and the peers' tests of it: the first is seen, the second hidden."""

    name: str
    points: int
    tests: tuple[str, str]


QUESTIONS = (
    Question(
        "weight",
        2,
        (
            "np.testing.assert_allclose(weight(0.1, 0.2), 0.8, rtol=1e-6)",
            "np.testing.assert_allclose(weight(np.array([0.05, 0.3]), 0.1), [0.8, 0.1], rtol=1e-6)",
        ),
    ),
    Question(
        "pooled",
        3,
        (
            "assert np.isfinite(pooled({'y': y, 'sigma': sigma}))",
            "assert np.isclose(pooled({'y': y, 'sigma': sigma}), 0.09882516188714154, rtol=1e-6)",
        ),
    ),
)
POINTS = sum(question.points for question in QUESTIONS)


@dataclass(frozen=True)
class Answers:
    """What a student writes: into the cell of each question, and into one more above them."""

    weight: str
    pooled: str
    extra: str = ""


BLANK = Answers("def weight(sigma, tau):\n    ...", "def pooled(data):\n    ...")
RIGHT = Answers(
    "def weight(sigma, tau):\n    return tau**2 / (tau**2 + sigma**2)",
    "def pooled(data):\n    return np.average(data['y'], weights=data['sigma']**-2)",
)
WRONG = Answers("def weight(sigma, tau):\n    return tau / (tau + sigma)", "def pooled(data):\n    return np.mean(data['y'])")


def attack(path: Path, folder: Path) -> Answers:
    """Return the blank notebook with an attack in it; ``folder`` is where the instructor keeps the course."""
    text = path.read_text(encoding="utf-8").replace(REACH, Path(__file__).with_name("reach.py").read_text(encoding="utf-8"))
    extra, *cells = text.replace("@FOLDER@", str(folder)).split("\n# %% ")
    answers = dict(cell.split("\n", 1) for cell in cells)
    return replace(BLANK, extra=extra, **answers)


def notebook(cells: list[dict]) -> str:
    """Return a Jupyter notebook's text. A cell has a source, and may have a cell_type and metadata."""
    listed = [
        {"cell_type": "code", "metadata": {}, **cell, "id": f"cell-{i}"}
        | ({} if cell.get("cell_type", "code") != "code" else {"outputs": [], "execution_count": None})
        for i, cell in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": listed, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
