import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from lecturekit import Measurements, NormalHierarchy, datasets, exact, mcmc
from lecturekit.mcmc.ensemble import rhat

MODEL = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5))
CLUSTER = datasets.open_cluster()
WRONG = 4  # the seed of a run that is long enough and wrong


@pytest.fixture(scope="module")
def truth():
    return exact.posterior(MODEL, CLUSTER)


@pytest.fixture(scope="module")
def marginal():
    return mcmc.sample(MODEL, CLUSTER, rng=np.random.default_rng(1), max_steps=20_000)


def effective_size(chain):
    return chain.steps.shape[0] * chain.steps.shape[1] / chain.autocorr_time


def test_the_marginal_chain_converges_and_agrees_with_exact(marginal, truth):
    assert marginal.converged
    assert marginal.steps.shape[0] >= 50 * marginal.autocorr_time
    # Monte Carlo error of a mean is sd / sqrt(effective draws), of a probability sqrt(p (1 - p) / effective draws). The draws
    # are thinned to half an autocorrelation time, so they hold about as much as the whole chain. Four standard errors.
    n = effective_size(marginal)
    for name in ("mu", "tau"):
        values = getattr(marginal.draws, name)
        assert abs(values.mean() - truth.mean(name)) < 4 * truth.sd(name) / np.sqrt(n)
        assert abs(values.std() / truth.sd(name) - 1) < 4 * np.sqrt(1 / n)
    p = truth.cdf("tau", 0.02)
    assert abs((marginal.steps[..., 1] < 0.02).mean() - p) < 4 * np.sqrt(p * (1 - p) / n)
    theta = marginal.draws.theta
    assert (np.abs(theta.mean(axis=0) - truth.mean("theta")) < 4 * truth.sd("theta") / np.sqrt(n)).all()


def test_a_centered_chain_of_3000_steps_does_not_converge(truth):
    with pytest.raises(mcmc.ConvergenceError, match="expected at least 50") as error:
        mcmc.sample(
            MODEL, CLUSTER, coordinates="centered", rng=np.random.default_rng(2), n_walkers=64, burn_in=1000, max_steps=3000
        )
    # About 180 steps, known from longer runs; from one run of 17 such times the estimate scatters by a third or so.
    assert 120 < error.value.autocorr_time < 270
    chain = error.value.chain
    assert chain.steps.shape == (3000, 64, 22)
    assert chain.n_ensembles == 1  # the second one waits until the first is long enough
    assert not chain.converged
    # It never reaches the neck: the exact probability is 0.079.
    assert (chain.steps[..., 1] < 0.02).mean() < 0.5 * truth.cdf("tau", 0.02)


@pytest.mark.parametrize("coordinates", ["centered", "noncentered"])
def test_the_full_chains_agree_with_exact_where_they_converge(coordinates):
    data = Measurements([1.0, 3.0, 2.0, 5.0], [0.5, 0.6, 0.4, 0.5])
    model = NormalHierarchy((2, 3), stats.gamma(4, scale=0.5))
    truth = exact.posterior(model, data)
    chain = mcmc.sample(model, data, coordinates=coordinates, rng=np.random.default_rng(3), max_steps=30_000)
    assert chain.n_ensembles == 2
    assert 1 <= chain.rhat <= 1.05
    n = effective_size(chain)
    for name in ("mu", "tau", "theta"):
        values = getattr(chain.draws, name)
        assert (np.abs(values.mean(axis=0) - truth.mean(name)) < 4 * truth.sd(name) / np.sqrt(n)).all()


SCHOOLS = NormalHierarchy((0, 20), stats.halfnorm(scale=10)), datasets.eight_schools()


def test_a_run_that_is_long_enough_and_wrong_does_not_pass():
    """A centered chain of the eight schools is 50 autocorrelation times long when it has half of the mass near tau = 0."""
    exact_below = 0.05
    neck = exact.posterior(*SCHOOLS).quantile("tau", exact_below)
    run = {"coordinates": "centered", "max_steps": 16_000, "on_unconverged": "return", "progress": False}
    pair = mcmc.sample(*SCHOOLS, rng=np.random.default_rng(WRONG), **run)
    assert pair.n_ensembles == 2  # so the first was long enough
    assert pair.steps.shape[1:] == (64, 10)
    below = [(steps[..., 1] < neck).mean() for steps in np.split(pair.steps, 2, axis=1)]
    assert below[0] < 0.7 * exact_below < below[1]
    assert pair.rhat > 1.05
    assert not pair.converged


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40, 44))
def test_no_centered_chain_of_the_cluster_passes(seed):
    """Alone, each of these passes, with P(tau < 0.02) of 0.05 to 0.06 (0.079 is exact): chapter 4 shows one."""
    with pytest.raises(mcmc.ConvergenceError, match="do not agree"):
        mcmc.sample(
            MODEL,
            CLUSTER,
            coordinates="centered",
            rng=np.random.default_rng(seed),
            n_walkers=64,
            max_steps=40_000,
            progress=False,
        )


class Fake:
    """An ensemble whose steps are given."""

    def __init__(self, steps):
        self.sampler = self
        self.steps, self.iteration = steps, len(steps)

    def get_chain(self, thin=1):
        return self.steps[thin - 1 :: thin]


