"""Chapter 2: what the plug-in estimates of five planets are, and what a vague hyperprior makes."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, optimize, stats

PAGE = Path("chapters/02-structure.html")
# The first five planets that the chapter's recipe draws.
Y = np.array([2.59626024, 1.31921541, 3.07393982, 2.82789481, 3.09624972])
SIGMA = np.array([0.24856357, 0.55919694, 0.14171985, 0.17238164, 0.28928538])


def log_likelihood(mu: float, tau: float) -> float:
    return stats.norm.logpdf(Y, mu, np.hypot(SIGMA, tau)).sum()


def average_sd(tau: float) -> float:
    return np.mean(tau * SIGMA / np.hypot(tau, SIGMA))


def cells(built) -> list[list[str]]:
    (table,) = (table for table in built[PAGE].select("table") if "REML" in table.get_text())
    return [[cell.get_text() for cell in row.select("td")][1:] for row in table.select("tbody tr")]


def test_the_joint_maximum_is_where_the_page_has_it(built):
    best = optimize.minimize(
        lambda p: -log_likelihood(*p), [2.8, 0.2], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-11}
    )
    assert cells(built)[0] == [f"{best.x[1]:.3f}", f"{average_sd(best.x[1]):.3f}"]
    assert best.x[1] == pytest.approx(0.131, abs=5e-4)


def test_reml_is_the_maximum_with_mu_integrated_out(built):
    def integrated(tau: float) -> float:
        return integrate.quad(lambda mu: np.exp(log_likelihood(mu, tau)), -2, 8, points=[2.8])[0]

    best = optimize.minimize_scalar(lambda tau: -integrated(tau), bounds=(0.01, 2), method="bounded")
    assert cells(built)[1] == [f"{best.x:.2f}", f"{average_sd(best.x):.2f}"]
    assert best.x == pytest.approx(0.306, abs=1e-3)


def test_a_vague_hyperprior_makes_what_an_integral_says(built):
    text = re.sub(r"\s+", " ", built[PAGE].get_text())
    (giant, giant_error, tiny, tiny_error) = map(
        float, re.search(r"With the scale 10, ([\d.]+) ± ([\d.]+) % exceed 10 km/s and ([\d.]+) ± ([\d.]+) %", text).groups()
    )

    def share(edge: float, tail) -> float:
        def integrand(tau: float) -> float:
            return stats.halfnorm.pdf(tau, scale=10) * tail((np.log(edge) - np.log(20)) / np.hypot(0.5, tau))

        return 100 * integrate.quad(integrand, 0, 100, limit=200)[0]

    assert giant == pytest.approx(share(1e4, stats.norm.sf), abs=4 * giant_error)
    assert tiny == pytest.approx(share(0.01, stats.norm.cdf), abs=4 * tiny_error)
