"""The figures: what is drawn is what the data, the draws and the closed forms say, number for number."""

import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from scipy import stats

from lecturekit import Measurements, NormalHierarchy, Truth, datasets, exact, mcmc, plots, predictive

matplotlib.use("agg")
MODEL = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5))
CLUSTER, SCHOOLS = datasets.open_cluster(), datasets.eight_schools()
SKY = datasets.simulate_normal(-0.15, 0.08, [0.12, 0.03, 0.2, 0.05, 0.09], rng=np.random.default_rng(1))


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


def drawn(ax, label, *, vertical=False):
    """The places and the values of the points or the line with a label, and the ends of their error bars if they have any."""
    (handle,) = [handle for handle, name in zip(*ax.get_legend_handles_labels(), strict=True) if name.startswith(label)]
    line = handle if isinstance(handle, Line2D) else handle.lines[0]
    place, values = line.get_data() if not vertical else line.get_data()[::-1]
    if line is handle:
        return place, values
    (bars,) = handle.lines[2]
    axis = 0 if vertical else 1
    return place, values, np.array([segment[:, axis] for segment in bars.get_segments()])


def test_measurements_are_drawn_in_order_with_their_errors_and_the_truth():
    ax = plots.measurements(SKY)
    order = sorted(range(len(SKY)), key=lambda j: SKY.y[j])
    place, values, bars = drawn(ax, "measured")
    np.testing.assert_array_equal(place, np.arange(len(SKY)))
    np.testing.assert_array_equal(values, SKY.y[order])
    np.testing.assert_allclose(bars, np.column_stack([SKY.y - SKY.sigma, SKY.y + SKY.sigma])[order])
    np.testing.assert_array_equal(drawn(ax, r"true $\theta_j$"), [place, SKY.truth.theta[order]])
    assert set(drawn(ax, "true population")[1]) == {-0.15}
    (band,) = ax.patches
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx((-0.15 - 0.08, -0.15 + 0.08))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == [SKY.labels[j] for j in order]


def test_shrinkage_is_drawn_from_the_surest_to_the_noisiest():
    theta = np.linspace(-0.3, 0.1, len(SKY))
    ax = plots.shrinkage(SKY, theta, mu=-0.12)
    order = sorted(range(len(SKY)), key=lambda j: SKY.sigma[j])
    place, values, bars = drawn(ax, "measured", vertical=True)
    np.testing.assert_array_equal(place, np.arange(len(SKY)))
    np.testing.assert_array_equal(values, SKY.y[order])
    np.testing.assert_allclose(bars, np.column_stack([SKY.y - SKY.sigma, SKY.y + SKY.sigma])[order])
    np.testing.assert_array_equal(drawn(ax, "estimate", vertical=True), [place, theta[order]])
    np.testing.assert_array_equal(drawn(ax, r"true $\theta_j$", vertical=True), [place, SKY.truth.theta[order]])
    assert set(drawn(ax, r"population mean $\mu = -0.12$", vertical=True)[1]) == {-0.12}
    arrows = [(*text.xyann, *text.xy) for text in ax.texts]
    assert arrows == [(SKY.y[j], row, theta[j], row) for row, j in enumerate(order)]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [SKY.labels[j] for j in order]


def test_a_corner_plot_shows_the_draws_their_quantiles_and_the_truth(chain):
    draws, truth = chain.draws, (-0.15, 0.08, -0.1)
    columns = [draws.mu, draws.tau, draws.theta[:, 2]]
    axes = np.reshape(plots.corner(draws, theta=(2,), truth=truth).axes, (3, 3))
    for k, values in enumerate(columns):
        (histogram,) = axes[k, k].patches
        x, y = histogram.get_xy().T
        low, high = np.quantile(values, (0.005, 0.995))
        heights, edges = np.histogram(values, 30, (min(low, truth[k]), max(high, truth[k])))
        np.testing.assert_allclose(np.unique(x), edges)
        assert set(y) == {0, *heights}
        lines = [line.get_xdata()[0] for line in axes[k, k].lines]
        np.testing.assert_allclose(sorted(lines), sorted([*np.quantile(values, (0.16, 0.5, 0.84)), truth[k]]))
        digits = 1 - int(np.floor(np.log10(values.std())))
        assert f"{np.median(values):.{digits}f}" in axes[k, k].get_title()
    for row, column in ((1, 0), (2, 0), (2, 1)):
        panel = axes[row, column]
        assert [line.get_xdata()[0] for line in panel.lines if len(line.get_xdata()) == 1] == [truth[column]]
        assert [line.get_ydata()[0] for line in panel.lines if len(line.get_xdata()) == 1] == [truth[row]]
        contours = [each for each in panel.collections if isinstance(each, QuadContourSet) and not each.filled]
        points = np.column_stack([columns[column], columns[row]])
        inside = [path.contains_points(points).mean() for path in contours[-1].get_paths()]
        np.testing.assert_allclose(sorted(inside), [0.39, 0.86], atol=0.05)


