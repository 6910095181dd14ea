"""From complete to no pooling, and what each amount of pooling costs."""

from __future__ import annotations

from typing import Any

import traitlets

from ..measurements import Measurements
from .base import Control, Explorer, Figure, slider, whole_slider
from .modules import compose
from .objects import in_unit, objects, tau_range

__all__ = ["pooling"]

ROW = 15  # height of an object's row, in CSS pixels
FIRST = 7  # the survey that opens: its smallest error is clearly below both ends
MOST, WIDEST_SPREAD = 40, 0.6
WIDEST = {"J": MOST, "spread": WIDEST_SPREAD}


class PoolingFigure(Figure):
    """Every object's estimate between its measurement and the common mean, and the error against the truth."""

    _esm = compose("pooling.js")
    tau = traitlets.Float().tag(sync=True)
    spread = traitlets.Float(0.5).tag(sync=True)
    J = traitlets.Int(20).tag(sync=True)
    survey = traitlets.Int(FIRST).tag(sync=True)


def pooling(data: Measurements | None = None) -> Explorer:
    """Explore how the population's standard deviation tau carries all estimates from complete to no pooling.

    The mean of the population is its mean given tau: the measurements' average, weighted by 1 / (tau**2 + sigma_j**2).

    Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.4, equations 5.17 and 5.20.

    Parameters
    ----------
    data : Measurements, optional
        J >= 1 objects in any unit. Where their true values are known, the error of the estimates is drawn against tau.
        Left out, surveys of planets as in chapter 1 are simulated, in m/s, and a button draws another.

    Returns
    -------
    Explorer
        With the control "tau" and, for simulated surveys, "spread" (sd of the true values' logarithm) and "J". tau is in
        the unit of the figure, which for very large or small data is a power of ten times theirs.

    Raises
    ------
    ValueError
        If data are not Measurements.

    Examples
    --------
    >>> list(pooling().controls)
    ['tau', 'spread', 'J']
    """
    fixed: dict[str, Any]
    if data is None:
        fixed = {
            "data": None,
            "widest": WIDEST,
            "rows": 20 * ROW,
            "kind": "planet",
            "labels": [],
            "quantity": "semi-amplitude K",
            "unit": "m/s",
            "decimals": 2,
        }
        opening, widest, step, digits = 2.0, 40.0, 0.2, 1
    else:
        given: dict[str, Any] = objects(data)
        own = {field: given.pop(field) for field in ("y", "sigma", "theta")}
        fixed = given | {"data": own, "rows": min(max(5 * ROW, len(data) * ROW), 22 * ROW)}
        opening, widest, step, digits = tau_range(own["y"], own["sigma"])
    controls: dict[str, Control] = {
        "tau": slider("population", in_unit("population sd τ", fixed["unit"]), opening, 0.0, widest, step, digits)
    }
    if data is None:
        controls["spread"] = slider("truth", "true spread, sd of ln K", 0.5, 0.0, WIDEST_SPREAD, 0.05, 2)
        controls["J"] = whole_slider("data", "number of planets J", 20, 1, MOST)
    fixed["tau"] = {"max": controls["tau"].max, "step": step, "digits": max(0, digits)}
    many = "planet" if data is None else "object"
    question = f"At τ = 0 every {many} gets one common value, at the other end each keeps its own measurement. " + (
        "Where will the estimates err least: at an end, or in between? And will another survey of such planets agree?"
        if data is None
        else "Where will the estimates err least: at an end, or in between?"
        if own["theta"] is not None
        else "At which τ has the noisiest gone half the way, and where is the most precise then?"
    )
    figure = PoolingFigure(**{name: control.value for name, control in controls.items()}, fixed=fixed)
    return Explorer(question, controls, figure, seeds={"survey": "New survey"} if data is None else {})
