"""Write beside each page that a person wrote a plain notebook of it, which any Jupyter shows as the site does.

Text, numbers and references are those of the page, for they come from the same resolved tree; cells and outputs are those of
the build. The page's download button offers the notebook first, and `make lab` and Binder hand it out.

Jupyter does not trust a notebook that somebody else has run: of its outputs it shows no SVG, no style and no widget. So figures
are images with a text alternative, explorers have one beside them, and the quiz keeps its answers back until its cell is run.
"""

import base64
import hashlib
import mimetypes
import re
import symtable
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin, urlsplit

import nbformat.v4
import plain_markdown
from docutils import nodes
from jupyter_cache import get_cache
from nbformat import NotebookNode
from sphinx.application import Sphinx

# A notebook opens with this cell. What to install, and how, is said there and nowhere else.
HEADER = Path(__file__).with_name("notebook_header.py")
EXPLORER_CSS = Path("lecturekit", "explore", "explore.css")
QUIZ_FEEDBACK = '<div class="why"'
SVG = "image/svg+xml"
RECORD = "application/papermill.record/"
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
# JupyterLab and VS Code; Google's Colab; Jupyter Book.
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form", "tags": ["hide-input"]}
# Figures are drawn for a white page, and on no background of their own.
PAPER = '<rect width="100%" height="100%" fill="white"/>'
STILL = "width: 420px; margin: 0; font: 13px sans-serif"
NUMBERED = {"figure": "figure", "table": "table", "math_block": "displaymath"}


def has_notebook(page: str) -> bool:
    """Whether a page is one of the chapters' folder itself: neither a homework nor a module's reference."""
    return PurePosixPath(page).parent == PurePosixPath("chapters")


