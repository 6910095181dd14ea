"""Every page of the built book, as a reader's browser sees it: each is opened once, and asked everything.

At rest and wide first; then, with all that is folded away unfolded, by axe-core's rules in the light theme, and on a phone
in the dark one; last, its quiz by keyboard. One page of each kind is opened below ``/course/`` too.
"""

import gzip
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Response

from scripts.toc import pages
from tests.browser.colors import CONTRAST, contrast, painted
from tests.browser.conftest import Visit
from tests.browser.explorers import BOOK, FRAMES, accessible, pages_that_ask

pytestmark = pytest.mark.browser

PHONE = 360
LEGIBLE = 8.5  # CSS pixels of the smallest font in a figure on a phone
ENLARGED = 1.35  # how many times a figure may be on a wide page
MB = 1_000_000
# Already compressed: a server sends these as they are.
COMPRESSED = ("font/", "image/png", "image/jpeg", "application/font")
AXE = Path("node_modules/axe-core/axe.min.js")
# The rules whose verdict changes with the theme or the width; all others ask of what is in the page, which does not.
LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
# ms after a change of the window's width; the theme waits 300 until it looks which boxes scroll.
TAB_STOPS_MOVED = 350
QUIZZES = {f"chapters/{path.stem}" for path in Path("lecturekit/quizzes").glob("*.json")}
VERDICTS = ("Right.", "Not so.")
# One page of each kind: the front page, a chapter with explorers, a homework, its solutions, the reference and a page of it.
KINDS = ("chapters/index", pages_that_ask()[0], "chapters/homework/01-pooling", "chapters/homework/01-pooling-solution",
         "chapters/api", "chapters/api/exact")  # fmt: skip

# The page's text without what may rightly hold a backslash: code and its output, and MathJax's copy for screen readers.
PROSE = """() => {
  const prose = document.querySelector("article").cloneNode(true);
  prose.querySelectorAll("pre, code, script, style, mjx-assistive-mml").forEach((element) => element.remove());
  return prose.textContent;
}"""
# Everything folded away is content too, and colors on their way from one theme to the other are not the ones to judge.
UNFOLD = "document.querySelectorAll('article details').forEach((folded) => { folded.open = true; })"
AT_ONCE = "*, *::before, *::after { transition: none !important; animation: none !important; }"


def one_of_its_kind(*beginnings_and_ends: str) -> list:
    """Every page, those with such a name left to `make test-all`, but for one of each kind: one program makes them."""
    marks = {
        name: [pytest.mark.slow]
        for name in pages()
        if name not in KINDS and any(name.startswith(part) or name.endswith(part) for part in beginnings_and_ends)
    }
    return [pytest.param(name, marks=marks.get(name, [])) for name in pages()]


# The reference's pages differ in their words alone, and solutions show what the homework does, and code.
@pytest.fixture(scope="module", params=one_of_its_kind("chapters/api/", "-solution"))
def visited(request: pytest.FixtureRequest, visit: Callable[..., Visit]) -> Iterator[Visit]:
    """Return each page of the book in turn: its tests run one after the other, on the same page."""
    visited = visit(request.param).rest()
    yield visited
    visited.close()


# Hides all but one element and those around it: what then happens costs less, and is the same.
ALONE = """(element) => {
  for (let one = element; one !== document.body; one = one.parentElement) {
    for (const other of one.parentElement.children) if (other !== one) other.style.display = "none";
  }
}"""

with_a_quiz = pytest.mark.parametrize("visited", sorted(QUIZZES), indirect=True, scope="module")


def test_math_is_typeset(visited):
    sources = visited.page.locator(".math")
    typeset = visited.page.locator(".math mjx-container")
    assert typeset.count() >= sources.count()
    assert visited.page.locator("mjx-merror").count() == 0
    assert re.findall(r"\\[()\[\]]|\$\$|\\[a-z]{2,}", visited.page.evaluate(PROSE)) == []


