"""The funnel in two systems of coordinates, and a leapfrog path in each."""

from __future__ import annotations

from numbers import Integral

import traitlets

from .base import Explorer, Figure, finite, slider, whole_slider
from .modules import compose

__all__ = ["funnel"]

RANGES = {"sigma": (0.1, 3.0), "step": (0.05, 1.5), "steps": (1, 100), "start": (-3.0, 2.0), "y": (-1.0, 1.0)}


class FunnelFigure(Figure):
    """Density and leapfrog path of one object over ln tau and theta, and over ln tau and eta."""

    _esm = compose("funnel.js")
    sigma = traitlets.Float().tag(sync=True)
    step = traitlets.Float().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    start = traitlets.Float().tag(sync=True)
    push = traitlets.Int(1).tag(sync=True)


def funnel(*, sigma: float = 3.0, step: float = 0.5, steps: int = 25, start: float = -2.0, y: float = 0.5) -> Explorer:
    """Explore leapfrog on the posterior of one object, in centered and non-centered coordinates.

    The object y ± sigma comes from a population N(0, tau**2) with ln tau ~ N(0, 1): a typical tau, its median, is 1, and
    all lengths count in it. A path starts at a given tau, on the mean of theta given tau; both coordinates get the same
    push, seeded, with unit masses, and the same step.

    Source: Betancourt and Girolami (2015), arXiv:1312.0906.

    Parameters
    ----------
    sigma : float
        The measurement's standard error where its slider opens, 0.1 to 3: informative below 1, weakly informative above.
    step : float
        Leapfrog's step where its slider opens, 0.05 to 1.5, in sd of theta given tau = 1 and y, which is that of eta too.
    steps : int
        How many leapfrog steps a path has that does not diverge, 1 to 100.
    start : float
        ln tau where the path starts, -3 to 2.
    y : float
        The measured value, -1 to 1. No control changes it.

    Returns
    -------
    Explorer
        With controls "sigma", "step", "steps" and "start"; ``figure.push`` is the seed of the push.

    Raises
    ------
    ValueError
        If a number is not within its range, or steps is not whole.

    Examples
    --------
    >>> list(funnel().controls)
    ['sigma', 'start', 'step', 'steps']
    """
    opening = {
        field: _within(field, value)
        for field, value in {"sigma": sigma, "step": step, "steps": steps, "start": start, "y": y}.items()
    }
    if not isinstance(steps, Integral):
        raise ValueError(f"steps: got {steps!r}; expected a whole number.")
    controls = {
        "sigma": slider("likelihood", "measurement error σ (typical τ)", opening["sigma"], *RANGES["sigma"], 0.1, 1),
        "start": slider("population", "start at ln τ", opening["start"], *RANGES["start"], 0.1, 1),
        "step": slider("data", "step size ε (widths at τ = 1)", opening["step"], *RANGES["step"], 0.05, 2),
        "steps": whole_slider("data", "number of steps", int(steps), *RANGES["steps"]),
    }
    figure = FunnelFigure(**{name: control.value for name, control in controls.items()}, fixed={"y": opening["y"]})
    return Explorer(
        "With weak data, σ = 3, most paths that start low in the funnel, at ln τ = −2, diverge in centered coordinates and "
        "hold in non-centered ones. Now take a sharp measurement, σ = 0.1, and start high, at ln τ = 2. Which path will "
        "diverge: the centered one, the non-centered one, both or neither?",
        controls,
        figure,
        seeds={"push": "New push"},
    )


def _within(field: str, value: float) -> float:
    """Return the value as a float, or raise ValueError unless it is within the field's range."""
    number = finite(field, value)
    low, high = RANGES[field]
    if not low <= number <= high:
        raise ValueError(f"{field}: got {value}; expected {low:g} to {high:g}, in units of a typical tau where it is a length.")
    return number
