"""The grader's end of the pipe to one worker: a question, a deadline, and an answer that is not trusted."""

from __future__ import annotations

import os
import re
import secrets
import select
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import psutil

from lecturekit.homework import codec
from lecturekit.homework.limits import Limits
from lecturekit.homework.result import Problem, Status

__all__ = ["GoneError", "Group", "Jail", "MachineError", "Started", "Worker", "tidy"]

REPORTED = {status for status in Status if status.from_worker}
MAX_NOTE = 400
MOST = 3 * codec.MAX_ITEMS  # commas and brackets in a reply: of its items, with a bracket or two for each
GRACE = 4  # seconds that a worker has on top, to say itself that the alarm went off
START = 30  # seconds that a machine has to start a worker
GLANCE = 0.05  # seconds between two looks at the memory in use


class Group(Protocol):
    """A worker's control group: see `cgroups.Group`."""

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel has killed one of the group for want of memory."""

    def remove(self) -> None:
        """Take the group away."""


class Usage(Protocol):
    """What a worker and all that it has started use up: see `usage.Usage`."""

    def memory(self) -> int:
        """Return bytes."""

    def waited(self) -> float:
        """Return seconds that the worker has waited for a processor."""


@dataclass
class Started:
    """A worker's process, its control group if it has one, what it uses up and may use up, and where it finds packages."""

    process: subprocess.Popen[bytes]
    group: Group | None
    usage: Usage
    resources: dict[str, int]
    packages: tuple[Path, ...]


class Jail(Protocol):
    """What starts workers: see `sandbox.Jail`."""

    limits: Limits
    closed: bool

    def start(self) -> Started:
        """Start a worker, which waits for its first request."""


class GoneError(Exception):
    """The notebook has ended its worker. `problem` says how; the worker answers no more."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.note)
        self.problem = problem


class MachineError(Exception):
    """A worker ended, or never started, for a reason that is not known to be the notebook's."""


