"""The diagram of chapter 11 leads every kind of data to a method that can treat it, and lecturekit has it."""

import ast
import re
from pathlib import Path

import jupytext
import numpy as np
import pytest
from scipy import stats

import lecturekit
from lecturekit import Measurements, NormalHierarchy, datasets, exact, populations, selection

CHAPTER = jupytext.read("chapters/11-summary.md")
SECTIONS = {"2": "02-structure", "5": "05-marginalisation", "6": "06-funnel", "7": "07-supernovae"}
SECTIONS |= {"8": "08-checking", "9": "09-practice", "10": "10-eight-schools"}


def steps() -> list[tuple[str, str, str, list[str]]]:
    """Return the diagram: question, the answer that leads to the box, the box, and the calls that do it."""
    statements = [node for cell in CHAPTER.cells if cell.cell_type == "code" for node in ast.parse(cell.source).body]
    (found,) = [node.value for node in statements if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "STEPS"]
    return ast.literal_eval(found)


STEPS = steps()
SLOPE, SELECTION, EXACT, HYPERPARAMETERS, CENTERED, NONCENTERED, PRIORS, CHECKS = range(8)


def walk(*, exchangeable=True, complete=True, normal=True, integrable=True, informative=True) -> list[int]:
    """Return the boxes that the diagram leads such data to: the changes of the model, and the method."""
    changes = [SLOPE] * (not exchangeable) + [SELECTION] * (not complete)
    answers = {
        EXACT: not changes and normal,
        HYPERPARAMETERS: normal or integrable,
        CENTERED: informative,
        NONCENTERED: not informative,
    }
    return [*changes, next(box for box, yes in answers.items() if yes)]


def test_the_questions_are_those_that_the_walk_answers():
    words = [
        "Exchangeable",
        "in\nthe sample",
        "Nothing changed so far",
        "integrated",
        "informative",
        "weakly",
        "many",
        "replicated",
    ]
    assert len(STEPS) == len(words)
    assert all(word in question for word, (question, *_) in zip(words, STEPS, strict=True))
    assert [answer for _, answer, *_ in STEPS] == ["no", "no", "yes", "yes", "yes", "yes", "no", "no"]


def test_a_changed_model_never_ends_at_the_exact_posterior_which_knows_of_no_change():
    assert walk() == [EXACT]
    for changed in ({"exchangeable": False}, {"complete": False}, {"exchangeable": False, "complete": False}):
        assert walk(**changed)[-1] == HYPERPARAMETERS
        assert walk(**changed, normal=False, integrable=False)[-1] == CENTERED


@pytest.mark.parametrize(("question", "calls"), [(question, calls) for question, _, _, calls in STEPS])
def test_the_calls_of_a_box_exist_and_the_text_names_them(question, calls):
    text = "\n".join(cell.source for cell in CHAPTER.cells if cell.cell_type == "markdown")
    for call in calls:
        assert f"`{call}`" in text
        owner, _, name = call.rpartition(".")
        assert callable(getattr({"": lecturekit, "model": NormalHierarchy}.get(owner) or getattr(lecturekit, owner), name))


@pytest.mark.parametrize("box", [box for _, _, box, _ in STEPS])
def test_a_box_names_chapters_that_exist(box):
    (chapters,) = re.findall(r"\(ch\. ([\d, ]+)\)", box)
    assert all(Path(f"chapters/{SECTIONS[chapter]}.md").is_file() for chapter in chapters.split(", "))


def test_selection_is_treated_by_its_box_and_not_by_the_exact_posterior():
    rng = np.random.default_rng(1)
    modulus = 5 * np.log10(400 * rng.random(8000) ** (1 / 3)) + 25
    survey = datasets.simulate_magnitude_limited(-19.3, 0.15, rng.uniform(0.05, 0.15, 8000), modulus, 17.7, rng=rng)
    sample, limit = survey.sample, survey.limit[survey.detected]
    model = NormalHierarchy((-19.3, 0.5), stats.halfnorm(scale=0.3))
    grid = selection.on_grid(
        lambda params: selection.log_prob_truncated(model, params, sample, limit),
        np.linspace(-19.4, -19.2, 101),
        np.linspace(0.1, 0.2, 81),
    )
    plain = exact.posterior(model, sample)
    assert abs(grid.mean("mu") + 19.3) < 4 * grid.sd("mu")
    assert abs(grid.mean("tau") - 0.15) < 4 * grid.sd("tau")
    assert abs(plain.mean("mu") + 19.3) > 8 * plain.sd("mu")


def test_a_slope_is_treated_by_its_box_and_not_by_the_exact_posterior():
    rng = np.random.default_rng(2)
    a, b, tau, sigma = 1.0, 0.5, 0.2, rng.uniform(0.1, 0.3, 400)
    x = rng.normal(size=400)
    y = rng.normal(a + b * x, np.hypot(tau, sigma))
    model = NormalHierarchy((0, 10), stats.halfnorm(scale=1))
    slopes = np.linspace(0.4, 0.6, 81)
    params = np.stack(np.meshgrid(np.linspace(0.9, 1.1, 41), np.linspace(0.1, 0.3, 41)), axis=-1)
    log_p = np.stack([model.log_prob_marginal(params, Measurements(y - slope * x, sigma)) for slope in slopes])
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    for values, truth in ((slopes[:, None, None], b), (params[..., 0], a), (params[..., 1], tau)):
        mean = np.sum(p * values)
        assert abs(mean - truth) < 4 * np.sqrt(np.sum(p * (values - mean) ** 2))
    plain = exact.posterior(model, Measurements(y, sigma))
    assert plain.mean("tau") - tau > 8 * plain.sd("tau")  # it takes the slope for scatter


def test_other_noise_is_treated_by_integrating_each_object():
    rng = np.random.default_rng(3)
    counts = rng.poisson(rng.lognormal(1.0, 0.6, 600))
    mus, taus = np.linspace(0.8, 1.2, 41), np.linspace(0.4, 0.8, 41)

    def log_p(mu, tau):
        population = populations.LogNormal(mu, tau)
        return populations.log_marginal(population, lambda rate: stats.poisson.logpmf(counts[:, None], rate), n_nodes=40).sum()

    p = np.array([[log_p(mu, tau) for mu in mus] for tau in taus])
    p = np.exp(p - p.max()) / np.exp(p - p.max()).sum()
    for values, truth in ((mus, 1.0), (taus[:, None], 0.6)):
        mean = np.sum(p * values)
        assert abs(mean - truth) < 4 * np.sqrt(np.sum(p * (values - mean) ** 2))


def test_the_two_widths_change_by_factors_whose_product_is_fixed():
    # sd(theta_j) / sd(eta_j) is tau, whatever sigma_j.
    for sigma in (0.01, 1.0, 100.0):
        data = Measurements([0.0], [sigma])
        model = NormalHierarchy((0, 1), stats.halfnorm(scale=1))
        sd = {tau: model.theta_given(0.0, tau, data)[1][0] for tau in (0.5, 2.0)}
        centered, noncentered = sd[2.0] / sd[0.5], (sd[0.5] / 0.5) / (sd[2.0] / 2.0)
        assert centered * noncentered == pytest.approx(4)
