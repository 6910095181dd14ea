"""The explorers' JavaScript, run as it is in a real browser, against lecturekit and SciPy."""

import functools
import importlib
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lecturekit import explore

pytestmark = pytest.mark.browser

# One file of golden cases an explorer, each a table from a JavaScript function's name to what yields its cases.
STEMS = sorted(path.stem for path in Path(__file__).parent.glob("golden/*.py"))
FILES = [importlib.import_module(f"tests.browser.golden.{stem}") for stem in STEMS]
GOLDEN = {name: cases for file in FILES for name, cases in file.GOLDEN.items()}
FLOORS = {name: floor for file in FILES for name, floor in getattr(file, "FLOORS", {}).items()}
TOLERANCE = 1e-6


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
        " const functions = await import(`/${module}`);"
        " const plain = (value) => {"
        "  if (ArrayBuffer.isView(value) || Array.isArray(value)) return Array.from(value, plain);"
        "  if (value === null || typeof value !== 'object') return value;"
        "  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)])); };"
        " return cases.map((given) => plain(functions[name](...given))); }",
        [module, function, cases],
    )


def flat(value: object) -> list[float]:
    """Return the numbers in nested lists and dicts, in order, those of a dict by name."""
    if isinstance(value, dict):
        return [number for name in sorted(value) for number in flat(value[name])]
    if isinstance(value, list | tuple | np.ndarray):
        return [number for item in value for number in flat(item)]
    return [float(value)]


def disagreements(page: Page, function: str, module: str = "math.js") -> list[str]:
    """Return the golden cases of a function in which the JavaScript says something else."""
    cases, expected = zip(*GOLDEN[function](), strict=True)
    found = []
    for case, given, wanted in zip(cases, call(page, module, function, list(cases)), expected, strict=True):
        floor = FLOORS[function](*case) if function in FLOORS else 0.0
        numbers, right = np.array(flat(given)), np.array(flat(wanted))
        # Equal infinities agree; NaN agrees with nothing.
        agree = len(numbers) == len(right) and all(
            a == b or abs(a - b) <= max(TOLERANCE * abs(b), floor) for a, b in zip(numbers, right, strict=True)
        )
        if not agree:
            found.append(f"{function}{tuple(case)}: {numbers}; expected {right}")
    return found


def test_every_function_of_the_mathematics_has_golden_cases(page):
    assert set(page.evaluate("async () => Object.keys(await import('/math.js'))")) == set(GOLDEN)


@pytest.mark.parametrize("function", GOLDEN)
def test_the_mathematics_agrees_with_lecturekit(page, function):
    assert disagreements(page, function) == []


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
