"""Ask a student's notebook for answers from within: call its functions, and say what went wrong where something does.

The grading of a class asks from outside, and receives the same.
"""

from __future__ import annotations

import copy
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np

from . import words
from .codec import TooLargeError, decode, encode
from .key import FunctionKey, Key
from .limits import Limits
from .result import Problem, Status

__all__ = ["answers", "call"]

SECONDS = Limits.answer


class _TimeUp(BaseException):
    """Raised inside a call that takes too long; no `except Exception` in it catches this."""


def answers(key: Key, answer: Any) -> list[Any] | Problem:
    """Return what `judge` takes for a question: what a function gives for each input, or the one answer to a choice."""
    if not isinstance(key, FunctionKey):
        received = _received(answer)
        return received if isinstance(received, Problem) else [received]
    if not callable(answer):
        return Problem(Status.MISSING, words.give_function(key))
    given = []
    for arguments in key.inputs:
        given.append(_received(call(answer, copy.deepcopy(arguments))))
        if isinstance(given[-1], Problem) and given[-1].status is Status.TIMEOUT:
            break
    return given


def _received(answer: Any) -> Any:
    """Return an answer as it comes through the codec: never of a student's class. An ellipsis is not an answer yet."""
    if isinstance(answer, Problem):
        return answer
    try:
        return None if answer is ... else decode(encode(answer))
    except TooLargeError as error:
        return Problem(Status.TOO_LARGE, f"It has {error}.")
    # An object of the student's own may raise anything when it is looked at.
    except Exception as error:  # noqa: BLE001
        return Problem(Status.UNREADABLE, f"A `{type(answer).__name__}` raises `{type(error).__name__}` when it is read.")


def call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Return what a function gives for its arguments, or a Problem: what it raised and where, or that it took too long."""
    try:
        # NumPy's warnings would say before the answer, and in red, what the answer says.
        with _limit(SECONDS), np.errstate(all="ignore"):
            return function(*arguments)
    except _TimeUp:
        return Problem(Status.TIMEOUT, f"after {SECONDS:g} seconds")
    # Whatever it raises is an answer too. Only a stop from the keyboard is not.
    except (Exception, SystemExit) as error:  # noqa: BLE001
        return Problem(Status.RAISED, "".join(traceback.format_exception_only(error)).strip() + _where(function, error))


def _where(function: Callable[..., Any], error: BaseException) -> str:
    """The last line of the student's own code that the error came through, counted from its `def`."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    own = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == file]
    if not own:
        return ""
    code, line = own[-1]
    return f" (line {line - code.co_firstlineno + 1} of {code.co_name})"


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Raise _TimeUp after so many seconds, where the system has such an alarm and this is the thread that hears it."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(signum: int, frame: FrameType | None) -> None:
        raise _TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
