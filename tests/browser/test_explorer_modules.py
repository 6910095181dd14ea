"""The explorers' JavaScript, run as it is in a real browser, against lecturekit and SciPy."""

import functools
import itertools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from scipy.stats import halfnorm, norm

from lecturekit import explore
from lecturekit.measurements import Measurements
from lecturekit.model import NormalHierarchy

pytestmark = pytest.mark.browser

# Tau and sigma to both ends of what can be given, in every pairing: the ratio passes through 1 and leaves float64.
TAUS = (0.0, 1e-200, 1e-9, 0.003, 0.1, 1.0, 6.6, 1e5, 1e200)
SIGMAS = (1e-149, 1e-9, 0.005, 0.08, 1.0, 15.0, 1e6, 1e149)
PAIRS = ((0.1, -0.2), (28.0, 7.9), (0.0, 0.0), (-3.0, 1e8), (1e-9, 5.0))


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Return a page from whose own site the modules can be imported."""
    handler = functools.partial(QuietHandler, directory=str(Path(explore.__file__).parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    yield page
    page.close()
    server.shutdown()
    server.server_close()


def call(page: Page, module: str, function: str, cases: list) -> list:
    """Return what the module's function gives for each case, a list of its arguments."""
    return page.evaluate(
        "async ([module, name, cases]) => {"
        " const functions = await import(`/${module}`); return cases.map((given) => functions[name](...given)); }",
        [module, function, cases],
    )


def theta_given(y: float, sigma: float, mu: float, tau: float) -> tuple[float, float]:
    model = NormalHierarchy(mu_prior=(0, 1), tau_prior=halfnorm())
    mean, sd = model.theta_given(mu, tau, Measurements([y], [sigma]))
    return float(mean[0]), float(sd[0])


def golden_shrinkage_weight() -> Iterator[tuple[list, list]]:
    for tau, sigma in itertools.product(TAUS, SIGMAS):
        yield [tau, sigma], [theta_given(1.0, sigma, 0.0, tau)[0]]  # with y = 1 and mu = 0 the mean is the weight


def golden_theta_given() -> Iterator[tuple[list, list]]:
    for tau, sigma, (y, mu) in itertools.product(TAUS, SIGMAS, PAIRS):
        yield [y, sigma, mu, tau], list(theta_given(y, sigma, mu, tau))


def golden_relative_normal() -> Iterator[tuple[list, list]]:
    for z in (*np.linspace(-37, 37, 75), 1e-9, 1e3, -1e200):
        yield [z], [norm.pdf(z) / norm.pdf(0) if abs(z) < 1e3 else 0.0]


GOLDEN = {
    "shrinkageWeight": golden_shrinkage_weight,
    "thetaGiven": golden_theta_given,
    "relativeNormal": golden_relative_normal,
}


def test_every_function_of_the_mathematics_has_golden_cases(page):
    assert set(page.evaluate("async () => Object.keys(await import('/math.js'))")) == set(GOLDEN)


@pytest.mark.parametrize("function", GOLDEN)
def test_the_mathematics_agrees_with_lecturekit(page, function):
    cases, expected = zip(*GOLDEN[function](), strict=True)
    for case, given, wanted in zip(cases, call(page, "math.js", function, list(cases)), expected, strict=True):
        numbers = [given["mean"], given["sd"]] if isinstance(given, dict) else [given]
        assert np.isfinite(numbers).all(), case
        # The mean alone may cancel to nothing between y and mu, and is then as exact as they are.
        floor = 1e-15 * max(abs(case[0]), abs(case[2])) if function == "thetaGiven" else 0.0
        assert numbers == pytest.approx(wanted, rel=1e-6, abs=floor if numbers != wanted else 0.0), case


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.0617, 3, "0.062"), (-0.2, 3, "−0.200"), (-0.0004, 3, "0.000"), (0, 0, "0"), (-12.5, 1, "−12.5"), (1e7, 0, "10000000")],
)
def test_numbers_are_written_with_a_true_minus_and_no_negative_zero(page, value, decimals, text):
    assert call(page, "draw.js", "format", [[value, decimals]]) == [text]


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
def test_ticks_are_round_and_within_the_domain(page, domain, count, labels):
    (ticks,) = call(page, "draw.js", "ticks", [[domain, count]])
    assert [tick["label"] for tick in ticks] == labels
    assert [tick["value"] for tick in ticks] == pytest.approx([float(text.replace("−", "-")) for text in labels])
