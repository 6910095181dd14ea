"""What a student reads about an answer: kind, precise, and never the right value."""

from __future__ import annotations

from typing import Any

import numpy as np

from .key import ChoiceKey, FunctionKey, Key
from .limits import Limits
from .result import Problem, Status, Verdict

__all__ = ["NOT_VECTORISED", "NO_PAIR", "NO_REASON", "OPPOSITE", "PROBLEMS", "RIGHT_STATEMENT", "SAME", "UNWRITTEN"]
__all__ += ["call", "give_function", "misconception", "near", "problem", "shortened", "slow", "verdict"]

UNWRITTEN: dict[type[Key], str] = {
    FunctionKey: "It returns `None`. Write its body, and give the result back with `return`.",
    ChoiceKey: 'It is still `None`. Assign a statement and a reason, as in `("a", "i")`.',
}
NOT_VECTORISED = (
    "It has to take an array and give an array back, element by element. NumPy's arithmetic, `np.sqrt`, `np.where` and "
    "`np.maximum` do that; `if`, `max` and the functions of `math` want one number."
)
OPPOSITE = "Every value is right but for its sign. Look for a difference that is taken the wrong way round."
SAME = (
    "It is right for your data, and gives the same for any other. Compute it from `data`, the argument, and not from "
    "`{data}` or from what the cells above have made of it."
)
NO_PAIR = 'Give two of the letters above as texts, the statement first and the reason second, as in `("a", "i")`.'
NO_REASON = 'The statement is right. Now say why: give the letter of a reason too, as in `("a", "i")`.'
RIGHT_STATEMENT = "The statement is right, its reason is another one."

# What a student reads where an answer never came.
PROBLEMS = {
    Status.RAISED: "{where} it raised `{note}`.",
    Status.TIMEOUT: "{where} it was still running {note}. Look for a loop that never ends, or for work that grows too fast.",
    Status.MEMORY: "{where} it asked for more memory than it may have. {note}",
    Status.DIED: "{where} the notebook's process ended. {note}",
    Status.UNREADABLE: "{where} it gave what cannot be read. {note}",
    Status.MISSING: "{note}",
    Status.TOO_LARGE: "{where} it gave more than any answer needs. {note}",
}


def misconception(name: str, hint: str) -> str:
    """Say which mistake gives these outputs."""
    return f"This is what you get if {name}. {hint}"


def problem(found: Problem, where: str = "When the notebook ran,") -> str:
    """Say why no answer came, and for which call."""
    note = found.note.replace("`", "'") if found.status is Status.RAISED else found.note
    return PROBLEMS[found.status].format(where=where, note=note).strip()


def call(key: FunctionKey, number: int) -> str:
    """Say with which arguments a function was called: "For `sigma = 0.1`, `tau = 0.3`,", or for whose data."""
    if key.data:
        return "For your data" if number == 0 else "For other data than yours"
    shown = zip(key.parameters, key.inputs[number], strict=False)
    return f"For {', '.join(f'`{name} = {_show(value)}`' for name, value in shown)},"


def give_function(key: FunctionKey) -> str:
    """Ask for a function where something else is given."""
    what = f"It is asked for as a function: `def {key.name}({', '.join(key.parameters)}): ...`. " if key.data else ""
    return f'{what}Give the function itself: `homework.check("{key.name}", {key.name})`.'


def verdict(found: Verdict, where: str = "") -> str:
    """Say what is wrong with an answer; ``where`` is the `call` that gave it."""
    subject, should = ("it returns", "return") if where else ("it is", "be")
    if found.part:
        subject, should = f"its `{found.part}` is", "be"
    sentence = f"{where} {_about(found, subject, should)}".strip()
    return sentence[0].upper() + sentence[1:]


def near(off: float, asked: float) -> str:
    """Say that an answer is close: how close, and how close it has to be."""
    return (
        f"That is close: right to {_percent(off)}, where {_percent(asked)} is asked for. "
        "A number rounded on the way does that, or a small part left out."
    )


def shortened(note: str) -> bool:
    """Whether a note shows the arguments of a call only in part."""
    return "…" in note or "an array of shape" in note


def slow(seconds: float) -> str:
    """Say that the grading may not have the time for this."""
    return (
        f"Each call takes {seconds:.0f} seconds. The grading makes many, and stops after {Limits.submission:g} in all. "
        "Look for a loop that NumPy could do at once."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1g} %" if share >= 1e-5 else f"{share:.0e}"


def _about(found: Verdict, subject: str, should: str) -> str:
    if found.kind == "none":
        return f"{subject} `None`. Does every way through it end in a `return`?"
    if found.kind in ("type", "names", "shape"):
        return f"{subject} {found.found}. It should {should} {found.wanted}."
    if found.kind == "nan":
        return f"{_value(found, subject)}. Some operation on the way has no answer, such as 0/0 or the root of −1."
    if found.kind == "infinite":
        return f"{_value(found, subject)}, where the right value is finite."
    return f"{_value(found, subject)}, which is {found.direction or 'wrong'}."


def _value(found: Verdict, subject: str) -> str:
    """The first wrong number, and where it is."""
    given = _show(found.given)
    if not found.index:
        return f"{subject} {given}"
    index = ", ".join(map(str, found.index))
    place = f"at index {index} of its `{found.part}`" if found.part else f"at index {index}"
    if found.wrong == 1:
        return f"the value {place} is {given}"
    count = f"all {found.size}" if found.wrong == found.size else f"{found.wrong} of {found.size}"
    return f"{count} values are wrong, the first {place}: it is {given}"


def _show(value: Any) -> str:
    """Show an argument or an answer, short: four digits, and of a long array the first four values."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{name}": {_show(part)}' for name, part in value.items()) + "}"
    if isinstance(value, np.ndarray) and value.ndim == 1:
        rest = [f"… {value.size} values"] if value.size > 5 else []
        return "[" + ", ".join([*map(_show, value[: 4 if rest else 5].tolist()), *rest]) + "]"
    if isinstance(value, np.ndarray) and value.ndim:
        rows = ", ".join(map(_show, value))
        return f"[{rows}]" if value.size <= 9 else f"an array of shape {value.shape}"
    if isinstance(value, np.generic):
        return _show(value.item())
    if isinstance(value, (float, np.floating)):
        return "NaN" if np.isnan(value) else f"{value:.4g}"
    return repr(value)
