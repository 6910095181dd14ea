"""Fit one hierarchy in every way of the course, by PyMC and by NumPyro: how long it takes, how exact it is, in how much memory.

Every fit has a process of its own, on one core, all with the same NumPy, and is ended where it passes its time or memory:
what a second core adds, it adds to all of them, by a second chain or a second half of the data. Nothing is kept from one fit to
the next, compiled code neither. What comes of it goes into three files, from which the book and benchmarks/README.md are made.

Linux only. Run it from the repository's folder, on a machine that does nothing else:
``.venv/bin/python -m benchmarks.samplers``.
"""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environments import environment
from benchmarks.methods.report import draw, slopes, write_table

HOME = Path("_build", "samplers").absolute()
REQUIREMENTS = Path("benchmarks", "samplers-requirements.txt")
DATA = Path("lecturekit", "data", "samplers.json")
TIME_LIMIT = 600  # seconds for set-up and run together
SIZES = (20, 200, 10**4, 10**5)
SURVEYS = (10**6, 10**7, 10**8)  # from a file, and nothing but the exact posterior would end in time
OUT_OF_MEMORY = ("memory allocation of", "RESOURCE_EXHAUSTED", "bad_alloc")  # last words in place of a MemoryError
LIBRARIES = ("numpy", "scipy", "emcee", "pymc", "nutpie", "numpyro", "jax", "arviz")


@dataclass(frozen=True)
class Method:
    """A way of fitting: its name in the table, its module in `benchmarks.methods`, what it prepares, and for which J."""

    name: str
    module: str
    variant: str
    sizes: tuple[int, ...] = SIZES


METHODS = (
    Method("exact, tau alone", "quadrature", "tau", SIZES + SURVEYS),
    Method("exact, with theta", "quadrature", "theta"),
    Method("emcee, marginal", "ensembles", "marginal"),
    Method("emcee, centered", "ensembles", "centered"),
    Method("emcee, non-centered", "ensembles", "noncentered"),
    Method("emcee, walker by walker", "lecture", "centered"),
    Method("PyMC and nutpie, centered", "pymc_nutpie", "centered"),
    Method("PyMC and nutpie, non-centered", "pymc_nutpie", "noncentered"),
    Method("NumPyro, centered", "numpyro_nuts", "centered"),
    Method("NumPyro, non-centered", "numpyro_nuts", "noncentered"),
)


def fit(python: Path, method: Method, n_objects: int) -> dict[str, Any]:
    """Run one method in a process of its own. Where it fails, rather than ends at a limit, print its last words."""
    HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME) as scratch:
        result, errors = Path(scratch, "result.json"), Path(scratch, "errors.txt")
        caches = {
            "PYTENSOR_FLAGS": f"base_compiledir={scratch}/pytensor",
            "NUMBA_CACHE_DIR": f"{scratch}/numba",
            "MPLCONFIGDIR": f"{scratch}/matplotlib",
        }
        arguments = (method.module, method.variant, str(n_objects), repr(time.monotonic()), str(result))
        with errors.open("w") as log:
            process = subprocess.Popen(
                [python, "-m", "benchmarks.methods.worker", *arguments],
                env=os.environ | caches | {"OMP_NUM_THREADS": "1"}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
            timer = threading.Timer(TIME_LIMIT, os.killpg, (process.pid, signal.SIGKILL))
            timer.start()
            _, status, usage = os.wait4(process.pid, 0)
            over_time = not timer.is_alive()
            timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        last_words = errors.read_text().strip()[-1000:]
        if result.exists():
            found = json.loads(result.read_text())
        else:
            aborted = "out of memory" if any(words in last_words for words in OUT_OF_MEMORY) else "failed"
            found = {"ended": "over time" if over_time else aborted, "memory": usage.ru_maxrss / 1024}  # kB on Linux
        if found.get("ended") == "failed":
            print(f"exit {process.returncode}: {last_words}", file=sys.stderr)
    return {"method": method.name, "objects": n_objects, **found}


def machine() -> dict[str, Any]:
    """The processor, its cores, and the memory in GB."""
    info = Path("/proc/cpuinfo").read_text()
    model = next(line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"processor": model, "cores": os.cpu_count(), "memory": round(memory)}


def versions() -> dict[str, str]:
    """What the environment was made of, as far as it matters."""
    pins = dict(line.split("==") for line in REQUIREMENTS.read_text().splitlines() if "==" in line)
    return {"Python": ".".join(map(str, sys.version_info[:3]))} | {name: pins[name] for name in LIBRARIES}


def in_words(run: dict[str, Any]) -> str:
    """One line about one fit."""
    head = f"J = {run['objects']:<11,} {run['method']:<30}"
    if "ended" in run:
        return f"{head} {run['ended']}   peak memory {run['memory']:,.0f} MB"
    return (
        f"{head} set-up {run['set_up']:6.2f} s   run {run['run']:8.3f} s   "
        f"{run['effective'] / run['run']:12,.1f} effective draws a second   peak memory {run['memory']:,.0f} MB"
    )


def main() -> int:
    """Fit everything, write what came of it, and return 1 if anything failed."""
    python = environment(HOME / "venv", REQUIREMENTS)
    runs = []
    for n_objects in sorted({size for method in METHODS for size in method.sizes}):
        for method in METHODS:
            if n_objects in method.sizes:
                runs.append(fit(python, method, n_objects))
                print(in_words(runs[-1]), flush=True)
    data = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "time_limit": TIME_LIMIT,
        "slopes": slopes(runs),
        "runs": runs,
    }
    DATA.write_text(json.dumps(data, indent=1) + "\n")
    write_table(data, Path("benchmarks", "README.md"))
    draw(data, Path("benchmarks", "samplers.svg"))
    return 1 if any(run.get("ended") == "failed" for run in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