def test_a_corner_plot_takes_draws_of_ones_own_and_a_unit(chain):
    own = plots.corner({r"$\mu$": chain.draws.mu, r"$\tau$": chain.draws.tau}, unit="dex")
    ours = plots.corner(chain.draws, unit="dex")
    assert [ax.get_title() for ax in own.axes] == [ax.get_title() for ax in ours.axes]
    assert own.axes[2].get_xlabel() == r"$\mu$ (dex)"


def test_a_trace_shows_the_first_walkers_step_by_step(chain):
    figure = plots.trace(chain, walkers=5)
    for k, panel in enumerate(figure.axes):
        lines = np.array([line.get_data() for line in panel.lines])
        np.testing.assert_array_equal(lines[:, 1], chain.steps[:, :5, k].T)
        np.testing.assert_array_equal(lines[:, 0], [np.arange(len(chain.steps))] * 5)
    assert [ax.get_yscale() for ax in figure.axes] == ["linear", "log"]
    again = plots.trace(chain.steps, walkers=5)
    np.testing.assert_array_equal(again.axes[1].lines[4].get_ydata(), chain.steps[:, 4, 1])


def test_every_figure_is_drawn_for_a_phone_too(posterior, chain):
    """A phone shows 4.4 inches at three quarters of their size: no figure is wider, and no text smaller than 9 points."""
    figures = {name: ax.figure for name, ax in draw_all(None, posterior, chain).items()}
    figures["conditional_theta"] = plots.conditional_theta(posterior)
    figures["names"] = plots.measurements(datasets.csp_supernovae()).figure
    for name, figure in figures.items():
        figure.draw_without_rendering()
        assert figure.get_size_inches()[0] <= 4.4, name
        texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
        assert [text.get_text() for text in texts if text.get_fontsize() < 9] == [], name
        # Nor does anything stick out, which would have the whole of it shrunken further.
        assert figure.get_tightbbox().width <= 4.4 + 1e-6, name


def test_a_legend_of_several_lines_stands_above_the_data(posterior, chain):
    drawn = draw_all(None, posterior, chain)
    for name in ("measurements", "shrinkage", "discrepancy", "pit"):
        ax = drawn[name]
        ax.figure.draw_without_rendering()
        assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1 - 1, name


def test_names_that_would_overlap_are_turned():
    for data, turned in ((SCHOOLS, 0), (CLUSTER, 90), (datasets.csp_supernovae(), 90)):
        ax = plots.measurements(data)
        ax.figure.draw_without_rendering()
        assert {tick.get_rotation() for tick in ax.get_xticklabels()} == {turned}
        boxes = [tick.get_window_extent() for tick in ax.get_xticklabels()]
        assert all(left.x1 <= right.x0 + 4 for left, right in itertools.pairwise(boxes))  # the air around letters


def test_the_exact_line_is_the_exact_density(posterior):
    line = plots.tau_posterior(posterior).lines[0]
    tau, density = line.get_data()
    np.testing.assert_allclose(density, posterior.pdf("tau", tau))


def test_the_histogram_of_draws_is_a_density_over_all_draws(posterior, chain):
    ax = plots.tau_posterior(posterior, chain.draws, upper=0.05)
    values, edges, _ = ax.patches[0].get_data()
    inside = [((chain.draws.tau >= low) & (chain.draws.tau < high)).mean() for low, high in itertools.pairwise(edges)]
    np.testing.assert_allclose(values * np.diff(edges), inside)
    assert (edges[0], edges[-1]) == (0, 0.05)
    assert ax.get_xlim() == (0, 0.05)


def test_conditional_theta_runs_from_pooled_to_separate():
    figure = plots.conditional_theta(exact.posterior(NormalHierarchy((0, 1000), stats.uniform(0, 1000)), SCHOOLS))
    ends = np.array([line.get_ydata()[[0, -1]] for line in figure.axes[1].lines])
    assert len(ends) == 8
    assert np.ptp(ends[:, 0]) < 0.05 * np.ptp(ends[:, 1])
    assert {text.get_text() for text in figure.axes[1].texts} == set("ABCDEFGH")


def test_conditional_theta_has_the_closed_forms(posterior):
    """Equations 5.17 and 5.20 of BDA3, with a Normal(0, 1) prior of mu."""
    density, *panels = plots.conditional_theta(posterior, upper=0.3).axes
    tau, values = density.lines[0].get_data()
    np.testing.assert_allclose(values, posterior.pdf("tau", tau))
    precision = 1 / (CLUSTER.sigma**2 + tau[:, None] ** 2)
    variance = 1 / (1 + precision.sum(axis=1))
    mu = (precision @ CLUSTER.y * variance)[:, None]
    own, shared = CLUSTER.sigma**-2, tau[:, None] ** -2
    mean = (own * CLUSTER.y + shared * mu) / (own + shared)
    sd = np.sqrt(1 / (own + shared) + (shared / (own + shared)) ** 2 * variance[:, None])
    for panel, expected in zip(panels, (mean, sd), strict=True):
        curves = np.array([line.get_ydata() for line in panel.lines]).T
        np.testing.assert_allclose(curves, expected, rtol=1e-6)
        named = {text.get_text(): text.xy for text in panel.texts}
        assert named == {label: (0.3, end) for label, end in zip(CLUSTER.labels, curves[-1], strict=True)}


