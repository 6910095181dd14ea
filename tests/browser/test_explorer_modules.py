"""The explorers' JavaScript, run as it is in a real browser, against lecturekit and SciPy."""

import pytest
from playwright.sync_api import Error, Page

from tests.browser.formulas import GOLDEN, HOME, SHARED, cases
from tests.rounding import moved

pytestmark = pytest.mark.browser

DISAGREEMENTS = "async ([module, name, cases]) => golden.disagreements((await import(`/${module}`))[name], cases)"


def call(page: Page, module: str, function: str, cases: list) -> list:
    """Return what the module's function gives for each case, a list of its arguments."""
    return page.evaluate(
        "async ([module, name, cases]) => {"
        " const functions = await import(`/${module}`);"
        " const plain = (value) => {"
        "  if (ArrayBuffer.isView(value) || Array.isArray(value)) return Array.from(value, plain);"
        "  if (value === null || typeof value !== 'object') return value;"
        "  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)])); };"
        " return cases.map((given) => plain(functions[name](...given))); }",
        [module, function, cases],
    )


def test_every_function_of_the_mathematics_has_golden_cases():
    assert set(HOME) - SHARED == set(GOLDEN)


@pytest.mark.parametrize("function", GOLDEN)
def test_the_mathematics_agrees_with_lecturekit(modules, function):
    assert len(cases(function)) > 0
    assert modules.evaluate(DISAGREEMENTS, [HOME[function], function, cases(function)]) == []


@pytest.mark.parametrize("sigma", [0.0, -1.0, float("nan")])
def test_panels_in_tau_that_could_not_grow_are_refused(modules, sigma):
    """Left alone they would be made without end."""
    with pytest.raises(Error, match=r"RangeError: sigma: got 1,.*; expected errors > 0"):
        call(modules, HOME["tauPosterior"], "tauPosterior", [[[1.0, 2.0], [1.0, sigma], "half-normal", 1.0, [0.5]]])


@pytest.mark.parametrize("function", GOLDEN)
def test_no_golden_case_hangs_on_the_last_bit_of_what_is_given(modules, function):
    """Where terms cancel, what is left changes as a whole with the last bit of each: below the floor it has to lie."""
    for trial in range(4):
        cases_moved = [{**case, "given": moved(case["given"], trial)} for case in cases(function)]
        assert modules.evaluate(DISAGREEMENTS, [HOME[function], function, cases_moved]) == []


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.0617, 3, "0.062"), (-0.2, 3, "−0.200"), (-0.0004, 3, "0.000"), (0, 0, "0"), (-12.5, 1, "−12.5"), (1e7, 0, "10000000")],
)
def test_numbers_are_written_with_a_true_minus_and_no_negative_zero(modules, value, decimals, text):
    assert call(modules, "draw.js", "format", [[value, decimals]]) == [text]


@pytest.mark.parametrize(
    ("domain", "count", "labels"),
    [
        ([-0.62, 0.52], 6, ["−0.6", "−0.4", "−0.2", "0.0", "0.2", "0.4"]),
        ([0, 100], 5, ["0", "20", "40", "60", "80", "100"]),
        ([-50.5, 86.5], 3, ["−50", "0", "50"]),
        ([0.1, 0.9], 4, ["0.2", "0.4", "0.6", "0.8"]),
        ([1e8 - 2e-2, 1e8 + 2e-2], 4, ["99999999.98", "99999999.99", "100000000.00", "100000000.01", "100000000.02"]),
        ([-2e-6, 2e-6], 4, ["−0.000002", "−0.000001", "0.000000", "0.000001", "0.000002"]),
    ],
)
def test_ticks_are_round_and_within_the_domain(modules, domain, count, labels):
    (ticks,) = call(modules, "draw.js", "ticks", [[domain, count]])
    assert [tick["label"] for tick in ticks] == labels
    assert [tick["value"] for tick in ticks] == pytest.approx([float(text.replace("−", "-")) for text in labels])
