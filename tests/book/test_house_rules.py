"""The house rules of a chapter: short cells, figures that say what they show, numbers that are computed, the fixed parts."""

import ast
import re
import statistics
from pathlib import Path

import jupytext
import pytest
import yaml

from scripts.toc import pages, source

CHAPTERS = [name for name in pages() if re.match(r"chapters/\d\d-", name)]
EXECUTED = [name for name in pages() if "code-cell" in source(name).read_text(encoding="utf-8")]
# Page -> reason -> numbers.
ALLOWED: dict[str, dict[str, list]] = yaml.safe_load(Path("tests/book/numbers.yml").read_text(encoding="utf-8"))


def notebook(name: str):
    return jupytext.read(source(name))


def code(name: str) -> list:
    return [cell for cell in notebook(name).cells if cell.cell_type == "code"]


def prose(name: str) -> str:
    return "\n\n".join(cell.source for cell in notebook(name).cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("name", EXECUTED)
def test_no_cell_is_long(name):
    assert max(len(cell.source.splitlines()) for cell in code(name)) <= 25


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_6500_words_at_most(name):
    assert len(Path(f"{name}.md").read_text(encoding="utf-8").split()) <= 6500


@pytest.mark.parametrize("name", CHAPTERS)
def test_most_cells_of_a_chapter_are_short(name):
    assert statistics.median(len(cell.source.splitlines()) for cell in code(name)) <= 8


@pytest.mark.parametrize("name", EXECUTED)
def test_there_is_one_import_cell(name):
    cells = code(name)
    importing = [k for k, cell in enumerate(cells) if any(map(is_import, ast.walk(ast.parse(cell.source))))]
    if len(importing) == 1:
        assert name not in CHAPTERS
        return
    lesson, plumbing, *quiz = importing
    assert is_visible(cells[lesson])
    assert not re.search(r"\b(record|quiz)\b", cells[lesson].source)
    assert plumbing == lesson + 1
    assert not is_visible(cells[plumbing])
    assert cells[plumbing].source == "from lecturekit.page import record"
    assert len(quiz) == (name in CHAPTERS)
    assert all(is_visible(cells[k]) and cells[k].source.startswith("from lecturekit.page import quiz\n") for k in quiz)


def is_import(node: ast.AST) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def is_visible(cell) -> bool:
    return not {"remove-input", "remove-cell"} & set(cell.metadata.get("tags", []))


LOCAL = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def assigned(node: ast.AST) -> set[str]:
    """Names that a cell leaves behind: assigned, imported or defined outside of functions and comprehensions."""
    if is_import(node):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, LOCAL):
        return {node.name} if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else set()
    own = {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()
    return own.union(*map(assigned, ast.iter_child_nodes(node)))


def used(cell) -> set[str]:
    """Names that a cell reads and does not bind itself, as an argument or in a comprehension."""
    nodes = list(ast.walk(ast.parse(cell.source)))
    bound = {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)} - bound


@pytest.mark.parametrize("name", CHAPTERS)
def test_what_students_see_runs_without_the_plumbing(name):
    """They see neither a call of record nor a name that stands in a hidden cell alone."""
    shown = [cell for cell in code(name) if is_visible(cell)]
    hidden = [cell for cell in code(name) if not is_visible(cell)]
    names = [set().union(*(assigned(ast.parse(cell.source)) for cell in cells)) for cells in (shown, hidden)]
    plumbing = names[1] - names[0] | {"record"}
    assert hidden
    assert [(cell.source, found) for cell in shown if (found := used(cell) & plumbing)] == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_stands_without_the_lecture(name):
    """Most readers have not seen it. Where it is wrong, the departures page says so."""
    quiz = Path("lecturekit/quizzes", f"{Path(name).name}.json").read_text(encoding="utf-8")
    text = source(name).read_text(encoding="utf-8") + quiz
    assert re.findall(r".*lecture(?!kit).*", text, re.IGNORECASE) == []


DRAWS = re.compile(r"plots\.(?!use_style|COLORS|SYMBOLS)\w+\(|plt\.(subplots|figure)\(|\.render\(")


def is_figure(cell) -> bool:
    return bool(DRAWS.search(re.sub(r"^(def|    ).*", "", cell.source, flags=re.MULTILINE)))


@pytest.mark.parametrize("name", EXECUTED)
def test_every_figure_has_alt_text_caption_and_label(name):
    assert name not in CHAPTERS or any(map(is_figure, code(name)))
    for cell in code(name):
        mystnb = cell.metadata.get("mystnb", {})
        if is_figure(cell) or mystnb:
            figure, image = mystnb.get("figure", {}), mystnb.get("image", {})
            assert len(image.get("alt", "")) > 40, cell.source
            assert not re.match(r"(a|an|the)? ?(plot|figure|graph|image|picture) of", image["alt"], re.IGNORECASE), image["alt"]
            assert len(figure.get("caption", "")) > 20, cell.source
            assert re.match(r"fig-[\w-]+$", figure.get("name", "")), cell.source


