"""The notebooks beside the pages say what the pages say, need no plugin, and run from top to bottom."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from scripts.toc import pages, source
from tests.book.plain import article, formulas, rendered, sentences, tex

pytestmark = pytest.mark.book

BOOK = Path("_build/html")
PAGES = [name for name in pages() if name.count("/") == 1]
EXECUTED = [name for name in PAGES if "{code-cell}" in source(name).read_text(encoding="utf-8")]
# The one that is the quickest to run.
DAILY = "chapters/11-summary"
LABEL = re.compile(r"^\((?P<a>[\w-]+)\)=$|^\s*(?::name:|:label:|name:) (?P<b>[a-z][\w]*-[\w-]+)$", re.MULTILINE)
HEADER = Path("_ext/notebook_header.py")


def read(name: str) -> NotebookNode:
    return nbformat.read(BOOK / f"{name}.ipynb", 4)


def markdown(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def labels() -> set[str]:
    """The names of all figures, equations, tables and sections."""
    text = "\n".join(source(name).read_text(encoding="utf-8") for name in PAGES)
    return {match["a"] or match["b"] for match in LABEL.finditer(text)}


def test_every_page_of_the_chapters_has_a_notebook_and_no_other():
    assert {path.relative_to(BOOK).with_suffix("").as_posix() for path in BOOK.rglob("chapters/*.ipynb")} == set(PAGES)
    assert len(EXECUTED) >= 12


@pytest.mark.parametrize("name", PAGES)
def test_a_notebook_is_valid_and_its_text_is_plain(name):
    notebook = read(name)
    nbformat.validate(notebook)
    assert notebook.cells
    text = "\n\n".join(markdown(notebook))
    prose = re.sub(
        r"\$\$.*?\$\$|(?<!\\)\$.*?(?<!\\)\$",
        "",
        re.sub(r"^```\w*\n.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE),
        flags=re.DOTALL,
    )
    for left in (r"\{[\w:]+\}`", r"^\s*(> )*:::", r"```\{", r"\bc\d\d_\w+", r"<Pending|system_message"):
        assert not re.search(left, prose, re.MULTILINE), left
    without_targets = re.sub(r"\]\([^)]*\)", "]", prose)
    known = labels()
    assert len(known) > 100
    assert set(re.findall(r"[\w]+(?:-[\w]+)+", without_targets)) & known == set()


@pytest.mark.parametrize("name", PAGES)
def test_a_notebook_says_what_its_page_says(name, built):
    page, cells = article(built[Path(f"{name}.html")]), rendered(markdown(read(name)))
    assert [tex(element.get_text()) for element in cells.select(".math")] == formulas(page)
    assert sentences(cells) == sentences(page)


@pytest.mark.parametrize("name", PAGES)
def test_every_number_of_a_page_is_in_its_notebook_in_its_order(name, built):
    text = re.sub(r"\\(?=[^\w\s])", "", "\n".join(markdown(read(name))))
    place = 0
    for number in built[Path(f"{name}.html")].select("article .pasted-text"):
        place = text.find(number.get_text(), place)
        assert place >= 0, number
    equations = [element.find(string=True).strip("()") for element in built[Path(f"{name}.html")].select("article .eqno")]
    assert re.findall(r"\\tag\{([^}]*)\}", text) == equations


@pytest.mark.parametrize("name", PAGES)
def test_every_link_between_notebooks_holds(name):
    links = re.findall(r"\]\(([^)\s]*)\)", "\n".join(markdown(read(name))))
    links = [link for link in links if not link.startswith(("http://", "https://", "attachment:"))]
    assert [link for link in links if not (BOOK / "chapters" / link).is_file()] == []


@pytest.mark.parametrize("name", PAGES)
def test_the_download_button_offers_the_notebook_before_the_source(name, built):
    offered = [link["href"] for link in built[Path(f"{name}.html")].select(".dropdown-download-buttons a")]
    assert offered == [f"{Path(name).name}.ipynb", f"../_sources/{name}.md"]


def shown(output: NotebookNode) -> str:
    """What an output says in text, "" for a figure, an explorer or a quiz."""
    if output.output_type == "stream":
        return output.text
    return "" if set(output.data) - {"text/plain"} else output.data.get("text/plain", "")


def outputs(notebook: NotebookNode) -> str:
    """All that the cells of a notebook say in text: how it is cut into outputs is chance."""
    return "".join(shown(output).strip("\n") for cell in notebook.cells for output in cell.get("outputs", []))


@pytest.mark.parametrize("name", EXECUTED)
def test_a_notebook_has_the_outputs_of_its_page(name, built):
    notebook = read(name)
    page = built[Path(f"{name}.html")]
    said = "".join(
        element.get_text().strip("\n")
        for element in page.select("div.cell_output .output.stream, div.cell_output .output.text_plain")
    )
    assert outputs(notebook) == said
    html = [
        output.data["text/html"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    alternatives = [image["alt"] for image in page.select("div.cell_output img")]
    images = re.findall(r'^<img alt="([^"]+)" src="data:image/svg\+xml;base64,', "\n".join(html), re.MULTILINE)
    assert len(images) == len(alternatives) > 0 or name == "chapters/11-summary"
    explorers = page.select("script[type='application/vnd.jupyter.widget-view+json']")
    assert sum("lk-static" in text for text in html) == len(explorers)
    # Who has not run it does not see the answers; no CSS of a notebook that is not trusted is used.
    assert sum(re.search(r'class="why"(?! style="display: none")', text) is not None for text in html) == 0


def test_no_cell_uses_a_name_that_no_cell_has_made():
    files = [BOOK / f"{name}.ipynb" for name in EXECUTED]
    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run([ruff, "check", "--isolated", "--select", "F821", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name == DAILY else pytest.mark.slow) for name in EXECUTED])
def test_a_notebook_runs_from_top_to_bottom_and_says_again_what_its_page_says(name, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    notebook = read(name)
    before = outputs(notebook)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert outputs(notebook) == before


def test_the_first_cell_finds_lecturekit_in_a_clone_or_says_how_to_install_it(tmp_path, monkeypatch):
    header = read(EXECUTED[0]).cells[0].source
    assert header == HEADER.read_text(encoding="utf-8").strip()
    looked = importlib.util.find_spec
    path = list(sys.path)
    monkeypatch.setattr(sys, "path", path)
    found = tmp_path / "lecturekit" / "__init__.py"
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name: looked(name) if name != "lecturekit" else (found.exists() and str(tmp_path) in sys.path) or None,
    )
    (tmp_path / "chapters" / "my-chapters").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "chapters" / "my-chapters")
    with pytest.raises(ModuleNotFoundError, match="pip install"):
        exec(header, {})
    found.parent.mkdir()
    found.touch()
    exec(header, {})
    assert str(tmp_path) in sys.path
