"""How a student's notebook is locked up: bubblewrap's arguments, the limits, and what starts a worker under them.

Root keeps the machine's user namespace and gives the worker a uid of its own, since limits on processes do not hold
for root. Anyone else gets a user namespace. Control groups limit memory and processes where they may be made; elsewhere
resource limits do, and the grader watches the memory of the processes together.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import psutil

from lecturekit.homework.limits import Limits

from .cgroups import Group, homes, reap
from .channel import MachineError, Started, Worker
from .runtime import INSIDE, USUAL, WORKER, find_runtime, warm_up
from .seccomp import seccomp_filter
from .usage import Usage

__all__ = ["REMEDY", "Jail", "RefusalError"]

REMEDY = "Install it (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap) and run the same command again."
ENVIRONMENT = {
    "HOME": "/student",
    "LANG": "C.UTF-8",
    # Each further arena reserves 64 MB of addresses, which count against the limit.
    "MALLOC_ARENA_MAX": "2",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/student/.matplotlib",
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    # The order of a set is then the same in each run.
    "PYTHONHASHSEED": "0",
    "TMPDIR": "/tmp",
    **dict.fromkeys(("LOGNAME", "USER", "USERNAME"), "student"),
    # Submissions run side by side; none gains by more threads than one.
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"),
}
# Writes its own pid into each file up to "--", then becomes what comes after.
JOIN = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done; shift; exec "$@"'
# The sandbox's first process: it waits for the worker, and hands it the pipe that the shell would take away.
FIRST = 'exec 3<&0; "$@" <&3 3<&- & wait $!'
FIRST_UID = 1_000_000_000
USER_NAMESPACES = "If the system keeps it from making user namespaces, the README's section on grading says how to allow that."
SPARE = 16  # processes of the sandbox itself, and some to spare


class RefusalError(Exception):
    """There is no sandbox on this machine. The message says why, and what to do."""


class Jail:
    """What every submission of a run is locked into.

    Parameters
    ----------
    limits : Limits
    hidden : iterable of Path
        Absolute paths of folders that must not be seen, wherever they lie.
    modules : iterable of str
        What most notebooks import; it is imported once before the first.
    unsafe : bool
        Run notebooks without a sandbox.

    Raises
    ------
    RefusalError
        If there is no bubblewrap, and unsafe does not do without it.
    """

    def __init__(
        self, limits: Limits, hidden: Iterable[Path] = (), modules: Iterable[str] = USUAL, *, unsafe: bool = False
    ) -> None:
        self.limits, self.unsafe = limits, unsafe
        self.closed = False  # set when the run is interrupted: no worker then goes on
        self.root = os.geteuid() == 0
        self.homes: list[Path] = []
        if not unsafe:
            self.bubblewrap = _tool("bwrap", "bubblewrap, which locks up the notebooks, is not installed", REMEDY)
            self.setpriv = _tool("setpriv", "setpriv, which takes its rights away, is missing", "Install util-linux.")
            self.prlimit = _tool("prlimit", "prlimit, which limits what it may use up, is missing", "Install util-linux.")
            self.homes = _usable(homes())
            reap(self.homes)
            self.mounts = find_runtime().mounts(hidden)
            self.filter = seccomp_filter()
            self.fonts = warm_up(tuple(modules))

    def start(self) -> Started:
        """Start a worker, which waits for its first request."""
        if self.unsafe:
            process = self._popen([*_python(WORKER[0]), str(WORKER[-1].parent)], ENVIRONMENT, ())
            return Started(process, None, Usage(process.pid, WORKER[0].name), self._resources(), find_runtime().packages)
        # A fork that a group refuses uses up a process number, one that a user's limit refuses does not: let that come first.
        group = Group(self.homes, self.limits.memory, self.limits.processes + SPARE) if self.homes else None
        files: list[int] = []
        try:
            files.append(_file(self.filter))
            arguments = self._arguments(files)
            files.append(_file(b"".join(os.fsencode(argument) + b"\0" for argument in arguments)))
            inner = [*self._user(), *_python(INSIDE / WORKER[0].name)]
            command = [*self._limited(), self.bubblewrap, "--args", str(files[-1]), "--", *inner]
            if group:
                command = ["/bin/sh", "-c", JOIN, "sh", *map(str, group.doors), "--", *command]
            process = self._popen(command, {}, files)
        except BaseException:
            if group:
                group.remove()
            raise
        finally:
            for file in files:
                os.close(file)
        resources = self._resources() | {"RLIMIT_NPROC": self._processes()}
        return Started(process, group, Usage(process.pid, str(INSIDE / WORKER[0].name)), resources, find_runtime().packages)

    def try_out(self) -> None:
        """Start a worker and end it; raise RefusalError, with what bubblewrap says, where that fails."""
        try:
            with Worker(self, {}, ""):
                return
        except MachineError as error:
            raise RefusalError(f"bubblewrap cannot lock up a notebook here: {error}. {USER_NAMESPACES}") from None

    def _resources(self) -> dict[str, int]:
        """The resource limits of each process, by the names that the `resource` module has for them."""
        return {
            "RLIMIT_AS": self.limits.memory,
            "RLIMIT_CORE": 0,
            "RLIMIT_CPU": int(self.limits.submission) + 5,
            "RLIMIT_FSIZE": self.limits.disk,
            "RLIMIT_NOFILE": 256,
        }

    def _limited(self) -> list[str]:
        """What sets the limits for the sandbox's own processes too, from the outermost one inward."""
        limits = ((name.removeprefix("RLIMIT_").lower(), most) for name, most in self._resources().items())
        return [self.prlimit, *(f"--{name}={most}:{most}" for name, most in limits)]

    def _popen(self, command: list[str], environment: dict[str, str], files: Iterable[int]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd="/",
            pass_fds=tuple(files),
            bufsize=0,
            # In a session of its own, so that an interrupt from the keyboard ends the grader, not a student's answers.
            start_new_session=True,
        )

    def _arguments(self, files: list[int]) -> list[str]:
        """bubblewrap's arguments; files that it reads are appended to files."""
        unshare = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
        arguments = [*unshare, "--hostname", "sandbox", "--die-with-parent", "--new-session", "--seccomp", str(files[0])]
        if self.root:
            arguments += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        else:
            # One right more than a notebook gets: so no process of the same user may look into the first one.
            arguments += ["--unshare-user", "--uid", "1000", "--gid", "1000", "--as-pid-1", "--cap-add", "CAP_WAKE_ALARM"]
        arguments += ["--proc", "/proc", "--dev", "/dev"]
        for folder in ("/student", "/tmp", "/dev/shm"):
            arguments += ["--perms", "1777", "--size", str(self.limits.disk), "--tmpfs", folder]
        arguments += ["--perms", "1777", "--dir", ENVIRONMENT["MPLCONFIGDIR"], *self.mounts]
        for path in WORKER:
            arguments += ["--ro-bind", str(path), str(INSIDE / path.name)]
        for name, content in self.fonts:
            files.append(_file(content))
            arguments += ["--perms", "0444", "--file", str(files[-1]), f"{ENVIRONMENT['MPLCONFIGDIR']}/{name}"]
        arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/student"]
        for name, value in ENVIRONMENT.items():
            arguments += ["--setenv", name, value]
        return arguments

    def _user(self) -> list[str]:
        """What starts the worker with no rights.

        For root with a uid of its own, made from its thread's id: no two live threads of a machine share one. Anyone else's has
        the uid of the sandbox's first process, which ends with it, and into which it must not see or write.
        """
        if not self.root:
            drop = [self.setpriv, "--ambient-caps=-all", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"]
            return ["/bin/sh", "-c", FIRST, "sh", *drop]
        mapped = int(Path("/proc/self/uid_map").read_text().split()[2])
        first = FIRST_UID if mapped > 2 * FIRST_UID else mapped - 2000
        uid = first + threading.get_native_id() % (FIRST_UID if first == FIRST_UID else 1000)
        user = [f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
        return [self.setpriv, *user, "--inh-caps=-all", "--no-new-privs", "--"]

    def _processes(self) -> int:
        """The limit on processes: before Linux 5.14 it counted a user's outside of the user namespace as well."""
        version = tuple(map(int, re.findall(r"\d+", platform.release())[:2]))
        return self.limits.processes + (0 if self.root or version >= (5, 14) else _tasks_of(os.getuid()))


def _tasks_of(uid: int) -> int:
    """Return the number of processes and threads that a user has."""
    found = psutil.process_iter(["uids", "num_threads"])
    return sum(process.info["num_threads"] or 0 for process in found if process.info["uids"].real == uid)


def _tool(name: str, lacks: str, remedy: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise RefusalError(f"{lacks}. {remedy}")
    return path


def _python(script: Path) -> list[str]:
    prefix = ["-X", f"pycache_prefix={sys.pycache_prefix}"] if sys.pycache_prefix else []
    return [sys.executable, "-s", "-S", "-P", *prefix, str(script)]


def _file(content: bytes) -> int:
    """Return the descriptor of an open file in memory with this content, at its start."""
    fd = os.memfd_create("lecturekit")
    with os.fdopen(os.dup(fd), "wb") as file:
        file.write(content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _usable(folders: list[Path]) -> list[Path]:
    """Return folders if a process may join a group made there, else none."""
    if not folders:
        return []
    try:
        group = Group(folders, 64 * 1024**2, 16)
    except OSError:
        return []
    try:
        joined = subprocess.run(["/bin/sh", "-c", JOIN, "sh", *map(str, group.doors), "--", "true"], capture_output=True)
        return [] if joined.returncode else folders
    finally:
        group.remove()
