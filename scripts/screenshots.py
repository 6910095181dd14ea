"""Photograph every page of the built book, or the pages named, in full: wide, as wide as a phone, and dark.

For two pages, say: ``.venv/bin/python -m scripts.screenshots chapters/index chapters/04-metallicities``
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.browser import REMEDY, find_browser, launch
from scripts.toc import pages

BOOK = Path("_build/html")
PICTURES = Path("_build/screenshots")
LOOKS = {
    "wide": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 360, "height": 780}, "color_scheme": "light", "device_scale_factor": 2},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}


def photograph(names: list[str]) -> None:
    """Write one PNG for each page and look."""
    path = find_browser()
    if path is None:
        raise SystemExit(f"screenshots: no browser was found; {REMEDY}")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        for look, settings in LOOKS.items():
            context = browser.new_context(**settings)
            page = context.new_page()
            for name in names:
                page.goto((BOOK / f"{name}.html").resolve().as_uri())
                page.wait_for_load_state("networkidle")
                picture = PICTURES / f"{Path(name).name}-{look}.png"
                page.screenshot(path=picture, full_page=True)
                print(picture)
            context.close()
        browser.close()


if __name__ == "__main__":
    photograph(sys.argv[1:] or pages())
