import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from scipy import stats

from lecturekit import datasets, exact, mcmc, plots, predictive
from lecturekit.model import NormalHierarchy

matplotlib.use("agg")
MODEL = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5))
CLUSTER, SCHOOLS = datasets.open_cluster(), datasets.eight_schools()


@pytest.fixture(autouse=True)
def _style():
    with plt.style.context("lecturekit.style"):
        yield
    plt.close("all")


@pytest.fixture(scope="module")
def posterior():
    return exact.posterior(MODEL, CLUSTER)


@pytest.fixture(scope="module")
def chain():
    return mcmc.sample(MODEL, CLUSTER, rng=np.random.default_rng(1), max_steps=600, on_unconverged="return")


def draw_all(ax, posterior, chain):
    """Every figure on ax (or on axes of its own for None): name -> what came back."""
    replicated = predictive.replicate(chain.draws, CLUSTER, level="new", rng=np.random.default_rng(2))
    return {
        "measurements": plots.measurements(CLUSTER, ax=ax),
        "shrinkage": plots.shrinkage(CLUSTER, posterior.mean("theta"), mu=posterior.mean("mu"), ax=ax),
        "tau_posterior": plots.tau_posterior(posterior, chain.draws, ax=ax),
        "replications": plots.replications(replicated, CLUSTER, ax=ax),
        "discrepancy": plots.discrepancy(predictive.DISCREPANCIES["sd"], "sd", replicated, CLUSTER.y, ax=ax),
        "pit": plots.pit(predictive.pit(chain.draws, CLUSTER, level="new"), ax=ax),
    }


def test_every_function_returns_the_axes_it_was_given(posterior, chain):
    _, ax = plt.subplots()
    for name, result in draw_all(ax, posterior, chain).items():
        assert result is ax, name


def test_every_function_makes_axes_of_its_own_with_labels_and_draws_without_a_warning(posterior, chain):
    for name, ax in draw_all(None, posterior, chain).items():
        assert isinstance(ax, Axes), name
        assert ax.get_xlabel(), name
        assert ax.get_ylabel(), name
        ax.figure.canvas.draw()


def test_figures_of_several_panels_draw_without_a_warning(posterior, chain):
    figures = [
        plots.corner(chain.draws, theta=(0,), truth=(-0.15, 0.08, -0.1)),
        plots.trace(chain),
        plots.conditional_theta(posterior),
    ]
    for figure in figures:
        assert isinstance(figure, Figure)
        figure.canvas.draw()
    assert len(figures[0].axes) == 9
    assert [ax.get_ylabel() for ax in figures[1].axes] == [r"$\mu$", r"$\tau$"]


def test_arrows_lead_from_the_data_to_the_estimates(posterior):
    theta = posterior.mean("theta")
    ax = plots.shrinkage(CLUSTER, theta)
    arrows = {(text.xyann[0], text.xy[0]) for text in ax.texts}
    assert arrows == set(zip(CLUSTER.y, theta, strict=True))


def test_the_exact_line_is_the_exact_density(posterior):
    line = plots.tau_posterior(posterior).lines[0]
    tau, density = line.get_data()
    np.testing.assert_allclose(density, posterior.pdf("tau", tau))


def test_the_histogram_of_draws_is_a_density_over_all_draws(posterior, chain):
    ax = plots.tau_posterior(posterior, chain.draws, upper=0.05)
    values, edges, _ = ax.patches[0].get_data()
    assert (values * np.diff(edges)).sum() == pytest.approx((chain.draws.tau <= 0.05).mean())


def test_conditional_theta_runs_from_pooled_to_separate():
    figure = plots.conditional_theta(exact.posterior(NormalHierarchy((0, 1000), stats.uniform(0, 1000)), SCHOOLS))
    ends = np.array([line.get_ydata()[[0, -1]] for line in figure.axes[1].lines])
    assert len(ends) == 8
    assert np.ptp(ends[:, 0]) < 0.05 * np.ptp(ends[:, 1])
    assert {text.get_text() for text in figure.axes[1].texts} == set("ABCDEFGH")


def contrast(one, other):
    """WCAG 2 contrast ratio, from https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""

    def luminance(color):
        channels = np.array(to_rgb(color))
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_colors_are_distinct_and_dark_enough_for_graphics_on_white():
    assert len(set(plots.COLORS.values())) == len(plots.COLORS)
    for idea, color in plots.COLORS.items():
        # WCAG asks 3:1 of graphics. Okabe and Ito's reddish purple has 2.8: it only ever draws thick lines that have labels.
        assert contrast(color, "white") > (2.75 if idea == "exact" else 3), idea


def test_shrinkage_wants_one_estimate_per_object():
    with pytest.raises(ValueError, match=r"theta: got shape \(3,\)"):
        plots.shrinkage(CLUSTER, np.zeros(3))
