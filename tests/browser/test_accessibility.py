"""Whether readers who do not see the page, or do not use a mouse, get all of it: axe-core's rules, and the quiz by keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from toc import pages

from tests.browser.explorers import explorers, wait_until_drawn

pytestmark = pytest.mark.browser

AXE = Path("node_modules/axe-core/axe.min.js")
# Both themes, one on a desktop and one on a phone, where tables and formulas scroll.
LOOKS = ((1280, "light"), (360, "dark"))
GRAVE = ("serious", "critical")
QUIZZES = sorted(Path("lecturekit/quizzes").glob("*.json"))
VERDICTS = ("Right.", "Not so.")


@pytest.mark.parametrize("name", pages())
def test_axe_finds_no_serious_or_critical_violation(name, visit):
    page = visit(name).page
    # On a busy machine a page may be at rest before its explorers are there.
    for place in range(page.locator('script[type="application/vnd.jupyter.widget-view+json"]').count()):
        wait_until_drawn(explorers(page).nth(place))
    # What is folded away is content too.
    page.evaluate("document.querySelectorAll('article details').forEach((folded) => { folded.open = true; })")
    # Colors on their way from one theme to the other are not the ones to judge.
    page.add_style_tag(content="*, *::before, *::after { transition: none !important; animation: none !important; }")
    page.add_script_tag(path=AXE)
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        # Two frames later the page has laid itself out.
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        found = page.evaluate("axe.run('article')")
        assert "color-contrast" in [rule["id"] for rule in found["passes"]]
        grave = [(rule["id"], node) for rule in found["violations"] if rule["impact"] in GRAVE for node in rule["nodes"]]
        assert [f"{theme}, {rule}: {node['html']}: {node['failureSummary']}" for rule, node in grave] == []
    page.close()


def spoken(page: Page) -> list[str]:
    """Return the pieces of text on the page that the browser hands to a screen reader."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    shown = [node for node in nodes if not node["ignored"] and node["role"]["value"] == "StaticText"]
    return [node["name"]["value"] for node in shown]


def described(page: Page, role: str) -> list[str]:
    """Return what the browser hands to a screen reader as the descriptions of all elements of a role."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [node.get("description", {}).get("value", "") for node in nodes if node["role"]["value"] == role]


@pytest.fixture(scope="module", params=[path.stem for path in QUIZZES])
def quiz_page(request: pytest.FixtureRequest, visit: Callable) -> Iterator[Page]:
    """Return each page that ends with a quiz."""
    page = visit(f"chapters/{request.param}").page
    yield page
    page.close()


def test_a_quiz_says_no_verdict_before_the_choice(quiz_page):
    # A verdict that is read out together with the choice, before it is made, would spoil the question.
    assert sum(text in VERDICTS for text in spoken(quiz_page)) == 0
    assert set(described(quiz_page, "radio")) == {""}
    quiz_page.get_by_role("radio").first.press("Space")
    assert sum(text in VERDICTS for text in spoken(quiz_page)) == 1


def test_a_quiz_is_answered_by_keyboard_alone(quiz_page):
    for question in quiz_page.locator(".quiz fieldset").all():
        choices = question.get_by_role("radio")
        choices.first.focus()
        assert choices.first.evaluate("choice => getComputedStyle(choice).outlineStyle") != "none"
        quiz_page.keyboard.press("Space")
        for choice in choices.all():
            assert choice.is_checked()
            (shown,) = [live for live in question.locator("[aria-live=polite]").all() if live.inner_text()]
            assert shown.inner_text().startswith(VERDICTS)
            quiz_page.keyboard.press("ArrowDown")
        assert choices.first.is_checked()  # the arrows go round
