"""Answer keys: what an answer to one question is compared with.

The same keys serve the notebook, where they come from the pack, and the grading of a class, which joins private probes to them.
They hold outputs, never a function.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

__all__ = ["ChoiceKey", "FunctionKey", "Key", "Tolerance", "Wrong"]


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
    """What a misconception answers: one output per input."""

    name: str
    hint: str
    outputs: tuple[Any, ...]


@dataclass(frozen=True)
class FunctionKey:
    """The key of a function.

    Attributes
    ----------
    name : str
        The question's.
    points : int
    wrong : tuple of Wrong
        What its misconceptions give.
    parameters : tuple of str
        The names of its arguments.
    inputs : tuple of tuples
        The arguments of each call.
    expected : tuple
        The right output of each call.
    tolerances : tuple of Tolerance
        Of each output.
    vectorised : bool
        Whether an array among the arguments stands for as many single numbers.
    data : str
        The name of the data set that is its one argument, the student's own first; empty for any other function.
    """

    name: str
    points: int
    wrong: tuple[Wrong, ...]
    parameters: tuple[str, ...]
    inputs: tuple[tuple[Any, ...], ...]
    expected: tuple[Any, ...]
    tolerances: tuple[Tolerance, ...]
    vectorised: bool = False
    data: str = ""

    def joined(self, more: FunctionKey) -> FunctionKey:
        """Return the key with the calls of another key of the same question after its own."""
        wrong = tuple(
            replace(one, outputs=(*one.outputs, *other.outputs)) for one, other in zip(self.wrong, more.wrong, strict=True)
        )
        return replace(
            self,
            wrong=wrong,
            inputs=(*self.inputs, *more.inputs),
            expected=(*self.expected, *more.expected),
            tolerances=(*self.tolerances, *more.tolerances),
        )


@dataclass(frozen=True)
class ChoiceKey:
    """The key of a choice.

    Attributes
    ----------
    name : str
        The question's.
    points : int
    statements, reasons : tuple of str
        Their texts, in the order in which the student has them: the first is "a", or "i".
    sealed : dict
        What there is to say of each pair, and of each statement alone, sealed with the pair itself: see `choice`.
    """

    name: str
    points: int
    statements: tuple[str, ...]
    reasons: tuple[str, ...]
    sealed: dict[str, str]


Key = FunctionKey | ChoiceKey
