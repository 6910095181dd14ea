"""lecturekit: the small library behind the course on Bayesian hierarchical models.

    from lecturekit import Measurements, NormalHierarchy, datasets, exact, mcmc, plots

Layers, each of which imports only from those before it: data, model, inference, checks, figures, explorers. The homework
(`lecturekit.homework`) stands beside them. A module is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .draws import Draws
from .measurements import Measurements, Truth
from .model import NormalHierarchy

if TYPE_CHECKING:
    from . import calibration, datasets, exact, explore, mcmc, plots, populations, predictive, selection

__all__ = [
    "Draws",
    "Measurements",
    "NormalHierarchy",
    "Truth",
    "calibration",
    "datasets",
    "exact",
    "explore",
    "mcmc",
    "plots",
    "populations",
    "predictive",
    "selection",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'lecturekit' has no attribute {name!r}")
    return import_module(f".{name}", __name__)
