"""The explorers of the built book, moved by keyboard in a browser with no kernel."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page
from scipy.stats import halfnorm
from toc import pages

from lecturekit.measurements import Measurements
from lecturekit.model import NormalHierarchy
from tests.browser.explorers import described, drawing, number, press, sentence, shown, slider

pytestmark = pytest.mark.browser

# The first page whose source asks for the shrinkage weight.
FIRST_WITH_EXPLORER = next(
    name for name in pages() if "explore.shrinkage_weight(" in Path(f"{name}.md").read_text(encoding="utf-8")
)
SYMBOLS = {"tau": "τ", "sigma": "σ", "mu": "μ", "y": "y"}
SHRINKAGE_WEIGHT = "Population, likelihood and posterior of one object"
# Any text on the page reaches this contrast with its background: WCAG 2.2, success criterion 1.4.3.
CONTRAST = 4.5
SMALLEST_TEXT = 11  # CSS pixels


def find_explorer(page: Page) -> Locator:
    return page.locator(".lk-explorer").filter(has=page.get_by_role("img", name=SHRINKAGE_WEIGHT)).first


@pytest.fixture(scope="module")
def opened(visit: Callable) -> Callable[..., Page]:
    """Return a function that opens the page with the shrinkage weight and waits for its first drawing."""

    def open_explorer(**options: object) -> Page:
        page = visit(FIRST_WITH_EXPLORER, **options).page
        find_explorer(page).locator(".lk-figure[data-w]").wait_for()
        return page

    return open_explorer


@pytest.fixture(scope="module")
def explorer(opened: Callable[..., Page]) -> Locator:
    return find_explorer(opened())


@pytest.mark.parametrize("name", SYMBOLS)
def test_a_slider_moved_by_keyboard_changes_drawing_sentence_and_description(explorer, name):
    before = shown(explorer), drawing(explorer), described(explorer), sentence(explorer)
    press(explorer, SYMBOLS[name], *["ArrowRight"] * 8)
    after = shown(explorer), drawing(explorer), described(explorer), sentence(explorer)
    assert after[0][name] > before[0][name]
    assert [value for other, value in after[0].items() if other in SYMBOLS and other != name] == [
        value for other, value in before[0].items() if other in SYMBOLS and other != name
    ]
    for was, now in zip(before[1:], after[1:], strict=True):
        assert now != was


def test_what_is_shown_agrees_with_lecturekit_at_20_random_settings(explorer):
    rng = np.random.default_rng(20)
    model = NormalHierarchy(mu_prior=(0, 1), tau_prior=halfnorm())
    seen = set()
    for _ in range(20):
        for name in SYMBOLS:
            end, page_key, key = [("Home", "PageUp", "ArrowRight"), ("End", "PageDown", "ArrowLeft")][rng.integers(2)]
            press(explorer, SYMBOLS[name], end, *[page_key] * rng.integers(16), *[key] * rng.integers(5))
        values = shown(explorer)
        for name in SYMBOLS:  # the figure stands where the reader reads that the slider stands
            readout = slider(explorer, SYMBOLS[name]).locator(".widget-readout").inner_text()
            assert values[name] == pytest.approx(number(readout), abs=1e-9)
        seen.add(tuple(values[name] for name in SYMBOLS))

        tau, sigma, mu, y = (values[name] for name in SYMBOLS)
        mean, sd = model.theta_given(mu, tau, Measurements([y], [sigma]))
        w = tau**2 / (tau**2 + sigma**2)
        assert [values["w"], values["mean"], values["sd"]] == pytest.approx([w, mean[0], sd[0]], rel=1e-6, abs=1e-12)

        label = explorer.locator("text.lk-posterior").text_content()
        assert [number(text) for text in re.findall(r"[−\d.]+", label)] == pytest.approx([mean[0], sd[0]], abs=5.1e-4)
        said = sentence(explorer)
        assert number(re.search(r"w = ([\d.]+):", said)[1]) == pytest.approx(w, abs=5.1e-3)
        assert number(re.search(r"(\d+)\s%", said)[1]) == pytest.approx(100 * (1 - w), abs=0.51)
    assert len(seen) == 20


def test_the_ends_of_every_range_are_drawn(explorer):
    for tau, sigma in (("Home", "Home"), ("Home", "End"), ("End", "Home"), ("End", "End")):
        for mu, y in (("Home", "End"), ("End", "Home"), ("Home", "Home")):
            for name, key in zip(SYMBOLS, (tau, sigma, mu, y), strict=True):
                press(explorer, SYMBOLS[name], key)
            values = shown(explorer)
            assert np.isfinite(list(values.values())).all()
            assert (values["tau"] == 0) == (tau == "Home")
            assert (values["sd"] == 0) == (tau == "Home")
            assert re.findall("NaN|Infinity|undefined", explorer.inner_html()) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_fits_its_page_with_legible_text(opened, width):
    page = opened(width=width)
    explorer = find_explorer(page)
    left, right = explorer.evaluate("e => { const b = e.getBoundingClientRect(); return [b.left, b.right]; }")
    boxes = explorer.evaluate(
        "e => [...e.querySelectorAll('text, p, .widget-label, .widget-readout, .noUi-handle')]"
        ".filter((t) => t.textContent || t.matches('.noUi-handle'))"
        ".map((t) => ({ size: parseFloat(getComputedStyle(t).fontSize), ...t.getBoundingClientRect().toJSON() }))"
    )
    assert len(boxes) > 15
    for box in boxes:
        assert box["size"] >= SMALLEST_TEXT
        assert box["left"] >= left - 1 >= -1
        assert box["right"] <= right + 1 <= width + 1


def luminance(color: str) -> float:
    channels = np.array([float(part) for part in re.findall(r"[\d.]+", color)[:3]]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_keeps_its_contrast_when_the_theme_is_switched(opened, theme):
    page = opened()
    explorer = find_explorer(page)
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    colors = explorer.evaluate(
        "e => [...e.querySelectorAll('text, p, .widget-label, .widget-readout, .widget-html-content')]"
        ".map((t) => getComputedStyle(t)[t.tagName === 'text' ? 'fill' : 'color'])"
    )
    # The nearest ancestor that paints anything is what the text stands on.
    background = explorer.evaluate(
        "e => { let color; do { color = getComputedStyle(e).backgroundColor; e = e.parentElement; }"
        " while (e && color === 'rgba(0, 0, 0, 0)'); return color; }"
    )
    assert (luminance(background) < 0.2) == (theme == "dark")
    for color in set(colors):
        lighter, darker = sorted([luminance(color), luminance(background)], reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= CONTRAST, color
