"""One quantity has one value in the book: one page computes it, and the others borrow it.

Two recorded names of different pages are suspect
- if they are the same but for the chapter's number (c04_sd_y, c08_sd_y),
- if they have the same value, of three digits or more (0.0792), and stand in sentences that share rare words,
- if they have the same value, and stand in sentences of the same words,
- if their values differ by less than a tenth, and stand in sentences of nearly the same words: one quantity with two values.
"""

import itertools
import math
import re
from collections import Counter

import pytest

from tests.book.test_house_rules import CHAPTERS, prose

# What is alike by name, value or words, and is another quantity: why, and the names. All else is computed once and borrowed.
ANOTHER_QUANTITY = {
    "of another data set: planets, stars, supernovae or schools": [
        {"c01_sigma_min", "c06_sigma_min"},
        {"c01_rms_none", "c09_rms_none"},
        {"c01_rms_sigma", "c04_rms_sigma"},
        {"c01_sd_y", "c02_sd_y", "c04_sd_y"},
        {"c01_pooled", "c10_pooled"},
        {"c01_pooled_error", "c10_pooled_error"},
        {"c01_chi2", "c10_chi2"},
        {"c01_mu", "c02_mu", "c03_mu"},
        {"c01_tau", "c02_tau", "c03_tau"},
        {"c01_spread_raw", "c03_spread_raw", "c03_beyond_draw", "c03_beyond_truth"},
        {"c01_worse_surveys", "c03_once_worse"},
    ],
    "of another chain, run in other coordinates or for another length": [
        {"c04_autocorr", "c05_autocorr"},
        {"c04_autocorr", "c04_long_time_3000", "c06_c_3_time"},
        {"c06_worth_nc_weak", "c09_hmc_noncentered_tail"},
        {"c04_acceptance", "c06_acceptance"},
        {"c04_chain_below", "c05_chain_below"},
        {"c04_errors_off", "c05_errors_off"},
    ],
    "an rms error, and the sd of measurements, of the same stars": [{"c03_once_raw", "c04_sd_y"}],
    "an rms error, and R-hat": [{"c01_rms_none_others", "c04_rhat"}],
}
ALLOWED = {
    frozenset(pair) for names in ANOTHER_QUANTITY.values() for group in names for pair in itertools.combinations(group, 2)
}

ROLE = re.compile(r"\{glue:text\}`([\w.]+)`")
UNIT = re.compile(r"\s*(dex²|dex|mag|%|m/s|points|steps)")
NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
# A cosine of 1 is the same words: these let pass what merely has the subject of the whole course in common.
SOME_WORDS, SAME_WORDS, NEARLY_SAME_WORDS = 0.05, 0.3, 0.45


def sentences(text: str) -> list[str]:
    return [part for block in re.split(r"\n\s*\n", text) for part in re.split(r"(?<=[.?!:])\s+(?=[A-Z(*\[{])", block)]


def words(sentence: str) -> set[str]:
    """Return the words of a sentence of two letters or more, commands of formulas included, without roles."""
    return set(re.findall(r"\\?[a-z]{2,}", re.sub(r"\{[\w:+-]+\}`[^`]*`", " ", sentence).lower()))


def contexts(texts: list[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return, by the name of each number that a text shows, the words around it and its units."""
    around: dict[str, set[str]] = {}
    units: dict[str, set[str]] = {}
    for sentence in (sentence for text in texts for sentence in sentences(text)):
        for match in ROLE.finditer(sentence):
            around.setdefault(match[1], set()).update(words(sentence))
            units.setdefault(match[1], set()).update(UNIT.findall(sentence[match.end() : match.end() + 8])[:1])
    return around, units


def quantity(value: str) -> float:
    number = NUMBER.match(value)
    return float(number[0].replace(",", "").replace("−", "-")) if number else math.nan


def digits(value: str) -> int:
    return len(value.replace(".", "").lstrip("−-").strip("0")) if NUMBER.fullmatch(value) else 0


def suspects(values: dict[str, str], texts: list[str]) -> dict[tuple[str, str], str]:
    """Return the pairs of names of two pages that seem to claim the same thing, and why."""
    around, units = contexts(texts)
    weight = Counter(word for found in around.values() for word in found)

    def strength(found: set[str]) -> float:
        return sum(math.log(len(around) / weight[word]) ** 2 for word in found)

    def likeness(one: str, other: str) -> float:
        first, second = around.get(one, set()), around.get(other, set())
        return strength(first & second) / (math.sqrt(strength(first) * strength(second)) or math.inf)

    def unit(name: str) -> set[str]:
        return units.get(name, set()) | ({"%"} if "%" in values[name] else set())

    found = {}
    for one, other in itertools.combinations(sorted(values), 2):
        if one[:3] == other[:3]:
            continue
        a, b = quantity(values[one]), quantity(values[other])
        same_unit = not (unit(one) and unit(other)) or unit(one) & unit(other)
        if one[3:] == other[3:]:
            found[one, other] = "the same name"
        elif values[one] == values[other] and digits(values[one]) >= 3 and same_unit and likeness(one, other) > SOME_WORDS:
            found[one, other] = f"the same value, {values[one]}"
        elif same_unit and a == b and a and likeness(one, other) > SAME_WORDS:
            found[one, other] = f"the same value, {values[one]}, in the same words"
        elif same_unit and abs(a - b) < 0.1 * max(abs(a), abs(b)) and likeness(one, other) > NEARLY_SAME_WORDS:
            found[one, other] = f"{values[one]} and {values[other]}, in nearly the same words"
    return found


def unexplained(found: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    return {pair: why for pair, why in found.items() if frozenset(pair) not in ALLOWED}


def test_no_name_is_recorded_on_two_pages(recorded):
    assert unexplained(suspects(dict.fromkeys(recorded, ""), [])) == {}


# A chain's numbers differ on another make of processor, where two may be alike by chance: no matter for every day.
@pytest.mark.slow
def test_one_quantity_is_recorded_on_one_page(recorded):
    assert unexplained(suspects(recorded, [prose(name) for name in CHAPTERS])) == {}


def test_no_exception_outlives_its_names(recorded):
    assert [group - set(recorded) for names in ANOTHER_QUANTITY.values() for group in names if not group <= set(recorded)] == []


TEXTS = [
    "Under a flat prior, {glue:text}`c09_zero` % of the data sets have the mode of the population's spread at zero.",
    "The mode of the population's spread lies at zero in {glue:text}`c10_mode` % of the data sets, under a flat prior.",
    "The total squared error of the raw values is {glue:text}`c04_before` dex².",
    "The farthest star lies {glue:text}`c07_mag` mag away from the mean of its population, by luck.",
    "One fraction of planets is {glue:text}`c03_other`, with a total squared error of {glue:text}`c11_raw`.",
]
VALUES = {"c09_zero": "47", "c10_mode": "45", "c04_before": "0.176", "c11_raw": "0.176", "c07_mag": "0.12", "c03_other": "0.12"}


def test_one_quantity_with_two_values_and_one_under_two_names_are_found():
    assert set(suspects(VALUES, TEXTS)) == {("c09_zero", "c10_mode"), ("c04_before", "c11_raw")}


@pytest.mark.parametrize(
    ("one", "other", "alike"), [("c01_mu", "c09_mu", True), ("c01_mu", "c01_tau", False), ("c01_mu", "c09_nu", False)]
)
def test_a_name_may_stand_on_one_page_only(one, other, alike):
    assert bool(suspects({one: "1", other: "2"}, [])) == alike
