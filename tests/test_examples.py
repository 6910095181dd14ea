"""The examples in the docstrings and in the README do what they say."""

import doctest
import importlib
import inspect
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import lecturekit

PACKAGE = Path(lecturekit.__file__).parent
# The worker and its stand-ins are run inside the sandbox, not imported.
INSIDE = {"worker", "stand_ins"}
MODULES = [
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.stem not in INSIDE and ">>> " in path.read_text(encoding="utf-8")
]


# What the reference shows.
PUBLIC = sorted(path.stem for path in Path("chapters/api").glob("*.md"))


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_function_has_an_example(name):
    module = importlib.import_module(f"lecturekit.{name}")
    functions = [public for public in module.__all__ if inspect.isfunction(getattr(module, public))]
    assert [public for public in functions if ">>> " not in (getattr(module, public).__doc__ or "")] == []


@pytest.fixture
def closed_figures():
    """The figures that the examples draw, and the style that they set, end with the test."""
    with plt.rc_context():
        yield
    plt.close("all")


@pytest.mark.usefixtures("closed_figures")
@pytest.mark.parametrize("name", MODULES)
def test_an_example_prints_what_it_says(name):
    tried = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried.attempted > 0
    assert tried.failed == 0


def test_the_readmes_python_runs():
    text = Path("README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"((?:^    .*\n)+)", text, re.MULTILINE)
    python = [re.sub("^    ", "", block, flags=re.MULTILINE) for block in blocks if block.startswith("    from lecturekit")]
    assert python
    for block in python:
        exec(compile(block, "README.md", "exec"), {})
