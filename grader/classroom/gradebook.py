"""The points of a class as Canvas's or Moodle's gradebook imports them: the exported table, its homework's column filled in."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from lecturekit.homework.result import points

from .journal import write_text
from .report import Run
from .roster import FIRST, LAST, Roster
from .submissions import compared

__all__ = ["FORMATS", "write_gradebook"]

FORMATS = ("canvas", "moodle")
# What identifies a student to the import. All else is left out, so that nothing else is changed by it.
KEPT = {
    "canvas": ("student", "id", "sis user id", "sis login id", "integration id", "root account", "section"),
    "moodle": (*FIRST, *LAST, "id number", "id-nummer", "username", "anmeldename", "email address", "e-mail-adresse"),
}
WORKSHEET = {"identifier", "id"}  # of Moodle's worksheet for one assignment, which is imported whole
GRADE = ("grade", "bewertung")


def write_gradebook(run: Run, roster: Roster, path: Path) -> None:
    """Write the points of everybody on the roster; none for who handed nothing in.

    The roster must be the export of a gradebook.
    """
    head, *rows = roster.table
    columns = [compared(cell) for cell in head]
    worksheet = roster.kind == "moodle" and any(name in columns for name in GRADE) and bool(WORKSHEET & set(columns))
    kept = [i for i, name in enumerate(columns) if worksheet or name in KEPT[roster.kind]]
    column = (
        next((i for i, name in enumerate(columns) if name in GRADE), None) if worksheet else _column(run.homework, head, kept)
    )
    if column is None:
        head, column = (*head, f"Homework {run.homework}"), len(head)
    order = kept if column in kept else [*kept, column]
    totals = _totals(run)
    by_line = {one.line: totals.get(one.student, "") for one in roster.students}
    lines = [[head[i] for i in order]]
    for number, row in enumerate(rows, 1):
        if number in by_line:
            full = [*row, *[""] * (len(head) - len(row))]
            full[column] = by_line[number]
            lines.append([full[i] for i in order])
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(lines)
    write_text(path, "\ufeff" + table.getvalue())


def _column(homework: str, head: tuple[str, ...], kept: list[int]) -> int | None:
    """The one column of the export that is this homework's, if there is one: "Homework 3: Shrinkage (12345)"."""
    number = re.compile(rf"(?<![\d.])0*{int(homework)}(?![\d.])")
    titles = {i: re.sub(r"\(\d+\)\s*$|\(Real\)", "", cell) for i, cell in enumerate(head) if i not in kept}
    found = [i for i, title in titles.items() if number.search(title)]
    return found[0] if len(found) == 1 else None


def _totals(run: Run) -> dict[str, str]:
    """The points of each student who has handed something in."""
    return {
        submission.student: points(sum(row.result.points for row in rows))
        for submission, rows in run.by_submission().items()
        if submission.file
    }
