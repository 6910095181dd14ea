"""What the model says data should look like: replicated data at both levels, with their noise, and checks against y.

A *same* replication measures the same objects again: y_rep_j ~ N(theta_j, sigma_j**2). A *new* one measures new objects of
the population with the same errors: theta_new ~ N(mu, tau**2), then y_rep_j ~ N(theta_new, sigma_j**2). Both carry noise,
because y does.

Source: Gelman, Meng and Stern (1996), Stat. Sinica 6, 733; Dawid (1984), J. R. Stat. Soc. A 147, 278, doi:10.2307/2981683.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr
from scipy.stats import skew

from ._arrays import Floats, check_rng
from .draws import Draws
from .measurements import Measurements

__all__ = ["DISCREPANCIES", "p_value", "pit", "replicate"]

LEVELS = ("same", "new")

#: The usual discrepancies by name, each of which takes (..., J) and returns (...).
DISCREPANCIES: dict[str, Callable[[Floats], Floats]] = {
    "mean": lambda y: np.mean(y, axis=-1),
    "sd": lambda y: np.std(y, axis=-1, ddof=1),
    "largest": lambda y: np.max(y, axis=-1),
    "smallest": lambda y: np.min(y, axis=-1),
    "skewness": lambda y: np.asarray(skew(y, axis=-1)),
    "farthest from the mean": lambda y: np.max(np.abs(y - np.mean(y, axis=-1, keepdims=True)), axis=-1),
}


def _check(draws: Draws, data: Measurements, level: str) -> None:
    if level not in LEVELS:
        raise ValueError(
            f"level: got {level!r}; expected 'same' (these objects again) or 'new' (new objects of the population)."
        )
    if draws.theta.shape[1] != len(data):
        raise ValueError(f"draws, data: got draws of {draws.theta.shape[1]} objects and data of {len(data)}; expected as many.")


def replicate(draws: Draws, data: Measurements, *, level: str, rng: np.random.Generator) -> Floats:
    """One replicated data set for each draw, noise included, (n, J), in the unit of y.

    level is "same" for the objects that were observed, "new" for as many new ones, measured with the same sigma.
    ValueError if level or rng is not as described, or if draws and data disagree on J.

    Examples
    --------
    >>> data = Measurements(y=[0.0, 1.0], sigma=[0.1, 0.1])
    >>> draws = Draws(mu=np.zeros(3), tau=np.ones(3), theta=np.zeros((3, 2)))
    >>> replicate(draws, data, level="new", rng=np.random.default_rng(1)).shape
    (3, 2)
    """
    check_rng(rng)
    _check(draws, data, level)
    theta = draws.theta if level == "same" else rng.normal(draws.mu[:, None], draws.tau[:, None], draws.theta.shape)
    return rng.normal(theta, data.sigma)


def p_value(discrepancy: Callable[[Floats], Floats], replicated: ArrayLike, y: ArrayLike) -> float:
    """Posterior predictive p-value: the fraction of replicated data sets (n, J) whose discrepancy exceeds that of y (J,).

    discrepancy takes (..., J) and returns (...); `DISCREPANCIES` has the usual ones. Ties count one half.
    It is not uniform under a true model: y was used twice, to fit and to check, which pulls it towards 0.5.

    Examples
    --------
    >>> replicated = np.array([[0.0, 1.0], [0.0, 3.0], [0.0, 5.0], [0.0, 7.0]])
    >>> p_value(DISCREPANCIES["largest"], replicated, [0.0, 4.0])
    0.5
    """
    replicated, y = np.asarray(replicated, float), np.asarray(y, float)
    if y.ndim != 1 or replicated.ndim != 2 or replicated.shape[1] != y.size:
        raise ValueError(f"replicated, y: got shapes {replicated.shape} and {y.shape}; expected (n, J) and (J,).")
    simulated, observed = discrepancy(replicated), discrepancy(y)
    return float(np.mean(simulated > observed) + 0.5 * np.mean(simulated == observed))


def pit(draws: Draws, data: Measurements, *, level: str) -> Floats:
    """Probability integral transform: P(y_rep_j < y_j) for each object, (J,), averaged over the draws without simulation.

    For level "new" and a right model the J values are spread nearly evenly over 0 to 1; the double use of y pulls them
    slightly to the middle. For level "same" it does so strongly, since each theta_j has already followed its own y_j.

    See Also
    --------
    lecturekit.plots.pit : draws the values against an even spread.

    Examples
    --------
    >>> draws = Draws(mu=np.zeros(1), tau=np.zeros(1), theta=np.zeros((1, 2)))
    >>> pit(draws, Measurements(y=[0.0, 1.0], sigma=[1.0, 1.0]), level="new").round(2).tolist()
    [0.5, 0.84]
    """
    _check(draws, data, level)
    if level == "same":
        z = (data.y - draws.theta) / data.sigma
    else:
        z = (data.y - draws.mu[:, None]) / np.hypot(data.sigma, draws.tau[:, None])
    below: Floats = ndtr(z).mean(axis=0)
    return below
