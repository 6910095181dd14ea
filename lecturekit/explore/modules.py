"""Join the explorers' ES modules into the one text that anywidget takes.

In that text a relative import does not resolve, and a bundler would ask every reader for Node. So the modules keep to
a convention that a few lines of Python can join, and that is checked when they are joined:

- an import is one line, ``import { a, b } from "./math/normal.js";``, and names a module that comes before;
- an export is one line's ``export`` before ``function`` or ``const``, at the top level;
- only the explorer's own module, the last, has an ``export default``;
- no two modules declare the same name at the top level, for joined they have one scope.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import PurePosixPath

__all__ = ["compose", "join", "read", "sources"]

IMPORT = re.compile(r'import \{ ([\w, ]+) \} from "\./([\w./]+)";')
DECLARED = re.compile(r"^(?:function|const|let|class) (\w+)", re.MULTILINE)


def read(name: str) -> str:
    """Return the text of a file of this package, by its path in it."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def sources(*modules: str) -> dict[str, str]:
    """Return the texts of modules, and of those that they stand on, by path, each after those that it imports."""
    found: dict[str, str] = {}

    def add(name: str) -> None:
        source = read(name)
        for _, path in IMPORT.findall(source):
            if (other := _beside(name, path)) not in found:
                add(other)
        found[name] = source

    for module in modules:
        if module not in found:
            add(module)
    return found


def compose(module: str) -> str:
    """Return an explorer's module and those that it stands on as one ES module, for anywidget's ``_esm``."""
    return join(sources(module))


def join(sources: dict[str, str]) -> str:
    """Join modules, file name to text, into one; raise ValueError at a line that breaks the convention."""
    *_, last = sources
    declared: dict[str, list[str]] = {}
    texts = []
    for name, source in sources.items():
        lines = [_plain(line, name, number, declared, name == last) for number, line in enumerate(source.splitlines(), start=1)]
        texts.append("\n".join(lines))
        declared[name] = DECLARED.findall(texts[-1])
        for other in list(declared)[:-1]:
            if clash := set(declared[name]) & set(declared[other]):
                raise ValueError(f"{name}: declares {sorted(clash)}, as {other} does; expected other names.")
    if texts[-1].count("\nexport default ") != 1:
        raise ValueError(f"{last}: expected exactly one export default; end it in export default {{ render }};")
    return "\n".join(texts)


def _beside(name: str, path: str) -> str:
    """Return where a module finds what it imports: the path is relative to its own folder."""
    return str(PurePosixPath(name).parent / path)


def _plain(line: str, name: str, number: int, declared: dict[str, list[str]], is_last: bool) -> str:
    """Return the line without its import or export."""
    where = f"{name}, line {number}"
    if line.startswith("import"):
        match = IMPORT.fullmatch(line)
        if match is None or _beside(name, match[2]) not in declared:
            raise ValueError(
                f'{where}: got {line!r}; expected one line, import {{ a, b }} from "./module.js"; '
                f"with a module among {list(declared)}."
            )
        if missing := set(match[1].split(", ")) - set(declared[_beside(name, match[2])]):
            raise ValueError(f"{where}: imports {sorted(missing)}, which {match[2]} does not declare.")
        return ""
    if line.startswith("export") and not (is_last and line.startswith("export default ")):
        if not re.match(r"export (function|const) ", line):
            raise ValueError(
                f"{where}: got {line!r}; expected export before function or const"
                " (export default only in the explorer's own module)."
            )
        return line.removeprefix("export ")
    return line
