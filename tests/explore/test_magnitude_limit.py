import math

import numpy as np
import pytest

from lecturekit import explore

OPENING = {"limit": 17.7, "tau": 0.15, "sigma": 0.1, "N": 200}


@pytest.mark.parametrize(
    "opening",
    [{}, {"limit": 14.5, "tau": 0, "sigma": 0.02, "N": 20}, {"limit": 20, "tau": 0.3, "sigma": 0.2, "N": np.int64(300)}],
    ids=repr,
)
def test_opens_where_it_is_told(opening):
    explorer = explore.magnitude_limit(**opening)
    for name, value in (OPENING | opening).items():
        assert explorer.controls[name].value == getattr(explorer.figure, name) == pytest.approx(value, abs=1e-9)
    assert explorer.figure.settings["sky"]["button"] == "New survey"
    explorer.close()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        *[("N", value, "a whole number from 20 to 300") for value in (19, 301, 50.0, "50", None)],
        *[("limit", value, "a number from 14.5 to 20, in mag") for value in (14.4, 20.1)],
        *[("tau", value, "a number from 0 to 0.3, in mag") for value in (-0.01, 0.31)],
        *[("sigma", value, "a number from 0.02 to 0.2, in mag") for value in (0, 0.21)],
        *[(field, value, "one finite number") for field in ("limit", "tau", "sigma") for value in (math.nan, math.inf, "1")],
    ],
)
def test_bad_input_is_refused_by_name(field, value, expected):
    with pytest.raises(ValueError, match=rf"^{field}: got .*; expected {expected}"):
        explore.magnitude_limit(**{field: value})
