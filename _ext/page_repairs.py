"""Put right in every page what Sphinx's tools write so that a screen reader is misled, or a line broken in the wrong place."""

import re

from docutils.nodes import Node
from sphinx.application import Sphinx

REPAIRS = {
    # MyST-NB gives the summary of a folded cell another name than the one it shows.
    ' aria-label="Toggle hidden content"': "",
    # docutils gives each entry of a bibliography a role that is deprecated, and that a list must not hold.
    'role="doc-biblioentry"': 'role="listitem"',
}

# A browser breaks the line between a formula and the period that follows it, whatever the rules for text say.
FORMULA = r'<span class="math notranslate nohighlight">[^<]*</span>[.,;:?!)]+'
# A computed number and its error, its power of ten or its percent sign, within one computed text or between two.
NUMBER = r'<span class="pasted-text">[^<]*</span>'
SPACED = r'<span class="pasted-text">[^<]*[±×%][^<]*</span>'
WHOLE = re.compile(f"{FORMULA}|{NUMBER} ± {NUMBER}|{SPACED}")


def repair(app: Sphinx, page: str, template: str, context: dict, doctree: Node | None) -> None:
    """Repair the page's body."""
    for found, right in REPAIRS.items():
        context["body"] = context.get("body", "").replace(found, right)
    context["body"] = WHOLE.sub(r'<span class="unbroken">\g<0></span>', context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", repair)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
