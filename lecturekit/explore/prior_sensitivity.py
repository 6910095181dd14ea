"""How much of the answer comes from the prior on tau."""

from __future__ import annotations

import math

import numpy as np
import traitlets

from ..datasets import eight_schools
from ..measurements import Measurements
from .base import Explorer, Figure, dropdown, finite, nice_step, slider, whole_slider
from .modules import compose

__all__ = ["prior_sensitivity"]

FAMILIES = ("uniform", "half-normal", "exponential", "half-Cauchy", "inverse-gamma")


class PriorSensitivityFigure(Figure):
    """p(tau | y) under a prior of choice, and every theta for one tau and averaged over tau."""

    _esm = compose("prior_sensitivity.js")
    family = traitlets.Int().tag(sync=True)
    scale = traitlets.Float().tag(sync=True)
    groups = traitlets.Int().tag(sync=True)
    tau = traitlets.Float().tag(sync=True)


def prior_sensitivity(
    data: Measurements | None = None,
    *,
    family: str = "half-Cauchy",
    scale: float | None = None,
    groups: int | None = None,
    tau: float | None = None,
    group: str = "group",
) -> Explorer:
    """Explore what prior, data and number of groups contribute to tau, and what each tau makes of theta.

    The prior on mu is flat. Every prior on tau is proper, so that each setting has a posterior, one group included.

    Source: Gelman (2006), Bayesian Anal. 1, 515, doi:10.1214/06-BA117A; Gelman et al. (2013), Bayesian Data Analysis,
    3rd ed., section 5.4 and figures 5.5 to 5.7.

    Parameters
    ----------
    data : Measurements, optional
        The J groups; the eight schools when left out.
    family : str
        Where the choice of prior opens: "uniform" from 0 to the scale, "half-normal" of that sd, "exponential" of that
        mean, "half-Cauchy" of that median, or "inverse-gamma", tau**2 ~ InverseGamma(1/2, scale**2).
    scale, tau : float, optional
        Where the prior's scale (> 0) and the tau to look at (>= 0) open, in the data's unit. The sliders end at about twice
        the spread of the measurements; they open at a sixth and a fifth of that when left out, and on the nearest step.
    groups : int, optional
        How many groups to keep, in the data's order, from 1 to J; all when left out.
    group : str
        What one group is called, before its label: "school".

    Returns
    -------
    Explorer
        With controls "family", "scale", "groups" and "tau".

    Raises
    ------
    ValueError
        If data are not `Measurements`, or an opening value is not as described.

    Examples
    --------
    >>> list(prior_sensitivity(family="uniform").controls)
    ['family', 'scale', 'groups', 'tau']
    """
    data = eight_schools() if data is None else data
    if not isinstance(data, Measurements):
        raise ValueError(f"data: got {type(data).__name__}; expected Measurements(y, sigma).")
    if family not in FAMILIES:
        raise ValueError(f"family: got {family!r}; expected one of {', '.join(FAMILIES)}.")
    n_groups = len(data) if groups is None else groups
    if not (isinstance(n_groups, (int, np.integer)) and 1 <= n_groups <= len(data)):
        raise ValueError(f"groups: got {groups!r}; expected a whole number from 1 to {len(data)}, the groups there are.")

    widest = 2 * math.hypot(np.median(data.sigma), data.y.std())
    opening = {name: finite(name, value) for name, value in (("scale", scale), ("tau", tau)) if value is not None}
    step, digits = nice_step(widest / 50, opening.values())
    opening = {"scale": max(step, widest / 6), "tau": widest / 5} | opening
    if opening["scale"] <= 0:
        raise ValueError(f"scale: got {scale}; expected a scale > 0.")
    if opening["tau"] < 0:
        raise ValueError(f"tau: got {tau}; expected a standard deviation >= 0.")
    upper = 10 * step * math.ceil(max(widest, *opening.values()) / (10 * step) - 1e-9)  # a round number, with all in reach

    in_unit = f" ({data.unit})" if data.unit else ""
    controls = {
        "family": dropdown("prior on τ", FAMILIES, family),
        "scale": slider("population", f"scale of the prior{in_unit}", opening["scale"], step, upper, step, digits),
        "groups": whole_slider("likelihood", "groups kept, in the data's order", int(n_groups), 1, len(data)),
        "tau": slider("posterior", f"look at τ{in_unit}", opening["tau"], 0.0, upper, step, digits),
    }
    figure = PriorSensitivityFigure(
        **{name: control.index if name == "family" else control.value for name, control in controls.items()},
        fixed={
            "y": data.y.tolist(),
            "sigma": data.sigma.tolist(),
            "labels": list(data.labels),
            "group": group,
            "domain": [float((data.y - data.sigma).min()), float((data.y + data.sigma).max())],
            "upper": controls["tau"].max,
            "families": list(FAMILIES),
            "decimals": max(0, digits),
            "unit": data.unit,
        },
    )
    return Explorer(
        "Make the prior on τ several times narrower. Which of these will move: the density of τ, each group's curve of "
        "E(θ | τ, y) beneath it, or each group's estimate averaged over τ? And how few groups can you keep before the "
        "median of τ is the prior's rather than the data's?",
        controls,
        figure,
    )
