"""What a worker asks of a cell's statements and of what they raise. Used by worker.py alone; parses without importing ast."""

from __future__ import annotations

import _ast
import os
import re
import sys
import types
from contextlib import suppress

TYPE_CHECKING = False  # typing itself would take longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

MAX_NOTE = 300
MAX_NAMES = 50  # of what a failed statement should have given
# Of ast and __future__, without importing them.
ONLY_A_TREE, TOP_LEVEL_AWAIT, FUTURE_ANNOTATIONS = 0x400, 0x2000, 0x1000000
MAGIC = re.compile(r"^(\s*)([%!])(.*)$", re.MULTILINE)
# What comes with a text that was copied from a page, and is no space to Python.
PASTED = {0x00A0: " ", 0x202F: " ", 0x2007: " ", 0x200B: None, 0xFEFF: None}
CONTINUES = re.compile(r"[\s)\]}#]|(elif|else|except|finally)\b")  # a line that begins so begins no statement


def parse(source: str, filename: str, flags: int) -> tuple[list[Any], list[tuple[int, str, list[str]]]]:
    """Return the statements of a cell in Python's or IPython's syntax, and line, error and names of what cannot be read."""
    for text in (source, source.translate(PASTED)):
        with suppress(SyntaxError):
            return _tree(text, filename, flags), []
    source = source.translate(PASTED)
    if any(sign in source for sign in "%!?"):
        with suppress(SyntaxError):
            return _tree(MAGIC.sub(_magic_call, source), filename, flags), []
        with suppress(SyntaxError):
            from IPython.core.inputtransformer2 import TransformerManager

            return _tree(TransformerManager().transform_cell(source), filename, flags), []
    return _readable(MAGIC.sub(_magic_call, source).splitlines(keepends=True), filename, flags)


def _readable(lines: list[str], filename: str, flags: int) -> tuple[list[Any], list[tuple[int, str, list[str]]]]:
    """The statements of a cell before, between and after those that Python cannot read; and these."""
    found: list[Any] = []
    failed: list[tuple[int, str, list[str]]] = []
    start = 0
    while start < len(lines):
        try:
            return found + _tree("\n" * start + "".join(lines[start:]), filename, flags), failed
        except SyntaxError as error:
            message, line = told(error), error.lineno or start + 1
        first = min(max(line - 1, start), len(lines) - 1)
        while first > start and CONTINUES.match(lines[first]):
            first -= 1
        end = first + 1
        while end < len(lines) and CONTINUES.match(lines[end]):
            end += 1
        try:
            found += _tree("\n" * start + "".join(lines[start:first]), filename, flags)
        except SyntaxError:
            first = start
        names = re.findall(r"[^\W\d]\w*", "".join(lines[first:end])[:5000])
        failed.append((line, message, names[:MAX_NAMES]))
        start = end
    return found, failed


def _tree(source: str, filename: str, flags: int) -> list[Any]:
    return compile(source, filename, "exec", flags=flags | ONLY_A_TREE, dont_inherit=True).body  # type: ignore[no-any-return]


def _magic_call(match: re.Match[str]) -> str:
    indent, sign, rest = match.groups()
    if sign == "!" or rest.startswith("%"):
        return match[0] if sign == "%" else f"{indent}pass"
    name, _, line = rest.partition(" ")
    return f"{indent}get_ipython().run_line_magic({name!r}, {line!r})"


def code_of(node: Any, filename: str, flags: int) -> types.CodeType:
    """Return a statement compiled."""
    return compile(_ast.Module([node], []), filename, "exec", flags=flags, dont_inherit=True)  # type: ignore[no-any-return]


def bound(node: Any) -> list[str]:
    """The names that a statement gives to the notebook: what it assigns, defines or imports, "*" for all of a module."""
    kind = type(node).__name__
    if kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
        return [node.name]
    if kind == "alias":
        return [node.asname or node.name.partition(".")[0]]
    if kind == "Name":
        return [node.id] if type(node.ctx).__name__ == "Store" else []
    found = []
    for field in node._fields:
        value = getattr(node, field, None)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, _ast.AST):
                found += bound(part)
    return found


def told(error: BaseException) -> str:
    """Type and message of an exception."""
    try:
        message = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:  # noqa: BLE001 (its own __str__ may raise)
        message = ""
    return f"{type(error).__name__}: {message[:MAX_NOTE]}".removesuffix(": ")[:MAX_NOTE]


def _frames(error: BaseException) -> list[tuple[types.CodeType, int]]:
    """The code that an exception came through, the innermost last, and its lines."""
    found, trace = [], error.__traceback__
    while trace is not None:
        found.append((trace.tb_frame.f_code, trace.tb_lineno))
        trace = trace.tb_next
    return found


def line_in(filename: str, error: BaseException) -> int:
    """The line of a cell that an exception came through, or 0."""
    return next((line for code, line in _frames(error) if code.co_filename == filename), 0)


def machines(error: BaseException | None) -> bool:
    """Whether an exception may be owed to this machine, which is not the student's: to what is installed, to files, the net."""
    for _ in range(5):
        if isinstance(error, (ImportError, OSError, EOFError)):
            return True
        if isinstance(error, AttributeError) and isinstance(getattr(error, "obj", None), types.ModuleType):
            return True  # another version has it
        if isinstance(error, TypeError) and "unexpected keyword argument" in str(error):
            return True
        if isinstance(error, RuntimeError) and "start new thread" in str(error):
            return True
        module = getattr(sys.modules.get("locale"), "Error", ())
        if error is not None and isinstance(error, module):
            return True
        frames = _frames(error) if isinstance(error, KeyError) else []
        if frames and frames[-1][0].co_filename in ("<frozen os>", os.__file__):
            return True  # os.environ
        error = error and (error.__cause__ or error.__context__)
    return False


def describe(error: BaseException) -> str:
    """Type, message and place of an exception."""
    place = ""
    for code, line in _frames(error):
        if code.co_filename.startswith("<cell"):
            inside = code.co_name if code.co_name.isidentifier() else ""
            place = f" (line {line - (code.co_firstlineno - 1 if inside else 0)} of {inside or code.co_filename[1:-1]})"
    return told(error) + place[:100]
