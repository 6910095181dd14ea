"""Grade one submission: run its notebook in the sandbox, ask it question by question, and judge the answers out here."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lecturekit.homework.codec import Other
from lecturekit.homework.judge import judge
from lecturekit.homework.key import FunctionKey, Key
from lecturekit.homework.result import Problem, Result, Status

from ..jail.channel import GoneError, Jail, MachineError, Worker, tidy
from .failures import Failure, defines, judged, whole_cell
from .submissions import shown

__all__ = ["Job", "grade"]

MAX_NOTE = 700
ATTEMPTS = 2
CELLS = 0.75  # of the time for a submission; what is left is for the questions
LEAST = 1.0  # seconds that a cell has in any case
REPORTED = {status for status in Status if status.from_worker}
HUMAN = "A human should look at it."


@dataclass(frozen=True)
class Job:
    """What is needed to grade one submission, wherever that is done.

    Attributes
    ----------
    student : str
    cells : list of str, or Problem
        The notebook's code, or why there is none.
    data : dict
        The student's data sets.
    keys : tuple of Key
        One per question. They stay on this side of the sandbox.
    newer : bool
        Whether it may have been written in a newer Python than this one.
    """

    student: str
    cells: list[str] | Problem
    data: dict[str, dict[str, Any]]
    keys: tuple[Key, ...]
    newer: bool = True


def grade(job: Job, jail: Jail) -> list[Result]:
    """Return one result for each question, whatever the submission does."""
    if isinstance(job.cells, Problem):
        return [_unanswered(key, job.cells) for key in job.keys]
    for attempt in range(ATTEMPTS):
        session = _Session(job, job.cells, jail)
        try:
            answers = session.answers()
        except Exception as failure:  # noqa: BLE001 (a MachineError; or a fault of the grader's, which must not end the run)
            if attempt == ATTEMPTS - 1:
                reason = failure if isinstance(failure, MachineError) else f"{type(failure).__name__}: {failure}"
                problem = Problem(Status.DIED, f"It could not be graded, twice: {reason}. {HUMAN}")
                return [_unanswered(key, problem) for key in job.keys]
        else:
            return [_judged(key, answers[key.name], session) for key in job.keys]
    raise AssertionError("unreachable")


def _unanswered(key: Key, problem: Problem) -> Result:
    return Result(key.name, 0, key.points, problem.status, note=problem.note)


def _judged(key: Key, answers: Sequence[Any], session: _Session) -> Result:
    try:
        result = _judge(key, answers)
    except Exception as error:  # noqa: BLE001 (no answer may end the grading of a class)
        return _unanswered(key, Problem(Status.DIED, f"Judging the answer failed: {type(error).__name__}. {HUMAN}"))
    result = judged(result, [*session.left_out.values(), *session.failures], session.cells)
    note = f"{result.note} {session.remarks.get(key.name, '')}".strip()
    note = note if len(note) <= MAX_NOTE else f"{note[: MAX_NOTE - 1]}…"
    return replace(result, note=shown(note))  # here whatever came out of the sandbox becomes text that any file can hold


def _judge(key: Key, answers: Sequence[Any]) -> Result:
    whole = isinstance(answers[0], Problem) and (not isinstance(key, FunctionKey) or answers[0].status is Status.MISSING)
    return judge(key, answers[0] if whole else answers)


def _failures(cell: int, told: object, newer: bool) -> list[Failure]:
    """Return what a worker says has failed in a cell. It comes out of the sandbox: what is no such thing is left out."""
    found = []
    for one in told if isinstance(told, list) else []:
        match one:
            case {
                "line": int(line),
                "status": str(status),
                "error": str(error),
                "gives": list(gives),
                "machine": bool(machine),
            }:
                names = frozenset(name for name in gives if isinstance(name, str))
                unread = newer and error.startswith(("SyntaxError", "IndentationError"))
                if status in REPORTED:
                    found.append(Failure(cell, line, Status(status), tidy(error), names, machine or unread))
    return found


class _Session:
    """One submission's workers. A cell or a question that ends a worker is not run again; the rest is, in a new one."""

    def __init__(self, job: Job, cells: list[str], jail: Jail) -> None:
        self.job, self.cells, self.jail = job, cells, jail
        now = time.monotonic()
        self.deadline = now + jail.limits.submission
        self.last_cell = now + CELLS * jail.limits.submission
        self.left_out: dict[int, Failure] = {}  # cells that have ended a worker
        self.failures: list[Failure] = []  # what went wrong in the present worker
        self.answered: dict[str, list[Any]] = {}
        self.remarks: dict[str, str] = {}

    def answers(self) -> dict[str, list[Any]]:
        """Return the answers to each question: values, or the problems in their place."""
        while pending := [key for key in self.job.keys if key.name not in self.answered]:
            if time.monotonic() > self.deadline:
                late = Problem(Status.TIMEOUT, f"after {self.jail.limits.submission:g} s for the whole notebook")
                return {**{key.name: [late] for key in pending}, **self.answered}
            with Worker(self.jail, self.job.data, self.job.student) as worker:
                if self._run_cells(worker):
                    self._ask(worker, pending)
        return self.answered

    def _run_cells(self, worker: Worker) -> bool:
        """Run the cells, and say whether the worker has outlived them."""
        self.failures = []
        for number, source in enumerate(self.cells, 1):
            if number in self.left_out:
                continue
            left = self.last_cell - time.monotonic()
            if left < 0:
                error = f"after {CELLS * self.jail.limits.submission:g} s for all cells"
                self.failures.append(whole_cell(number, source, Status.TIMEOUT, error))
                continue
            # None may take more than half of what is left, so that slow cells leave something to those that are not.
            seconds = min(self.jail.limits.cell, max(LEAST, left / 2))
            try:
                told = worker.run_cell(number, source, self.deadline, seconds)
            except GoneError as gone:
                self.left_out[number] = whole_cell(number, source, gone.problem.status, gone.problem.note)
                return False
            if isinstance(told, Problem):
                self.failures.append(whole_cell(number, source, told.status, told.note))
            self.failures += _failures(number, told, self.job.newer)
        return True

    def _ask(self, worker: Worker, pending: list[Key]) -> None:
        """Ask questions until none are left, or one has ended the worker."""
        for key in pending:
            answers: list[Any] = []
            self.answered[key.name] = answers
            try:
                for answer in self._answers(worker, key):
                    answers.append(answer)
                if all(map(_blank, answers)):
                    self._ask_what_was_checked(worker, key, answers)
            except GoneError as gone:
                answers.append(gone.problem)
                return
            answers[:] = [self._explained(key, answer) for answer in answers]

    def _ask_what_was_checked(self, worker: Worker, key: Key, answers: list[Any]) -> None:
        """Put what the notebook has last had checked in the place of an answer that is not there."""
        given = list(self._answers(worker, key, checked=True))
        if given and not any(map(_blank, given)):
            answers[:] = given
            cells = [str(number) for number, source in enumerate(self.cells, 1) if defines(source, key.name)]
            where = (
                f"Cell {cells[-1]} has `{key.name}` unanswered once more" if cells else f"`{key.name}` is not there at the end"
            )
            self.remarks[key.name] = f"{where}: what you had checked last counts."

    def _answers(self, worker: Worker, key: Key, *, checked: bool = False) -> Iterator[Any]:
        if not isinstance(key, FunctionKey):
            yield worker.value(key.name, self.deadline, checked=checked)
            return
        # As with cells: a slow answer leaves something to those that are not.
        seconds = (self.deadline - time.monotonic()) / 2
        late = time.monotonic() + seconds
        for arguments in key.inputs:
            if time.monotonic() > late:
                yield Problem(Status.TIMEOUT, f"after {seconds:.0f} s for all its calls")
                return
            answer = worker.call(key.name, arguments, self.deadline, checked=checked)
            yield answer
            if isinstance(answer, Problem) and answer.status.ends_question:
                return

    def _explained(self, key: Key, answer: Any) -> Any:
        """Return an answer; if there is none because the statement that should give it failed, return that problem."""
        if not _blank(answer):
            return answer
        for failure in (*self.left_out.values(), *self.failures):
            if key.name in failure.gives:
                note = f"{failure.error} ({failure.place})" if failure.status is Status.RAISED else failure.error
                return Problem(failure.status, note)
        return None if isinstance(answer, Other) else answer


def _blank(answer: Any) -> bool:
    """Whether there is no answer, as in the notebook that is handed out."""
    if isinstance(answer, Other):
        return answer.type_name == "ellipsis"
    return answer is None or (isinstance(answer, Problem) and answer.status is Status.MISSING)
