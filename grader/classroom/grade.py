"""Grade one submission: run its notebook in the sandbox, ask it question by question, and judge the answers out here."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lecturekit.homework.codec import Other
from lecturekit.homework.judge import judge
from lecturekit.homework.key import FunctionKey, Key
from lecturekit.homework.result import Problem, Result, Status

from ..jail.channel import GoneError, Jail, MachineError, Worker
from .submissions import shown

__all__ = ["Job", "grade"]

MAX_NOTE = 700
ATTEMPTS = 2
CELLS = 0.75  # of the time for a submission; what is left is for the questions
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
    """

    student: str
    cells: list[str] | Problem
    data: dict[str, dict[str, Any]]
    keys: tuple[Key, ...]


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
            left_out = " ".join(_left_out(number, problem) for number, problem in sorted(session.fatal.items()))
            return [_judged(key, answers[key.name], left_out) for key in job.keys]
    raise AssertionError("unreachable")


def _unanswered(key: Key, problem: Problem) -> Result:
    return Result(key.name, 0, key.points, problem.status, note=problem.note)


def _left_out(cell: int, problem: Problem) -> str:
    return f"Cell {cell} was left out, since it ended the notebook ({problem.status})."


def _judged(key: Key, answers: Sequence[Any], left_out: str) -> Result:
    whole = isinstance(answers[0], Problem) and (not isinstance(key, FunctionKey) or answers[0].status is Status.MISSING)
    try:
        result = judge(key, answers[0] if whole else answers)
    except Exception as error:  # noqa: BLE001 (no answer may end the grading of a class)
        return _unanswered(key, Problem(Status.DIED, f"Judging the answer failed: {type(error).__name__}. {HUMAN}"))
    note = f"{result.note} {left_out}".strip() if result.status is not Status.OK else result.note
    note = note if len(note) <= MAX_NOTE else f"{note[: MAX_NOTE - 1]}…"
    return replace(result, note=shown(note))  # here whatever came out of the sandbox becomes text that any file can hold


class _Session:
    """One submission's workers. A cell or a question that ends a worker is not run again; the rest is, in a new one."""

    def __init__(self, job: Job, cells: list[str], jail: Jail) -> None:
        self.job, self.cells, self.jail = job, cells, jail
        now = time.monotonic()
        self.deadline = now + jail.limits.submission
        self.last_cell = now + CELLS * jail.limits.submission
        self.fatal: dict[int, Problem] = {}  # cells that have ended a worker
        self.failed: dict[int, Problem] = {}  # cells that went wrong in the present worker
        self.answered: dict[str, list[Any]] = {}

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
        self.failed = dict(self.fatal)
        for number, source in enumerate(self.cells, 1):
            if number in self.fatal:
                continue
            if time.monotonic() > self.last_cell:
                self.failed[number] = Problem(
                    Status.TIMEOUT, f"after {CELLS * self.jail.limits.submission:g} s for all its cells"
                )
                continue
            try:
                problem = worker.run_cell(number, source, self.deadline)
            except GoneError as gone:
                self.fatal[number] = gone.problem
                return False
            if problem is not None:
                self.failed[number] = problem
        return True

    def _ask(self, worker: Worker, pending: list[Key]) -> None:
        """Ask questions until none are left, or one has ended the worker."""
        for key in pending:
            answers: list[Any] = []
            self.answered[key.name] = answers
            try:
                for answer in self._answers(worker, key):
                    answers.append(answer)
            except GoneError as gone:
                answers.append(gone.problem)
                return

    def _answers(self, worker: Worker, key: Key) -> Iterator[Any]:
        if not isinstance(key, FunctionKey):
            yield self._explained(key, worker.value(key.name, self.deadline))
            return
        for arguments in key.inputs:
            answer = self._explained(key, worker.call(key.name, arguments, self.deadline))
            yield answer
            if isinstance(answer, Problem) and answer.status.ends_question:
                return

    def _explained(self, key: Key, answer: Any) -> Any:
        """Return an answer; if there is none because the cell that should give it went wrong, return that problem."""
        if isinstance(answer, Other) and answer.type_name == "ellipsis":
            answer = None  # as the notebook has it before one has written anything
        if answer is None or (isinstance(answer, Problem) and answer.status is Status.MISSING):
            for number, problem in sorted(self.failed.items()):
                if re.search(rf"\b{re.escape(key.name)}\b", self.cells[number - 1]):
                    return problem
        return answer
