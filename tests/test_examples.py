"""The examples in the docstrings and in the README do what they say."""

import doctest
import importlib
import re
from pathlib import Path

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


def test_the_layers_that_a_user_calls_have_examples():
    called = {"measurements", "datasets", "draws", "model", "exact", "mcmc", "populations", "selection", "predictive"}
    assert {f"lecturekit.{name}" for name in called} <= set(MODULES)


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
