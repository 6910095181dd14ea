"""What the page `api` needs to be made from lecturekit's docstrings."""

import re
import sys

from sphinx.application import Sphinx
from sphinx.config import Config

# How a docstring names its sources, and where each is found.
SOURCES = {r"doi:(10\.\d+/[^\s,;)]*[\w])": "https://doi.org/", r"arXiv:(\d{4}\.\d{4,5})": "https://arxiv.org/abs/"}


def find_lecturekit(app: Sphinx, config: Config) -> None:
    """Let autodoc import lecturekit from this tree, installed or not."""
    sys.path.insert(0, str(app.srcdir))


def link_sources(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Make links of the DOIs and arXiv numbers in a docstring."""
    for pattern, address in SOURCES.items():
        lines[:] = [re.sub(pattern, rf"`\g<0> <{address}\1>`__", line) for line in lines]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("config-inited", find_lecturekit)
    app.connect("autodoc-process-docstring", link_sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
