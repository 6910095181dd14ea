"""Chapter 3: who pays for shrinkage, what James and Stein's formula gives, and who proved it when."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from lecturekit import datasets
from tests.book.test_chapter_functions import chapter_functions

PAGE = Path("chapters/03-shrinkage.html")
SOURCE = Path("chapters/03-shrinkage.md").read_text(encoding="utf-8")


# Exact for polynomials of degree nine: a squared error has degree two, in the noise and in the true value.
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(5)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def expected_squared_error(distance: float, sigma: float, tau: float) -> float:
    """Of the shrunken estimate of a star at this distance from mu = 0, by an integral over the noise."""
    theta_given = chapter_functions("03-shrinkage", "theta_given").theta_given
    estimate, _ = theta_given(distance + sigma * NODES, sigma, 0.0, tau)
    return WEIGHTS @ (estimate - distance) ** 2


@pytest.mark.parametrize("ratio", [0.2, 1.0, 2.0])
def test_the_break_even_is_where_the_derivation_puts_it(ratio):
    assert "&= 2\\tau^2 + \\sigma_j^2 ." in SOURCE
    assert expected_squared_error(np.sqrt(2 + ratio**2), ratio, 1.0) == pytest.approx(ratio**2, rel=1e-8)


@pytest.mark.parametrize("ratio", [0.2, 1.0, 2.0])
def test_the_population_as_a_whole_gains(ratio):
    total = WEIGHTS @ [expected_squared_error(theta, ratio, 1.0) for theta in NODES]
    assert total == pytest.approx(ratio**2 / (1 + ratio**2), rel=1e-10)


@pytest.mark.parametrize(("n", "distance"), [(3, 0.0), (3, 1.0), (5, 0.7), (20, 4.0)])
def test_the_gain_of_james_and_stein_is_their_formula(n, distance):
    """The mean of 1 / S from its density, where the chapter sums a series."""
    found = chapter_functions("03-shrinkage", "relative_error").relative_error(n, distance)
    s = stats.chi2(n) if distance == 0 else stats.ncx2(n, n * distance**2)
    inverse = integrate.quad(lambda x: s.pdf(x) / x, 0, s.mean() + 40 * s.std(), points=[s.mean()], limit=200)[0]
    assert found == pytest.approx(1 - (n - 2) ** 2 / n * inverse, rel=1e-4)


def test_the_shares_beyond_the_break_even_are_those_of_a_normal_population(built):
    zero, one, two = (f"{100 * 2 * stats.norm.sf(np.sqrt(2 + ratio**2)):.0f} %" for ratio in (0, 1, 2))
    text = re.sub(r"\s+", " ", built[PAGE].get_text())
    assert re.search(rf"and {one} of a Normal population lie beyond it; .{{0,60}}it is {zero}, .{{0,60}} {two}\.", text)


def test_steins_result_has_its_own_year_and_source():
    assert re.search(r"In 1956 Charles Stein proved [^{]*\{cite:p\}`stein1956inadmissibility`", SOURCE)
    assert "@inproceedings{stein1956inadmissibility," in Path("chapters/references.bib").read_text(encoding="utf-8")


def belongs(score) -> float:
    """Share (%) of the true top 5 % among the 5 % with the highest score, by an integral; score gives its y at each error."""
    cluster = datasets.open_cluster()
    mu, tau, sigma = cluster.truth.mu, cluster.truth.tau, cluster.sigma
    cut = stats.norm.isf(0.05, mu, tau)
    limit = optimize.brentq(lambda s: stats.norm.sf(score(s, cut), mu, np.hypot(tau, sigma)).mean() - 0.05, -3, 3)

    def both(theta: float) -> float:
        return stats.norm.pdf(theta, mu, tau) * stats.norm.sf(score(limit, cut), theta, sigma).mean()

    return 100 * integrate.quad(both, cut, cut + 8 * tau)[0] / 0.05


def test_the_shares_found_by_three_rankings_are_what_an_integral_says(built):
    cluster = datasets.open_cluster()
    mu, sigma = cluster.truth.mu, cluster.sigma
    w = cluster.truth.tau**2 / (cluster.truth.tau**2 + sigma**2)
    expected = (
        belongs(lambda s, _: np.full(sigma.size, s)),
        belongs(lambda s, _: mu + (s - mu) / w),
        belongs(lambda s, cut: mu + (cut + s * np.sqrt(w) * sigma - mu) / w),
    )
    text = re.sub(r"\s+", " ", built[PAGE].get_text())
    start = text.index("Sorting by measurement")
    found = re.findall(r"([\d.]+) ± ([\d.]+) %", text[start : start + 300])
    for (value, error), exact_share in zip(found, expected, strict=True):
        assert float(value) == pytest.approx(exact_share, abs=4 * float(error))
