"""The pages of the book, in reading order, and their sources."""

from pathlib import Path

import yaml


def pages() -> list[str]:
    """Return the name of every page in _toc.yml, as a path without its ending, the front page first."""
    toc = yaml.safe_load(Path("_toc.yml").read_text())
    return [toc["root"], *_files(toc)]


def source(name: str) -> Path:
    """Return where a page's source is: among the chapters or, of a page that the build makes, where the build puts it."""
    folder, _, page = name.rpartition("/")
    return Path("_build/homework" if folder == "chapters/homework" else folder) / f"{page}.md"


def _files(branch: dict) -> list[str]:
    """Return the files below a branch of the table of contents: its parts, chapters and sections, depth first."""
    found = []
    for twig in [*branch.get("parts", []), *branch.get("chapters", []), *branch.get("sections", [])]:
        found += [twig["file"]] if "file" in twig else []
        found += _files(twig)
    return found
