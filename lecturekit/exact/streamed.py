"""The posterior given data of many objects: what is different where they are summed in bins, or do not fit in memory."""

from __future__ import annotations

from collections.abc import Iterator

from .._arrays import Floats
from ..model import NormalHierarchy
from .posterior import HyperPosterior, TauDensity, first_guess
from .quadrature import find_peak
from .sums import BinnedLikelihood, Sums
from .survey import Survey

__all__ = ["StreamedPosterior", "binned"]


def binned(model: NormalHierarchy, sums: Sums) -> tuple[BinnedLikelihood, float]:
    """Return the likelihood of sums, to its full precision near the peak of p(tau | y), and a tau near that peak."""
    guess, spread = first_guess(model, sums.scales), sums.scales[-1]
    # At a tau above the spread of y no misfit is larger than J: none hides that at the peak behind its round-off.
    rough = BinnedLikelihood(sums, max(guess, spread))
    peak = find_peak(TauDensity(model, rough), guess, model.tau_prior.support())
    return BinnedLikelihood(sums, peak), peak


class StreamedPosterior(HyperPosterior):
    """What `posterior` returns for data in chunks: "mu" and "tau" as `ExactPosterior`, and theta chunk by chunk.

    Attributes
    ----------
    data : Survey
        The chunks.
    log_evidence : float
        ln p(y), normalized.
    error : float
        The largest estimated error of any mean, sd or quantile of mu and tau, in posterior sd.
    """

    NAMES = '"mu" or "tau"; theta comes from theta_chunks()'

    def __init__(self, model: NormalHierarchy, data: Survey) -> None:
        super().__init__(model, *binned(model, data.sums()))
        self.data = data

    def theta_chunks(self) -> Iterator[tuple[Floats, Floats]]:
        """Posterior mean and sd of theta, (n,) each, for one chunk of the data after the other, in their order."""
        for y, sigma in self.data.chunks():
            theta = self._theta(y, sigma)
            yield theta.mean(), theta.sd()
