"""Find the browser that the page tests and the screenshots run in. Run as a script: install it where that is possible.

A Chromium or Chrome on the PATH comes first, then the one that Playwright has installed.
"""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from scripts.debian import install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "install Chromium or Chrome, or run: .venv/bin/playwright install chromium"
# The book asks nothing of any network, and neither may the browser.
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> str | None:
    """Return the path of a Chromium or Chrome, or None where there is none."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def launch(playwright: Playwright, path: str) -> Browser:
    """Start the browser at ``path``, headless."""
    # Chromium's sandbox refuses to run as root.
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    return playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox])


if __name__ == "__main__" and not find_browser():
    install("the browser tests", "chromium", "fonts-liberation")
