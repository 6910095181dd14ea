"""Runs one student's notebook inside the sandbox and answers the grader, one line of JSON for each line that it is sent.

There is nothing secret in here: no expected answer, and no probe before it is asked. Whatever a notebook does to this process,
the grader only ever reads JSON from it. Standard library only, and little of it: the whole start counts for each submission.

Run as ``python worker.py``, with requests on standard input and replies on standard output.
"""

from __future__ import annotations

import builtins
import json
import os
import resource
import signal
import sys
import time
import types

TYPE_CHECKING = False  # typing itself would take longer to import than all the above
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from grader.jail import stand_ins, statements
    from lecturekit.homework import codec
else:
    # codec lies beside this file in the sandbox, and elsewhere without one, where the command says.
    own = [os.path.dirname(os.path.abspath(__file__)), *sys.argv[1:]]
    sys.path[:0] = own
    import codec
    import stand_ins
    import statements

    del sys.path[: len(own)]

MAX_NOTE = 300
MAX_FAILURES = 20  # of a cell


class Overtime(BaseException):
    """The alarm. No Exception, so that a notebook's ``except Exception`` lets it pass."""


class Notebook:
    """The notebook's namespace, and what answers a request about it."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.data, self.student = start["data"], start["student"]
        self.module = types.ModuleType("__main__")
        self.names = self.module.__dict__
        self.names["__builtins__"] = builtins
        self.flags = statements.TOP_LEVEL_AWAIT  # and what a cell imports from __future__
        self.asked = 0  # how often the notebook has called input()
        self.checked: dict[str, object] = {}  # what the notebook has last given to homework.check, by question
        stand_ins.install(self)
        sys.modules["__main__"] = self.module

    def cell(self, request: dict[str, Any]) -> object:
        """Run one cell, statement by statement, and return what failed of it, in the order of its lines, encoded."""
        self.failures: list[dict[str, Any]] = []
        source, filename = request["source"], f"<cell {request['number']}>"
        while source.lstrip("\n").startswith("%%"):
            source = stand_ins.Shell(self).without_magic(source)
        nodes, unread = statements.parse(source, filename, self.flags)
        for line, error, names in unread:
            self._failed(line, "raised", error, names)
        for place, node in enumerate(nodes):
            asked = self.asked
            try:
                code = statements.code_of(node, filename, self.flags)
                self.flags |= code.co_flags & statements.FUTURE_ANNOTATIONS
                self.run(code)
            except Overtime:
                signal.setitimer(signal.ITIMER_REAL, 0)
                self._failed(node.lineno, "timeout", f"after {request['seconds']:g} s", _names(nodes[place:]))
                break
            except MemoryError:
                self._failed(node.lineno, "memory", "", _names([node]))
            except BaseException as error:  # noqa: BLE001 (a notebook may raise anything)
                goes_on = isinstance(error, Exception)  # after sys.exit() nothing of a cell runs in Jupyter either
                gives = _names([node] if goes_on else nodes[place:])
                line = statements.line_in(filename, error) or node.lineno
                machine = self.asked > asked or statements.machines(error)
                self._failed(line, "raised", statements.told(error), gives, machine=machine)
                if not goes_on:
                    break
            else:
                if self.asked > asked:
                    self._failed(node.lineno, "raised", "`input()` had nobody to ask", [], machine=True)
        self.failures.sort(key=lambda failure: failure["line"])
        return codec.encode(self.failures[:MAX_FAILURES])

    def _failed(self, line: int, status: str, error: str, gives: list[str], *, machine: bool = False) -> None:
        self.failures.append({"line": line, "status": status, "error": error, "gives": gives, "machine": machine})

    def run(self, code: types.CodeType) -> None:
        """Execute code in the notebook's namespace, and await it where it awaits."""
        result = eval(code, self.names)
        if isinstance(result, types.CoroutineType):
            import asyncio

            asyncio.run(result)

    def value(self, request: dict[str, Any]) -> object:
        """A variable, encoded."""
        return codec.encode(self.lookup(request))

    def call(self, request: dict[str, Any]) -> object:
        """What a function returns, encoded."""
        function = self.lookup(request)
        if not callable(function):
            raise MissingError(f"`{request['name']}` is a {type(function).__name__}, not a function.")
        return codec.encode(function(*[codec.decode(argument) for argument in request["args"]]))

    def lookup(self, request: dict[str, Any]) -> object:
        """A variable of the notebook, or what was last checked under its name, or MissingError."""
        name, names = request["name"], self.checked if request["checked"] else self.names
        if name not in names:
            raise MissingError(f"`{name}` is not defined.")
        return names[name]


class MissingError(Exception):
    """The notebook has no such name."""


def _names(nodes: list[Any]) -> list[str]:
    """What statements should have given to the notebook."""
    return list(dict.fromkeys(name for node in nodes for name in statements.bound(node)))[: statements.MAX_NAMES]


def guarded(action: Callable[[dict[str, Any]], object], request: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Return what action says to request, or the problem that it ran into, within about so many seconds."""
    begun, waited = time.monotonic(), _waited()

    def alarm(*args: object) -> None:
        # What others had of the processors is not the notebook's time, within reason.
        left = begun + seconds + min(_waited() - waited, 2 * seconds) - time.monotonic()
        if left < 0.01:
            raise Overtime
        signal.setitimer(signal.ITIMER_REAL, left, 0.25)

    try:
        signal.signal(signal.SIGALRM, alarm)
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.25)
        try:
            return {"value": action(request)}
        except (Overtime, MemoryError):
            raise
        except codec.TooLargeError as error:
            return {"problem": "too large", "note": f"It has {error}."[:MAX_NOTE]}
        except MissingError as error:
            return {"problem": "missing", "note": str(error)[:MAX_NOTE]}
        except BaseException as error:  # noqa: BLE001 (a notebook may raise anything, sys.exit included)
            return {"problem": "raised", "note": statements.describe(error)}
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except Overtime:
        return {"problem": "timeout", "note": f"after {seconds:g} s"}
    except MemoryError:
        return {"problem": "memory", "note": ""}
    except BaseException as error:  # noqa: BLE001 (its own __str__ may raise)
        return {"problem": "raised", "note": type(error).__name__[:MAX_NOTE]}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _waited() -> float:
    """Seconds that this process has been ready to run while others had the processors; 0 where the kernel does not say."""
    try:
        with open("/proc/self/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def limit(limits: dict[str, int]) -> None:
    """Set hard limits, which nothing in here may raise again."""
    for name, most in limits.items():
        resource.setrlimit(getattr(resource, name), (most, most))


def main() -> None:
    """Answer requests until there are no more."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115

    start = json.loads(requests.readline())
    sys.path += start["path"]
    if os.getcwd() != "/":
        sys.path.append("")  # where %%writefile puts a module
    limit(start["limits"])
    notebook, own = Notebook(start), os.getpid()
    actions = {"cell": notebook.cell, "value": notebook.value, "call": notebook.call}
    reply: dict[str, Any] = {"value": None}
    request = start
    while True:
        text = codec.dumps({"nonce": request["nonce"], **reply})
        if len(text) > codec.MAX_TEXT:
            text = codec.dumps({"nonce": request["nonce"], "problem": "too large", "note": "It is more than the grader reads."})
        line = memoryview(text.encode() + b"\n")
        while line:
            line = line[os.write(replies, line) :]
        request = json.loads(requests.readline() or "null")
        if request is None:
            return
        reply = guarded(actions[request["ask"]], request, request["seconds"])
        if os.getpid() != own:
            os._exit(0)  # a fork of the notebook's has come back here


if __name__ == "__main__":
    main()
