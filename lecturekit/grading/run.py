"""Grade a folder of submissions: side by side here, or on a Dask cluster, and from where an interrupted run stopped."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tqdm import tqdm

from ..cluster import connect
from .channel import try_out
from .exercises import Exercise
from .grade import HUMAN, Job, grade
from .journal import Journal
from .judge import Problem, Result
from .report import Row, Run
from .runtime import USUAL
from .sandbox import Jail, Limits
from .submissions import Submission, cells, digest, read
from .variants import variant_of

__all__ = ["Settings", "grade_all"]

SEEDS = 2**32


@dataclass(frozen=True)
class Settings:
    """How to run notebooks.

    Attributes
    ----------
    limits : Limits
    hidden : tuple of Path
        Absolute paths of folders that notebooks must not see.
    modules : tuple of str
        What most of them import, to be imported once before the first.
    unsafe : bool
        Whether to do without a sandbox.
    """

    limits: Limits
    hidden: tuple[Path, ...] = ()
    modules: tuple[str, ...] = USUAL
    unsafe: bool = False

    @cache  # noqa: B019 (one for a run)
    def jail(self) -> Jail:
        """Return what submissions are locked into; `sandbox.RefusalError` if there is no sandbox here."""
        return Jail(self.limits, self.hidden, self.modules, unsafe=self.unsafe)


def grade_all(
    exercise: Exercise,
    submissions: Sequence[Submission],
    settings: Settings,
    journal: Path,
    *,
    seed: int | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
) -> Run:
    """Return the rows of a whole class, in the order of its submissions and of the questions.

    Parameters
    ----------
    exercise : Exercise
    submissions : sequence of Submission
    settings : Settings
    journal : Path
        Where to keep what is done already. Whoever has written down the rows may remove it.
    seed : int, optional
        Draws the private probes. Without one the journal's is taken, or a fresh one.
    jobs : int, optional
        Notebooks at a time, by default one for each processor.
    scheduler : str, optional
        The address of a Dask scheduler, whose workers do the work instead.

    Raises
    ------
    ValueError
        If another grader is writing to the same output.
    RefusalError
        If there is no sandbox.
    """
    run = {"homework": exercise.number, "questions": exercise.source, "unsafe": settings.unsafe}
    with (
        _executor(settings, jobs, scheduler) as (executor, width),
        Journal(journal, run, seed, secrets.randbelow(SEEDS)) as done,
        tqdm(total=len(submissions), unit=" notebooks", disable=None) as bar,
    ):
        order: list[str] = []
        jobs_left = _jobs(exercise, submissions, done, order)
        for key, results in _finished(executor, settings, jobs_left, width):
            done.add(key, results)
            bar.update(len(done.results) - bar.n)
        rows = [
            Row(exercise.number, submission, result, settings.unsafe)
            for submission, key in zip(submissions, order, strict=True)
            for result in done.results[key]
        ]
        return Run(exercise, done.seed, exercise.source, settings.unsafe, tuple(rows))


def _jobs(exercise: Exercise, submissions: Sequence[Submission], done: Journal, order: list[str]) -> Iterator[tuple[str, Job]]:
    """Append each submission's key in the journal to order, and yield it with its job if that is still to be done."""
    pack, private = exercise.pack(), exercise.private_keys(done.seed)
    for submission in submissions:
        content = read(submission)
        name = submission.file.name if submission.file else ""
        key = digest(submission.student, name, repr(content) if isinstance(content, Problem) else content)
        order.append(key)
        if key not in done.results:
            variant = variant_of(exercise.number, submission.student)
            keys = tuple(private.get(question) or pack.key(question, variant) for question in pack.keys)
            code = content if isinstance(content, Problem) else cells(content, name)
            yield key, Job(submission.student, code, pack.data[variant], keys)


def _finished(
    executor: Executor, settings: Settings, jobs: Iterator[tuple[str, Job]], width: int
) -> Iterator[tuple[str, list[Result]]]:
    """Yield results as they come, with so many jobs under way at a time."""
    under_way: dict[Future[list[Result]], tuple[str, Job]] = {}
    for key, job in jobs:
        under_way[executor.submit(_work, job, settings)] = key, job
        if len(under_way) >= width:
            yield from _next(under_way)
    while under_way:
        yield from _next(under_way)


def _next(under_way: dict[Future[list[Result]], tuple[str, Job]]) -> Iterator[tuple[str, list[Result]]]:
    for future in wait(under_way, return_when=FIRST_COMPLETED).done:
        key, job = under_way.pop(future)
        if type(future.exception()).__name__ == "KilledWorker":
            note = f"Each machine of the cluster that took it went away. {HUMAN}"
            yield key, [Result(asked.name, 0, asked.points, "died", note=note) for asked in job.keys]
        else:
            yield key, future.result()


def _work(job: Job, settings: Settings) -> list[Result]:
    return grade(job, settings.jail())


def _try_out(settings: Settings) -> None:
    try_out(settings.jail())


@contextmanager
def _executor(settings: Settings, jobs: int | None, scheduler: str | None) -> Iterator[tuple[Executor, int]]:
    """What does the work, and how many jobs to give it at a time."""
    if scheduler:
        with connect(scheduler) as client:
            client.run(_try_out, settings)
            yield client.get_executor(pure=False), 2 * sum(client.nthreads().values())
        return
    _try_out(settings)
    jail = settings.jail()
    jobs = jobs or len(os.sched_getaffinity(0))
    executor = ThreadPoolExecutor(jobs)
    try:
        yield executor, 2 * jobs
    except BaseException:
        jail.closed = True
        raise
    finally:
        executor.shutdown(cancel_futures=True)
