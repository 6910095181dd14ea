"""A corpus of hostile notebooks, each in tests/grading/attacks: none gains a point, and none harms anything.

All of them are graded as one class, between honest students, once in each way in which this machine can lock them up. Every
attack has a canary of its own: a file that it is told to destroy.
"""

import os
import re
import resource
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lecturekit.grading.grade import Job, grade
from lecturekit.grading.judge import Result
from lecturekit.grading.sandbox import FIRST_USER, Jail
from tests.grading.classroom import EXERCISES, LIMITS, RIGHT, START, graded, ipynb, job, without_groups

pytestmark = pytest.mark.sandbox
ATTACKS = {path.stem: path for path in sorted((Path(__file__).parent / "attacks").glob("*.py"))}
BLANK = "def weight(sigma, tau):\n    ...\n\npooled = ...\nwhy = ..."
ALIVE = "unharmed"
SECRET = "an-instructors-secret-in-the-environment"
# What becomes of a question that the attack breaks, where there is but one right word for it.
STATUSES = {
    ("disk", "weight"): "missing",
    ("fork_bomb", "weight"): "missing",
    ("huge_integer", "pooled"): "too large",
    ("huge_json", "pooled"): "too large",
    ("kill_itself", "weight"): "died",
    ("malformed_replies", "weight"): "died",
    ("memory", "weight"): "memory",
    ("native_loop", "pooled"): "timeout",
    ("native_loop", "weight"): "timeout",
    ("no_alarm", "weight"): "timeout",
    ("os_exit_in_an_answer", "weight"): "died",
    ("sys_exit", "weight"): "raised",
}


@dataclass
class Aftermath:
    """What the attacks have left."""

    results: dict[str, list[Result]] = field(default_factory=dict)
    honest: list[list[Result]] = field(default_factory=list)
    canaries: dict[str, Path] = field(default_factory=dict)
    submissions: Path = Path()
    exercises: Path = Path()
    visits: list[object] = field(default_factory=list)
    growth: int = 0
    threads: set[int] = field(default_factory=set)  # that have graded


def cells(name: str, marks: dict[str, object]) -> list[str]:
    """The cells of an attack, after those of a blank notebook; @MARKS@ in it are filled in."""
    text = ATTACKS[name].read_text(encoding="utf-8")
    text = re.sub(r"@([A-Z]+)@", lambda match: str(marks[match[1]]), text)
    return [START, BLANK, *text.split("\n# %%\n")]


@pytest.fixture(scope="session")
def aftermath(jail: Jail, strict: Jail, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    folder = tmp_path_factory.mktemp("class")
    after = Aftermath(submissions=folder / "submissions", exercises=folder / "exercises")
    shutil.copytree(EXERCISES, after.exercises)
    after.submissions.mkdir()
    (after.submissions / "honest.ipynb").write_text(ipynb(*RIGHT))

    def tried(job: Job, jail: Jail) -> list[Result]:
        after.threads.add(threading.get_native_id())
        return grade(job, jail)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(4) as pool, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET", SECRET)
        threading.Thread(target=_listen, args=(server, after.visits), daemon=True).start()
        marks = {
            "PID": os.getpid(),
            "PORT": server.getsockname()[1],
            "SECRET": SECRET,
            "EXERCISES": after.exercises,
            "SUBMISSIONS": after.submissions,
        }
        futures, honest = {}, []
        for i, name in enumerate(ATTACKS):
            canary = after.canaries[name] = folder / f"canary of {name}"
            canary.write_text(ALIVE)
            futures[name] = pool.submit(tried, job(*cells(name, marks | {"CANARY": canary}), student=name), strict)
            if i % 6 == 0:
                honest.append(pool.submit(tried, job(*RIGHT, student=f"honest {i}"), jail))
        after.results = {name: future.result() for name, future in futures.items()}
        after.honest = [future.result() for future in honest]
    after.growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    return after


def _listen(server: socket.socket, visits: list[object]) -> None:
    while True:
        try:
            visits.append(server.accept()[1])
        except OSError:
            return  # closed at the end


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gains_no_point(aftermath, name):
    results = aftermath.results[name]
    assert [result.question for result in results] == ["weight", "pooled", "why"]
    assert [(result.points, result.of) for result in results] == [(0, 2), (0, 3), (0, 2)], results
    assert "ok" not in {result.status for result in results}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_leaves_the_canary_alone(aftermath, name):
    assert aftermath.canaries[name].read_text() == ALIVE


@pytest.mark.parametrize("name", ATTACKS)
def test_what_an_attack_leaves_in_a_note_is_one_short_printable_line(aftermath, name):
    for result in aftermath.results[name]:
        assert result.note.isprintable()
        assert len(result.note) <= 700


@pytest.mark.parametrize(("name", "question"), STATUSES)
def test_the_status_says_what_happened(aftermath, name, question):
    (result,) = [result for result in aftermath.results[name] if result.question == question]
    assert result.status == STATUSES[name, question], result


def test_honest_students_in_between_lose_nothing(aftermath):
    assert len(aftermath.honest) > 8
    assert [[result.status for result in results] for results in aftermath.honest] == [["ok"] * 3] * len(aftermath.honest)


def test_the_instructors_files_are_as_they_were(aftermath):
    assert [path.name for path in aftermath.submissions.iterdir()] == ["honest.ipynb"]
    assert (aftermath.exercises / "90_small" / "questions.py").read_text() == (EXERCISES / "90_small/questions.py").read_text()


def test_nobody_came_through_the_network(aftermath):
    assert aftermath.visits == []


def test_the_grader_did_not_grow(aftermath):
    assert aftermath.growth < 300 * 1024**2


def test_no_process_is_left(aftermath):
    give_up = time.monotonic() + 5
    while (left := _imprisoned(aftermath.threads)) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert left == []


def _imprisoned(threads: set[int]) -> list[str]:
    """Command lines of processes of the sandbox: for root those of the users that it made up, else this Python's workers."""
    users = {FIRST_USER + thread for thread in threads}
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            user, command = folder.stat().st_uid, (folder / "cmdline").read_bytes()
            ours = user in users or (sys.executable.encode() in command and b"/grader/worker.py" in command)
        except OSError:
            continue  # it has ended meanwhile
        if ours:
            found.append(command.decode(errors="replace"))
    return found


def test_no_control_group_is_left(aftermath, jail):
    left = [path for folder in jail.homes for path in folder.glob(f"lecturekit-grading-{os.getpid()}-*")]
    assert left == []


def test_a_right_notebook_gets_all_points_in_the_same_jail(jail):
    assert [result.points for result in graded(jail, *RIGHT).values()] == [2, 3, 2]


@pytest.mark.parametrize("name", ["write_outside", "pickle"])
def test_the_canary_tells_harm_where_there_is_no_sandbox(tmp_path, name):
    canary = tmp_path / "canary"
    canary.write_text(ALIVE)
    # The pickle is harmless even then: nothing unpickles it.
    marks = {"CANARY": canary, "PID": 2**22 + 1, "SUBMISSIONS": tmp_path / "a", "EXERCISES": tmp_path / "b"}
    graded(Jail(LIMITS, unsafe=True), *cells(name, marks))
    assert (canary.exists() and canary.read_text() == ALIVE) == (name == "pickle")


def test_a_memory_limit_holds_for_processes_together_even_without_groups():
    source = ATTACKS["memory_of_many"].read_text(encoding="utf-8")
    started = time.monotonic()
    results = graded(without_groups(Jail(LIMITS)), START, BLANK, source, "weight = 1")
    assert time.monotonic() - started < LIMITS.cell
    assert results["weight"].status == "missing"
