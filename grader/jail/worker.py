"""Runs one student's notebook inside the sandbox and answers the grader, one line of JSON for each line that it is sent.

There is nothing secret in here: no expected answer, and no probe before it is asked. Whatever a notebook does to this process,
the grader only ever reads JSON from it. Standard library only, and little of it: the whole start counts for each submission.

Run as ``python worker.py``, with requests on standard input and replies on standard output.
"""

from __future__ import annotations

import builtins
import json
import os
import re
import resource
import signal
import sys
import time
import types

TYPE_CHECKING = False  # typing itself would take longer to import than all the above
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from grader.jail import stand_ins
    from lecturekit.homework import codec
else:
    # codec lies beside this file in the sandbox, and elsewhere without one, where the command says.
    own = [os.path.dirname(os.path.abspath(__file__)), *sys.argv[1:]]
    sys.path[:0] = own
    import codec
    import stand_ins

    del sys.path[: len(own)]

MAX_NOTE = 300
TOP_LEVEL_AWAIT = 0x2000  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, without importing ast
MAGIC = re.compile(r"^(\s*)([%!])(.*)$", re.MULTILINE)


class Overtime(BaseException):
    """The alarm. No Exception, so that a notebook's ``except Exception`` lets it pass."""


class Notebook:
    """The notebook's namespace, and what answers a request about it."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.data, self.student = start["data"], start["student"]
        self.seconds = start["seconds"]
        self.module = types.ModuleType("__main__")
        self.names = self.module.__dict__
        self.names["__builtins__"] = builtins
        for name, stand_in in (("display", stand_ins.nothing), ("get_ipython", lambda: stand_ins.Shell(self))):
            self.names[name] = stand_in
            setattr(builtins, name, stand_in)
        sys.modules["__main__"] = self.module
        sys.meta_path.insert(0, stand_ins.HomeworkStub(self))

    def cell(self, request: dict[str, Any]) -> None:
        """Run one cell."""
        source, filename = request["source"], f"<cell {request['number']}>"
        if source.startswith("%%"):
            line, _, rest = source[2:].partition("\n")
            name, _, line = line.partition(" ")
            return stand_ins.Shell(self).run_cell_magic(name, line, rest)
        try:
            code = _compile(source, filename)
        except SyntaxError:
            if "%" not in source and "!" not in source and "?" not in source:
                raise
            code = _compile_ipython(source, filename)
        return self.run(code)

    def run(self, code: types.CodeType) -> None:
        """Execute code in the notebook's namespace, and await it where it awaits."""
        result = eval(code, self.names)
        if isinstance(result, types.CoroutineType):
            import asyncio

            asyncio.run(result)

    def value(self, request: dict[str, Any]) -> object:
        """A variable, encoded."""
        return codec.encode(self.lookup(request["name"]))

    def call(self, request: dict[str, Any]) -> object:
        """What a function returns, encoded."""
        function = self.lookup(request["name"])
        if not callable(function):
            raise MissingError(f"`{request['name']}` is a {type(function).__name__}, not a function.")
        return codec.encode(function(*[codec.decode(argument) for argument in request["args"]]))

    def lookup(self, name: str) -> object:
        """A variable of the notebook, or MissingError."""
        if name not in self.names:
            raise MissingError(f"`{name}` is not defined.")
        return self.names[name]


class MissingError(Exception):
    """The notebook has no such name."""


def _compile(source: str, filename: str) -> types.CodeType:
    return compile(source, filename, "exec", flags=TOP_LEVEL_AWAIT, dont_inherit=True)  # type: ignore[no-any-return]  # flags might ask for a tree


def _compile_ipython(source: str, filename: str) -> types.CodeType:
    """Compile a cell with IPython's syntax: the usual line magics at once, whatever else by IPython's own means."""
    try:
        return _compile(MAGIC.sub(_magic_call, source), filename)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        return _compile(TransformerManager().transform_cell(source), filename)


def _magic_call(match: re.Match[str]) -> str:
    indent, sign, rest = match.groups()
    if sign == "!" or rest.startswith("%"):
        return match[0] if sign == "%" else f"{indent}pass"
    name, _, line = rest.partition(" ")
    return f"{indent}get_ipython().run_line_magic({name!r}, {line!r})"


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
            return {"problem": "raised", "note": _describe(error)}
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


def _describe(error: BaseException) -> str:
    """Type, message and place of an exception."""
    place = ""
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith("<cell"):
        place = f" (line {error.lineno} of {error.filename[1:-1]})"
        message = error.msg
    else:
        message = str(error)
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename.startswith("<cell"):
                inside = code.co_name if code.co_name.isidentifier() else ""
                line = trace.tb_lineno - (code.co_firstlineno - 1 if inside else 0)
                place = f" (line {line} of {inside or code.co_filename[1:-1]})"
            trace = trace.tb_next
    return f"{type(error).__name__}: {message[:MAX_NOTE]}"[:MAX_NOTE] + place[:100]


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
        reply = guarded(actions[request["ask"]], request, notebook.seconds[request["ask"]])
        if os.getpid() != own:
            os._exit(0)  # a fork of the notebook's has come back here


if __name__ == "__main__":
    main()
