"""What lies in a folder of submissions: each entry of it, its student, and the code cells of its notebook.

Nothing here runs or unpacks what a student has sent. Links are not followed, and only plain files of a sensible size are read.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lecturekit.homework.codec import loads
from lecturekit.homework.result import Problem, Status

__all__ = ["Submission", "cells", "digest", "find", "imports", "read", "read_roster", "shown", "typed_id"]

MAX_BYTES = 10_000_000
MAX_CELLS = 1000
FENCE = re.compile(r"(`{3,}|~{3,})\{code-cell\}")
TYPED = re.compile(r"""\bHomework\([^)"']*["'][^"']*["']\s*,\s*student\s*=\s*(["'])(?P<id>[^"'\n]*)\1""")
IMPORT = re.compile(r"\s*(?:import|from)\s+([A-Za-z_][\w.]*)")
TWICE = "There is another file of this student."
NOT_HANDED_IN = Problem(Status.MISSING, "No file was handed in.")


@dataclass(frozen=True)
class Submission:
    """One row's student and file; the file is None for a student of the roster who handed nothing in."""

    student: str
    file: Path | None
    note: str = ""


def find(folder: Path, roster: list[tuple[str, str]] | None = None) -> list[Submission]:
    """Return a submission for each entry of a folder, by file name, and after them one for each student without a file.

    Parameters
    ----------
    folder : Path
    roster : list of (file, student), optional
        What `read_roster` returns.

    Raises
    ------
    ValueError
        If the folder cannot be read.
    """
    try:
        entries = sorted((entry for entry in os.scandir(folder) if entry.name != ".ipynb_checkpoints"), key=lambda e: e.name)
    except OSError as error:
        raise ValueError(f"submissions: {folder} cannot be read ({error.strerror}); expected a folder of notebooks.") from None
    found = []
    by_file = {file: student for file, student in roster or [] if file}
    by_stem = {student.strip().lower(): student for file, student in roster or [] if not file}
    for entry in entries:
        path = Path(folder, entry.name)
        student = by_file.get(entry.name) or by_stem.get(path.stem.strip().lower())
        note = "" if student or roster is None else "Not on the roster."
        found.append(Submission(student or shown(path.stem), path, note))
    present = Counter(submission.student for submission in found)
    found = [replace(one, note=f"{one.note} {TWICE}".strip()) if present[one.student] > 1 else one for one in found]
    absent = [student for _, student in roster or [] if student not in present]
    return found + [Submission(student, None) for student in sorted(absent)]


def read_roster(path: Path) -> list[tuple[str, str]]:
    """Return (file, student) for each line of a CSV file with the columns file and student, or student alone (file is "").

    Raises
    ------
    ValueError
        If there is no such file, no column of that name, or a student or file twice.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            table = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"roster: {path} cannot be read ({error}); expected a CSV file.") from None
    if not table or "student" not in table[0]:
        raise ValueError(f"roster: {path} has no column `student`; expected a first line `file,student` or `student`.")
    roster = [((row.get("file") or "").strip(), (row["student"] or "").strip()) for row in table]
    for column in (0, 1):
        names = [row[column] for row in roster if row[column]]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"roster: {path} names {twice!r} twice; expected each once.")
    if not all(student for _, student in roster):
        raise ValueError(f"roster: {path} has a line without a student.")
    return roster


def read(submission: Submission) -> bytes | Problem:
    """Return the content of a submission's file, or why it is not read."""
    if submission.file is None:
        return NOT_HANDED_IN
    try:
        # Without following a link, nor waiting for whoever writes into a pipe.
        descriptor = os.open(submission.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return Problem(Status.UNREADABLE, "It is a folder or a device, not a file.")
            with open(descriptor, "rb", closefd=False) as file:
                content = file.read(MAX_BYTES + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        link = submission.file.is_symlink()
        return Problem(Status.UNREADABLE, "It is a link." if link else f"It cannot be read ({error.strerror}).")
    return (
        Problem(Status.TOO_LARGE, f"The file has more than {MAX_BYTES // 10**6} MB.") if len(content) > MAX_BYTES else content
    )


def cells(content: bytes, name: str) -> list[str] | Problem:
    """Return the source of each code cell of a notebook, a Jupyter one or one in MyST Markdown, or why there are none."""
    if not content.strip():
        return Problem(Status.UNREADABLE, "The file is empty.")
    suffix = Path(name).suffix.lower()
    if suffix not in (".ipynb", ".md"):
        return Problem(Status.UNREADABLE, "It is not a notebook: its name ends neither in .ipynb nor in .md.")
    try:
        text = content.decode("utf-8-sig")
        sources = list(_jupyter_cells(loads(text)) if suffix == ".ipynb" else _myst_cells(text))
    except ValueError as error:
        return Problem(Status.UNREADABLE, f"It is not a notebook that can be read ({str(error)[:100]}).")
    if not sources or len(sources) > MAX_CELLS:
        return Problem(Status.UNREADABLE, f"The notebook has {len(sources)} code cells; expected 1 to {MAX_CELLS}.")
    return sources


def typed_id(sources: list[str]) -> str | None:
    """Return the id that a student typed into ``Homework("03", student="...")``, or None if there is none."""
    found = next((match for source in sources if (match := TYPED.search(source))), None)
    return found["id"] if found else None


def _jupyter_cells(notebook: object) -> Iterator[str]:
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("it has no list of cells")
    for cell in notebook["cells"]:
        if not isinstance(cell, dict):
            raise ValueError("a cell is not a dict")
        if cell.get("cell_type") == "code":
            source = cell.get("source", "")
            lines = source if isinstance(source, list) else [source]
            if not all(isinstance(line, str) for line in lines):
                raise ValueError("a cell's source is not text")
            yield "".join(lines)


def _myst_cells(text: str) -> Iterator[str]:
    fence = ""
    lines: list[str] = []
    for line in text.splitlines():
        if not fence:
            opening = FENCE.match(line)
            fence, lines = (opening[1] if opening else ""), []
        elif line.startswith(fence) and not line.strip(fence[0] + " "):
            fence = ""
            yield "\n".join(_without_options(lines))
        else:
            lines.append(line)


def _without_options(lines: list[str]) -> list[str]:
    """Drop the options at the top of a MyST cell: lines such as ":tags: [hide-input]", or YAML between lines of dashes."""
    if lines and lines[0].strip() == "---" and "---" in lines[1:]:
        return lines[lines.index("---", 1) + 1 :]
    return list(itertools.dropwhile(lambda line: line.startswith(":"), lines))


def imports(notebook: bytes) -> tuple[str, ...]:
    """Return the modules that a notebook in MyST Markdown imports."""
    lines = (line for cell in _myst_cells(notebook.decode()) for line in cell.splitlines())
    return tuple(dict.fromkeys(match[1] for line in lines if (match := IMPORT.match(line))))


def shown(name: str) -> str:
    """Return a file's or a student's name as a table or a page can show it: one line that can be printed."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name)


def digest(*parts: str | bytes) -> str:
    """Return one digest of several texts."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode(errors="surrogatepass") if isinstance(part, str) else part
        whole.update(len(content).to_bytes(8) + content)
    return whole.hexdigest()
