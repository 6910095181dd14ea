"""Data in chunks: the same posterior however they are cut, whatever they come as, and what is wrong is said."""

import signal
import sys
import threading
import time
from functools import partial
from pathlib import Path

import cloudpickle
import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from distributed import Client
from scipy import stats

from lecturekit import Measurements, NormalHierarchy, exact
from lecturekit.exact.survey import open_survey
from tests.workers import PATIENCE, wait_until

MODEL = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5))
WIDE = NormalHierarchy((1e8, 1e4), stats.halfnorm(scale=10))


def pairs(y, sigma, edges):
    return [(y[a:b], sigma[a:b]) for a, b in zip([0, *edges], [*edges, y.size], strict=True)]


def cuts(y, sigma) -> dict[str, list]:
    """Ten ways of cutting the same objects."""
    n, rng = y.size, np.random.default_rng(11)
    shuffled, by_y, by_sigma = rng.permutation(n), np.argsort(y), np.argsort(sigma)
    return {
        "whole": pairs(y, sigma, []),
        "halves": pairs(y, sigma, [n // 2]),
        "one object each": pairs(y, sigma, range(1, n)),
        "one, then the rest": pairs(y, sigma, [1]),
        "unequal": pairs(y, sigma, np.sort(rng.choice(np.arange(1, n), 20, replace=False))),
        "shuffled": pairs(y[shuffled], sigma[shuffled], range(100, n, 100)),
        "sorted by y": pairs(y[by_y], sigma[by_y], range(100, n, 100)),
        "sorted by sigma": pairs(y[by_sigma], sigma[by_sigma], range(100, n, 100)),
        "backwards": pairs(y[::-1], sigma[::-1], range(7, n, 700)),
        "Measurements": [Measurements(*pair) for pair in pairs(y, sigma, range(500, n, 500))],
    }


def figures(posterior) -> np.ndarray:
    """Mean, sd and quantiles of mu and tau, and the log evidence."""
    levels = [0.025, 0.5, 0.975]
    by_name = [[posterior.mean(name), posterior.sd(name), *posterior.quantile(name, levels)] for name in ("mu", "tau")]
    return np.array([*np.ravel(by_name), posterior.log_evidence])


def survey_like(seed, n, offset=0.0, decades=(-1.5, -0.5), tau=0.1):
    rng = np.random.default_rng(seed)
    sigma = 10 ** rng.uniform(*decades, n)
    return offset + rng.normal(0, np.hypot(sigma, tau)), sigma


PROBLEMS = {
    "a survey": (MODEL, *survey_like(1, 3000)),
    "near 1e8": (WIDE, *survey_like(2, 3000, offset=1e8, tau=2.0)),
    "errors over twelve decades": (NormalHierarchy((0, 1e3), stats.halfnorm(scale=10)), *survey_like(3, 3000, 0, (-6, 6), 1.0)),
    "a few exposure times": (MODEL, survey_like(4, 3000)[0], np.random.default_rng(4).choice([0.03, 0.1, 0.25], 3000)),
}


@pytest.mark.parametrize("block", [None, 64])
@pytest.mark.parametrize(("model", "y", "sigma"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_ten_ways_of_cutting_have_one_posterior(model, y, sigma, block, monkeypatch):
    if block:  # so few objects at a time that small chunks are not put together, and groups are merged
        monkeypatch.setattr("lecturekit.exact.survey.GROUP", block)
        monkeypatch.setattr("lecturekit.exact.sums.GROUP", block)
        monkeypatch.setattr("lecturekit.exact.sums.BLOCK", block // 4)
    posterior = exact.posterior(model, Measurements(y, sigma))
    in_memory, floor = figures(posterior), 1e-12 * posterior.sd("mu")  # the mean of mu may lie at zero
    for name, chunks in cuts(y, sigma).items():
        np.testing.assert_allclose(figures(exact.posterior(model, chunks)), in_memory, rtol=1e-10, atol=floor, err_msg=name)


def test_theta_streams_in_the_chunks_and_the_order_of_the_data():
    y, sigma = survey_like(5, 700)
    posterior, chunks = exact.posterior(MODEL, Measurements(y, sigma)), pairs(y, sigma, [1, 300, 650])
    streamed = list(exact.posterior(MODEL, chunks).theta_chunks())
    assert [mean.size for mean, _ in streamed] == [1, 299, 350, 50]
    np.testing.assert_allclose(np.concatenate([mean for mean, _ in streamed]), posterior.mean("theta"), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(np.concatenate([sd for _, sd in streamed]), posterior.sd("theta"), rtol=1e-9)


def memory_map(folder: Path, y, sigma) -> np.ndarray:
    np.save(folder / "rows.npy", np.column_stack([y, sigma]))
    return np.load(folder / "rows.npy", mmap_mode="r")


def structured_map(folder: Path, y, sigma) -> np.ndarray:
    table = np.empty(y.size, [("id", ">i4"), ("sigma", ">f8"), ("y", ">f8")])  # as FITS stores them
    table["y"], table["sigma"] = y, sigma
    np.save(folder / "table.npy", table)
    return np.load(folder / "table.npy", mmap_mode="r")


def dask_array(folder: Path, y, sigma):
    return da.from_array(np.column_stack([y, sigma]), chunks=(170, 1))


def dask_dataframe(folder: Path, y, sigma):
    frame = dd.from_pandas(pd.DataFrame({"star": 7, "sigma": sigma, "y": y}), npartitions=6)
    return frame[frame["y"] > -np.inf]


def parquet(folder: Path, y, sigma) -> Path:
    dask_dataframe(folder, y, sigma).to_parquet(folder / "stars")
    return folder / "stars"


KINDS = [memory_map, structured_map, dask_array, dask_dataframe, parquet]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_data_has_the_posterior_of_the_data_in_memory(kind, tmp_path):
    y, sigma = survey_like(6, 1000)
    in_memory, posterior = exact.posterior(MODEL, Measurements(y, sigma)), exact.posterior(MODEL, kind(tmp_path, y, sigma))
    np.testing.assert_allclose(figures(posterior), figures(in_memory), rtol=1e-10)
    theta = np.concatenate([mean for mean, _ in posterior.theta_chunks()])
    np.testing.assert_allclose(theta, in_memory.mean("theta"), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_value_is_named_by_its_index_in_the_whole_data(kind, tmp_path):
    y, sigma = survey_like(7, 1000)
    sigma[777] = -1.0
    with pytest.raises(ValueError, match=r"sigma\[777\] = -1.0: expected a standard error > 0"):
        exact.posterior(MODEL, kind(tmp_path, y, sigma))


def test_a_bad_value_in_a_chunk_is_named_with_the_chunk():
    y, sigma = survey_like(8, 100)
    y[42] = np.nan
    with pytest.raises(ValueError, match=r"chunk 4: y\[42\] = nan: expected a finite number"):
        exact.posterior(MODEL, pairs(y, sigma, range(10, 100, 10)))
    with pytest.raises(ValueError, match=r"chunk 1: sigma: got length 1, but y has length 2"):
        exact.posterior(MODEL, [([1.0], [1.0]), ([1.0, 2.0], [1.0])])
    with pytest.raises(ValueError, match=r"chunk 0: got list; expected Measurements or \(y, sigma\)"):
        exact.posterior(MODEL, [[1.0, 2.0]])


def test_empty_chunks_are_passed_over_and_nothing_at_all_is_refused():
    y, sigma = survey_like(9, 50)
    posterior = exact.posterior(MODEL, [([], []), (y, sigma), ([], [])])
    assert posterior.mean("tau") == pytest.approx(exact.posterior(MODEL, Measurements(y, sigma)).mean("tau"), rel=1e-10)
    assert [mean.size for mean, _ in posterior.theta_chunks()] == [0, 50, 0]
    for nothing in ([], [([], [])], np.empty((0, 2))):
        with pytest.raises(ValueError, match="got no objects"):
            exact.posterior(MODEL, nothing)


def test_what_cannot_be_gone_through_again_is_refused():
    chunks = [([1.0, 2.0], [1.0, 1.0])]
    with pytest.raises(ValueError, match="got generator, which can be gone through only once"):
        exact.posterior(MODEL, (chunk for chunk in chunks))
    with pytest.raises(ValueError, match="got int; expected Measurements"):
        exact.posterior(MODEL, 3)
    with pytest.raises(ValueError, match=r"got an array of shape \(0,\); expected \(J, 2\)"):
        exact.posterior(MODEL, np.ones(5))
    with pytest.raises(ValueError, match="got the columns y, error; expected y and sigma"):
        exact.posterior(MODEL, np.ones(5, [("y", float), ("error", float)]))
    with pytest.raises(ValueError, match="there is nothing at"):
        open_survey("no/such/folder")


def test_theta_of_all_objects_needs_them_in_memory():
    posterior = exact.posterior(MODEL, [survey_like(10, 50)])
    for ask in (posterior.mean, posterior.sd, partial(posterior.quantile, q=0.5), partial(posterior.cdf, x=0.0)):
        with pytest.raises(ValueError, match=r"name: got 'theta'; expected .*theta comes from theta_chunks\(\)"):
            ask("theta")
    assert not hasattr(posterior, "draws")


def counted(rows: np.ndarray, note: str, pause: float) -> np.ndarray:
    """The same rows, slowly, with a line in a file for each time that they are asked for."""
    with open(note, "a", encoding="utf-8") as file:
        file.write("x")
    time.sleep(pause)
    return rows


@pytest.mark.slow
def test_a_cluster_gives_the_same_posterior_though_one_of_its_workers_is_killed(cluster, tmp_path):
    address, workers = cluster
    y, sigma = survey_like(12, 4000)
    note = tmp_path / "asked.txt"
    rows = da.from_array(np.column_stack([y, sigma]), chunks=(100, 2))
    with Client(address) as client:
        client.wait_for_workers(2, timeout=PATIENCE)
        cloudpickle.register_pickle_by_value(sys.modules[__name__])  # the workers need not have the tests
        slow = rows.map_blocks(counted, note=str(note), pause=0.1, dtype=float, meta=np.empty((0, 2)))
        killer = threading.Thread(
            target=lambda: (
                wait_until(lambda: note.exists() and note.stat().st_size >= 15),
                workers[0].send_signal(signal.SIGKILL),
            )
        )
        killer.start()
        survived = figures(exact.posterior(MODEL, slow))
        killer.join()
        assert workers[0].wait(timeout=PATIENCE) == -signal.SIGKILL
        assert workers[1].poll() is None
    assert note.stat().st_size > 40  # what the worker had done was done again
    np.testing.assert_allclose(survived, figures(exact.posterior(MODEL, Measurements(y, sigma))), rtol=1e-10)
