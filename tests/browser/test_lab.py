"""The explorers in a live JupyterLab: drawn there too, and moved and read from Python."""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from lecturekit import explore
from tests.browser.explorers import drawing, sentence, settle, shown, wait_until_drawn

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
    """Return the address of the notebook in a JupyterLab of this test's own, which leaves nothing behind."""
    home = tmp_path_factory.mktemp("lab")
    root = home / "notebooks"
    root.mkdir()
    (root / "explorers.ipynb").write_text(json.dumps(notebook()), encoding="utf-8")
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
        yield f"{site}/lab/tree/explorers.ipynb?token={token}"
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
    page.goto(address)
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
