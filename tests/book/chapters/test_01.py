"""Chapter 1: the break-even of partial pooling, the error bar from few seasons, and the price of a logarithm."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, optimize, stats

PAGE = Path("chapters/01-pooling.html")


def change(z: float, sigma: float, tau: float) -> float:
    """Expected squared error of partial pooling with known mu = 0 and tau, minus the raw one, by an integral over the noise."""
    w, theta = tau**2 / (tau**2 + sigma**2), z * tau

    def integrand(noise: float) -> float:
        return ((w * (theta + noise) - theta) ** 2 - noise**2) * stats.norm.pdf(noise, scale=sigma)

    return integrate.quad(integrand, -12 * sigma, 12 * sigma)[0]


@pytest.mark.parametrize(("sigma", "tau"), [(0.5, 2.0), (2.0, 2.0), (2.5, 2.0), (0.1, 1.0), (3.0, 1.0)])
def test_pooling_hurts_beyond_the_break_even_that_the_page_states(sigma, tau):
    assert "z^2 > 2 + \\frac{\\sigma_j^2}{\\tau^2}" in Path("chapters/01-pooling.md").read_text(encoding="utf-8")
    found = optimize.brentq(change, 0.1, 20, args=(sigma, tau))
    assert found**2 == pytest.approx(2 + sigma**2 / tau**2, rel=1e-6)


def test_the_quiz_asks_where_only_the_right_break_even_answers_right():
    questions = json.loads(Path("lecturekit/quizzes/01-pooling.json").read_text(encoding="utf-8"))
    (asked,) = (question for question in questions if "on average over its noise" in question["question"].lower())
    assert "\\sigma_j = \\tau/2" in asked["question"]
    assert "$2\\tau$" in asked["question"]
    (right,) = (answer for answer in asked["answers"] if answer["correct"])
    assert right["answer"] == "larger."
    assert 1 + change(2.0, 0.5, 1.0) / 0.25 == pytest.approx(1.28)
    assert "1.28" in right["feedback"]
    # The formula that was once there, 1 + 2 tau^2 / sigma^2, says the opposite: 9 > 4.
    assert 1 + 2 / 0.5**2 > 2**2 > 2 + 0.5**2


def test_the_share_that_pays_is_that_of_the_survey(built):
    sigma = np.linspace(0.5, 2.5, 20)
    share = np.mean(2 * stats.norm.sf(np.sqrt(2 + sigma**2 / 2**2)))
    text = built[PAGE].get_text()
    assert f"Of all planets {100 * share:.1f} % lie beyond their break-even" in re.sub(r"\s+", " ", text)


def test_an_error_bar_from_few_seasons_holds_what_students_t_says(built):
    rows = [[cell.get_text() for cell in row.select("td")] for row in built[PAGE].select("table")[0].select("tbody tr")]
    assert [int(row[0]) for row in rows] == [2, 4, 8, 12]
    for seasons, _, inside in rows:
        n = int(seasons)

        def density(u: float, n: int = n) -> float:
            return stats.chi2.pdf(u, n - 1) * (1 - 2 * stats.norm.sf(np.sqrt(u / (n - 1))))

        assert inside == f"{100 * integrate.quad(density, 0, np.inf)[0]:.0f} %"


def test_a_weighted_mean_of_logarithms_is_biased_as_the_page_says(built):
    def moment(ratio: float, power) -> float:
        def integrand(y: float) -> float:
            return power(y) * y**2 * stats.norm.pdf(y, 1, 1 / ratio)

        return integrate.quad(integrand, 1e-9, 1 + 10 / ratio, points=[1])[0]

    biases = [np.expm1(moment(ratio, np.log) / moment(ratio, np.ones_like)) for ratio in (3, 10, 30)]
    three, ten, thirty = (f"{100 * bias:.1f} %" for bias in biases)
    assert f"too high by {three}, at 10 by {ten}, at 30 by {thirty}" in re.sub(r"\s+", " ", built[PAGE].get_text())
