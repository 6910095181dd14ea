"""The course's figures. Every function takes ``ax=None`` and returns the axes it drew on, or a figure where there are several.

Nothing here samples, and nothing calls plt.show(). One color stands for one idea, here and in the sliders alike, and a
marker, a line style or a label always says the same once more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import corner as corner_py
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from .arrays import Floats
from .draws import Draws
from .exact import ExactPosterior
from .mcmc import Chain
from .measurements import Measurements
from .predictive import p_value

__all__ = [
    "COLORS",
    "conditional_theta",
    "corner",
    "discrepancy",
    "measurements",
    "pit",
    "replications",
    "shrinkage",
    "tau_posterior",
    "trace",
    "use_style",
]

#: Okabe and Ito's palette, by idea.
COLORS = {"data": "#1A1A1A", "truth": "#D55E00", "population": "#0072B2", "partial pooling": "#009E73", "exact": "#CC79A7"}
Indices = NDArray[np.intp]
SYMBOLS = {"mu": r"$\mu$", "tau": r"$\tau$"}


def use_style() -> None:
    """Use the course's style sheet, and in a notebook draw figures as SVG (the same bytes on every run)."""
    plt.style.use("lecturekit.style")
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ModuleNotFoundError:  # no notebook installed: the style sheet is all there is to do
        return
    if get_ipython() is not None:
        set_matplotlib_formats("svg", metadata={"Date": None})


def _axes(ax: Axes | None, **figure: Any) -> Axes:
    return plt.subplots(**figure)[1] if ax is None else ax


def measurements(data: Measurements, *, ax: Axes | None = None) -> Axes:
    """The data with their errors, sorted by value; the true theta_j and the true population where they are known."""
    ax = _axes(ax)
    order, place = np.argsort(data.y), np.arange(len(data))
    ax.errorbar(place, data.y[order], yerr=data.sigma[order], fmt="o", color=COLORS["data"], label="measured, with its error")
    if data.truth is not None and data.truth.theta is not None:
        ax.plot(place, data.truth.theta[order], "D", color=COLORS["truth"], ms=5, label=r"true $\theta_j$")
    if data.truth is not None and data.truth.mu is not None:
        mu, tau = data.truth.mu, data.truth.tau
        label = r"true population mean $\mu$" if tau is None else r"true population, $\mu \pm \tau$"
        ax.axhline(mu, color=COLORS["population"], ls="--", label=label, zorder=0)
        if tau is not None:
            ax.axhspan(mu - tau, mu + tau, color=COLORS["population"], alpha=0.13, lw=0, zorder=0)
    _name_objects(ax.set_xticks, place, data, order)
    ax.set(xlabel="object, sorted by measured value", ylabel=data.axis_label)
    ax.legend(loc="upper left")
    return ax


def _name_objects(set_ticks: Callable[..., Any], place: Indices, data: Measurements, order: Indices) -> None:
    set_ticks(place, [data.labels[j] for j in order])


def shrinkage(data: Measurements, theta: ArrayLike, *, mu: float | None = None, ax: Axes | None = None) -> Axes:
    """Arrows from each measured y_j to its estimate theta_j (J,), sorted by error: the noisiest are at the top.

    mu draws the population mean; true values are marked where they are known.
    ValueError if theta does not have one value per object.
    """
    theta = np.asarray(theta, float)
    if theta.shape != data.y.shape:
        raise ValueError(f"theta: got shape {theta.shape}; expected one estimate for each of the {len(data)} objects.")
    ax = _axes(ax, figsize=(5.8, 1.5 + 0.22 * len(data)))
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
    ax.plot(estimate, place, "s", color=COLORS["partial pooling"], label=r"estimate $\hat\theta_j$ (partial pooling)")
    if data.truth is not None and data.truth.theta is not None:
        ax.plot(data.truth.theta[order], place, "D", color=COLORS["truth"], ms=5, label=r"true $\theta_j$")
    if mu is not None:
        ax.axvline(mu, color=COLORS["population"], ls="--", label=rf"population mean $\mu = {mu:.3g}$", zorder=0)
    _name_objects(ax.set_yticks, place, data, order)
    ax.set(xlabel=data.axis_label, ylabel=r"object, noisier toward the top")
    ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return ax


def corner(draws: Draws, *, theta: Sequence[int] = (), truth: Sequence[float] | None = None) -> Figure:
    """Marginal and joint densities of mu, tau and the chosen theta_j (by index), by corner.py, with 16, 50 and 84 % marked."""
    columns = np.column_stack([draws.mu, draws.tau, draws.theta[:, list(theta)]])
    labels = [r"$\mu$", r"$\tau$", *(rf"$\theta_{{{j + 1}}}$" for j in theta)]
    size = 2.0 * len(labels) + 0.8
    # corner.py lays its panels out itself and warns if a layout engine is active.
    with plt.rc_context({"figure.constrained_layout.use": False}):
        figure: Figure = corner_py.corner(
            columns,
            fig=plt.figure(figsize=(size, size)),
            labels=labels,
            quantiles=(0.16, 0.5, 0.84),
            show_titles=True,
            title_fmt=".3g",
            truths=truth,
            truth_color=COLORS["truth"],
            color=COLORS["partial pooling"],
            bins=30,
            smooth=1.0,
            plot_datapoints=False,
            fill_contours=True,
            levels=(0.39, 0.86),
            hist_kwargs={"lw": 1.6},
            label_kwargs={"fontsize": 13},
        )
    return figure


