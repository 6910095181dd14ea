"""What James and Stein proved, and what it does not promise to any one object."""

from __future__ import annotations

from numbers import Integral

import traitlets

from .base import Explorer, Figure, finite, slider, whole_slider
from .modules import compose

__all__ = ["james_stein"]

MOST = 30  # objects
SKIES = 600  # averaged over: half of them, and their mirror images
RANGES = {"spread": (1.5, 0.05), "distance": (10.0, 0.25)}  # greatest value and step, in sigma


class JamesSteinFigure(Figure):
    """Estimates and true values of J objects in one sky, and the average squared errors over many."""

    _esm = compose("james_stein.js")
    J = traitlets.Int().tag(sync=True)
    spread = traitlets.Float().tag(sync=True)
    distance = traitlets.Float().tag(sync=True)
    sky = traitlets.Int(2).tag(sync=True)


def james_stein(*, J: int = 20, spread: float = 0.5, distance: float = 0.0) -> Explorer:
    """Explore the total squared error of raw, James-Stein and hierarchical estimates, and that of one object far from the rest.

    All objects are measured with one known error sigma, the unit of all lengths here. Their true values are fixed: one at
    ``distance`` from the mean of the others, which lie evenly around it. James-Stein shrinks toward the mean of all, for
    J >= 4, and is not cut off where c > 1; the hierarchical estimate is the posterior mean under flat priors on mu and tau,
    which is proper for J >= 3. Below that, neither moves a measurement. The averages are over the same 600 skies for every
    setting; the button draws the one sky that is shown.

    Source: James and Stein (1961), Proc. Fourth Berkeley Symp. 1, 361; Efron and Morris (1975), J. Am. Stat. Assoc. 70, 311,
    doi:10.1080/01621459.1975.10479864.

    Parameters
    ----------
    J : int
        Number of objects, 1 to 30.
    spread : float
        Standard deviation of the true values of all objects but the distant one, in sigma, 0 to 1.5.
    distance : float
        How far the true value of one object lies from the mean of the others', in sigma, 0 to 10.

    Returns
    -------
    Explorer
        With controls "J", "spread" and "distance", and the seed ``figure.sky``.

    Raises
    ------
    ValueError
        If J is not a whole number, or a number lies outside its range.

    Examples
    --------
    >>> list(james_stein(J=10).controls)
    ['J', 'spread', 'distance']
    """
    if not (isinstance(J, Integral) and 1 <= J <= MOST):
        raise ValueError(f"J: got {J!r}; expected a whole number from 1 to {MOST}.")
    for name, value in (("spread", spread), ("distance", distance)):
        if not 0 <= finite(name, value) <= RANGES[name][0]:
            raise ValueError(f"{name}: got {value}; expected a number from 0 to {RANGES[name][0]:g}, in sigma.")
    controls = {
        "J": whole_slider("truth", "number of objects J", int(J), 1, MOST),
        "spread": slider("truth", "spread of the true values (σ)", spread, 0.0, *RANGES["spread"], 2),
        "distance": slider("truth", "one object's distance from the rest (σ)", distance, 0.0, *RANGES["distance"], 2),
    }
    figure = JamesSteinFigure(
        **{name: control.value for name, control in controls.items()}, fixed={"most": MOST, "skies": SKIES}
    )
    return Explorer(
        "Move one of twenty objects five errors away from the rest. Is the total squared error of James-Stein still below that "
        "of the measurements? Who gains, who pays, and by what factor? And how few objects are enough for any gain at all?",
        controls,
        figure,
        seeds={"sky": "New sky"},
    )