# Of formulas within a line that show only a part of themselves, by more than a letter leans over: what part of the line they
# have. Letters of a font that is still on its way are as wide as those of another.
CUT = """async () => {
  await document.fonts.ready;
  return [...document.querySelectorAll("article span.math mjx-container")]
    .filter((formula) => formula.checkVisibility() && formula.scrollWidth > formula.clientWidth + 4)
    .map((formula) => [formula.textContent, formula.clientWidth / formula.closest("p, li, dd, dt, td, th, div").clientWidth]);
}"""


def test_formulas_are_seen_whole(visited):
    assert visited.page.evaluate(CUT) == []


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


def test_is_light(visited):
    """A page's budget over the wire, gzipped: 0.6 MB, or 1.5 MB where it has sliders."""
    weights = {answer.url: weigh(answer) for answer in visited.responses if answer.ok}
    budget = 1.5 * MB if visited.page.locator(".widget-slider").count() else 0.6 * MB
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:8]
    assert sum(weights.values()) <= budget, heaviest


# By address: what pages share is weighed once.
WEIGHED: dict[str, int] = {}


def weigh(answer: Response) -> int:
    """Return how many bytes a server sends for an answer, gzipped where that helps."""
    if answer.url not in WEIGHED:
        body = answer.body()
        kind = answer.headers.get("content-type", "")
        packed = kind.startswith(COMPRESSED) or answer.url.endswith(".woff2")
        WEIGHED[answer.url] = len(body) if packed else len(gzip.compress(body))
    return WEIGHED[answer.url]


each_or_one_of_its_kind = pytest.mark.parametrize(
    "visited", one_of_its_kind("chapters/homework/", "chapters/api/"), indirect=True, scope="module"
)


