"""Replicated data against the observed data, with the noise and without."""

from __future__ import annotations

import numpy as np
import traitlets

from ..datasets import open_cluster
from ..measurements import Measurements
from .base import Explorer, Figure, checkbox, dropdown, nice_step, slider
from .modules import compose

__all__ = ["predictive_check"]

#: What is computed of a data set: its name in math/predictive_check.js, and the fewest objects that it makes sense for.
DISCREPANCIES = {
    "standard deviation": ("sd", 2),
    "mean": ("mean", 1),
    "largest value": ("largest", 1),
    "farthest from the mean": ("farthest", 2),
    "skewness": ("skewness", 3),
    "kurtosis": ("kurtosis", 4),
    "largest |z|": ("z", 1),
}


class PredictiveCheckFigure(Figure):
    """Cumulative distributions of observed and replicated data, and a discrepancy of both."""

    _esm = compose("predictive_check.js")
    tau = traitlets.Float().tag(sync=True)
    sigma = traitlets.Float().tag(sync=True)
    noise = traitlets.Bool().tag(sync=True)
    discrepancy = traitlets.Int().tag(sync=True)
    replication = traitlets.Int(1).tag(sync=True)


def predictive_check(data: Measurements | None = None) -> Explorer:
    """Explore whether a population makes data like those observed: replications, a discrepancy and its p-value.

    Each replication measures J new objects of N(mu, tau**2) with the same errors, or, with the noise left out, takes their
    true values for data. tau stands where its slider does, and mu at the mean of the data weighted by
    1 / (tau**2 + sigma_j**2): a check at one point, not averaged over the posterior as `predictive.p_value` of draws is.
    The same random numbers serve every setting. There are 400 replications, and fewer, down to 100, beyond 30 objects.
    Source: Gelman, Meng and Stern (1996), Stat. Sinica 6, 733.

    Parameters
    ----------
    data : Measurements, optional
        J >= 1 measured values with their errors, in any unit. Left out, the 20 stars of `datasets.open_cluster`.

    Returns
    -------
    Explorer
        With controls "tau", in the unit of the data; "sigma", a factor on the stated errors; "noise", whether replications
        have it; and "discrepancy". The z of the last one is (y_j - mu) / sqrt(tau**2 + sigma_j**2). A discrepancy that
        needs more objects than there are says so. A button counts up the trait ``figure.replication``, the seed.

    Raises
    ------
    TypeError
        If data are not `Measurements`.

    Examples
    --------
    >>> list(predictive_check().controls)
    ['tau', 'sigma', 'discrepancy', 'noise']
    """
    data = open_cluster() if data is None else data
    if not isinstance(data, Measurements):
        raise TypeError(f"data: got {type(data).__name__}; expected Measurements. Make them with Measurements(y, sigma).")
    variance, noise = data.y.var(ddof=len(data) > 1), np.mean(data.sigma**2)
    spread, center = np.sqrt(variance + noise), data.y.mean()
    step, digits = nice_step(spread / 40, ())
    unit = f" ({data.unit})" if data.unit else ""
    tau = np.sqrt(max(0.0, variance - noise))
    opening = "standard deviation" if len(data) > 1 else "largest |z|"
    controls = {
        "tau": slider("population", f"population sd τ{unit}", tau, 0.0, 1.75 * spread, step, digits),
        "sigma": slider("likelihood", "factor on the errors σ", 1.0, 0.05, 3.0, 0.05, 2),
        "discrepancy": dropdown("discrepancy", DISCREPANCIES, opening),
        "noise": checkbox("replications carry noise", False),
    }
    figure = PredictiveCheckFigure(
        **{name: control.value for name, control in controls.items() if name != "discrepancy"},
        discrepancy=controls["discrepancy"].index,
        fixed={
            "y": data.y.tolist(),
            "error": data.sigma.tolist(),
            "quantity": data.quantity.replace("$", ""),
            "unit": data.unit,
            "decimals": max(0, digits),
            "spread": spread,
            "domain": [min(data.y.min(), center - 2.6 * spread), max(data.y.max(), center + 2.6 * spread)],
            "discrepancies": [{"label": label, "name": name, "least": least} for label, (name, least) in DISCREPANCIES.items()],
        },
    )
    return Explorer(
        "Each replication below is a set of new true values, without noise, and the black line is the measured data. Which "
        "p-value will the standard deviation have once every replication is measured with its errors, about 0, 0.5 or 1? "
        "And could a larger τ have made the same repair?",
        controls,
        figure,
        seeds={"replication": "New replications"},
    )
