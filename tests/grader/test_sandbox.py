"""What a notebook is locked up in: what it sees, what it may, what it may use, and that nothing of it remains."""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from grader.jail import cgroups
from grader.jail.channel import GRACE, GoneError, MachineError, Worker
from grader.jail.runtime import JAIL, Runtime, find_runtime
from grader.jail.sandbox import ENVIRONMENT, Jail, RefusalError
from lecturekit.homework.result import Problem, Status
from tests.grader.classroom import LIMITS, RIGHT, graded, without_groups

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("grader")]
SOON = 600


def values(jail: Jail, source: str, *names: str) -> list[object]:
    """Run one cell, and return variables of it."""
    deadline = time.monotonic() + SOON
    with Worker(jail, {}, "anna") as worker:
        assert worker.run_cell(1, source, deadline) is None
        return [worker.value(name, deadline) for name in names]


def test_the_worker_has_no_rights(jail):
    status = "status = dict(line.split(':', 1) for line in open('/proc/self/status').read().splitlines())"
    (found,) = values(jail, status, "status")
    assert {int(found[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {0}
    assert found["NoNewPrivs"].strip() == "1"
    assert found["Seccomp"].strip() == "2"
    assert "0" not in found["Uid"].split() + found["Gid"].split()
    assert set(found["Groups"].split()) <= {"65534", *found["Gid"].split()}


def test_jobs_side_by_side_have_users_of_their_own_where_the_grader_is_root():
    jail, together = Jail(LIMITS), Barrier(3)

    def user(_: int) -> int:
        together.wait()
        return values(jail, "import os\nuser = os.getuid()", "user")[0]

    with ThreadPoolExecutor(3) as pool:
        users = set(pool.map(user, range(3)))
    assert len(users) == (3 if os.geteuid() == 0 else 1)
    assert os.geteuid() not in users or os.geteuid() == 1000


def test_it_sees_a_few_folders_and_of_the_grader_itself_nothing(jail):
    look = f"""
import os
top = sorted(os.listdir("/"))
home, work = os.path.expanduser("~"), os.getcwd()
own = os.path.exists({str(JAIL.parent)!r})
beside = os.listdir({str(JAIL.parent.parent)!r})
here = os.path.exists({str(Path(__file__).parent)!r})
"""
    top, home, work, own, beside, here = values(jail, look, "top", "home", "work", "own", "beside", "here")
    usual = "bin dev etc grader lib lib32 lib64 libx32 proc sbin student tmp usr"
    assert set(top) <= {*usual.split(), *(path.parts[1] for path in find_runtime().shown)}
    assert home == work == "/student"
    assert not own
    assert "exercises" not in beside
    assert "tests" not in beside
    assert not here


def test_a_folder_in_what_is_shown_can_be_hidden_and_what_is_shown_in_that_again(jail, tmp_path):
    for name in ("shown", "shown/private", "shown/private/shown"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    runtime = find_runtime()
    shown = tmp_path / "shown"
    more = Runtime((*runtime.shown, shown, shown / "private" / "shown"), runtime.links, runtime.packages)
    mounts, jail.mounts = jail.mounts, more.mounts([shown / "private"])
    try:
        walk = f"import os\nseen = sorted(os.path.join(d, f) for d, _, files in os.walk({str(shown)!r}) for f in files)"
        (seen,) = values(jail, walk, "seen")
    finally:
        jail.mounts = mounts
    assert seen == [str(shown / "file"), str(shown / "private" / "shown" / "file")]


def test_its_environment_is_the_same_everywhere(jail, monkeypatch):
    monkeypatch.setenv("SECRET", "of the instructor")
    look = """
import os
environment = dict(os.environ)
try:
    first = open("/proc/1/environ").read()
except PermissionError:
    first = ""
commands = [open(f"/proc/{n}/cmdline").read() for n in os.listdir("/proc") if n.isdigit()]
"""
    environment, first, commands = values(jail, look, "environment", "first", "commands")
    environment.pop("PWD", None)
    environment.pop("LC_CTYPE", None)
    assert environment == ENVIRONMENT
    assert first.replace("PWD=/", "").strip("\0") == ""
    assert "/grader/worker.py" in " ".join(commands)
    assert str(Path.cwd() / "tests") not in " ".join(commands)


def test_all_that_it_can_write_to_is_small_memory(jail):
    look = """
import os
mounts = [line.split() for line in open("/proc/self/mounts")]
rw = [m for m in mounts if "rw" in m[3].split(",") and m[2] not in ("proc", "devpts")]
writable = sorted(m[1] for m in rw if not m[1].startswith("/dev/"))
sizes = {m[1]: [option for option in m[3].split(",") if option.startswith("size")] for m in mounts}
shm = sizes["/dev/shm"]
can = sorted(folder for folder in {m[1] for m in mounts} if os.path.isdir(folder) and os.access(folder, os.W_OK))
"""
    writable, sizes, shm, can = values(jail, look, "writable", "sizes", "shm", "can")
    assert writable == ["/student", "/tmp"]
    assert {"/student", "/tmp"} <= set(can) <= {"/dev/shm", "/student", "/tmp", "/proc", "/dev/pts"}
    assert sizes["/student"] == sizes["/tmp"] == shm == [f"size={LIMITS.disk // 1024}k"]


def test_there_is_no_network_but_a_loopback_of_its_own(jail):
    look = "lines = open('/proc/net/dev').read().splitlines()[2:]\nnames = [line.split(':')[0].strip() for line in lines]"
    assert values(jail, look, "names") == [["lo"]]


def test_the_filter_refuses_what_it_names_and_nothing_that_python_needs(jail):
    look = """
import ctypes, errno, multiprocessing, os, socket, subprocess, threading
libc = ctypes.CDLL(None, use_errno=True)
def refused(number, *arguments):
    ctypes.set_errno(0)
    return libc.syscall(number, *arguments) == -1 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS)
x86 = os.uname().machine == "x86_64"
unshare, memfd, clone, shmget = (272, 319, 56, 29) if x86 else (97, 279, 220, 194)
new_user = 0x10000000
bad = [refused(unshare, new_user), refused(clone, new_user | 17, 0, 0, 0, 0)]
bad += [refused(memfd, b"x", 0), refused(shmget, 0, 4096, 0o600)]
out = subprocess.run(["echo", "fine"], capture_output=True, text=True).stdout
thread = threading.Thread(target=lambda: bad.append(True)); thread.start(); thread.join()
left, right = socket.socketpair(); left.send(b"x"); bad.append(right.recv(1) == b"x")
callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)(1)
with multiprocessing.get_context("fork").Pool(2) as pool:
    squares = pool.map(abs, [-1, -2])
"""
    assert values(jail, look, "bad", "out", "callback", "squares") == [[True] * 6, "fine\n", 2, [1, 2]]


def test_processes_and_threads_are_limited(jail):
    source = """
import os, threading, time
children = []
try:
    while len(children) < 200:
        child = os.fork()
        if child == 0:
            time.sleep(100)
            os._exit(0)
        children.append(child)
except BlockingIOError:
    pass
"""
    (children,) = values(jail, source, "children")
    assert LIMITS.processes - 8 <= len(children) < LIMITS.processes


def test_the_memory_of_processes_together_is_limited(jail):
    deadline = time.monotonic() + SOON
    # Each is far from the limit, and together they grow by 250 MB in a second: slower than a busy machine takes notice.
    source = """
import os, time
for _ in range(10):
    if not os.fork():
        blocks = []
        for _ in range(20):
            blocks.append(b'x' * (10 << 20))
            time.sleep(0.4)
        time.sleep(60)
time.sleep(60)
"""
    patient = Jail(replace(LIMITS, cell=6))
    patient = patient if jail.homes else without_groups(patient)
    with Worker(patient, {}, "anna") as worker:
        try:
            problem = worker.run_cell(1, source, deadline)
        except GoneError as gone:
            problem = gone.problem
        most = worker.started.usage.memory()
    assert most < 2 * LIMITS.memory
    # A control group may also have ended the children alone, one by one, and left the notebook to its alarm.
    status = problem[0]["status"] if isinstance(problem, list) else problem.status
    assert status in ({Status.MEMORY, Status.TIMEOUT} if jail.homes else {Status.MEMORY})


def test_nothing_is_left_when_the_grader_is_killed(tmp_path):
    script = tmp_path / "to_be_killed.py"
    script.write_text(
        "import time\nfrom tests.grader.classroom import *\nfrom grader.jail.channel import Worker\n"
        "worker = Worker(Jail(LIMITS), {}, 'anna')\nprint(worker.process.pid, flush=True)\n"
        "worker.run_cell(1, 'import os\\nos.fork(); os.fork()\\nwhile True: pass', time.monotonic() + 60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=environment) as grader:
        outer = int(grader.stdout.readline())
        (inner,) = children(outer)
        time.sleep(0.3)
        prisoners = [inner, *children(inner)]
        grader.send_signal(signal.SIGKILL)
    give_up = time.monotonic() + 10
    while any(Path(f"/proc/{number}").exists() for number in prisoners) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert len(prisoners) >= 2
    assert [number for number in prisoners if Path(f"/proc/{number}").exists()] == []
    Jail(LIMITS)  # the next grader takes the dead one's control groups away
    assert [path for folder in cgroups.homes() for path in folder.glob(f"lecturekit-grading-{grader.pid}-*")] == []


def children(process: int) -> list[int]:
    return [int(number) for number in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_without_bubblewrap_there_is_no_jail_and_the_message_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RefusalError, match=r"is not installed. Install it \(Debian, Ubuntu: apt install bubblewrap"):
        Jail(LIMITS)


def test_a_bubblewrap_that_cannot_do_its_work_is_refused_with_its_own_words(jail, monkeypatch, tmp_path):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho bwrap: setting up uid map: Permission denied >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(jail, "bubblewrap", str(broken))
    with pytest.raises(RefusalError, match=r"setting up uid map: Permission denied\. If the system keeps it from making"):
        jail.try_out()


def test_a_machine_that_fails_once_is_tried_again_and_one_that_fails_twice_needs_a_human(jail, tmp_path):
    real = jail.bubblewrap
    flaky = tmp_path / "bwrap"
    once = f'[ -e {tmp_path}/tried ] && exec {real} "$@"\ntouch {tmp_path}/tried\nexit 1\n'
    flaky.write_text(f"#!/bin/sh\n{once}")
    flaky.chmod(0o755)
    try:
        jail.bubblewrap = str(flaky)
        assert {result.status for result in graded(jail, *RIGHT).values()} == {"ok"}
        flaky.write_text("#!/bin/sh\necho no luck >&2\nexit 1\n")
        results = graded(jail, *RIGHT).values()
    finally:
        jail.bubblewrap = real
    assert {result.status for result in results} == {"died"}
    assert {result.note for result in results} == {
        "It could not be graded, twice: the sandbox did not start: It ended its own Python with exit status 1. no luck. "
        "A human should look at it."
    }


def test_a_worker_that_is_killed_from_outside_is_the_machines_failure(jail):
    deadline = time.monotonic() + SOON
    with Worker(jail, {}, "anna") as worker:
        (inner,) = children(worker.process.pid)
        os.kill(inner, signal.SIGKILL)
        worker.process.wait()
        with pytest.raises(MachineError, match="killed from outside"):
            worker.value("x", deadline)


def test_a_deadline_is_kept_though_no_alarm_goes_off(strict):
    deadline = time.monotonic() + SOON
    with Worker(strict, {}, "anna") as worker:
        worker.run_cell(1, "import signal\ndef f(x):\n    signal.alarm(0)\n    sum(range(10**15))", deadline)
        started = time.monotonic()
        with pytest.raises(GoneError) as gone:
            worker.call("f", ("x" * 20_000,), deadline)
    assert gone.value.problem == Problem(Status.TIMEOUT, "when it had to be stopped")
    # The alarm's second and the grace, and twice as much if others had the processors; and two to end it.
    assert time.monotonic() - started < 3 * (strict.limits.answer + GRACE) + 2


CONTROL = {"user.slice": "cpu memory pids", "user.slice/app.slice": "memory pids", "user.slice/app.slice/shell.scope": ""}


def test_a_group_of_version_2_lies_beside_the_graders_own(tmp_path):
    """A stand-in for the kernel's folders, as systemd lays them out: a group with processes in it has no groups in it."""
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids")
    for name, control in CONTROL.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "cgroup.subtree_control").write_text(control)
    own = tmp_path / "own"
    own.write_text("0::/user.slice/app.slice/shell.scope\n")
    assert cgroups.homes(tmp_path, own) == [tmp_path / "user.slice" / "app.slice"]


def test_groups_of_version_1_lie_below_the_graders_own_and_need_both_controllers(tmp_path):
    own = tmp_path / "own"
    own.write_text("4:memory:/jobs/7\n8:pids:/\n1:cpu,cpuacct:/jobs\n0::/\n")
    for name in ("memory/jobs/7", "pids"):
        (tmp_path / name).mkdir(parents=True)
    assert cgroups.homes(tmp_path, own) == [tmp_path / "memory/jobs/7", tmp_path / "pids"]
    (tmp_path / "pids").rmdir()
    assert cgroups.homes(tmp_path, own) == []
    assert cgroups.homes(tmp_path, tmp_path / "nowhere") == []


def test_the_first_process_can_be_neither_read_nor_written_nor_signalled(jail):
    look = """
import os, signal
opened = []
for name in ("mem", "maps", "environ"):
    try:
        opened.append(open(f"/proc/1/{name}", "r+b" if name == "mem" else "rb"))
    except PermissionError:
        pass
for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
    try:
        os.kill(1, number)
    except PermissionError:
        pass
opened, own, alive = len(opened), os.getpid() != 1, os.path.exists("/proc/1")
def limits_of(name):
    return [line for line in open(f"/proc/{name}/limits") if "address space" in line or "open files" in line]
limits = {name: limits_of(name) for name in ("1", "self")}
"""
    opened, own, alive, limits = values(jail, look, "opened", "own", "alive", "limits")
    assert (opened, own, alive) == (0, True, True)
    assert limits["1"] == limits["self"]


INSTALLED = """
import os, site, sys
from pathlib import Path
site.getsitepackages = lambda folders=site.getsitepackages(): [str(Path.cwd()), *folders]
import lecturekit, grader
assert Path(lecturekit.__file__).is_relative_to(Path.cwd()) and Path(grader.__file__).is_relative_to(Path.cwd())
from tests.grader.classroom import *
import tests.grader.test_sandbox as here
look = f'''
import os
seen = [os.path.join(root, name) for root, _, names in os.walk({str(Path.cwd())!r}) for name in names]
from lecturekit import NormalHierarchy
'''
print(*here.values(Jail(LIMITS), look, "seen")[0], sep="\\n")
"""


def test_packs_and_what_grades_are_not_seen_where_they_are_installed_as_packages(tmp_path):
    for name in ("lecturekit", "grader", "tests/__init__.py", "tests/grader", "tests/workers.py"):
        if (source := Path(name)).is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, tmp_path / name)
    tmp_path.chmod(0o755)  # as a folder of packages is
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", INSTALLED], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    seen = [Path(line).relative_to(tmp_path).as_posix() for line in done.stdout.splitlines()]
    assert "lecturekit/model.py" in seen
    assert [name for name in seen if name.startswith(("grader/", "lecturekit/homework/"))] == []


FILLED = """
import os, socket, time
def sockets():
    held = []
    while True:
        held += socket.socketpair()
        for end in held[-2:]:
            end.setblocking(False)
            try:
                while True:
                    end.send(b"x" * 60_000)
            except BlockingIOError:
                pass
def links():
    number = 0
    while True:
        os.symlink("x", f"/tmp/{os.getpid()} {number}")
        number += 1
for _ in range(8):
    if not os.fork():
        try:
            KIND()
        except OSError:
            time.sleep(60)
time.sleep(60)
"""


@pytest.mark.parametrize("kind", ["sockets", "links"])
def test_the_kernels_memory_counts_where_there_is_no_group(kind):
    patient = without_groups(Jail(replace(LIMITS, cell=20, memory=200 * 1024**2)))
    with Worker(patient, {}, "anna") as worker, pytest.raises(GoneError) as gone:
        worker.run_cell(1, FILLED.replace("KIND", kind), time.monotonic() + SOON)
    assert gone.value.problem == Problem(Status.MEMORY)


WAITING = """
import time
def waited():
    try:
        with open("/proc/self/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except OSError:
        return 0.0
begun, before = time.monotonic(), waited()
while time.monotonic() - begun - (waited() - before) < 1.2 and time.monotonic() - begun < 4:
    pass
waited_for = waited() - before
"""


def test_time_that_a_notebook_waits_for_a_processor_is_not_its_own(jail):
    """The cell runs for less than its limit. With what it waits it takes longer, but not more than twice the limit on top."""
    hasty = Jail(replace(LIMITS, cell=2))
    hasty = hasty if jail.homes else without_groups(hasty)
    deadline = time.monotonic() + SOON
    # A kernel that keeps no account of waiting cannot give the time back.
    keeps = Path("/proc/self/schedstat").exists() and Path("/proc/self/schedstat").read_text().split()[0] != "0"
    count = 3 * len(os.sched_getaffinity(0)) if keeps else 0
    busy = [sys.executable, "-c", "while True: pass"]
    # In sessions of their own: to a kernel that is fair to sessions, six in one would count as much as the notebook.
    others = [subprocess.Popen(busy, start_new_session=True) for _ in range(count)]
    try:
        with Worker(hasty, {}, "anna") as worker:
            problem = worker.run_cell(1, WAITING, deadline)
            inside, outside = worker.value("waited_for", deadline), worker.started.usage.waited()
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert problem is None
    assert outside >= inside > (0.5 if count else -1)