def grave(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Return the serious and critical violations of axe-core's rules, or of those named, as the page now looks."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    # Formulas have the color of the text around them.
    found = page.evaluate(
        "([formulas, options]) => axe.run({ include: 'article', exclude: formulas }, options)",
        ["mjx-container" if rules else [], options],
    )
    assert "color-contrast" in [rule["id"] for rule in found["passes"]]
    violations = [rule for rule in found["violations"] if rule["impact"] in ("serious", "critical")]
    return [f"{rule['id']}: {node['html']}: {node['failureSummary']}" for rule in violations for node in rule["nodes"]]


@each_or_one_of_its_kind
def test_axe_finds_no_grave_violation_on_a_wide_light_page(visited):
    visited.page.evaluate(UNFOLD)
    visited.page.add_style_tag(content=AT_ONCE)
    visited.page.add_script_tag(path=AXE)
    assert grave(visited.page) == []


def narrow(page: Page) -> None:
    """Make the page as wide as a phone, if it is not so yet, and wait until it knows which boxes scroll."""
    if page.viewport_size != (phone := {"width": PHONE, "height": 900}):
        page.set_viewport_size(phone)
        page.wait_for_timeout(TAB_STOPS_MOVED)


def test_fits_a_phone(visited):
    narrow(visited.page)
    assert visited.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert [formula for formula, part in visited.page.evaluate(CUT) if part < 0.8] == []  # it scrolls where a line is too short


PLOTS = """images => images.map((image) => ({
  file: image.src.split("/").pop(), label: image.closest("figure")?.id ?? image.alt, width: image.getBoundingClientRect().width,
}))"""
# Matplotlib draws a text as paths, in a group that it scales to a hundredth of the font's size, after a comment that has the
# text. (Sub- and superscripts are scaled once more within it: they are smaller than their text in any print.)
TEXT = re.compile(r'<!-- (.*?) -->\s*<g [^>]*transform="[^"]*scale\(([\d.]+) -', re.DOTALL)


def plots(page: Page) -> list[tuple[str, str, float]]:
    """Return each plot of the page: its label, its drawing, and how many CSS pixels one of its points takes."""
    found = []
    for plot in page.locator("article img[src$='.svg']").evaluate_all(PLOTS):
        drawing = (BOOK / "_images" / plot["file"]).read_text(encoding="utf-8")
        points = float(re.search(r'<svg [^>]*width="([\d.]+)pt"', drawing)[1])
        found.append((plot["label"], drawing, plot["width"] / points))
    return found


def test_figures_grow_on_a_wide_page_and_not_beyond_its_column(visited):
    if visited.page.viewport_size["width"] == PHONE:  # the tests above were left out
        visited.page.set_viewport_size({"width": 1280, "height": 900})
    grown = [(label, pixels / (4 / 3)) for label, _, pixels in plots(visited.page)]
    assert [(label, times) for label, times in grown if times > 1.001 * ENLARGED] == []
    assert visited.page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_text_of_figures_is_legible_on_a_phone(visited):
    narrow(visited.page)
    small = []
    for label, drawing, pixels in plots(visited.page):
        sizes = [(100 * float(scale) * pixels, text) for text, scale in TEXT.findall(drawing)]
        size, text = min(sizes)
        if size < LEGIBLE:
            small.append(f"{visited.name}, {label}: {text!r} is {size:.1f} px")
    assert not small, "\n".join(small)


@each_or_one_of_its_kind
def test_axe_finds_no_grave_violation_on_a_dark_phone(visited):
    """There tables and formulas scroll."""
    narrow(visited.page)
    visited.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    visited.page.evaluate(FRAMES)
    assert grave(visited.page, LOOKS) == []


# The ground that covers the shade of a formula's edge, and the ground that the formula lies on.
GROUNDS = """formulas => formulas.map((formula) => {
  let around = formula.parentElement;
  while (/, 0\\)$/.test(getComputedStyle(around).backgroundColor)) around = around.parentElement;
  return [getComputedStyle(formula).backgroundImage.match(/rgb\\([^)]*\\)/)?.[0], getComputedStyle(around).backgroundColor];
})"""
WIDE_FORMULAS = "article mjx-container[tabindex]"


@each_or_one_of_its_kind
def test_a_formula_that_scrolls_has_the_ground_that_it_lies_on(visited):
    narrow(visited.page)
    visited.page.evaluate(UNFOLD)
    visited.page.evaluate(FRAMES)
    for theme in ("light", "dark"):
        visited.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        grounds = visited.page.locator(WIDE_FORMULAS).evaluate_all(GROUNDS)
        assert [pair for pair in grounds if pair[0] != pair[1]] == [], theme


PAPER = """() => [...document.querySelectorAll("article pre, article pre *")]
  .filter((element) => element.checkVisibility() && [...element.childNodes].some(({ data }) => data?.trim()))
  .map((element) => [element.textContent.trim().slice(0, 30), getComputedStyle(element).color])"""
UNSEEN = """() => [...document.querySelectorAll("article details.sd-dropdown :is(p, mjx-container, .sd-summary-content)")]
  .filter((element) => !element.checkVisibility() || element.getBoundingClientRect().height < 1)
  .map((element) => element.textContent.slice(0, 60))"""
BESIDE = ".bd-sidebar, .bd-header, .bd-header-article, .prev-next-footer, .sd-summary-state-marker"


@each_or_one_of_its_kind
def test_paper_is_light_and_has_all_derivations_unfolded_whatever_the_theme(visited):
    page = visited.page
    page.evaluate("""() => {
        document.documentElement.dataset.theme = "dark";
        document.querySelectorAll("article details.sd-dropdown").forEach((folded) => { folded.open = false; });
    }""")
    page.emulate_media(media="print")
    page.wait_for_function("document.documentElement.dataset.theme === 'light'")
    white = np.ones(3)
    faint = [(text, color) for text, color in page.evaluate(PAPER) if contrast(painted(color, 1, white), white) < CONTRAST]
    assert faint == []
    assert page.evaluate(UNSEEN) == []
    assert [part.get_attribute("class") for part in page.locator(BESIDE).all() if part.is_visible()] == []
    filters = page.locator("article img").evaluate_all("images => images.map((image) => getComputedStyle(image).filter)")
    assert set(filters) <= {"none"}
    page.emulate_media(media="screen")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")


def heard(quiz: Locator) -> tuple[int, set[str]]:
    """Return how many verdicts a screen reader is handed, and what it is told of the choices beside their names."""
    nodes = accessible(quiz)
    verdicts = sum(node["role"] == "StaticText" and node["name"] in VERDICTS for node in nodes)
    return verdicts, {node["description"] for node in nodes if node["role"] == "radio"}


@with_a_quiz
def test_a_quiz_says_no_verdict_before_the_choice(visited):
    quiz = visited.page.locator(".quiz")
    quiz.evaluate(ALONE)
    # A verdict that is read out together with the choice, before it is made, would spoil the question.
    assert heard(quiz) == (0, {""})
    quiz.get_by_role("radio").first.press("Space")
    assert heard(quiz)[0] == 1


@with_a_quiz
def test_a_quiz_is_answered_by_keyboard_alone(visited):
    for question in visited.page.locator(".quiz fieldset").all():
        choices = question.get_by_role("radio")
        choices.first.focus()
        assert choices.first.evaluate("choice => getComputedStyle(choice).outlineStyle") != "none"
        visited.page.keyboard.press("Space")
        for choice in choices.all():
            assert choice.is_checked()
            (shown,) = [live for live in question.locator("[aria-live=polite]").all() if live.inner_text()]
            assert shown.inner_text().startswith(VERDICTS)
            visited.page.keyboard.press("ArrowDown")
        assert choices.first.is_checked()  # the arrows go round


def test_says_nothing_on_the_console_and_asks_no_other_host(visited):
    """Stands last, so that the page has been through all the above."""
    assert visited.problems == []


@pytest.mark.parametrize("name", KINDS)
def test_works_below_a_folder_of_a_site_as_well(visit, name):
    """That no other page names an address that would not is tested in the pages' text: tests/book/test_pages.py."""
    visited = visit(name, "/course/").rest()
    assert visited.problems == []
    assert visited.page.locator("mjx-merror").count() == 0
    assert len(visited.responses) > 5
    visited.close()


def test_search_finds_a_page(visit):
    visited = visit("search")
    visited.page.goto(f"{visited.page.url}?q=hierarchical")
    visited.page.locator("#search-results li a").first.wait_for()
    assert visited.problems == []
    visited.close()


def edges(formula: Locator) -> list[bool]:
    """Return whether a formula's left and right edge are in shade, from the pixels above its letters."""
    formula.evaluate("formula => formula.scrollIntoView({ block: 'center' })")
    seen = np.asarray(Image.open(io.BytesIO(formula.screenshot())).convert("RGB"), int)[1]
    ground = seen[len(seen) // 2]
    return [bool(abs(seen[place] - ground).max() > 20) for place in (1, -2)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_formula_is_in_shade_where_there_is_more_of_it(visit, theme):
    visited = visit(KINDS[1], width=240, color_scheme=theme).rest()
    visited.page.wait_for_timeout(TAB_STOPS_MOVED)
    formula = visited.page.locator(f"div.math {WIDE_FORMULAS.removeprefix('article ')}").first
    assert edges(formula) == [False, True]
    formula.evaluate("formula => { formula.scrollLeft = (formula.scrollWidth - formula.clientWidth) / 2; }")
    assert edges(formula) == [True, True]
    formula.evaluate("formula => { formula.scrollLeft = formula.scrollWidth; }")
    assert edges(formula) == [True, False]
    visited.close()


def test_a_page_is_printed_light_and_shown_dark_again(visit):
    """What a browser says before and after it prints."""
    visited = visit(KINDS[1], color_scheme="dark")
    theme = "document.documentElement.dataset.theme"
    assert visited.page.evaluate(theme) == "dark"
    for event, seen in (("beforeprint", "light"), ("afterprint", "dark"), ("afterprint", "dark")):
        visited.page.evaluate("event => { dispatchEvent(new Event(event)); }", event)
        assert visited.page.evaluate(theme) == seen
    visited.close()
