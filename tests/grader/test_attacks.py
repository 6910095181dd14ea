"""A corpus of hostile notebooks, each in tests/grader/attacks: none gains a point, and none harms anything.

All of them are graded as one class, between honest students, once in each way in which this machine can lock them up. Those
that go for a file have a canary of their own, which anybody who sees it may destroy.
"""

import contextlib
import os
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.classroom.grade import Job, grade
from grader.jail.cgroups import homes
from grader.jail.channel import Worker
from grader.jail.sandbox import FIRST_UID, Jail
from lecturekit.homework.result import Result
from tests.grader.classroom import EXERCISES, LIMITS, RIGHT, START, graded, ipynb, job, without_groups

# Those who look at processes, or have little time, run one after the other.
pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("grader")]
ATTACKS = {path.stem: path for path in sorted((Path(__file__).parent / "attacks").glob("*.py"))}
GOING = [name for name, path in ATTACKS.items() if "@CANARY@" in path.read_text(encoding="utf-8")]
# Nothing unpickles what these hand in, and no worker has a shell: they do no harm even where there is no sandbox.
HARMLESS = {"odd_cells", "pickle"}
BLANK = "def weight(sigma, tau):\n    ...\n\ndef pooled(data):\n    ...\n\nwhy = ..."
ALIVE = "unharmed"
SECRET = "an-instructors-secret-in-the-environment"
AT_A_TIME = 8  # most of them wait
LONGEST = "steal_requests"
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
    canaries: dict[str, str] = field(default_factory=dict)  # what they hold at the end
    submissions: Path = Path()
    exercises: Path = Path()
    visits: list[object] = field(default_factory=list)
    growth: int = 0
    threads: set[int] = field(default_factory=set)  # that have graded


def cells(name: str, marks: dict[str, object], naming: str = "") -> list[str]:
    """The cells of an attack, or those of them that name something, after a blank notebook's; @MARKS@ are filled in."""
    attack = [cell for cell in ATTACKS[name].read_text(encoding="utf-8").split("\n# %%\n") if naming in cell]
    return [START, BLANK, *(re.sub(r"@([A-Z]+)@", lambda match: str(marks[match[1]]), cell) for cell in attack)]


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder in which all may do as they like: not pytest's own, which the users of the sandbox could not enter."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        yield Path(folder)


def canary(folder: Path, name: str) -> Path:
    path = folder / f"canary of {name}"
    path.write_text(ALIVE)
    path.chmod(0o666)
    return path


def state(canary: Path) -> str:
    return canary.read_text(errors="replace") if canary.exists() else "removed"


@contextlib.contextmanager
def listening(visits: list[object]) -> Iterator[int]:
    """Note who connects to this machine: to a port, whose number it gives, or to a local socket that is named after it."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        port = server.getsockname()[1]
        local.bind(f"\0grader {port}")
        local.listen()
        listeners = [threading.Thread(target=_listen, args=(door, visits)) for door in (server, local)]
        for listener in listeners:
            listener.start()
        try:
            yield port
        finally:
            for door, listener in zip((server, local), listeners, strict=True):
                door.shutdown(socket.SHUT_RDWR)
                listener.join()


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

    Path("/proc/self/clear_refs").write_text("5")  # what is the most from here on
    before = _memory("VmRSS")
    with (
        listening(after.visits) as port,
        open_folder() as canaries,
        ThreadPoolExecutor(AT_A_TIME) as pool,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("SECRET", SECRET)
        marks = {
            "PID": os.getpid(),
            "PORT": port,
            "SECRET": SECRET,
            "EXERCISES": after.exercises,
            "SUBMISSIONS": after.submissions,
        }
        futures, honest = {}, []
        for i, name in enumerate(sorted(ATTACKS, key=lambda name: name != LONGEST)):
            of_its_own = marks | {"CANARY": canary(canaries, name)}
            futures[name] = pool.submit(tried, job(*cells(name, of_its_own), student=name), strict)
            if i % 6 == 0:
                honest.append(pool.submit(tried, job(*RIGHT, student=f"honest {i}"), jail))
        after.results = {name: future.result() for name, future in futures.items()}
        after.honest = [future.result() for future in honest]
        after.canaries = {path.name.removeprefix("canary of "): state(path) for path in canaries.iterdir()}
    after.growth = _memory("VmHWM") - before
    return after


def _memory(field: str) -> int:
    """Bytes of memory of this process: VmRSS now, VmHWM the most."""
    return 1024 * int(re.search(rf"^{field}:\s*(\d+)", Path("/proc/self/status").read_text(), re.MULTILINE)[1])


def _listen(server: socket.socket, visits: list[object]) -> None:
    while True:
        try:
            connection, address = server.accept()
        except OSError:
            return  # shut at the end
        connection.close()
        visits.append(address)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gains_no_point(aftermath, name):
    results = aftermath.results[name]
    assert [result.question for result in results] == ["weight", "pooled", "why"]
    assert [(result.points, result.of) for result in results] == [(0, 2), (0, 3), (0, 2)], results
    assert "ok" not in {result.status for result in results}


@pytest.mark.parametrize("name", GOING)
def test_an_attack_leaves_the_canary_alone(aftermath, name):
    assert aftermath.canaries[name] == ALIVE


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
    assert aftermath.growth < AT_A_TIME * 16 * 1024**2  # an answer of 2 MB, and what it is made into


def test_no_process_is_left(aftermath):
    assert wait_for(lambda: not _imprisoned(aftermath.threads)), _imprisoned(aftermath.threads)


def _imprisoned(threads: set[int]) -> list[str]:
    """Command lines of processes of the sandbox: for root those of the users that it made up, else this Python's workers."""
    users = {FIRST_UID + thread for thread in threads}
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            user, command = folder.stat().st_uid, _command(folder)
            ours = user in users or (_is_worker(command) and not _has_another_grader(folder))
        except OSError:
            continue  # it has ended meanwhile
        if ours:
            found.append(command)
    return found


