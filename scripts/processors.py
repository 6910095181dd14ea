"""Run the tests of numbers as other processors would: with each kind of OpenBLAS's kernels, and without NumPy's fast loops.

In what order a sum is made, and whether a product is rounded before it is added, differs from one processor to the next. What
passes here and fails elsewhere compares noise. A kind that this processor cannot run is named, and is no failure.
"""

import json
import os
import subprocess
import sys
from typing import Any

# What compares numbers: the core, the explorers' defaults and formulas, the questions and their packs.
NUMERIC = [
    "tests",
    "--ignore=tests/book",
    "--ignore=tests/grading",
    "--ignore=tests/exercises/test_graded.py",
    "--ignore=tests/exercises/test_notebooks.py",
    "--ignore-glob=tests/browser/test_[!e]*.py",
    "--ignore=tests/browser/test_explorers.py",
    "tests/grading/test_pack.py",
]
