"""Run the tests of numbers as other processors would: with OpenBLAS's kernels for each, and without NumPy's own fast loops.

Usage: python -m scripts.processors KIND python -m pytest [option ...]

KIND is one of Nehalem, Haswell, Zen, SkylakeX and plain, which stands for NumPy without its fast loops; or all of them: all.

In what order a sum is made, and whether a product is rounded before it is added to, differs from one processor to the next.
What passes with some kernels and fails with others compares rounding. Kernels that this processor cannot run are named, and
do not count as failures.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

NO_NUMBERS = ("test_architecture", "test_processors", "test_workflow")
# What compares numbers: the core, the explorers and their formulas, the chapters' functions, the questions and their packs.
NUMERIC = [
    *(str(path) for path in sorted(Path("tests").glob("test_*.py")) if path.stem not in NO_NUMBERS),
    "tests/exact",
    "tests/explore",
    "tests/browser/test_explorer_modules.py",
    "tests/browser/test_explorer_mutations.py",
    "tests/book/test_chapter_functions.py",
    "tests/exercises/test_questions.py",
    "tests/exercises/test_rounding.py",
    "tests/homework/test_pack.py",
]
MARKS = "not (book or sandbox or slow)"
# OPENBLAS_CORETYPE -> what the processor needs, as NumPy names it, and the kernels that then are in use. An OpenBLAS that is
# built for few processors has none of Zen's own, and takes Haswell's.
KERNELS = {
    "Nehalem": ("SSE42", {"Nehalem"}),
    "Haswell": ("FMA3", {"Haswell"}),
    "Zen": ("FMA3", {"Zen", "Haswell"}),
    "SkylakeX": ("AVX512_SKX", {"SkylakeX"}),
}
PLAIN = "plain"
# In a process of its own, since both libraries choose when they are loaded. SciPy brings an OpenBLAS beside NumPy's.
ASK = """
import json, numpy, scipy.linalg, threadpoolctl
from numpy._core._multiarray_umath import __cpu_dispatch__ as loops, __cpu_features__ as has
kernels = {library["architecture"] for library in threadpoolctl.threadpool_info() if library["internal_api"] == "openblas"}
features = [name for name in has if has[name]]
print(json.dumps({"kernels": sorted(kernels), "has": features, "loops": [name for name in loops if has[name]]}))
"""


def chosen(**environment: str) -> dict[str, list[str]]:
    """Return which kernels, features of the processor and loops of NumPy are in use in such an environment."""
    command = [sys.executable, "-c", ASK]
    done = subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def run(pytest: list[str], name: str, **environment: str) -> str:
    """Run the tests in such an environment, and say what came of it."""
    print(f"\n==== {name} ====", flush=True)
    done = subprocess.run([*pytest, "-q", "-m", MARKS, *NUMERIC], env={**os.environ, **environment}, check=False)
    return "passed" if done.returncode == 0 else f"FAILED (pytest ended with {done.returncode})"


def main(kind: str, pytest: list[str]) -> int:
    """Run them in one kind of environment, or in all, and return 1 if anything failed."""
    if kind not in (*KERNELS, PLAIN, "all"):
        raise SystemExit(f"processors: got {kind!r}; expected one of {', '.join(KERNELS)}, {PLAIN} and all.")
    here = chosen()
    results = {}
    for name, (needed, wanted) in KERNELS.items():
        if kind not in (name, "all"):
            continue
        if needed not in here["has"]:
            results[name] = f"not run: this processor has no {needed}"
        elif not (found := chosen(OPENBLAS_CORETYPE=name)["kernels"]) or not wanted.issuperset(found):
            results[name] = (
                f"FAILED: got OpenBLAS's kernels for {found}; expected {sorted(wanted)}. Is NumPy built with another BLAS?"
            )
        else:
            title = f"{name}, OpenBLAS's kernels for {' and '.join(found)}"
            results[title] = run(pytest, title, OPENBLAS_CORETYPE=name)
    if kind in (PLAIN, "all"):
        slow = {"NPY_DISABLE_CPU_FEATURES": " ".join(here["loops"])}
        if left := chosen(**slow)["loops"]:
            results[PLAIN] = f"FAILED: NumPy still has {left}"
        else:
            results[PLAIN] = run(pytest, f"{PLAIN}, NumPy without {' '.join(here['loops'])}", **slow)
    print("\n" + "\n".join(f"{name}: {result}" for name, result in results.items()))
    return any(result.startswith("FAILED") for result in results.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
