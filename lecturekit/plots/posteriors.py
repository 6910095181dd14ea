"""Figures of data and of posteriors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from .._arrays import Floats
from ..draws import Draws
from ..exact import ExactPosterior, StreamedPosterior
from ..measurements import Measurements
from .style import COLORS, axes, legend_above, style

__all__ = ["conditional_theta", "measurements", "shrinkage", "tau_posterior"]

Indices = NDArray[np.intp]


def measurements(data: Measurements, *, ax: Axes | None = None, **points: Any) -> Axes:
    """The data with their errors, sorted by value; the true theta_j and the true population where they are known.

    Examples
    --------
    >>> from lecturekit.datasets import open_cluster
    >>> measurements(open_cluster(), label="20 stars").get_ylabel()
    '[Fe/H] (dex)'
    """
    ax = axes(ax)
    order, place = np.argsort(data.y), np.arange(len(data))
    own = style(points, fmt="o", color=COLORS["data"], label="measured, with its error")
    ax.errorbar(place, data.y[order], yerr=data.sigma[order], **own)
    if data.truth is not None and data.truth.theta is not None:
        ax.plot(place, data.truth.theta[order], "D", color=COLORS["truth"], ms=5, label=r"true $\theta_j$")
    if data.truth is not None and data.truth.mu is not None:
        mu, tau = data.truth.mu, data.truth.tau
        label = r"true population mean $\mu$" if tau is None else r"true population, $\mu \pm \tau$"
        ax.axhline(mu, color=COLORS["population"], ls="--", label=label, zorder=0)
        if tau is not None:
            ax.axhspan(mu - tau, mu + tau, color=COLORS["population"], alpha=0.13, lw=0, zorder=0)
    _name_objects(ax.set_xticks, place, data, order)
    # Side by side, names of some 7 points a character would run into each other.
    if 7 * len(data) * max(map(len, data.labels)) > 72 * ax.get_window_extent().width / ax.figure.dpi:
        ax.tick_params("x", rotation=90)
    ax.set(xlabel="object, sorted by measured value", ylabel=data.axis_label)
    legend_above(ax)
    return ax


def _name_objects(set_ticks: Callable[..., Any], place: Indices, data: Measurements, order: Indices) -> None:
    set_ticks(place, [data.labels[j] for j in order])


def shrinkage(
    data: Measurements, theta: ArrayLike, *, mu: float | None = None, ax: Axes | None = None, **estimates: Any
) -> Axes:
    """Arrows from each measured y_j to its estimate theta_j (J,), sorted by error: the noisiest are at the top.

    mu draws the population mean; true values are marked where they are known.
    ValueError if theta does not have one value per object.

    Examples
    --------
    >>> from lecturekit.datasets import open_cluster
    >>> stars = open_cluster()
    >>> shrinkage(stars, 0.5 * stars.y, mu=0.0).get_xlabel()
    '[Fe/H] (dex)'
    """
    theta = np.asarray(theta, float)
    if theta.shape != data.y.shape:
        raise ValueError(f"theta: got shape {theta.shape}; expected one estimate for each of the {len(data)} objects.")
    ax = axes(ax, figsize=(4.4, 1.9 + 0.2 * len(data)))
    order, place = np.argsort(data.sigma), np.arange(len(data))
    y, estimate = data.y[order], theta[order]
    ax.errorbar(
        y, place, xerr=data.sigma[order], fmt="o", color=COLORS["data"], elinewidth=0.8, alpha=0.85, label="measured $y_j$"
    )
    for row, start, end in zip(place, y, estimate, strict=True):
        ax.annotate(
            "",
            (end, row),
            (start, row),
            arrowprops={"arrowstyle": "-|>", "color": COLORS["partial pooling"], "lw": 1.6, "shrinkA": 0, "shrinkB": 0},
        )
    own = style(
        estimates, marker="s", ls="none", color=COLORS["partial pooling"], label=r"estimate $\hat\theta_j$ (partial pooling)"
    )
    ax.plot(estimate, place, **own)
    if data.truth is not None and data.truth.theta is not None:
        ax.plot(data.truth.theta[order], place, "D", color=COLORS["truth"], ms=5, label=r"true $\theta_j$")
    if mu is not None:
        ax.axvline(mu, color=COLORS["population"], ls="--", label=rf"population mean $\mu = {mu:.3g}$", zorder=0)
    _name_objects(ax.set_yticks, place, data, order)
    ax.set(xlabel=data.axis_label, ylabel=r"object, noisier toward the top")
    legend_above(ax)
    return ax


def tau_posterior(
    exact: ExactPosterior | StreamedPosterior,
    draws: Draws | None = None,
    *,
    draws_label: str = "draws",
    upper: float | None = None,
    ax: Axes | None = None,
    **line: Any,
) -> Axes:
    """The exact density of tau as a line over the histogram of draws, up to ``upper`` (the 99.5 % quantile when left out).

    Examples
    --------
    >>> from scipy import stats
    >>> from lecturekit import NormalHierarchy, datasets, exact
    >>> schools = datasets.eight_schools()
    >>> narrow = exact.posterior(NormalHierarchy((0, 20), stats.halfnorm(scale=5)), schools)
    >>> wide = exact.posterior(NormalHierarchy((0, 20), stats.halfnorm(scale=25)), schools)
    >>> ax = tau_posterior(narrow, label="narrow prior")
    >>> len(tau_posterior(wide, ax=ax, label="wide prior", color="C1").lines)
    2
    """
    upper = float(exact.quantile("tau", 0.995)) if upper is None else upper
    if ax is not None and ax.lines:
        upper = max(upper, ax.get_xlim()[1])  # beside another posterior
    ax = axes(ax)
    if draws is not None:
        # Normalized over all draws, also those beyond the edge, so that it compares with a density.
        edges = np.linspace(0, upper, 41)
        density = np.histogram(draws.tau, edges)[0] / (len(draws) * np.diff(edges))
        ax.stairs(density, edges, fill=True, color=COLORS["partial pooling"], alpha=0.35, label=draws_label)
    tau = np.linspace(upper / 1000, upper, 500)
    ax.plot(tau, exact.pdf("tau", tau), **style(line, color=COLORS["exact"], lw=2.4, label="exact"))
    unit = f" ({exact.data.unit})" if exact.data.unit else ""
    ax.set(xlabel=rf"population sd $\tau${unit}", ylabel=r"density $p(\tau \mid y)$", xlim=(0, upper))
    ax.set_ylim(bottom=0)
    ax.legend()
    return ax


def conditional_theta(exact: ExactPosterior, *, upper: float | None = None) -> Figure:
    """BDA3's figure: p(tau | y), and beneath it the mean and the sd of every theta_j given tau, against tau.

    At the left edge all objects are pooled completely, at the right hardly at all; the density says how far to the right the
    data let us stand. Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., figures 5.5 to 5.7.

    Examples
    --------
    >>> from scipy import stats
    >>> from lecturekit import NormalHierarchy, datasets, exact
    >>> model = NormalHierarchy((0, 20), stats.halfnorm(scale=10))
    >>> len(conditional_theta(exact.posterior(model, datasets.eight_schools())).axes)
    3
    """
    if not isinstance(exact, ExactPosterior):
        raise ValueError("exact: its data are in chunks; expected data in memory. Draw tau alone, with tau_posterior.")
    upper = float(exact.quantile("tau", 0.98)) if upper is None else upper
    tau = np.linspace(upper / 1000, upper, 300)
    mean, sd = exact.theta_given_tau(tau)
    figure, panels = plt.subplots(3, 1, sharex=True, figsize=(4.4, 7.0), height_ratios=(0.8, 1.4, 1.2))
    panels[0].plot(tau, exact.pdf("tau", tau), color=COLORS["exact"], lw=2.4)
    panels[0].fill_between(tau, exact.pdf("tau", tau), color=COLORS["exact"], alpha=0.15, lw=0)
    for panel, curves in ((panels[1], mean), (panels[2], sd)):
        panel.plot(tau, curves, color=COLORS["partial pooling"], lw=1.4)
        _label_ends(panel, upper, curves[-1], exact.data.labels)
    unit = f" ({exact.data.unit})" if exact.data.unit else ""
    panels[0].set(ylabel=r"$p(\tau \mid y)$")
    panels[0].set_ylim(bottom=0)
    panels[1].set(ylabel=r"$\mathrm{E}(\theta_j \mid \tau, y)$" + unit)
    panels[2].set(ylabel=r"$\mathrm{sd}(\theta_j \mid \tau, y)$" + unit, xlabel=rf"population sd $\tau${unit}", xlim=(0, upper))
    return figure


def _label_ends(panel: Axes, x: float, ends: Floats, labels: Sequence[str]) -> None:
    """Name each curve at its right end; names that would overlap are pushed apart."""
    low, high = panel.get_ylim()
    gap, order = 0.065 * (high - low), np.argsort(ends)
    place = ends[order].copy()
    for k in range(1, place.size):
        place[k] = max(place[k], place[k - 1] + gap)
    for position, k in zip(place - (place - ends[order]).mean(), order, strict=True):
        panel.annotate(
            labels[k],
            (x, ends[k]),
            (10, position),
            xycoords="data",
            textcoords=("offset points", "data"),
            va="center",
            fontsize=10,
            arrowprops={"arrowstyle": "-", "lw": 0.5, "color": "0.6", "shrinkA": 0, "shrinkB": 0},
        )
