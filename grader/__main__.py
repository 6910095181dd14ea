"""The command line: ``python -m grader grade SUBMISSIONS --homework 03``, and the commands for homework authors."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lecturekit.homework.limits import Limits
from lecturekit.homework.pack import PACKS, to_bytes

from .author.exercises import chosen
from .classroom.formats import imports
from .classroom.gradebook import FORMATS, write_gradebook
from .classroom.handed_in import find
from .classroom.pages import write_feedback, write_summary
from .classroom.report import UNSAFE
from .classroom.roster import Roster, read_roster
from .classroom.run import Settings, grade_all
from .jail.runtime import USUAL
from .jail.sandbox import RefusalError

__all__ = ["main"]

INSTEAD = "Or run the notebooks without a sandbox, if you trust every one of them: add --unsafe."
INTERRUPTED = 130  # what a shell reports after an interrupt from the keyboard


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name, and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m grader", description="Homework: hand it out, and grade it.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_grade_parser(commands)
    _add_author_parsers(commands)
    given = parser.parse_args(arguments)
    try:
        return int(given.run(given))
    except OSError as error:
        print(f"{parser.prog}: {_said(error)}", file=sys.stderr)
        return 2
    except (ValueError, RefusalError) as error:
        instead = f" {INSTEAD}" if isinstance(error, RefusalError) else ""
        print(f"{parser.prog}: {error}{instead}", file=sys.stderr)
        return 2


def _add_grade_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("grade", help="grade a folder of notebooks")
    parser.add_argument("submissions", type=Path, metavar="SUBMISSIONS", help="the folder or zip, as it comes")
    parser.add_argument("--homework", required=True, metavar="NN", help="the homework's number, such as 03")
    parser.add_argument("-o", "--output", type=Path, default=Path("grades.csv"), help="the table (default: grades.csv)")
    parser.add_argument("--feedback", type=Path, metavar="DIR", help="write a page for each student into this folder")
    parser.add_argument("--roster", type=Path, metavar="CSV", help="who is in the class: see the README")
    parser.add_argument(
        "--format", choices=FORMATS, help="write also a table that this gradebook imports; needs its export as roster"
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="notebooks at a time (default: one for each processor)")
    parser.add_argument("--scheduler", metavar="tcp://…", help="the address of a Dask scheduler, to grade on its workers")
    parser.add_argument("--seed", type=int, metavar="N", help="draws the private probes (default: a fresh one, recorded)")
    parser.add_argument("--exercises", type=Path, default=Path("exercises"), help="where they are (default: exercises)")
    parser.add_argument("--unsafe", action="store_true", help="run the notebooks without a sandbox, with all that you may do")
    parser.set_defaults(run=_grade)


def _add_author_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    pack = commands.add_parser("pack", help="write what the students' notebooks need to answer at once into the package")
    pack.set_defaults(run=_write_packs)
    notebook = commands.add_parser("notebook", help="write the notebooks that the students get")
    notebook.add_argument("-o", "--output", type=Path, default=Path(), help="the folder to write to (default: this one)")
    notebook.set_defaults(run=_write_notebooks)
    for parser in (pack, notebook):
        parser.add_argument("homework", nargs="*", help="numbers, such as 03 (default: all)")
        parser.add_argument("--exercises", type=Path, default=Path("exercises"), help="where they are (default: exercises)")


def _grade(given: argparse.Namespace) -> int:
    if given.jobs is not None and given.jobs < 1:
        raise ValueError(f"jobs: got {given.jobs}; expected 1 or more.")
    if given.seed is not None and given.seed < 0:
        raise ValueError(f"seed: got {given.seed}; expected 0 or more.")
    output = given.output.absolute()
    if not output.parent.is_dir() or output.suffix != ".csv":
        raise ValueError(f"output: got {given.output}; expected the name of a .csv file in a folder that exists.")
    (exercise,) = chosen(given.exercises, [given.homework])
    roster = _roster(given)
    written = [output.with_suffix(suffix) for suffix in (".csv", ".json", ".html", ".journal")]
    gradebook = output.with_name(f"{output.stem}-{given.format}.csv")
    beside = [*written, gradebook, *(path.absolute() for path in (given.feedback, given.roster) if path)]
    submissions = find(given.submissions, given.homework, roster, beside)
    for folder in filter(None, (output.parent, given.feedback)):
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise ValueError(f"output: {folder} may not be written to; choose other folders by -o and --feedback.")
    if given.unsafe:
        print(f"Warning: {UNSAFE}", file=sys.stderr)
    private = (given.submissions, given.exercises, given.exercises.absolute().parent, output.parent, given.feedback)
    hidden = tuple(path.absolute() for path in private if path)
    modules = (*USUAL, *imports((exercise.folder / "notebook.md").read_bytes()))
    settings = Settings(Limits(), hidden, modules, given.unsafe)
    journal = output.with_suffix(".journal")
    try:
        run = grade_all(
            exercise.pack(),
            exercise.private_keys,
            submissions,
            settings,
            journal,
            seed=given.seed,
            jobs=given.jobs,
            scheduler=given.scheduler,
        )
    except KeyboardInterrupt:
        print("Interrupted. The same command resumes where this one left off.", file=sys.stderr)
        return INTERRUPTED
    run.write(output)
    write_summary(run, output.with_suffix(".html"))
    if roster and given.format:
        write_gradebook(run, roster, gradebook)
    if given.feedback:
        write_feedback(run, given.feedback)
    journal.unlink()
    print(run.totals())
    imported = f" For {given.format}: {given.output.with_name(gradebook.name)}." if given.format else ""
    print(f"Table: {given.output}. Summary: {given.output.with_suffix('.html')}.{imported}")
    return 0


def _roster(given: argparse.Namespace) -> Roster | None:
    roster = read_roster(given.roster) if given.roster else None
    if given.format and (roster is None or roster.kind != given.format):
        name = given.format.capitalize()
        raise ValueError(
            f"format: {given.format} needs the gradebook that {name} exports: --roster FILE.csv; got {given.roster}."
        )
    return roster


def _said(error: OSError) -> str:
    """Say what to do about an error of the system's."""
    where = error.filename or "a file"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full ({where}). Make room, and give the same command again: it resumes where this one left off."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{where} may not be read or written ({error.strerror}). Choose other folders by -o and --feedback."
    return f"{where}: {error.strerror or error}. When that is mended, the same command resumes where this one left off."


def _write_packs(given: argparse.Namespace) -> int:
    for exercise in chosen(given.exercises, given.homework):
        _write(Path(str(PACKS)) / f"{exercise.number}.pack", to_bytes(exercise.make_pack()))
    return 0


def _write_notebooks(given: argparse.Namespace) -> int:
    from .author.notebooks import notebook_text  # jupytext comes with the book, and only this needs it

    for exercise in chosen(given.exercises, given.homework):
        _write(given.output / f"{exercise.folder.name}.ipynb", notebook_text(exercise.folder).encode())
    return 0


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    print(path)


if __name__ == "__main__":
    sys.exit(main())
