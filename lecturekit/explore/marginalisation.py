"""The marginal likelihood: a population convolved with noise, and how well the data agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from ..measurements import Measurements
from .base import Control, Explorer, Figure, nice_step, slider, whole_slider
from .modules import compose

__all__ = ["marginalisation"]

QUESTION = (
    "The log likelihood is largest where the broad curve fits the histogram best. Is τ there as large as the scatter of the "
    "measured values, or smaller? And how well can τ still be told once the noise is twice as wide as the population?"
)


class MarginalisationFigure(Figure):
    """Population, noise and their convolution over a histogram, and the log marginal likelihood over mu and tau."""

    _esm = compose("marginalisation.js")
    tau = traitlets.Float().tag(sync=True)
    sigma = traitlets.Float().tag(sync=True)
    mu = traitlets.Float().tag(sync=True)
    J = traitlets.Int().tag(sync=True)
    sky = traitlets.Int(1).tag(sync=True)


def marginalisation(data: Measurements | None = None) -> Explorer:
    """Explore how a population convolved with the noise makes the data, and the marginal likelihood of mu and tau.

    Each measured value follows N(mu, tau**2 + sigma_j**2) once its true value is integrated out. The density that is drawn
    is the average over the objects; it is drawn from at most 200 of their errors, the likelihood from all.
    Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.4.

    Parameters
    ----------
    data : Measurements, optional
        J >= 1 measured values with their errors, in any unit. Left out, stars of one cluster are simulated in the page,
        with mu = -0.15 and tau = 0.08 dex, and all measured with the same error.

    Returns
    -------
    Explorer
        With controls "tau" and "mu", in the unit of the data, and "sigma". The last is the error of every simulated star,
        in dex; with data it is a factor on their stated errors. Simulated stars have a control "J", how many there are,
        and a trait ``figure.sky``, the seed that a button counts up.

    Raises
    ------
    TypeError
        If data are not `Measurements`.

    Examples
    --------
    >>> list(marginalisation().controls)
    ['tau', 'sigma', 'mu', 'J']
    """
    if data is None:
        return _simulated()
    if not isinstance(data, Measurements):
        raise TypeError(f"data: got {type(data).__name__}; expected Measurements. Make them with Measurements(y, sigma).")
    scatter, center = data.y.std(), data.y.mean()
    spread = np.hypot(scatter, np.sqrt(np.mean(data.sigma**2)))
    step, digits = nice_step(spread / 40, ())
    low, high = min(data.y.min(), center - 3 * spread), max(data.y.max(), center + 3 * spread)
    unit = f" ({data.unit})" if data.unit else ""
    controls = {
        "tau": slider("population", f"population sd τ{unit}", 1.5 * scatter, 0.0, 2.5 * spread, step, digits),
        "sigma": slider("likelihood", "factor on the errors σ", 1.0, 0.05, 3.0, 0.05, 2),
        "mu": slider("population", f"population mean μ{unit}", center, low, high, step, digits),
    }
    fixed = {
        "y": data.y.tolist(),
        "error": data.sigma.tolist(),
        "quantity": data.quantity.replace("$", ""),
        "unit": data.unit,
        "objects": ["object", "objects"],
        "bins": int(np.clip(3 * np.sqrt(len(data)), 12, 40)),
        "decimals": max(0, digits),
    }
    return _explorer(controls, fixed)


def _simulated() -> Explorer:
    """Return the explorer of stars that are simulated in the page."""
    controls = {
        "tau": slider("population", "population sd τ (dex)", 0.14, 0.0, 0.2, 0.005, 3),
        "sigma": slider("likelihood", "measurement error σ (dex)", 0.1, 0.005, 0.16, 0.005, 3),
        "mu": slider("population", "population mean μ (dex)", -0.1, -0.65, 0.35, 0.005, 3),
        "J": whole_slider("likelihood", "number of stars J", 40, 1, 200),
    }
    fixed = {
        "truth": {"mu": -0.15, "tau": 0.08},
        "quantity": "[Fe/H]",
        "unit": "dex",
        "objects": ["star", "stars"],
        "bins": 25,
        "decimals": 3,
    }
    return _explorer(controls, fixed, seeds={"sky": "New stars"})


def _explorer(controls: dict[str, Control], fixed: dict[str, Any], **options: Any) -> Explorer:
    """Return the explorer whose axes end where its sliders do."""
    domains = {"domain": [controls["mu"].min, controls["mu"].max], "tallest": controls["tau"].max}
    opening = {name: control.value for name, control in controls.items()}
    return Explorer(QUESTION, controls, MarginalisationFigure(**opening, fixed=fixed | domains), **options)
