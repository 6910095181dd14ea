"""No right answer hangs on rounding: another processor, or the same sum in another order, changes last bits."""

import numpy as np
import pytest

from lecturekit.homework.calls import answers
from lecturekit.homework.judge import judge
from tests.rounding import moved


def short(number):
    """Whether it is a multiple of 1/8: sums of these are exact, and some probes make ties of them on purpose."""
    return number * 8 % 1 == 0


@pytest.mark.parametrize("trial", range(2))
def test_an_answer_is_right_whatever_the_last_bit_of_what_it_is_made_from(computed, trial):
    def answer(*arguments):
        with np.errstate(all="ignore"):
            return computed.question.reference(*moved(arguments, trial, short))

    for key in computed.all_keys():
        result = judge(key, answers(key, answer))
        assert result.status == "ok", result.note
