"""Make the homework's pages from exercises/, before Sphinx looks for pages: the notebook to read and download, its solutions.

They are written below _build, where nobody works, and Sphinx is told that they are pages of chapters/homework. With
SOLUTIONS=0 in the environment no page of solutions is made, none is in the table of contents, and those of an earlier build
are taken out of the site.
"""

import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.project import Project

if TYPE_CHECKING:
    from grader.author.exercises import Exercise
    from grader.author.questions import Question

PAGES = "chapters/homework"
SOLUTION = "-solution"


class Book(Project):
    """The book's pages: those that lie in the chapters' folder, and those that the build makes.

    Attributes
    ----------
    made : dict
        Name of a page -> the absolute path of its source.
    """

    def __init__(self, written: Project, made: dict[str, str]) -> None:
        super().__init__(written.srcdir, written.source_suffix)
        self.made = made

    def discover(self, exclude_paths: Iterable[str] = (), include_paths: Iterable[str] = ("**",)) -> set[str]:
        """Find the pages that lie in the folder, and add those that were made."""
        super().discover(exclude_paths, include_paths)
        self.docnames |= set(self.made)
        return self.docnames

    def doc2path(self, docname: str, absolute: bool) -> str:
        """Return where a page's source is; where the site shows it, if that is to be relative."""
        if docname not in self.made:
            return super().doc2path(docname, absolute)
        return self.made[docname] if absolute else f"{docname}.md"


def choose_solutions(app: Sphinx, config: Config) -> None:
    """Take the solutions out of the table of contents if they are not wanted."""
    config.solutions = os.environ.get("SOLUTIONS") != "0"
    if not config.solutions:
        toc = Path(app.srcdir) / config.external_toc_path
        config.external_toc_path = str(without_solutions(toc, Path(app.outdir).parent))


def make_pages(app: Sphinx) -> None:
    """Write the pages and the notebooks that they offer where they are not yet as they should be, and tell Sphinx of them."""
    root, folder = Path(app.srcdir), Path(app.outdir).parent / "homework"
    if not (root / "exercises").is_dir():
        return
    sys.path.insert(0, str(root))
    from grader.author.exercises import chosen

    offered = f"/{os.path.relpath(folder, root)}"
    files: dict[str, str] = {}
    for exercise in chosen(root / "exercises"):
        files |= pages_of(exercise, offered, solutions=app.config.solutions)
    update(folder, files)
    stems = {Path(name).stem for name in files if name.endswith(".md")}
    forget(Path(app.outdir), stems)
    app.project = app.env.project = Book(app.project, {f"{PAGES}/{stem}": str(folder / f"{stem}.md") for stem in stems})


def pages_of(exercise: "Exercise", offered: str, *, solutions: bool) -> dict[str, str]:
    """Return the files of one homework, name -> text. Sphinx finds the notebook in the folder that is offered."""
    from grader.author.notebooks import notebook_text

    name, notebook = exercise.folder.name.replace("_", "-"), f"{exercise.folder.name}.ipynb"
    page = homework_page(exercise, name, f"{notebook} <{offered}/{notebook}>", solutions=solutions)
    files = {f"{name}.md": page, notebook: notebook_text(exercise.folder)}
    return files | ({f"{name}{SOLUTION}.md": solution_page(exercise, name)} if solutions else {})


def homework_page(exercise: "Exercise", name: str, download: str, *, solutions: bool) -> str:
    """Return the page that shows a notebook, cell by cell, none of them executed."""
    from grader.author.notebooks import read_notebook

    questions, total = len(exercise.questions), sum(question.points for question in exercise.questions)
    opening = f""":::{{admonition}} This homework is a notebook
:class: objectives
It has {questions} questions that give {total} points, and it answers every check at once. Below is what is in it.

In a clone of the course, `make lab` puts a copy for you into `chapters/my-homework` and opens JupyterLab, which shows the
folder as `my-homework`. What is in it is yours, and no command changes or removes it. Anywhere else, download
{{download}}`{download}`, and open it in JupyterLab where lecturekit is installed.
:::"""
    cells = read_notebook(exercise.folder).cells
    head, _, rest = cells[0].source.partition("\n")
    body = [head, opening, rest, *(shown(cell, exercise) for cell in cells[1:])]
    if solutions:
        body.append(f"The solutions are on {{doc}}`a page of their own <{name}{SOLUTION}>`.")
    return "\n\n".join(part.strip("\n") for part in body) + "\n"


def shown(cell: Any, exercise: "Exercise") -> str:
    """Return a cell of a notebook as the page shows it; under one that asks for the statements of a choice, those."""
    from grader.author.keys import choice_key
    from lecturekit.homework.choice import Statements

    if cell.cell_type != "code":
        return str(cell.source)
    code = f"```python\n{cell.source}\n```"
    asked = re.search(r'^homework\.statements\("(\w+)"\)$', cell.source, re.MULTILINE)
    questions: dict[str, Any] = {question.name: question for question in exercise.questions}
    if not asked:
        return code
    return f"{code}\n\n{Statements(choice_key(questions[asked[1]]))}\n\nIn your notebook they come in an order of your own."


