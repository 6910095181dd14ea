import sys

import arviz
import numpy as np
import pytest

from lecturekit import Draws


@pytest.fixture
def draws():
    rng = np.random.default_rng(3)
    return Draws(rng.normal(100, 20, 500), rng.exponential(1, 500), rng.normal(0, 1e-3, (500, 2)))


def test_summary_has_the_moments_and_quantiles_of_every_parameter(draws):
    summary = draws.summary()
    assert summary.names == ("mu", "tau", "theta[0]", "theta[1]")
    np.testing.assert_allclose(summary.mean[:2], [draws.mu.mean(), draws.tau.mean()])
    np.testing.assert_allclose(summary.sd[2:], draws.theta.std(axis=0, ddof=1))
    np.testing.assert_allclose(summary.quantiles[1], np.quantile(draws.tau, [0.16, 0.5, 0.84]))


def test_a_printed_summary_shows_two_figures_of_the_sd_and_lines_up(draws):
    lines = str(draws.summary()).splitlines()
    assert lines[0].split() == ["mean", "sd", "16%", "50%", "84%"]
    assert lines[1].split() == ["mu", *(f"{v:.0f}" for v in [draws.mu.mean(), draws.mu.std(ddof=1),
                                                            *np.quantile(draws.mu, [0.16, 0.5, 0.84])])]  # fmt: skip
    assert len({len(line) for line in lines}) == 1


def test_a_notebook_shows_the_same_numbers_as_a_table(draws):
    html = draws.summary()._repr_html_()
    for cell in str(draws.summary()).split():
        assert f">{cell}<" in html


def test_no_value_is_a_negative_zero():
    assert "-0.0" not in str(Draws(np.array([-1.0, 0.95]), np.array([1.0, 2.0]), np.ones((2, 1))).summary())


def test_a_parameter_without_scatter_is_printed():
    assert "nan" not in str(Draws(np.ones(3), np.zeros(3), np.ones((3, 1))).summary())


@pytest.mark.parametrize("shapes", [((3,), (4,), (3, 1)), ((3,), (3,), (4, 1)), ((3,), (3,), (3,)), ((3, 1), (3, 1), (3, 1))])
def test_shapes_that_do_not_agree_are_refused(shapes):
    with pytest.raises(ValueError, match="mu, tau, theta: got shapes"):
        Draws(*map(np.zeros, shapes))


def test_arviz_takes_the_draws_and_sums_them_up_alike(draws):
    posterior = draws.to_arviz()["posterior"]
    assert posterior["theta"].shape == (1, 500, 2)
    table = arviz.summary(draws.to_arviz(), round_to="none")
    np.testing.assert_allclose(table["mean"], draws.summary().mean)
    np.testing.assert_allclose(table["sd"], draws.summary().sd)


def test_chains_that_take_turns_are_told_apart(draws):
    posterior = draws.to_arviz(n_chains=4)["posterior"]
    np.testing.assert_array_equal(posterior["mu"].values, draws.mu.reshape(125, 4).T)
    np.testing.assert_array_equal(posterior["theta"].values[1, 2], draws.theta[9])


def test_without_arviz_the_way_to_it_is_named(draws, monkeypatch):
    monkeypatch.setitem(sys.modules, "arviz", None)
    with pytest.raises(ImportError, match=r"pip install 'lecturekit\[arviz\]'"):
        draws.to_arviz()
