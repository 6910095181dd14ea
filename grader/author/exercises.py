"""Exercises as their authors write them: a folder NN_topic with a notebook.md and a questions.py."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np

from lecturekit.homework.key import FunctionKey, Key
from lecturekit.homework.pack import VARIANTS, Pack, packed, read

from .keys import analysis_key, choice_key, function_key, rounded
from .questions import Analysis, Choice, Function, Question

__all__ = ["Exercise", "chosen", "load"]

PRIVATE = 3  # data sets that no student has, for each function of the data
DIGITS = 5  # of the data: a student can type them, and every machine computes from the same


@dataclass(frozen=True)
class Exercise:
    """One homework.

    Attributes
    ----------
    number : str
        "03", the chapter's.
    folder : Path
        Where its notebook.md and questions.py are.
    questions : tuple
        In the notebook's order.
    data_sets : dict
        Name -> function that draws one variant of the data set, rng -> dict.
    alternatives : dict
        Name of a function -> other right ways to write it, for the tests.
    half_right : dict
        Name of a function -> ways to write it that are right on ordinary inputs and wrong on an edge, for the tests.
    """

    number: str
    folder: Path
    questions: tuple[Question, ...]
    data_sets: dict[str, Callable[[np.random.Generator], dict[str, Any]]] = field(default_factory=dict)
    alternatives: dict[str, list[Callable[..., Any]]] = field(default_factory=dict)
    half_right: dict[str, list[Callable[..., Any]]] = field(default_factory=dict)

    def data(self, variant: int) -> dict[str, dict[str, Any]]:
        """Return the data sets of one variant by name, as the student has them: to five significant digits."""
        return {name: self._drawn(name, int(self.number), variant) for name in self.data_sets}

    def _drawn(self, name: str, *seed: int) -> dict[str, Any]:
        # The name is part of the seed, so that no two data sets share their random numbers.
        drawn: dict[str, Any] = rounded(self.data_sets[name](np.random.default_rng([*seed, *name.encode()])), DIGITS)
        return drawn

    @property
    def source(self) -> str:
        """The digest of its questions.py."""
        return hashlib.sha256((self.folder / "questions.py").read_bytes()).hexdigest()

    def pack(self) -> Pack:
        """Return the pack that comes with the package if it was made from these questions; otherwise make one."""
        if self.number in packed() and (ready := read(self.number)).source == self.source:
            return ready
        return self.make_pack()

    def make_pack(self) -> Pack:
        """Make what the student's notebook needs: all variants' data, and the keys on the public probes. It takes seconds."""
        data = tuple(self.data(variant) for variant in range(VARIANTS))
        keys: dict[str, Key | tuple[FunctionKey, ...]] = {}
        for question in self.questions:
            if isinstance(question, Analysis):
                keys[question.name] = tuple(analysis_key(question, sets[question.data]) for sets in data)
            elif isinstance(question, Function):
                keys[question.name] = function_key(question, question.probes)
            else:
                keys[question.name] = choice_key(question)
        return Pack(self.number, data, keys, self.source)

    def private_keys(self, seed: int) -> dict[str, FunctionKey]:
        """Return the functions' keys, by name, on private probes that the seed draws."""
        return {
            question.name: self.private_key(question, seed) for question in self.questions if not isinstance(question, Choice)
        }

    def private_key(self, question: Function | Analysis, seed: int) -> FunctionKey:
        """Return one function's key on private probes: arguments, or data sets, that the seed draws."""
        if isinstance(question, Function):
            rng = np.random.default_rng([seed, *question.name.encode()])
            return function_key(question, [question.private(rng) for _ in range(question.private_count)])
        # From another seed than any student's data, whatever the seed is.
        drawn = [self._drawn(question.data, seed, VARIANTS + i) for i in range(PRIVATE)]
        return reduce(FunctionKey.joined, [analysis_key(question, data) for data in drawn])


def load(folder: Path) -> Exercise:
    """Return the exercise in a folder, by importing its questions.py.

    Raises
    ------
    ValueError
        If the folder's name is not NN_topic, or if its questions.py does not export what it should.
    """
    if not re.fullmatch(r"\d\d_[a-z_]+", folder.name):
        raise ValueError(f"exercise: got the folder {folder.name!r}; expected a name such as 03_shrinkage.")
    name = f"exercise_{folder.name}"
    spec = importlib.util.spec_from_file_location(name, folder / "questions.py")
    if spec is None or spec.loader is None:
        raise ValueError(f"exercise: got {folder}; expected a folder with a questions.py that Python can import.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # what is defined in it can then be found again by name
    spec.loader.exec_module(module)
    questions = tuple(getattr(module, "QUESTIONS", ()))
    if not questions or not all(isinstance(question, (Function, Analysis, Choice)) for question in questions):
        raise ValueError(f"{folder.name}/questions.py: expected QUESTIONS, a list of Function, Analysis and Choice.")
    names = [question.name for question in questions]
    if len(set(names)) < len(names):
        raise ValueError(f"{folder.name}/questions.py: got the names {names}; expected each once.")
    data_sets = dict(getattr(module, "DATA", {}))
    for question in questions:
        if isinstance(question, Analysis) and question.data not in data_sets:
            raise ValueError(f"data of {question.name}: got {question.data!r}; expected one of DATA, {list(data_sets)}.")
    ways = (dict(getattr(module, name, {})) for name in ("ALTERNATIVES", "HALF_RIGHT"))
    return Exercise(folder.name[:2], folder, questions, data_sets, *ways)


def chosen(root: Path, only: Sequence[str] = ()) -> list[Exercise]:
    """Return the exercises below a folder, all of them or those with the given numbers.

    ValueError if there is none of a number, or none at all.
    """
    folders = {path.parent.name[:2]: path.parent for path in sorted(root.glob("[0-9][0-9]_*/questions.py"))}
    if not folders:
        raise ValueError(f"exercises: got {root}; expected a folder that holds folders such as 03_shrinkage.")
    if missing := [number for number in only if number not in folders]:
        raise ValueError(f"homework: got {', '.join(missing)}; expected some of {', '.join(folders)}.")
    return [load(folder) for number, folder in folders.items() if not only or number in only]
