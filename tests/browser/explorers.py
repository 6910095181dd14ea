"""How the tests find, move and read an explorer of the built book, whichever it is."""

import re

from playwright.sync_api import Locator


def press(explorer: Locator, label: str, *keys: str) -> None:
    """Press keys on the slider whose label begins so, or is so but for its unit."""
    handle = slider(explorer, label).locator(".noUi-handle")
    for key in keys:
        handle.press(key)
    settle(explorer)


def settle(explorer: Locator) -> None:
    """Wait two frames: whatever was asked for has then been drawn."""
    explorer.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def slider(explorer: Locator, label: str) -> Locator:
    return explorer.locator(".widget-slider").filter(has_text=re.compile(rf"(^|\s){re.escape(label)}( \(|$|[\d−])"))


def number(text: str) -> float:
    """Return a number as the page writes it, with a true minus."""
    return float(text.replace("−", "-"))


def shown(explorer: Locator) -> dict[str, float | bool]:
    """Return the state and the numbers that the drawing stands for, in full precision, by name."""
    values = explorer.locator(".lk-figure").evaluate("figure => ({ ...figure.dataset })")
    return {name: text == "true" if text in ("true", "false") else float(text) for name, text in values.items()}


def drawing(explorer: Locator) -> str:
    return explorer.locator("svg").first.evaluate("svg => svg.outerHTML")


def sentence(explorer: Locator) -> str:
    return explorer.locator(".lk-figure [aria-live]").inner_text()


def described(explorer: Locator) -> str:
    return explorer.locator(".lk-figure svg > desc").text_content()