@pytest.mark.parametrize(("shift", "scale", "agree"), [(0, 1, True), (0.5, 1, False), (0, 1.5, False)])
@pytest.mark.parametrize("coordinate", [0, 1])
def test_rhat_sees_a_shift_and_a_tail_of_mu_and_of_tau(coordinate, shift, scale, agree):
    ensembles = np.random.default_rng(1).normal(size=(2, 4000, 32, 5))
    ensembles[1, :, :, coordinate] = shift + scale * ensembles[1, :, :, coordinate]
    found = rhat([Fake(steps) for steps in ensembles])
    assert (found < 1.02) if agree else (found > 1.2)


def test_rhat_needs_more_than_one_ensemble_and_something_that_moves():
    steps = np.random.default_rng(1).normal(size=(100, 32, 2))
    assert np.isnan(rhat([Fake(steps)]))
    assert rhat([Fake(np.broadcast_to(steps[:1], steps.shape))] * 2) == np.inf


def test_four_marginal_ensembles_agree_with_each_other_and_with_exact(truth):
    chain = mcmc.sample(MODEL, CLUSTER, rng=np.random.default_rng(1), n_ensembles=4, progress=False)
    assert chain.n_ensembles == 4
    assert chain.steps.shape[1:] == (4 * 32, 2)
    below = (chain.steps[..., 1].reshape(len(chain.steps), 4, 32) < 0.02).mean(axis=(0, 2))
    assert abs(below.mean() - truth.cdf("tau", 0.02)) < 4 * below.std(ddof=1) / 2 + 0.005


def test_a_budget_can_be_spent_on_purpose():
    chain = mcmc.sample(MODEL, CLUSTER, rng=np.random.default_rng(4), burn_in=0, max_steps=30, on_unconverged="return")
    assert not chain.converged
    assert chain.steps.shape == (30, 32, 2)
    assert len(chain.draws) > 0


SCRIPT = """
import numpy as np
from scipy import stats
from lecturekit import NormalHierarchy, datasets, exact, mcmc
model, data = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5)), datasets.open_cluster()
chain = mcmc.sample(model, data, rng=np.random.default_rng(7), burn_in=50, max_steps=200, on_unconverged="return")
draws = exact.posterior(model, data).draws(100, rng=np.random.default_rng(7))
for part in (chain.draws.mu, chain.draws.tau, chain.draws.theta, draws.mu, draws.tau, draws.theta):
    print(part.tobytes().hex())
"""


def test_the_same_seed_gives_identical_draws_in_two_processes():
    first, second = (
        subprocess.run([sys.executable, "-W", "error", "-c", SCRIPT], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    )
    assert first == second
    assert len(first) > 10_000


def test_another_seed_gives_other_draws():
    first, second = (
        mcmc.sample(MODEL, CLUSTER, rng=np.random.default_rng(s), burn_in=5, max_steps=20, on_unconverged="return")
        for s in (1, 2)
    )
    assert not np.array_equal(first.steps, second.steps)


def test_numpys_global_generator_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    mcmc.sample(MODEL, CLUSTER, rng=np.random.default_rng(1), burn_in=5, max_steps=20, on_unconverged="return")
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"coordinates": "centred"}, "coordinates: got 'centred'; expected one of 'marginal'"),
        ({"on_unconverged": "ignore"}, "on_unconverged: got 'ignore'"),
        ({"n_walkers": 33}, "n_walkers: got 33"),
        ({"n_walkers": 2}, "n_walkers: got 2"),
        ({"n_walkers": 32, "coordinates": "centered"}, r"n_walkers: got 32.*\(44\)"),
        ({"n_ensembles": 0}, "n_ensembles: got 0"),
        ({"burn_in": -1}, "burn_in: got -1"),
        ({"max_steps": 0}, "max_steps: got 0"),
        ({"max_steps": 1e3}, "max_steps: got 1000.0"),
    ],
)
def test_what_is_wrong_is_said_at_the_call(arguments, message):
    with pytest.raises(ValueError, match=message):
        mcmc.sample(MODEL, CLUSTER, rng=np.random.default_rng(1), **arguments)


def test_rng_must_be_given_and_be_a_generator():
    with pytest.raises(TypeError, match="rng"):
        mcmc.sample(MODEL, CLUSTER)
    with pytest.raises(ValueError, match="rng: got 42"):
        mcmc.sample(MODEL, CLUSTER, rng=42)


def test_walkers_start_inside_the_support_of_any_prior():
    for tau_prior in (stats.uniform(2, 3), stats.uniform(0, 1e-6), stats.halfcauchy(scale=1e6)):
        model = NormalHierarchy((0, 1), tau_prior)
        chain = mcmc.sample(model, CLUSTER, rng=np.random.default_rng(1), burn_in=0, max_steps=1, on_unconverged="return")
        assert np.isfinite(model.log_prob_marginal(chain.steps[0], CLUSTER)).all()


def test_arviz_gets_a_chain_for_each_walker(marginal):
    posterior = marginal.to_arviz()["posterior"]
    thin = max(1, int(marginal.autocorr_time / 2))
    np.testing.assert_array_equal(posterior["tau"].values, marginal.steps[thin - 1 :: thin, :, 1].T)
    assert posterior["theta"].dims == ("chain", "draw", "object")
