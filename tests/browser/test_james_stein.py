"""The James-Stein explorer of the built book."""

import re

import numpy as np
import pytest
from scipy.stats import ncx2

from tests.browser.explorers import number, press, sentence, settle, shown

pytestmark = pytest.mark.browser

PAGE = "chapters/03-shrinkage"
NAME = "Raw, James-Stein and hierarchical estimates, in one sky and over many"
J, SPREAD, DISTANCE = "number of objects J", "spread of the true values", "one object's distance from the rest"
SKIES = 600


def risk(count: int, spread: float, distance: float) -> float:
    """James and Stein's: 1 - (J - 3)**2 E(1 / S) / J, where S is a noncentral chi-square of J - 1 degrees of freedom."""
    truth = np.array([distance, *(spread * np.sqrt(12 / (count * (count - 2))) * (np.arange(count - 1) - count / 2 + 1))])
    inverse = ncx2.expect(lambda s: 1 / s, (count - 1, ((truth - truth.mean()) ** 2).sum() + 1e-12))
    return 1 - (count - 3) ** 2 * inverse / count


@pytest.mark.parametrize(
    ("keys", "state"),
    [(("Home", "Home"), (20, 0.0, 0.0)), (("End", "End"), (20, 1.5, 10.0)), (("Home", "End"), (20, 0.0, 10.0))],
)
def test_the_average_is_the_risk_that_theory_gives(explorer, keys, state):
    press(explorer, SPREAD, keys[0])
    press(explorer, DISTANCE, keys[1])
    values = shown(explorer)
    assert (values["J"], values["spread"], values["distance"]) == state
    # In one sky the change of the total, over J = 20, has an sd below 0.35; over 300 pairs of skies the mean's is below 0.02
    # even if a pair's two changes were the same. Four of these, since the noise is fixed.
    assert values["totalJamesStein"] == pytest.approx(risk(*state), abs=0.08)
    assert values["totalJamesStein"] < 1


def test_the_sentence_says_what_is_shown_and_below_four_objects_nothing_is_gained(explorer):
    press(explorer, J, "End")
    values, said = shown(explorer), sentence(explorer)
    raw, shrunk, skies, total, better = (number(text) for text in re.findall(r"[\d.]*\d", said)[:5])
    assert (raw, shrunk) == pytest.approx((values["skyRaw"], values["skyJamesStein"]), abs=0.051)
    assert (skies, total) == (SKIES, pytest.approx(values["totalJamesStein"], abs=0.0051))
    assert better == pytest.approx(100 * values["better"], abs=0.51)
    for more in range(3):
        press(explorer, J, "Home", *["ArrowRight"] * more)
        values = shown(explorer)
        assert (values["c"], values["totalJamesStein"], values["ownJamesStein"]) == (0, 1, 1)
        assert (values["totalHierarchical"] == 1) == (values["J"] < 3)
        assert "James-Stein needs four objects" in sentence(explorer)


def test_a_new_sky_leaves_the_averages_alone(explorer):
    press(explorer, J, "End")
    before = shown(explorer)
    explorer.get_by_role("button", name="New sky").click()
    settle(explorer)
    after = shown(explorer)
    assert after["skyRaw"] != before["skyRaw"]
    assert after["totalJamesStein"] == before["totalJamesStein"]