def trace(chain: Chain, *, names: Sequence[str] = ("mu", "tau"), walkers: int = 12) -> Figure:
    """Position against step for some walkers, one panel for each of the first len(names) coordinates of the chain."""
    figure, panels = plt.subplots(len(names), 1, sharex=True, figsize=(5.8, 1.6 * len(names) + 0.5), squeeze=False)
    for k, (panel, name) in enumerate(zip(panels.flat, names, strict=True)):
        panel.plot(chain.steps[:, :walkers, k], color=COLORS["partial pooling"], lw=0.5, alpha=0.6, rasterized=True)
        panel.set_ylabel(SYMBOLS.get(name, name))
    panels[-1, 0].set(xlabel="step", xlim=(0, len(chain.steps)))
    return figure


def tau_posterior(
    exact: ExactPosterior,
    draws: Draws | None = None,
    *,
    label: str = "draws",
    upper: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The exact density of tau as a line over the histogram of draws, up to ``upper`` (the 99.5 % quantile when left out)."""
    ax = _axes(ax)
    upper = float(exact.quantile("tau", 0.995)) if upper is None else upper
    if draws is not None:
        # Normalized over all draws, also those beyond the edge, so that it compares with a density.
        edges = np.linspace(0, upper, 41)
        density = np.histogram(draws.tau, edges)[0] / (len(draws) * np.diff(edges))
        ax.stairs(density, edges, fill=True, color=COLORS["partial pooling"], alpha=0.35, label=label)
    tau = np.linspace(upper / 1000, upper, 500)
    ax.plot(tau, exact.pdf("tau", tau), color=COLORS["exact"], lw=2.4, label="exact")
    unit = f" ({exact.data.unit})" if exact.data.unit else ""
    ax.set(xlabel=rf"population sd $\tau${unit}", ylabel=r"density $p(\tau \mid y)$", xlim=(0, upper))
    ax.set_ylim(bottom=0)
    ax.legend()
    return ax


def conditional_theta(exact: ExactPosterior, *, upper: float | None = None) -> Figure:
    """BDA3's figure: p(tau | y), and beneath it the mean and the sd of every theta_j given tau, against tau.

    At the left edge all objects are pooled completely, at the right hardly at all; the density says how far to the right the
    data let us stand. Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., figures 5.5 to 5.7.
    """
    if not isinstance(exact.data, Measurements):
        raise ValueError("exact: its data are in chunks; expected data in memory. Draw tau alone, with tau_posterior.")
    upper = float(exact.quantile("tau", 0.98)) if upper is None else upper
    tau = np.linspace(upper / 1000, upper, 300)
    mean, sd = exact.theta_given_tau(tau)
    figure, panels = plt.subplots(3, 1, sharex=True, figsize=(5.8, 7.8), height_ratios=(0.8, 1.4, 1.2))
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


def replications(replicated: ArrayLike, data: Measurements, *, shown: int = 30, ax: Axes | None = None) -> Axes:
    """Cumulative distribution of y against those of replicated data sets (n, J), noise included in both."""
    ax = _axes(ax)
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
    ax.step(np.sort(data.y), height, where="mid", color=COLORS["data"], lw=2.4, label="observed")
    ax.set(xlabel=data.axis_label, ylabel="fraction of objects below", ylim=(0, 1))
    ax.legend(loc="upper left")
    return ax


def discrepancy(
    function: Callable[[Floats], Floats], name: str, replicated: ArrayLike, y: ArrayLike, *, ax: Axes | None = None
) -> Axes:
    """Histogram of a discrepancy over replicated data sets (n, J), the observed one as a line, and the p-value."""
    ax = _axes(ax)
    simulated, observed = function(np.asarray(replicated, float)), float(function(np.asarray(y, float)))
    ax.hist(simulated, bins=40, density=True, color=COLORS["partial pooling"], alpha=0.4, label="replicated")
    ax.axvline(observed, color=COLORS["data"], ls="--", label=f"observed ($p$ = {p_value(function, replicated, y):.2f})")
    ax.set(xlabel=name, ylabel="density", yticks=[])
    ax.legend()
    return ax


def pit(values: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Sorted PIT values (J,) against the even spread that a right model gives, with the range of 95 % of its points."""
    from scipy.stats import beta

    ax = _axes(ax, figsize=(4.6, 4.6))
    values = np.sort(np.asarray(values, float))
    rank = np.arange(1, values.size + 1)
    even = rank / (values.size + 1)
    low, high = beta.interval(0.95, rank, values.size + 1 - rank)  # of the k-th smallest of J uniform numbers
    ax.fill_between(even, low, high, color=COLORS["partial pooling"], alpha=0.2, lw=0, label="95 % of right models, each point")
    ax.plot([0, 1], [0, 1], color=COLORS["partial pooling"], ls="--", lw=1)
    ax.plot(even, values, "o", color=COLORS["data"], ms=5, label="observed")
    ax.set(xlabel="even spread", ylabel="PIT value, sorted", xlim=(0, 1), ylim=(0, 1), aspect="equal")
    ax.legend(loc="upper left", fontsize=10)
    return ax
