import json

import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances

from lecturekit import Measurements, Truth, datasets, explore
from lecturekit.explore.objects import objects, plain

SAMPLES = {
    "eight schools": datasets.eight_schools(),
    "batting": datasets.batting_averages(),
    "one": Measurements([3.0], [0.5]),
    "one, known": Measurements([3.0], [0.5], truth=Truth(theta=[2.5])),
    "equal": Measurements([1.0, 1.0, 1.0], [0.1, 0.1, 0.1]),
    "200": Measurements(np.linspace(-3, 3, 200), np.linspace(0.1, 2, 200)),
    "huge": Measurements([1e30, 3e30], [1e29, 2e29], unit="erg"),
    "tiny": Measurements([1e-30, -3e-30], [1e-31, 2e-30]),
    "far from zero": Measurements([1e5, 1e5 + 0.1], [0.05, 0.1]),
    "unlike": Measurements([0.0, 1.0], [1e-6, 1e6]),
}


@pytest.fixture(params=[explore.pooling, explore.shrinkage], ids=lambda make: make.__name__)
def make(request):
    return request.param


@pytest.mark.parametrize("name", SAMPLES)
def test_any_measurements_open_on_a_tau_that_the_slider_can_take(make, name):
    explorer = make(SAMPLES[name])
    tau = explorer.controls["tau"]
    assert tau.min == 0 < tau.step < tau.value < tau.max
    assert tau.value / tau.step == pytest.approx(round(tau.value / tau.step), abs=1e-6)
    # It opens about where a typical weight is one half, and ends where it is nearly one.
    sigma = objects(SAMPLES[name])["sigma"]
    assert tau.value == pytest.approx(np.median(sigma), abs=tau.step)
    assert tau.max >= 2.9 * np.median(sigma)
    assert explorer.figure.tau == tau.value
    json.dumps(explorer.figure.fixed, allow_nan=False)
    explorer.close()


def test_without_data_pooling_simulates_surveys_and_shrinkage_stars_like_those_of_the_open_cluster():
    pooling, shrinkage = explore.pooling(), explore.shrinkage()
    assert set(pooling.controls) == {"tau", "spread", "J"}
    assert pooling.figure.settings["survey"]["button"] == "New survey"
    assert pooling.controls["J"].min == 1
    assert set(shrinkage.controls) == {"tau", "factor"}
    cluster = datasets.open_cluster()
    assert sorted(shrinkage.figure.fixed["sigma"]) == sorted(cluster.sigma)
    # A chapter asks for the true values of the cluster's own stars.
    assert set(shrinkage.figure.fixed["theta"]) & set(cluster.truth.theta) == set()
    assert shrinkage.controls["tau"].value == cluster.truth.tau
    for explorer in (pooling, shrinkage):
        explorer.close()


def test_with_data_there_is_no_other_survey_and_only_tau():
    explorer = explore.pooling(datasets.batting_averages())
    assert set(explorer.controls) == set(explorer.figure.settings) == {"tau"}
    explorer.close()


def test_objects_are_sorted_by_error_with_all_that_is_theirs():
    data = Measurements([1.0, 2.0, 3.0], [0.1, 0.3, 0.2], labels="abc", truth=Truth(theta=[1.1, 2.1, 3.1]))
    taken = objects(data)
    assert [taken[field] for field in ("y", "sigma", "theta")] == [[2, 3, 1], [0.3, 0.2, 0.1], [2.1, 3.1, 1.1]]
    assert taken["labels"] == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("y", "unit", "shown", "shown_unit"),
    [(1e30, "erg", 1.0, "10³⁰ erg"), (2.5e-8, "", 25.0, "10⁻⁹"), (999999.0, "K", 999999.0, "K"), (1e6, "K", 1.0, "10⁶ K")],
)
def test_numbers_too_long_to_read_come_in_powers_of_a_thousand(y, unit, shown, shown_unit):
    taken = objects(Measurements([y], [y / 10], unit=unit, truth=Truth(theta=[y / 2])))
    assert [taken["y"], taken["sigma"], taken["theta"]] == pytest.approx(np.array([[shown], [shown / 10], [shown / 2]]))
    assert taken["unit"] == shown_unit


@pytest.mark.parametrize(
    ("mathtext", "text"),
    [
        ("semi-amplitude $K$", "semi-amplitude K"),
        (r"$\ln K$", "ln K"),
        (r"$\log_{10} M_\odot$", "log10 M☉"),
        (r"km s$^{-1}$", "km s⁻¹"),
        (r"$\mathrm{m}\,s^2$", "m,s²"),
        ("", ""),
        ("[Fe/H]", "[Fe/H]"),
    ],
)
def test_mathtext_becomes_plain_text(mathtext, text):
    assert plain(mathtext) == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([1.0, 2.0], r"^data: got list; expected Measurements\. Make them with"),
        (np.ones(3), r"^data: got ndarray; expected Measurements"),
    ],
)
def test_bad_data_are_refused_by_name(make, data, message):
    before = len(_instances)
    with pytest.raises(ValueError, match=message):
        make(data)
    assert len(_instances) == before
