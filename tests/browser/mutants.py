"""Small changes to the explorers' formulas, one at a time: what the golden cases have to notice.

The JavaScript is read as tokens, by the convention of lecturekit/explore/modules.py: everything at the top level begins
in the first column, and ends in a line ``}`` or, for a constant, in the last semicolon before the next such beginning.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.browser.formulas import SHARED

DECLARATION = re.compile(r"^(export )?(?:function (\w+)\(.*?^\}$|const (\w+) = .*?;$(?!\n[ }]))", re.MULTILINE | re.DOTALL)
TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>"[^"\n]*"|'[^'\n]*'|`[^`]*`)"""
    r"|(?P<number>\b0x[\da-f]+\b|(?<![\w.])\d+(?:\.\d+)?(?:e[-+]?\d+)?)|(?P<math>\bMath\.\w+)|(?P<word>[A-Za-z_$][\w$]*)"
    r"|(?P<sign>>>>=?|\*\*=?|[=!]==|=>|\.\.\.|&&|\|\||\?\?|\?\.|[-+*/%^|&<>]=|<<|>>|[-+*/%^|&<>=!?:;,.(){}\[\]~])",
    re.DOTALL,
)
SIGNS = {
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "**": ["*"], "%": ["*"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="],
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"], "===": ["!=="], "!==": ["==="],
    "&&": ["||"], "||": ["&&"], "^": ["|"], "|": ["&"], "&": ["|"], "^=": ["|="], ">>>": [">>"], "<<": [">>"],
}  # fmt: skip
WORDS = {"true": ["false"], "false": ["true"]}
MATH = {
    "sin": "cos", "cos": "sin", "exp": "expm1", "expm1": "exp", "log": "log1p", "log1p": "log", "sqrt": "cbrt",
    "min": "max", "max": "min", "floor": "ceil", "ceil": "floor", "round": "floor", "hypot": "max", "PI": "E",
}  # fmt: skip


@dataclass(frozen=True)
class Declaration:
    """A function or a constant of the mathematics."""

    name: str
    exported: bool
    start: int
    text: str


@dataclass(frozen=True)
class Mutant:
    """The whole module with one token changed; ``line`` is the line as it then reads."""

    line: str
    source: str


def declarations(source: str) -> dict[str, Declaration]:
    return {
        (match[2] or match[3]): Declaration(match[2] or match[3], match[1] is not None, match.start(), match[0])
        for match in DECLARATION.finditer(source)
    }


def judges(name: str, declared: dict[str, Declaration]) -> list[str]:
    """Return the exported functions whose golden cases see a declaration: itself, or those that use what is not exported."""
    if declared[name].exported and name not in SHARED:
        return [name]
    users = [other for other in declared.values() if other.name != name and re.search(rf"\b{name}\b", other.text)]
    return sorted({judge for user in users for judge in judges(user.name, declared)})


def program(source: str) -> str:
    """Return the module without its exports, each of its loops asking tick() whether to go on."""
    source = re.sub(r"^export ", "", source, flags=re.MULTILINE)
    source = re.sub(r"\bwhile \(", "while (tick() && ", source)
    return re.sub(r"\bfor \(([^;()]*(?:\([^()]*\)[^;()]*)*);", r"for (\1; tick() &&", source)


def mutants(source: str, declared: Declaration) -> Iterator[Mutant]:
    """Yield the module with each operator, number and function of a declaration changed in turn."""
    for token in TOKEN.finditer(declared.text):
        for changed in changes(token.lastgroup, token[0]):
            text = declared.text[: token.start()] + changed + declared.text[token.end() :]
            start = text.rfind("\n", 0, token.start()) + 1
            line = text[start:].partition("\n")[0].strip()
            yield Mutant(line, source[: declared.start] + text + source[declared.start + len(declared.text) :])


def changes(kind: str, token: str) -> list[str]:
    """Return what takes a token's place."""
    if kind == "number":
        value = float.fromhex(token) if token.startswith("0x") else float(token)
        return [f"({token} + 1)"] + ([f"({token} * 1.01)"] if value % 1 and value > 1e-3 else [])
    if kind == "math":
        name = token.removeprefix("Math.")
        return [f"Math.{MATH[name]}"] if name in MATH else ["((x) => x)"]
    return {"sign": SIGNS, "word": WORDS}.get(kind, {}).get(token, [])
