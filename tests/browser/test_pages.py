"""Every page of the built book, as a reader's browser sees it, at the root of a site and below one."""

import gzip
import re

import pytest

pytestmark = pytest.mark.browser

PHONE = 360
MB = 1_000_000
# Already compressed: a server sends these as they are.
COMPRESSED = ("font/", "image/png", "image/jpeg", "application/font")

# The page's text without what may rightly hold a backslash: code and its output, and MathJax's copy for screen readers.
PROSE = """() => {
  const prose = document.querySelector("article").cloneNode(true);
  prose.querySelectorAll("pre, code, script, style, mjx-assistive-mml").forEach((element) => element.remove());
  return prose.textContent;
}"""


def test_says_nothing_on_the_console_and_asks_no_other_host(visited):
    assert visited.problems == []


def test_math_is_typeset(visited):
    sources = visited.page.locator(".math")
    typeset = visited.page.locator(".math mjx-container")
    assert typeset.count() >= sources.count()
    assert visited.page.locator("mjx-merror").count() == 0
    assert re.findall(r"\\[()\[\]]|\$\$|\\[a-z]{2,}", visited.page.evaluate(PROSE)) == []


def test_shows_one_search_box(visited):
    boxes = visited.page.locator("input[type=search], .search-button, .search-button-field")
    assert sum(box.is_visible() for box in boxes.all()) == 1


def test_every_figure_has_a_text_alternative(visited):
    bare = visited.page.locator("article img:not([alt]), article img[alt='']")
    assert [image.get_attribute("src") for image in bare.all()] == []


def test_shows_no_traceback_and_no_stderr(visited):
    assert visited.page.locator(".cell_output .traceback, .cell_output .stderr").count() == 0


def test_loads_the_widget_scripts_only_where_there_is_a_widget(visited):
    has_widget = "application/vnd.jupyter.widget-view+json" in visited.page.content()
    asked = any("html-manager" in answer.url for answer in visited.responses)
    assert asked == has_widget


def test_search_finds_a_page(visit):
    visited = visit("search")
    visited.page.goto(f"{visited.page.url}?q=hierarchical")
    visited.page.locator("#search-results li a").first.wait_for()
    assert visited.problems == []


def test_is_light(visited):
    """A page's budget over the wire, gzipped: 0.6 MB, or 1.5 MB where it has sliders."""
    weights = {answer.url: weight(answer) for answer in visited.responses if answer.ok}
    budget = 1.5 * MB if visited.page.locator(".widget-slider").count() else 0.6 * MB
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:8]
    assert sum(weights.values()) <= budget, heaviest


def test_fits_a_phone(visited):
    visited.page.set_viewport_size({"width": PHONE, "height": 900})
    # Two frames later the page has laid itself out.
    visited.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert visited.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    visited.page.set_viewport_size({"width": 1280, "height": 900})


def weight(answer) -> int:
    body = answer.body()
    kind = answer.headers.get("content-type", "")
    return len(body) if kind.startswith(COMPRESSED) or answer.url.endswith(".woff2") else len(gzip.compress(body))
