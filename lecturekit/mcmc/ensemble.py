"""One ensemble of emcee's, from its start; and whether several of them agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import emcee
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata
from tqdm.auto import tqdm

from .._arrays import Floats
from ..measurements import Measurements
from ..model import NormalHierarchy

__all__ = ["Ensemble", "rhat"]

# Of a run, for its autocorrelation time and R-hat. While it has not converged, that time is over 20 of their distances.
POINTS = 1000


class _StretchMove(emcee.moves.StretchMove):  # type: ignore[misc]  # emcee has no types
    """emcee's stretch move, with half of the walkers evaluated and accepted in one go: the same chain law, much faster."""

    def propose(self, model: Any, state: emcee.State) -> tuple[emcee.State, NDArray[np.bool_]]:
        accepted = np.zeros(len(state.coords), dtype=bool)
        halves = np.array_split(model.random.permutation(len(accepted)), 2)
        for half, others in (halves, halves[::-1]):
            proposal, log_stretch = self.get_proposal(state.coords[half], [state.coords[others]], model.random)
            log_prob = model.log_prob_fn(proposal)
            accept = -model.random.standard_exponential(half.size) < log_stretch + log_prob - state.log_prob[half]
            moved = half[accept]
            state.coords[moved], state.log_prob[moved], accepted[moved] = proposal[accept], log_prob[accept], True
        return state, accepted


class Ensemble:
    """A run of emcee that can be continued.

    Parameters
    ----------
    pooled : bool
        Start in the neck of the funnel, with a tau near zero and every theta_j near mu; else far from it, with every theta_j
        near its y_j and a tau of any size up to the scatter of the data.
    """

    def __init__(
        self,
        model: NormalHierarchy,
        data: Measurements,
        coordinates: str,
        n_walkers: int,
        *,
        pooled: bool,
        rng: np.random.Generator,
        bar: tqdm[Any],
    ) -> None:
        # emcee draws from a legacy RandomState and silently ignores anything but a state tuple. This is the place to seed it.
        legacy = np.random.RandomState(rng.integers(2**32, dtype=np.uint32))
        start = _start(model, data, coordinates, n_walkers, pooled, rng)
        self._state = emcee.State(start, random_state=legacy.get_state())
        self._bar = bar
        self.sampler = emcee.EnsembleSampler(
            n_walkers,
            start.shape[1],
            getattr(model, f"log_prob_{coordinates}"),
            args=(data,),
            moves=_StretchMove(),
            vectorize=True,
        )

    def burn_in(self, n_steps: int) -> None:
        """Move the walkers on by n_steps, and forget the way."""
        self._advance(n_steps, store=False)
        self.sampler.reset()

    def run_to(self, n_steps: int) -> None:
        """Continue the run until it has n_steps."""
        self._advance(n_steps - self.sampler.iteration, store=True)

    def _advance(self, n_steps: int, *, store: bool) -> None:
        for moved in self.sampler.sample(self._state, iterations=n_steps, store=store):
            self._state = moved
            self._bar.update()

    def autocorr_time(self) -> float:
        """The longest integrated autocorrelation time of any coordinate, in steps; infinite where a coordinate never moved."""
        with np.errstate(invalid="ignore"):  # 0 / 0 where nothing moved
            times = self.sampler.get_autocorr_time(thin=max(1, self.sampler.iteration // POINTS), quiet=True, tol=0)
        return float(np.max(np.nan_to_num(times, nan=np.inf)))


def _start(
    model: NormalHierarchy, data: Measurements, coordinates: str, n_walkers: int, pooled: bool, rng: np.random.Generator
) -> Floats:
    """Walkers (n_walkers, n_dim) inside the prior's support, no two alike; the same stars whatever the coordinates."""
    spread = data.y.std() + np.median(data.sigma)
    low, high = model.tau_prior.support()
    width = min(spread, 0.2 * (high - low))
    mu = rng.normal(data.y.mean(), spread / np.sqrt(len(data)), n_walkers)
    if pooled:
        tau = low + _smallest(model, data, low, width) * rng.uniform(0.5, 1, n_walkers)
    else:  # mirrored at the support's end rather than clipped: no two walkers may coincide
        tau = low + np.abs(rng.normal(0, width, n_walkers))
    if coordinates == "marginal":
        return np.column_stack([mu, tau])
    shape = n_walkers, len(data)
    theta = rng.normal(mu[:, None], tau[:, None], shape) if pooled else rng.normal(data.y, 0.5 * data.sigma, shape)
    objects = theta if coordinates == "centered" else (theta - mu[:, None]) / tau[:, None]
    return np.column_stack([mu, tau, objects])


def _smallest(model: NormalHierarchy, data: Measurements, low: float, width: float) -> float:
    """The smallest tau, above the support's end, that the data do not rule out: further down walkers would be lost for good."""
    above = width * np.geomspace(0.02, 1, 50)
    mu = np.full(above.size, data.y.mean())
    log_prob = np.asarray(model.log_prob_marginal(np.column_stack([mu, low + above]), data))
    return float(above[np.argmax(log_prob > log_prob.max() - 4)])


def rhat(ensembles: Sequence[Ensemble]) -> float:
    """R-hat between ensembles of the same length: the largest for mu, tau and their tails; NaN for a single ensemble.

    The walkers of an ensemble are not independent chains, but what an ensemble says at one step is a function of the one chain
    that it is. So each step counts as three numbers, averages over its walkers: of the rank-normalized values, and of whether
    a value is among the lowest and among the highest twentieth of all. R-hat compares their means between the halves of all
    ensembles with their scatter within a half.

    Source: Vehtari et al. (2021), Bayesian Analysis 16, 667, doi:10.1214/20-BA1221, for rank normalization, halves and tails.
    """
    if len(ensembles) == 1:
        return np.nan
    thin = max(1, ensembles[0].sampler.iteration // POINTS)
    steps = np.stack([ensemble.sampler.get_chain(thin=thin)[..., :2] for ensemble in ensembles], axis=1)  # (n, E, W, 2)
    worst = 0.0
    for values in np.moveaxis(steps, -1, 0):
        place = (rankdata(values).reshape(values.shape) - 0.375) / (values.size + 0.25)
        for summary in (ndtri(place), place < 0.05, place > 0.95):
            worst = max(worst, _split_rhat(summary.mean(axis=-1)))
    return worst


def _split_rhat(values: Floats) -> float:
    """R-hat between the halves of chains (n_steps, n_chains); infinite if nothing varies within them."""
    half = len(values) // 2
    halves = np.concatenate([values[:half], values[half : 2 * half]], axis=1)
    within, between = halves.var(axis=0, ddof=1).mean(), halves.mean(axis=0).var(ddof=1)
    return float(np.sqrt(1 - 1 / half + between / within)) if within > 0 else np.inf
