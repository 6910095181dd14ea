"""The code of a notebook, in whatever format and encoding it was handed in. Nothing of it runs here.

A notebook is read for its code alone: outputs, pictures and the state of widgets are dropped before anything is made of them.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lecturekit.homework.result import Problem, Status

__all__ = ["Notebook", "cells", "imports", "is_notebook", "notebook", "typed_id"]

MAX_CODE = 10_000_000  # bytes, without outputs
MAX_CELLS = 1000
MAX_DIGITS = 400
SUFFIX = re.compile(r"\.(ipynb|md|markdown|qmd|py)(\.(txt|json))?$|\.json$", re.IGNORECASE)
FENCE = re.compile(r"(`{3,}|~{3,})\s*(\{code-cell\}|\{?(?:python|py|ipython)3?\b)")
PERCENT = re.compile(r"^# ?(?:%%|\+|-$).*$", re.MULTILINE)  # where jupytext begins or ends a cell of a script
TYPED = re.compile(
    r"""\bHomework\([^)"']*["'][^"']*["']\s*,\s*student\s*=\s*(?:(["'])(?P<id>[^"'\n]*)\1|(?P<name>[^\W\d]\w*))"""
)
PLACEHOLDER = "your id here"
IMPORT = re.compile(r"\s*(?:import|from)\s+([A-Za-z_][\w.]*)")
# A text, or what opens or closes a list or a dict, in JSON.
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
DROPPED = re.compile(rb'"(?:outputs|attachments|widgets|application/vnd\.jupyter\.widget-state\+json)"\s*:\s*([\[{])')
# What else is handed in, by how it begins, and what to do.
OTHERS = {
    b"%PDF": "It is a PDF.",
    b"PK": "It is a zip or an Office file, and not one that can be read here.",
    b"{\\rtf": "It is a document of a word processor.",
    b"Rar!": "It is an archive of a kind that is not read here.",
    b"7z\xbc\xaf": "It is an archive of a kind that is not read here.",
    b"\x1f\x8b": "It is an archive of a kind that is not read here.",
    b"<": "It is a web page.",
}
REMEDY = "Hand in the notebook itself: in Jupyter, File > Download; its name ends in .ipynb."


@dataclass(frozen=True)
class Notebook:
    """The code cells of a notebook, and the Python that it was last run with, (3, 12), or () where it does not say."""

    cells: list[str]
    python: tuple[int, ...] = ()


def is_notebook(name: str) -> bool:
    """Whether a file's name is that of a notebook."""
    return bool(SUFFIX.search(name))


def notebook(content: bytes, name: str) -> Notebook | Problem:
    """Return a notebook's code, or why there is none and what to do."""
    if not re.sub(rb"^(\xff\xfe|\xfe\xff|\xef\xbb\xbf)", b"", content).strip(b"\x00 \t\r\n"):
        return Problem(Status.UNREADABLE, "The file is empty.")
    if kind := next((said for start, said in OTHERS.items() if content.lstrip().startswith(start)), None):
        return Problem(Status.UNREADABLE, f"{kind} {REMEDY}")
    if not is_notebook(name) and not content.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{"):
        return Problem(Status.UNREADABLE, f"It is not a notebook: its name ends neither in .ipynb nor in .md or .py. {REMEDY}")
    try:
        text = _utf8(content)
        found = _jupyter(text) if text.lstrip()[:1] in (b"{", b"[") else _plain(text.decode(), name)
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)[:100]
        return Problem(Status.UNREADABLE, f"It is not a notebook that can be read ({reason}). {REMEDY}")
    if not found.cells or len(found.cells) > MAX_CELLS:
        number = len(found.cells)
        return Problem(Status.UNREADABLE, f"The notebook has {number} code cells; expected 1 to {MAX_CELLS}.")
    return found


def cells(content: bytes, name: str) -> list[str] | Problem:
    """Return the code cells of a notebook, or why there are none."""
    found = notebook(content, name)
    return found if isinstance(found, Problem) else found.cells


def _utf8(content: bytes) -> bytes:
    """Return a text in UTF-8, without a mark at its beginning."""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not wide and b"\x00" in content[:4]:  # UTF-16 without a mark
        return content.decode("utf-16-le" if content[1:2] == b"\x00" else "utf-16-be").encode()
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return content.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    raise ValueError("its letters are in no known encoding; save it as UTF-8")