class Worker:
    """A worker in the sandbox. Use it as a context manager: nothing of it is left afterwards.

    Parameters
    ----------
    jail : Jail
    data : dict
        The student's data sets by name, for the notebook's Homework.
    student : str
    """

    def __init__(self, jail: Jail, data: dict[str, dict[str, Any]], student: str) -> None:
        self.jail, self.limits = jail, jail.limits
        self.started = jail.start()
        self.process = self.started.process
        if not (self.process.stdin and self.process.stdout and self.process.stderr):
            raise AssertionError("the sandbox starts a worker with three pipes")
        self.outlet, self.inlet, self.complaints = self.process.stdin, self.process.stdout, self.process.stderr
        self.next_glance = 0.0
        self.received = bytearray()
        for pipe in (self.outlet, self.inlet, self.complaints):
            os.set_blocking(pipe.fileno(), False)
        start = {
            "data": {name: codec.encode(values) for name, values in data.items()},
            "student": student,
            "limits": self.started.resources,
            "path": [str(path) for path in self.started.packages],
        }
        try:
            self._exchange(start, time.monotonic() + START)
        except GoneError as gone:
            self.close()
            raise MachineError(f"the sandbox did not start: {gone.problem.note.rstrip('.')}") from None
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def run_cell(self, number: int, source: str, deadline: float, seconds: float | None = None) -> object | Problem:
        """Run a cell for at most so many seconds; return what the worker says of what failed in it, None if nothing did.

        Raises
        ------
        GoneError
            If the worker has ended, or had to be ended; every method here may.
        MachineError
            If that seems to be the machine's fault.
        """
        return self._ask({"ask": "cell", "number": number, "source": source}, seconds or self.limits.cell, deadline) or None

    def value(self, name: str, deadline: float, *, checked: bool = False) -> object | Problem:
        """Return the value of a variable, or what the notebook has last given to the check of that name."""
        return self._ask({"ask": "value", "name": name, "checked": checked}, self.limits.answer, deadline)

    def call(self, name: str, arguments: tuple[Any, ...], deadline: float, *, checked: bool = False) -> object | Problem:
        """Return what a function returns."""
        encoded = [codec.encode(argument) for argument in arguments]
        return self._ask({"ask": "call", "name": name, "args": encoded, "checked": checked}, self.limits.answer, deadline)

    def _ask(self, request: dict[str, Any], seconds: float, deadline: float) -> object | Problem:
        request["seconds"] = seconds
        reply = self._exchange(request, min(deadline, time.monotonic() + seconds + GRACE))
        match reply:
            case {"value": encoded, **rest} if not rest:
                try:
                    return codec.decode(encoded)
                except codec.TooLargeError as error:
                    return Problem(Status.TOO_LARGE, f"It has {error}.")
                except ValueError:
                    raise self._interference() from None
            case {"problem": str(status), "note": str(note), **rest} if not rest and status in REPORTED:
                return Problem(Status(status), tidy(note))
        raise self._interference()

    def _exchange(self, request: dict[str, Any], deadline: float) -> dict[str, Any]:
        """Send a request and return the reply without its nonce."""
        nonce = secrets.token_hex(8)
        outgoing = memoryview(codec.dumps({**request, "nonce": nonce}).encode() + b"\n")
        incoming, outlet, begun = self.inlet.fileno(), self.outlet.fileno(), time.monotonic()
        while b"\n" not in self.received:
            if self.jail.closed:
                raise KeyboardInterrupt
            if time.monotonic() > deadline and time.monotonic() > deadline + self._waited(deadline - begun):
                raise GoneError(Problem(Status.TIMEOUT, "when it had to be stopped"))
            self._glance()
            poll = select.poll()
            poll.register(incoming, select.POLLIN)
            if outgoing:
                poll.register(outlet, select.POLLOUT)
            for fd, event in poll.poll(1000 * GLANCE):
                if fd == incoming:
                    self._receive()
                elif event & select.POLLERR:
                    raise self._ended()
                else:
                    outgoing = outgoing[os.write(outlet, outgoing[: select.PIPE_BUF]) :]
        line, _, surplus = bytes(self.received).partition(b"\n")
        self.received.clear()
        if sum(map(line.count, b",[{")) > MOST:  # before an object is made of each
            return {"problem": "too large", "note": "It has more parts than the grader reads."}
        try:
            reply = codec.loads(line)
        except codec.TooLargeError as error:
            return {"problem": "too large", "note": f"It has {error}."}
        except ValueError:
            raise self._interference() from None
        if surplus or outgoing or not isinstance(reply, dict) or reply.pop("nonce", None) != nonce:
            raise self._interference()
        return reply

    def _waited(self, seconds: float) -> float:
        """Return what is added to a limit of so many seconds, since others had the processors: twice as much at most."""
        return min(self.started.usage.waited(), 2 * seconds)

    def _glance(self) -> None:
        """See now and then how much memory is in use, where no control group does."""
        if self.started.group is None and time.monotonic() > self.next_glance:
            if self.started.usage.memory() > self.limits.memory:
                raise GoneError(Problem(Status.MEMORY))
            self.next_glance = time.monotonic() + GLANCE

    def _receive(self) -> None:
        some = os.read(self.inlet.fileno(), 1 << 16)
        if not some:
            raise self._ended()
        self.received += some
        if len(self.received) > codec.MAX_TEXT + 1000:
            raise GoneError(Problem(Status.TOO_LARGE, "It is more than the grader reads."))

    def _interference(self) -> GoneError:
        return GoneError(
            Problem(Status.DIED, "Something other than an answer came out of the notebook. A human should look at it.")
        )

    def _ended(self) -> GoneError | MachineError:
        """Say why the worker ended."""
        try:
            code = self.process.wait(2)
        except subprocess.TimeoutExpired:
            return self._interference()  # it has closed the pipe, but lives
        if self.started.group is not None and self.started.group.ran_out_of_memory():
            return GoneError(Problem(Status.MEMORY))
        signum = -code if code < 0 else code - 128
        if signum == signal.SIGKILL:
            return MachineError("the worker was killed from outside")
        if signum == signal.SIGXCPU:
            return GoneError(Problem(Status.TIMEOUT, "after all the processor time that a notebook may have"))
        if 0 < signum < signal.NSIG:
            return GoneError(Problem(Status.DIED, f"It crashed its Python ({signal.Signals(signum).name})."))
        complaint = tidy((self.complaints.read() or b"").decode(errors="replace"))
        return GoneError(Problem(Status.DIED, f"It ended its own Python with exit status {code}. {complaint}".rstrip()))

    def close(self) -> None:
        """End the worker and every process that it has started."""
        # The first process in the sandbox takes all others with it. Alone it would end with bubblewrap's outer one, unless
        # a notebook has talked it out of that.
        if self.process.poll() is None:
            _kill_children(self.process.pid)
            self.process.kill()
            self.process.wait()
        if self.started.group is not None:
            self.started.group.remove()
        else:
            self._wait_for_all()
        for pipe in (self.outlet, self.inlet, self.complaints):
            pipe.close()

    def _wait_for_all(self) -> None:
        """Wait until the kernel has ended the namespace's other processes: the last one closes the pipe."""
        poll = select.poll()
        poll.register(self.inlet.fileno(), 0)  # a hang-up is always reported
        poll.poll(5000)


def tidy(note: str) -> str:
    """Return one short line of what a notebook says, the same in every run: without addresses in memory."""
    line = " ".join("".join(c if c.isprintable() else " " for c in note[:MAX_NOTE]).split())
    return re.sub(r"0x[0-9a-fA-F]{4,}", "0x…", line)


def _kill_children(pid: int) -> None:
    """End the processes that a process has started. It must be one that nobody has waited for yet."""
    for child in psutil.Process(pid).children():
        with suppress(psutil.NoSuchProcess):
            child.kill()  # which makes sure first that its pid is not another's by now
