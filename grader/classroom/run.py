"""Grade a folder of submissions: side by side here or on a Dask cluster, resuming where an interrupted run left off."""

from __future__ import annotations

import os
import secrets
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from lecturekit.homework.key import FunctionKey, Key
from lecturekit.homework.limits import Limits
from lecturekit.homework.pack import Pack, variant_of
from lecturekit.homework.result import Problem, Result, Status

from ..jail.runtime import USUAL
from ..jail.sandbox import Jail
from .formats import Notebook, notebook, typed_id
from .grade import HUMAN, Job, grade
from .journal import Journal
from .report import Row, Run
from .submissions import Submission, compared, digest, identified, read, shown

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Settings", "grade_all", "keys_for"]

SEEDS = 2**32
PATIENCE = 30  # seconds for a cluster to show its workers


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


@cache
def _jail(settings: Settings) -> Jail:
    """What submissions are locked into, the same for a whole run; `sandbox.RefusalError` if there is no sandbox here."""
    return Jail(settings.limits, settings.hidden, settings.modules, unsafe=settings.unsafe)


def grade_all(
    pack: Pack,
    private_keys: Callable[[int], Mapping[str, FunctionKey]],
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
    pack : Pack
        The homework's data, and its keys on the public probes.
    private_keys : callable
        Seed -> the functions' keys by name, on private probes.
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
    run = {"homework": pack.homework, "questions": pack.source, "unsafe": settings.unsafe, "limits": asdict(settings.limits)}
    with (
        _executor(settings, jobs, scheduler) as (executor, width),
        Journal(journal, run, seed, secrets.randbelow(SEEDS)) as done,
        tqdm(total=len(submissions), unit=" notebooks", disable=None) as bar,
    ):
        private = private_keys(done.seed)
        order: list[tuple[Submission, str]] = []
        typed: list[str] = []
        under_way: dict[Future[list[Result]], tuple[str, Job]] = {}

        def finish(most: int) -> None:
            """Wait until at most so many jobs are under way."""
            while len(under_way) > most:
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    key, job = under_way.pop(future)
                    done.add(key, _results(future, job))
                    bar.update(len(done.results) - bar.n)

        for submission in submissions:
            key, job, id_typed = _job(pack, private, submission)
            order.append((identified(submission, id_typed), key))
            typed.append(compared(id_typed or ""))
            if key not in done.results:
                under_way[executor.submit(_work, job, settings)] = key, job
                finish(width - 1)
        finish(0)
        often = Counter(typed)
        rows = [
            Row(pack.homework, _twice(submission, one, often), result, settings.unsafe)
            for (submission, key), one in zip(order, typed, strict=True)
            for result in done.results[key]
        ]
        return Run(pack.homework, done.seed, pack.source, settings.unsafe, tuple(rows))


def _job(pack: Pack, private: Mapping[str, FunctionKey], submission: Submission) -> tuple[str, Job, str | None]:
    """Return a submission's key in the journal, what is needed to grade it, and the id that was typed into it."""
    content = read(submission)
    key = digest(submission.student, submission.name, repr(content) if isinstance(content, Problem) else content)
    found = content if isinstance(content, Problem) else notebook(content, submission.file.parts[-1] if submission.file else "")
    typed = typed_id(found.cells) if isinstance(found, Notebook) else None
    newer = isinstance(found, Notebook) and (not found.python or found.python > sys.version_info[:2])
    student = typed or submission.student  # who made their answers with these data and letters
    data = pack.data[variant_of(pack.homework, student)]
    code = found.cells if isinstance(found, Notebook) else found
    return key, Job(student, code, data, keys_for(pack, private, student), newer), typed


def _twice(submission: Submission, typed: str, often: Mapping[str, int]) -> Submission:
    """Return a submission with a word if its id was typed into another one as well."""
    if not typed or often[typed] < 2:
        return submission
    return submission.remarked(f'The id "{shown(typed)}" is in {often[typed]} notebooks.', human=True)


def keys_for(pack: Pack, private: Mapping[str, FunctionKey], student: str) -> tuple[Key, ...]:
    """Return the keys of the student of an id, in the homework's order: on the public probes, and on the private ones after."""
    keys = (pack.key(name, student) for name in pack.keys)
    return tuple(key.joined(private[key.name]) if isinstance(key, FunctionKey) else key for key in keys)


def _results(future: Future[list[Result]], job: Job) -> list[Result]:
    if type(future.exception()).__name__ == "KilledWorker":
        note = f"Each machine of the cluster that took it went away. {HUMAN}"
        return [Result(asked.name, 0, asked.points, Status.DIED, note=note) for asked in job.keys]
    return future.result()


def _work(job: Job, settings: Settings) -> list[Result]:
    return grade(job, _jail(settings))


def _try_out(settings: Settings) -> None:
    _jail(settings).try_out()


@contextmanager
def _executor(settings: Settings, jobs: int | None, scheduler: str | None) -> Iterator[tuple[Executor, int]]:
    """What does the work, and how many jobs to give it at a time."""
    if scheduler:
        with _connect(scheduler) as client:
            client.run(_try_out, settings)
            yield client.get_executor(pure=False), 2 * sum(client.nthreads().values())
        return
    jail = _jail(settings)
    jail.closed = False  # a run of the same process that was interrupted may have closed it
    jail.try_out()
    jobs = jobs or len(os.sched_getaffinity(0))
    executor = ThreadPoolExecutor(jobs)
    try:
        yield executor, 2 * jobs
    except BaseException:
        jail.closed = True
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _connect(scheduler: str) -> Client:
    """Return a client of the Dask scheduler at this address (tcp://host:port), once it has a worker; else ValueError."""
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("scheduler: Dask is not installed here; run: pip install distributed.") from None
    try:
        client = Client(scheduler)
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ValueError(f"scheduler: {scheduler} does not answer, or has no workers ({error}).") from None
    return client
