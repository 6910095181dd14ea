"""The built folder, opened by a double click: no server, and the same book."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visit, watch
from tests.browser.explorers import BOOK, built, drawing, explorers, pages_that_ask, sentence, shown, wait_until_drawn

pytestmark = pytest.mark.browser

FOLDER = BOOK.resolve().as_uri()
# A page with one explorer, one with two, one with three.
PAGES = {len(built(name)): name for name in reversed(pages_that_ask())}.values()


@pytest.fixture
def double_click(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a page of the folder."""
    context = browser.new_context()

    def open_page(name: str, after: str = "") -> Visit:
        visited = Visit(name, context.new_page())
        watch(visited, FOLDER)
        visited.page.goto(f"{FOLDER}/{name}.html{after}")
        return visited

    yield open_page
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_explorers_answer_and_keep_their_address(double_click, name):
    visited = double_click(name)
    assert visited.page.locator(".math mjx-container").count() >= visited.page.locator(".math").count() > 0
    for explorer in explorers(visited.page).all():
        wait_until_drawn(explorer)
    first = explorers(visited.page).first
    assert explorers(visited.page).count() == len(built(name))
    opened = drawing(first)
    setting = next(iter(built(name)[0].settings.values()))
    first.locator(".noUi-handle").first.press("Home" if setting["value"] == setting["max"] else "End")
    visited.page.wait_for_url("**#*")
    assert drawing(first) != opened
    again = double_click(name, f"#{visited.page.url.partition('#')[2]}")
    linked = wait_until_drawn(explorers(again.page).first)
    assert sentence(linked) == sentence(first)
    assert shown(linked) == pytest.approx(shown(first), rel=1e-12)  # a slider's own arithmetic leaves a last digit
    assert visited.problems + again.problems == []


def test_search_lists_pages(double_click):
    """Without their excerpts, and saying so on the console: Chromium lets no page of a folder read another."""
    page = double_click("search", "?q=hierarchical").page
    page.locator("#search-results li a").first.wait_for()