def test_replications_are_cumulative_distributions_of_some_rows():
    replicated = np.random.default_rng(3).normal(size=(100, len(SKY)))
    ax = plots.replications(replicated, SKY, shown=20)
    *lines, observed = [line.get_data() for line in ax.lines]
    height = [(j + 0.5) / len(SKY) for j in range(len(SKY))]
    np.testing.assert_array_equal(observed, [sorted(SKY.y), height])
    np.testing.assert_array_equal(lines, [(sorted(row), height) for row in replicated[::5]])


def test_a_discrepancy_has_its_histogram_its_line_and_its_p_value():
    replicated = np.random.default_rng(3).normal(size=(1000, 3))
    ax = plots.discrepancy(lambda y: y.max(axis=-1), "the largest", replicated, [0.5, 1.5, 1.0])
    largest = replicated.max(axis=1)
    heights, edges = np.histogram(largest, 40, density=True)
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], heights)
    np.testing.assert_allclose([bar.get_x() for bar in ax.patches], edges[:-1])
    assert set(ax.lines[0].get_xdata()) == {1.5}
    assert ax.lines[0].get_label() == f"observed ($p$ = {np.mean(largest >= 1.5):.2f})"


def test_pit_values_stand_against_the_order_statistics_of_uniform_numbers():
    values = np.random.default_rng(4).random(12)
    ax = plots.pit(values)
    even = np.arange(1, 13) / 13
    np.testing.assert_allclose(drawn(ax, "observed"), [even, sorted(values)])
    corners = ax.collections[0].get_paths()[0].vertices
    low, high = ([group(y for x, y in corners if np.isclose(x, place)) for place in even] for group in (min, max))
    # The k-th smallest of J uniform numbers lies below x when at least k of them do.
    rank = np.arange(12)
    np.testing.assert_allclose(stats.binom.sf(rank, 12, low), 0.025)
    np.testing.assert_allclose(stats.binom.sf(rank, 12, high), 0.975)


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


def test_measurements_of_a_population_whose_spread_is_unknown_show_its_mean_alone():
    data = Measurements(SKY.y, SKY.sigma, truth=Truth(mu=-0.15))
    ax = plots.measurements(data)
    (line,) = [line for line in ax.lines if line.get_label().startswith("true population mean")]
    assert line.get_ydata()[0] == -0.15
    assert len(ax.patches) == 0
    assert len(plots.measurements(SKY).patches) == 1


def test_a_posterior_of_chunks_has_its_tau_drawn_and_refuses_what_needs_each_object():
    chunks = exact.posterior(MODEL, [CLUSTER])
    memory = exact.posterior(MODEL, CLUSTER)
    drawn, wanted = (plots.tau_posterior(posterior, upper=0.3).lines[-1].get_ydata() for posterior in (chunks, memory))
    np.testing.assert_allclose(drawn, wanted, rtol=1e-8)
    with pytest.raises(ValueError, match="in chunks; expected data in memory"):
        plots.conditional_theta(chunks)


def test_keywords_go_to_matplotlib_and_two_posteriors_share_axes(posterior):
    wide = exact.posterior(NormalHierarchy((0, 1), stats.halfcauchy(scale=5)), CLUSTER)
    ax = plots.tau_posterior(posterior, label="narrow prior")
    right = ax.get_xlim()[1]
    assert plots.tau_posterior(wide, ax=ax, label="wide prior", color="C3") is ax
    assert [line.get_label() for line in ax.lines] == ["narrow prior", "wide prior"]
    assert ax.lines[1].get_color() == "C3"
    assert ax.get_xlim()[1] > right
    points = plots.measurements(SKY, label="a survey", color="C1").containers[0]
    assert points.get_label() == "a survey"
    observed = plots.replications(np.zeros((3, len(SKY))), SKY, label="seen", lw=1).lines[-1]
    assert (observed.get_label(), observed.get_linewidth()) == ("seen", 1)
    assert plots.pit(np.linspace(0.1, 0.9, 5), color="C2").lines[-1].get_color() == "C2"
    estimates = plots.shrinkage(SKY, SKY.y, marker="o", label="two groups").lines
    assert "two groups" in [line.get_label() for line in estimates]
    bars = plots.discrepancy(lambda y: y.max(axis=-1), "largest", np.eye(2), [0.0, 1.0], bins=3, label="simulated")
    assert len(bars.patches) == 3
