"""NumPyro's NUTS, compiled by XLA, in 64 bits as everyone. The variant names the coordinates.

The kernel is stepped by `jax.lax.scan` rather than by `numpyro.infer.MCMC`: so the program can be compiled ahead, which tells
compilation from running, and tau alone is kept, which saves memory.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import numpy as np
import numpyro
from numpy.typing import NDArray
from numpyro import distributions as dist
from numpyro.infer import NUTS

from benchmarks.methods.problem import CHAINS, DRAWS, MU_PRIOR, SEED, TAU_SCALE
from lecturekit import Measurements

WARM_UP = 1000


def hierarchy(variant: str, y: jax.Array, sigma: jax.Array) -> None:
    """The Normal hierarchy in centered or noncentered coordinates; y and sigma (J,)."""
    mu = numpyro.sample("mu", dist.Normal(*MU_PRIOR))
    tau = numpyro.sample("tau", dist.HalfNormal(TAU_SCALE))
    with numpyro.plate("objects", len(y)):
        if variant == "centered":
            theta = numpyro.sample("theta", dist.Normal(mu, tau))
        else:
            theta = mu + tau * numpyro.sample("eta", dist.Normal(0, 1))
        numpyro.sample("y", dist.Normal(theta, sigma), obs=y)


def prepare(data: Measurements, variant: str) -> Callable[[], NDArray[np.float64]]:
    """The run: one chain after the other."""
    numpyro.enable_x64()
    measured = (variant, jax.numpy.asarray(data.y), jax.numpy.asarray(data.sigma))
    kernel = NUTS(hierarchy)
    keys = jax.random.split(jax.random.key(SEED), CHAINS)
    starts = [kernel.init(key, WARM_UP, None, measured, {}) for key in keys]
    constrained = kernel.postprocess_fn(measured, {})

    def step(state: tuple, _: None) -> tuple[tuple, jax.Array]:
        state = kernel.sample(state, measured, {})
        return state, constrained(state.z)["tau"]

    def chain(state: tuple) -> jax.Array:
        return jax.lax.scan(step, state, None, length=WARM_UP + DRAWS)[1][WARM_UP:]

    compiled = jax.jit(chain).lower(starts[0]).compile()
    return lambda: np.stack([compiled(start) for start in starts])
