"""Keep together what the end of a line must not part: a formula and its comma, a number and its unit."""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

CLASS = "unbroken"  # in book.css
TEXT = (nodes.paragraph, nodes.term, nodes.emphasis, nodes.strong)
UNIT = r"\s(?:%|mag|dex|km/s(?:/Mpc)?|m/s|Mpc|pc|points?)(?!\w)"
WITH_UNIT = re.compile(rf"(\d[\d.,]*{UNIT})")
# What follows a formula or a recorded number.
FOLLOWS = re.compile(rf"(?:{UNIT})?[.,;:?!)]+|{UNIT}")
NUMBER = re.compile(r"[-−+<]?\s?\d\S*(?:\s\S{1,5}){0,4}$")


class LineBreaks(SphinxPostTransform):
    """Put both into a span that is not broken. A browser would break a line between a formula and anything after it."""

    formats = ("html",)
    default_priority = 900  # after the recorded values are text

    def run(self, **kwargs: object) -> None:
        """Change the text of paragraphs and of tables, and recorded numbers."""
        for text in list(self.document.findall(nodes.Text)):
            if isinstance(text.parent, TEXT):
                unite(text)
        for recorded in self.document.findall(is_number):
            recorded["classes"].append(CLASS)


def is_number(node: nodes.Node) -> bool:
    """Tell a recorded number from what was recorded in words."""
    return isinstance(node, nodes.inline) and "pasted-text" in node["classes"] and bool(NUMBER.match(node.astext()))


def unite(text: nodes.Text) -> None:
    """Replace a text, and the formula or number before it, by the same in pieces."""
    parent, rest = text.parent, text.astext()
    start, end = parent.index(text), parent.index(text) + 1
    pieces: list[nodes.Node] = []
    before = parent[start - 1] if start else None
    if (isinstance(before, nodes.math) or is_number(before)) and (follows := FOLLOWS.match(rest)):
        pieces.append(nodes.inline("", "", before.deepcopy(), nodes.Text(follows[0]), classes=[CLASS]))
        rest = rest[follows.end() :]
        start -= 1
    for k, piece in enumerate(WITH_UNIT.split(rest)):
        if k % 2:
            pieces.append(nodes.inline("", piece, classes=[CLASS]))
        elif piece:
            pieces.append(nodes.Text(piece))
    parent[start:end] = pieces


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_post_transform(LineBreaks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
