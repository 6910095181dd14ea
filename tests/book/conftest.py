"""The built book, parsed."""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

BOOK = Path("_build/html")


class Built(Mapping[Path, BeautifulSoup]):
    """Every HTML file of the built book by its path below _build/html, each parsed when it is first asked for."""

    def __init__(self) -> None:
        files = sorted(BOOK.rglob("*.html"))
        assert files, "there is no built book: run `make book` first"
        self._pages = {file.relative_to(BOOK): None for file in files if "_static" not in file.parts}

    def __getitem__(self, path: Path) -> BeautifulSoup:
        if self._pages[path] is None:
            self._pages[path] = BeautifulSoup((BOOK / path).read_text(encoding="utf-8"), "html.parser")
        return self._pages[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)


@pytest.fixture(scope="session")
def built() -> Built:
    return Built()


@pytest.fixture(scope="session")
def recorded(built: Built) -> dict[str, str]:
    """Return every value that a page of the built book recorded for its prose, by its name: {"c04_sd_y": "0.108"}."""
    kept = (BOOK.parent / "jupyter_execute" / page.with_suffix(".glue.json") for page in built)
    outputs = [output for path in kept if path.is_file() for output in json.loads(path.read_text(encoding="utf-8")).items()]
    assert outputs, "the build has kept no recorded values"
    return {name: ast.literal_eval(next(iter(output["data"].values()))) for name, output in outputs}
