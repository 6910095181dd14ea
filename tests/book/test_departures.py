"""A chapter states what is often said and what holds; the departures page says where the lecture says so.

The page has an entry for every fault of the lecture, with computed figures and links to boxes of the chapters that show them.
"""

import re
from pathlib import Path

import pytest

CHAPTERS = Path("chapters")
PAGE = CHAPTERS / "departures.md"

# Every fault: the lecture's section, and a word for what is wrong there.
FAULTS = [
    ("1-3", "optimal"),
    ("2-2", "scale-free"),
    ("3-3", "guarantee"),
    ("3-3", "extremes"),
    ("4-1", "global-seed"),
    ("4-4", "constants"),
    ("4-5", "convergence"),
    ("4-7", "shrinkage-check"),
    ("5", "theta-back"),
    ("5-2", "closed-forms"),
    ("6-1", "step-size"),
    ("6-2", "noncentered"),
    ("7", "luminosity-function"),
    ("7-3", "moment"),
    ("7-3", "selection"),
    ("8-2", "noise"),
    ("9-3", "mu-prior"),
    ("9-3", "tau-prior"),
    ("9-4", "symptoms"),
    ("9-5", "scaling"),
    ("10", "hyperpriors"),
    ("10", "sensitivity"),
    ("10", "intervals"),
    ("references", "mandel"),
]
NAMES = [f"lecture-{section}-{fault}" for section, fault in FAULTS]
# A wrong reference is corrected by looking it up: there is nothing to compute.
COMPUTED = [name for name in NAMES if name != "lecture-references-mandel"]

LINK = re.compile(r"\{ref\}`[^`<]+<(departure-[^>]+)>`")
FIGURE = re.compile(r"\{glue:text\}`(?:([^`:]+)\.md::)?([^`:]+)(?::[^`]*)?`")
CODE = re.compile(r"^(`{3,}|~{3,})\{code-cell\}.*?^\1$", re.DOTALL | re.MULTILINE)


def entries() -> dict[str, str]:
    """Return the text of each entry of the page, by its label."""
    page = PAGE.read_text(encoding="utf-8")
    _, *parts = re.split(r"^\((lecture-[\w-]+)\)=\n(?=### )", page, flags=re.MULTILINE)
    names = parts[::2]
    assert len(set(names)) == len(names), "a label occurs twice"
    return dict(zip(names, parts[1::2], strict=True))


def boxes() -> dict[str, str]:
    """Return the chapter of each box about a common claim, by the box's label."""
    return {
        label: path.stem
        for path in CHAPTERS.glob("[0-9][0-9]-*.md")
        for label in re.findall(r"^\((departure-[\w-]+)\)=$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


def figures(text: str, page: str) -> set[tuple[str, str]]:
    """Return the recorded numbers that a text of a page shows, each as the page that records it and its name."""
    return {(recorded_by or page, name) for recorded_by, name in FIGURE.findall(CODE.sub("", text))}


def shown(chapter: str) -> set[tuple[str, str]]:
    """Return the recorded numbers that a chapter shows, its own and those that it borrows."""
    return figures((CHAPTERS / f"{chapter}.md").read_text(encoding="utf-8"), chapter)


def strangers(entry: str) -> set[tuple[str, str]]:
    """Return the figures of an entry that are shown in no chapter to whose boxes it links."""
    linked = {boxes()[label] for label in LINK.findall(entry)}
    return figures(entry, PAGE.stem).difference(*map(shown, linked))


def test_there_is_an_entry_for_every_fault_and_no_other():
    assert list(entries()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_what_the_lecture_says_and_what_holds(name):
    terms = re.findall(r"^(\S.*)\n: ", entries()[name], re.MULTILINE)
    assert terms == ["The lecture", "What holds", "The numbers"][: 3 if name in COMPUTED else 2]


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_links_to_the_boxes_that_show_it(name):
    labels = LINK.findall(entries()[name])
    assert labels
    assert [label for label in labels if label not in boxes()] == []


@pytest.mark.parametrize("name", COMPUTED)
def test_every_figure_of_an_entry_is_shown_in_a_chapter_that_it_links_to(name):
    """It may be recorded elsewhere, if such a chapter borrows it."""
    entry = entries()[name]
    assert figures(entry.split("\nThe numbers\n")[1], PAGE.stem)
    assert strangers(entry) == set()


def test_a_figure_from_a_page_without_a_link_is_a_stranger():
    entry = "{glue:text}`01-pooling.md::c01_pays:s`, see {ref}`who pays <departure-01-optimal>`"
    assert strangers(entry) == set()
    # Chapter 5 borrows the exact probability of chapter 4, and not the number of walkers that never got there.
    borrowed = "{glue:text}`04-metallicities.md::c04_exact_below:s`, see {ref}`quadrature <departure-05-closed-forms>`"
    assert strangers(borrowed) == set()
    assert strangers(borrowed.replace("exact_below", "never")) == {("04-metallicities", "c04_never")}
    assert strangers(entry.replace("01-pooling.md::c01", "02-structure.md::c02")) == {("02-structure", "c02_pays")}
    assert strangers(entry.replace("01-pooling.md::", "")) == {("departures", "c01_pays")}


@pytest.mark.parametrize("name", COMPUTED)
def test_the_built_page_shows_the_figure(name, built):
    section = built[Path("chapters/departures.html")].find(id=name).find_parent("section")
    figures = [element.get_text() for element in section.select("span.pasted-text")]
    assert len(figures) == len(FIGURE.findall(entries()[name]))
    assert [figure for figure in figures if not re.search(r"\w", figure) or "'" in figure] == []


def test_every_box_is_linked_from_the_page():
    assert set(LINK.findall(PAGE.read_text(encoding="utf-8"))) == set(boxes())


@pytest.mark.parametrize("label", sorted(boxes()))
def test_a_box_is_labeled_by_its_chapter(label):
    assert label.startswith(f"departure-{boxes()[label][:2]}-")


BOX = re.compile(
    r"^\((departure-[\w-]+)\)=\n(:{3,})\{admonition\} ([^\n]+)\n:class: departure\n(.*?)^\2$", re.DOTALL | re.MULTILINE
)


@pytest.mark.parametrize("label", sorted(boxes()))
def test_a_box_states_a_claim_and_then_what_holds(label):
    source = (CHAPTERS / f"{boxes()[label]}.md").read_text(encoding="utf-8")
    (title, body), *_ = [(title, body) for name, _, title, body in BOX.findall(source) if name == label]
    assert title == "Often said"
    claim, *holds = body.strip().split("\n\n**What holds.** ")
    assert len(claim) > 20
    assert len(holds) == 1


@pytest.mark.parametrize("chapter", sorted(path.stem for path in CHAPTERS.glob("[0-9][0-9]-*.md")))
def test_a_chapter_stands_on_its_own(chapter):
    """Most readers have never seen the lecture: only the page for instructors speaks of it."""
    texts = [CHAPTERS / f"{chapter}.md", Path("lecturekit/quizzes", f"{chapter}.json")]
    lines = [line for path in texts for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if re.search(r"(?<![a-z])lecture(?!kit|r)|section \d\.\d of the", line, re.IGNORECASE)] == []
