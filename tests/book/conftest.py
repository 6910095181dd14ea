"""The built book, parsed."""

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