def solution_page(exercise: "Exercise", name: str) -> str:
    """Return the page of worked solutions: for each question why, one right way, and what goes wrong."""
    from grader.author.notebooks import headings, title
    from grader.author.questions import Choice

    sources, shown = Sources(exercise.folder / "questions.py"), set()
    parts = [
        f"# {title(exercise.folder).replace('Homework', 'Solutions to homework', 1)}",
        f"Work through {{doc}}`the notebook <{name}>` first. It says which mistake you made, this page the rest.",
    ]
    by_name = {question.name: question for question in exercise.questions}
    for question_name, heading in headings(exercise.folder).items():
        question = by_name[question_name]
        parts += [f"## {heading}", question.solution.strip()]
        if isinstance(question, Choice):
            right = question.options[question.answer], question.reasons[question.reason]
            parts += ["Right are:", "\n".join(f"- {text}" for text in right)]
        else:
            needed = [source for source in sources.needed(question.reference.__name__) if source not in shown]
            shown |= set(needed)
            parts.append("```python\n" + "\n\n\n".join(needed) + "\n```")
        parts += ["What goes wrong:", "\n".join(mistakes(question))]
    return "\n\n".join(parts) + "\n"


def mistakes(question: "Question") -> Iterator[str]:
    """Yield an item of a list for each misconception; of a choice, with the statement or the reason that shows it."""
    from grader.author.questions import Choice

    texts = {**question.options, **question.reasons} if isinstance(question, Choice) else {}
    for misconception in question.misconceptions:
        if isinstance(misconception.wrong, str):
            yield f"- {texts[misconception.wrong]} *{sentence(misconception.name)}.* {markdown(misconception.hint)}"
        else:
            yield f"- **{sentence(misconception.name)}.** {markdown(misconception.hint)}"


def sentence(name: str) -> str:
    """Return a clause as Markdown, with a capital letter first."""
    return markdown(re.sub("^[a-z]", lambda first: first[0].upper(), name))


def markdown(text: str) -> str:
    """Return plain text with `code` as Markdown that shows the same."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([\\*_$<\[])", r"\\\1", part) for part in parts)


class Sources:
    """The functions and constants of a questions.py by name, as they are written there."""

    def __init__(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        self.nodes: dict[str, ast.stmt] = {}
        for node in ast.parse(text).body:
            for name in names_defined(node):
                self.nodes[name] = node
        self.text = {name: segment(text, node) for name, node in self.nodes.items()}

    def needed(self, name: str) -> list[str]:
        """Return the sources of a function and of all that it uses from its file, in the file's order."""
        found, waiting = set(), [name]
        while waiting:
            found.add(one := waiting.pop())
            used = {node.id for node in ast.walk(self.nodes[one]) if isinstance(node, ast.Name)}
            waiting += (used & set(self.nodes)) - found
        return [self.text[one] for one in self.nodes if one in found]


def names_defined(node: ast.stmt) -> list[str]:
    """Return the names that a statement at the top of a file defines."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    return [target.id for target in node.targets if isinstance(target, ast.Name)] if isinstance(node, ast.Assign) else []


def segment(text: str, node: ast.stmt) -> str:
    """Return a statement's source with its decorators."""
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def update(folder: Path, files: dict[str, str]) -> None:
    """Write these files into a folder, and touch none that is right already."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def forget(site: Path, stems: set[str]) -> None:
    """Take out of an earlier build's site what it holds of pages that no longer exist."""
    for folder, ending in ((site / PAGES, "html"), (site / "_sources" / PAGES, "md")):
        for path in folder.glob(f"[0-9][0-9]-*.{ending}"):
            if path.stem not in stems:
                path.unlink()


def without_solutions(toc: Path, folder: Path) -> Path:
    """Write a table of contents that has no page of solutions, and return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "toc-without-solutions.yml"
    path.write_text(yaml.safe_dump(pruned(yaml.safe_load(toc.read_text(encoding="utf-8"))), sort_keys=False), encoding="utf-8")
    return path


def pruned(branch: dict[str, Any]) -> dict[str, Any]:
    """Return a branch of a table of contents without the pages of solutions."""
    kept = dict(branch)
    for name in ("parts", "chapters", "sections"):
        if twigs := [pruned(twig) for twig in branch.get(name, []) if not twig.get("file", "").endswith(SOLUTION)]:
            kept[name] = twigs
        else:
            kept.pop(name, None)
    return kept


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_config_value("solutions", True, "env", bool)
    # Before the table of contents is read, at 900.
    app.connect("config-inited", choose_solutions)
    app.connect("builder-inited", make_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
