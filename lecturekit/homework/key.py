"""Answer keys: what an answer to one question is compared with.

The same keys serve the notebook, where they come from the pack, and the grading of a class, where they are made from the
references with private probes. They hold outputs, never a function.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

__all__ = ["ChoiceKey", "FunctionKey", "Key", "Tolerance", "ValueKey", "Wrong", "letter_digest"]


@dataclass(frozen=True)
class Tolerance:
    """Accept an answer where |given - right| <= abs + rel |right|, element by element.

    abs is a number, an array of the answer's shape, or a dict or tuple of these like the answer. ValueError if rel < 0.
    """

    rel: float = 1e-6
    abs: Any = 0.0

    def __post_init__(self) -> None:
        if not self.rel >= 0:
            raise ValueError(f"rel: got {self.rel!r}; expected a number >= 0.")

    def of(self, part: str | int) -> Tolerance:
        """Return the tolerance of one part, by name or position, of an answer that is a dict or a tuple."""
        parts: Any = self.abs  # by name or by position, as the answer has them
        has_parts = isinstance(parts, (dict, tuple, list))
        return Tolerance(self.rel, parts[part] if has_parts else parts)


@dataclass(frozen=True)
class Wrong:
    """What a misconception answers: for a function one output per input, otherwise one."""

    name: str
    hint: str
    outputs: tuple[Any, ...]


@dataclass(frozen=True)
class _AnyKey:
    """What the keys of all kinds of question share: its name, its points, and its misconceptions' outputs."""

    name: str
    points: int
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True)
class FunctionKey(_AnyKey):
    """The key of a function.

    Attributes
    ----------
    parameters : tuple of str
        The names of its arguments.
    inputs : tuple of tuples
        The arguments of each call.
    expected : tuple
        The right output of each call.
    tolerance : Tolerance
        Of every output.
    vectorised : bool
        Whether an array among the arguments stands for as many single numbers.
    """

    parameters: tuple[str, ...]
    inputs: tuple[tuple[Any, ...], ...]
    expected: tuple[Any, ...]
    tolerance: Tolerance
    vectorised: bool


@dataclass(frozen=True)
class ValueKey(_AnyKey):
    """The key of a value: the right one, its tolerance, and both for other variants of the data, if they can be told apart."""

    expected: Any
    tolerance: Tolerance
    others: tuple[tuple[Any, Tolerance], ...] = ()


@dataclass(frozen=True)
class ChoiceKey(_AnyKey):
    """The key of a choice: digests of the right statement's and the right reason's letters, and of the wrong ones'."""

    statement: str
    reason: str


Key = FunctionKey | ValueKey | ChoiceKey


def letter_digest(question: str, role: str, letter: str) -> str:
    """Return the digest of one letter of a choice, as a "statement" or as a "reason"."""
    return hashlib.sha256(f"{question}/{role}/{letter}".encode()).hexdigest()[:16]
