"""The notation page says what lecturekit does: every name exists, and every array has the shape that the page gives."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import halfnorm

from lecturekit import Measurements, NormalHierarchy, datasets, exact, explore, mcmc, predictive

PAGE = Path("chapters/notation.md").read_text(encoding="utf-8")
ROWS = [re.split(r"\s*\|\s*", line)[1:-1] for line in PAGE.splitlines() if line.startswith("| ")]
NAMED = [(code.strip("`"), shape.strip("`")) for _, _, code, shape, *_ in ROWS if code.startswith("`")]


@pytest.fixture(scope="module")
def names() -> dict[str, object]:
    """Return what the page's first paragraph says that its names stand for."""
    data, rng = datasets.open_cluster(), np.random.default_rng(1)
    model = NormalHierarchy((0, 1), halfnorm(scale=0.5))
    chain = mcmc.sample(model, data, rng=rng, burn_in=10, max_steps=500, on_unconverged="return", progress=False)
    steps = dict(zip(("n_steps", "n_walkers", "n_dim"), chain.steps.shape, strict=True))
    modules = {module.__name__.split(".")[-1]: module for module in (datasets, exact, explore, mcmc, predictive)}
    values = {"sn": datasets.csp_supernovae(), "rng": rng, "J": len(data), "n": len(chain.draws), "Measurements": Measurements}
    objects = {"data": data, "model": model, "post": exact.posterior(model, data), "chain": chain, "draws": chain.draws}
    return objects | modules | steps | values


def test_the_tables_are_found():
    assert len(NAMED) > 25
    assert all(len(row) == 6 for row in ROWS)


@pytest.mark.parametrize(("code", "shape"), NAMED, ids=[code for code, _ in NAMED])
def test_every_name_exists_and_has_its_shape(code, shape, names):
    if code.startswith("sn."):
        names = names | {"J": len(names["sn"])}
    value = eval(code, {}, names)
    if shape:
        assert np.shape(value) == eval(shape, {}, names)


def test_every_name_in_the_text_exists(names):
    text = "\n".join(line for line in PAGE.splitlines() if not line.startswith("|"))
    codes = [code for code in re.findall(r"`([^`]+)`", text) if "." in code]
    assert "data.truth.tau" in codes
    for code in codes:
        assert eval(code, {}, names) is not None
