"""emcee runs that know whether they converged.

Contract: `sample` returns a `Chain` only if the run is at least 50 autocorrelation times long, or if it was told to return
whatever it has. The walkers of one ensemble move with respect to each other and are not independent chains, so there is
no R-hat here: the length of the run is judged by its integrated autocorrelation time.

Source: Foreman-Mackey et al. (2013), PASP 125, 306, doi:10.1086/670067; Goodman and Weare (2010), CAMCoS 5, 65,
doi:10.2140/camcos.2010.5.65.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import emcee
import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from ._arrays import Floats, check_rng
from .draws import Draws
from .measurements import Measurements
from .model import NormalHierarchy

__all__ = ["Chain", "ConvergenceError", "sample"]

COORDINATES = ("marginal", "centered", "noncentered")
NEEDED = 50  # autocorrelation times: emcee's rule for an estimate of that time that can be trusted
FIRST_LOOK = 500  # production steps before the autocorrelation time is estimated, and at least between two estimates


@dataclass(frozen=True, eq=False)
class Chain:
    """A run of an ensemble, burn-in already left out.

    Attributes
    ----------
    draws : Draws
        One posterior draw every half autocorrelation time or so of every walker; theta is always filled in.
    steps : shape (n_steps, n_walkers, n_dim)
        Every position in the coordinates that were sampled.
    autocorr_time : float
        The longest integrated autocorrelation time of any coordinate, in steps.
    acceptance : float
        Mean fraction of accepted moves.
    converged : bool
        Whether n_steps is at least 50 autocorrelation times.
    """

    draws: Draws
    steps: Floats
    autocorr_time: float
    acceptance: float
    converged: bool

    def to_arviz(self) -> Any:
        """The draws as ArviZ takes them, with a chain for each walker, as `arviz.from_emcee` has it.

        The walkers of one ensemble are not independent: an R-hat made from them looks better than the run is.
        ImportError if ArviZ is not installed.
        """
        return self.draws.to_arviz(n_chains=self.steps.shape[1])


class ConvergenceError(RuntimeError):
    """The budget was spent before 50 autocorrelation times were reached.

    Attributes
    ----------
    autocorr_time : float
        The estimate at the end, in steps; from so short a run it is itself too small.
    chain : Chain
        What there is.
    """

    def __init__(self, message: str, chain: Chain) -> None:
        super().__init__(message)
        self.autocorr_time = chain.autocorr_time
        self.chain = chain


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


def sample(
    model: NormalHierarchy,
    data: Measurements,
    *,
    rng: np.random.Generator,
    coordinates: str = "marginal",
    n_walkers: int | None = None,
    burn_in: int = 1000,
    max_steps: int = 20_000,
    on_unconverged: str = "raise",
    progress: bool = True,
) -> Chain:
    """Sample the posterior with emcee until it has converged.

    Parameters
    ----------
    coordinates : "marginal", "centered" or "noncentered"
        Sample (mu, tau), (mu, tau, theta) or (mu, tau, eta). Whatever is sampled, the draws hold mu, tau and theta.
    n_walkers : int, optional
        Even, at least twice the dimension; when left out 32, or three times the dimension where that is more.
    burn_in : int
        Steps run first and thrown away.
    max_steps : int
        The budget of production steps. The run stops as soon as it is 50 autocorrelation times long.
    on_unconverged : "raise" or "return"
        What to do when the budget is spent first.
    progress : bool
        Show a progress bar once the run takes longer than a few seconds.

    Raises
    ------
    ConvergenceError
        If the budget is spent first, unless on_unconverged="return".
    ValueError
        If an argument is not as described.

    See Also
    --------
    lecturekit.exact.posterior : the same posterior without a chain, and without Monte Carlo error.

    Examples
    --------
    >>> from scipy import stats
    >>> from lecturekit.datasets import eight_schools
    >>> model = NormalHierarchy(mu_prior=(0, 20), tau_prior=stats.halfnorm(scale=10))
    >>> chain = sample(model, eight_schools(), rng=np.random.default_rng(1))
    >>> chain.converged, chain.draws.theta.shape[1]
    (True, 8)
    """
    check_rng(rng)
    n_dim = _check_arguments(coordinates, len(data), burn_in, max_steps, on_unconverged)
    n_walkers = max(32, 4 * ((3 * n_dim + 3) // 4)) if n_walkers is None else n_walkers
    if n_walkers % 2 or n_walkers < 2 * n_dim:
        raise ValueError(f"n_walkers: got {n_walkers}; expected an even number, at least twice the dimension ({2 * n_dim}).")
    log_prob = getattr(model, f"log_prob_{coordinates}")
    sampler = emcee.EnsembleSampler(n_walkers, n_dim, log_prob, args=(data,), moves=_StretchMove(), vectorize=True)
    # emcee draws from a legacy RandomState and silently ignores anything but a state tuple: this is the one place to seed it.
    legacy = np.random.RandomState(rng.integers(2**32, dtype=np.uint32))
    start = emcee.State(_initial(model, data, coordinates, n_walkers, n_dim, rng), random_state=legacy.get_state())
    state, autocorr_time = start, np.inf
    with tqdm(total=burn_in + max_steps, desc=f"{coordinates} chain", delay=5, leave=False, disable=not progress) as bar:
        state = _advance(sampler, state, burn_in, bar, store=False)
        sampler.reset()
        while sampler.iteration < max_steps and not NEEDED * autocorr_time <= sampler.iteration:
            # The estimate grows with the run, so going straight to where it says the end is does not overshoot.
            end = sampler.iteration + FIRST_LOOK
            end = max(end, int(NEEDED * autocorr_time) + 1) if np.isfinite(autocorr_time) else end
            end = end if end < 0.8 * max_steps else max_steps
            state = _advance(sampler, state, end - sampler.iteration, bar, store=True)
            autocorr_time = _autocorr_time(sampler)
    chain = _as_chain(model, data, coordinates, sampler, autocorr_time, rng)
    if not chain.converged and on_unconverged == "raise":
        raise ConvergenceError(
            f"the {coordinates} chain of {sampler.iteration} steps is {sampler.iteration / autocorr_time:.0f} autocorrelation "
            f"times long (about {autocorr_time:.0f} steps each, and an estimate from so short a run is too small); expected at "
            f"least {NEEDED}. "
            'Raise max_steps, choose other coordinates ("marginal" is the easiest), or use exact.posterior.',
            chain,
        )
    return chain


def _advance(sampler: emcee.EnsembleSampler, state: emcee.State, n_steps: int, bar: tqdm[Any], *, store: bool) -> emcee.State:
    """Move the ensemble on by n_steps, and say where it is then."""
    for moved in sampler.sample(state, iterations=n_steps, store=store):
        state = moved
        bar.update()
    return state


def _autocorr_time(sampler: emcee.EnsembleSampler) -> float:
    """The longest integrated autocorrelation time of any coordinate, in steps; infinite where a coordinate never moved.

    A thousand points of the chain are enough: while it has not converged, the time is over 20 of their distances.
    """
    with np.errstate(invalid="ignore"):  # 0 / 0 where nothing moved
        times = sampler.get_autocorr_time(thin=max(1, sampler.iteration // 1000), quiet=True, tol=0)
    return float(np.max(np.nan_to_num(times, nan=np.inf)))


def _check_arguments(coordinates: str, n_objects: int, burn_in: int, max_steps: int, on_unconverged: str) -> int:
    """The number of dimensions, if the arguments are right."""
    if coordinates not in COORDINATES:
        raise ValueError(f"coordinates: got {coordinates!r}; expected one of {', '.join(map(repr, COORDINATES))}.")
    if on_unconverged not in ("raise", "return"):
        raise ValueError(f"on_unconverged: got {on_unconverged!r}; expected 'raise' or 'return'.")
    for name, value, least in (("burn_in", burn_in, 0), ("max_steps", max_steps, 1)):
        if not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(f"{name}: got {value!r}; expected a whole number of steps >= {least}.")
    return 2 if coordinates == "marginal" else 2 + n_objects


def _initial(
    model: NormalHierarchy, data: Measurements, coordinates: str, n_walkers: int, n_dim: int, rng: np.random.Generator
) -> Floats:
    """Walkers spread like crude estimates of mu, tau and theta, all inside the prior's support."""
    spread = data.y.std() + np.median(data.sigma)
    low, high = model.tau_prior.support()
    positions = np.empty((n_walkers, n_dim))
    positions[:, 0] = rng.normal(data.y.mean(), spread / np.sqrt(len(data)), n_walkers)
    # Mirrored at the support's ends rather than clipped: no two walkers may coincide.
    positions[:, 1] = low + np.abs(rng.normal(0, min(spread, 0.2 * (high - low)), n_walkers))
    if coordinates == "centered":
        positions[:, 2:] = rng.normal(data.y, 0.5 * data.sigma, (n_walkers, len(data)))
    elif coordinates == "noncentered":
        positions[:, 2:] = rng.normal(0, 1, (n_walkers, len(data)))
    return positions


def _as_chain(
    model: NormalHierarchy,
    data: Measurements,
    coordinates: str,
    sampler: emcee.EnsembleSampler,
    autocorr_time: float,
    rng: np.random.Generator,
) -> Chain:
    steps = sampler.get_chain()
    thin = max(1, int(autocorr_time / 2)) if np.isfinite(autocorr_time) else 1
    flat = steps[thin - 1 :: thin].reshape(-1, steps.shape[-1])
    mu, tau = flat[:, 0], flat[:, 1]
    if coordinates == "marginal":
        theta = rng.normal(*model.theta_given(mu, tau, data))  # exact, and free
    elif coordinates == "centered":
        theta = flat[:, 2:]
    else:
        theta = mu[:, None] + tau[:, None] * flat[:, 2:]
    converged = bool(NEEDED * autocorr_time <= len(steps))
    return Chain(Draws(mu, tau, theta), steps, autocorr_time, float(sampler.acceptance_fraction.mean()), converged)