def _command(folder: Path) -> str:
    return (folder / "cmdline").read_bytes().decode(errors="replace")


def _is_worker(command: str) -> bool:
    return sys.executable in command and "/grader/worker.py" in command


def _has_another_grader(folder: Path) -> bool:
    """Whether a process comes from another Python than this one, such as the tests that run beside these."""
    while (parent := (folder / "stat").read_text().rpartition(")")[2].split()[1]) not in ("0", "1", str(os.getpid())):
        folder = Path("/proc", parent)
        if sys.executable in _command(folder) and not _is_worker(_command(folder)):
            return True
    return False


def test_no_control_group_is_left(aftermath):
    assert _groups() == []


def _groups() -> list[Path]:
    return [path for folder in homes() for path in folder.glob(f"lecturekit-grading-{os.getpid()}-*")]


def test_what_a_worker_has_is_found_as_long_as_it_lives(jail):
    with Worker(jail, {}, "anna"):
        assert len(_imprisoned({threading.get_native_id()})) >= 1
        assert len(_groups()) == len(jail.homes)


def test_a_right_notebook_gets_all_points_in_the_same_jail(jail):
    assert [result.points for result in graded(jail, *RIGHT).values()] == [2, 3, 2]


@pytest.mark.parametrize("name", GOING)
def test_the_canary_tells_harm_where_there_is_no_sandbox(tmp_path, name):
    marks = {"CANARY": canary(tmp_path, name), "PID": 2**22 + 1}  # no process has that number
    for mark in ("SUBMISSIONS", "EXERCISES"):
        marks[mark] = tmp_path / mark
        marks[mark].mkdir()
    # Only what goes for the canary: the rest of an attack could harm this machine.
    graded(Jail(LIMITS, unsafe=True), *cells(name, marks, naming="@CANARY@"))
    harmed = wait_for(lambda: state(marks["CANARY"]) != ALIVE, seconds=0 if name in HARMLESS else 5)
    assert harmed == (name not in HARMLESS)
    assert marks["SUBMISSIONS"].exists() == marks["EXERCISES"].exists() == (name != "write_outside")
    assert not (name == "write_outside" and os.path.lexists("/tmp/link"))  # it takes away what it leaves here


def test_somebody_comes_through_the_network_where_there_is_no_sandbox():
    visits = []
    with listening(visits) as port:
        graded(Jail(LIMITS, unsafe=True), *cells("network", {"PORT": port}, naming="@PORT@"))
        assert wait_for(lambda: len(visits) == 2)


def wait_for(ready: Callable[[], bool], seconds: float = 5) -> bool:
    """Whether something comes true in time."""
    give_up = time.monotonic() + seconds
    while not ready() and time.monotonic() < give_up:
        time.sleep(0.05)
    return ready()


def test_a_memory_limit_holds_for_processes_together_even_without_groups():
    source = ATTACKS["memory_of_many"].read_text(encoding="utf-8")
    started = time.monotonic()
    results = graded(without_groups(Jail(LIMITS)), START, BLANK, source, "weight = 1")
    assert time.monotonic() - started < LIMITS.cell
    assert results["weight"].status == "missing"
