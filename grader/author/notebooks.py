"""An exercise's notebook.md as the notebook that the student downloads. Jupytext, which reads it, comes with the book."""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import nbformat

__all__ = ["headings", "notebook_text", "read_notebook", "title"]

HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
CHECK = re.compile(r'^homework\.check\("(\w+)"', re.MULTILINE)


def read_notebook(folder: Path) -> nbformat.NotebookNode:
    """Return the notebook of the exercise in a folder, with numbered ids of cells: the same text gives the same file."""
    notebook: nbformat.NotebookNode = jupytext.read(folder / "notebook.md")
    for index, cell in enumerate(notebook.cells):
        cell.id = f"homework-{folder.name[:2]}-{index:02d}"
        cell.metadata = {}
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return notebook


def notebook_text(folder: Path) -> str:
    """Return the text of the .ipynb file."""
    return f"{nbformat.writes(read_notebook(folder))}\n"


def title(folder: Path) -> str:
    """Return the notebook's title: its first line."""
    first: str = read_notebook(folder).cells[0].source.splitlines()[0]
    return first.removeprefix("# ")


def headings(folder: Path) -> dict[str, str]:
    """Return for each question that the notebook checks, in its order, the heading under which it does."""
    heading = ""
    found: dict[str, str] = {}
    for cell in read_notebook(folder).cells:
        if cell.cell_type == "markdown":
            heading = [heading, *HEADING.findall(cell.source)][-1]
        else:
            found |= dict.fromkeys(CHECK.findall(cell.source), heading)
    return found
