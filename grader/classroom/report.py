"""What an instructor gets: grades.csv with a row for each question, what the run was, and the totals."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lecturekit.homework.result import Result, points

from .journal import write_text
from .submissions import Submission, shown

__all__ = ["COLUMNS", "UNSAFE", "Row", "Run"]

COLUMNS = ("homework", "student", "file", "question", "points", "of", "status", "misconception", "note")
UNSAFE = "Graded without a sandbox: a notebook could have changed anything, these grades included."
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Row:
    """One question of one submission."""

    homework: str
    submission: Submission
    result: Result
    unsafe: bool = False

    @property
    def note(self) -> str:
        """All that there is to say, for the instructor."""
        return " ".join(filter(None, (UNSAFE if self.unsafe else "", self.submission.note, self.result.note)))

    def cells(self) -> list[str]:
        """Return the row as the table has it, one text for each of COLUMNS."""
        result, file = self.result, self.submission.file
        name = file.name if file else ""
        numbers = points(result.points), points(result.of)
        row = [self.homework, self.submission.student, name, result.question, *numbers, result.status, result.misconception]
        return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in map(shown, [*row, self.note])]


@dataclass(frozen=True)
class Run:
    """All rows of a run, in order, and what the run was."""

    homework: str
    seed: int
    questions: str
    unsafe: bool
    rows: tuple[Row, ...]

    def by_submission(self) -> dict[Submission, list[Row]]:
        """Return the rows of each submission."""
        grouped: dict[Submission, list[Row]] = {}
        for row in self.rows:
            grouped.setdefault(row.submission, []).append(row)
        return grouped

    def for_a_human(self) -> list[Row]:
        """Return the rows that the grader could not settle."""
        return [row for row in self.rows if row.result.status.wants_human]

    def write(self, output: Path) -> None:
        """Write the table, and beside it a file .json that says what the run was."""
        table = io.StringIO()
        csv.writer(table, lineterminator="\n").writerows([COLUMNS, *(row.cells() for row in self.rows)])
        record = {
            "homework": self.homework,
            "seed": self.seed,
            "questions": self.questions,
            "submissions": len(self.by_submission()),
            "sandbox": not self.unsafe,
        }
        write_text(output.with_suffix(".json"), json.dumps(record, indent=1) + "\n")
        write_text(output, table.getvalue())

    def totals(self) -> str:
        """Return what the command prints at the end."""
        statuses = Counter(row.result.status for row in self.rows)
        counts = ", ".join(f"{count} {status}" for status, count in statuses.most_common())
        human = self.for_a_human()
        count = "No row needs" if not human else "1 row needs" if len(human) == 1 else f"{len(human)} rows need"
        last = f"{count} a human{f': {_listed(human)}' if human else ''}."
        return f"{len(self.by_submission())} submissions, {len(self.rows)} rows: {counts}. Seed {self.seed}.\n{last}"


def _listed(rows: list[Row]) -> str:
    students = list(dict.fromkeys(row.submission.student for row in rows))
    return ", ".join(students[:5]) + (f" and {len(students) - 5} more" if len(students) > 5 else "")
