"""emcee runs that know what speaks against them.

Contract: `sample` returns a `Chain` only if nothing that it asks speaks against the run, or if it was told to return whatever
it has. It asks two things. The run must be at least 50 autocorrelation times long: necessary, not sufficient, for that time is
estimated from the run, and a run that stays out of a region does not know how long the way there is. So in coordinates of
J + 2 dimensions a second ensemble starts at the other end of the posterior, and both must agree: R-hat between ensembles. The
walkers of one ensemble move with respect to each other and are not independent chains: there is no R-hat between them.

`ensemble.py` has the runs and R-hat. All this is for a `NormalHierarchy`. For a model of your own call emcee directly, as the
chapter on metallicities does, and ask the same two things.

Source: Foreman-Mackey et al. (2013), PASP 125, 306, doi:10.1086/670067; Goodman and Weare (2010), CAMCoS 5, 65,
doi:10.2140/camcos.2010.5.65; Vehtari et al. (2021), Bayesian Analysis 16, 667, doi:10.1214/20-BA1221.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm.auto import tqdm

from .._arrays import Floats, check_rng
from ..draws import Draws
from ..measurements import Measurements
from ..model import NormalHierarchy
from .ensemble import Ensemble, rhat

__all__ = ["Chain", "ConvergenceError", "sample"]

COORDINATES = ("marginal", "centered", "noncentered")
NEEDED = 50  # autocorrelation times: emcee's rule for an estimate of that time that can be trusted
# R-hat of averages over walkers, which scatter less than single positions by about sqrt(n_walkers): for those, 1.01 is a looser
# limit than this. With 64 walkers the halves of the ensembles then agree to 0.04 posterior sd.
AGREED = 1.05
FIRST_LOOK = 500  # production steps before the autocorrelation time is estimated, and at least between two estimates


@dataclass(frozen=True, eq=False)
class Chain:
    """A run of one or more ensembles, burn-in already left out.

    Attributes
    ----------
    draws : Draws
        One posterior draw every half autocorrelation time or so of every walker; theta is always filled in.
    steps : shape (n_steps, n_walkers, n_dim)
        Every position in the coordinates that were sampled. Where further ensembles ran, their walkers stand behind those of
        the first.
    autocorr_time : float
        The longest integrated autocorrelation time of any coordinate, in steps.
    acceptance : float
        Mean fraction of accepted moves.
    converged : bool
        Whether n_steps is at least 50 autocorrelation times and, where more than one ensemble was asked for, R-hat between them
        at most 1.05. Both are necessary; nothing that a chain can say of itself is sufficient.
    n_ensembles : int
        How many ensembles ran, each with its share of the walkers.
    rhat : float
        The largest R-hat between the ensembles, for mu, tau and their tails; NaN for one ensemble.
    """

    draws: Draws
    steps: Floats
    autocorr_time: float
    acceptance: float
    converged: bool
    n_ensembles: int = 1
    rhat: float = np.nan

    def to_arviz(self) -> Any:
        """The draws as ArviZ takes them, with a chain for each walker, as `arviz.from_emcee` has it.

        The walkers of one ensemble are not independent: an R-hat made from them looks better than the run is.
        ImportError if ArviZ is not installed.
        """
        return self.draws.to_arviz(n_chains=self.steps.shape[1])


class ConvergenceError(RuntimeError):
    """The budget was spent before the run was 50 autocorrelation times long, or before its ensembles agreed.

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


