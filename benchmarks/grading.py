"""Grade 500 notebooks, right, wrong, blank, hanging, hostile: undisturbed, killed half-way, on a cluster that loses a worker.

All three have to write the same bytes. Run it from the repository's folder: ``.venv/bin/python -m benchmarks.grading [COUNT]``.
Times depend on the machine; what the sandbox and the judging add to a notebook's own computing has a budget of 0.2 s.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.author.exercises import load
from grader.classroom.grade import grade
from grader.classroom.handed_in import find
from grader.classroom.pages import write_summary
from grader.classroom.run import Settings, grade_all
from grader.jail.sandbox import ENVIRONMENT, Jail
from lecturekit.homework.limits import Limits
from tests.grader.classroom import EXERCISES, RIGHT, START, ipynb, job

COUNT = 500
SEED = 5
LIMITS = Limits(cell=5, answer=3, submission=60, memory=1024**3, disk=8 * 1024**2)
BUDGET = 0.2  # seconds
PATIENCE = 3600  # seconds for a run to come half-way
BLANK = "def weight(sigma, tau):\n    ...\n\ndef pooled(data):\n    ...\n\nwhy = ..."
WRONG = (
    (START, "def weight(sigma, tau):\n    return tau / (tau + sigma)", "why = ('b', 'i')"),
    (
        START,
        "def weight(sigma, tau):\n    return sigma**2 / (tau**2 + sigma**2)",
        "def pooled(data):\n    return {'mean': 0.0, 'sd': np.nan}",
    ),
    (START, "def weight(sigma, tau):\n    return 1 / 0", "pooled = undefined", "why = ('a', 'ii')"),
)
HANGING = (
    (START, "def weight(sigma, tau):\n    while True: pass", "why = ('a', 'i')"),
    (START, "while True: pass", "why = ('a', 'i')"),
)
# Of the tests' attacks those whose end does not depend on who is faster.
RACING = {"daemon", "fork_and_return", "fork_bomb", "forge_all_the_time", "many_files", "memory_of_many", "native_loop"}
RACING |= {"no_alarm", "no_end", "recursion", "read_the_questions", "read_the_compiled_questions", "read_other_students"}
RACING |= {"steal_requests", "kill_itself", "stop", "threads"}
HOSTILE = [path for path in sorted(Path("tests/grader/attacks").glob("*.py")) if path.stem not in RACING]


def write_class(folder: Path, count: int) -> None:
    """Write so many notebooks: of twenty, ten right, three wrong, two blank, one hanging and four hostile."""
    for i in range(count):
        kind, turn = i % 20, i // 20
        if kind < 10:
            cells = RIGHT
        elif kind < 13:
            cells = WRONG[kind - 10]
        elif kind < 15:
            cells = (START, BLANK)
        elif kind == 15:
            cells = HANGING[turn % len(HANGING)]
        else:
            text = HOSTILE[(4 * turn + kind - 16) % len(HOSTILE)].read_text(encoding="utf-8")
            for mark in ("CANARY", "EXERCISES", "SUBMISSIONS", "SECRET"):
                text = text.replace(f"@{mark}@", "/nowhere")
            cells = (START, BLANK, *text.replace("@PID@", "1").replace("@PORT@", "9").split("\n# %%\n"))
        (folder / f"student{i:04}.ipynb").write_text(ipynb(*cells))


def run(folder: Path, output: Path, scheduler: str | None) -> None:
    """Grade the folder, as the command does."""
    settings = Settings(LIMITS, (folder.absolute(),))
    exercise = load(EXERCISES / "90_small")
    graded = grade_all(
        exercise.pack(),
        exercise.private_keys,
        find(folder, "90"),
        settings,
        output.with_suffix(".journal"),
        seed=SEED,
        jobs=None if scheduler else 2,
        scheduler=scheduler,
    )
    graded.write(output)
    write_summary(graded, output.with_suffix(".html"))
    print(graded.totals())


def start(folder: Path, output: Path, scheduler: str = "") -> subprocess.Popen:
    """Grade the folder in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "benchmarks.grading", "--run", str(folder), str(output), scheduler])


