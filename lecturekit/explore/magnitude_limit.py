"""A magnitude limit cuts the sample, and a likelihood that knows it."""

from __future__ import annotations

from numbers import Integral

import traitlets

from .base import Explorer, Figure, finite, slider, whole_slider
from .modules import compose

__all__ = ["magnitude_limit"]

MEAN = -19.3  # the true mean absolute magnitude
FEWEST, MOST = 20, 300  # supernovae
RANGES = {"limit": (14.5, 20.0, 0.1), "tau": (0.0, 0.3, 0.01), "sigma": (0.02, 0.2, 0.01)}  # ends and step, in mag


class MagnitudeLimitFigure(Figure):
    """Detected and missed supernovae, and the fits with and without their selection."""

    _esm = compose("magnitude_limit.js")
    limit = traitlets.Float().tag(sync=True)
    tau = traitlets.Float().tag(sync=True)
    sigma = traitlets.Float().tag(sync=True)
    N = traitlets.Int().tag(sync=True)
    sky = traitlets.Int(1).tag(sync=True)


def magnitude_limit(*, limit: float = 17.7, tau: float = 0.15, sigma: float = 0.1, N: int = 200) -> Explorer:
    """Explore what a magnitude limit does to the mean absolute magnitude <M> and its intrinsic scatter tau.

    N supernovae lie uniformly in a sphere of 400 Mpc, with absolute magnitudes N(-19.3, tau**2) measured with one error
    sigma. Those whose measured apparent magnitude is at most the limit are detected, and fitted twice by the maximum of
    the likelihood over <M> and tau >= 0: that of a complete sample and that of a truncated one,
    `log_prob_truncated`, both without priors. The 68 % intervals follow from the Fisher information of
    <M> and ln(tau**2 + sigma**2). Fewer than two detected are not fitted; a few may leave the truncated likelihood without
    a maximum, and that is said.

    Source: Loredo (2004), AIP Conf. Proc. 735, 195, doi:10.1063/1.1835214.

    Parameters
    ----------
    limit : float
        Faintest apparent magnitude that is detected, 14.5 to 20 mag.
    tau : float
        True intrinsic scatter, 0 to 0.3 mag.
    sigma : float
        Measurement error of every magnitude, 0.02 to 0.2 mag.
    N : int
        Number of supernovae there are to see, 20 to 300.

    Returns
    -------
    Explorer
        With controls "limit", "tau", "sigma" and "N", and the seed ``figure.sky``.

    Raises
    ------
    ValueError
        If a number lies outside its range, or N is not a whole number.

    Examples
    --------
    >>> list(magnitude_limit(limit=17.5).controls)
    ['limit', 'tau', 'sigma', 'N']
    """
    for name, value in (("limit", limit), ("tau", tau), ("sigma", sigma)):
        low, high, _ = RANGES[name]
        if not low <= finite(name, value) <= high:
            raise ValueError(f"{name}: got {value}; expected a number from {low:g} to {high:g}, in mag.")
    if not (isinstance(N, Integral) and FEWEST <= N <= MOST):
        raise ValueError(f"N: got {N!r}; expected a whole number from {FEWEST} to {MOST}.")
    controls = {
        "limit": slider("population", "magnitude limit (mag)", limit, *RANGES["limit"], 1),
        "tau": slider("truth", "true intrinsic scatter (mag)", tau, *RANGES["tau"], 2),
        "sigma": slider("data", "measurement error (mag)", sigma, *RANGES["sigma"], 2),
        "N": whole_slider("truth", "number of supernovae", int(N), FEWEST, MOST),
    }
    figure = MagnitudeLimitFigure(**{name: control.value for name, control in controls.items()}, fixed={"mean": MEAN})
    return Explorer(
        "Make the limit one magnitude brighter, or make the population twice as wide: which of the two spoils the mean of the "
        "fit that ignores the limit more, and in which direction? And what does the correction cost?",
        controls,
        figure,
        seeds={"sky": "New survey"},
    )
