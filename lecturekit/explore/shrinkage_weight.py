"""The weight of one measurement against its population."""

from __future__ import annotations

import math

import traitlets

from .base import Explorer, Figure, finite, nice_step, slider
from .modules import compose

__all__ = ["shrinkage_weight"]


class ShrinkageWeightFigure(Figure):
    """Population, likelihood and posterior of one object's true value, all in one unit."""

    _esm = compose("shrinkage_weight.js")
    tau = traitlets.Float().tag(sync=True)
    sigma = traitlets.Float().tag(sync=True)
    y = traitlets.Float().tag(sync=True)
    mu = traitlets.Float().tag(sync=True)


def shrinkage_weight(
    *, tau: float = 0.1, sigma: float = 0.08, y: float = 0.1, mu: float = -0.2, quantity: str = "[Fe/H]", unit: str = "dex"
) -> Explorer:
    """Explore how one measurement y ± sigma is pulled towards its population N(mu, tau**2).

    Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.5.

    Parameters
    ----------
    tau, sigma, y, mu : float
        Where the sliders open, in ``unit``: the population's standard deviation (>= 0), the measurement's standard
        error (> 0), the measured value and the population's mean. The sliders' ranges and step follow from them; they
        open on the nearest step, which is at finest about a thousandth of the spread.
    quantity, unit : str
        What was measured and in which unit, for the labels.

    Returns
    -------
    Explorer
        With controls "tau", "sigma", "y" and "mu".

    Raises
    ------
    ValueError
        If a number is not finite, sigma is not > 0 or tau is negative.

    Examples
    --------
    >>> list(shrinkage_weight(tau=0.2).controls)
    ['tau', 'sigma', 'mu', 'y']
    """
    opening = {field: finite(field, value) for field, value in (("tau", tau), ("sigma", sigma), ("y", y), ("mu", mu))}
    tau, sigma, y, mu = opening.values()
    if tau < 0:
        raise ValueError(f"tau: got {tau}; expected a standard deviation >= 0.")
    if sigma <= 1e-150:
        raise ValueError(f"sigma: got {sigma}; expected a standard error > 0, above 1e-150 (else choose another unit).")

    # Steps and ranges scale with the spread of y about mu, so that data in any unit open on a useful picture.
    spread = math.hypot(tau, sigma)
    step, digits = nice_step(spread / 20, opening.values())
    half_gap = abs(y - mu) / 2
    ends = ((y + mu) / 2 - half_gap - 2.5 * spread, (y + mu) / 2 + half_gap + 2.5 * spread)
    in_unit = f" ({unit})" if unit else ""
    widest = 2.5 * spread
    sliders = {
        "tau": ("population", "population sd τ", 0.0, widest),
        "sigma": ("likelihood", "measurement error σ", step, widest),
        "mu": ("population", "population mean μ", *ends),
        "y": ("likelihood", "measured value y", *ends),
    }
    controls = {
        name: slider(idea, description + in_unit, opening[name], low, high, step, digits)
        for name, (idea, description, low, high) in sliders.items()
    }
    figure = ShrinkageWeightFigure(
        **{name: control.value for name, control in controls.items()},
        fixed={"domain": [ends[0] - spread, ends[1] + spread], "decimals": max(0, digits), "quantity": quantity, "unit": unit},
    )
    return Explorer(
        "Let the measurement be twice as uncertain as the population is wide, σ = 2τ. How much of the way from y to μ "
        "will the estimate move: half, two thirds or four fifths? And does that depend on how far y lies from μ?",
        controls,
        figure,
    )