def wait_until(done: Callable[[], bool], process: subprocess.Popen, what: str) -> None:
    """Wait for what a process is to do; RuntimeError if it ends without, or takes longer than an hour."""
    give_up = time.monotonic() + PATIENCE
    while not done():
        code = process.poll()
        if (code is not None and not done()) or time.monotonic() > give_up:
            state = "is still at work" if code is None else f"has ended with exit status {code}"
            raise RuntimeError(f"{what}: not so after {PATIENCE} s at most; the process {state}. See what it printed.")
        time.sleep(0.1)


def wait_for_lines(output: Path, count: int, grader: subprocess.Popen) -> None:
    """Wait until a run has graded so many notebooks."""
    journal = output.with_suffix(".journal")
    there = f"{count} notebooks in {journal}"
    wait_until(lambda: journal.exists() and journal.read_bytes().count(b"\n") > count, grader, there)


def digest(output: Path) -> str:
    """A digest of all that a run has written."""
    whole = b"".join(output.with_suffix(suffix).read_bytes() for suffix in (".csv", ".json", ".html"))
    return hashlib.sha256(whole).hexdigest()[:16]


def undisturbed(folder: Path, output: Path, count: int) -> None:
    """Let a run be."""
    start(folder, output).wait()


def killed(folder: Path, output: Path, count: int) -> None:
    """Kill a run half-way, and start it again."""
    grader = start(folder, output)
    wait_for_lines(output, count // 2, grader)
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    start(folder, output).wait()


def on_a_cluster(folder: Path, output: Path, count: int) -> None:
    """Run on two Dask workers, and kill one of them half-way."""
    file = output.with_suffix(".scheduler")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    common = ["--no-dashboard", "--scheduler-file", str(file)]
    serve = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", *common]
    join = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-nanny", "--nthreads", "1", *common]
    scheduler = subprocess.Popen(serve, **quiet)
    wait_until(lambda: file.exists() and file.read_text().endswith("}"), scheduler, f"the scheduler's address in {file}")
    workers = [subprocess.Popen(join, **quiet) for _ in range(2)]
    grader = start(folder, output, json.loads(file.read_text())["address"])
    wait_for_lines(output, count // 2, grader)
    workers[0].send_signal(signal.SIGKILL)
    grader.wait()
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def seconds(action: Callable[[], object], times: int = 20) -> float:
    """The shortest time of several: the one that other programs disturbed least."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return min(taken)


def overhead() -> None:
    """Compare a right notebook in the sandbox with the same cells in Python alone."""
    jail = Jail(LIMITS)
    asked = job(*RIGHT)
    in_jail = seconds(lambda: grade(asked, jail))
    stand_in = "class H:\n    check = score = lambda *a: None\n    data = lambda *a: {'y': np.ones(10), 'sigma': np.ones(10)}"
    code = "\n".join(RIGHT).replace("from lecturekit.homework import Homework", stand_in)
    code = code.replace('Homework("90", student="whatever they type")', "H()")
    python = [sys.executable, "-S", "-c"]
    threads = {**os.environ, **ENVIRONMENT}
    whole = seconds(lambda: subprocess.run([*python, f"import sys\nsys.path += {sys.path}\n{code}"], env=threads, check=True))
    own = whole - seconds(lambda: subprocess.run([*python, "pass"], env=threads, check=True))
    verdict = "within" if in_jail - own <= BUDGET else "ABOVE"
    print(f"A right notebook takes {in_jail:.3f} s, of which {own:.3f} s are its own computing.")
    print(f"Grading adds {in_jail - own:.3f} s, {verdict} the budget of {BUDGET} s.", flush=True)


def main(count: int) -> int:
    """Run everything, and say whether all outputs are the same."""
    overhead()
    with TemporaryDirectory() as name:
        folder = Path(name, "submissions")
        folder.mkdir()
        write_class(folder, count)
        digests = {}
        for way in (undisturbed, killed, on_a_cluster):
            output = Path(name, f"{way.__name__}.csv")
            started = time.perf_counter()
            way(folder, output, count)
            digests[way.__name__] = digest(output)
            print(f"{way.__name__}: {time.perf_counter() - started:.0f} s, {digests[way.__name__]}", flush=True)
    same = len(set(digests.values())) == 1
    print("the same bytes each time" if same else "DIFFERENT bytes")
    return 0 if same else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] or None)
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT))
