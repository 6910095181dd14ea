"""The built book on a loopback port, at the root and below /course/, and a browser to open it in."""

import functools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, sync_playwright

from lecturekit import explore
from scripts.browser import find_browser, launch
from tests.browser.explorers import BOOK, LIVE, explorers, wait_until_drawn
from tests.browser.formulas import COMPARE

BASES = ("/", "/course/")
# Resolved when all of the page's mathematics is typeset.
TYPESET = "window.MathJax?.startup?.promise?.then(() => true)"
VIEWS = 'script[type="application/vnd.jupyter.widget-view+json"]'
# The widget manager's own JSON schema validator says this of its schema, whatever the page.
NOT_OURS = "strict mode: use allowUnionTypes"


class QuietHandler(SimpleHTTPRequestHandler):
    """Says nothing: a failing test names the requests that went wrong."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class BookHandler(QuietHandler):
    """Serves the book below one base path and nothing anywhere else."""

    base = "/"

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.base):
            return super().translate_path("/nothing-is-outside-the-base")
        return super().translate_path("/" + path.removeprefix(self.base))


@dataclass
class Visit:
    """A page that was opened, what it asked for, and everything that went wrong on the way."""

    name: str
    page: Page
    problems: list[str] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)

    def rest(self) -> "Visit":
        """Wait until the page's mathematics is typeset and every explorer drawn."""
        self.page.evaluate(TYPESET)
        for place in range(self.page.locator(VIEWS).count()):
            wait_until_drawn(explorers(self.page).nth(place))
        return self

    def close(self) -> None:
        """Close the page with the context that it was opened in."""
        self.page.context.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright, find_browser())
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """Return a page that can import the explorers' modules, and compare their formulas with golden cases."""
    handler = functools.partial(QuietHandler, directory=str(Path(explore.__file__).parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.add_init_script(path=COMPARE)
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    yield page
    page.close()
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def sites() -> Iterator[dict[str, str]]:
    """Return the address of the book at each base path."""
    servers, addresses = [], {}
    for base in BASES:
        handler = type("Handler", (BookHandler,), {"base": base})
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(BOOK)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        addresses[base] = f"http://127.0.0.1:{server.server_port}{base}"
    yield addresses
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def visit(browser: Browser, sites: dict[str, str]) -> Callable[..., Visit]:
    """Return a function that opens a page of the book, by name, for the caller to close.

    ``fragment`` is what follows in the address, ``prepare`` is given the page before it is opened, and the other options
    are those of a browser's context.
    """

    def open_page(
        name: str, base: str = "/", *, fragment: str = "", prepare: Callable[[Page], None] | None = None,
        width: int = 1280, color_scheme: str = "light", **options: object,
    ) -> Visit:  # fmt: skip
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=color_scheme, **options)
        visited = Visit(name, context.new_page())
        watch(visited, sites[base])
        if prepare:
            prepare(visited.page)
        visited.page.goto(f"{sites[base]}{name}.html{fragment}", wait_until="load")
        return visited

    return open_page


@pytest.fixture(scope="module")
def explorer(request: pytest.FixtureRequest, visit: Callable[..., Visit]) -> Iterator[Locator]:
    """Return the first explorer of the name NAME on the page PAGE, both of the test's module, when it is drawn."""
    visited = visit(request.module.PAGE)
    figure = visited.page.get_by_role("img", name=request.module.NAME)
    yield wait_until_drawn(visited.page.locator(LIVE).filter(has=figure).first)
    visited.close()


def watch(visited: Visit, site: str) -> None:
    """Record what the page asks for, and as a problem whatever a reader's console would show."""

    def hear(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not said.text.startswith(NOT_OURS):
            visited.problems.append(f"{said.type}: {said.text}")

    def ask(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            visited.problems.append(f"outside the site: {request.url}")

    def answer(response: Response) -> None:
        visited.responses.append(response)
        if response.status >= 400:
            visited.problems.append(f"{response.status}: {response.url}")

    def fail(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # which only says that the reader left before it was there
            visited.problems.append(f"failed: {request.url}")

    visited.page.on("console", hear)
    visited.page.on("request", ask)
    visited.page.on("response", answer)
    visited.page.on("pageerror", lambda error: visited.problems.append(f"page error: {error}"))
    visited.page.on("requestfailed", fail)
