"""Figures of chains and of draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import corner as corner_py
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from .._arrays import Floats
from ..draws import Draws
from ..mcmc import Chain
from .style import COLORS, SYMBOLS

__all__ = ["corner", "trace"]


def corner(
    draws: Draws | Mapping[str, ArrayLike], *, theta: Sequence[int] = (), truth: Sequence[float] | None = None, unit: str = ""
) -> Figure:
    """Marginal and joint densities of mu, tau and the chosen theta_j (by index), by corner.py, with 16, 50 and 84 % marked.

    Of a model of your own give the draws as a mapping from labels to values (n,). The axes hold the middle 99 % of the draws,
    and ``truth`` where it is given; the titles have two figures of the sd.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> draws = Draws(rng.normal(size=999), rng.exponential(size=999), rng.normal(size=(999, 8)))
    >>> len(corner(draws, theta=[0]).axes)  # mu, tau and the first theta, in pairs
    9
    >>> len(corner({"slope": rng.normal(size=999), "scatter": rng.exponential(size=999)}).axes)
    4
    """
    if isinstance(draws, Draws):
        theta_j = {rf"$\theta_{{{j + 1}}}$": draws.theta[:, j] for j in theta}
        draws = {SYMBOLS["mu"]: draws.mu, SYMBOLS["tau"]: draws.tau} | theta_j
    columns = np.column_stack([np.asarray(values, float) for values in draws.values()])
    low, high = np.quantile(columns, (0.005, 0.995), axis=0)
    if truth is not None:
        low, high = np.minimum(low, truth), np.maximum(high, truth)
    size = max(4.4, 1.45 * len(draws))
    # corner.py lays its panels out itself and warns if a layout engine is active.
    with plt.rc_context({"figure.constrained_layout.use": False}):
        figure: Figure = corner_py.corner(
            columns,
            fig=plt.figure(figsize=(size, size)),
            labels=[f"{label} ({unit})" if unit else label for label in draws],
            range=list(zip(low, high, strict=True)),
            quantiles=(0.16, 0.5, 0.84),
            truths=truth,
            truth_color=COLORS["truth"],
            color=COLORS["partial pooling"],
            bins=30,
            smooth=1.0,
            plot_datapoints=False,
            fill_contours=True,
            levels=(0.39, 0.86),
            hist_kwargs={"lw": 1.6},
            max_n_ticks=4,
        )
    for panel, label, values in zip(figure.axes[:: len(draws) + 1], draws, columns.T, strict=True):
        below, median, above = np.quantile(values, (0.16, 0.5, 0.84))
        digits = max(0, 1 - int(np.floor(np.log10(values.std())))) if values.std() > 0 else 0
        error = rf"^{{+{above - median:.{digits}f}}}_{{-{median - below:.{digits}f}}}"
        panel.set_title(rf"{label} $= {median:.{digits}f}{error}$", fontsize=11)
    return figure


def trace(chain: Chain | Floats, *, names: Sequence[str] = ("mu", "tau"), walkers: int = 4, unit: str = "") -> Figure:
    """Position against step for some walkers, one panel for each of the first len(names) coordinates of the chain.

    The chain may be an array of steps (n_steps, n_walkers, n_dim) as well, as emcee's get_chain gives it. tau has a logarithmic
    axis: what happens near zero is what one looks for.

    Examples
    --------
    >>> from scipy import stats
    >>> from lecturekit import NormalHierarchy, datasets, mcmc
    >>> model = NormalHierarchy((0, 20), stats.halfnorm(scale=10))
    >>> chain = mcmc.sample(model, datasets.eight_schools(), rng=np.random.default_rng(1))
    >>> len(trace(chain).axes)
    2
    """
    steps = chain.steps if isinstance(chain, Chain) else np.asarray(chain)
    figure, panels = plt.subplots(len(names), 1, sharex=True, figsize=(4.4, 1.8 * len(names) + 0.5), squeeze=False)
    for k, (panel, name) in enumerate(zip(panels.flat, names, strict=True)):
        panel.plot(steps[:, :walkers, k], color=COLORS["partial pooling"], lw=0.8, alpha=0.8, rasterized=True)
        panel.set(ylabel=SYMBOLS.get(name, name) + (unit and f" ({unit})"), yscale="log" if name == "tau" else "linear")
    panels[-1, 0].set(xlabel="step", xlim=(0, len(steps)))
    return figure
