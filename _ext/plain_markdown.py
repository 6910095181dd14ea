"""Write a page, its references resolved, as the Markdown that every Jupyter shows: headings, lists, tables, math, quotations.

JupyterLab takes the math out of a text before it reads the Markdown, VS Code and Colab after that. So math in a quotation
stands on one line, and math in a table has no vertical bars.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)

# What has no text to show, or shows what stands elsewhere too.
SILENT = (nodes.target, nodes.comment, nodes.raw, nodes.substitution_definition, nodes.colspec)
SILENT_TAGS = ("index", "toctree", "meta")
# Containers whose blocks are as good without them.
TRANSPARENT = (nodes.container, nodes.compound, nodes.section, nodes.definition, nodes.document)
MATH = re.compile(r"(\$\$.*?\$\$|(?<!\\)\$.*?(?<!\\)\$)", re.DOTALL)


class Markdown:
    """Writes blocks of one page.

    Parameters
    ----------
    number : callable
        Element -> what the page calls it, for example "Figure 4.2"; for an equation "4.2", or "" if it has no number.
    address : callable
        Reference -> where it leads, or "" if that is nowhere outside the page.
    picture : callable
        Image -> where its file is.

    Attributes
    ----------
    attached : list of Path
        The files of the pictures in what was written; a cell's attachments have their names.
    """

    def __init__(
        self,
        number: Callable[[nodes.Element], str],
        address: Callable[[nodes.reference], str],
        picture: Callable[[nodes.image], Path],
    ) -> None:
        self.number, self.address, self.picture = number, address, picture
        self.attached: list[Path] = []

    def blocks(self, children: Iterable[nodes.Node], between: str = "\n\n") -> str:
        """Return blocks, one below the other."""
        return between.join(filter(None, map(self.block, children)))

    def block(self, node: nodes.Node) -> str:
        """Return a block without a line's end after it; nothing for what shows nothing."""
        match node:
            case nodes.paragraph() | nodes.rubric():
                return re.sub(r"^(\d+)([.)] )|^([-+#>] )", r"\1\\\2\3", self.inline(node))
            case nodes.math_block():
                return self.equation(node)
            case nodes.literal_block():
                language = {"ipython3": "python", "default": "", "none": "", "myst-ansi": ""}
                return f"```{language.get(node.get('language', ''), node.get('language', ''))}\n{node.astext().rstrip()}\n```"
            case nodes.Admonition():
                return self.admonition(node)
            case nodes.block_quote():
                return quoted(self.blocks(node))
            case nodes.bullet_list() | nodes.enumerated_list():
                return self.items(node)
            case nodes.definition_list():
                return "\n\n".join(map(self.definition, node))
            case nodes.table():
                return self.table(node)
            case nodes.figure() | nodes.caption():
                return self.figure(node)
            case nodes.image():
                return self.image(node)
            case nodes.citation():
                return f"- {self.inline(node[1])}"
            case _ if isinstance(node, SILENT) or node.tagname in SILENT_TAGS:
                return ""
            case _ if node.tagname == "dropdown_main":
                title, body = node.children
                return f"<details>\n<summary>{self.inline(title).strip()}</summary>\n\n{self.blocks(body)}\n\n</details>"
            case _ if isinstance(node, TRANSPARENT) or node.tagname == "glossary":
                return self.blocks(node)
        logger.warning("%s: no Markdown is known for it; say it in %s.", node.tagname, Path(__file__).name, location=node)
        return ""

    def inline(self, node: nodes.Node) -> str:
        """Return the text of an element, in one line."""
        match node:
            case nodes.Text():
                return escaped(node.astext())
            case nodes.math():
                return f"${' '.join(node.astext().split())}$"
            case nodes.literal():
                fence = "``" if "`" in node.astext() else "`"
                return f"{fence}{' '.join(node.astext().split())}{fence}"
            case _ if isinstance(node, SILENT) or node.tagname in SILENT_TAGS:
                return ""
        text = "".join(map(self.inline, node.children))
        match node:
            case nodes.strong():
                return f"**{text}**"
            case nodes.emphasis() | nodes.title_reference():
                return f"*{text}*"
            case nodes.reference():
                address = self.address(node)
                return f"[{text}]({address})" if address else text
        return text

    def equation(self, node: nodes.math_block) -> str:
        """Return display math with the page's number. Jupyter would take a blank line for the end of it."""
        lines = [line for line in node.astext().splitlines() if line.strip()]
        number = self.number(node)
        return "\n".join(["$$", *lines, *([rf"\tag{{{number}}}"] if number else []), "$$"])

    def admonition(self, node: nodes.Element) -> str:
        """Return a quotation that opens with the box's title in bold."""
        title, *body = node.children
        return quoted(f"**{self.inline(title)}**\n\n{self.blocks(body)}")

    def items(self, node: nodes.Element) -> str:
        """Return a list, its items without lines between them where each is a paragraph."""
        numbers = range(node.get("start", 1), node.get("start", 1) + len(node))
        markers = ["- " if isinstance(node, nodes.bullet_list) else f"{number}. " for number in numbers]
        items = [f"{marker}{indented(self.blocks(item), marker)}" for marker, item in zip(markers, node, strict=True)]
        return ("\n" if all(len(item) == 1 for item in node) else "\n\n").join(items)

    def definition(self, item: nodes.Element) -> str:
        """Return an item of a list: what is defined in bold, and below it what it is."""
        terms = "<br>".join(f"**{self.inline(term)}**" for term in item.findall(nodes.term))
        return f"- {terms}\n\n  {indented(self.blocks(item.findall(nodes.definition)), '  ')}"

    def table(self, node: nodes.table) -> str:
        """Return a table, below its caption if it has one."""
        rows = [[self.blocks(entry, "<br>") for entry in row] for row in node.findall(nodes.row)]
        lines = ["| " + " | ".join(map(without_bars, cells)) + " |" for cells in rows]
        lines.insert(1, "|" + "---|" * len(rows[0]))
        caption = [self.caption(node, title) for title in node.findall(nodes.title)]
        return "\n\n".join([*caption, "\n".join(lines)])

    def figure(self, node: nodes.Element) -> str:
        """Return the picture of a figure and its caption."""
        captions = [self.caption(node, caption) for caption in node.findall(nodes.caption)]
        return "\n\n".join([*map(self.image, node.findall(nodes.image)), *captions])

    def caption(self, node: nodes.Element, caption: nodes.Node) -> str:
        """Return the caption of a figure or a table, opened by its number."""
        return f"**{self.number(node)}** {self.inline(caption)}".removeprefix("**** ")

    def image(self, node: nodes.image) -> str:
        """Return a picture, whose file is then to be attached."""
        path = self.picture(node)
        self.attached.append(path)
        return f"![{escaped(node.get('alt', ''))}](attachment:{path.name})"


def escaped(text: str) -> str:
    """Return text in which nothing is markup."""
    text = re.sub(r"([\\`*$~]|(?<!\w)_|_(?!\w)|<(?=[\w/!?]))", r"\\\1", " ".join(re.split(r"\s*\n\s*", text)))
    return re.sub(r"\](?=[\[(])", r"\\]", text)


def quoted(text: str) -> str:
    """Return blocks as a quotation, the display math in it on one line each."""
    one_line = MATH.sub(lambda math: " ".join(math[0].split()), text)
    return "\n".join(f"> {line}".rstrip() for line in one_line.split("\n"))


def indented(text: str, marker: str) -> str:
    """Return blocks whose lines after the first stand as far in as the first does after a list's marker."""
    return text.replace("\n", "\n" + " " * len(marker)).replace("\n" + " " * len(marker) + "\n", "\n\n")


def without_bars(cell: str) -> str:
    """Return a cell of a table without characters that would end it."""
    bars = {r"\|": r"\Vert ", "|": r"\vert "}
    parts = MATH.split(cell)
    return "".join(
        re.sub(r"\\?\|", lambda bar: bars[bar[0]], part) if place % 2 else part.replace("|", r"\|")
        for place, part in enumerate(parts)
    )