def export(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Write a page's notebook and offer it on the page."""
    if doctree is None or not has_notebook(page):
        return
    # What stands in an explorer's place, in the page's order.
    drawings = re.findall(r'<figure class="lk-explorer lk-static">.*?</figure>', context["body"], re.DOTALL)
    path = Path(app.outdir, f"{page}.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Page(app, page, doctree, iter(drawings)).text(), encoding="utf-8")
    for group in context.get("header_buttons", []):
        if group["label"] == "download-buttons":
            (source,) = (button for button in group["buttons"] if button["label"] == "download-source-button")
            offer = {"url": path.name, "text": ".ipynb", "tooltip": "Download notebook", "label": "download-notebook-button"}
            group["buttons"].insert(0, source | offer)


class Page:
    """A page on its way to a notebook."""

    def __init__(self, app: Sphinx, name: str, doctree: nodes.document, drawings: Iterator[str]) -> None:
        self.app, self.name, self.doctree, self.drawings = app, name, doctree, drawings
        self.markdown = plain_markdown.Markdown(self.number, self.address, self.picture)
        self.executed = self.with_outputs() if "kernelspec" in app.env.metadata[name] else None
        self.plumbing = self.left_out() if self.executed else set()
        self.cells: list[NotebookNode] = []
        self.waiting: list[str] = []

    def text(self) -> str:
        """Return the notebook, the same for the same page: ids are numbers."""
        metadata = {"language_info": {"name": "python"}}
        if self.executed:
            metadata |= {name: value for name, value in self.executed.metadata.items() if name in ("kernelspec", "widgets")}
            header = HEADER.read_text(encoding="utf-8").strip()
            self.cells.append(nbformat.v4.new_code_cell(header, metadata=FOLDED))
        self.walk(self.doctree, 0)
        self.write_waiting()
        for number, cell in enumerate(self.cells):
            cell.id = f"cell-{number}"
        text = nbformat.writes(nbformat.v4.new_notebook(cells=self.cells, metadata=metadata))
        for number, model in enumerate(metadata.get("widgets", {}).get(STATE, {}).get("state", {})):
            text = text.replace(model, f"{number:032x}")
        return text + "\n"

    def walk(self, node: nodes.Element, depth: int) -> None:
        """Add the cells of a section: Markdown up to the next cell of code or heading."""
        for child in node.children:
            if isinstance(child, nodes.section):
                if not (self.waiting and self.waiting[-1].startswith("#")):  # one heading right below another
                    self.write_waiting()
                self.walk(child, depth + 1)
            elif isinstance(child, nodes.title):
                numbers = self.app.env.toc_secnumbers.get(self.name, {}).get("" if depth == 1 else f"#{node['ids'][0]}") or ()
                number = "".join(f"{number}." for number in numbers)
                self.waiting.append(" ".join(filter(None, ["#" * depth, number, self.markdown.inline(child)])))
            elif is_code(child):
                self.write_waiting()
                self.add_code(child)
            elif text := self.markdown.block(child):
                self.waiting.append(text)

    def write_waiting(self) -> None:
        """Add a cell of Markdown."""
        if self.waiting:
            cell = nbformat.v4.new_markdown_cell("\n\n".join(self.waiting))
            if self.markdown.attached:
                cell.attachments = {path.name: embedded(path) for path in self.markdown.attached}
            self.cells.append(cell)
        self.waiting, self.markdown.attached = [], []

    def add_code(self, node: nodes.container) -> None:
        """Add a cell of code, and below it the captions of its figures; but not one that only records numbers."""
        source, tags = self.executed.cells[node["cell_index"]], node["cell_metadata"].get("tags", [])
        alternatives = iter([image.get("alt", "") for image in node.findall(nodes.image)])
        outputs = [shown for output in source.outputs if (shown := self.shown(output, alternatives))]
        if node["cell_index"] in self.plumbing:
            return
        metadata = FOLDED if {"hide-input", "remove-input"} & set(tags) else {}
        count = source.execution_count
        self.cells.append(nbformat.v4.new_code_cell(source.source, outputs=outputs, execution_count=count, metadata=metadata))
        for figure in node.findall(nodes.figure):
            captions = [self.markdown.caption(figure, caption) for caption in figure.findall(nodes.caption)]
            self.cells += map(nbformat.v4.new_markdown_cell, captions)

    def shown(self, output: NotebookNode, alternatives: Iterator[str]) -> NotebookNode | None:
        """Return an output as any Jupyter shows it, or None if it only records numbers."""
        if "data" not in output:
            return output
        data = {kind: value for kind, value in output.data.items() if not kind.startswith(RECORD)}
        if svg := data.pop(SVG, ""):
            drawn = re.sub(r".*?(<svg[^>]*>)", rf"\1{PAPER}", svg, count=1, flags=re.DOTALL)
            data["text/html"] = image(drawn, next(alternatives, ""))
        elif VIEW in data and (drawing := next(self.drawings, "")):
            data |= {"text/html": self.still(drawing), "text/plain": "Run this cell for a figure with sliders."}
        elif QUIZ_FEEDBACK in data.get("text/html", ""):
            html = data["text/html"].replace(QUIZ_FEEDBACK, f'{QUIZ_FEEDBACK} style="display: none"')
            data["text/html"] = html.replace("</style>", ".quiz .why { display: block !important; }\n</style>")
        return NotebookNode(output | {"data": data, "metadata": {}}) if data else None

    def still(self, drawing: str) -> str:
        """Return what stands in an explorer's place, its figure as an image that brings its style along."""
        css = Path(self.app.srcdir, EXPLORER_CSS).read_text(encoding="utf-8")

        def picture(svg: re.Match[str]) -> str:
            root = f'<svg xmlns="http://www.w3.org/2000/svg" class="lk-explorer lk-figure" style="{STILL}"{svg[1]}>'
            return image(f"{root}<style>{css}</style>{PAPER}{svg[2]}", unescape(svg[3] or ""))

        made = re.sub(r"<svg([^>]*)>((?:<desc>(.*?)</desc>)?.*?</svg>)", picture, drawing, flags=re.DOTALL)
        return made.replace("With JavaScript on, this is a figure with sliders.", "Run this cell for a figure with sliders.")

    def left_out(self) -> set[int]:
        """Return which cells nobody sees and no other cell needs: those that record numbers, and what only these use."""
        found, needed = set(), set()
        for node in reversed([*self.doctree.findall(is_code)]):
            cell = self.executed.cells[node["cell_index"]]
            made, used = names(cell.source)
            shows = any(
                "data" not in output or any(not kind.startswith(RECORD) for kind in output.data) for output in cell.outputs
            )
            if "remove-input" in node["cell_metadata"].get("tags", []) and not shows and not made & needed:
                found.add(node["cell_index"])
            else:
                needed = (needed - made) | used
        return found

    def with_outputs(self) -> NotebookNode:
        """Return the page's cells as they were executed; as they were written where one has failed, and the build with it."""
        path = Path(self.app.env.mystnb_config.output_folder, f"{self.name}.ipynb")
        written = nbformat.read(path, 4)
        try:
            return get_cache(self.app.config.nb_execution_cache_path).merge_match_into_notebook(written)[1]
        except KeyError:
            return written

    def number(self, node: nodes.Element) -> str:
        """Return what the page calls a figure, a table or an equation."""
        kind = NUMBERED[node.tagname]
        numbers = self.app.env.toc_fignumbers.get(self.name, {}).get(kind, {})
        number = next((".".join(map(str, numbers[name])) for name in node["ids"] if name in numbers), "")
        return self.app.config.numfig_format.get(kind, "%s") % number if number else ""

    def address(self, reference: nodes.reference) -> str:
        """Return where a reference leads: to another notebook, without its anchor, else to the site if its address is known."""
        link = reference.get("refuri", "")
        path = urlsplit(link).path
        if urlsplit(link).scheme or not path:
            return link if path else ""
        page = urljoin(self.name, path.removesuffix(".html"))
        if has_notebook(page):
            return f"{PurePosixPath(page).name}.ipynb" if page != self.name else ""
        base = self.app.config.html_baseurl
        return urljoin(base, urljoin(self.name, link)) if base else ""

    def picture(self, image: nodes.image) -> Path:
        """Return where the file of a picture is."""
        return Path(self.app.srcdir, image["candidates"]["*"])


def is_code(node: nodes.Node) -> bool:
    """Whether a node is a cell of code with what it shows."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def names(source: str) -> tuple[set[str], set[str]]:
    """Return the names that a cell makes for others, and those that it takes from others; none of one that is not Python."""
    try:
        top = symtable.symtable(source, "cell", "exec")
    except SyntaxError:
        return set(), set()
    made = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    return made, taken(top) - made


def taken(scope: symtable.SymbolTable) -> set[str]:
    """Return the names of the whole notebook that a scope and those in it refer to."""
    own = scope.get_type() == "module"
    found = {symbol.get_name() for symbol in scope.get_symbols() if symbol.is_referenced() and (own or symbol.is_global())}
    return found.union(*map(taken, scope.get_children()))


def image(svg: str, alternative: str) -> str:
    """Return a drawing as an HTML image."""
    return f'<img alt="{escape(alternative)}" src="data:{SVG};base64,{base64.b64encode(svg.encode()).decode()}">'


def embedded(path: Path) -> dict[str, str]:
    """Return a file as an attachment of a cell."""
    return {mimetypes.guess_type(path)[0] or "image/png": base64.b64encode(path.read_bytes()).decode()}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    # Pages are read again, and so written again, when what writes their notebooks has changed.
    written_by = b"".join(path.read_bytes() for path in (Path(__file__), HEADER, Path(plain_markdown.__file__)))
    app.add_config_value("plain_notebooks", hashlib.sha256(written_by).hexdigest(), "env", str)
    # After the explorers' drawings, and after the theme's buttons, at 501.
    app.connect("html-page-context", export, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
