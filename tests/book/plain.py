"""What a page of the site says, and what a notebook of it says, as lists that can be compared."""

import copy
import re

from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

FORMULA = "∎"
# What only a page has: links to its own headings, cells of code and what they show, numbers of equations and of the literature.
FURNITURE = (
    "a.headerlink, div.cell_input, details.hide, div.cell_output > :not(figure), figure > :not(figcaption), .lk-static, "
    ".eqno, .citation > .label"
)
BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, td, th, caption, figcaption, summary, dt, dd, blockquote, pre, div, br"


def article(page: BeautifulSoup) -> Tag:
    """Return a copy of the page's own text."""
    found = copy.copy(page.select_one("article.bd-article > section, article.bd-article"))
    for element in found.select(FURNITURE):
        element.decompose()
    return found


def formulas(text: Tag) -> list[str]:
    """Return the TeX of a page's formulas, in its order."""
    return [tex(element.get_text()) for element in text.select("span.math, div.math")]


def tex(text: str) -> str:
    r"""Return TeX without what only says how it is delimited and numbered; Sphinx splits what has \\ in it."""
    text = re.sub(r"\\\[|\\\]|\\\(|\\\)|\\(begin|end)\{split\}|\\tag\{[^}]*\}", "", text)
    return re.sub(r"\s+", "", text.replace(r"\|", r"\Vert ").replace("|", r"\vert "))


def sentences(text: Tag, math: str = "span.math, div.math") -> list[str]:
    """Return the sentences of a text, each formula in them a sign."""
    text = copy.copy(text)
    for element in text.select(math):
        element.replace_with(f" {FORMULA} ")
    for element in text.select(BLOCKS):
        element.insert_before("\0")
        element.insert_after("\0")
    parts = re.split(r"\0|(?<=[.?!:]) ", re.sub(r"\s+", " ", text.get_text()))
    # A formula has spaces around it in one tree and none in the other.
    return [said for part in parts if (said := re.sub(r"\s+", "", part.replace(FORMULA, f" {FORMULA} ")))]


def rendered(cells: list[str]) -> BeautifulSoup:
    """Return cells of Markdown as HTML, by the parser that VS Code uses."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(dollarmath_plugin, double_inline=True)
    parser.add_render_rule(
        "math_inline", lambda self, tokens, i, options, env: f'<span class="math">{html(tokens[i].content)}</span>'
    )
    parser.add_render_rule(
        "math_block", lambda self, tokens, i, options, env: f'<div class="math">{html(tokens[i].content)}</div>'
    )
    parser.add_render_rule(
        "math_inline_double", lambda self, tokens, i, options, env: f'<div class="math">{html(tokens[i].content)}</div>'
    )
    page = BeautifulSoup("\n".join(parser.render(cell) for cell in cells), "html.parser")
    for summary in page.select("summary"):  # HTML to the parser; JupyterLab has taken out the math before
        summary.replace_with(BeautifulSoup(re.sub(r"\$(.*?)\$", r'<span class="math">\1</span>', str(summary)), "html.parser"))
    return page


def html(text: str) -> str:
    """Return text for HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
