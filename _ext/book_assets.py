"""Serve MathJax, RequireJS and the widget manager from the built site itself.

The files come from the packages that ``npm ci`` puts in ``node_modules`` and from the installed anywidget. Where
``node_modules`` is missing, Sphinx's and MyST-NB's own defaults stand: the usual CDN addresses.
"""

import re
import shutil
from importlib import resources
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

# MathJax's ready-made bundle would bring its menu too, which weighs as much as these together.
MATHJAX_COMPONENTS = ["input/tex", "output/chtml", "a11y/assistive-mml"]
MATHJAX_FILES = [
    "startup.js",
    "core.js",
    "input/tex.js",
    "input/tex/extensions",
    "output/chtml.js",
    "output/chtml/fonts",
    "a11y/assistive-mml.js",
]
HTML_MANAGER = "@jupyter-widgets/html-manager/dist"
# Deferred, these run after every script that would mistake RequireJS for its own loader.
DEFERRED = {"defer": "defer"}
WIDGET_MANAGER = {
    "vendor/requirejs/require.js": DEFERRED,
    "widget-setup.js": DEFERRED,
    f"vendor/{HTML_MANAGER}/embed-amd.js": DEFERRED,
}
WIDGET_MATH = {"widget-math.js": DEFERRED}


def node_modules(app: Sphinx) -> Path:
    """Return where ``npm ci`` puts the browser assets."""
    return Path(app.srcdir) / "node_modules"


def choose_addresses(app: Sphinx, config: Config) -> None:
    """Point MathJax and the widget manager at the site's own files where there are any."""
    manager = config.nb_ipywidgets_js
    if node_modules(app).is_dir():
        manager = WIDGET_MANAGER
        config.mathjax_path = "vendor/mathjax/startup.js"
        config.mathjax3_config = (config.mathjax3_config or {}) | {"loader": {"load": MATHJAX_COMPONENTS}}
    config.nb_ipywidgets_js = manager | WIDGET_MATH


def copy_assets(app: Sphinx) -> None:
    """Copy the browser assets into the built site."""
    if app.builder.format != "html" or not node_modules(app).is_dir():
        return
    modules, vendor = node_modules(app), Path(app.outdir) / "_static" / "vendor"
    for name in MATHJAX_FILES:
        copy(modules / "mathjax" / "es5" / name, vendor / "mathjax" / name)
    copy(modules / "requirejs" / "require.js", vendor / "requirejs" / "require.js")
    with resources.as_file(resources.files("anywidget") / "nbextension" / "index.js") as loader:
        copy(loader, vendor / "anywidget" / "index.js")

    manager = vendor / HTML_MANAGER
    manager.mkdir(parents=True, exist_ok=True)
    bundle = (modules / HTML_MANAGER / "embed-amd.js").read_text(encoding="utf-8")
    (manager / "embed-amd.js").write_text(without_ipywidgets_7(bundle), encoding="utf-8")
    for font in (modules / HTML_MANAGER).glob("*.woff2"):
        # One module of the bundle looks for its fonts beside itself, another two folders above.
        copy(font, manager / font.name)
        copy(font, vendor / "@jupyter-widgets" / font.name)


def without_ipywidgets_7(bundle: str) -> str:
    """Return the widget manager's bundle less its copies of ipywidgets 7, which no widget here asks for.

    The bundle is a row of AMD modules, each of which ends in a line that names its source map.
    """
    modules = re.split(r"^//# sourceMappingURL=.*\n?", bundle, flags=re.MULTILINE)
    return "".join(module for module in modules if not re.search(r'^define\("@jupyter-widgets/\w+7"', module, re.MULTILINE))


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, making the folders above it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("config-inited", choose_addresses)
    app.connect("builder-inited", copy_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
