"""A chapter's outputs are those of its cells and of this tree's lecturekit, and a cell that fails fails the build."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.book

CHAPTER = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# A chapter

```{code-cell} ipython3
CELL
```
"""


@pytest.fixture
def small_book(tmp_path: Path) -> Path:
    """Return a folder with this book's configuration, no page as yet, and a lecturekit of one line."""
    shutil.copytree("_ext", tmp_path / "_ext", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "requirements.txt"):
        shutil.copy(name, tmp_path)
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "references.bib").touch()
    (tmp_path / "lecturekit" / "explore").mkdir(parents=True)
    shutil.copy("lecturekit/explore/explore.css", tmp_path / "lecturekit" / "explore")
    (tmp_path / "lecturekit" / "__init__.py").write_text("answer = 'forty-one'\n")
    return tmp_path


def build(book: Path, *cells: str) -> subprocess.CompletedProcess:
    """Build the book of a page for each cell."""
    pages = ["chapters/index", *(f"chapters/page-{i}" for i in range(1, len(cells)))]
    for page, cell in zip(pages, cells, strict=True):
        (book / f"{page}.md").write_text(CHAPTER.replace("CELL", cell))
    chapters = "".join(f"  - file: {page}\n" for page in pages[1:])
    toc = f"format: jb-book\nroot: {pages[0]}\n" + (f"chapters:\n{chapters}" if chapters else "")
    (book / "_toc.yml").write_text(toc)
    command = [Path(sys.executable).with_name("jupyter-book"), "build", book, "-n", "-W", "--keep-going"]
    return subprocess.run(command, capture_output=True, text=True, cwd=book)


def test_outputs_follow_lecturekit_though_the_cells_stay(small_book):
    cell = "import lecturekit\nprint(lecturekit.answer)"
    page = small_book / "_build" / "html" / "chapters" / "index.html"
    first = build(small_book, cell)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "forty-one" in page.read_text()
    (small_book / "lecturekit" / "__init__.py").write_text("answer = 'forty-two'\n")
    second = build(small_book, cell)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "forty-two" in page.read_text()


def test_a_cell_that_fails_and_one_that_warns_fail_the_build(small_book):
    built = build(small_book, "1 / 0", "import warnings\nwarnings.warn('look out')", "print('all is well')")
    assert built.returncode != 0
    said = re.sub(r"\x1b\[[\d;]*m", "", built.stdout + built.stderr)
    # Each is a warning of its own, and -W makes any warning an error.
    warned = re.findall(r"(index|page-\d)\.md\S* WARNING: (.*?)(?: \[.*)?$", said, re.MULTILINE)
    assert {page for page, _ in warned} == {"index", "page-1"}
    assert [text for page, text in warned if page == "page-1"] == ["stderr was found in the cell outputs of cell 2"]
    assert "ZeroDivisionError: division by zero" in said
