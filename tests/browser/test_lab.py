"""A live JupyterLab: it shows a chapter's notebook as the page does, and explorers that are moved and read from Python."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Locator, Page, Request, expect

from lecturekit import explore
from tests.book.plain import article, formulas, sentences
from tests.browser.explorers import BOOK, drawing, sentence, settle, shown, wait_until_drawn

pytestmark = pytest.mark.browser

NAMES = [name for name in explore.__all__ if name != "Explorer"]
# Two of the same first; then one of each other kind.
SHOWN = ["shrinkage_weight", "shrinkage_weight", *(name for name in NAMES if name != "shrinkage_weight")]
CELLS = [
    "from lecturekit import explore",
    *(f"e{number} = explore.{name}(); e{number}" for number, name in enumerate(SHOWN)),
    'e0.controls["tau"].value = 0.25',
    'print("sigma is", e0.controls["sigma"].value)',
]
MOVE, READ = len(CELLS) - 2, len(CELLS) - 1
CHAPTER = "chapters/04-metallicities"
PATIENCE = 120  # s: for a server to start, a page to open and a kernel to answer, on a machine that does much else


def notebook() -> dict:
    cells = [
        {"cell_type": "code", "id": f"cell-{i}", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for i, source in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the notebooks in a JupyterLab of this test's own, which leaves nothing behind."""
    home = tmp_path_factory.mktemp("lab")
    root = home / "notebooks"
    root.mkdir()
    (root / "explorers.ipynb").write_text(json.dumps(notebook()), encoding="utf-8")
    shutil.copy(BOOK / f"{CHAPTER}.ipynb", root / "chapter.ipynb")
    extensions = home / "JUPYTER_CONFIG_DIR" / "labconfig" / "page_config.json"
    extensions.parent.mkdir(parents=True)
    shutil.copy("scripts/lab-extensions.json", extensions)  # as `make lab` does
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
               "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")  # fmt: skip
    environment = os.environ | {name: str(home / name) for name in folders} | {"PYTHONPATH": str(Path.cwd())}
    command = [
        Path(sys.executable).with_name("jupyter-lab"), "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}",
        "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=root)
    site = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{site}/api/status?token={token}", server, home / "log")
        yield f"{site}/lab/tree/NAME?token={token}"
    finally:
        server.terminate()  # it ends its kernels first
        server.wait(PATIENCE)


def wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture(scope="module")
def lab(browser: Browser, address: str) -> Iterator[Page]:
    """Return JupyterLab with the notebook run up to its last cells, high enough to hold them all."""
    context = browser.new_context(viewport={"width": 1400, "height": 1200 + 900 * len(SHOWN)})
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    outside: list[str] = []

    def ask(request: Request) -> None:
        if not request.url.startswith((address.partition("/lab")[0], "data:", "blob:")):
            outside.append(request.url)

    page.on("request", ask)
    page.goto(address.replace("NAME", "explorers.ipynb"))
    page.locator(".jp-Notebook .jp-Cell").nth(READ).wait_for()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(state="attached")
    for cell in range(MOVE):
        run(page, cell)
    yield page
    assert outside == []
    context.close()


def run(page: Page, cell: int) -> Locator:
    """Run a cell, and return it when it has its number."""
    found = page.locator(".jp-Notebook .jp-Cell").nth(cell)
    found.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(found.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"), timeout=1000 * PATIENCE)
    return found


def explorer(page: Page, number: int) -> Locator:
    return wait_until_drawn(page.locator(".jp-Notebook .jp-Cell").nth(1 + number).locator(".lk-explorer"))


def test_every_explorer_is_drawn(lab):
    for number in range(len(SHOWN)):
        assert explorer(lab, number).locator("svg").first.bounding_box()["height"] > 100
        assert len(sentence(explorer(lab, number))) > 20


def test_every_handle_has_a_name(lab):
    handles = lab.locator(".lk-explorer .noUi-handle").all()
    assert len(handles) >= 4 * 2
    for handle in handles:
        assert handle.get_attribute("aria-label")
        assert handle.get_attribute("aria-valuetext")


def test_a_slider_set_in_python_moves_its_own_figure(lab):
    before = drawing(explorer(lab, 0)), sentence(explorer(lab, 0)), drawing(explorer(lab, 1))
    run(lab, MOVE)
    explorer(lab, 0).locator(".lk-figure[data-tau='0.25']").wait_for()
    after = drawing(explorer(lab, 0)), sentence(explorer(lab, 0)), drawing(explorer(lab, 1))
    assert [was != now for was, now in zip(before, after, strict=True)] == [True, True, False]


def test_a_slider_moved_in_the_browser_is_read_in_python(lab):
    handle = explorer(lab, 0).locator(".widget-slider").filter(has_text="error σ").locator(".noUi-handle")
    opened = shown(explorer(lab, 0))["sigma"]
    for _ in range(8):
        handle.press("ArrowRight")
    settle(explorer(lab, 0))
    moved = shown(explorer(lab, 0))["sigma"]
    assert moved > opened
    # The value is on its way to the kernel before the cell is.
    said = run(lab, READ).locator(".jp-OutputArea-output").inner_text()
    assert float(said.removeprefix("sigma is")) == pytest.approx(moved)


def test_the_notebooks_address_is_left_alone(lab):
    opened = lab.url
    explorer(lab, 1).locator(".noUi-handle").first.press("End")
    lab.wait_for_timeout(400)  # ms; in a built page the address follows after 250
    assert lab.url == opened
    assert "#" not in opened


@pytest.fixture(scope="module")
def chapter(browser: Browser, address: str) -> Iterator[Page]:
    """Return JupyterLab with a chapter's notebook as somebody who has not run it sees it, its math typeset."""
    context = browser.new_context(viewport={"width": 1400, "height": 20_000})
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(address.replace("NAME", "chapter.ipynb"))
    texts = sum(cell["cell_type"] == "markdown" for cell in json.loads((BOOK / f"{CHAPTER}.ipynb").read_text())["cells"])
    page.wait_for_function(
        """(texts) => {
            const shown = [...document.querySelectorAll(".jp-Notebook .jp-MarkdownOutput")].map((cell) => cell.textContent);
            return shown.length === texts && shown.every((text) => text && !/\\$[^$]+\\$/.test(text));
        }""",
        arg=texts,
    )
    page.locator(".jp-OutputArea-output .quiz").wait_for()
    yield page
    context.close()


def test_a_chapter_says_in_jupyterlab_what_its_page_says(chapter):
    page = article(BeautifulSoup((BOOK / f"{CHAPTER}.html").read_text(encoding="utf-8"), "html.parser"))
    cells = chapter.locator(".jp-MarkdownOutput").evaluate_all("cells => cells.map((cell) => cell.outerHTML)")
    text = BeautifulSoup("".join(cells), "html.parser")
    for anchor in text.select(".jp-InternalAnchorLink"):
        anchor.decompose()
    assert text.select("mjx-merror") == []
    assert len(text.select("mjx-container")) == len(formulas(page)) > 50
    assert sentences(text, "mjx-container") == sentences(page)


def test_a_chapters_figures_are_shown_with_their_text_alternatives(chapter):
    page = BeautifulSoup((BOOK / f"{CHAPTER}.html").read_text(encoding="utf-8"), "html.parser")
    images = chapter.locator(".jp-OutputArea-output img[alt]:not([alt=''])")
    drawn = images.evaluate_all("images => images.filter((image) => image.naturalWidth > 100).map((image) => image.alt)")
    figures = [image["alt"] for image in page.select("div.cell_output img")]
    assert [alt for alt in drawn if alt in figures] == figures


def test_a_quiz_that_nobody_has_run_keeps_its_answers_back(chapter):
    why = chapter.locator(".jp-OutputArea-output .why")
    assert why.count() > 5
    assert [place for place in range(why.count()) if why.nth(place).is_visible()] == []