def _without_outputs(text: bytes) -> bytes:
    """Return JSON with every list of outputs, and what else may be large and is not code, empty."""
    kept, start = [], 0
    tokens = TOKEN.finditer(text)
    for token in tokens:
        if not (token[0].startswith(b'"') and (dropped := DROPPED.match(text, token.start()))):
            continue
        kept += [text[start : dropped.start(1)], b"[]" if dropped[1] == b"[" else b"{}"]
        depth = 0
        for inner in tokens:
            depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(inner[0], 0)
            if depth == 0 and inner[0] in (b"]", b"}"):
                break
        start = inner.end()
    return b"".join([*kept, text[start:]])


def _jupyter(text: bytes) -> Notebook:
    text = _without_outputs(text)
    if len(text) > MAX_CODE:
        raise ValueError(f"it has {len(text) / 1e6:.0f} MB beside its outputs; expected at most {MAX_CODE / 1e6:.0f} MB")
    loaded = json.loads(text, parse_constant=lambda name: None, parse_int=_integer)
    if not isinstance(loaded, dict):
        raise ValueError("it has no list of cells")
    sheets = loaded.get("worksheets")  # nbformat 3
    listed = loaded.get("cells")
    if listed is None and isinstance(sheets, list):
        listed = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells") or []]
    if not isinstance(listed, list):
        raise ValueError("it has no list of cells")
    return Notebook(list(_sources(listed)), _python(loaded.get("metadata")))


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"an integer of {len(digits)} digits")
    return int(digits)


def _sources(listed: list[Any]) -> Iterator[str]:
    for cell in listed:
        if not isinstance(cell, dict):
            raise ValueError("a cell is not a dict")
        if cell.get("cell_type") == "code":
            source = cell.get("source", cell.get("input", ""))
            lines = source if isinstance(source, list) else [source]
            if not all(isinstance(line, str) for line in lines):
                raise ValueError("a cell's source is not text")
            yield "".join(map(str, lines))


def _python(metadata: Any) -> tuple[int, ...]:
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    version = re.match(r"(\d{1,3})\.(\d{1,3})", str(info.get("version"))) if isinstance(info, dict) else None
    return (int(version[1]), int(version[2])) if version else ()


def _plain(text: str, name: str) -> Notebook:
    if len(text) > MAX_CODE:
        raise ValueError(f"it has {len(text) / 1e6:.0f} MB; expected at most {MAX_CODE / 1e6:.0f} MB")
    if re.search(r"\.ipynb|\.json", name, re.IGNORECASE):
        json.loads(text)  # says what is wrong with it
    if re.search(r"\.py(\.txt)?$", name, re.IGNORECASE):
        return Notebook([source for source in PERCENT.split(text) if source.strip()])
    return Notebook(list(_fenced(text)))


def _fenced(text: str) -> Iterator[str]:
    """The code cells of Markdown: MyST's, or where there are none those that are marked as Python, as jupytext does."""
    fence, kind = "", ""
    lines: list[str] = []
    myst = "{code-cell}" in text
    for line in text.splitlines():
        if not fence:
            opening = FENCE.match(line)
            if opening and (opening[2] == "{code-cell}") == myst:
                fence, kind, lines = opening[1], opening[2], []
        elif line.startswith(fence) and not line.strip(fence[0] + " "):
            fence = ""
            yield "\n".join(_without_options(lines) if kind == "{code-cell}" else lines)
        else:
            lines.append(line)


def _without_options(lines: list[str]) -> list[str]:
    """Drop the options at the top of a MyST cell: lines such as ":tags: [hide-input]", or YAML between lines of dashes."""
    if lines and lines[0].strip() == "---" and "---" in lines[1:]:
        return lines[lines.index("---", 1) + 1 :]
    return list(itertools.dropwhile(lambda line: line.startswith(":"), lines))


def typed_id(sources: list[str]) -> str | None:
    """Return the id that a student typed into ``Homework("03", student="...")``, or gave by a name; None if there is none."""
    found = next((match for source in sources if (match := TYPED.search(source))), None)
    if found and found["name"]:
        given = re.compile(rf"""^{re.escape(found["name"])}\s*=\s*(["'])(?P<id>[^"'\n]*)\1""", re.MULTILINE)
        found = next((match for source in sources if (match := given.search(source))), None)
    typed = found["id"] if found else ""
    return typed if typed.strip() and typed.strip().lower() != PLACEHOLDER else None


def imports(text: bytes) -> tuple[str, ...]:
    """Return the modules that a notebook in MyST Markdown imports."""
    lines = (line for cell in _fenced(text.decode()) for line in cell.splitlines())
    return tuple(dict.fromkeys(match[1] for line in lines if (match := IMPORT.match(line))))
