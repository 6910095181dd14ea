"""The probes see when anything in a reference is changed: one operator or constant at a time."""

from pathlib import Path

import pytest
import yaml

from grader.author.questions import Function
from lecturekit.homework.calls import answers
from lecturekit.homework.judge import judge
from tests.exercises.mutants import mutants

# Question -> mutant -> why it changes no answer.
SURVIVORS: dict[str, dict[str, str]] = yaml.safe_load(Path("tests/exercises/survivors.yml").read_text(encoding="utf-8"))
CAUGHT = 0.98
SAMPLE = 6  # every sixth mutant of each question is tried each time


def survives(mutant, computed):
    """Whether a changed reference still gets full points everywhere."""
    return all(judge(key, answers(key, mutant.function)).status == "ok" for key in computed.all_keys())


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("step", [pytest.param(SAMPLE, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)])
def test_the_probes_catch_every_mutant_but_those_that_are_explained(computed, step):
    made = list(mutants(computed.question.reference))
    tried = made[::step]
    survivors = {mutant.change for mutant in tried if survives(mutant, computed)}
    explained = set(SURVIVORS.get(computed.id, {}))
    # An analysis may come from lecturekit by a single call, in which there is nothing to change.
    assert made or not isinstance(computed.question, Function)
    assert survivors == (explained if step == 1 else explained & {mutant.change for mutant in tried})


def test_every_survivor_has_a_reason():
    assert all(len(reason) > 20 for survivors in SURVIVORS.values() for reason in survivors.values())


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_survivors_are_few(all_computed):
    made = [mutant for computed in all_computed for mutant in mutants(computed.question.reference)]
    survivors = sum(len(mutants) for mutants in SURVIVORS.values())
    assert survivors <= (1 - CAUGHT) * len(made)
    assert set(SURVIVORS) <= {computed.id for computed in all_computed}
