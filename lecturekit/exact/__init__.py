"""The posterior of the Normal hierarchy without a chain: `posterior` is the one door.

`posterior.py` is the argument, for data in memory, to be read from top to bottom. It stands on `quadrature` (one density of
one positive variable) and `mixture` (of Normals). `sums`, `survey` and `streamed` serve data of many objects.
"""

from __future__ import annotations

from typing import overload

from ..measurements import Measurements
from ..model import NormalHierarchy
from .panels import QuadratureError
from .posterior import EachObject, ExactPosterior, TauDensity, first_guess
from .quadrature import find_peak
from .streamed import StreamedPosterior, binned
from .sums import in_bins
from .survey import Chunks, open_survey

__all__ = ["ExactPosterior", "QuadratureError", "StreamedPosterior", "posterior"]

FEW = 5000  # objects, up to which the likelihood is summed over each of them at every tau


@overload
def posterior(model: NormalHierarchy, data: Measurements) -> ExactPosterior: ...
@overload
def posterior(model: NormalHierarchy, data: Chunks) -> StreamedPosterior: ...


def posterior(model: NormalHierarchy, data: Measurements | Chunks) -> ExactPosterior | StreamedPosterior:
    """The exact posterior of mu, tau and theta.

    Cost grows linearly in J; memory beyond the data does not grow with J.

    Parameters
    ----------
    model : NormalHierarchy
        The priors.
    data : Measurements, or data that do not fit in memory
        A list, or another iterable that can be gone through again, of chunks: each Measurements or a pair (y, sigma) of
        arrays; a memory map or Dask array of shape (J, 2) with the columns y and sigma; a memory map with these fields;
        a Dask dataframe, or the path of a Parquet folder, with these columns. Then the result is a `StreamedPosterior`.

    Raises
    ------
    ValueError
        If the data are none of these, or a value is not finite or a sigma not positive: names its index in the whole data.
        If sigma and y span more than 100 decades.
    QuadratureError
        If the estimated error of a mean, sd or quantile of mu or tau stays above 1e-4 posterior sd.

    See Also
    --------
    lecturekit.mcmc.sample : draws of the same posterior by a chain.

    Examples
    --------
    >>> from scipy import stats
    >>> from lecturekit.datasets import eight_schools
    >>> exact = posterior(NormalHierarchy(mu_prior=(0, 20), tau_prior=stats.halfnorm(scale=10)), eight_schools())
    >>> round(exact.mean("mu"), 2), exact.quantile("tau", [0.16, 0.84]).round(2).tolist()
    (7.45, [1.2, 8.43])
    >>> exact.mean("theta").round(1).tolist()
    [9.8, 7.6, 6.4, 7.4, 5.5, 6.3, 9.5, 7.8]
    """
    if not isinstance(data, Measurements):
        return StreamedPosterior(model, open_survey(data))
    found = _summed(model, data) if len(data) <= FEW else binned(model, in_bins(data.y, data.sigma))
    return ExactPosterior(model, data, *found)


def _summed(model: NormalHierarchy, data: Measurements) -> tuple[EachObject, float]:
    """Return the likelihood of a few objects, and a tau near the peak of p(tau | y)."""
    likelihood = EachObject(data)
    guess = first_guess(model, likelihood.scales)
    return likelihood, find_peak(TauDensity(model, likelihood), guess, model.tau_prior.support())
