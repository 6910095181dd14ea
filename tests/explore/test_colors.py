import re

import pytest

from lecturekit.explore.modules import read
from lecturekit.plots import COLORS

LIGHT = dict(re.findall(r"(--lk-[\w-]+): (#[0-9a-f]{6});", read("explore.css").partition("html[data-theme")[0]))


@pytest.mark.parametrize(
    ("idea", "variable"), [("data", "--lk-data"), ("population", "--lk-population"), ("partial pooling", "--lk-partial")]
)
def test_an_idea_has_one_color_in_figures_and_explorers(idea, variable):
    assert LIGHT[variable] == COLORS[idea].lower()
