"""Whether the golden cases would notice: every formula is perturbed, one token at a time, and has to fail them.

The perturbations are those of mutants.py: a sign, an operator, a comparison, a constant, a function of Math. What still
agrees with every case is named in the golden cases' tables SAME, with the reason: by a piece of the perturbed line that
no noticed one has. ``pytest -s`` prints the counts.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.browser.formulas import GOLDEN, MATH, SAME, SHARED, cases
from tests.browser.mutants import declarations, judges, mutants, program

pytestmark = pytest.mark.browser

SOURCE = re.sub(r"^import .*$", "", "\n".join(MATH.values()), flags=re.MULTILINE)
DECLARED = declarations(SOURCE)


@pytest.fixture(scope="module")
def counts() -> Iterator[Counter]:
    """Count over all formulas, and say it at the end."""
    counts = Counter()
    yield counts
    print(f"\n{counts.total()} perturbations of {len(DECLARED)} formulas: {dict(counts)}")


def test_every_formula_is_perturbed():
    assert {name for name, declared in DECLARED.items() if declared.exported} - SHARED == set(GOLDEN)
    assert all(judges(name, DECLARED) for name in DECLARED)


@pytest.mark.slow
@pytest.mark.parametrize("name", DECLARED)
def test_a_perturbed_formula_fails_its_golden_cases(modules, counts, name):
    perturbed = list(mutants(SOURCE, DECLARED[name]))
    tables = [{"name": tested, "cases": cases(tested)} for tested in judges(name, DECLARED)]
    fates = modules.evaluate(
        "([original, mutants, tables]) => golden.fates(original, mutants, tables)",
        [program(SOURCE), [program(mutant.source) for mutant in perturbed], tables],
    )
    counts.update(fates)
    tally = Counter(fates)
    print(f"{name}: {len(perturbed)} perturbations, {dict(tally)}")
    assert tally["no program"] == 0, [m.line for m, fate in zip(perturbed, fates, strict=True) if fate == "no program"]
    same = [text for (formula, _), texts in SAME.items() if formula == name for text in texts]
    assert not [text for text in same if text in DECLARED[name].text], "SAME has to name what is changed"
    survivors = {mutant.line for mutant, fate in zip(perturbed, fates, strict=True) if fate == "survives"}
    noticed = {mutant.line for mutant, fate in zip(perturbed, fates, strict=True) if fate == "fails"}
    unnoticed = [line for line in survivors if not any(text in line for text in same)]
    assert not unnoticed, "\n".join([f"{name}, {dict(tally)}: its golden cases do not notice", *sorted(unnoticed)])
    stale = [text for text in same if any(text in line for line in noticed) or not any(text in line for line in survivors)]
    assert not stale, "\n".join([f"{name}: its golden cases do notice, against SAME", *stale])


def test_every_exception_is_of_a_formula_there_is():
    assert {name for name, _ in SAME} <= set(DECLARED)
