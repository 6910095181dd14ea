"""Normalize a density of one positive variable x, known up to a constant, on Gauss-Kronrod panels in ln x.

In ln x a mode at zero, a narrow peak and a power-law tail look alike: smooth, with exponential sides. The panels find
their own range and are split until the embedded Gauss rule agrees with the Kronrod rule. Nothing here knows statistics.

Fixed panels would be shorter, and as exact where the density is smooth. What these buy is an estimate of the error, for every
result; a moment that does not exist is noticed, and not given as a number; and a prior with a jump, such as a uniform one,
costs a few more panels where it jumps, and no digits.

Source: Piessens et al. (1983), QUADPACK, Springer, doi:10.1007/978-3-642-61786-7 (the error estimate).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .._arrays import Floats
from .panels import GAUSS, KRONROD, NODES, PanelDensity, QuadratureError

__all__ = ["find_peak", "panel_density", "refined"]

DROP = 25.0  # what lies exp(-25) = 1e-11 below the peak is left out of the range
MAX_PANELS = 2000
TOLERANCE = 1e-4  # the largest estimated error of what is made of a density
HALVINGS = 4  # of every panel, where the panels that resolve the density do not resolve that
# Distances in ln x from the first guess at which the search for the range starts: dense near it, reaching far.
SCAN = np.sinh(np.linspace(-6.5, 5.3, 41))

LogDensity = Callable[[Floats], tuple[Floats, ...]]


def panel_density(log_density: LogDensity, guess: float, support: tuple[float, float]) -> PanelDensity:
    """Normalize a density of x > 0 given by its logarithm.

    Parameters
    ----------
    log_density : callable
        Takes x, shape (n,); returns ln density (n,) and, beside it, any number of arrays (n,) to carry to the nodes.
    guess : float
        Any scale of x; the range is found from there.
    support : (low, high)
        Where the density lives; 0 and infinity are allowed.

    Raises
    ------
    QuadratureError
        If the density vanishes everywhere, or its panels do not converge.
    """
    (low, high), finite_moments, _ = _find_range(log_density, guess, support)
    edges = np.linspace(low, high, 7)
    density = _normalize(edges, _in_log(log_density, _nodes(edges)), support[0], finite_moments)
    while (bad := density.unresolved()).any():
        density = _split(density, log_density, bad)
    return density


def find_peak(log_density: LogDensity, guess: float, support: tuple[float, float]) -> float:
    """An x that counts, near the peak of the density in ln x; arguments and errors as in `panel_density`."""
    return float(np.exp(_find_range(log_density, guess, support)[2]))


def refined(
    density: PanelDensity, log_density: LogDensity, error: Callable[[PanelDensity], float]
) -> tuple[PanelDensity, float]:
    """Halve all panels until the error of what is made of the density, in sd, is below 1e-4; return the density and the error.

    Raises
    ------
    QuadratureError
        If it does not come so far.
    """
    estimate = error(density)
    for _ in range(HALVINGS):
        if estimate >= TOLERANCE:
            density = _split(density, log_density, np.full(len(density.x), True))
            estimate = error(density)
    if not estimate < TOLERANCE:
        raise QuadratureError(
            f"the estimated error is {estimate:.1e} posterior sd; expected below {TOLERANCE:.0e}. "
            "Check the scales of the priors against the data's."
        )
    return density, estimate


def _split(density: PanelDensity, log_density: LogDensity, which: NDArray[np.bool_]) -> PanelDensity:
    """The same density with some panels halved; only their halves are evaluated."""
    if density.edges.size + which.sum() > MAX_PANELS:
        raise QuadratureError(
            f"the density did not converge on {MAX_PANELS} panels between {density.x[0, 0]:.3g} and "
            f"{density.x[-1, -1]:.3g}. Check that the prior's pdf is finite and has no more than a few jumps."
        )
    edges = np.sort(np.concatenate([density.edges, 0.5 * (density.edges[:-1] + density.edges[1:])[which]]))
    parts = np.where(which, 2, 1)
    fresh, rows = np.repeat(which, parts), np.repeat(density.rows, parts, axis=1)
    rows[:, fresh] = _in_log(log_density, _nodes(edges)[fresh])
    return _normalize(edges, rows, density.lowest, density.finite_moments)


def _normalize(edges: Floats, rows: Floats, lowest: float, finite_moments: int) -> PanelDensity:
    """The density from its rows [ln density of u, *carried] at the nodes."""
    peak = rows[0].max()
    q = np.exp(rows[0] - peak) * 0.5 * np.diff(edges)[:, None]
    total = (q * KRONROD).sum()
    return PanelDensity(
        edges, np.exp(_nodes(edges)), q * KRONROD / total, q * GAUSS / total, rows, peak + np.log(total), lowest, finite_moments
    )


def _nodes(edges: Floats) -> Floats:
    return 0.5 * ((edges[:-1] + edges[1:])[:, None] + np.diff(edges)[:, None] * NODES)


def _in_log(log_density: LogDensity, u: Floats) -> Floats:
    """The rows [ln density of u, *carried] at u = ln x, shape (1 + carried, *u.shape)."""
    rows = np.stack([np.reshape(row, u.shape) for row in log_density(np.exp(u).ravel())])
    if (strange := np.isnan(rows[0])).any():
        x = np.exp(u[strange][0])
        raise QuadratureError(
            f"the log density is NaN at x = {x:.6g}; expected a number or -inf. Check the prior's logpdf there."
        )
    rows[0] += u
    return rows


def _find_range(log_density: LogDensity, guess: float, support: tuple[float, float]) -> tuple[tuple[float, float], int, float]:
    """The interval of u = ln x outside which nothing counts, how many moments of x exist, and the highest point seen.

    It zooms onto the peak: each round keeps the grid points that count and one neighbor on either side, which for a
    log density with one peak (or peaks broader than the grid) always holds the peak.
    """
    with np.errstate(divide="ignore"):
        floor, ceiling = np.log(support[0]), np.log(support[1])
    # exp(2 * 340) is still a float. The ends of the support stay out: the density may be infinite there.
    u = np.unique(np.clip(np.log(guess) + SCAN, max(floor + 1e-12, -340.0), min(ceiling - 1e-12, 340.0)))
    log_q = _in_log(log_density, u)[0]
    if not np.isfinite(log_q.max()):
        raise QuadratureError(
            "the density is zero, or not finite, on its whole support. Check that prior and data are on one scale."
        )
    if support[0] == 0 and log_q[0] > log_q.max() - 0.5 * DROP:
        raise QuadratureError(
            "too much of the mass of x lies too close to zero to be integrated. Use a prior with less mass there."
        )
    # E[x**k] exists if the tail of x**k times the density still falls at the far end of the scan.
    heights = [np.max(log_q + k * u) - (log_q + k * u)[-1] for k in (1, 2)]
    finite_moments = 2 if np.isfinite(ceiling) else int(np.sum(np.array(heights) > DROP))
    while True:  # for some thirty rounds at most: after the first, each that does not end keeps four steps of eleven
        span = u[-1] - u[0]
        tail = log_q + finite_moments * u
        counts = np.flatnonzero((log_q >= log_q.max() - DROP) | (tail >= tail.max() - DROP))
        first, last = max(counts[0] - 1, 0), min(counts[-1] + 1, u.size - 1)
        low, high = u[first], u[last]
        if high - low > 0.4 * span and last - first >= 5:
            return (low, high), finite_moments, u[np.argmax(log_q)]
        if high - low < 1e-10:
            raise QuadratureError(
                f"the whole mass lies within 1e-10 of x = {np.exp(high):.6g} in ln x. "
                "Data and prior contradict each other: check their scales."
            )
        u = np.linspace(low, high, 12)
        log_q = _in_log(log_density, u)[0]
