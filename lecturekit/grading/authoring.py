"""The commands of who writes the homework: make the packs, and the notebooks to hand out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from .exercises import chosen
from .pack import PACKS, to_bytes

__all__ = ["add_notebook_parser", "add_pack_parser", "write_notebooks", "write_packs"]


def write_packs(root: Path, only: Sequence[str] = (), folder: Path = Path(str(PACKS))) -> list[Path]:
    """Write the packs of the exercises below a folder, by default into the package, and return where they are.

    ValueError, from `exercises.chosen` or from a question, if something is not as it should be.
    """
    return [_write(folder / f"{exercise.number}.pack", to_bytes(exercise.make_pack())) for exercise in chosen(root, only)]


def write_notebooks(root: Path, folder: Path, only: Sequence[str] = ()) -> list[Path]:
    """Write the students' notebooks of the exercises below a folder, and return where they are. ValueError as `write_packs`."""
    from .notebook import notebook_text  # jupytext comes with the book, and only this needs it

    found = chosen(root, only)
    return [_write(folder / f"{exercise.folder.name}.ipynb", notebook_text(exercise).encode()) for exercise in found]


def add_pack_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``pack``."""
    parser = commands.add_parser("pack", help="write what the students' notebooks need to answer at once into the package")
    _add_exercises(parser)
    parser.set_defaults(run=lambda given: _report(write_packs(given.exercises, given.homework)))


def add_notebook_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``notebook``."""
    parser = commands.add_parser("notebook", help="write the notebooks that the students get")
    _add_exercises(parser)
    parser.add_argument("-o", "--output", type=Path, default=Path(), help="the folder to write to (default: this one)")
    parser.set_defaults(run=lambda given: _report(write_notebooks(given.exercises, given.output, given.homework)))


def _add_exercises(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("homework", nargs="*", help="numbers, such as 03 (default: all)")
    parser.add_argument("--exercises", type=Path, default=Path("exercises"), help="where they are (default: exercises)")


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _report(written: Sequence[Path]) -> int:
    for path in written:
        print(path)
    return 0
