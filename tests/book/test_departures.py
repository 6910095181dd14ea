"""The departures page has an entry for every fault of the lecture, with a computed figure and a link to where it is shown."""

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
FIGURE = re.compile(r"\{glue:text\}`([^`:]+)\.md::[^`]+:s`")


def entries() -> dict[str, str]:
    """Return the text of each entry of the page, by its label."""
    page = PAGE.read_text(encoding="utf-8")
    _, *parts = re.split(r"^\((lecture-[\w-]+)\)=\n(?=### )", page, flags=re.MULTILINE)
    names = parts[::2]
    assert len(set(names)) == len(names), "a label occurs twice"
    return dict(zip(names, parts[1::2], strict=True))


def boxes() -> dict[str, str]:
    """Return the chapter of each box about the lecture, by the box's label."""
    return {
        label: path.stem
        for path in CHAPTERS.glob("[0-9][0-9]-*.md")
        for label in re.findall(r"^\((departure-[\w-]+)\)=$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


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
def test_the_figure_of_an_entry_is_computed_in_a_chapter_that_it_links_to(name):
    _, figure = entries()[name].split("\nThe numbers\n")
    sources = FIGURE.findall(figure)
    assert sources
    assert set(sources) <= {boxes()[label] for label in LINK.findall(figure)}


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