def sample(
    model: NormalHierarchy,
    data: Measurements,
    *,
    rng: np.random.Generator,
    coordinates: str = "marginal",
    n_walkers: int | None = None,
    n_ensembles: int | None = None,
    burn_in: int = 1000,
    max_steps: int = 20_000,
    on_unconverged: str = "raise",
    progress: bool = True,
) -> Chain:
    """Sample the posterior of a `NormalHierarchy` with emcee, until nothing speaks against the run.

    It takes no log density of your own: for that, call emcee directly.

    Parameters
    ----------
    coordinates : "marginal", "centered" or "noncentered"
        Sample (mu, tau), (mu, tau, theta) or (mu, tau, eta). Whatever is sampled, the draws hold mu, tau and theta.
    n_walkers : int, optional
        Of each ensemble. Even, at least twice the dimension; when left out 32, or three times the dimension where that is more.
    n_ensembles : int, optional
        When left out one in marginal coordinates and two in the others. The further ones run only after the first is 50
        autocorrelation times long. They start by turns in the neck of the funnel, at a tau near zero, and where the first did,
        far from it.
    burn_in : int
        Steps run first and thrown away, by each ensemble.
    max_steps : int
        The budget of production steps of each ensemble. They stop as soon as they are 50 autocorrelation times long and agree.
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
    if n_ensembles is None:
        n_ensembles = 1 if coordinates == "marginal" else 2
    n_dim = _check_arguments(coordinates, len(data), n_ensembles, burn_in, max_steps, on_unconverged)
    n_walkers = max(32, 4 * ((3 * n_dim + 3) // 4)) if n_walkers is None else n_walkers
    if n_walkers % 2 or n_walkers < 2 * n_dim:
        raise ValueError(f"n_walkers: got {n_walkers}; expected an even number, at least twice the dimension ({2 * n_dim}).")
    with tqdm(
        total=n_ensembles * (burn_in + max_steps), desc=f"{coordinates} chain", delay=5, leave=False, disable=not progress
    ) as bar:

        def started(k: int) -> Ensemble:
            ensemble = Ensemble(model, data, coordinates, n_walkers, pooled=k % 2 == 1, rng=rng, bar=bar)
            ensemble.burn_in(burn_in)
            return ensemble

        ensembles, end, autocorr_time, agreement = [started(0)], 0, np.inf, np.nan
        while end < max_steps and (NEEDED * autocorr_time > end or agreement > AGREED):
            # The estimate grows with the run, so going straight to where it says the end is does not overshoot.
            later = end + FIRST_LOOK if len(ensembles) == 1 else 3 * end // 2
            later = max(later, int(NEEDED * autocorr_time) + 1) if np.isfinite(autocorr_time) else later
            end = later if later < 0.8 * max_steps else max_steps
            autocorr_time = _run_to(end, ensembles)
            if NEEDED * autocorr_time <= end and len(ensembles) < n_ensembles:
                ensembles += [started(k) for k in range(1, n_ensembles)]
                autocorr_time = _run_to(end, ensembles)
            agreement = rhat(ensembles)
    chain = _as_chain(model, data, coordinates, ensembles, autocorr_time, agreement, n_ensembles, rng)
    if not chain.converged and on_unconverged == "raise":
        raise ConvergenceError(f"the {coordinates} chain of {end} steps {_objection(chain)}", chain)
    return chain


def _run_to(end: int, ensembles: Sequence[Ensemble]) -> float:
    """Continue all to the same length; returns the longest autocorrelation time."""
    for ensemble in ensembles:
        ensemble.run_to(end)
    return max(ensemble.autocorr_time() for ensemble in ensembles)


def _objection(chain: Chain) -> str:
    """What speaks against it, and what to do."""
    times = f"{len(chain.steps) / chain.autocorr_time:.0f} autocorrelation times long"
    about = f"(about {chain.autocorr_time:.0f} steps each, and an estimate from so short a run is too small)"
    if NEEDED * chain.autocorr_time > len(chain.steps):
        what = f"is {times} {about}; expected at least {NEEDED}. "
    else:
        what = (
            f"is {times}, but its {chain.n_ensembles} ensembles, which started at opposite ends, do not agree: R-hat between "
            f"them is {chain.rhat:.2f}; expected at most {AGREED}. "
        )
    return what + 'Raise max_steps, choose other coordinates ("marginal" is the easiest), or use exact.posterior.'


def _check_arguments(
    coordinates: str, n_objects: int, n_ensembles: int, burn_in: int, max_steps: int, on_unconverged: str
) -> int:
    """The number of dimensions, if the arguments are right."""
    if coordinates not in COORDINATES:
        raise ValueError(f"coordinates: got {coordinates!r}; expected one of {', '.join(map(repr, COORDINATES))}.")
    if on_unconverged not in ("raise", "return"):
        raise ValueError(f"on_unconverged: got {on_unconverged!r}; expected 'raise' or 'return'.")
    for name, value, least in (("n_ensembles", n_ensembles, 1), ("burn_in", burn_in, 0), ("max_steps", max_steps, 1)):
        if not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(f"{name}: got {value!r}; expected a whole number >= {least}.")
    return 2 if coordinates == "marginal" else 2 + n_objects


def _as_chain(
    model: NormalHierarchy,
    data: Measurements,
    coordinates: str,
    ensembles: Sequence[Ensemble],
    autocorr_time: float,
    agreement: float,
    n_ensembles: int,
    rng: np.random.Generator,
) -> Chain:
    chains = [ensemble.sampler.get_chain() for ensemble in ensembles]
    steps = (
        np.concatenate(chains, axis=1) if len(chains) > 1 else chains[0]
    )  # a long run is large: no copy where none is needed
    thin = max(1, int(autocorr_time / 2)) if np.isfinite(autocorr_time) else 1
    flat = steps[thin - 1 :: thin].reshape(-1, steps.shape[-1])
    mu, tau = flat[:, 0], flat[:, 1]
    if coordinates == "marginal":
        theta = rng.normal(*model.theta_given(mu, tau, data))  # exact, and free
    elif coordinates == "centered":
        theta = flat[:, 2:]
    else:
        theta = mu[:, None] + tau[:, None] * flat[:, 2:]
    acceptance = float(np.mean([ensemble.sampler.acceptance_fraction for ensemble in ensembles]))
    converged = bool(NEEDED * autocorr_time <= len(steps) and (n_ensembles == 1 or agreement <= AGREED))
    return Chain(Draws(mu, tau, theta), steps, autocorr_time, acceptance, converged, len(ensembles), agreement)
