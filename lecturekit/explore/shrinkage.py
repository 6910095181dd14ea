"""Many objects shrunken at once: who moves, who gains and who pays."""

from __future__ import annotations

import numpy as np
import traitlets

from .. import datasets
from ..measurements import Measurements
from .base import Explorer, Figure, slider
from .modules import compose
from .objects import in_unit, objects, tau_range

__all__ = ["shrinkage"]

ROW = 15  # height of an object's row, in CSS pixels
MEAN, OPENING = -0.15, 0.08  # dex; the population of the open cluster, where tau opens
STEP, LARGEST = 0.05, 2.0  # of the factor on sigma


class ShrinkageFigure(Figure):
    """The way of every object from its measurement to its estimate, and the error of both."""

    _esm = compose("shrinkage.js")
    tau = traitlets.Float().tag(sync=True)
    factor = traitlets.Float(1.0).tag(sync=True)


def shrinkage(data: Measurements | None = None) -> Explorer:
    """Explore how all objects move at once towards their common mean, the noisiest most.

    The mean of the population is its mean given tau: the measurements' average, weighted by 1 / (tau**2 + sigma_j**2).
    Where the true values are known, the factor on sigma multiplies the noise itself, y_j - theta_j, as well as its sd,
    and the errors of measurements and estimates are compared. Otherwise it multiplies the stated sigma alone.

    Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.4, equations 5.17 and 5.20.

    Parameters
    ----------
    data : Measurements, optional
        J >= 1 objects in any unit. Left out, 20 stars are simulated like those of `datasets.open_cluster`, of the same
        population and with the same errors: the true values of those are asked for elsewhere.

    Returns
    -------
    Explorer
        With the controls "tau" and "factor". tau is in the unit of the figure, which for very large or small data is a
        power of ten times theirs.

    Raises
    ------
    ValueError
        If data are not Measurements.

    Examples
    --------
    >>> explorer = shrinkage(Measurements(y=[28, 8, -3], sigma=[15, 10, 16]))
    >>> explorer.controls["tau"].value = 20.0
    >>> len(explorer.figure.fixed["y"])
    3
    """
    fixed = objects(_stars(), "star") if data is None else objects(data)
    opening, end, step, digits = tau_range(fixed["y"], fixed["sigma"])
    if data is None:
        opening = OPENING
    controls = {
        "tau": slider("population", in_unit("population sd τ", fixed["unit"]), opening, 0.0, end, step, digits),
        "factor": slider("data", "factor on every σ", 1.0, STEP, LARGEST, STEP, 2),
    }
    fixed |= {"rows": min(max(5, len(fixed["y"])), 22) * ROW, "largest": LARGEST, "digits": max(0, digits)}
    figure = ShrinkageFigure(**{name: control.value for name, control in controls.items()}, fixed=fixed)
    doubt = "Double every σ: what happens then?" if fixed["theta"] is None else "And will all end closer to the truth?"
    question = f"Which {fixed['kind']} will go farthest toward the common mean, the most distant or the noisiest? {doubt}"
    return Explorer(question, controls, figure)


def _stars() -> Measurements:
    cluster, rng = datasets.open_cluster(), np.random.default_rng(8)
    return datasets.simulate_normal(MEAN, OPENING, cluster.sigma, rng=rng, quantity=cluster.quantity, unit=cluster.unit)
