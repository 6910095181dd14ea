"""The table and the figure of `benchmarks/samplers.py`, made from its data alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullLocator

from benchmarks.methods.worker import BELOW
from lecturekit import plots

Run = dict[str, Any]
OPEN, CLOSE = "<!-- samplers: made by benchmarks/samplers.py -->", "<!-- end of samplers -->"
WANTED = 400  # effective draws: fewer are no basis for an interval (Vehtari et al. 2021, doi:10.1214/20-BA1221)
LAST = 3  # of the numbers of objects: where the slope is taken, fixed costs being small there
HEADS = (
    "J",
    "method",
    "set-up (s)",
    "run (s)",
    "wait (s)",
    "effective draws of τ per s",
    f"error of P(τ < small) = {BELOW:g}",
    "peak memory (MB)",
)


def finished(runs: list[Run], name: str) -> list[Run]:
    """The fits of one method that came to their end."""
    return [run for run in runs if run["method"] == name and "run" in run]


def slopes(runs: list[Run]) -> dict[str, float]:
    """d ln(run time) / d ln(J) by least squares through the last fits of each method that has at least two."""
    found = {}
    for name in dict.fromkeys(run["method"] for run in runs):
        last = finished(runs, name)[-LAST:]
        if len(last) > 1:
            objects, seconds = ([run[key] for run in last] for key in ("objects", "run"))
            found[name] = float(np.polyfit(np.log(objects), np.log(seconds), 1)[0])
    return found


def rate(run: Run) -> float:
    """Effective draws of tau per second of run time."""
    return run["effective"] / run["run"]


def wait(run: Run) -> float | None:
    """Seconds from the start to the mean of tau, known to a twentieth of its sd: set-up, and a run of 400 effective draws.

    A run that gave more of them is not cut: its warm-up would stay. None where the fit was ended, or did not converge.
    """
    if "ended" in run or not run.get("converged", True):
        return None
    return run["set_up"] + run["run"] * max(1.0, WANTED / run["effective"])


def _error(run: Run) -> str:
    if run["below_error"] is None:
        return f"{run['below'] - BELOW:+.4f}, from no change of side"
    return f"{run['below'] - BELOW:+.4f} ± {run['below_error']:.4f}"


def _three_digits(x: float) -> str:
    """A positive number to three digits, written in full."""
    return f"{float(f'{x:.3g}'):,.{max(0, 2 - int(np.floor(np.log10(x))))}f}"


def _rows(runs: list[Run]) -> list[str]:
    """The rows of one J. The best of each column that has a best is bold, whoever's it is."""
    done = [run for run in runs if "run" in run]
    columns: tuple[tuple[Callable[[Run], float], Callable], ...] = (
        (lambda run: run["set_up"], min),
        (lambda run: run["run"], min),
        (lambda run: wait(run) or math.inf, min),
        (rate, max),
        (lambda run: run["memory"], min),
    )
    rows = []
    for run in runs:
        if "ended" in run:
            cells = ["", run["ended"], "", "", "", _three_digits(run["memory"])]
        else:
            cells = []
            for value, best in columns:
                text = _three_digits(value(run)) if math.isfinite(value(run)) else "not converged"
                cells.append(f"**{text}**" if value(run) == best(map(value, done)) else text)
            cells.insert(4, _error(run))
        rows.append("| " + " | ".join([f"{run['objects']:,}", run["method"], *cells]) + " |")
    return rows


def table(data: dict[str, Any]) -> str:
    """The whole table in Markdown, with what it was measured on."""
    runs = data["runs"]
    lines = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    for n_objects in dict.fromkeys(run["objects"] for run in runs):
        lines += _rows([run for run in runs if run["objects"] == n_objects])
    versions = ", ".join(f"{name} {version}" for name, version in data["versions"].items())
    place = "{processor}, {cores} cores, {memory} GB".format(**data["machine"])
    return "\n".join([*lines, "", f"Measured on {data['date']}: {place}; {versions}."])


def write_table(data: dict[str, Any], page: Path) -> None:
    """Put the table between its markers in a page."""
    before, rest = page.read_text(encoding="utf-8").split(OPEN)
    after = rest.split(CLOSE)[1]
    page.write_text(f"{before}{OPEN}\n\n{table(data)}\n\n{CLOSE}{after}", encoding="utf-8")


STYLES = {  # a color and a marker for each library; dashed in centered coordinates, dotted in non-centered ones
    "exact, tau alone": (plots.COLORS["exact"], "D-"),
    "exact, with theta": (plots.COLORS["exact"], "D--"),
    "emcee, marginal": (plots.COLORS["population"], "s-"),
    "emcee, centered": (plots.COLORS["population"], "s--"),
    "emcee, non-centered": (plots.COLORS["population"], "s:"),
    "emcee, walker by walker": (plots.COLORS["data"], "v--"),
    "PyMC and nutpie, centered": (plots.COLORS["partial pooling"], "o--"),
    "PyMC and nutpie, non-centered": (plots.COLORS["partial pooling"], "o:"),
    "NumPyro, centered": (plots.COLORS["truth"], "^--"),
    "NumPyro, non-centered": (plots.COLORS["truth"], "^:"),
}


def draw(data: dict[str, Any], path: Path) -> None:
    """What one waits for against J, on logarithmic axes, as SVG on white."""
    plots.use_style()
    figure, ax = plt.subplots(figsize=(4.4, 6.4))
    for name, (color, style) in STYLES.items():
        done = [run for run in finished(data["runs"], name) if wait(run) is not None]
        if done:
            objects = [run["objects"] for run in done]
            ax.loglog(objects, [wait(run) for run in done], style, color=color, mfc="white", label=name)
    ax.axhline(data["time_limit"], color="0.6", lw=0.8, ls=":")
    ax.annotate("ended", (data["runs"][0]["objects"], data["time_limit"]), (0, 4), textcoords="offset points", color="0.4")
    ax.set(ylabel="wait (s)", xlabel="number of objects $J$")
    ax.xaxis.set_minor_locator(NullLocator())
    figure.legend(loc="outside upper center", ncols=1, fontsize=9)
    figure.savefig(path, facecolor="white", transparent=False, metadata={"Date": None})
    plt.close(figure)
