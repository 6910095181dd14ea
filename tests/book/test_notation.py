"""The notation page says what lecturekit does, and the chapters write what the notation page says."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import halfnorm

from lecturekit import Measurements, NormalHierarchy, datasets, exact, explore, mcmc, predictive

PAGE = Path("chapters/notation.md").read_text(encoding="utf-8")
ROWS = [re.split(r"\s*\|\s*", line)[1:-1] for line in PAGE.splitlines() if line.startswith("| ")]
NAMED = [(code.strip("`"), shape.strip("`")) for _, _, code, shape, *_ in ROWS if code.startswith("`")]


@pytest.fixture(scope="module")
def names() -> dict[str, object]:
    """Return what the page's first paragraph says that its names stand for."""
    data, rng = datasets.open_cluster(), np.random.default_rng(1)
    model = NormalHierarchy((0, 1), halfnorm(scale=0.5))
    chain = mcmc.sample(model, data, rng=rng, burn_in=10, max_steps=500, on_unconverged="return", progress=False)
    steps = dict(zip(("n_steps", "n_walkers", "n_dim"), chain.steps.shape, strict=True))
    modules = {module.__name__.split(".")[-1]: module for module in (datasets, exact, explore, mcmc, predictive)}
    values = {"sn": datasets.csp_supernovae(), "rng": rng, "J": len(data), "n": len(chain.draws), "Measurements": Measurements}
    objects = {"data": data, "model": model, "post": exact.posterior(model, data), "chain": chain, "draws": chain.draws}
    return objects | modules | steps | values


def test_the_tables_are_found():
    assert len(NAMED) > 25
    assert all(len(row) == 6 for row in ROWS)


@pytest.mark.parametrize(("code", "shape"), NAMED, ids=[code for code, _ in NAMED])
def test_every_name_exists_and_has_its_shape(code, shape, names):
    if code.startswith("sn."):
        names = names | {"J": len(names["sn"])}
    value = eval(code, {}, names)
    if shape:
        assert np.shape(value) == eval(shape, {}, names)


def test_every_name_in_the_text_exists(names):
    text = "\n".join(line for line in PAGE.splitlines() if not line.startswith("|"))
    codes = [code for code in re.findall(r"`([^`]+)`", text) if "." in code]
    assert "data.truth.tau" in codes
    for code in codes:
        assert eval(code, {}, names) is not None


# The chapters against the page: the symbols are read from its tables.

CHAPTERS = sorted(path.stem for path in Path("chapters").glob("[0-9][0-9]-*.md"))
MATH = re.compile(r"\$\$(.+?)\$\$|```\{math\}(.+?)```|\$((?:[^$\n]|\n(?!\n))+)\$", re.DOTALL)
ACCENT = re.compile(r"\\(hat|widehat|tilde|widetilde|bar|overline|vec|dot|boldsymbol|bm|mathbf|mathsf|mathit)(?![a-zA-Z])")
# A word as a subscript or superscript, with what it is attached to: \theta_{\mathrm{new}}, m_\mathrm{lim}, y^{\text{rep}}.
WORD_SCRIPT = re.compile(r"(\\?[A-Za-z]+)(?:[_^]\w)?[_^]\{?(?:\\(?:mathrm|text)\s*)?\{?([A-Za-z]{3,})\}?")


def formulas(text: str) -> list[str]:
    """Return every formula of a page, without what only spaces or sizes it."""
    code = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)
    found = ["".join(groups) for groups in MATH.findall(code.sub("", text))]
    return [re.sub(r"\\(?:left|right|quad|qquad|,|;|!|[bB]ig[lr]?)(?![a-zA-Z])", " ", formula) for formula in found]


def chapter_and_quiz(chapter: str) -> str:
    """Return what a reader of the chapter sees, its questions included."""
    questions = json.loads(Path("lecturekit/quizzes", f"{chapter}.json").read_text(encoding="utf-8"))
    answers = [answer[part] for question in questions for answer in question["answers"] for part in ("answer", "feedback")]
    source = Path("chapters", f"{chapter}.md").read_text(encoding="utf-8")
    return "\n\n".join([source, *(question["question"] for question in questions), *answers])


