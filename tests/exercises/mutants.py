"""Mutants of a reference: one operator or constant changed, in it or in a function of its file that it uses."""

import ast
import copy
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

OPERATORS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Mod: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Lt: (ast.Gt,),
    ast.Gt: (ast.Lt,),
    ast.LtE: (ast.GtE,),
    ast.GtE: (ast.LtE,),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}


@dataclass
class Mutant:
    """A changed reference: the function that was changed with its new line, and the function to call."""

    change: str
    function: Callable[..., Any]


def mutants(reference: Callable[..., Any]) -> Iterator[Mutant]:
    """Yield every mutant of a function that is defined at the top of its module."""
    module = sys.modules[reference.__module__]
    with open(module.__file__, encoding="utf-8") as file:
        top = {node.name: node for node in ast.parse(file.read()).body if isinstance(node, ast.FunctionDef)}
    used = needed(reference.__name__, top)
    for name in used:
        for changed, change in changes(without_docstring(top[name])):
            tree = ast.Module([changed if other == name else top[other] for other in used], [])
            names = dict(vars(module))
            exec(compile(ast.fix_missing_locations(tree), f"<mutant of {name}>", "exec"), names)
            yield Mutant(f"{name}: {change}", names[reference.__name__])


def needed(name: str, top: dict[str, ast.FunctionDef]) -> list[str]:
    """Return the functions of the file that one of them uses, itself included, in the file's order."""
    found, waiting = set(), [name]
    while waiting:
        found.add(one := waiting.pop())
        waiting += ({node.id for node in ast.walk(top[one]) if isinstance(node, ast.Name)} & set(top)) - found
    return [name for name in top if name in found]


def without_docstring(function: ast.FunctionDef) -> ast.FunctionDef:
    if ast.get_docstring(function) is None:
        return function
    bare = copy.deepcopy(function)
    del bare.body[0]
    return bare


def changes(function: ast.FunctionDef) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Yield the function with one operator or constant changed, and the line that now is otherwise."""
    nodes = list(ast.walk(function))
    for index, node in enumerate(nodes):
        for replace in replacements(node):
            changed = copy.deepcopy(function)
            twin = list(ast.walk(changed))[index]
            replace(twin)
            yield changed, line_of(twin, changed)


def line_of(node: ast.AST, function: ast.FunctionDef) -> str:
    """Return the first line of the innermost statement that holds a node."""
    holding = [stmt for stmt in ast.walk(function) if isinstance(stmt, ast.stmt) and node in ast.walk(stmt)]
    return ast.unparse(holding[-1]).splitlines()[0]


def replacements(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    """Yield what can be done to a node."""
    if isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)):
        for operator in OPERATORS.get(type(node.op), ()):
            yield lambda twin, operator=operator: setattr(twin, "op", operator())
    if isinstance(node, ast.Compare):
        for operator in OPERATORS.get(type(node.ops[0]), ()):
            yield lambda twin, operator=operator: twin.ops.__setitem__(0, operator())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield lambda twin: setattr(twin, "op", ast.UAdd())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda twin: setattr(twin, "operand", ast.UnaryOp(ast.Not(), twin.operand))
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda twin: setattr(twin, "value", not twin.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield lambda twin: setattr(twin, "value", twin.value + 1)
        if isinstance(node.value, float) and node.value:
            yield lambda twin: setattr(twin, "value", twin.value * 1.1)
