"""Who is in the class: a table of one's own, or the gradebook that Canvas or Moodle exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .names import Who, squeezed
from .submissions import compared

__all__ = ["Roster", "Student", "read_roster"]

DELIMITERS = ",;\t|"
# Columns by what they hold, in English and German; the first that is there and not empty names the student in the table.
IDS: tuple[str, ...] = ("sis login id", "username", "anmeldename", "login", "id number", "id-nummer", "matrikelnummer")
IDS += ("sis user id", "email address", "e-mail-adresse", "email", "e-mail", "id", "identifier", "kennung")
FIRST, LAST = ("first name", "vorname", "firstname"), ("surname", "last name", "nachname", "lastname")
FULL = ("full name", "vollständiger name", "name")
EXPECTED = "expected a first line `file,student` or `student`, or the gradebook that Canvas or Moodle exports"


@dataclass(frozen=True)
class Student:
    """A student: what to call them, ids as `compared` has them, names as `squeezed` has them, a file, the roster's line."""

    student: str
    ids: frozenset[str]
    names: frozenset[str] = frozenset()
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Roster:
    """A class.

    Attributes
    ----------
    students : tuple of Student
    kind : str
        Which system has exported it: "canvas", "moodle", or "" for a table of one's own.
    table : tuple of tuples
        All its lines, the first with the columns' names.
    delimiter : str
    """

    students: tuple[Student, ...]
    kind: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    delimiter: str = ","

    def find(self, entry: str, who: Who) -> Student | None:
        """Return the one student who has handed in an entry of this name, by file, by id or by name."""
        ids = {compared(one) for one in who.ids}
        for one in self.students:
            if one.file and compared(one.file) == compared(entry):
                return one
        listed = [one for one in self.students if not one.file]
        by_id = [one for one in listed if one.ids & ids]
        found = by_id or [one for one in listed if squeezed(who.name) in one.names]
        return found[0] if len(found) == 1 else None

    def typed(self, typed: str) -> Student | None:
        """Return the one student with an id."""
        found = [one for one in self.students if compared(typed) in one.ids]
        return found[0] if len(found) == 1 else None


def read_roster(path: Path) -> Roster:
    """Return the class that a table lists: any delimiter, encoding and case of the columns' names.

    Raises
    ------
    ValueError
        If there is no such file, no column that names students, or a student or file twice.
    """
    try:
        text = _decoded(path.read_bytes())
        delimiter = max(DELIMITERS, key=(text.splitlines() or [""])[0].count)
        if text.startswith("sep=") and len(text.splitlines()[0]) == 5:
            delimiter, text = text[4], text.partition("\n")[2]
        table = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except (OSError, ValueError, csv.Error) as error:
        raise ValueError(f"roster: {path} cannot be read ({error}); expected a CSV file.") from None
    columns = [compared(cell) for cell in table[0]] if table else []
    kind = _kind(columns)
    if not kind and "student" not in columns:
        found = f"; found {', '.join(table[0])}"[:200] if columns else ""
        raise ValueError(f"roster: {path} has no column `student`{found}; {EXPECTED}.")
    rows = [dict(zip(columns, map(str.strip, row), strict=False)) for row in table]
    lines = [(number, row) for number, row in enumerate(rows[1:], 1) if any(row.values()) and not _no_student(row, kind)]
    students = tuple(_student(row, kind, number) for number, row in lines)
    for what in ("student", "file"):
        names = [compared(getattr(one, what)) for one in students if getattr(one, what)]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"roster: {path} names {twice!r} twice; expected each once.")
    if not all(one.student for one in students):
        raise ValueError(f"roster: {path} has a line without a student.")
    return Roster(students, kind, tuple(table), delimiter)


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _kind(columns: Iterable[str]) -> str:
    there = set(columns)
    if {"student", "id"} <= there and there & {"section", "sis user id", "sis login id"}:
        return "canvas"
    named = there & set(FULL) or (there & set(FIRST) and there & set(LAST))
    return "moodle" if named and there & set(IDS) and "student" not in there else ""


def _no_student(row: dict[str, str], kind: str) -> bool:
    """Whether a line of Canvas's gradebook is about something else."""
    return kind == "canvas" and (
        row["student"].startswith("Points Possible") or row["student"] == "Student, Test" or not row["id"]
    )


def _student(row: dict[str, str], kind: str, line: int) -> Student:
    if not kind:
        student = row.get("student", "")
        ids = [student, *(row[column] for column in IDS if row.get(column))]
        return Student(student, _spelled(ids), frozenset({squeezed(student)} - {""}), row.get("file", ""), line)
    ids = [row[column].removeprefix("Participant ").removeprefix("Teilnehmer/in") for column in IDS if row.get(column)]
    full = next((row[column] for column in (*FULL, "student") if row.get(column)), "")
    first, last = (next((row[column] for column in names if row.get(column)), "") for names in (FIRST, LAST))
    if "," in full and not first:
        last, _, first = full.partition(",")
    first, last = (first, last) if first or last else (full, "")
    names = frozenset(squeezed(name) for name in (full, first + last, last + first) if name)
    return Student(ids[0] if ids else full, _spelled(ids), names, "", line)


def _spelled(ids: Iterable[str]) -> frozenset[str]:
    """Ids as they may be typed: an address also without what comes after the @."""
    spelled = {compared(one) for one in ids}
    return frozenset((spelled | {one.partition("@")[0] for one in spelled}) - {""})
