"""The built book, parsed."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

BOOK = Path("_build/html")


@pytest.fixture(scope="session")
def built() -> dict[Path, BeautifulSoup]:
    """Return every HTML file of the built book, by its path below _build/html."""
    files = sorted(BOOK.rglob("*.html"))
    assert files, "there is no built book: run `make book` first"
    own = [file for file in files if "_static" not in file.parts]
    return {file.relative_to(BOOK): BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser") for file in own}
