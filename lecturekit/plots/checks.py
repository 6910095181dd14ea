"""Figures for checking a model: replications, discrepancies, PIT values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from scipy.stats import beta

from .._arrays import Floats
from ..measurements import Measurements
from ..predictive import p_value
from .style import COLORS, axes, legend_above, style

__all__ = ["discrepancy", "pit", "replications"]


def replications(replicated: ArrayLike, data: Measurements, *, shown: int = 30, ax: Axes | None = None, **line: Any) -> Axes:
    """Cumulative distribution of y, the line, against those of replicated data sets (n, J), noise included in both.

    Examples
    --------
    >>> data = Measurements(y=[1, 2, 4], sigma=[1, 1, 1], quantity="height", unit="m")
    >>> replications(np.random.default_rng(1).normal(2, 1, (5, 3)), data).get_xlabel()
    'height (m)'
    """
    ax = axes(ax)
    replicated = np.asarray(replicated, float)
    height = (np.arange(len(data)) + 0.5) / len(data)
    for k, row in enumerate(replicated[:: max(1, len(replicated) // shown)][:shown]):
        ax.step(
            np.sort(row),
            height,
            where="mid",
            color=COLORS["partial pooling"],
            lw=0.7,
            alpha=0.6,
            label="replicated data sets" if k == 0 else None,
        )
    ax.step(np.sort(data.y), height, where="mid", **style(line, color=COLORS["data"], lw=2.4, label="observed"))
    ax.set(xlabel=data.axis_label, ylabel="fraction of objects below", ylim=(0, 1))
    ax.legend(loc="upper left")
    return ax


def discrepancy(
    function: Callable[[Floats], Floats], name: str, replicated: ArrayLike, y: ArrayLike, *, ax: Axes | None = None, **bars: Any
) -> Axes:
    """Histogram of a discrepancy over replicated data sets (n, J), the observed one as a line, and the p-value.

    Examples
    --------
    >>> largest = lambda y: y.max(axis=-1)
    >>> replicated = np.random.default_rng(1).normal(size=(100, 3))
    >>> discrepancy(largest, "largest", replicated, [0.1, 0.2, 2.5]).get_xlabel()
    'largest'
    """
    ax = axes(ax)
    simulated, observed = function(np.asarray(replicated, float)), float(function(np.asarray(y, float)))
    own = style(bars, bins=40, density=True, color=COLORS["partial pooling"], alpha=0.4, label="replicated")
    ax.hist(simulated, **own)
    ax.axvline(observed, color=COLORS["data"], ls="--", label=f"observed ($p$ = {p_value(function, replicated, y):.2f})")
    ax.set(xlabel=name, ylabel="density", yticks=[])
    legend_above(ax)
    return ax


def pit(values: ArrayLike, *, ax: Axes | None = None, **points: Any) -> Axes:
    """Sorted PIT values (J,) against the even spread that a right model gives, with the range of 95 % of its points.

    See Also
    --------
    lecturekit.predictive.pit : the values.

    Examples
    --------
    >>> pit([0.1, 0.4, 0.8]).get_ylabel()
    'PIT value, sorted'
    """
    ax = axes(ax, figsize=(4.4, 4.6))
    values = np.sort(np.asarray(values, float))
    rank = np.arange(1, values.size + 1)
    even = rank / (values.size + 1)
    low, high = beta.interval(0.95, rank, values.size + 1 - rank)  # of the k-th smallest of J uniform numbers
    ax.fill_between(even, low, high, color=COLORS["partial pooling"], alpha=0.2, lw=0, label="95 % of right models, each point")
    ax.plot([0, 1], [0, 1], color=COLORS["partial pooling"], ls="--", lw=1)
    ax.plot(even, values, **style(points, marker="o", ls="none", color=COLORS["data"], ms=5, label="observed"))
    ax.set(xlabel="even spread", ylabel="PIT value, sorted", xlim=(0, 1), ylim=(0, 1), aspect="equal")
    legend_above(ax)
    return ax