def test_labels_and_recorded_names_are_unique_in_the_book():
    text = "\n".join(source(name).read_text(encoding="utf-8") for name in pages())
    for pattern in (r"^\s+name: (fig-[\w-]+)", r"^\(([\w-]+)\)=", r"\b(c\d\d_\w+)="):
        found = re.findall(pattern, text, re.MULTILINE)
        assert len(found) > 30
        assert sorted(found) == sorted(set(found))


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_its_fixed_parts(name):
    text = prose(name)
    for part in (
        "{admonition} In this chapter",
        "{admonition} Predict first",
        "## Check yourself",
        "## Misconceptions",
        "## Homework",
    ):
        assert part in text, part
    assert f'quiz("{Path(name).name}")' in "\n".join(cell.source for cell in code(name))


@pytest.mark.parametrize("name", EXECUTED)
def test_nothing_draws_from_a_global_generator_or_hides_a_warning(name):
    source = "\n".join(cell.source for cell in code(name))
    source = re.sub(r"#.*", "", source)
    assert not re.search(r"np\.random\.(?!default_rng|Generator|RandomState)\w+\(", source)
    assert not re.search(r"filterwarnings|simplefilter|catch_warnings|errstate", source)


# What is no prose: math, code, roles (glued numbers, references), links, labels, directives' first lines and options, headings;
# and what only counts or points: the numbers of lists, chapters and sections, and the minutes that a chapter takes.
NOT_PROSE = [
    r"^( *)(`{3,}|:{3,})\{(?:math|bibliography|eval-rst|toctree)\}.*?^\1\2",
    r"^(`{3,})python$.*?^\1",
    r"\{[\w:+-]+\}`[^`]*`",
    r"^\s*[:`]{3,}.*$",
    r"`[^`\n]*`",
    r"\$\$.*?\$\$",
    r"\\begin\{.*?\\end\{\w+\*?\}",
    r"\$(?:[^$\n]|\n(?!\n))+\$",
    r"\]\([^)]*\)",
    r"https?://\S+",
    r"^\([\w-]+\)=$",
    r"^\s*:[\w-]+:.*$",
    r"<[^>\n]+>",
    r"^#+ .*$",
    r"^\s*\d+\. ",
    r"\b(?:[Ss]ections?|[Cc]hapters?)\s+\d+(?:\.\d+)?(?:(?:,| and| to| or|–|, and)\s*\d+(?:\.\d+)?)*",
    r"\*\*Time:\*\* (?:about )?\d+ minutes",
]
NUMBER = re.compile(r"(?<![\w.])[-−+]?\d+(?:[.,]\d+)*(?:\s?%)?")


def literal_numbers(name: str) -> list[tuple[str, str]]:
    """Numbers that stand in the prose as such, each with the words around it."""
    text = prose(name)
    for pattern in NOT_PROSE:
        text = re.sub(pattern, " ", text, flags=re.MULTILINE | (re.DOTALL if ".*?" in pattern else 0))
    text = re.sub(r"\s+", " ", text)
    return [(match[0].strip(), text[max(0, match.start() - 40) : match.end() + 40]) for match in NUMBER.finditer(text)]


def reasons(page: str) -> dict[str, str]:
    """Number -> why it may stand in the page's prose as such."""
    return {str(number): reason for reason, numbers in ALLOWED.get(page, {}).items() for number in numbers}


# Homework states its own numbers: those of its tasks are what tests/exercises checks.
@pytest.mark.parametrize("name", [name for name in pages() if "/homework/" not in name])
def test_every_literal_number_in_the_prose_has_a_reason(name):
    allowed = reasons(Path(name).name)
    assert [(number, words) for number, words in literal_numbers(name) if number not in allowed] == []


@pytest.mark.parametrize("page", ALLOWED)
def test_no_reason_outlives_its_number(page):
    assert f"chapters/{page}" in pages()
    assert set(reasons(page)) <= {number for number, _ in literal_numbers(f"chapters/{page}")}
    assert all(len(reason) > 5 for reason in ALLOWED[page])


def test_every_glossary_term_is_linked_from_a_chapter():
    glossary = Path("chapters/glossary.md").read_text(encoding="utf-8")
    lists = re.findall(r"^```\{glossary\}\n(.*?)^```", glossary, re.DOTALL | re.MULTILINE)
    entries = re.findall(r"((?:^\S.*\n)+)^ +\S", "\n".join(lists), re.MULTILINE)
    assert len(entries) > 50
    linked = {
        label
        for name in CHAPTERS
        for text, label in re.findall(r"\{term\}`(?:([^`<]+) <)?([^`>]+)>?`", source(name).read_text(encoding="utf-8"))
    }
    assert [entry for entry in entries if not set(entry.split("\n")) & linked] == []
