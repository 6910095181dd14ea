"""From a folder or a zip, as a learning management system hands it out, to one submission for each student."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from lecturekit.homework.result import Problem

from .formats import cells, is_notebook, typed_id
from .names import Who, who
from .roster import Roster, Student
from .submissions import File, Submission, compared, files, read, shown

__all__ = ["find"]

NOT_LISTED = "Not on the roster."
METADATA = "submission_metadata.yml"  # Gradescope's list of who handed in what
ILIAS_TIME = re.compile(r"\d{14}(?=_)")  # before the file's own name


def find(folder: Path, homework: str, roster: Roster | None = None, ignored: Collection[Path] = ()) -> list[Submission]:
    """Return a submission for each student who has handed something in, by file name, then one for each who has not.

    Parameters
    ----------
    folder : Path
        A folder, or a zip.
    homework : str
        Its number, "03": of several notebooks of a student those of another homework are left aside.
    roster : Roster, optional
    ignored : collection of Path
        Absolute paths of files and folders that nobody handed in.

    Raises
    ------
    ValueError
        If the folder cannot be read or holds no file.
    """
    there = _unwrapped(files(folder, {*ignored, *_outputs(folder)}))
    people = _gradescope(there)
    there = [file for file in there if file.parts[-1] != METADATA]
    if not there:
        raise ValueError(f"submissions: {folder} holds no file that somebody handed in; expected a folder of notebooks.")
    groups: dict[str, tuple[Student | None, list[tuple[Who, File]]]] = {}
    for file in there:
        entry = file.parts[0]
        one = people.get(entry) or who(entry, folder=len(file.parts) > 1 and not entry.lower().endswith(".zip"))
        student = roster.find(entry, one) if roster else None
        key = f"\n{student.line}" if student else compared(" ".join((one.system, one.label, *one.ids)))
        groups.setdefault(key, (student, []))[1].append((one, file))
    found = [_submission(homework, roster, *group) for group in groups.values()]
    found.sort(key=lambda one: one.name)
    present = {one.student for one in found}
    absent = [one.student for one in roster.students if one.student not in present] if roster else []
    return found + [Submission(student, None) for student in sorted(absent)]


def _submission(homework: str, roster: Roster | None, student: Student | None, handed: list[tuple[Who, File]]) -> Submission:
    """Return what counts of all that a student has handed in: the newest notebook of this homework."""
    notebooks = [(one, file) for one, file in handed if is_notebook(file.parts[-1])] or handed
    if len(notebooks) > 1:
        notebooks = [(one, file) for one, file in notebooks if _is_of(homework, file)] or notebooks
    one, file = max(notebooks, key=_order)
    ids = frozenset(map(compared, one.ids)) if one.system in ("", "ilias", "gradescope") else frozenset()
    found = Submission(shown(one.label), file, ids=ids)
    if roster and not student and (typed := _typed(file)):
        student = roster.typed(typed)
    if student:
        found = replace(found, student=shown(student.student), ids=student.ids)
    elif roster:
        found = found.remarked(NOT_LISTED, human=True)
    if one.late:
        found = found.remarked("Handed in late.")
    if len(notebooks) > 1:
        others = ", ".join(shown("/".join(other.parts)) for _, other in notebooks if other != file)
        said = f"Of {len(notebooks)} notebooks the newest counts, {shown(found.name)}, and not {others}."
        found = found.remarked(said, human=not one.system)
    return found


def _order(handed: tuple[Who, File]) -> tuple[Any, ...]:
    one, file = handed
    time = ILIAS_TIME.match(file.parts[-1])
    return (one.order, time[0] if time else "", _number(file), file.time, file.parts)


def _number(file: File) -> int:
    """The number that a browser has appended to a name that was there already."""
    return who(file.parts[-1], folder=False).order[1]


def _is_of(homework: str, file: File) -> bool:
    content = read(Submission("", file))
    return isinstance(content, bytes) and bool(re.search(rf"""Homework\(\s*\\?["']{homework}""".encode(), content))


def _typed(file: File) -> str | None:
    content = read(Submission("", file))
    code = content if isinstance(content, Problem) else cells(content, file.parts[-1])
    return None if isinstance(code, Problem) else typed_id(code)


def _unwrapped(there: list[File]) -> list[File]:
    """Leave away folders and zips that hold everything: what a system packs a class into."""
    while len({file.parts[0] for file in there}) == 1 and all(len(file.parts) > 1 for file in there):
        inner = {part for file in there for part in file.parts[1:]}
        named = any(who(part, folder=True).system or who(part, folder=False).system for part in inner)
        bearing = {file.parts[1] for file in there if is_notebook(file.parts[-1]) or len(file.parts) > 2}
        if who(there[0].parts[0], folder=True).system or not (named or len(bearing) > 1):
            break
        there = [replace(file, parts=file.parts[1:]) for file in there]
    return there


def _gradescope(there: list[File]) -> dict[str, Who]:
    """Return who handed in each of Gradescope's folders, by its list."""
    file = next((file for file in there if file.parts[-1] == METADATA), None)
    content = read(Submission("", file)) if file else None
    if not isinstance(content, bytes):
        return {}
    import yaml  # comes with the book, and only Gradescope's list needs it

    people = {}
    for entry, told in (yaml.safe_load(content) or {}).items():
        submitters = [
            {str(key).lstrip(":"): str(value) for key, value in one.items() if value}
            for one in (told or {}).get(":submitters", [])
        ]
        ids = tuple(one[key] for one in submitters for key in ("sid", "email") if key in one)
        names = " and ".join(one["name"] for one in submitters if "name" in one)
        people[entry] = Who(ids[0] if ids else names or entry, ids, names, system="gradescope")
    return people


def _outputs(folder: Path) -> Iterator[Path]:
    """What the grader has written into the folder itself: tables and pages beside the record of a run."""
    try:
        records = sorted(folder.glob("*.json")) if folder.is_dir() else []
    except OSError:  # which `files` then reports
        records = []
    for record in records:
        if record.is_file() and not record.is_symlink() and record.stat().st_size < 10_000:
            try:
                ours = {"seed", "questions", "sandbox"} <= set(json.loads(record.read_bytes()))
            except (ValueError, TypeError):
                continue
            if ours:
                stem = record.absolute().with_suffix("")
                endings = (".csv", ".json", ".html", ".journal", "-canvas.csv", "-moodle.csv")
                yield from (stem.with_name(f"{stem.name}{ending}") for ending in endings)
                yield folder.absolute() / "feedback"
