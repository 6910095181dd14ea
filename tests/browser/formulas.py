"""The golden cases of the explorers' formulas: what lecturekit and SciPy say, for the JavaScript to say too."""

import functools
import importlib
import re
from pathlib import Path

import numpy as np

from lecturekit.explore import modules

# One file of golden cases an explorer, each a table from a JavaScript function's name to what yields its cases.
STEMS = sorted(path.stem for path in Path(__file__).parent.glob("golden/*.py"))
FILES = [importlib.import_module(f"tests.browser.golden.{stem}") for stem in STEMS]
GOLDEN = {name: cases for file in FILES for name, cases in file.GOLDEN.items()}
# Functions without one are products, or choices and counts of what is given: exact, or to within the relative tolerance.
FLOORS = {name: floors for file in FILES for name, floors in getattr(file, "FLOORS", {}).items()}
# By function and the reason why: changes that give the same numbers, to within the tolerance. Each is what perturbed lines
# of the function hold, and the function itself does not.
SAME = {key: texts for file in FILES for key, texts in getattr(file, "SAME", {}).items()}
COMPARE = Path(__file__).with_name("golden.js")
# The modules of the formulas, path -> text, each after those that it imports.
FOLDER = Path(modules.__file__).parent
MATH = modules.sources(*(path.relative_to(FOLDER).as_posix() for path in sorted(FOLDER.glob("math/*.js"))))
# Where each function is.
EXPORT = re.compile(r"^export (?:function|const) (\w+)", re.MULTILINE)
HOME = {name: path for path, text in MATH.items() for name in EXPORT.findall(text)}
# What these export for each other alone: tested by the golden cases of what uses it.
SHARED = {"LOG_2_PI", "lastTrue"}


@functools.cache
def cases(function: str) -> list[dict]:
    """Return the golden cases of a function: its arguments, the numbers that are right, and what difference is none."""
    made = []
    for given, wanted in GOLDEN[function]():
        numbers = flat(wanted)
        floors = flat(FLOORS[function](*given) if function in FLOORS else 0.0)
        floors *= len(numbers) if len(floors) == 1 else 1
        assert len(floors) == len(numbers), f"{function}: expected one floor, or one for each of the numbers"
        made.append({"given": given, "wanted": numbers, "floors": floors})
    return made


def flat(value: object) -> list[float]:
    """Return the numbers in nested lists and dicts, in order, those of a dict by name; None, no answer, has none."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [number for name in sorted(value) for number in flat(value[name])]
    if isinstance(value, list | tuple | np.ndarray):
        return [number for item in value for number in flat(item)]
    return [float(value)]
