"""What an instructor gets: grades.csv with a row for each question, what the run was, and the totals."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lecturekit.homework.result import Result, points

from .journal import write_text
from .submissions import Submission, shown

__all__ = ["COLUMNS", "UNSAFE", "Row", "Run"]

COLUMNS = ("homework", "student", "file", "question", "points", "of", "status", "misconception", "human", "note")
UNSAFE = "Graded without a sandbox: a notebook could have changed anything, these grades included."
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@")
LACKING = re.compile(r"no module named (\S+) where it was graded")


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

    @property
    def wants_human(self) -> bool:
        """Whether a person has to look at it, for the answer's sake or for the file's."""
        return self.result.wants_human or self.submission.human

    def cells(self) -> list[str]:
        """Return the row as the table has it, one text for each of COLUMNS."""
        result, submission = self.result, self.submission
        row = [self.homework, submission.student, submission.name, result.question, points(result.points), points(result.of)]
        row += [result.status, result.misconception, "yes" if self.wants_human else "", self.note]
        return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in map(shown, row)]


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
        return [row for row in self.rows if row.wants_human]

    def lacking(self) -> list[tuple[str, int]]:
        """Return the modules that this machine lacks, and how many submissions lost points where one was missing."""
        found = {(row.submission, name) for row in self.rows for name in LACKING.findall(row.result.note)}
        return sorted(Counter(name for _, name in found).items(), key=lambda item: (-item[1], item[0]))

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
        write_text(output, "\ufeff" + table.getvalue())  # the mark by which Excel knows UTF-8

    def totals(self) -> str:
        """Return what the command prints at the end."""
        statuses = Counter(row.result.status for row in self.rows)
        counts = ", ".join(f"{count} {status}" for status, count in statuses.most_common())
        human = self.for_a_human()
        count = "No row needs" if not human else "1 row needs" if len(human) == 1 else f"{len(human)} rows need"
        last = f"{count} a human{f': {_listed(human)}' if human else ''}."
        lacking = ", ".join(f"{name} ({count})" for name, count in self.lacking())
        missing = f"\nNot installed here, and missed by so many notebooks that lost points: {lacking}." if lacking else ""
        return f"{len(self.by_submission())} submissions, {len(self.rows)} rows: {counts}. Seed {self.seed}.\n{last}{missing}"


def _listed(rows: list[Row]) -> str:
    students = list(dict.fromkeys(row.submission.student for row in rows))
    return ", ".join(students[:5]) + (f" and {len(students) - 5} more" if len(students) > 5 else "")
