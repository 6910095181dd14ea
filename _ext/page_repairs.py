"""Put right in every page what Sphinx's tools write so that a screen reader is misled."""

from docutils.nodes import Node
from sphinx.application import Sphinx

REPAIRS = {
    # MyST-NB gives the summary of a folded cell another name than the one it shows.
    ' aria-label="Toggle hidden content"': "",
    # docutils gives each entry of a bibliography a role that is deprecated, and that a list must not hold.
    'role="doc-biblioentry"': 'role="listitem"',
}


def repair(app: Sphinx, page: str, template: str, context: dict, doctree: Node | None) -> None:
    """Repair the page's body."""
    for found, right in REPAIRS.items():
        context["body"] = context.get("body", "").replace(found, right)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", repair)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