def symbol(formula: str) -> tuple[str, frozenset[str]]:
    """Return the letter that a formula begins with, its accents included, and the words that are attached to it."""
    bare = re.sub(r"[{}\s]|\\mathrm|\\text", "", formula)
    letter = re.match(r"(?:\\(?:hat|tilde|bar|langle|mathcal))*(\\[a-zA-Z]+|[A-Za-z]+)", bare)
    words = re.match(r"(?:[_^](?:[A-Za-z]{2,}|\w))*", bare[letter.end() :] if letter else "")
    return (letter[0] if letter else bare, frozenset(re.findall(r"[A-Za-z]{3,}", words[0] if words else "")))


def named_symbols() -> dict[str, set[tuple[str, frozenset[str]]]]:
    """Return the symbols that a name of at least two words has on the page: {"distance modulus": {mu_dist}}."""
    names: dict[str, set[tuple[str, frozenset[str]]]] = {}
    for cell, meaning, *_ in ROWS:
        name = re.split(r"[,;:(]| (?:of|in|that|with|from|given|is|as|counts) ", meaning)[0].strip().lower()
        if " " in name and name != "the same":
            found = names.setdefault(name, set())
            found.update([symbol(formula) for formula in formulas(cell)])
    return names


def misnamed(text: str) -> list[tuple[str, str]]:
    """Return where a name of the page stands before another symbol than the page's."""
    found = []
    for name, symbols in named_symbols().items():
        words = re.escape(name).replace(r"\ ", r"\s+").replace(r"\-", "-?")
        for match in re.finditer(rf"(?<!\w){words}s?(?:\s*<[^>]*>)?[`*]*\s+\$([^$]+)\$", text, re.IGNORECASE):
            if symbol(match[1]) not in symbols:
                found.append((name, match[1]))
    return found


def test_the_names_and_symbols_of_the_page_are_found():
    names = named_symbols()
    assert names["distance modulus"] == {(r"\mu", frozenset({"dist"}))}
    assert names["replicated measurement"] == {("y", frozenset({"rep"}))}
    assert names["shrinkage weight"] == {("w", frozenset())}
    assert names["integrated autocorrelation time"] == set(), "it has no symbol"


@pytest.mark.parametrize(
    "wrong", [r"{term}`distance modulus` $\mathrm{DM}(z_j)$", r"an integrated autocorrelation time $\tau$"]
)
def test_a_name_before_another_symbol_is_found(wrong):
    assert misnamed(wrong)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_name_stands_before_its_symbol(chapter):
    assert misnamed(chapter_and_quiz(chapter)) == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_symbol_has_no_accent_or_font_that_the_page_does_not_know(chapter):
    known = set(ACCENT.findall(PAGE))
    used = [(accent, formula) for formula in formulas(chapter_and_quiz(chapter)) for accent in ACCENT.findall(formula)]
    assert [formula for accent, formula in used if accent not in known] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_words_of_the_page_are_set_as_on_the_page(chapter):
    """HalfNormal is roman, not text; what is called new, rep, int or lim is what the page calls so."""
    page = formulas(PAGE)
    upright = set(re.findall(r"\\mathrm\{([A-Za-z]{2,})\}", "".join(page)))
    attached = {
        word: {base for formula in page for base, found in WORD_SCRIPT.findall(formula) if found == word} for word in upright
    }
    found = formulas(chapter_and_quiz(chapter))
    text_font = [word for formula in found for word in re.findall(r"\\(?:text|operatorname)\*?\s*\{([A-Za-z]+)\}", formula)]
    assert [word for word in text_font if word in upright] == []
    scripts = [(base, word) for formula in found for base, word in WORD_SCRIPT.findall(formula) if attached.get(word)]
    assert [(base, word) for base, word in scripts if base not in attached[word]] == []
